"""Entries of lists and feeds, and what the store may know of their articles, for tables of cases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from crawler.discuz.urls import Kind, Target
from crawler.items import RawEntry
from crawler.spiders.seen import Seen
from crawler.store import Standing

CHINA = timezone(timedelta(hours=8))
NOON = datetime(2026, 3, 5, 12, tzinfo=CHINA)
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


def seen(aid: int, when: datetime | None = NOON, **changes: Any) -> Seen:
    """An entry of a list."""
    values: dict[str, Any] = {"precision": "minute" if when else None, **changes}
    return Seen(Target(Kind.ARTICLE, aid), when, RawEntry("t", f"portal.php?mod=view&aid={aid}", aid), **values)


def known(aid: int, **changes: Any) -> Standing:
    """A published article of `NOON` that was read two days later."""
    values: dict[str, Any] = {
        "key": f"article/{aid}",
        "state": "done",
        "reason": "",
        "settled_at": NOON + timedelta(days=2),
        "status": "published",
        "date_published": NOON.isoformat(),
        "last_seen": NOON + timedelta(days=2),
        "catid": 1,
    }
    return Standing(**(values | changes))
