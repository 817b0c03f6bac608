"""Where a look for the newest articles ends: at what the look before it had seen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from crawler.spiders.latest import Look
from crawler.spiders.seen import head_of
from tests.spiders.seeing import NOON, seen

HOUR = timedelta(hours=1)
LOOK = Look.of(head_of([seen(9, NOON), seen(8, NOON - HOUR)]))


@pytest.mark.parametrize(
    ("case", "one", "met"),
    [
        ("its newest", seen(9, NOON), True),
        ("older", seen(3, NOON - 9 * HOUR), True),
        ("newer", seen(10, NOON + HOUR), False),
        ("newer, but it was there", seen(8, NOON + HOUR), True),
        ("no date", seen(10, None), False),
        ("no date, but it was there", seen(8, None), True),
    ],
)
def test_what_a_look_had_met(case: str, one: Any, met: bool) -> None:
    assert LOOK.met(one) == met


def test_a_page_of_those_ends_a_look() -> None:
    assert LOOK.enough(30) == 2
    assert LOOK.enough(1) == 1
    assert Look((), None).enough(30) == 1
