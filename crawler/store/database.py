"""How the database is opened: durable to write, or read-only beside a run that writes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError

from crawler.errors import UsageError

SPOKEN = ("sqlite", "postgresql")
BUSY_SECONDS = 30.0
"""How long to wait for another program that has the file open, such as one that takes a backup."""


def _dumps(value: Any) -> str:
    return orjson.dumps(value).decode()


def _engine(url: sa.URL, connect_args: dict[str, Any]) -> sa.Engine:
    try:
        return sa.create_engine(url, connect_args=connect_args, json_serializer=_dumps, json_deserializer=orjson.loads)
    except (ImportError, ArgumentError) as error:
        raise UsageError(f"DISCUZ_STORE_URL={name(url)!r}: {error}: install the driver, or name another") from error


def _sqlite(url: sa.URL) -> sa.Engine:
    # Without an isolation level the driver starts no transactions of its own, so that ours hold every statement.
    engine = _engine(url, {"timeout": BUSY_SECONDS, "isolation_level": None})

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


def address(file: Path, url: str | None) -> sa.URL:
    """Say where a site's database is: in `file`, unless a SQLAlchemy URL names another place.

    Raises:
        UsageError: no such URL, or a kind of database that the store does not speak to.
    """
    if not url:
        return sa.URL.create("sqlite", database=str(file))
    try:
        at = sa.make_url(url)
    except ArgumentError as error:
        raise UsageError("DISCUZ_STORE_URL is no URL of a database: give postgresql+psycopg://host/name") from error
    if at.get_backend_name() not in SPOKEN:
        raise UsageError(f"DISCUZ_STORE_URL={name(at)!r}: not one of {', '.join(SPOKEN)}: give a URL of one of these")
    return at


def name(url: sa.URL) -> str:
    """Name a database in errors: SQLite's by its path, another by its URL without the password."""
    return url.database or "" if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)


def open_to_write(url: sa.URL) -> sa.Engine:
    """Open the database of a site, and make it where it is missing.

    SQLite runs in WAL mode, so that others can read meanwhile, with ``synchronous=FULL``: every commit is on disk when
    it returns. ``NORMAL`` would keep the database whole too, but a power cut could take back the last commits, and
    with them the intent to publish a file that is already renamed: its articles would be fetched and published twice.
    The cost is one sync a batch.
    """
    if url.get_backend_name() != "sqlite":
        return _engine(url, {})
    engine = _sqlite(url)

    @sa.event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    return engine


def open_to_read(url: sa.URL) -> sa.Engine:
    """Open the database of a site to read it; a run may write to it meanwhile. SQLite's file must exist."""
    if url.get_backend_name() != "sqlite":
        return _engine(url, {})
    file = Path(url.database or "").resolve()
    return _sqlite(sa.URL.create("sqlite", database=file.as_uri(), query={"mode": "ro", "uri": "true"}))
