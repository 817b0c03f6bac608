"""Which older pages of the lists are due, and which articles a page should name and does not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.spiders.sweep import numbers, share, unnamed
from tests.spiders.seeing import NOON, NOW, known, seen

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("case", "pages", "ago", "days", "due"),
    [
        ("a month's share in a day", 60, DAY, 30, 2),
        ("an hour is no page yet", 60, HOUR, 30, 0),
        ("a page is due when its time has come", 60, 12 * HOUR, 30, 1),
        ("never more than all", 60, 90 * DAY, 30, 60),
        ("all of them", 60, 30 * DAY, 30, 60),
        ("one page once a month", 1, 29 * DAY, 30, 0),
        ("switched off", 60, 90 * DAY, 0, 0),
        ("a clock that was set back", 60, -DAY, 30, 0),
        ("an empty list", 0, DAY, 30, 0),
    ],
)
def test_a_list_s_share(case: str, pages: int, ago: timedelta, days: float, due: int) -> None:
    assert share(pages, NOW - ago, NOW, days).pages == due


def test_a_list_that_was_never_walked_is_not_swept() -> None:
    assert share(60, None, NOW, 30).pages == 0


@given(
    pages=st.integers(1, 3000),
    days=st.integers(1, 60),
    gaps=st.lists(st.integers(1, 100_000).map(lambda seconds: timedelta(seconds=seconds)), min_size=1, max_size=60),
)
def test_however_often_it_runs_the_shares_add_up(pages: int, days: int, gaps: list[timedelta]) -> None:
    begun = at = now = NOW
    read = 0
    for gap in gaps:
        now += gap
        due = share(pages, at, now, days)
        read, at = read + due.pages, due.at
    owed = pages * ((now - begun) / timedelta(days=days))
    # A run that comes after more days than a whole round takes reads every page once, not twice.
    assert read <= owed + 1e-6
    if max(gaps) < timedelta(days=days):
        assert read >= owed - 1 - 1e-6


def page(*hours: int) -> list[Any]:
    """A page of a list, newest first: articles so many hours after noon, by the same numbers."""
    return [seen(100 + hour, NOON + hour * HOUR) for hour in hours]


def around(*hours: int, **changes: Any) -> dict[str, Any]:
    return {
        f"article/{100 + hour}": known(100 + hour, date_published=(NOON + hour * HOUR).isoformat(), **changes)
        for hour in hours
    }


LAST = NOON + 9 * HOUR


@pytest.mark.parametrize(
    ("case", "listed", "standings", "until", "found"),
    [
        ("all named", page(8, 6, 4), around(8, 6, 4), LAST, []),
        ("one is not", page(8, 6, 4), around(8, 7, 6, 4), LAST, [107]),
        ("newer than the page before", page(8, 6, 4), around(10), LAST, []),
        ("between two pages", page(7, 6, 4), around(8), LAST, [108]),
        ("before the first page that is swept", page(7, 6, 4), around(8), None, []),
        ("of the minute of the page before", page(8, 6, 4), around(9), LAST, []),
        (
            "of the last one's minute",
            page(8, 6, 4),
            {"article/9": known(9, date_published=(NOON + 4 * HOUR).isoformat())},
            LAST,
            [],
        ),
        ("older than the page", page(8, 6, 4), around(3), LAST, []),
        ("gone", page(8, 6, 4), around(7, status="gone"), LAST, []),
        ("of another category", page(8, 6, 4), around(7, catid=5), LAST, []),
        ("of an unknown category", page(8, 6, 4), around(7, catid=None), LAST, []),
        ("never read", page(8, 6, 4), around(7, status=None), LAST, []),
        ("an entry without a date", [*page(8, 6), seen(3, None)], around(7), LAST, []),
        ("an empty page", [], around(7), LAST, []),
    ],
)
def test_what_a_page_does_not_name(
    case: str, listed: list[Any], standings: dict[str, Any], until: datetime | None, found: list[int]
) -> None:
    assert unnamed(listed, standings, until=until, within={1, 2}) == [f"article/{aid}" for aid in found]


@pytest.mark.parametrize(
    ("aids", "before", "first", "last"),
    [((8, 6, 4), (), 4, 8), ((8, 6, 4), (11, 9), 4, 11), ((9000, 8990, 3), (), 8490, 9000), ((), (), 0, -1)],
)
def test_numbers_around_a_page(aids: tuple[int, ...], before: tuple[int, ...], first: int, last: int) -> None:
    found = numbers([seen(aid) for aid in aids], before)
    assert (found.start, found.stop) == (first, last + 1)
