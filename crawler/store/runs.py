"""Runs: what was asked for, when, and how it ended."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa

from crawler.store.model import Run
from crawler.store.schema import runs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from crawler.store.model import RunState

UNFINISHED = ("running", "interrupted")

_RUNS = sa.select(runs.c.seq, runs.c.run_id, runs.c.job, runs.c.spider, runs.c.adopts, runs.c.started_at)


def unfinished(connection: sa.Connection) -> list[Run]:
    """Give the runs that a start can go on with, or has to close, the oldest first."""
    rows = connection.execute(_RUNS.where(runs.c.state.in_(UNFINISHED)).order_by(runs.c.seq))
    return [Run(**row, resumed=True) for row in rows.mappings()]


def create(connection: sa.Connection, job: str, spider: str, now: datetime, *, adopts: bool) -> Run:
    """Begin a new run."""
    run_id = _run_id(connection, spider, now)
    row = sa.insert(runs).values(run_id=run_id, job=job, spider=spider, adopts=adopts, started_at=now, state="running")
    seq = connection.scalars(row.returning(runs.c.seq)).one()
    return Run(seq=seq, run_id=run_id, job=job, spider=spider, adopts=adopts, started_at=now)


def _run_id(connection: sa.Connection, spider: str, now: datetime) -> str:
    """Name a run by its second, or by the next one that no other run is named by: names must sort by time."""
    moment = now.astimezone(UTC)
    while True:
        stamp = f"{moment:%Y%m%dT%H%M%SZ}"
        if connection.scalar(sa.select(runs.c.seq).where(runs.c.run_id.startswith(stamp))) is None:
            return f"{stamp}-{spider}"
        moment += timedelta(seconds=1)


def mark(connection: sa.Connection, run: Run, state: RunState, **values: Any) -> None:
    """Set how a run stands, and other columns with it."""
    connection.execute(sa.update(runs).where(runs.c.seq == run.seq).values(state=state, **values))


def plain(stats: Mapping[str, Any]) -> Any:
    """Make stats JSON-able: what JSON does not know becomes its text."""
    return orjson.loads(orjson.dumps(dict(stats), default=str))
