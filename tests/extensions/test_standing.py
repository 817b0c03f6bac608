"""What is left of a run, by its store: looked at now and then, and a last time before the store is closed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from crawler.extensions.standing import Standing
from crawler.store import Category, Run, open_store
from tests.store.helpers import START, Clock, article, ended, listing

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.store import Store


def category(catid: int, name: str | None, complete_to: str | None) -> Category:
    return Category(key=str(catid), catid=catid, name=name, pages=3, per_page=15, complete_to=complete_to, state="open")


def watched(store: Store, run: Run, **asked: Any) -> Any:
    """As much of a spider as is looked at."""
    about = SimpleNamespace(**{"from_date": None, "limit": None} | asked)
    return SimpleNamespace(run=run, store=store, adopts=True, last_look=None, asked=about)


def test_it_is_told_by_category_and_kept_after_the_store_is_closed(tmp_path: Path) -> None:
    looks: list[Any] = []
    with open_store(tmp_path, clock=Clock()) as store:
        run = store.begin("portal {}", "portal", adopts=True)
        store.save_category(category(3, "时政", None))
        store.save_category(category(5, None, ""))
        store.add([listing(3), listing(3, 2), *(article(n, catid=3) for n in range(1, 6)), article(9, catid=5)])
        spider = watched(store, run)
        spider.last_look = looks.append
        seen = Standing(spider)
        left = seen.look()
        assert left is not None
        assert (left.articles, left.unnamed, left.total, left.pages) == (6, 40, 46, 3)
        assert [(part.name, part.done, part.named, part.unnamed, part.pages) for part in left.parts] == [
            ("时政", 0, 5, 40, 3),
            ("category 5", 0, 1, 0, 0),
        ], "what a list has that was walked to its end before, nobody reads again"
        for unit in store.take(4):
            store.finish(ended(unit))
        store.flush()
        assert seen.look() is left, "not again so soon"
        spider.last_look(store)
        assert looks == [store], "what else wanted to look has done so"
    last = seen.look()
    assert last is not None
    assert last is not left
    assert last.articles + last.pages < left.articles + left.pages


def test_what_was_asked_for_bounds_it(tmp_path: Path) -> None:
    with open_store(tmp_path, clock=Clock()) as store:
        run = store.begin("portal {}", "portal", adopts=True)
        store.save_category(category(3, "时政", None))
        store.add(article(n, catid=3) for n in range(1, 6))
        for asked, articles in (({"limit": 2}, 2), ({"from_date": START.date()}, 5)):
            left = Standing(watched(store, run, **asked)).look()
            assert left is not None
            assert (left.articles, left.unnamed) == (articles, 0)


def test_of_a_dry_run_nothing_is_told(tmp_path: Path) -> None:
    with open_store(tmp_path) as store:
        spider = watched(store, Run(0, "dry", "portal {}", "portal", adopts=True, started_at=START))
        seen = Standing(spider)
        spider.last_look(store)
        assert seen.look() is None
