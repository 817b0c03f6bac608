"""Looking for the newest articles while a long run is under way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from crawler import clock
from crawler.spiders.backfill import BackfillSpider
from tests.spiders.helpers import URL, answer, page, run
from tests.spiders.test_listing import listing, read, spider_of

if TYPE_CHECKING:
    from crawler.store import Unit

HOUR = timedelta(hours=1)
SECOND = f"{URL}portal.php?mod=list&catid=1&page=2"


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = datetime.now(UTC)
        monkeypatch.setattr(clock, "utc_now", lambda: self.now)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def begin(data: Path, pages: dict[str, str] | None = None, **arguments: str) -> Any:
    """A backfill that has read the first page of a list of many; all that it names is under way for hours."""
    spider = spider_of(BackfillSpider, data, pages, **arguments)
    read(spider, listing(1, [9, 8, 7, 6], pages=50))
    spider.crawler.engine.asked.clear()
    return spider


def looks(spider: Any) -> dict[str, Unit]:
    """What is to do after the spider has seen to what it does from time to time."""
    run(spider.upkeep())
    spider.store.flush()
    return {unit.key: unit for unit in spider.store.take(9)}


def test_a_look_is_taken_every_hour(tmp_path: Path, time: Clock) -> None:
    spider = begin(tmp_path)
    assert looks(spider) == {}
    time.now += 59 * HOUR / 60
    assert looks(spider) == {}
    time.now += HOUR / 60
    [unit] = looks(spider).values()
    assert (unit.key, unit.page) == ("latest:listing/1", 1)
    assert looks(spider) == {}


def test_a_look_ends_where_it_meets_the_one_before(tmp_path: Path, time: Clock) -> None:
    spider = begin(tmp_path)
    time.now += HOUR
    [unit] = looks(spider).values()
    spider.under_way.enter(unit)
    # One is new; three of those that were there, which were not read since, are on this page, one on the next.
    text = listing(1, [10, 9, 8, 7], pages=50, day="2026-3-5 11:00")
    spider.crawler.engine.pages[SECOND] = page(listing(1, [6, 5, 4, 3], number=2, pages=50), url=SECOND)
    assert answer(spider, unit, page(text, url=f"{URL}portal.php?mod=list&catid=1")) == []
    assert spider.crawler.engine.asked == [SECOND]
    found = looks(spider)
    assert found["article/10"].payload == {}
    assert [key for key in found if key.startswith("listing")] == []
    assert spider.heads[1]["articles"] == [10, 9, 8, 7]
    # What the look itself saw is where the next one ends.
    time.now += HOUR
    [unit] = looks(spider).values()
    assert unit.payload["look"]["articles"] == [10, 9, 8, 7]


def test_an_unchanged_list_costs_one_request(tmp_path: Path, time: Clock) -> None:
    spider = begin(tmp_path)
    time.now += HOUR
    [unit] = looks(spider).values()
    spider.under_way.enter(unit)
    answer(spider, unit, page(listing(1, [9, 8, 7, 6], pages=50), url=f"{URL}portal.php?mod=list&catid=1"))
    assert spider.crawler.engine.asked == []
    assert [one for one in looks(spider) if one.startswith("latest")] == []


def test_a_run_that_is_gone_on_with_looks_at_once(tmp_path: Path, time: Clock) -> None:
    first = begin(tmp_path)
    time.now += HOUR
    looks(first)
    first.closed("shutdown")
    time.now += 9 * HOUR
    again = spider_of(BackfillSpider, tmp_path)
    assert again.run.resumed
    assert again.heads[1]["articles"] == [9, 8, 7, 6]
    assert "latest:listing/1" in looks(again)


def test_what_the_list_above_names_is_not_looked_for_below(tmp_path: Path, time: Clock) -> None:
    spider = begin(tmp_path)
    read(spider, listing(2, [9], above=(1,), pages=3), catid=2, wanted=True)
    time.now += HOUR
    assert [key for key in looks(spider) if key.startswith("latest")] == ["latest:listing/1"]


def test_looks_can_be_switched_off(tmp_path: Path, time: Clock) -> None:
    spider = begin(tmp_path)
    spider.latest_every = timedelta()
    time.now += 99 * HOUR
    assert [key for key in looks(spider) if key.startswith("latest")] == []
