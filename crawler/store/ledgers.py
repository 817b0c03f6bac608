"""Files that repeat for people and consumers what the database holds; each is replaced as a whole."""

from __future__ import annotations

from dataclasses import asdict
from itertools import chain
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa

from crawler.store import categories, media, parts
from crawler.store.faults import storage_faults
from crawler.store.files import write_whole
from crawler.store.schema import runs, units

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crawler.store.model import Part

PUBLISHED = "published.jsonl"
SKIPPED = "skipped.jsonl"
CATEGORIES = "categories.jsonl"
MEDIA_SKIPPED = "media_skipped.jsonl"
ROWS_AT_ONCE = 1000
CHUNK = 2**18
LONGEST_LINE = 2**12
OF_MEDIA = ("url", "aid", "reason", "seen_at")
OF_UNIT = ("key", "kind", "number", "page", "state", "reason", "tries", "next_at")


def _line(value: dict[str, Any]) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z)


def write_published(connection: sa.Connection, folder: Path) -> None:
    """Write a line per published part, in the order of publication: a consumer's cursor. Expects a transaction.

    What the file has is copied: years of scheduled runs are thousands of lines, and only the last are new.
    """
    path = folder / PUBLISHED
    with storage_faults(path):
        count, last = _glance(path) if path.exists() else (-1, b"")
    position = _position_of(connection, last)
    goes_on = count == parts.count_published(connection, position)
    new = [_published_line(part) for part in parts.published(connection, after=position if goes_on else 0)]
    if new or not goes_on:
        write_whole(path, chain(_chunks(path) if goes_on else (), new))


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _glance(path: Path) -> tuple[int, bytes]:
    """Give how many lines a list has, and the last one."""
    count, end = 0, b""
    for chunk in _chunks(path):
        count += chunk.count(b"\n")
        end = (end + chunk)[-LONGEST_LINE:]
    return count, end.rstrip(b"\n").rpartition(b"\n")[2]


def _position_of(connection: sa.Connection, line: bytes) -> int:
    """Give the position of the part that a line names; 0 if it names none."""
    try:
        return parts.position_of(connection, orjson.loads(line)["file"])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return 0


def _published_line(part: Part) -> bytes:
    return _line(
        {
            "file": part.target,
            "run": part.run_id,
            "records": part.records,
            "sha256": part.sha256,
            "published_at": part.published_at,
        }
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


def write_media_skipped(connection: sa.Connection, folder: Path) -> None:
    """Write a line per picture or file whose content is not here, if there ever was one. Expects a transaction."""
    lines = (_line({name: getattr(file, name) for name in OF_MEDIA}) for file in media.missing(connection))
    first = next(lines, None)
    path = folder / MEDIA_SKIPPED
    if first is not None or path.exists():
        write_whole(path, chain((first,) if first else (), lines))


def write_categories(connection: sa.Connection, folder: Path) -> None:
    """Write a line per category. Expects a transaction."""
    write_whole(folder / CATEGORIES, (_line(asdict(category)) for category in categories.read(connection)))
