"""Files that repeat for people and consumers what the database holds; each is replaced as a whole."""

from __future__ import annotations

from dataclasses import asdict, replace
from itertools import chain
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa

from crawler.store import categories, media, parts, purging
from crawler.store.faults import storage_faults
from crawler.store.files import write_whole
from crawler.store.schema import runs, units

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
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

    A file that lost lines to a purge has another line, behind all that was published before. What the list has is
    copied: years of scheduled runs are thousands of lines, and only the last are new.
    """
    path = folder / PUBLISHED
    with storage_faults(path):
        count, last = _glance(path) if path.exists() else (-1, b"")
    purges = purging.entries(connection)
    position = _position_of(connection, last, purges)
    known = parts.count_published(connection, position) + sum(at <= position for at in purges)
    goes_on = count == known
    new = list(_listed(connection, position if goes_on else 0, purges))
    if new or not goes_on:
        write_whole(path, chain(_chunks(path) if goes_on else (), new))


def _listed(connection: sa.Connection, after: int, purges: Mapping[int, dict[str, Any]]) -> Iterator[bytes]:
    """Give the lines behind a position: of each part as it was when it was published, then what became of it."""
    first: dict[str, dict[str, Any]] = {}
    for at in sorted(purges):
        first.setdefault(purges[at]["file"], purges[at])
    waiting = [at for at in sorted(purges) if at > after]
    for part in parts.published(connection, after=after):
        while waiting and waiting[0] < (part.position or 0):
            yield _purged_line(purges[waiting.pop(0)])
        was = first.get(part.target)
        yield _published_line(
            part if was is None else replace(part, sha256=was["replaces"], records=was["replaced_records"])
        )
    for at in waiting:
        yield _purged_line(purges[at])


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


def _position_of(connection: sa.Connection, line: bytes, purges: Mapping[int, dict[str, Any]]) -> int:
    """Give the position of the part or the purge that a line names; 0 if it names none."""
    try:
        said = orjson.loads(line)
        if "purged_at" in said:
            same = (at for at in sorted(purges, reverse=True) if _purged_line(purges[at]).rstrip() == line.rstrip())
            return next(same, 0)
        return parts.position_of(connection, said["file"])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return 0


def _purged_line(entry: Mapping[str, Any]) -> bytes:
    return _line({name: entry[name] for name in ("file", "run", "records", "sha256", "purged_at", "replaces")})


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
