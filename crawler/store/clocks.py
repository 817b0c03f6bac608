"""Moments that lie ahead, as a clock wrote them down that was wrong: brought back before a run goes by them.

Otherwise nothing that failed meanwhile would be tried again, no list walked and no article looked at, until the day
that the clock had shown.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from crawler.store.schema import articles, categories, runs, units

if TYPE_CHECKING:
    from datetime import datetime

SKEW = timedelta(hours=1)
"""By how much the clocks of machines that share a store may differ."""

_LAST_RUN = sa.select(runs.c.started_at, runs.c.ended_at).order_by(runs.c.seq.desc()).limit(1)


def set_back(connection: sa.Connection, now: datetime) -> bool:
    """Bring back what lies ahead, and tell whether anything did. Expects a transaction.

    Only where the last run lies ahead, too: all of a store is looked through. What failed is tried again now, whenever
    that was. When articles were first seen, or missing, is left as it is.

    Args:
        connection: of the store.
        now: aware.
    """
    last = connection.execute(_LAST_RUN).first()
    if last is None or (last.ended_at or last.started_at) <= now + SKEW:
        return False
    due = {"next_at": now}
    for change in (
        sa.update(units).where(units.c.state == "failed", units.c.next_at > now).values(due),
        sa.update(articles).where(articles.c.next_at.is_not(None), articles.c.last_seen > now).values(due),
        *(
            sa.update(column.table).where(column > now).values({column.name: now})
            for column in (
                units.c.settled_at,
                articles.c.last_seen,
                categories.c.seen_at,
                categories.c.walked_at,
                categories.c.swept_at,
                runs.c.started_at,
                runs.c.ended_at,
            )
        ),
    ):
        connection.execute(change)
    return True
