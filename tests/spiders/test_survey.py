"""How far back a list must be read, as its first page tells."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from crawler.spiders.survey import reach
from tests.spiders.seeing import NOON, seen

DAY = timedelta(days=1)


def page(*days_ago: int) -> list[Any]:
    return [seen(100 - ago, NOON - ago * DAY) for ago in days_ago]


@pytest.mark.parametrize(
    ("shown", "pages", "from_date", "expected"),
    [
        (page(0, 0, 1, 1, 2), 9, None, (9, 45)),
        (page(0, 0, 1, 1, 2), 9, date(2026, 3, 4), (1, 4)),  # a day ago
        (page(0, 1, 2, 3, 4), 9, date(2026, 2, 24), (2, 10)),  # one a day, ten days
        (page(0, 1, 2, 3, 4), 2, date(2020, 1, 1), (2, 10)),
        (page(0, 0, 0, 0, 0), 9, date(2026, 3, 4), (2, 10)),
        ([seen(1, None)], 9, date(2026, 3, 4), (9, 9)),
        ([], 1, date(2026, 3, 4), (1, 0)),
    ],
)
def test_what_a_list_has_back_to_a_date(
    shown: list[Any], pages: int, from_date: date | None, expected: tuple[int, int]
) -> None:
    assert reach(shown, pages, from_date) == expected
