"""Files that repeat for people and consumers what the database holds; each is replaced as a whole."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa

from crawler.store import categories, parts
from crawler.store.files import write_whole
from crawler.store.schema import runs, units

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PUBLISHED = "published.jsonl"
SKIPPED = "skipped.jsonl"
CATEGORIES = "categories.jsonl"
ROWS_AT_ONCE = 1000
OF_UNIT = ("key", "kind", "number", "page", "state", "reason", "tries", "next_at")


def _line(value: dict[str, Any]) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z)


def write_published(connection: sa.Connection, folder: Path) -> None:
    """Write a line per published part, in the order of publication: a consumer's cursor. Expects a transaction."""
    write_whole(
        folder / PUBLISHED,
        (
            _line(
                {
                    "file": part.target,
                    "run": part.run_id,
                    "records": part.records,
                    "sha256": part.sha256,
                    "published_at": part.published_at,
                }
            )
            for part in parts.published(connection)
        ),
    )


def write_skipped(connection: sa.Connection, folder: Path) -> None:
    """Write a line per unit that gave nothing: skipped, or failed and to be tried again. Expects a transaction."""
    write_whole(folder / SKIPPED, (_line(row) for row in _without_record(connection)))


def _without_record(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    for state, order in (("skipped", units.c.seq), ("failed", units.c.next_at)):
        query = (
            sa.select(*(units.c[name] for name in OF_UNIT), runs.c.run_id)
            .join_from(units, runs, runs.c.seq == units.c.run)
            .where(units.c.state == sa.literal_column(f"'{state}'"))
            .order_by(order)
        )
        for row in connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}):
            yield dict(zip((*OF_UNIT, "run"), row, strict=True))


def write_categories(connection: sa.Connection, folder: Path) -> None:
    """Write a line per category. Expects a transaction."""
    write_whole(folder / CATEGORIES, (_line(asdict(category)) for category in categories.read(connection)))
