"""How long a host that refuses is left alone."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.middlewares.pace_waits import LONGEST_STEP, PATIENCE, TEN_YEARS, Wait, retry_after

NOW = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 7 ", 7.0),
        ("0", 0.0),
        ("1.5", 1.5),
        ("Tue, 24 Nov 2026 02:31:00 GMT", 60.0),
        ("Tuesday, 24-Nov-26 02:31:00 GMT", 60.0),
        ("Tue Nov 24 02:31:00 2026", 60.0),
        ("Tue, 24 Nov 2026 10:31:00 +0800", 60.0),
        ("Tue, 24 Nov 2026 02:00:00 GMT", 0.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", TEN_YEARS),
        ("9" * 5000, TEN_YEARS),
        ("-5", None),
        ("", None),
        ("soon", None),
        ("1e9", None),
        ("٣", None),
        ("Tue, 99 Nov 2026 02:31:00 GMT", None),
        ("\x00", None),
    ],
)
def test_a_header_is_read(value: str, seconds: float | None) -> None:
    assert retry_after(value, now=NOW) == seconds


@given(st.text())
def test_no_header_is_too_odd(value: str) -> None:
    assert retry_after(value, now=NOW) is None or retry_after(value, now=NOW) >= 0  # type: ignore[operator]


def test_a_burst_is_one_step_back() -> None:
    wait = Wait(5.0)
    steps = [wait.refuse(sent=sent, now=10.0 + sent, asked=None) for sent in (1.0, 2.0, 3.0)]
    assert steps == [True, False, False]
    assert wait.left(13.0) == 3.0  # 5 s from the first


def test_a_burst_that_asks_for_more_gets_it() -> None:
    wait = Wait(5.0)
    wait.refuse(sent=1.0, now=10.0, asked=4.0)
    wait.refuse(sent=2.0, now=11.0, asked=30.0)
    wait.refuse(sent=3.0, now=12.0, asked=1.0)
    assert wait.left(12.0) == 29.0


def waits_of(asked: float | None, times: int) -> list[float]:
    """What is waited when every request is refused at once."""
    wait, now, found = Wait(5.0), 0.0, []
    for _ in range(times):
        wait.refuse(sent=now, now=now, asked=asked)
        found.append(wait.left(now))
        now += wait.left(now)
    return found


def test_it_grows_where_nothing_is_said() -> None:
    assert waits_of(None, 9) == [5, 10, 20, 40, 80, 160, 300, 300, 300]


def test_it_grows_where_too_little_is_asked_for() -> None:
    assert waits_of(0.0, 5) == [0, 5, 10, 20, 40]
    assert waits_of(30.0, 5) == [30, 30, 30, 30, 40]
    assert waits_of(1000.0, 3) == [1000, 1000, 1000]


def test_an_answer_ends_the_row() -> None:
    wait = Wait(5.0)
    for now in (0.0, 5.0, 15.0):
        wait.refuse(sent=now, now=now, asked=None)
    wait.answer(sent=14.0)  # it went out before the last refusal came
    wait.refuse(sent=35.0, now=35.0, asked=None)
    assert wait.left(35.0) == 40.0
    wait.answer(sent=80.0)
    wait.refuse(sent=81.0, now=81.0, asked=None)
    assert wait.left(81.0) == 5.0


@pytest.mark.parametrize(("asked", "too_long"), [(60.0, False), (PATIENCE, False), (PATIENCE + 1, True)])
def test_nobody_waits_for_longer_than_an_hour(asked: float, too_long: bool) -> None:
    wait = Wait(5.0)
    wait.refuse(sent=0.0, now=1.0, asked=asked)
    assert wait.too_long(1.0) is too_long
    assert not wait.too_long(asked + 1.0)


def test_nor_for_an_hour_of_refusals() -> None:
    wait, now = Wait(5.0), 0.0
    while not wait.too_long(now):
        wait.refuse(sent=now, now=now, asked=None)
        now = max(now, wait.until - 1e-6) if wait.too_long(now) else wait.until
    assert PATIENCE - LONGEST_STEP <= now <= PATIENCE + LONGEST_STEP


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100), st.none() | st.floats(0, 5000)), max_size=20))
def test_a_wait_is_never_cut_short(refusals: list[tuple[float, float, float | None]]) -> None:
    wait, now, ends = Wait(5.0), 0.0, []
    for lag, pause, asked in refusals:
        now += pause
        wait.refuse(sent=now - lag, now=now, asked=asked)
        ends.append(wait.until)
        assert wait.until >= now + (asked or 0.0) - 1e-6
    assert all(one <= other for one, other in pairwise(ends))


def test_a_moment_s_pause_is_no_refusal() -> None:
    wait = Wait(5.0)
    wait.hold(now=10_000.0, seconds=1.1)
    assert wait.left(10_000.0) == pytest.approx(1.1)
    assert not wait.too_long(10_000.5)
    assert wait.refuse(sent=10_002.0, now=10_002.5, asked=None)
    assert wait.left(10_002.5) == 5.0
    wait.hold(now=10_003.0, seconds=1.1)
    assert wait.left(10_002.5) == 5.0


def test_a_pause_long_after_a_refusal_is_not_too_long() -> None:
    wait = Wait(5.0)
    wait.refuse(sent=0.0, now=0.5, asked=None)
    wait.answer(sent=20.0)
    wait.hold(now=2 * PATIENCE, seconds=1.1)
    assert not wait.too_long(2 * PATIENCE)
