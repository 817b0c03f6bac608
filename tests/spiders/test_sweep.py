"""Which older pages of the lists are due, and which articles a page should name and does not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler.spiders.sweep import LEAST_REACH, MOST_REACH, Edge, numbers, share, span, strays, unnamed
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


@example(pages=1, days=1, gaps=[timedelta(hours=23)] * 3)  # what is left counts though it makes a whole round full
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


def timeless(day: str) -> dict[str, Any]:
    return {"article/9": known(9, date_published=f"{day}T00:00:00+08:00")}


AFTER_A_PAGE = Edge(until=NOON + 9 * HOUR, before=frozenset({"article/110", "article/109"}))
ANYWHERE = Edge()
FIRST = Edge(first=True)
LAST = Edge(last=True, until=NOON + 9 * HOUR)


@pytest.mark.parametrize(
    ("case", "listed", "standings", "edge", "found"),
    [
        ("all named", page(8, 6, 4), around(8, 6, 4), AFTER_A_PAGE, []),
        ("one is not", page(8, 6, 4), around(8, 7, 6, 4), AFTER_A_PAGE, [107]),
        ("newer than the page before", page(8, 6, 4), around(11), AFTER_A_PAGE, []),
        ("between two pages", page(7, 6, 4), around(8), AFTER_A_PAGE, [108]),
        ("before the first page that is swept", page(7, 6, 4), around(8), ANYWHERE, []),
        ("newer than the whole list", page(7, 6, 4), around(8), FIRST, [108]),
        ("named by the page before", page(8, 6, 4), around(9), AFTER_A_PAGE, []),
        ("of the last minute of the page before", page(8, 6, 4), around(9), Edge(until=NOON + 9 * HOUR), [109]),
        (
            "of the last one's minute",
            page(8, 6, 4),
            {"article/9": known(9, date_published=(NOON + 4 * HOUR).isoformat())},
            AFTER_A_PAGE,
            [],
        ),
        ("older than the page", page(8, 6, 4), around(3), AFTER_A_PAGE, []),
        ("older than the whole list", page(8, 6, 4), around(3), LAST, [103]),
        ("older than all that is left of a list", [], around(3), LAST, [103]),
        ("gone", page(8, 6, 4), around(7, status="gone"), AFTER_A_PAGE, []),
        ("of another category", page(8, 6, 4), around(7, catid=5), AFTER_A_PAGE, []),
        ("of an unknown category", page(8, 6, 4), around(7, catid=None), AFTER_A_PAGE, []),
        ("of this list, as its page does not say", page(8, 6, 4), around(7, catid=None, found_in=1), LAST, [107]),
        ("of a list below, maybe", page(8, 6, 4), around(7, catid=None, found_in=2), LAST, []),
        ("never read", page(8, 6, 4), around(7, status=None), AFTER_A_PAGE, []),
        ("without a date", page(8, 6, 4), {"article/9": known(9, date_published=None)}, AFTER_A_PAGE, []),
        ("of this day, at no known time", page(8, 6, 4), timeless("2026-03-05"), LAST, []),
        ("of the day before", page(8, 6, 4), timeless("2026-03-04"), LAST, [9]),
        ("of the day before, which is on the next page", page(8, 6, 4), timeless("2026-03-04"), AFTER_A_PAGE, []),
        ("of a day between", page(30, 6, -24), timeless("2026-03-05"), Edge(until=NOON + 31 * HOUR), [9]),
        ("of the day after", page(8, 6, 4), timeless("2026-03-06"), LAST, []),
        ("newer than the whole list, of a day", page(8, 6, 4), timeless("2026-03-06"), FIRST, [9]),
        ("an entry without a date", [*page(8, 6), seen(3, None)], around(7), AFTER_A_PAGE, []),
        ("an empty page", [], around(7), AFTER_A_PAGE, []),
    ],
)
def test_what_a_page_does_not_name(
    case: str, listed: list[Any], standings: dict[str, Any], edge: Edge, found: list[int]
) -> None:
    assert unnamed(listed, standings, edge=edge, catid=1, within={1, 2}) == [f"article/{aid}" for aid in found]


@pytest.mark.parametrize(
    ("aids", "before", "first", "last"),
    [
        ((8, 6, 4), (), 1, 6 + LEAST_REACH - 1),
        ((9000, 8990, 3), (), 8990 - MOST_REACH, 8990 + MOST_REACH - 1),
        ((9008, 9006, 9004, 9002, 3), (), 9004 - LEAST_REACH, 9004 + LEAST_REACH - 1),  # one that was dated back
        ((9000,), (8002, 8003), 8003 - 2 * 998, 8003 + 2 * 998 - 1),
        (tuple(range(90_000, 0, -6000)), (), 48_000 - MOST_REACH, 48_000 + MOST_REACH - 1),
        (tuple(range(9000, 7500, -100)), (), 8300 - 2 * 800, 8300 + 2 * 800 - 1),  # a list that fills slowly
        ((), (), 0, -1),
    ],
)
def test_numbers_around_a_page(aids: tuple[int, ...], before: tuple[int, ...], first: int, last: int) -> None:
    found = numbers([seen(aid) for aid in aids], before)
    assert (found.start, found.stop) == (first, last + 1)


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=30, unique=True))
def test_an_article_is_found_by_its_number_or_is_a_stray(aids: list[int]) -> None:
    """Also when a page lacks some that it had."""
    listed = [seen(aid) for aid in aids]
    far = strays(listed)
    assert set(aids) - far.keys() <= set(numbers(listed))
    assert set(far.values()) <= {NOON}


def test_what_was_dated_back_is_a_stray() -> None:
    listed = [seen(aid, NOON - aid * HOUR) for aid in (5000, 5001, 12, 5003, 5600)]
    assert strays(listed) == {12: NOON - 12 * HOUR, 5600: NOON - 5600 * HOUR}
    assert strays([seen(aid) for aid in (3, 2, 1)]) == {}
    assert strays([seen(5), seen(6), seen(9000, None)]) == {}


@pytest.mark.parametrize(
    ("listed", "edge", "first", "last"),
    [
        (page(8, 6, 4), AFTER_A_PAGE, 4, 9),
        (page(8, 6, 4), ANYWHERE, 4, 8),
        (page(8, 6, 4), FIRST, 4, None),
        (page(8, 6, 4), LAST, None, 9),
        ([], LAST, None, 9),
        ([], ANYWHERE, None, None),
    ],
)
def test_the_dates_of_a_page(listed: list[Any], edge: Edge, first: int | None, last: int | None) -> None:
    minute = timedelta(minutes=1)
    assert span(listed, edge) == (
        None if first is None else NOON + first * HOUR - minute,
        None if last is None else NOON + last * HOUR + minute,
    )
