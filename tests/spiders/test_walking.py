"""The end of a walk: the page behind the last one, what it proves, and what follows where a list is cut off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from operator import add
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from crawler import clock
from crawler.discuz.urls import Kind, Target
from crawler.spiders.again import Belief
from crawler.spiders.backfill import BackfillSpider
from crawler.spiders.portal import PortalSpider
from crawler.spiders.units import listing_unit
from crawler.store import ArticleRow, Category, Outcome
from tests.spiders.helpers import URL, answer, page, take
from tests.spiders.test_listing import categories, link, listing, read, spider_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.store import Unit

ADDRESS = f"{URL}portal.php?mod=list&catid=1"


def behind(number: int, aids: Sequence[int], *, shown: int, pages: int) -> dict[str, str]:
    """The page behind the last one."""
    return {f"{ADDRESS}&page={number}": listing(1, aids, number=shown, pages=pages)}


def beside_nothing(number: int, aids: Sequence[int]) -> dict[str, str]:
    """The page behind the last one of another template, where no list is but what stands beside it on every page."""
    return {f"{ADDRESS}&page={number}": listing(1, aids, blocks=True)}


@pytest.mark.parametrize(
    ("case", "next_page", "end", "listed"),
    [
        ("empty", behind(2, [], shown=1, pages=1), "empty", 2),
        ("the last page again", behind(2, [9, 8], shown=1, pages=1), "repeats", 2),
        ("empty, with articles beside it", beside_nothing(2, [5, 4]), "empty", 2),
        ("cannot be read", {}, None, 2),
    ],
)
def test_the_page_behind_the_last_is_read_once(
    tmp_path: Path, case: str, next_page: dict[str, str], end: str | None, listed: int
) -> None:
    spider = spider_of(BackfillSpider, tmp_path, next_page)
    read(spider, listing(1, [9, 8]))
    found = categories(spider)[1]
    assert (found.end, found.listed, found.complete_to) == (end, listed, "")
    assert found.walked_at == spider.run.started_at
    assert spider.crawler.engine.asked == [f"{ADDRESS}&page=2"]


def test_what_a_list_holds_is_counted_by_its_pages(tmp_path: Path) -> None:
    further = {f"{ADDRESS}&page=2": listing(1, [7, 6], number=2, pages=3)}
    further |= {f"{ADDRESS}&page=3": listing(1, [5], number=3, pages=3)}
    further |= behind(4, [], shown=3, pages=3)
    spider = spider_of(PortalSpider, tmp_path, further)
    read(spider, listing(1, [9, 8], pages=3))
    found = categories(spider)[1]
    assert (found.listed, found.end, found.per_page) == (5, "empty", 2)
    assert (found.swept_to, found.swept_at) == (1, spider.run.started_at)


def test_one_more_page_is_walked(tmp_path: Path) -> None:
    """While its last page was read, a new article pushed another one over the edge."""
    spider = spider_of(BackfillSpider, tmp_path, behind(2, [7], shown=2, pages=2))
    todo = read(spider, listing(1, [9, 8]))
    assert set(todo) == {"article/9", "article/8", "listing/1/2"}
    assert categories(spider)[1].complete_to is None


def finish(spider: Any, *units: Unit, day: str | None = "2026-03-05T10:00:00+08:00") -> None:
    """End a run whose articles were read and published on that day."""
    for unit in units:
        spider.under_way.enter(unit)
        row = ArticleRow(key=unit.key, aid=unit.number or 0, date_published=day, catid=1)
        spider.settle(Outcome(unit=unit, state="done", article=row))
    spider.finish()
    spider.closed("finished")


@pytest.mark.parametrize(("cls", "asked"), [(PortalSpider, 0), (BackfillSpider, 1)])
def test_what_is_proved_is_not_proved_at_every_run(tmp_path: Path, cls: type[Any], asked: int) -> None:
    first = spider_of(cls, tmp_path, behind(2, [], shown=1, pages=1))
    finish(first, *read(first, listing(1, [9, 8])).values())
    again = spider_of(cls, tmp_path, behind(2, [], shown=1, pages=1))
    read(again, listing(1, [9, 8]))
    assert len(again.crawler.engine.asked) == asked
    assert categories(again)[1].end == "empty"


def test_a_list_that_is_cut_off_leads_to_those_below_and_to_its_last_articles(tmp_path: Path) -> None:
    first = spider_of(BackfillSpider, tmp_path)
    finish(first, *read(first, listing(1, [9, 8])).values())
    again = spider_of(BackfillSpider, tmp_path, behind(2, [9, 8], shown=1, pages=1))
    todo = read(again, listing(1, [9, 8], below=(link(2), link(3))))
    assert categories(again)[1].end == "repeats"
    assert set(todo) == {"listing/2", "listing/3"} | {"article/9", "article/8"}
    assert todo["listing/2"].payload["wanted"] is True


def test_a_walk_that_has_named_enough_stops_without_proving_anything(tmp_path: Path) -> None:
    spider = spider_of(PortalSpider, tmp_path, limit="2")
    assert set(read(spider, listing(1, [9, 8], pages=5))) == {"article/9", "article/8"}
    assert categories(spider)[1].complete_to is None


def test_a_closed_category_is_remembered_and_not_asked_for_at_every_run(tmp_path: Path) -> None:
    spider = spider_of(PortalSpider, tmp_path)
    [unit] = take(spider, listing_unit(Target(Kind.LISTING, 3), name="c3"))
    text = '<html><body id="nv_portal" class="pg_list"><div id="messagetext" class="alert_info"><p>分类已关闭</p></div>'
    answer(spider, unit, page(text + "</body></html>", url=f"{URL}portal.php?mod=list&catid=3"))
    spider.store.flush()
    found = categories(spider)[3]
    assert (found.state, found.name) in {("closed", "c3"), ("missing_category", "c3"), ("notice", "c3")}
    todo = read(spider, listing(1, [9], beside=(1, 2, 3)))
    assert set(todo) == {"article/9", "listing/2"}


@pytest.mark.parametrize(
    ("state", "hours", "asked"),
    [("open", 1, True), ("closed", 1, False), ("closed", 25, True), ("unlinked", 1, True), ("moved", 23, False)],
)
def test_how_long_a_category_that_was_found_shut_is_left_alone(
    tmp_path: Path, state: str, hours: int, asked: bool
) -> None:
    spider = spider_of(PortalSpider, tmp_path)
    seen_at = clock.utc_now() - timedelta(hours=hours)
    spider.remember([Category(key="3", catid=3, state=state, seen_at=seen_at)])
    assert ("listing/3" in read(spider, listing(1, [9], beside=(1, 3)))) == asked


@pytest.mark.parametrize(("hours", "again"), [(2, True), (0, False)])
def test_an_article_with_another_date_is_read_again_unless_it_was_read_a_moment_ago(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hours: int, again: bool
) -> None:
    first = spider_of(PortalSpider, tmp_path)
    finish(first, *read(first, listing(1, [9, 8])).values())
    later = clock.utc_now() + timedelta(hours=hours)
    monkeypatch.setattr(clock, "utc_now", lambda: later)
    spider = spider_of(PortalSpider, tmp_path)
    todo = read(spider, listing(1, [9, 8], day="2026-3-5 11:00"))
    assert set(todo) == ({"article/9", "article/8"} if again else set())
    if again:
        finish(spider, *todo.values(), day="2026-03-05T11:00:00+08:00")
        assert spider._belief == Belief(right=2)


@pytest.mark.parametrize(("times", "believed"), [(4, True), (5, False)])
def test_lists_that_are_wrong_for_good_are_believed_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, times: int, believed: bool
) -> None:
    first = spider_of(PortalSpider, tmp_path)
    finish(first, *read(first, listing(1, [9])).values())
    for hours in range(2, 2 * times + 1, 2):
        monkeypatch.setattr(clock, "utc_now", partial(add, datetime.now(UTC), timedelta(hours=hours)))
        spider = spider_of(PortalSpider, tmp_path)
        finish(spider, *read(spider, listing(1, [9], day="2026-3-5 11:00")).values())
    assert bool(spider._belief) == believed
