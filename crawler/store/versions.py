"""The version of a store: made new, brought up to this program's, or refused."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import CreateColumn, CreateIndex, CreateTable

from crawler.errors import StorageError
from crawler.store.schema import (
    VERSION,
    articles,
    categories,
    changes,
    holdings,
    lines,
    media,
    meta,
    metadata,
    parts,
    payloads,
    strays,
    units,
    warcs,
)


@dataclass(frozen=True, slots=True)
class News:
    """What a version of the store has that the one before had not.

    Attributes:
        columns: by table, in their order.
        tables: whole ones, with their indexes.
        indexes: of tables that were there, by name.
    """

    columns: Mapping[sa.Table, tuple[str, ...]]
    tables: Sequence[sa.Table] = ()
    indexes: Collection[str] = ()


NEW_IN_2 = News(
    columns={
        units: ("catid",),
        articles: ("next_at", "missing_since", "missing_times", "extractor"),
        categories: ("listed", "end", "walked_at", "swept_to", "swept_at"),
        parts: ("position", "accepted_at", "metrics", "reasons"),
    },
    tables=(holdings, changes, lines),
    indexes=("units_unrecorded", "articles_due", "runs_unfinished", "parts_open", "parts_position"),
)
"""Categories of units, when to look again at an article, counts by category, the gate."""
NEW_IN_3 = News(columns={articles: ("comment_ids", "validators")}, tables=(strays, media))
"""Which comments are written, what a server said of an article's file, articles whose numbers do not tell where in a
list they stand, pictures and files."""
NEW_IN_4 = News(columns={}, tables=(warcs, payloads))
"""The archive of what was served."""


def prepare(connection: sa.Connection, path: str) -> None:
    """Make the tables in an empty database, or bring those of an older version up to this one.

    Args:
        connection: with a transaction begun, and the right to write. A migration is part of it: after a crash the
            store is of the old version or of the new one.
        path: where the database is, for errors.

    Raises:
        StorageError: tables of another version or of another program.
    """
    if not sa.inspect(connection).get_table_names():
        metadata.create_all(connection)
        connection.execute(sa.insert(meta).values(name="version", value=str(VERSION)))
        return
    found = _version(connection, path)
    while found in MIGRATIONS:
        MIGRATIONS[found](connection)
        found = str(int(found) + 1)
        connection.execute(sa.update(meta).where(meta.c.name == "version").values(value=found))
    check(connection, path)


def check(connection: sa.Connection, path: str) -> None:
    """Refuse a database whose tables are not those of this version.

    Raises:
        StorageError: saying which version it is, and what to do.
    """
    found = _version(connection, path)
    if found == str(VERSION):
        return
    if found.isdecimal() and int(found) > VERSION:
        mend = "upgrade this program"
    elif found in MIGRATIONS:
        mend = "crawl this site once, which brings its store up to date"
    else:
        mend = "use the program that wrote it, or move it away to crawl anew"
    raise StorageError(f"{path}: a store of version {found}, this program knows version {VERSION}: {mend}")


def _version(connection: sa.Connection, path: str) -> str:
    found: str | None = None
    if sa.inspect(connection).has_table(meta.name):
        found = connection.scalar(sa.select(meta.c.value).where(meta.c.name == "version"))
    if found is None:
        raise StorageError(f"{path}: not a store of this program: move it away, or set DISCUZ_DATA_DIR to a folder")
    return found


def _make(connection: sa.Connection, news: News) -> None:
    """Add columns at the end of tables, whose rows are not written anew however many there are, and make the rest.

    A table that an earlier step has made is as this version has it, with all its columns.
    """
    for table, names in news.columns.items():
        there = {column["name"] for column in sa.inspect(connection).get_columns(table.name)}
        for name in (name for name in names if name not in there):
            words = CreateColumn(table.c[name]).compile(dialect=connection.dialect)
            connection.execute(sa.text(f"ALTER TABLE {table.name} ADD COLUMN {words}"))
    made: list[Any] = [CreateTable(table) for table in news.tables]
    made += [CreateIndex(index) for table in news.tables for index in table.indexes]
    made += [
        CreateIndex(index) for table in metadata.sorted_tables for index in table.indexes if index.name in news.indexes
    ]
    for statement in made:
        connection.execute(statement)


def _to_2(connection: sa.Connection) -> None:
    _make(connection, NEW_IN_2)
    own = sa.func.coalesce(articles.c.catid, sa.literal_column("-1"))  # bound, it would be another one to group by
    counted = sa.select(own, articles.c.status, sa.func.count()).group_by(own, articles.c.status)
    connection.execute(sa.insert(holdings).from_select(["catid", "status", "articles"], counted))
    highest = connection.scalar(sa.select(sa.func.max(articles.c.aid)))
    if highest is not None:
        connection.execute(sa.insert(meta).values(name="highest_aid", value=str(highest)))
    connection.execute(sa.update(parts).where(parts.c.state == "published").values(position=parts.c.seq))


def _to_3(connection: sa.Connection) -> None:
    _make(connection, NEW_IN_3)


def _to_4(connection: sa.Connection) -> None:
    _make(connection, NEW_IN_4)


MIGRATIONS: dict[str, Callable[[sa.Connection], None]] = {"1": _to_2, "2": _to_3, "3": _to_4}
"""By the version that each starts from; one leads to the next."""
