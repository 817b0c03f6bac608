"""What lies behind a list's last page, and which numbers are tried where a list is cut off."""

from __future__ import annotations

from typing import Any

import pytest

from crawler.spiders.clamp import behind, numbers_to_try, proved
from crawler.spiders.walk import Sight


def sight(asked: int, shown: int, *articles: int, last: int = 5) -> Sight:
    return Sight(asked=asked, shown=shown, last=last, articles=articles, settled=frozenset())


@pytest.mark.parametrize(
    ("case", "page", "proof"),
    [
        ("nothing", sight(6, 5), "empty"),
        ("nothing, and no pager", sight(6, 1, last=1), "empty"),
        ("the last page again", sight(6, 5, 3, 2, 1), "repeats"),
        ("the last page again, as the page that was asked for", sight(6, 6, 3, 2, 1), "repeats"),
        ("the last page, shifted by a new article", sight(6, 5, 4, 3, 2), "repeats"),
        ("one more page", sight(6, 6, 0), None),
    ],
)
def test_what_the_page_behind_the_last_proves(case: str, page: Sight, proof: str | None) -> None:
    assert behind(sight(5, 5, 3, 2, 1), page) == proof


@pytest.mark.parametrize(
    ("page", "proof"),
    [(sight(1, 1), "empty"), (sight(5, 4, 3, 2, 1), "repeats"), (sight(5, 4), "empty"), (sight(5, 5, 3, 2, 1), None)],
)
def test_what_a_page_proves_by_itself(page: Sight, proof: str | None) -> None:
    assert proved(page) == proof


USUAL = {"needed": True, "whole_site": True, "known": 900, "highest": 1000, "lowest": 5}


@pytest.mark.parametrize(
    ("case", "sweep", "changes", "first", "last"),
    [
        ("a list is cut off", "auto", {}, 1, 1000),
        ("no list is, or links lead on", "auto", {"needed": False}, 0, 0),
        ("only some categories", "auto", {"whole_site": False}, 0, 0),
        ("most numbers are holes", "auto", {"known": 500}, 0, 0),
        ("a quarter is not most", "auto", {"known": 800}, 1, 1000),
        ("numbers begin late", "auto", {"lowest": 200, "known": 700}, 200, 1000),
        ("asked for", "on", {"needed": False, "whole_site": False, "known": 5}, 1, 1000),
        ("asked for, but nothing is known", "on", {"known": 0, "highest": 0, "lowest": 0}, 0, 0),
        ("switched off", "off", {}, 0, 0),
    ],
)
def test_which_numbers_are_tried(case: str, sweep: Any, changes: dict[str, Any], first: int, last: int) -> None:
    assert numbers_to_try(sweep, **(USUAL | changes)) == range(first, last + 1 if last else 0)
