"""Exit code and last line of a run that came to its end."""

from __future__ import annotations

import pytest

from crawler.errors import ExitCode
from crawler.sites import Site
from crawler.spiders.verdict import Tally, verdict
from crawler.store import Count, Counts

SITE = Site(name="demo", url="http://www.example.com/")


def counts(*rows: tuple[str, str, str, int]) -> Counts:
    run = tuple(Count(kind, state, reason, units) for kind, state, reason, units in rows)  # type: ignore[arg-type]  # plain words
    return Counts(run=run, total=run)


@pytest.mark.parametrize(
    ("rows", "written", "bugs", "code", "words"),
    [
        ([("listing", "done", "", 4), ("article", "done", "", 40)], 40, 0, 0, "demo: 40 articles new or changed"),
        ([("listing", "done", "", 4)], 0, 0, 0, "demo: 0 articles new or changed"),
        (
            [("article", "skipped", "missing_article", 2), ("article", "skipped", "robots", 1)],
            0,
            0,
            0,
            "demo: 0 articles new or changed, 2 skipped (missing_article), 1 skipped (robots)",
        ),
        (
            [("listing", "done", "", 1), ("article", "failed", "http_503", 3), ("article", "todo", "", 4)],
            1000,
            0,
            0,
            "demo: 1,000 articles new or changed, 7 left for the next run",
        ),
        (
            [("listing", "done", "", 1), ("listing", "failed", "http_503", 1)],
            0,
            0,
            0,
            "1 listing pages not read, the next run tries again",
        ),
        ([("article", "failed", "exception", 1), ("listing", "done", "", 1)], 5, 1, 1, "a bug of ours ended 1 of them"),
        ([("listing", "skipped", "robots", 3)], 0, 0, 4, "its robots.txt keeps us out"),
        ([("listing", "failed", "TimeoutError", 3)], 0, 0, 3, "nothing could be read"),
        ([("article", "failed", "TimeoutError", 3)], 0, 0, 3, "nothing could be read"),
    ],
)
def test_a_run_says_how_it_went(
    rows: list[tuple[str, str, str, int]], written: int, bugs: int, code: int, words: str
) -> None:
    found, line = verdict(SITE, Tally.of(counts(*rows), written=written), bugs=bugs)
    assert found == ExitCode(code)
    assert words in line
