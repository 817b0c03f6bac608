"""The frontier: which units there are, which is next, and how each ended."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from crawler.discuz.urls import Kind, Target, key
from crawler.store.articles import known_columns, known_of
from crawler.store.model import Due, Standing, Trouble, Unit, Unrecorded
from crawler.store.schema import articles, units
from crawler.store.tallies import Sort, runs_with_articles_todo

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from crawler.store.model import Found, Outcome, Run, UnitKind
    from crawler.store.tallies import Tally

WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(hours=24),
)
"""How long a unit waits after each time it failed; the last one for every time beyond."""
LONGEST_WAIT = WAITS[-1] + timedelta(hours=1)
"""What is to be tried later than that was put off by a clock that was wrong."""
LEAST = -(2**31)
"""No unit's priority is below it."""
KEYS_A_QUERY = 500
ROWS_AT_ONCE = 1000
NEWEST_SKIPPED = 100_000
"""Skipped units among which those of one run are looked for."""
NOT_ASKED = "not_asked"
"""Why an article was skipped that the arguments of its run did not ask for: another run may."""

# Spelled out, not bound: the indexes over few rows serve only a query that says so itself.
TODO = units.c.state == sa.literal_column("'todo'")
FAILED = units.c.state == sa.literal_column("'failed'")

_UNITS = sa.select(
    units.c.seq,
    units.c.key,
    units.c.kind,
    units.c.number,
    units.c.page,
    units.c.payload,
    units.c.tries,
    units.c.catid,
    *known_columns(),
).select_from(units.outerjoin(articles, articles.c.unit == units.c.seq))
_NOT_UNDER_WAY = units.c.seq.not_in(sa.bindparam("under_way", expanding=True))
_TODO = (
    _UNITS.where(
        TODO,
        units.c.run == sa.bindparam("run"),
        units.c.kind == sa.bindparam("kind"),
        units.c.priority >= sa.bindparam("least"),
        _NOT_UNDER_WAY,
    )
    .order_by(units.c.priority.desc(), units.c.seq)
    .limit(sa.bindparam("limit"))
)
_DUE = (
    _UNITS.where(
        FAILED,
        sa.or_(units.c.next_at <= sa.bindparam("now"), units.c.next_at > sa.bindparam("too_late")),
        _NOT_UNDER_WAY,
    )
    .order_by(units.c.next_at)
    .limit(sa.bindparam("limit"))
)
_DUE_OF_RUN = _DUE.where(units.c.run == sa.bindparam("run"))
_DUE_ARTICLES = _DUE.where(units.c.kind == sa.literal_column("'article'"))
_BY_SEQ = sa.select(
    units.c.seq, units.c.run, units.c.kind, units.c.state, units.c.reason, units.c.tries, units.c.settled_at
).where(units.c.seq.in_(sa.bindparam("seqs", expanding=True)))
_BY_KEY = sa.select(
    units.c.seq,
    units.c.key,
    units.c.run,
    units.c.kind,
    units.c.state,
    units.c.reason,
    units.c.catid,
    units.c.priority,
    units.c.payload,
).where(units.c.key.in_(sa.bindparam("keys", expanding=True)))
_STANDINGS = (
    sa.select(
        units.c.key,
        units.c.state,
        units.c.reason,
        units.c.settled_at,
        articles.c.status,
        articles.c.date_published,
        articles.c.last_seen,
        articles.c.catid,
        units.c.catid.label("found_in"),
    )
    .select_from(units.outerjoin(articles, articles.c.unit == units.c.seq))
    .where(units.c.key.in_(sa.bindparam("keys", expanding=True)))
)
_KEYS = sa.select(units.c.key).where(units.c.key.in_(sa.bindparam("keys", expanding=True)))
_SKIPPED = (
    sa.select(units.c.seq, units.c.run, units.c.kind, units.c.state, units.c.reason)
    .where(units.c.state == sa.literal_column("'skipped'"), units.c.seq > sa.bindparam("after"))
    .order_by(units.c.seq)
    .limit(sa.bindparam("limit"))
)
_TO_REVISIT = (
    sa.select(units.c.seq, units.c.run, units.c.kind, units.c.state, units.c.reason)
    .join_from(articles, units, units.c.seq == articles.c.unit)
    .where(articles.c.next_at <= sa.bindparam("now"))
    .order_by(articles.c.next_at)
    .limit(sa.bindparam("limit"))
)
_POSTPONE = sa.update(articles).where(articles.c.unit == sa.bindparam("of_unit"))
_UNRECORDED = (
    sa.select(units.c.catid, units.c.kind, units.c.state, units.c.reason, sa.func.count())
    # One that is looked at again has a record, whatever becomes of that.
    .where(units.c.state != sa.literal_column("'done'"), ~sa.exists().where(articles.c.unit == units.c.seq))
    .group_by(units.c.catid, units.c.kind, units.c.state, units.c.reason)
)
_TROUBLE = ("kind", "number", "page", "payload", "state", "reason", "tries", "next_at")
_NEWEST_SKIPPED = (
    sa.select(units)
    .where(units.c.state == sa.literal_column("'skipped'"))
    .order_by(units.c.seq.desc())
    .limit(NEWEST_SKIPPED)
    .subquery()
)
_INSERT = sa.insert(units)
_ONE = units.c.seq == sa.bindparam("unit")
_CHANGE = sa.update(units).where(_ONE)


class Frontier:
    """The units as one run sees them.

    Its methods expect a transaction on the connection. What is under way is kept in memory only: after a crash it is
    simply still to be done.

    Args:
        connection: of the store.
        run: the run that takes and finds units.
        tries: how often a unit that failed is tried again.
    """

    def __init__(self, connection: sa.Connection, run: Run, tries: int) -> None:
        self._connection = connection
        self._run = run
        self._tries = tries
        self._under_way: set[int] = set()
        self._ended: set[int] = set()
        self._overtaken: set[int] = set()
        self._lists: set[int] = set()

    # --- taking ---

    def take(self, n: int, now: datetime) -> list[Unit]:
        """Give out up to `n` units, none of them under way already.

        Listings before articles. Within a kind: what failed and is due again, then this run's own by priority and
        order of finding, then articles that earlier runs left (if the run adopts them). Articles of a priority below 0
        wait until no listing is left: it may name them, too, and tells more of them.
        """
        due = self._due(n, now)
        listings = [unit for unit in due if unit.kind == "listing"]
        listings += self._todo(self._run.seq, "listing", n - len(listings), LEAST)
        least = 0 if listings or self._lists else LEAST
        chosen = listings + [unit for unit in due if unit.kind == "article"]
        chosen += self._todo(self._run.seq, "article", n - len(chosen), least)
        if self._run.adopts and len(chosen) < n:
            for run in runs_with_articles_todo(self._connection, self._run.seq):
                chosen += self._todo(run, "article", n - len(chosen), least)
        chosen = chosen[:n]
        self._under_way.update(unit.seq for unit in chosen)
        self._lists.update(unit.seq for unit in chosen if unit.kind == "listing")
        return chosen

    def _due(self, n: int, now: datetime) -> list[Unit]:
        times = {"now": now, "too_late": now + LONGEST_WAIT}
        own = self._select(_DUE_OF_RUN, **times, run=self._run.seq, limit=n)
        if not self._run.adopts:
            return own
        seen = {unit.seq for unit in own}
        return own + [unit for unit in self._select(_DUE_ARTICLES, **times, limit=n) if unit.seq not in seen]

    def _todo(self, run: int, kind: UnitKind, n: int, least: int) -> list[Unit]:
        return self._select(_TODO, run=run, kind=kind, limit=n, least=least) if n > 0 else []

    def _select(self, query: sa.Select[Any], **values: Any) -> list[Unit]:
        rows = self._connection.execute(query, {**values, "under_way": [*self._under_way, *self._ended]})
        return [
            Unit(
                seq=row.seq,
                key=row.key,
                kind=row.kind,
                number=row.number,
                page=row.page,
                payload=row.payload or {},
                tries=row.tries,
                known=known_of(row),
                catid=row.catid,
            )
            for row in rows
        ]

    def end(self, unit: Unit) -> bool:
        """Note that a unit has ended, and give whether it was under way. `take` passes it over until `forget`."""
        if unit.seq not in self._under_way:
            return False
        self._under_way.remove(unit.seq)
        self._ended.add(unit.seq)
        return True

    def forget(self) -> None:
        """Forget the units that have ended: how they did is committed."""
        self._lists -= self._ended
        self._ended.clear()

    def overtake(self, held: set[int]) -> None:
        """Note that what was known of units under way (`Unit.seq`) was taken back: what comes of them is worthless."""
        self._overtaken |= held & (self._under_way | self._ended)

    def is_overtaken(self, unit: Unit) -> bool:
        """Tell whether what a unit was given out with is not so any more."""
        return unit.seq in self._overtaken

    def standings(self, keys: Iterable[str]) -> dict[str, Standing]:
        """Tell what is known of units; those that there are not are left out."""
        return {
            row["key"]: Standing(**row)
            for some in _few(keys)
            for row in self._connection.execute(_STANDINGS, {"keys": some}).mappings()
        }

    # --- again ---

    def revisit(self, now: datetime, later: datetime, limit: int | None, tally: Tally) -> int:
        """Have articles done again whose time has come, and put it off to `later`; give how many."""
        count = 0
        while limit is None or count < limit:
            at_once = ROWS_AT_ONCE if limit is None else min(ROWS_AT_ONCE, limit - count)
            rows = list(self._connection.execute(_TO_REVISIT, {"now": now, "limit": at_once}))
            if not rows:
                break
            self._connection.execute(_POSTPONE, [{"of_unit": row.seq, "next_at": later} for row in rows])
            free = [row for row in rows if row.state in {"done", "skipped"} and self._is_free(row)]
            self._again(free, tally)
            count += len(free)
        return count

    def retry_skipped(self, tally: Tally) -> int:
        """Have everything done again that was given up on; give how many units."""
        count = after = 0
        while rows := list(self._connection.execute(_SKIPPED, {"after": after, "limit": ROWS_AT_ONCE})):
            after = rows[-1].seq
            free = [row for row in rows if self._is_free(row)]
            self._again(free, tally)
            count += len(free)
        return count

    def _is_free(self, row: Any) -> bool:
        return row.seq not in self._under_way and row.seq not in self._ended and row.run <= self._run.seq

    def _again(self, rows: Sequence[Any], tally: Tally) -> None:
        again = {"run": self._run.seq, "state": "todo", "reason": "", "tries": 0, "next_at": None}
        for row in rows:
            tally.move(Sort(row.run, row.kind, row.state, row.reason), Sort(self._run.seq, row.kind, "todo"))
        if rows:
            self._connection.execute(_CHANGE, [again | {"unit": row.seq} for row in rows])

    # --- finding ---

    def add(self, found: Iterable[Found], tally: Tally) -> None:
        """Remember units.

        A new one is this run's, to do. A listing that an earlier run found is to do again, with what it was found
        with now. An article that an earlier run left todo or failed becomes this run's; one that it was not asked for
        is to do. One that waits (`take`) does not wait any more, and is to do with what it was found with now. Anything
        else is no news, unless it asks for a refresh. What the gate took back from this run is left to a later one.
        """
        wanted = _merged(found)
        known = {row.key: row for keys in _few(wanted) for row in self._connection.execute(_BY_KEY, {"keys": keys})}
        new, again, taken_over, named = [], [], [], []
        run = self._run.seq
        for name, unit in wanted.items():
            row = known.get(name)
            if row is None:
                tally.enter(Sort(run, unit.kind, "todo"))
                new.append(self._todo_row(unit) | {"key": name, "kind": unit.kind})
                continue
            if row.run > run:
                continue
            before = Sort(row.run, row.kind, row.state, row.reason)
            catid = row.catid if unit.catid is None else unit.catid
            if unit.refresh or (row.run < run and _is_news(row)):
                tally.move(before, Sort(run, row.kind, "todo"))
                kept = row.payload or {} if row.state == "done" and row.kind == "article" else {}
                again.append(
                    self._todo_row(unit) | {"unit": row.seq, "catid": catid, "payload": kept | dict(unit.payload)}
                )
            elif row.kind == "article" and row.run < run and row.state in {"todo", "failed"}:
                tally.move(before, before._replace(run=run))
                kept = {"payload": dict(unit.payload), "priority": unit.priority}
                if unit.priority < 0 <= row.priority:
                    named.append({"unit": row.seq, "run": run, "catid": catid})
                else:
                    taken_over.append({"unit": row.seq, "run": run, "catid": catid} | kept)
            elif row.kind == "article" and row.state == "todo" and row.priority < 0 <= unit.priority:
                kept = {"payload": dict(unit.payload), "priority": unit.priority}
                taken_over.append({"unit": row.seq, "run": run, "catid": catid} | kept)
            elif row.catid is None and catid is not None and row.state != "done":
                named.append({"unit": row.seq, "run": row.run, "catid": catid})
        for statement, rows in ((_INSERT, new), (_CHANGE, again), (_CHANGE, taken_over), (_CHANGE, named)):
            if rows:
                self._connection.execute(statement, rows)

    def _todo_row(self, found: Found) -> dict[str, Any]:
        return {
            "number": found.number,
            "page": found.page,
            "payload": dict(found.payload),
            "priority": found.priority,
            "catid": found.catid,
            "run": self._run.seq,
            "state": "todo",
            "reason": "",
            "tries": 0,
            "next_at": None,
        }

    # --- ending ---

    def settle(self, outcomes: Sequence[Outcome], now: datetime, tally: Tally) -> None:
        """Write down how units ended."""
        seqs = [outcome.unit.seq for outcome in outcomes]
        known = {row.seq: row for row in self._connection.execute(_BY_SEQ, {"seqs": seqs})}
        done, left = [], []
        for outcome in outcomes:
            row = known[outcome.unit.seq]
            change = self._end(outcome, row, now)
            tally.move(
                Sort(row.run, row.kind, row.state, row.reason),
                Sort(self._run.seq, row.kind, change["state"], change["reason"]),
            )
            if change["state"] == "done":
                done.append(change | {"payload": outcome.kept or None})
            else:
                left.append(change)
        for rows in (done, left):
            if rows:
                self._connection.execute(_CHANGE, rows)

    def _end(self, outcome: Outcome, row: Any, now: datetime) -> dict[str, Any]:
        state, tries, next_at = outcome.state, row.tries, None
        if state == "failed":
            if tries < self._tries:
                next_at = now + WAITS[min(tries, len(WAITS) - 1)]
                tries += 1
            else:
                state = "skipped"
        return {
            "unit": row.seq,
            "run": self._run.seq,
            "state": state,
            "reason": outcome.reason,
            "tries": tries,
            "next_at": next_at,
            "settled_at": row.settled_at if row.settled_at or state == "failed" else now,
        }


def _is_news(row: Any) -> bool:
    """Tell whether a unit of an earlier run is to do again whenever it is found."""
    sort = (row.kind, row.state, row.reason)
    return sort[0] == "listing" or sort == ("article", "skipped", NOT_ASKED)


def unrecorded(connection: sa.Connection) -> list[Unrecorded]:
    """Give how many units are not done and have no record, by the category that named them, and why."""
    counted = [Unrecorded(*row) for row in connection.execute(_UNRECORDED)]
    return sorted(counted, key=lambda one: (one.catid is not None, one.catid or 0, one.kind, one.state, one.reason))


def troubles(connection: sa.Connection, run: int, of_each: int) -> list[Trouble]:
    """Give some units of a run (`Run.seq`) that gave nothing, the newest of each reason."""
    found: list[Any] = []
    for rows, whose in ((units.c, (FAILED, units.c.run == run)), (_NEWEST_SKIPPED.c, (_NEWEST_SKIPPED.c.run == run,))):
        place = sa.func.row_number().over(partition_by=rows.reason, order_by=rows.seq.desc()).label("place")
        number = sa.func.count().over(partition_by=rows.reason).label("units")
        placed = sa.select(*(rows[name] for name in _TROUBLE), number, place).where(*whose).subquery()
        few = sa.select(*(placed.c[name] for name in (*_TROUBLE, "units"))).where(placed.c.place <= of_each)
        found += connection.execute(few.order_by(placed.c.reason, placed.c.place)).mappings().all()
    return [Trouble(**{**row, "payload": row["payload"] or {}}) for row in found]


def due(connection: sa.Connection, now: datetime) -> Due:
    """Give how many articles are due."""
    again = sa.select(sa.func.count()).select_from(articles).where(articles.c.next_at <= now)
    failed = sa.select(sa.func.count()).select_from(units).where(FAILED, units.c.next_at <= now)
    failed = failed.where(units.c.kind == sa.literal_column("'article'"))
    return Due(connection.scalar(again) or 0, connection.scalar(failed) or 0)


def unknown(connection: sa.Connection, aids: Sequence[int]) -> list[int]:
    """Give those numbers that no article unit names."""
    keys = {key(Target(Kind.ARTICLE, aid)): aid for aid in aids}
    known = set(connection.scalars(_KEYS, {"keys": list(keys)}))
    return [aid for name, aid in keys.items() if name not in known]


def _few(keys: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Cut keys into as many as one query asks for."""
    rest = iter(keys)
    while some := tuple(islice(rest, KEYS_A_QUERY)):
        yield some


def _merged(found: Iterable[Found]) -> dict[str, Found]:
    """Take each key once: the first that names it, unless a later one asks for a refresh, or does not wait."""
    merged: dict[str, Found] = {}
    for unit in found:
        first = merged.get(unit.key)
        if first is None or (unit.refresh, unit.priority >= 0) > (first.refresh, first.priority >= 0):
            merged[unit.key] = unit
    return merged
