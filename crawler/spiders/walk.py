"""Walking a category's listing, newest first: when to go on to the next page, and what its end proves.

Pure: given what a page shows and what was known before, say what to do. ``portal_list.php`` orders by publication time
and pages by number, so that a walk that meets enough articles it had done before has met everything new, provided
that an earlier walk had reached as far back as this one is asked to.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

END = ""
"""`complete_to` of a category that was walked to its last page."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """What earlier walks of a category achieved.

    Attributes:
        complete_to: None, if none was finished; `END`, if one reached the last page; else the ISO date down to which
            one was asked to go.
        head: articles of the first page at the last finished walk, in order.
    """

    complete_to: str | None = None
    head: tuple[int | str, ...] = ()

    def reaches(self, from_date: date | None) -> bool:
        """Tell whether everything back to `from_date` (None: everything) had been found before."""
        if self.complete_to is None:
            return False
        return self.complete_to == END or (from_date is not None and self.complete_to <= from_date.isoformat())


@dataclass(frozen=True, slots=True)
class Sight:
    """What one page of a listing shows.

    Attributes:
        asked: number of the page that was asked for.
        shown: number that its pager marks as current.
        last: number of the last page that its pager names.
        articles: its articles in order, each by its number, or by its file's path where no number is known.
        settled: those of them that were done before this walk began.
        oldest: date of its last entry, if it is known.
    """

    asked: int
    shown: int
    last: int
    articles: tuple[int | str, ...]
    settled: frozenset[int | str]
    oldest: date | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What follows. ``complete_to`` is None while the walk goes on, or if it ended without proving anything.

    ``row`` counts the articles in a row, up to here, that were done before.
    """

    go_on: bool
    row: int
    complete_to: str | None = None
    why: str = field(default="")


def step(
    sight: Sight,
    *,
    row: int,
    baseline: Baseline,
    overlap: int,
    whole: bool,
    from_date: date | None = None,
    echoes: bool = False,
) -> Step:
    """Decide after one page of a walk.

    Args:
        sight: the page.
        row: `Step.row` of the page before, 0 on the first.
        baseline: what earlier walks achieved.
        overlap: how many articles in a row, done before, end the walk (``DISCUZ_OVERLAP``).
        whole: walk to the end whatever is known (backfill).
        from_date: the first day that is wanted.
        echoes: whether the list shows the same pages again and again.
    """
    for one in sight.articles:
        row = row + 1 if one in sight.settled else 0
    if not sight.articles or sight.asked >= sight.last or sight.shown < sight.asked:
        return Step(go_on=False, row=row, complete_to=END, why="end")
    if echoes:
        return Step(go_on=False, row=row, complete_to=END, why="repeats")
    if from_date is not None and sight.oldest is not None and sight.oldest < from_date:
        # A walk that ends among articles done before has met the earlier walks: what they proved still holds.
        proved = baseline.complete_to if row and baseline.reaches(from_date) else from_date.isoformat()
        return Step(go_on=False, row=row, complete_to=proved, why="from_date")
    if not whole and baseline.reaches(from_date):
        # One page is proof enough where it is the same, article by article, as when the last walk ended.
        unchanged = sight.asked == 1 and sight.articles == baseline.head and sight.settled.issuperset(sight.articles)
        if unchanged or row >= overlap:
            return Step(
                go_on=False, row=row, complete_to=baseline.complete_to, why="unchanged" if unchanged else "overlap"
            )
    return Step(go_on=True, row=row)
