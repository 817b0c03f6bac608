"""How many units are in which state, without counting them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa

from crawler.store.model import Count
from crawler.store.runs import UNFINISHED
from crawler.store.schema import runs, tallies, upsert

if TYPE_CHECKING:
    from crawler.store.model import UnitKind, UnitState


CLOSED = 0
"""Stands for all runs that are over, as `Sort.run`."""


class Sort(NamedTuple):
    """What units are counted by; `run` is `Run.seq`."""

    run: int
    kind: UnitKind
    state: UnitState
    reason: str = ""


class Tally:
    """What one transaction changes in the counts; saved in that transaction."""

    def __init__(self) -> None:
        self._changes: Counter[Sort] = Counter()

    def enter(self, sort: Sort) -> None:
        """Count a unit that is new."""
        self._changes[sort] += 1

    def move(self, before: Sort, after: Sort) -> None:
        """Count a unit that was of one sort and is of another now."""
        self._changes[before] -= 1
        self._changes[after] += 1

    def save(self, connection: sa.Connection) -> None:
        """Add the changes to what the database holds."""
        rows = [sort._asdict() | {"units": change} for sort, change in self._changes.items() if change]
        if rows:
            connection.execute(upsert(connection.dialect.name, tallies, add=("units",)), rows)


def read(connection: sa.Connection, run: int | None = None) -> tuple[Count, ...]:
    """Give the counts of one run, or of all units."""
    total = sa.func.sum(tallies.c.units)
    query = sa.select(tallies.c.kind, tallies.c.state, tallies.c.reason, total)
    if run is not None:
        query = query.where(tallies.c.run == run)
    query = query.group_by(tallies.c.kind, tallies.c.state, tallies.c.reason).having(total > 0)
    rows = connection.execute(query.order_by(tallies.c.kind, tallies.c.state, tallies.c.reason))
    return tuple(Count(kind, state, reason, int(units)) for kind, state, reason, units in rows)


def runs_with_articles_todo(connection: sa.Connection, before: int) -> list[int]:
    """Name the runs before a given one (`Run.seq`) that left articles to do, the oldest first."""
    query = sa.select(tallies.c.run).where(
        tallies.c.run < before, tallies.c.kind == "article", tallies.c.state == "todo", tallies.c.units > 0
    )
    return list(connection.scalars(query.distinct().order_by(tallies.c.run)))


def fold(connection: sa.Connection) -> None:
    """Add up the counts of runs that are over, or every scheduled run would make them longer for ever.

    Articles to do stay apart: a run adopts them from the runs that left them.
    """
    unfinished = list(connection.scalars(sa.select(runs.c.seq).where(UNFINISHED)))
    folded = tallies.c.run.not_in([CLOSED, *unfinished]) & ((tallies.c.state != "todo") | (tallies.c.units == 0))
    total = sa.select(tallies.c.kind, tallies.c.state, tallies.c.reason, sa.func.sum(tallies.c.units).label("units"))
    total = total.where(folded).group_by(tallies.c.kind, tallies.c.state, tallies.c.reason)
    rows = [{**row, "run": CLOSED, "units": int(row["units"])} for row in connection.execute(total).mappings()]
    if rows:
        connection.execute(sa.delete(tallies).where(folded))
        connection.execute(upsert(connection.dialect.name, tallies, add=("units",)), rows)
        connection.execute(sa.delete(tallies).where(tallies.c.run == CLOSED, tallies.c.units == 0))
