"""Sweeping older pages of the lists: which are read, what they lead to, and where the sweep goes on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from crawler.discuz.urls import Kind, Target
from crawler.spiders.portal import PortalSpider
from crawler.spiders.units import article_unit
from crawler.store import ArticleRow, Category, Outcome
from tests.spiders.helpers import URL, answer, page, take
from tests.spiders.test_listing import listing, spider_of
from tests.spiders.test_newest import Clock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.store import Unit

ADDRESS = f"{URL}portal.php?mod=list&catid=1"
DAY = timedelta(days=1)
PAGES = 8
"""Pages of the list, with two articles each: 16 and 15 on the first, 2 and 1 on the last."""


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def pages() -> dict[str, str]:
    return {
        f"{ADDRESS}&page={number}": listing(1, on(number), number=number, pages=PAGES, day=day_of(number))
        for number in range(1, PAGES + 1)
    }


def on(number: int) -> tuple[int, int]:
    return 2 * (PAGES - number) + 2, 2 * (PAGES - number) + 1


def day_of(number: int) -> str:
    return f"2026-3-{2 * (PAGES - number) + 2} 10:00"


def site(data: Path, time: Clock, known: Mapping[int, str], *, ago: timedelta, to: int | None = None) -> Any:
    """A spider on a site whose list was walked and swept before; articles by number, with their dates."""
    first = spider_of(PortalSpider, data)
    for unit in take(first, *(article_unit(Target(Kind.ARTICLE, aid)) for aid in known)):
        aid = unit.number or 0
        row = ArticleRow(key=unit.key, aid=aid, date_published=f"{known[aid]}:00+08:00", catid=1)
        first.settle(Outcome(unit=unit, state="done", article=row))
    at = time.now
    category = Category(key="1", catid=1, name="c1", pages=PAGES, per_page=2, complete_to="", end="empty", listed=16)
    first.store.save_category(replace(category, walked_at=at, swept_at=at, swept_to=to))
    first.finish()
    first.closed("finished")
    time.now += ago + timedelta(seconds=1)
    return spider_of(PortalSpider, data, {ADDRESS: pages()[f"{ADDRESS}&page=1"], **pages()})


def sweep(spider: PortalSpider) -> tuple[list[int], dict[str, Unit]]:
    """Sweep what is due: give the pages that were read, and the articles that are to do then."""
    found: dict[str, Unit] = {}
    asked: list[int] = []
    spider.store.add(spider.sweeps())
    while units := spider.store.take(50):
        for unit in units:
            if unit.kind == "article":
                found[unit.key] = unit
                continue
            spider.under_way.enter(unit)
            address = f"{ADDRESS}&page={unit.page}"
            asked.append(unit.page)
            answer(spider, unit, page(pages()[address], url=address))
        spider.store.flush()
    engine: Any = spider.crawler.engine
    return sorted([*asked, *(int(one.rpartition("=")[2]) for one in engine.asked)]), found


ALL = {
    aid: f"2026-03-{2 * (PAGES - number) + 2:02} 10:00".replace(" ", "T")
    for number in range(1, PAGES + 1)
    for aid in on(number)
}


@pytest.mark.parametrize(
    ("case", "ago", "to", "read", "next_page"),
    [
        ("an hour", timedelta(hours=1), 3, [], 3),
        ("a page's time", 30 * DAY / PAGES, 3, [3], 4),
        ("two pages' time", 61 * DAY / PAGES, None, [1, 2], 3),
        ("a month", 30 * DAY, 3, [1, 2, 3, 4, 5, 6, 7, 8], 3),
        ("round the end", 90 * DAY / PAGES, 7, [1, 7, 8], 2),
    ],
)
def test_as_many_pages_are_read_as_are_due(
    tmp_path: Path, time: Clock, case: str, ago: timedelta, to: int | None, read: list[int], next_page: int
) -> None:
    spider = site(tmp_path, time, ALL, ago=ago, to=to)
    asked, found = sweep(spider)
    assert (asked, found) == (read, {})
    [category] = spider.store.categories()
    assert (category.swept_to or 1) == next_page
    assert spider.crawler.stats.get_value("discuz/plan/sweep_count", 0) == len(read)
    assert spider.sweeps() == []


def test_what_a_page_tells_is_compared_with_what_is_known(tmp_path: Path, time: Clock) -> None:
    known = {
        **ALL,
        9: "2026-03-01T10:00",  # another date than the list names
        20: "2026-03-09T10:00",  # no list names it, though two do that are older and newer
        21: "2026-04-09T10:00",  # newer than all that the list names
        22: "2026-01-09T10:00",  # older than that
    }
    del known[11]
    spider = site(tmp_path, time, known, ago=30 * DAY)
    _, found = sweep(spider)
    assert set(found) == {"article/11", "article/9", "article/20", "article/21", "article/22"}
    assert found["article/11"].known is None
    assert found["article/9"].known is not None


def test_what_lies_between_two_pages_and_is_not_named_is_looked_for(tmp_path: Path, time: Clock) -> None:
    """The pages name articles of the days 16, 14, 12 …; number 10 was of the eleventh."""
    known = {**ALL, 10: "2026-03-11T10:00"}
    spider = site(tmp_path, time, known, ago=30 * DAY)
    spider.crawler.engine.pages = {
        address: page(text.replace("aid=10&", "aid=30&").replace('aid=10"', 'aid=30"'), url=address)
        for address, text in pages().items()
    }
    assert set(sweep(spider)[1]) == {"article/10", "article/30"}
    assert spider.crawler.stats.get_value("discuz/plan/again_count") == 1


def test_an_article_of_another_time_that_left_is_looked_for_too(tmp_path: Path, time: Clock) -> None:
    """It was given the date of the eleventh, and stood there when the sweep came by for the first time."""
    far = 900_000
    known = {**ALL, far: "2026-03-11T10:00"}
    spider = site(tmp_path, time, known, ago=30 * DAY)
    shown = listing(1, (12, far, 11), number=3, pages=PAGES, day=day_of(3)).replace(
        f'aid={far}">t{far}</a></dt><dd class="xs2 cl">s</dd><dd><span class="xg1"> {day_of(3)}',
        f'aid={far}">t{far}</a></dt><dd class="xs2 cl">s</dd><dd><span class="xg1"> 2026-3-11 10:00',
    )
    address = f"{ADDRESS}&page=3"
    spider.crawler.engine.pages[address] = page(shown, url=address)
    assert sweep(spider)[1] == {}
    spider.finish()
    spider.closed("finished")
    time.now += 30 * DAY
    later = spider_of(PortalSpider, tmp_path, pages())
    assert set(sweep(later)[1]) == {f"article/{far}"}


def test_the_next_run_knows_what_stood_above(tmp_path: Path, time: Clock) -> None:
    """An article that stood between two pages, one of which a run reads, and the next one the other."""
    known = {**ALL, 30: "2026-03-13T10:00"}
    spider = site(tmp_path, time, known, ago=60 * DAY / PAGES)
    assert sweep(spider) == ([1, 2], {})
    spider.finish()
    spider.closed("finished")
    time.now += 30 * DAY / PAGES
    later = spider_of(PortalSpider, tmp_path, pages())
    assert (later.sweeps()[0].page, set(sweep(later)[1])) == (3, {"article/30"})
