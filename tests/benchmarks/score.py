"""Field by field, how much of captured pages is read right: ``python -m tests.benchmarks.score [FOLDER] [--misses]``.

FOLDER holds raw responses of Discuz! sites and what is in their databases (``manifest.json``, ``truth/``); without it,
the one that the tests use. Each page is read alone, by the same code and compared by the same rules as in the tests. A
page that is not taken for what it is counts as one miss in each of its fields.
"""

from __future__ import annotations

import argparse
import logging
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.captured import CAPTURED, Capture
from tests.comparing import articles, comments, lists
from tests.comparing.pages import all_pages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.comparing.pages import Captured

KINDS: dict[str, tuple[Callable[[Captured], Any], dict[str, Any]]] = {
    "article": (articles.read, articles.FIELDS),
    "listing": (lists.read_listing, lists.LISTING),
    "comments": (comments.read, comments.FIELDS),
    "home": (lists.read_home, lists.HOME),
    "feed": (lists.read_feed, lists.FEED),
}

LONGEST = 300


@dataclass(slots=True)
class Score:
    """What came of the pages.

    Attributes:
        pages: Their number by kind and site.
        right: Values that are as they should be, by kind, field and site.
        total: All values.
        misses: Of each wrong one: page, field, what was read, what it should be.
    """

    pages: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    right: dict[tuple[str, str, str], int] = field(default_factory=lambda: defaultdict(int))
    total: dict[tuple[str, str, str], int] = field(default_factory=lambda: defaultdict(int))
    misses: list[tuple[str, str, Any, Any]] = field(default_factory=list)

    def fail(self, page: Captured, kind: str, names: Iterable[str], error: Exception) -> None:
        """Count a page that could not be read: one miss in each field."""
        for name in names:
            self.total[kind, name, page.site] += 1
        self.misses.append((str(page), kind, f"{type(error).__name__}: {error}", f"a page of kind {kind!r}"))

    def count(self, page: Captured, kind: str, name: str, pairs: list[tuple[Any, Any]]) -> None:
        """Count the values of a field."""
        for read, expected in pairs:
            self.total[kind, name, page.site] += 1
            self.right[kind, name, page.site] += read == expected
            if read != expected:
                self.misses.append((str(page), f"{kind} {name}", read, expected))


def scored(capture: Capture, chosen: str | None) -> Score:
    """Read and compare every page.

    Args:
        capture: The folder.
        chosen: The one site that is wanted, None for all.
    """
    score = Score()
    for kind, (read, fields) in KINDS.items():
        for page in all_pages(capture, kind, permuted=False):
            if chosen not in {None, page.site}:
                continue
            score.pages[kind, page.site] += 1
            try:
                result = read(page)
                pairs = {name: compare(result) for name, compare in fields.items()}
            except Exception as error:
                score.fail(page, kind, fields, error)
                continue
            for name, found in pairs.items():
                score.count(page, kind, name, found)
    return score


def table(score: Score, sites: list[str]) -> list[str]:
    """The score as a table in Markdown: fields in rows, sites in columns."""
    lines = [f"| field | {' | '.join(sites)} | all |", "|---" * (len(sites) + 2) + "|"]
    for kind, (_, fields) in KINDS.items():
        pages = [score.pages[kind, site] for site in sites]
        if any(pages):
            lines.append(f"| **{kind}**, pages | {' | '.join(map(str, pages))} | {sum(pages)} |")
            lines += [
                f"| {name} | {' | '.join(cells(score, kind, name, sites))} |"
                for name in fields
                if any(score.total[kind, name, site] for site in sites)
            ]
    all_right, all_total = sum(score.right.values()), sum(score.total.values())
    by_site = [
        [sum(number for key, number in tally.items() if key[2] == site) for tally in (score.right, score.total)]
        for site in sites
    ]
    totals = [f"{right}/{total}" for right, total in [*by_site, (all_right, all_total)]]
    lines.append(f"| **all** | {' | '.join(totals)} |")
    return lines


def cells(score: Score, kind: str, name: str, sites: list[str]) -> list[str]:
    """Right and total of a field, by site and over all; what is not all right stands out."""
    counts = [(score.right[kind, name, site], score.total[kind, name, site]) for site in sites]
    counts.append((sum(right for right, _ in counts), sum(total for _, total in counts)))
    return [
        "" if not total else f"{right}/{total}" if right == total else f"**{right}/{total}**" for right, total in counts
    ]


def main() -> None:
    """Print the table and, if asked for, every miss."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=CAPTURED)
    parser.add_argument("--misses", action="store_true", help="name every value that is wrong")
    parser.add_argument("--site", help="only this site")
    options = parser.parse_args()
    logging.disable()  # what cannot be read shows in the misses
    capture = Capture(options.folder)
    score = scored(capture, options.site)
    print("\n".join(table(score, [options.site] if options.site else capture.sites)))
    if options.misses:
        by_field = groupby(score.misses, key=lambda miss: miss[:2])
        for (file, name), (first, *more) in ((key, list(group)) for key, group in by_field):
            print(f"\n{file}: {name}{f' (and {len(more)} more)' if more else ''}")
            print(f"  read     {str(first[2])[:LONGEST]}\n  expected {str(first[3])[:LONGEST]}")


if __name__ == "__main__":
    main()
