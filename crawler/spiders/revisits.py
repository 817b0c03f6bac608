"""When an article that has a record is looked at again, and when one that is missing is gone. Pure.

Young articles are edited, commented on and taken down; what a month has not changed hardly ever changes. So the looks
go by the article's age and become rare with it. An article that is not there any more is looked for until it has been
missing often enough for long enough: owners take articles down to correct them, and sites have bad days.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

HOUR: Final = timedelta(hours=1)
AGES: Final = (HOUR, 6 * HOUR, *(timedelta(days=days) for days in (1, 3, 7, 14, 30)))
"""Ages at which an article is looked at again."""

MISSES: Final = 3
"""How often an article must have been missing to be gone."""
GONE_AFTER: Final = timedelta(hours=72)
"""How long it must have been missing."""


def next_look(published: datetime | None, first_seen: datetime, now: datetime, days: int) -> datetime | None:
    """Say when an article is looked at again.

    Args:
        published: when the site says that it was published; aware.
        first_seen: when its first record was made; aware. Dates in the future keep an article on top of its list: such
            a one is as old as it is known.
        now: aware.
        days: the last age at which it is looked at (``DISCUZ_REVISIT_DAYS``); 0 for no look at all.

    Returns:
        the moment, after `now`; None for one that is too old, or whose age nobody knows: to look at every article of
        an undated site seven times would cost it more than the first reading did.
    """
    if published is None:
        return None
    born = min(published, first_seen)
    last = timedelta(days=days)
    ages = (*(age for age in AGES if age < last), last)
    return next((born + age for age in ages if born + age > now), None)


def is_gone(times: int, since: datetime, now: datetime) -> bool:
    """Tell whether an article is gone that was missing so often since then, the last time now."""
    return times >= MISSES and now - since >= GONE_AFTER


def next_search(times: int, since: datetime, now: datetime) -> datetime:
    """Say when an article that is missing is looked for again, so that it is gone as soon as that can be said.

    Args:
        times: how often it was missing, 1 or more.
        since: when it was missing for the first time.
        now: when it was for the last.
    """
    due = since + GONE_AFTER * min(times, MISSES - 1) / (MISSES - 1)
    return max(due, now + HOUR)
