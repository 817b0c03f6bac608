"""The scheduled job at its beginning: what the portal's feed proves, and what is walked if it proves nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.spiders.portal import PortalSpider
from crawler.store import ArticleRow, Category, Outcome
from tests.spiders.helpers import URL, answer, page, run
from tests.spiders.test_listing import HEAD, HOME, NAV, link, listing, spider_of
from tests.spiders.test_newest import Clock

FEED = f"{URL}portal.php?mod=rss"
HOUR = timedelta(hours=1)
TEN_O_CLOCK = "2026-03-05T10:00:00+08:00"
OFF = "<html><body>RSS Disabled</body></html>"
NAMES_ONE = HEAD + NAV.format(f'<li id="mn_P1"><a href="{link(1)}">c1</a></li>') + "</body></html>"


def feed(*aids: int, at: str = "Thu, 05 Mar 2026 02:00:00 +0000") -> str:
    items = "".join(
        f"<item><title>t{aid}</title><link>{URL}portal.php?mod=view&amp;aid={aid}</link><pubDate>{at}</pubDate></item>"
        for aid in aids
    )
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>c</title>{items}</channel></rss>'


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def site(tmp_path: Path, time: Clock) -> Path:
    """The data folder of a site that was crawled an hour ago: one category with two articles."""
    spider = spider_of(PortalSpider, tmp_path, {HOME: NAMES_ONE})
    run(spider.seed())
    while units := spider.store.take(9):
        for unit in units:
            spider.under_way.enter(unit)
            if unit.kind == "listing":
                answer(spider, unit, page(listing(1, [9, 8]), url=f"{URL}portal.php?mod=list&catid=1"))
            else:
                row = ArticleRow(
                    key=unit.key, aid=unit.number or 0, date_published="2026-03-05T10:00:00+08:00", catid=1
                )
                spider.settle(Outcome(unit=unit, state="done", article=row))
        spider.store.flush()
    assert not spider.more()
    spider.finish()
    spider.closed("finished")
    time.now += HOUR
    return tmp_path


def begin(data: Path, *answers: str, **arguments: str) -> tuple[Any, list[str], set[str]]:
    """A start: the spider, what was asked for, and what is to do then. Feeds are answered in turn."""
    spider = spider_of(PortalSpider, data, {HOME: NAMES_ONE}, **arguments)
    engine, feeds = spider.crawler.engine, iter(answers)
    asked = engine.download_async

    async def in_turn(request: Any) -> Any:
        if request.url == FEED:
            engine.pages[FEED] = page(next(feeds), url=FEED)
        return await asked(request)

    engine.download_async = in_turn
    run(spider.seed())
    todo: set[str] = set()
    while units := spider.store.take(9):
        todo |= {unit.key for unit in units}
        for unit in units:
            spider.under_way.enter(unit)
            spider.end(unit, "failed", "not_now")
        spider.store.flush()
    return spider, engine.asked, todo


@pytest.mark.parametrize(
    ("case", "feeds", "asked", "todo"),
    [
        ("nothing is new", [feed(9, 8)], [FEED], set()),
        ("the feed was made anew meanwhile", [feed(), feed(9, 8)], [FEED, FEED], set()),
        ("one is new", [feed(10, 9, 8)], [FEED, HOME], {"listing/1", "article/10"}),
        ("feeds are off", [OFF], [FEED, HOME], {"listing/1"}),
        ("it stays empty", [feed(), feed()], [FEED, FEED, HOME], {"listing/1"}),
        ("its newest is too old", [feed(9, at="Wed, 04 Mar 2026 02:00:00 +0000")], [FEED, HOME], {"listing/1"}),
        ("a new date", [feed(9, at="Thu, 05 Mar 2026 03:00:00 +0000")], [FEED], set()),
    ],
)
def test_what_the_feed_leads_to(site: Path, case: str, feeds: list[str], asked: list[str], todo: set[str]) -> None:
    assert begin(site, *feeds)[1:] == (asked, todo)


def test_an_article_that_got_a_date_since_it_was_read_is_read_again(site: Path, time: Clock) -> None:
    time.now += HOUR
    now = time.now - timedelta(minutes=5)
    _, asked, todo = begin(site, feed(9, at=f"{now:%a, %d %b %Y %H:%M:%S} +0000"))
    assert (asked, todo) == ([FEED], {"article/9"})


def test_a_feed_that_names_nothing_is_not_asked_at_every_run(site: Path, time: Clock) -> None:
    first, asked, _ = begin(site, OFF)
    first.finish()
    first.closed("finished")
    assert asked == [FEED, HOME]
    second, asked, _ = begin(site)
    assert asked == [HOME]
    second.closed("finished")


def test_lists_are_walked_once_a_day_whatever_the_feed_says(site: Path, time: Clock) -> None:
    time.now += 23 * HOUR
    assert begin(site)[1:] == ([HOME], {"listing/1"})


def test_an_empty_store_has_no_use_for_a_feed(tmp_path: Path) -> None:
    assert begin(tmp_path)[1:] == ([HOME], {"listing/1"})


def test_a_category_that_nothing_leads_to_any_more_does_not_keep_the_feed_from_being_trusted(
    site: Path, time: Clock
) -> None:
    spider = spider_of(PortalSpider, site)
    spider.remember([replace(one, walked_at=spider.run.started_at) for one in spider.tree])
    spider.remember([Category(key="2", catid=2, name="c2")])
    assert not spider.more()
    assert {one.state for one in spider.tree} == {"open"}  # no list was walked
    spider._walked.add(1)
    assert not spider.more()
    assert {one.catid: one.state for one in spider.tree} == {1: "open", 2: "unlinked"}


def test_a_dry_run_tells_what_is_known_without_asking(site: Path) -> None:
    spider = spider_of(PortalSpider, site, dry_run="1")
    assert run(spider.survey()) == (
        "the feed is asked, 1 lists are looked at if it names anything new, and that is read",
        4,
    )
    assert spider.waiting() == []
    assert spider.crawler.engine.asked == []
    assert spider.store.run is None
