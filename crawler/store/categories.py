"""The category tree as last seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from crawler.store.model import Category
from crawler.store.schema import categories, upsert

if TYPE_CHECKING:
    from collections.abc import Iterable

NAMES = tuple(column.name for column in categories.columns)


def save(connection: sa.Connection, seen: Iterable[Category]) -> None:
    """Remember categories; of several with one key the last counts."""
    rows = {
        category.key: {name: getattr(category, name) for name in NAMES} | {"head": list(category.head)}
        for category in seen
    }
    if rows:
        connection.execute(upsert(connection.dialect.name, categories), list(rows.values()))


def read(connection: sa.Connection) -> list[Category]:
    """Give every category, by catid, then those whose catid is not known."""
    rows = connection.execute(sa.select(categories))
    known = [Category(**{**row, "head": tuple(row["head"])}) for row in rows.mappings()]
    return sorted(known, key=lambda category: (category.catid is None, category.catid or 0, category.key))
