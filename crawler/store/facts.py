"""Single facts about a site that pages tell once: how it spells addresses, for one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from crawler.store.schema import meta, upsert

if TYPE_CHECKING:
    from collections.abc import Mapping


def save(connection: sa.Connection, name: str, fact: Mapping[str, Any]) -> None:
    """Remember a fact; it replaces the one of that name."""
    row = {"name": f"fact:{name}", "value": json.dumps(fact, ensure_ascii=False, sort_keys=True)}
    connection.execute(upsert(connection.dialect.name, meta), [row])


def read(connection: sa.Connection, name: str) -> dict[str, Any]:
    """Give a fact, empty if there is none."""
    value = connection.scalar(sa.select(meta.c.value).where(meta.c.name == f"fact:{name}"))
    return json.loads(value) if value is not None else {}


def forget(connection: sa.Connection, name: str) -> None:
    """Forget a fact, if there is one."""
    connection.execute(sa.delete(meta).where(meta.c.name == f"fact:{name}"))


def under(connection: sa.Connection, prefix: str) -> list[tuple[str, dict[str, Any]]]:
    """Give the facts whose names begin alike, by the rest of their names, in its order."""
    begin = f"fact:{prefix}"
    query = sa.select(meta.c.name, meta.c.value).where(meta.c.name.startswith(begin, autoescape=True))
    found = [(row.name.removeprefix(begin), json.loads(row.value)) for row in connection.execute(query)]
    return sorted(found, key=lambda one: one[0])


def last(connection: sa.Connection, prefix: str) -> str | None:
    """Give the rest of the last name of those that begin alike; None if there is none."""
    begin = f"fact:{prefix}"
    name = connection.scalar(sa.select(sa.func.max(meta.c.name)).where(meta.c.name.startswith(begin, autoescape=True)))
    return None if name is None else str(name).removeprefix(begin)
