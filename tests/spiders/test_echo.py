"""Pages that come again are noticed, whatever circle they make, and pages that do not are left alone."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.spiders.echo import CERTAIN, Echo

PER_PAGE = 3


def page_of(first: int) -> list[int]:
    return list(range(first * PER_PAGE, (first + 1) * PER_PAGE))


def heard(pages: list[list[int]]) -> Echo:
    echo = Echo()
    for number, articles in enumerate(pages, start=1):
        echo = echo.hear(number, articles)
    return echo


@given(before=st.integers(0, 40), circle=st.integers(1, 40))
def test_a_circle_is_noticed_in_time(before: int, circle: int) -> None:
    echo = Echo()
    for number in count(1):
        at = number if number <= before else before + (number - before) % circle
        echo = echo.hear(number, page_of(at))
        if echo.is_certain:
            break
    assert number <= 2 * max(before, circle) + (CERTAIN + 1) * circle + CERTAIN


@given(st.integers(0, 300))
def test_a_list_that_is_as_long_as_it_says_has_no_echo(pages: int) -> None:
    assert heard([page_of(number) for number in range(pages)]).times == 0


@pytest.mark.parametrize("shift", range(1, 20))
def test_a_pageful_that_is_published_meanwhile_is_none(shift: int) -> None:
    """From then on each page shows what the one before would have."""
    pages = [page_of(number if number <= shift else number - 1) for number in range(1, 21)]
    assert not heard(pages).is_certain


def test_the_order_does_not_matter() -> None:
    assert heard([[1, 2, 3], [3, 2, 1], [2, 1, 3], [3, 1, 2]]).is_certain
