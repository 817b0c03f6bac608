"""Walls as other sites print them: 500 of them, each made of one under ``fixtures/pages``, none taken for another."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from crawler.discuz.walls import Wall
from tests.discuz.disguises import DISGUISES, said_end, translate
from tests.wall_pages import WallPage, wall_pages

MUTANTS = 500
A_LOT = 50
LEAST_CUT = 500
"""Characters: what is shorter comes whole or not at all."""
CHARSETS = ("utf-8", "gbk", "big5")
NO_HTML = {"truncated_feed"}
# Of these the end is what tells, or there is no more than that.
WHOLE = {Wall.EMPTY, Wall.TRUNCATED, Wall.HTTP_ERROR, Wall.NOT_DISCUZ}


def cut_off(page: WallPage, rng: Random) -> WallPage:
    """Without its last bit."""
    least = max(int(len(page.text) * 0.85), said_end(page.text))
    if page.wall in WHOLE or len(page.text) < LEAST_CUT or least >= len(page.text):
        return page
    return replace(page, text=page.text[: rng.randint(least, len(page.text))])


def disguised(number: int) -> tuple[WallPage, str]:
    """A mutant, and what was done to it."""
    rng = Random(number)
    page = rng.choice(list(wall_pages().values()))
    done = [page.name]
    if rng.random() < 0.5:
        page = replace(page, text=translate(page.text, rng))
        done.append("translate")
    for disguise in rng.sample(DISGUISES, rng.randint(1, 4)):
        if page.text and page.name not in NO_HTML:
            page = replace(page, text=disguise(page.text, rng))
            done.append(disguise.__name__)
    if rng.random() < 0.2:
        page = cut_off(page, rng)
        done.append("cut_off")
    if rng.random() < 0.3 and page.declared:
        page = replace(page, charset=rng.choice(CHARSETS))
        done.append(page.charset)
    return page, f"mutant {number}: {', '.join(done)}"


@pytest.mark.parametrize("first", range(0, MUTANTS, A_LOT))
def test_no_wall_is_taken_for_anything_else(first: int) -> None:
    wrong = []
    for number in range(first, first + A_LOT):
        page, done = disguised(number)
        verdict = page.verdict()
        if verdict is None or verdict.wall is not page.wall:
            wrong.append(f"{done}: {verdict}")
    assert wrong == []


def test_every_wall_is_among_them() -> None:
    assert {disguised(number)[0].wall for number in range(MUTANTS)} == set(Wall)
