"""Runs: what was asked for, when, and how it ended."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

import orjson
import sqlalchemy as sa

from crawler.store.model import Run, RunInfo
from crawler.store.schema import runs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from crawler.store.model import RunState

# Spelled out, not bound: the index over few rows serves only a query that says so itself.
UNFINISHED = runs.c.state.in_((sa.literal_column("'running'"), sa.literal_column("'interrupted'")))
HELD = "held"
"""The spider of a run that never was: what the gate held back waits under it for the next run that adopts articles."""

_RUNS = sa.select(runs.c.seq, runs.c.run_id, runs.c.job, runs.c.spider, runs.c.adopts, runs.c.started_at)

_INFOS = sa.select(*(runs.c[name] for name in RunInfo.__dataclass_fields__)).where(runs.c.spider != HELD)


def unfinished(connection: sa.Connection) -> list[Run]:
    """Give the runs that a start can go on with, or has to close, the oldest first."""
    rows = connection.execute(_RUNS.where(UNFINISHED).order_by(runs.c.seq))
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
        same = sa.select(runs.c.seq).where(runs.c.run_id >= stamp, runs.c.run_id < f"{stamp}~").limit(1)
        if connection.scalar(same) is None:
            return f"{stamp}-{spider}"
        moment += timedelta(seconds=1)


def for_held(connection: sa.Connection, now: datetime) -> int:
    """Give the run (`Run.seq`) under which held back units wait: after the current one, which must not do them again.

    Made where the last run is a real one.
    """
    last = connection.execute(sa.select(runs.c.seq, runs.c.spider).order_by(runs.c.seq.desc()).limit(1)).first()
    if last is not None and last.spider == HELD:
        return int(last.seq)
    run = create(connection, HELD, HELD, now, adopts=False)
    mark(connection, run, "abandoned", ended_at=now)
    return run.seq


def seq_of(connection: sa.Connection, run_id: str) -> int | None:
    """Give `Run.seq` of a run, None if there is no such run."""
    return connection.scalar(sa.select(runs.c.seq).where(runs.c.run_id == run_id))


def one(connection: sa.Connection, run_id: str) -> RunInfo | None:
    """Give a run, None if there is no such run."""
    row = connection.execute(_INFOS.where(runs.c.run_id == run_id)).mappings().first()
    return None if row is None else RunInfo(**row)


def read(connection: sa.Connection, limit: int, before: int | None = None) -> list[RunInfo]:
    """Give the last runs, of those before one (`Run.seq`) if it is named; the newest first."""
    query = _INFOS.order_by(runs.c.seq.desc()).limit(limit)
    if before is not None:
        query = query.where(runs.c.seq < before)
    return [RunInfo(**row) for row in connection.execute(query).mappings()]


def mark(connection: sa.Connection, run: Run, state: RunState, **values: Any) -> None:
    """Set how a run stands, and other columns with it."""
    connection.execute(sa.update(runs).where(runs.c.seq == run.seq).values(state=state, **values))


def plain(stats: Mapping[str, Any]) -> Any:
    """Make stats JSON-able: what JSON does not know becomes its text."""
    return orjson.loads(orjson.dumps(dict(stats), default=str))
