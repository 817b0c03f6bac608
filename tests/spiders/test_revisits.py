"""When articles are looked at again, and when a missing one is gone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.spiders.revisits import AGES, GONE_AFTER, MISSES, is_gone, next_look, next_search

BORN = datetime(2026, 3, 5, 10, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("age", "days", "expected"),
    [
        (timedelta(), 30, HOUR),
        (HOUR - timedelta(seconds=1), 30, HOUR),
        (HOUR, 30, 6 * HOUR),
        (5 * HOUR, 30, 6 * HOUR),
        (7 * HOUR, 30, DAY),
        (2 * DAY, 30, 3 * DAY),
        (20 * DAY, 30, 30 * DAY),
        (30 * DAY, 30, None),
        (400 * DAY, 30, None),
        (timedelta(), 0, None),
        (8 * DAY, 10, 10 * DAY),
        (10 * DAY, 10, None),
        (35 * DAY, 60, 60 * DAY),
        (timedelta(), 1, HOUR),
        (20 * HOUR, 1, DAY),
    ],
)
def test_looks_go_by_age(age: timedelta, days: int, expected: timedelta | None) -> None:
    found = next_look(BORN, BORN + age, BORN + age, days)
    assert found == (BORN + expected if expected else None)


def test_an_article_of_tomorrow_is_as_old_as_it_is_known() -> None:
    assert next_look(BORN + 900 * DAY, BORN, BORN + 2 * HOUR, 30) == BORN + 6 * HOUR


def test_an_article_without_a_date_is_not_looked_at() -> None:
    assert next_look(None, BORN, BORN, 30) is None


@given(MOMENTS, MOMENTS, MOMENTS, st.integers(0, 100))
def test_a_look_lies_ahead_within_the_days(published: datetime, first: datetime, now: datetime, days: int) -> None:
    found = next_look(published, first, now, days)
    born = min(published, first)
    if found is None:
        assert now >= born + timedelta(days=days)
    else:
        assert now < found <= born + timedelta(days=days)


@given(st.lists(st.floats(0, 200), max_size=20))
def test_a_missing_article_is_gone_after_three_times_and_three_days(lateness: list[float]) -> None:
    """However late each look comes; looks that others ordered come between."""
    now, times = BORN, 1
    while not is_gone(times, BORN, now):
        assert times < MISSES or now - BORN < GONE_AFTER
        due = next_search(times, BORN, now)
        assert due > now
        now = due + timedelta(hours=lateness.pop() if lateness else 0)
        times += 1
    assert times == MISSES
    assert now - BORN >= GONE_AFTER


def test_punctual_looks_take_three_days() -> None:
    second = next_search(1, BORN, BORN)
    assert (second, next_search(2, BORN, second)) == (BORN + 1.5 * DAY, BORN + GONE_AFTER)


def test_three_times_in_an_hour_are_not_three_days() -> None:
    assert not is_gone(3, BORN, BORN + HOUR)
    assert next_search(3, BORN, BORN + HOUR) == BORN + GONE_AFTER


def test_the_ages_ascend() -> None:
    assert sorted(set(AGES)) == list(AGES)
