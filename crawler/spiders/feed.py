"""What the portal's feed proves: that nothing is new, for one request.

Pure. ``portal_rss.php`` (X3.1-X3.5) keeps, of every category, closed ones too, the 20 articles with the highest numbers
that lie in it itself, and prints the 20 newest of all of them. It makes them anew when it is asked after they have
become older than its ttl (30 minutes unless changed), and prints no article at all that time. So what was
published within the last ttl may be missing, and an empty feed is worth a second request.

Every new article is among them if the oldest entry is older than the last walk of every list. What is back-dated or
lies in a list only, a walk or the sweep finds: at least once in ``DISCUZ_FEED_TRUST`` hours the lists are walked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from crawler.spiders.again import why_again

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from crawler.spiders.seen import Seen
    from crawler.spiders.walk import Baseline
    from crawler.store import Standing

MOST = 20
"""Articles in a feed."""
SKEW = timedelta(hours=1)
"""By how much the site's clock may differ from ours."""
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Walked:
    """A category whose list is walked.

    Attributes:
        name: for the log.
        baseline: what earlier walks of it achieved.
        walked_at: when the last finished one began; aware.
        head_at: when the newest article of that was published; aware.
        once: once is enough: a list that is walked by every run shows what is new in it.
    """

    name: str
    baseline: Baseline
    walked_at: datetime | None
    head_at: datetime | None
    once: bool = False


def outdated(lists: Sequence[Walked], *, now: datetime, trust: timedelta, from_date: date | None = None) -> str:
    """Say why the lists must be walked whatever a feed says; empty if they need not be.

    Args:
        lists: every category that would be walked.
        now: aware.
        trust: for how long after a walk of a list the feed stands for it.
        from_date: the first day that is wanted.
    """
    for one in lists:
        if one.walked_at is None or not one.baseline.reaches(from_date):
            return f"{one.name} was not walked to its end"
        if now - one.walked_at >= trust and not one.once:
            return f"{one.name} was last walked at {one.walked_at:%Y-%m-%d %H:%M} UTC"
    return "" if lists else "no list was walked"


def doubt(entries: Sequence[Seen], standings: Mapping[str, Standing], lists: Sequence[Walked]) -> str:
    """Say why a feed does not prove that nothing is new in lists that are not `outdated`; empty if it does.

    Args:
        entries: what it names.
        standings: what is known of those.
        lists: every category that would be walked.
    """
    dates = [one.when.astimezone(UTC) for one in entries if one.when is not None]
    if not dates:
        return "it names nothing"
    if unknown := [one for one in entries if one.key not in standings]:
        return f"{len(unknown)} of its articles are not known"
    for one in lists:
        if one.once:
            continue
        if one.walked_at and len(entries) >= MOST and min(dates) > one.walked_at - SKEW:
            return f"it does not reach back to the last walk of {one.name}"
        # The newest article of a list is not in a feed that stands still, nor in one that shows something else.
        if one.head_at is not None and max(dates) + MINUTE < one.head_at:
            return f"its newest article is older than that of {one.name}"
    return ""


def redated(entries: Sequence[Seen], standings: Mapping[str, Standing], *, now: datetime) -> set[str]:
    """Give the keys of those articles of a feed that have got a date since they were last read.

    Nothing else that it says is reason enough to read one again: it shows what was so half an hour ago.
    """
    return {
        one.key
        for one in entries
        if one.key in standings and why_again(one, standings[one.key], now=now, believed=False) == "redated"
    }
