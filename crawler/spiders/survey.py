"""What a dry run says that a job would take. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from crawler.spiders.seen import Seen


class Survey(NamedTuple):
    """What a job would do, in words, and how many requests that takes."""

    words: str
    requests: int


def reach(shown: Sequence[Seen], pages: int, from_date: date | None) -> tuple[int, int]:
    """Say how many pages and articles a list has, back to a date, as its first page tells.

    Args:
        shown: what the first page names.
        pages: that there are.
        from_date: the first day that is wanted; None for all.

    Returns:
        pages and articles, about: as many articles a day are expected further down as there are on the first page.
    """
    total = pages * len(shown)
    days = [one.day for one in shown if one.day is not None]
    if from_date is None or not days:
        return pages, total
    newest, oldest = max(days), min(days)
    if oldest < from_date:
        return 1, sum(day >= from_date for day in days)
    a_day = len(shown) / ((newest - oldest).days + 1)
    articles = min(total, round(a_day * ((newest - from_date).days + 1)))
    return min(pages, -(-articles // len(shown))), articles
