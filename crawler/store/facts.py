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
