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

MOST_NUMBERS = 1000
"""Numbers between those of a page that are looked up: a list with fewer than one in 60 of a site's articles is not."""


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
    first, last = max(min(told), middle - MOST_NUMBERS // 2), min(max(told), middle + MOST_NUMBERS // 2)
    return range(first, last + 1)


def unnamed(
    page: Sequence[Seen],
    standings: Mapping[str, Standing],
    *,
    until: datetime | None,
    within: Collection[int],
) -> list[str]:
    """Give the keys of the articles that a page of a list should name and does not.

    Those were deleted, moved or given another date. Articles of the same minute as the page's first or last one may
    stand on the next page.

    Args:
        page: what it names, newest first.
        standings: what is known of the articles around (`numbers`).
        until: date of the last article of the page before; of this page's first one, if None.
        within: the category whose list it is and all below it.
    """
    dated = [one for one in page if one.when is not None and one.precision in {"minute", "second"}]
    if len(dated) < len(page) or not dated:
        return []
    first, last = dated[0], dated[-1]
    named = {one.key for one in page}
    found = []
    for key, known in standings.items():
        if key in named or known.status != "published" or known.catid not in within:
            continue
        upper = _after(first, known) if until is None else _after_moment(until, known)
        lower = _after(last, known)
        if upper is not None and lower is not None and upper > NONE > lower:
            found.append(key)
    return found


def _after(one: Seen, known: Standing) -> timedelta | None:
    """By how much a list's article is newer than a known one; nothing where the day of that is all that is known."""
    if known.date_published is None or datetime.fromisoformat(known.date_published).time() == datetime.min.time():
        return None
    return off_by(one, known.date_published)


def _after_moment(moment: datetime, known: Standing) -> timedelta | None:
    if known.date_published is None:
        return None
    record = datetime.fromisoformat(known.date_published)
    return moment.replace(tzinfo=None, second=0, microsecond=0) - record.replace(tzinfo=None, second=0, microsecond=0)
