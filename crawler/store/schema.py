"""The tables, their version, and the one place where SQL dialects differ."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from crawler.errors import StorageError

VERSION = 1
"""Of the tables below; a store of another version is refused, never guessed at."""

metadata = sa.MetaData()


class Moment(sa.types.TypeDecorator[datetime]):
    """An aware datetime as seconds since 1970 in UTC: 8 bytes, and ``datetime(x, 'unixepoch')`` shows it."""

    impl = sa.Double
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> float | None:  # noqa: ARG002 (SQLAlchemy's signature)
        """Refuse a naive datetime: it would be taken for local time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.timestamp()

    def process_result_value(self, value: float | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002 (SQLAlchemy's signature)
        """Give it back in UTC."""
        return None if value is None else datetime.fromtimestamp(value, UTC)


# SQLite numbers rows by itself only in a column that is declared INTEGER.
Seq = sa.BigInteger().with_variant(sa.Integer, "sqlite")
Json = sa.JSON(none_as_null=True)

meta = sa.Table(
    "meta",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

runs = sa.Table(
    "runs",
    metadata,
    sa.Column("seq", Seq, primary_key=True),
    sa.Column("run_id", sa.Text, nullable=False, unique=True),
    sa.Column("job", sa.Text, nullable=False),
    sa.Column("spider", sa.Text, nullable=False),
    sa.Column("adopts", sa.Boolean, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("started_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
    sa.Column("exit_code", sa.Integer),
    sa.Column("stats", Json),
)

# `run` is the run that found the unit, or took it over. `settled_at` is when it was first done or skipped: a later
# visit does not move it, so that a walk can tell what was known before it began. A payload is dropped when done.
units = sa.Table(
    "units",
    metadata,
    sa.Column("seq", Seq, primary_key=True),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("number", sa.BigInteger),
    sa.Column("page", sa.Integer, nullable=False),
    sa.Column("payload", Json),
    sa.Column("priority", sa.Integer, nullable=False),
    sa.Column("run", Seq, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("next_at", Moment),
    sa.Column("settled_at", Moment),
)


def _index_where(name: str, *columns: Any, where: sa.ColumnElement[bool]) -> sa.Index:
    """An index over few rows of a large table. It serves only queries that spell `where` out, without a parameter."""
    return sa.Index(name, *columns, sqlite_where=where, postgresql_where=where)


# Units leave these as they are settled: what is to be done is found in the same time however much has been done.
_index_where(
    "units_todo",
    units.c.run,
    units.c.kind,
    units.c.priority.desc(),
    units.c.seq,
    where=units.c.state == "todo",
)
_index_where("units_failed_of_run", units.c.run, units.c.next_at, where=units.c.state == "failed")
_index_where("units_failed", units.c.next_at, where=units.c.state == "failed")
_index_where("units_skipped", units.c.seq, where=units.c.state == "skipped")

# How many units there are of each sort, kept in the transactions that move them: counting millions takes seconds.
tallies = sa.Table(
    "tallies",
    metadata,
    sa.Column("run", Seq, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("state", sa.Text, primary_key=True),
    sa.Column("reason", sa.Text, primary_key=True),
    sa.Column("units", sa.BigInteger, nullable=False),
)

articles = sa.Table(
    "articles",
    metadata,
    sa.Column("unit", Seq, primary_key=True, autoincrement=False),
    sa.Column("aid", sa.BigInteger, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("content_hash", sa.Text),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("date_published", sa.Text),
    sa.Column("catid", sa.BigInteger),
    sa.Column("comment_count", sa.BigInteger),
    sa.Column("last_comment_id", sa.BigInteger),
    sa.Column("first_seen", Moment, nullable=False),
    sa.Column("last_seen", Moment, nullable=False),
)

categories = sa.Table(
    "categories",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("catid", sa.BigInteger),
    sa.Column("name", sa.Text),
    sa.Column("url", sa.Text),
    sa.Column("folder", sa.Text),
    sa.Column("parent_key", sa.Text),
    sa.Column("pages", sa.Integer),
    sa.Column("per_page", sa.Integer),
    sa.Column("complete_to", sa.Text),
    sa.Column("head", Json, nullable=False),
    sa.Column("head_at", Moment),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("seen_at", Moment),
)

parts = sa.Table(
    "parts",
    metadata,
    sa.Column("seq", Seq, primary_key=True),
    sa.Column("run", Seq, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("length", sa.BigInteger, nullable=False),
    sa.Column("records", sa.Integer, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("opened_at", Moment, nullable=False),
    sa.Column("target", sa.Text, nullable=False),
    sa.Column("sha256", sa.Text),
    sa.Column("published_at", Moment),
    sa.UniqueConstraint("run", "number"),
)


@cache
def upsert(
    dialect: str, table: sa.Table, *, keep: tuple[str, ...] = (), add: tuple[str, ...] = ()
) -> sqlite.Insert | postgresql.Insert:
    """Make the statement that inserts rows, or updates those whose primary key is there.

    Args:
        dialect: SQLAlchemy's name of it, ``sqlite`` or ``postgresql``.
        table: where to.
        keep: columns that an update leaves as they are.
        add: columns that an update adds to.
    """
    insert = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    changed = {
        column.name: table.c[column.name] + insert.excluded[column.name]
        if column.name in add
        else insert.excluded[column.name]
        for column in table.columns
        if not column.primary_key and column.name not in keep
    }
    return insert.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=changed)


def prepare(connection: sa.Connection, path: str) -> None:
    """Make the tables in an empty database, or check that they are of this version.

    Args:
        connection: with a transaction begun, and the right to write.
        path: where the database is, for errors.

    Raises:
        StorageError: tables of another version or of another program.
    """
    if not sa.inspect(connection).get_table_names():
        metadata.create_all(connection)
        connection.execute(sa.insert(meta).values(name="version", value=str(VERSION)))
    check(connection, path)


def check(connection: sa.Connection, path: str) -> None:
    """Refuse a database whose tables are not those of this version.

    Raises:
        StorageError: saying which version it is, and what to do.
    """
    found = None
    if sa.inspect(connection).has_table(meta.name):
        found = connection.scalar(sa.select(meta.c.value).where(meta.c.name == "version"))
    if found is None:
        raise StorageError(f"{path}: not a store of this program: move it away, or set DISCUZ_DATA_DIR to a folder")
    if found != str(VERSION):
        newer = found.isdecimal() and int(found) > VERSION
        mend = "upgrade this program" if newer else "use the program that wrote it, or move it away to crawl anew"
        raise StorageError(f"{path}: a store of version {found}, this program knows version {VERSION}: {mend}")
