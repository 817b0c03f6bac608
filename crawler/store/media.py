"""What is remembered of pictures and files: where their content lies, or why there is none."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import sqlalchemy as sa

from crawler.store.model import MediaFile
from crawler.store.schema import media, upsert

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROWS_AT_ONCE = 1000


def save(connection: sa.Connection, files: Iterable[MediaFile]) -> None:
    """Remember files; each replaces what was known of it."""
    rows = [asdict(file) for file in files]
    if rows:
        connection.execute(upsert(connection.dialect.name, media), rows)


def find(connection: sa.Connection, key: str) -> MediaFile | None:
    """Give a file by its key, None if it is not known."""
    row = connection.execute(sa.select(media).where(media.c.key == key)).mappings().first()
    return None if row is None else MediaFile(**row)


def missing(connection: sa.Connection) -> Iterator[MediaFile]:
    """Give every file whose content is not here, by key."""
    query = sa.select(media).where(media.c.sha256.is_(None)).order_by(media.c.key)
    for row in connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}).mappings():
        yield MediaFile(**row)
