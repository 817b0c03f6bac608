"""The slow sweep: older pages of the lists are read again, a few at each run, all of them once in so many days.

Pure. A walk ends where it meets what was done before: articles that were given an older date, that came back or that
left a list are further down. The sweep finds them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from crawler.spiders.again import NONE, off_by

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from crawler.spiders.seen import Seen
    from crawler.store import Standing

LEAST_REACH, MOST_REACH = 1000, 5000
"""How far the numbers of articles may be from those of a page for them to be looked up there."""
MINUTE = timedelta(minutes=1)


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
    return Share(min(due, pages), swept_at + due * each)


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

    Numbers grow with dates, so that articles that stand together have numbers that lie together: close where a list
    fills quickly, far from one another where it fills slowly.

    Args:
        page: what it names.
        before: numbers of the page before it.
    """
    middle, reach = _around(page, before)
    return range(max(middle - reach, 1), middle + reach) if reach else range(0)


def _around(page: Sequence[Seen], before: Collection[int] = ()) -> tuple[int, int]:
    """Give the number in the middle, and how far from it others may be; 0 for both where no number is told."""
    told = sorted([*(one.target.number for one in page if one.target.number), *before])
    if not told:
        return 0, 0
    spread = told[3 * len(told) // 4] - told[len(told) // 4]
    return told[len(told) // 2], min(max(LEAST_REACH, 2 * spread), MOST_REACH)


def strays(page: Sequence[Seen]) -> dict[int, datetime]:
    """Give the articles of a page that one could not find there by their numbers, with their dates.

    Those were dated back or ahead, or stand in a list that fills so slowly that numbers tell little. Some more are
    given, since pages shift.
    """
    middle, reach = _around(page)
    return {
        number: one.when
        for one in page
        if (number := one.target.number) and 2 * abs(number - middle) > reach and one.when is not None
    }


def span(page: Sequence[Seen], edge: Edge) -> tuple[datetime | None, datetime | None]:
    """Give the dates between which those of articles lie that a page should name: None for no bound."""
    first = None if edge.last or not page else page[-1].when
    last = None if edge.first else edge.until or (page[0].when if page else None)
    return first and first - MINUTE, last and last + MINUTE


def unnamed(
    page: Sequence[Seen], standings: Mapping[str, Standing], *, edge: Edge, catid: int | None, within: Collection[int]
) -> list[str]:
    """Give the keys of the articles that a page of a list should name and does not.

    Those were deleted, moved or given another date. Articles of the same minute as the page's last one may stand on the
    next page; where the page before was not read, those of the minute of its first one may stand there.

    Args:
        page: what it names, newest first.
        standings: what is known of the articles that may be among them (`numbers`, `strays`).
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
        and known.date_published is not None
        and (edge.first or _before_page(dated, known, edge.until))
        and (edge.last or _after(dated[-1], known) < NONE)
    ]


def _before_page(dated: Sequence[Seen], known: Standing, until: datetime | None) -> bool:
    """Whether an article is older than what stands above a page; by a day where no time of its day is known."""
    if until is None:
        return _after(dated[0], known) > NONE
    record, above = (
        moment.replace(tzinfo=None, second=0, microsecond=0)
        for moment in (datetime.fromisoformat(known.date_published or ""), until)
    )
    return above.date() > record.date() if record.time() == time() else above >= record


def _after(one: Seen, known: Standing) -> timedelta:
    """By how much a list's article is newer than a known one; not at all where that cannot be told."""
    return off_by(one, known.date_published) or NONE
