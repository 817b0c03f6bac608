"""Exit code and last line of a run that came to its end."""

from __future__ import annotations

from typing import get_args

import pytest

from crawler.errors import ExitCode
from crawler.sites import Site
from crawler.spiders.verdict import Judgement, Tally, verdict
from crawler.store import Change, Count, Counts, HeldPart
from crawler.store.model import What

SITE = Site(name="demo", url="http://www.example.com/")
FINE = Judgement()
HELD = HeldPart("20261123T140102Z-portal-0001.jsonl", ("coverage of publisher: 0 %", "length: 3", "title: 80 %"))
Rows = list[tuple[str, str, str, int]]


def counts(rows: Rows) -> Counts:
    run = tuple(Count(kind, state, reason, units) for kind, state, reason, units in rows)  # type: ignore[arg-type]  # plain words
    return Counts(run=run, total=run)


def changes(**did: int) -> list[Change]:
    """By what was done, in two categories."""
    assert did.keys() <= set(get_args(What))
    halves = [(3, what, number // 2) for what, number in did.items()]
    halves += [(4, what, number - number // 2) for what, number in did.items()]
    return [Change(catid, what, number) for catid, what, number in halves]  # type: ignore[arg-type]  # checked above


READ: Rows = [("listing", "done", "", 4)]


@pytest.mark.parametrize(
    ("rows", "did", "bugs", "code", "words"),
    [
        ([*READ, ("article", "done", "", 40)], {"new": 40}, 0, 0, "demo: 40 articles new or changed"),
        (READ, {}, 0, 0, "demo: 0 articles new or changed"),
        ([], {}, 0, 0, "demo: 0 articles new or changed"),
        (
            READ,
            {"new": 1000, "changed": 200, "back": 30, "moved": 4, "unchanged": 9},
            0,
            0,
            "demo: 1,234 articles new or changed",
        ),
        (
            [*READ, ("article", "done", "missing", 3)],
            {"gone": 2, "comments": 7, "unchanged": 90},
            0,
            0,
            "demo: 0 articles new or changed, 2 gone, 7 with new comments, 3 not found any more, looked for again",
        ),
        (
            [("article", "skipped", "missing_article", 2), ("article", "skipped", "robots", 1)],
            {},
            0,
            0,
            "demo: 0 articles new or changed, 2 skipped (missing_article), 1 skipped (robots)",
        ),
        (
            [("listing", "done", "", 1), ("article", "failed", "http_503", 3), ("article", "todo", "", 4)],
            {"new": 1000},
            0,
            0,
            "demo: 1,000 articles new or changed, 7 left for the next run",
        ),
        (
            [("listing", "done", "", 1), ("listing", "failed", "http_503", 1)],
            {},
            0,
            0,
            "1 listing pages not read, the next run tries again",
        ),
        (
            [("article", "failed", "exception", 1), ("listing", "done", "", 1)],
            {"new": 5},
            1,
            1,
            "a bug of ours ended 1 of them",
        ),
        (
            [*READ, ("listing", "skipped", "no_permission", 2), ("article", "skipped", "no_permission", 9)],
            {},
            0,
            0,
            "demo: 0 articles new or changed, 9 skipped (no_permission), 2 listing pages skipped (no_permission)",
        ),
        (
            [
                *READ,
                ("article", "failed", "challenge", 2),
                ("article", "failed", "a", 3),
                ("article", "failed", "b", 1),
            ],
            {},
            0,
            0,
            "6 left for the next run (3 a, 2 challenge, …)",
        ),
        ([*READ, ("listing", "skipped", "closed_category", 1)], {}, 0, 0, "demo: 0 articles new or changed"),
        ([("article", "skipped", "no_permission", 3)], {}, 0, 4, "all that was asked for is behind a wall"),
        ([("article", "failed", "http_403", 3)], {}, 0, 4, "all that was asked for is behind a wall"),
        ([("listing", "failed", "challenge", 1)], {}, 0, 4, "all that was asked for is behind a wall"),
        ([("listing", "skipped", "robots", 3)], {}, 0, 4, "its robots.txt keeps us out"),
        ([("article", "done", "robots", 3)], {}, 0, 4, "its robots.txt keeps us out"),
        ([("listing", "failed", "TimeoutError", 3)], {}, 0, 3, "nothing could be read"),
        ([("article", "failed", "TimeoutError", 3)], {}, 0, 3, "nothing could be read"),
    ],
)
def test_a_run_says_how_it_went(rows: Rows, did: dict[str, int], bugs: int, code: int, words: str) -> None:
    found, line = verdict(SITE, Tally.of(counts(rows), changes(**did)), bugs=bugs, judgement=FINE)
    assert found == ExitCode(code)
    assert words in line
    assert "\n" not in line


def test_a_wall_before_everything_is_told_in_its_own_words() -> None:
    counted = Tally.of(counts([("article", "failed", "challenge", 3)]), ())
    assert verdict(SITE, counted, bugs=0, judgement=FINE, wall="behind it") == (ExitCode.WALL, "behind it")
    counted = Tally.of(counts([*READ, ("article", "failed", "challenge", 3)]), ())
    code, line = verdict(SITE, counted, bugs=0, judgement=FINE, wall="behind it")
    assert (code, "behind it" in line) == (ExitCode.OK, False)


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([("article", "skipped", "no_permission", 3)], ExitCode.OK),  # all that was new is for members
        ([("article", "failed", "challenge", 3)], ExitCode.WALL),
        ([("listing", "failed", "http_403", 1)], ExitCode.WALL),
    ],
)
def test_a_wall_before_all_that_is_new(rows: Rows, code: ExitCode) -> None:
    counted = Tally.of(counts(rows), ())
    assert verdict(SITE, counted, bugs=0, judgement=FINE, wall="behind it", has_read=True)[0] is code


def test_what_the_gate_holds_back_is_named_with_what_to_do() -> None:
    tally = Tally.of(counts(READ), changes(new=2))
    code, line = verdict(SITE, tally, bugs=0, judgement=Judgement(["length: 3", "walls: 90 %"], [HELD]))
    assert code is ExitCode.HELD
    assert line == (
        "demo: 2 articles new or changed; the gate holds back quarantine/20261123T140102Z-portal-0001.jsonl "
        "(coverage of publisher: 0 %; length: 3; and 2 more in the run's report): look at it, then "
        "scrapy report demo --accept 20261123T140102Z-portal, or --reject 20261123T140102Z-portal"
    )


def test_what_is_held_back_of_a_run_that_this_one_closed_goes_by_that() -> None:
    other = HeldPart("20261122T010203Z-backfill-0007.jsonl", ("length: 3",))
    words = Judgement([], [other]).words(SITE)
    assert words.endswith("--accept 20261122T010203Z-backfill, or --reject 20261122T010203Z-backfill")
    words = Judgement([], [other, HELD]).words(SITE)
    assert words.endswith(
        "scrapy report demo --accept RUN, or --reject RUN, RUN being 20261122T010203Z-backfill and "
        "20261123T140102Z-portal"
    )


def test_a_run_with_nothing_to_hold_back_is_told_of_all_the_same() -> None:
    judgement = Judgement(["walls: 90 %"], run="20261123T140102Z-portal")
    code, line = verdict(SITE, Tally.of(counts(READ), []), bugs=0, judgement=judgement)
    assert code is ExitCode.HELD
    assert line == (
        "demo: 0 articles new or changed; the gate found the run unlike those before it (walls: 90 %), with nothing to "
        "hold back: look at the site; if it is right, scrapy report demo --accept 20261123T140102Z-portal"
    )


@pytest.mark.parametrize(
    ("rows", "bugs", "code"), [(READ, 1, ExitCode.BUG), ([("listing", "skipped", "robots", 3)], 0, ExitCode.WALL)]
)
def test_what_is_worse_than_the_gate_comes_first(rows: Rows, bugs: int, code: ExitCode) -> None:
    judgement = Judgement([], [HELD])
    assert verdict(SITE, Tally.of(counts(rows), []), bugs=bugs, judgement=judgement)[0] is code


def test_what_is_missing_is_told() -> None:
    missing = "at least 3 missing (3 not reachable; most in 时政)"
    code, line = verdict(SITE, Tally.of(counts(READ), []), bugs=0, judgement=FINE, missing=missing)
    assert (code, line) == (ExitCode.OK, f"demo: 0 articles new or changed, {missing}")
