"""When a walk goes on, when it ends, and what its end proves."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.spiders.walk import END, Baseline, Sight, Step, step

PAGE = tuple(range(115, 100, -1))
WHOLE = Baseline(END, PAGE)
NEVER = Baseline()
MARCH = date(2026, 3, 1)


def sight(**changes: Any) -> Sight:
    values: dict[str, Any] = {
        "asked": 1,
        "shown": 1,
        "last": 9,
        "articles": PAGE,
        "settled": frozenset(),
        "oldest": date(2026, 3, 5),
    }
    return Sight(**(values | changes))


def decide(seen: Sight, baseline: Baseline = NEVER, **changes: Any) -> Step:
    values: dict[str, Any] = {"row": 0, "overlap": 30, "whole": False, "from_date": None}
    return step(seen, baseline=baseline, **(values | changes))


@pytest.mark.parametrize(
    ("case", "seen", "options", "why"),
    [
        ("new articles", sight(), {"baseline": WHOLE}, ""),
        ("the last page", sight(asked=9, shown=9), {}, "end"),
        ("a page without entries", sight(articles=()), {}, "end"),
        ("the clamp shows another page", sight(asked=5, shown=4), {}, "end"),
        ("the same first page", sight(settled=frozenset(PAGE)), {"baseline": WHOLE}, "unchanged"),
        (
            "the same articles in another order",
            sight(settled=frozenset(PAGE), articles=PAGE[::-1]),
            {"baseline": WHOLE},
            "",
        ),
        ("all known, but no walk was whole", sight(settled=frozenset(PAGE)), {"row": 100}, ""),
        ("30 in a row", sight(asked=2, shown=2, settled=frozenset(PAGE)), {"row": 15, "baseline": WHOLE}, "overlap"),
        ("29 in a row", sight(asked=2, shown=2, settled=frozenset(PAGE)), {"row": 14, "baseline": WHOLE}, ""),
        ("known or not, a backfill goes on", sight(settled=frozenset(PAGE)), {"baseline": WHOLE, "whole": True}, ""),
        ("older than wanted", sight(oldest=date(2026, 2, 28)), {"from_date": MARCH}, "from_date"),
        ("of the first day wanted", sight(oldest=MARCH), {"from_date": MARCH}, ""),
        ("no date to tell by", sight(oldest=None), {"from_date": MARCH}, ""),
        (
            "an earlier walk reached as far",
            sight(settled=frozenset(PAGE)),
            {"from_date": MARCH, "baseline": Baseline("2026-02-01", PAGE)},
            "unchanged",
        ),
        (
            "no earlier walk reached as far",
            sight(settled=frozenset(PAGE)),
            {"from_date": MARCH, "baseline": Baseline("2026-03-02", PAGE)},
            "",
        ),
        ("everything is wanted now", sight(settled=frozenset(PAGE)), {"baseline": Baseline("2026-02-01", PAGE)}, ""),
    ],
)
def test_a_walk_goes_on_or_ends(case: str, seen: Sight, options: dict[str, Any], why: str) -> None:
    decided = decide(seen, **options)
    assert (decided.go_on, decided.why) == (not why, why)


def test_one_new_article_breaks_the_row() -> None:
    settled = frozenset(PAGE) - {PAGE[10]}
    assert decide(sight(settled=settled), WHOLE, row=20).row == 4


@pytest.mark.parametrize(
    ("seen", "options", "proved"),
    [
        (sight(asked=9, shown=9), {}, END),
        (sight(oldest=date(2026, 2, 1)), {"from_date": MARCH}, "2026-03-01"),
        (sight(oldest=date(2026, 2, 1)), {"from_date": MARCH, "baseline": WHOLE}, "2026-03-01"),
        (sight(oldest=date(2026, 2, 1), settled=frozenset(PAGE)), {"from_date": MARCH, "baseline": WHOLE}, END),
        (sight(settled=frozenset(PAGE)), {"baseline": WHOLE}, END),
        (sight(), {}, None),
    ],
    ids=["last page", "first date", "a gap before older walks", "joins older walks", "unchanged", "goes on"],
)
def test_the_end_proves_how_far_the_category_is_known(seen: Sight, options: dict[str, Any], proved: str | None) -> None:
    assert decide(seen, **options).complete_to == proved


@given(
    known=st.sets(st.integers(0, 60)),
    per_page=st.integers(1, 15),
    overlap=st.integers(1, 30),
)
def test_a_walk_over_a_whole_baseline_misses_nothing_above_its_overlap(
    known: set[int], per_page: int, overlap: int
) -> None:
    articles = list(range(60))
    last = -(-len(articles) // per_page)
    row, seen = 0, set()
    for page in range(1, last + 1):
        aids = tuple(articles[(page - 1) * per_page : page * per_page])
        seen |= set(aids)
        decided = step(
            Sight(page, page, last, aids, frozenset(known & set(aids))),
            row=row,
            baseline=Baseline(END),
            overlap=overlap,
            whole=False,
        )
        row = decided.row
        if not decided.go_on:
            break
    unseen = set(articles) - seen
    assert not unseen or all(aid in known for aid in sorted(seen)[-overlap:])
