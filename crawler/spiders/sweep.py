"""The slow sweep: older pages of the lists are read again, a few at each run, all of them once in so many days.

Pure. A walk ends where it meets what was done before: articles that were given an older date, that came back or that
left a list are further down. The sweep finds them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from crawler.spiders.again import NONE, off_by

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from crawler.spiders.seen import Seen
    from crawler.store import Standing

MOST_NUMBERS = 2000
"""Numbers around those of a page that are looked up. An article that was given another date stands among others."""


@dataclass(frozen=True, slots=True)
class Share:
    """What is due of a list.

    Attributes:
        pages: how many.
        at: up to when the sweep will have done its share then; aware.
    """

    pages: int
    at: datetime


def share(pages: int, swept_at: datetime | None, now: datetime, days: float) -> Share:
    """Say how many pages of a list are due: as much of them as has passed of the days since the sweep came by.

    What is left of a page is not lost: it counts at the next run.

    Args:
        pages: of the list.
        swept_at: up to when the sweep has done its share; None if it has never.
        now: aware.
        days: in which all pages are to be read; 0 for no sweep.
    """
    if days <= 0 or pages < 1 or swept_at is None:
        return Share(0, swept_at or now)
    each = timedelta(days=days) / pages
    due = max((now - swept_at) // each, 0)
    return Share(due, swept_at + due * each) if due < pages else Share(pages, now)


@dataclass(frozen=True, slots=True)
class Edge:
    """What lies on either side of a page of a list.

    Attributes:
        first: whether it is the first one: there is none before it.
        last: whether it is the last one, and known to be: there is none behind it.
        until: date of the last article of the page before; aware, None if that was not read.
        before: keys of the articles of that page.
    """

    first: bool = False
    last: bool = False
    until: datetime | None = None
    before: frozenset[str] = frozenset()


def numbers(page: Sequence[Seen], before: Collection[int] = ()) -> range:
    """Give the numbers among which those of articles lie that a page of a list should name.

    Args:
        page: what it names.
        before: numbers of the page before it.
    """
    told = [*(one.target.number for one in page if one.target.number), *before]
    if not told:
        return range(0)
    middle = sorted(told)[len(told) // 2]
    return range(max(middle - MOST_NUMBERS // 2, 1), middle + MOST_NUMBERS // 2)


def unnamed(
    page: Sequence[Seen], standings: Mapping[str, Standing], *, edge: Edge, catid: int | None, within: Collection[int]
) -> list[str]:
    """Give the keys of the articles that a page of a list should name and does not.

    Those were deleted, moved or given another date. Articles of the same minute as the page's last one may stand on the
    next page; where the page before was not read, those of the minute of its first one may stand there.

    Args:
        page: what it names, newest first.
        standings: what is known of the articles around (`numbers`).
        edge: what lies on either side of it.
        catid: the category whose list it is. Where articles' pages do not name their category, as those of some
            templates do not, those count that this list named first: what lies below it is not sure then, either.
        within: that one and all below it.
    """
    dated = [one for one in page if one.when is not None and one.precision in {"minute", "second"}]
    if len(dated) < len(page) or not (dated or (edge.last and (edge.first or edge.until))):
        return []
    named = {one.key for one in page} | edge.before
    return [
        key
        for key, known in standings.items()
        if key not in named
        and known.status == "published"
        and (known.found_in == catid if known.catid is None else known.catid in within)
        and _has_time(known)
        and (edge.first or _before_page(dated, known, edge.until))
        and (edge.last or _after(dated[-1], known) < NONE)
    ]


def _has_time(known: Standing) -> bool:
    """Whether it is known when on its day an article was published."""
    date = known.date_published
    return date is not None and datetime.fromisoformat(date).time() != datetime.min.time()


def _before_page(dated: Sequence[Seen], known: Standing, until: datetime | None) -> bool:
    """Whether an article is older than what stands above a page."""
    return _after(dated[0], known) > NONE if until is None else _after_moment(until, known) >= NONE


def _after(one: Seen, known: Standing) -> timedelta:
    """By how much a list's article is newer than a known one; not at all where that cannot be told."""
    return off_by(one, known.date_published) or NONE


def _after_moment(moment: datetime, known: Standing) -> timedelta:
    record = datetime.fromisoformat(known.date_published or "")
    return moment.replace(tzinfo=None, second=0, microsecond=0) - record.replace(tzinfo=None, second=0, microsecond=0)
