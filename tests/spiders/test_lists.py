"""Which lists are walked, and which are swept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from crawler.spiders.lists import swept, unlinked, walkable
from crawler.spiders.walk import END
from crawler.store import Category
from tests.spiders.seeing import NOW

AGO = NOW - timedelta(hours=6)


def category(catid: int, parent: int | None = None, **changes: Any) -> Category:
    values: dict[str, Any] = {"parent_key": str(parent) if parent else None, "complete_to": END, "end": "empty"}
    values |= {"walked_at": AGO, "pages": 9, "listed": 130}
    return Category(key=str(catid), catid=catid, **(values | changes))


@pytest.mark.parametrize(
    ("case", "categories", "lists"),
    [
        ("top categories name everything below", [category(1), category(2, 1), category(3, 2), category(4)], {1, 4}),
        ("a list that is cut off does not", [category(1, end="repeats"), category(2, 1), category(3, 2)], {1, 2}),
        ("what was not walked does not", [category(1, complete_to=None), category(2, 1)], {2}),
        ("a front page does not", [category(1, pages=1, listed=None), category(2, 1)], {1, 2}),
        ("not to its end", [category(1, complete_to="2026-01-01")], set()),
        ("closed", [category(1, state="closed_category")], set()),
        ("its own ancestor", [category(1, 2), category(2, 1)], set()),
    ],
)
def test_which_lists_are_swept(case: str, categories: list[Category], lists: set[int]) -> None:
    assert {one.catid for one in swept(categories)} == lists


@pytest.mark.parametrize(
    ("case", "categories", "every_run", "once"),
    [
        ("an empty store", [], set(), set()),
        ("top categories", [category(1), category(2, 1), category(3)], {1, 3}, set()),
        ("closed", [category(1, state="closed"), category(3)], {3}, set()),
        ("below a front page", [category(1, pages=1, listed=None), category(2, 1), category(3, 2)], {1, 2}, set()),
        ("below a list that is cut off", [category(1, end="repeats"), category(2, 1), category(3, 2)], {1}, {2}),
        ("and further down", [category(1, end="repeats"), category(2, 1, end="repeats"), category(3, 2)], {1}, {2, 3}),
        ("one above is not known", [category(2, 1)], set(), set()),
        ("a list of one page is no front page", [category(1, pages=1, listed=9), category(2, 1)], {1}, set()),
    ],
)
def test_which_lists_are_walked(case: str, categories: list[Category], every_run: set[int], once: set[int]) -> None:
    found = walkable(categories)
    assert {one.catid for one, is_once in found if not is_once} == every_run
    assert {one.catid for one, is_once in found if is_once} == once


def test_what_nothing_led_to_is_unlinked() -> None:
    tops = [category(1, walked_at=NOW), category(2), category(3, walked_at=None), category(4, state="closed")]
    assert {(one.catid, one.state) for one in unlinked([*tops, category(5, 1)], NOW)} == {
        (2, "unlinked"),
        (3, "unlinked"),
    }
