"""The tables, their version, and the one place where SQL dialects differ."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from collections.abc import Sequence

VERSION = 4
"""Of the tables below. A store of an older version is brought up to it, a newer one refused, never guessed at."""

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


class Ascending(sa.types.TypeDecorator[tuple[int, ...]]):
    """Whole numbers in ascending order: the first, then by how much each is above the one before. ``[70412,1,1,5]``."""

    impl = sa.JSON(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Sequence[int] | None, dialect: sa.Dialect) -> list[int] | None:  # noqa: ARG002 (SQLAlchemy's signature)
        """Give the first and the differences."""
        return None if value is None else [after - before for before, after in pairwise((0, *value))]

    def process_result_value(self, value: list[int] | None, dialect: sa.Dialect) -> tuple[int, ...] | None:  # noqa: ARG002 (SQLAlchemy's signature)
        """Give them back."""
        return None if value is None else tuple(accumulate(value))


# SQLite numbers rows by itself only in a column that is declared INTEGER.
Seq = sa.BigInteger().with_variant(sa.Integer, "sqlite")
Json = sa.JSON(none_as_null=True)


def _index_where(name: str, *columns: Any, where: sa.ColumnElement[bool]) -> sa.Index:
    """An index over few rows of a large table. It serves only queries that spell `where` out, without a parameter."""
    return sa.Index(name, *columns, sqlite_where=where, postgresql_where=where)


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

# Years of scheduled runs are thousands of rows with their stats; those that are not over are few.
_index_where("runs_unfinished", runs.c.seq, where=runs.c.state.in_(("running", "interrupted")))

# `run` is the run that found the unit, or took it over. `settled_at` is when it was first done or skipped: a later
# visit does not move it, so that a walk can tell what was known before it began. A payload is dropped when done.
# `catid` is the category whose list named the unit, kept for the report on what gave no record.
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
    sa.Column("catid", sa.BigInteger),
)


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
# Holds all that the report asks of them, which may be a million in the middle of a backfill.
_index_where(
    "units_unrecorded",
    units.c.catid,
    units.c.kind,
    units.c.state,
    units.c.reason,
    where=units.c.state != "done",
)

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

# `comment_ids` are null for most: only an article that will be looked at again needs them (`ArticleRow`).
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
    sa.Column("next_at", Moment),
    sa.Column("missing_since", Moment),
    sa.Column("missing_times", sa.Integer, nullable=False, server_default="0"),
    sa.Column("extractor", sa.BigInteger),
    sa.Column("comment_ids", Ascending),
    sa.Column("validators", Json),
)
_index_where("articles_due", articles.c.next_at, where=articles.c.next_at.is_not(None))

# How many articles have a record, by their own category (-1: none is known) and status: kept as `tallies` are.
holdings = sa.Table(
    "holdings",
    metadata,
    sa.Column("catid", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("status", sa.Text, primary_key=True),
    sa.Column("articles", sa.BigInteger, nullable=False),
)

# What each run did to how many articles of each category.
changes = sa.Table(
    "changes",
    metadata,
    sa.Column("run", Seq, primary_key=True, autoincrement=False),
    sa.Column("catid", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("what", sa.Text, primary_key=True),
    sa.Column("articles", sa.BigInteger, nullable=False),
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
    sa.Column("listed", sa.BigInteger),
    sa.Column("end", sa.Text),
    sa.Column("walked_at", Moment),
    sa.Column("swept_to", sa.Integer),
    sa.Column("swept_at", Moment),
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
    sa.Column("position", Seq),
    sa.Column("accepted_at", Moment),
    sa.Column("metrics", Json),
    sa.Column("reasons", Json),
    sa.UniqueConstraint("run", "number"),
)
_index_where("parts_open", parts.c.seq, where=parts.c.state != "published")
sa.Index("parts_position", parts.c.position)

# Articles whose numbers do not tell where in a list they stand, and the dates by which they are found there: back-dated
# ones, those of another time that were given a new date, and those of categories that fill slowly.
strays = sa.Table(
    "strays",
    metadata,
    sa.Column("aid", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at", Moment, nullable=False),
    sqlite_with_rowid=False,
)
sa.Index("strays_at", strays.c.at)

# The lines of parts that are not published: whose they are, and what was known before, so that it can be put back when
# the part is held back. `payload` is the unit's as it was given out, `kept` what was left of it. `before` is null where
# the article had no record. `after` is set on an article's first line when it is put back, and holds what a release
# writes again.
lines = sa.Table(
    "lines",
    metadata,
    sa.Column("part", Seq, primary_key=True, autoincrement=False),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("unit", Seq, nullable=False),
    sa.Column("catid", sa.BigInteger, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("payload", Json),
    sa.Column("kept", Json),
    sa.Column("before", Json),
    sa.Column("after", Json),
    sqlite_with_rowid=False,
)

# Pictures and files by what names them for ever (`crawler.discuz.files`), whatever articles show them: where their
# content lies, or why there is none.
media = sa.Table(
    "media",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("aid", sa.BigInteger, nullable=False),
    sa.Column("seen_at", Moment, nullable=False),
    sa.Column("sha256", sa.Text),
    sa.Column("extension", sa.Text),
    sa.Column("size", sa.BigInteger),
    sa.Column("name", sa.Text),
    sa.Column("etag", sa.Text),
    sa.Column("last_modified", sa.Text),
    sa.Column("reason", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)
_index_where("media_missing", media.c.key, where=media.c.sha256.is_(None))

# The files of the archive: how much of each is committed. A file that is not in its place any more has no row.
warcs = sa.Table(
    "warcs",
    metadata,
    sa.Column("seq", Seq, primary_key=True),
    sa.Column("run", Seq, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("length", sa.BigInteger, nullable=False),
    sa.Column("records", sa.BigInteger, nullable=False),
    sa.Column("revisits", sa.BigInteger, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.UniqueConstraint("run", "number"),
)

# The payloads that the archive holds: where the first record of each is, by what a later one of the same refers to it.
# The date is text, since it must be repeated to the letter.
payloads = sa.Table(
    "payloads",
    metadata,
    sa.Column("digest", sa.LargeBinary(32), primary_key=True),
    sa.Column("warc", Seq, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("date", sa.Text, nullable=False),
    sqlite_with_rowid=False,
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
