"""What is remembered of articles that have a record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crawler.store.model import Known
from crawler.store.schema import articles, upsert

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    import sqlalchemy as sa

    from crawler.store.model import Outcome

REMEMBERED = (
    "aid",
    "status",
    "content_hash",
    "revision",
    "date_published",
    "catid",
    "comment_count",
    "last_comment_id",
    "next_at",
    "missing_since",
    "missing_times",
    "extractor",
)


def save(connection: sa.Connection, outcomes: Iterable[Outcome], now: datetime) -> None:
    """Remember the article rows that outcomes bring."""
    rows = [
        {name: getattr(outcome.article, name) for name in REMEMBERED}
        | {"unit": outcome.unit.seq, "first_seen": now, "last_seen": now}
        for outcome in outcomes
        if outcome.article is not None
    ]
    if rows:
        connection.execute(upsert(connection.dialect.name, articles, keep=("first_seen",)), rows)


def known_columns() -> list[sa.Label[Any]]:
    """Columns for `known_of`, under names that do not clash with those of units."""
    return [articles.c[name].label(f"known_{name}") for name in (*REMEMBERED, "first_seen", "last_seen")]


def known_of(row: sa.Row[Any]) -> Known | None:
    """Read an article out of a row that holds `known_columns` and its unit's ``key``."""
    if row.known_aid is None:
        return None
    seen = {name: getattr(row, f"known_{name}") for name in (*REMEMBERED, "first_seen", "last_seen")}
    return Known(key=row.key, **seen)
