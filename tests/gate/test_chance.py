"""Chance: what a handful of records may show by itself."""

from __future__ import annotations

from math import comb
from random import Random

import pytest

from crawler.gate.chance import NONE, Share, expected

ALWAYS = Share(450, 450)
HALF = Share(225, 450)


@pytest.mark.parametrize(
    ("count", "records", "before", "rarely"),
    [
        (0, 3, ALWAYS, True),
        (0, 2, ALWAYS, True),
        (0, 1, ALWAYS, False),  # one odd article
        (1, 2, ALWAYS, False),
        (1, 2, HALF, False),
        (0, 3, HALF, False),
        (0, 8, HALF, False),
        (0, 20, HALF, True),
        (0, 3, Share(3, 3), False),  # hardly anything is known
        (0, 4, Share(60, 60), True),
        (300, 1000, HALF, True),
        (230, 450, HALF, False),
        (30_000, 50_000, Share(45_000, 50_000), True),
    ],
)
def test_so_few_are_rare(count: int, records: int, before: Share, rarely: bool) -> None:
    assert (expected([(records, before)], before).at_most(count) < 0.0001) is rarely


def test_so_many_are_as_rare_as_so_few_of_the_others() -> None:
    many = expected([(9, Share(2, 40))], Share(2, 40)).at_least(4)
    few = expected([(9, Share(38, 40))], Share(38, 40)).at_most(5)
    assert many == pytest.approx(few)


def test_much_is_known_of_a_binomial() -> None:
    before = Share(3_000_000, 10_000_000)
    chances = sum(comb(12, number) * 0.3**number * 0.7 ** (12 - number) for number in range(3))
    assert expected([(12, before)], before).at_most(2) == pytest.approx(chances, rel=1e-3)


def test_categories_add_up() -> None:
    """A category that never has it does not make its absence rare."""
    never, always = Share(0, 50), Share(50, 50)
    both = never + always
    assert expected([(20, never)], both).at_most(0) > 0.5
    assert expected([(20, always)], both).at_most(0) < 1e-9
    mixed = expected([(20, never), (20, always)], both)
    assert mixed.rate == pytest.approx(0.5, abs=0.02)
    assert mixed.at_most(13) < 0.0001 < mixed.at_most(19)


def test_of_a_category_that_is_hardly_known_little_is_rare() -> None:
    whole = Share(360, 450)
    assert expected([(30, Share(0, 2))], whole).at_most(0) > 0.0001
    assert expected([(30, NONE)], whole).at_most(0) > 0.0001


def test_nothing_is_expected_of_nothing() -> None:
    assert expected([], NONE).rate == 0


def test_chance_alone_is_rarely_rare() -> None:
    """Of 2,000 parts that are drawn as those before them fewer than one in 500 is rarer than one in 1,000."""
    rng = Random(4)
    alarms = 0
    for _ in range(2000):
        rate = rng.random()
        before = Share(sum(rng.random() < rate for _ in range(60)), 60)
        now = sum(rng.random() < rate for _ in range(12))
        alarms += expected([(12, before)], before).at_most(now) < 0.001
    assert alarms <= 4
