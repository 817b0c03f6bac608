"""The store against a plain model: whatever is done to both, they give the same units and hold the same lines."""

from __future__ import annotations

import dataclasses
import json
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import get_args

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from crawler.store import ArticleRow, Count, Found, Limits, Outcome, Settled, Unit, UnitState, open_store
from tests.store.helpers import Clock, lines_of

WAITS = [timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), timedelta(hours=24)]


@dataclasses.dataclass
class Row:
    """A unit as the model remembers it."""

    found: Found
    order: int
    run: int
    state: UnitState = "todo"
    reason: str = ""
    tries: int = 0
    next_at: datetime | None = None
    settled_at: datetime | None = None
    revision: int | None = None

    def reset(self, found: Found, run: int) -> None:
        self.found, self.run, self.state, self.reason, self.tries, self.next_at = found, run, "todo", "", 0, None


class Model:
    """The frontier in lists and dictionaries, one step after the other."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}
        self.run = 0
        self.jobs: dict[int, str] = {}
        self.unfinished: int | None = None
        self.adopts = False
        self.under_way: set[str] = set()
        self.pending: list[Outcome] = []
        self.lines: list[dict[str, object]] = []

    def begin(self, job: str, adopts: bool) -> bool:
        self.under_way, self.pending = set(), []
        resumed = self.unfinished is not None and self.jobs[self.unfinished] == job
        if not resumed:
            self.run += 1
            self.jobs[self.run], self.adopts = job, adopts
        self.unfinished = self.run
        return resumed

    def add(self, found: list[Found]) -> None:
        for key in dict.fromkeys(unit.key for unit in found):
            same = [unit for unit in found if unit.key == key]
            self._add(max(same, key=lambda unit: (unit.refresh, unit.priority >= 0)))

    def _add(self, found: Found) -> None:
        row = self.rows.get(found.key)
        if row is None:
            self.rows[found.key] = Row(found, len(self.rows), self.run)
        elif found.refresh or (found.kind == "listing" and row.run != self.run):
            row.reset(found, self.run)
        elif found.kind == "article" and row.run != self.run and row.state in {"todo", "failed"}:
            row.found, row.run = row.found if found.priority < 0 <= row.found.priority else found, self.run
        elif found.kind == "article" and row.state == "todo" and row.found.priority < 0 <= found.priority:
            row.found = found

    def take(self, n: int, now: datetime) -> list[Row]:
        free = [row for key, row in self.rows.items() if key not in self.under_way]
        listings = [row for row in self.rows.values() if row.found.kind == "listing"]
        lists_left = any(
            row.found.key in self.under_way
            or (row.run == self.run and (row.state == "todo" or (row.next_at is not None and row.next_at <= now)))
            for row in listings
        )
        due = [row for row in free if row.state == "failed" and row.next_at and row.next_at <= now]
        todo = [row for row in free if row.state == "todo"]

        def own(rows: list[Row], kind: str) -> list[Row]:
            return [row for row in rows if row.run == self.run and row.found.kind == kind]

        def adopted(rows: list[Row]) -> list[Row]:
            return [row for row in rows if self.adopts and row.run != self.run and row.found.kind == "article"]

        def waited(row: Row) -> datetime:
            assert row.next_at
            return row.next_at

        def wanted(row: Row) -> tuple[int, int]:
            return -row.found.priority, row.order

        def ready(rows: list[Row]) -> list[Row]:
            return [row for row in rows if not lists_left or row.found.priority >= 0]

        return [
            *sorted(own(due, "listing"), key=waited),
            *sorted(own(todo, "listing"), key=wanted),
            *sorted(own(due, "article"), key=waited),
            *sorted(adopted(due), key=waited),
            *sorted(ready(own(todo, "article")), key=wanted),
            *sorted(ready(adopted(todo)), key=lambda row: (row.run, *wanted(row))),
        ][:n]

    def flush(self, now: datetime) -> None:
        for outcome in self.pending:
            self._settle(outcome, now)
        self.add([found for outcome in self.pending for found in outcome.found])
        self.under_way -= {outcome.unit.key for outcome in self.pending}
        self.pending = []

    def _settle(self, outcome: Outcome, now: datetime) -> None:
        row = self.rows[outcome.unit.key]
        row.run, row.state, row.reason, row.next_at = self.run, outcome.state, outcome.reason, None
        if outcome.state == "failed" and row.tries < len(WAITS):
            row.next_at = now + WAITS[row.tries]
            row.tries += 1
        elif outcome.state == "failed":
            row.state = "skipped"
        if row.state != "failed":
            row.settled_at = row.settled_at or now
        if outcome.article:
            row.revision = outcome.article.revision
        if outcome.line:
            self.lines.append(json.loads(outcome.line))


def kind_of(key: str) -> str:
    return key.partition("/")[0]


@st.composite
def founds(draw: st.DrawFn) -> Found:
    key = draw(st.sampled_from([f"article/{n}" for n in range(1, 7)] + [f"listing/{n}/1" for n in range(1, 4)]))
    return Found(
        key=key,
        kind="article" if kind_of(key) == "article" else "listing",
        number=int(key.split("/")[1]),
        payload=draw(st.sampled_from([{}, {"a": 1}, {"b": [2, None]}])),
        priority=draw(st.integers(-1, 1)),
        refresh=draw(st.booleans()) and draw(st.booleans()),
    )


class FrontierMachine(RuleBasedStateMachine):
    """Does the same to a store and to the model, and compares what both give."""

    def __init__(self) -> None:
        super().__init__()
        self._temporary = tempfile.TemporaryDirectory()
        self.folder = Path(self._temporary.name)
        self.clock = Clock()
        self.model = Model()
        self.taken: list[Unit] = []
        self.revision = 0

    @initialize(job=st.sampled_from("ab"), adopts=st.booleans())
    def start(self, job: str, adopts: bool) -> None:
        self.store = open_store(self.folder, clock=self.clock, limits=Limits(records=5))
        self._begin(job, adopts)

    def _begin(self, job: str, adopts: bool) -> None:
        self.taken = []
        assert self.store.begin(job, "portal", adopts=adopts).resumed == self.model.begin(job, adopts)

    @rule(found=st.lists(founds(), max_size=5))
    def add(self, found: list[Found]) -> None:
        self.store.add(found)
        self.model.add(found)

    @rule(n=st.integers(0, 5))
    def take(self, n: int) -> None:
        expected = self.model.take(n, self.clock())
        taken = self.store.take(n)
        assert [
            (unit.key, unit.payload, unit.tries, unit.known.revision if unit.known else None) for unit in taken
        ] == [(row.found.key, row.found.payload, row.tries, row.revision) for row in expected]
        self.model.under_way.update(row.found.key for row in expected)
        self.taken += taken

    @precondition(lambda self: self.taken)
    @rule(
        data=st.data(),
        state=st.sampled_from(get_args(Settled)),
        reason=st.sampled_from(["", "timeout"]),
        found=st.lists(founds(), max_size=3),
    )
    def finish(self, data: st.DataObject, state: Settled, reason: str, found: list[Found]) -> None:
        unit = self.taken.pop(data.draw(st.integers(0, len(self.taken) - 1)))
        line = row = None
        if state != "failed" and unit.kind == "article":
            self.revision += 1
            line = json.dumps({"key": unit.key, "revision": self.revision}).encode() + b"\n"
            row = ArticleRow(key=unit.key, aid=unit.number or 0, revision=self.revision)
        outcome = Outcome(unit, state, reason, line=line, article=row, found=found)
        self.model.pending.append(outcome)
        self.store.finish(outcome)
        if not self.store.pending:
            self.model.flush(self.clock())
        assert self.store.pending == len(self.model.pending)

    @rule()
    def flush(self) -> None:
        self.store.flush()
        self.model.flush(self.clock())

    @rule(by=st.sampled_from([timedelta(seconds=1), timedelta(minutes=2), timedelta(hours=1), timedelta(days=1)]))
    def time_passes(self, by: timedelta) -> None:
        self.clock.now += by

    @rule(job=st.sampled_from("ab"), adopts=st.booleans())
    def crash(self, job: str, adopts: bool) -> None:
        self.store.close()
        self.store = open_store(self.folder, clock=self.clock, limits=Limits(records=5))
        self._begin(job, adopts)

    @rule(state=st.sampled_from(["finished", "interrupted"]), job=st.sampled_from("ab"), adopts=st.booleans())
    def next_run(self, state: str, job: str, adopts: bool) -> None:
        self.store.end("finished" if state == "finished" else "interrupted", 0)
        self.model.flush(self.clock())
        if state == "finished":
            self.model.unfinished = None
        self._begin(job, adopts)

    @rule()
    def standings(self) -> None:
        standings = self.store.standings([*self.model.rows, "article/99"])
        assert {key: (one.state, one.reason, one.settled_at) for key, one in standings.items()} == {
            key: (row.state, row.reason, row.settled_at) for key, row in self.model.rows.items()
        }

    @invariant()
    def counts_agree(self) -> None:
        counts = self.store.counts()
        rows = list(self.model.rows.values())
        assert counts.total == self._counted(rows)
        assert counts.run == self._counted([row for row in rows if row.run == self.model.run])

    def _counted(self, rows: list[Row]) -> tuple[Count, ...]:
        sorts = [(row.found.kind, row.state, row.reason) for row in rows]
        return tuple(Count(*sort, sorts.count(sort)) for sort in sorted(set(sorts)))

    @invariant()
    def every_committed_line_is_there_once(self) -> None:
        files = sorted(self.folder.glob("articles/*"))
        lines = [line for path in files for line in lines_of(path)]
        assert sorted(lines, key=lambda line: line["revision"]) == self.model.lines

    def teardown(self) -> None:
        self.store.close()
        self._temporary.cleanup()


TestFrontier = FrontierMachine.TestCase
TestFrontier.settings = settings(
    max_examples=settings().max_examples // 6,  # of forty steps each
    stateful_step_count=40,
    deadline=None,  # a sync takes as long as the disk likes
    suppress_health_check=[HealthCheck.too_slow],
)
