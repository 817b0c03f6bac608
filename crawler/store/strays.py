"""Articles whose numbers do not tell where in a list they stand: found by the dates that lists print of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from crawler.store.schema import strays, upsert

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


def save(connection: sa.Connection, found: Mapping[int, datetime]) -> None:
    """Remember articles by number, each with its date; the last one counts."""
    if found:
        rows = [{"aid": aid, "at": at} for aid, at in found.items()]
        connection.execute(upsert(connection.dialect.name, strays), rows)


def read(connection: sa.Connection, first: datetime | None, last: datetime | None, limit: int) -> list[int]:
    """Give the numbers of those between two dates, both included and None for no bound; the newest first."""
    query = sa.select(strays.c.aid).order_by(strays.c.at.desc()).limit(limit)
    if first is not None:
        query = query.where(strays.c.at >= first)
    if last is not None:
        query = query.where(strays.c.at <= last)
    return list(connection.scalars(query))
