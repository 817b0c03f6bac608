"""Nothing that a run asks reads a table that grows for years: each query goes by the index that is meant for it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from crawler.store import ArticleRow, Limits, MediaFile, Outcome, open_store
from tests.store.helpers import START, article, ended, listing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from crawler.store import Store
    from tests.store.helpers import Clock

GROWING = ("units", "articles", "runs", "parts", "changes", "lines", "media")
FEW = (
    "units_todo",
    "units_failed",
    "units_skipped",
    "units_unrecorded",
    "runs_unfinished",
    "parts_open",
    "media_missing",
)
"""Indexes over few rows: to read all of one is no search."""
LAST = ("parts_position",)
"""Read from its end, and left as soon as enough is known."""
LATEST = "ORDER BY runs.seq DESC\n LIMIT ? OFFSET ?"
SCAN = re.compile(rf"SCAN ({'|'.join(GROWING)})\b(?: USING (?:COVERING )?INDEX (\w+))?")


class Gate:
    reasons: tuple[str, ...] = ()

    def measure(self, lines: Iterable[bytes]) -> dict[str, Any]:
        return {"records": sum(1 for _ in lines)}

    def judge(self, metrics: dict[str, Any], history: Sequence[dict[str, Any]]) -> list[str]:
        return list(self.reasons)


def work(store: Store, clock: Clock, gate: Gate) -> None:
    """Everything that a run may ask, once or more."""
    store.begin("a", "portal", adopts=True)
    store.add([listing(7), *(article(aid) for aid in range(1, 9))])
    states = ["done", "done", "failed", "skipped", "done", "done", "done", "done", "done"]
    for unit, state in zip(store.take(20), states, strict=True):
        outcome = ended(unit, state)  # type: ignore[arg-type]
        if outcome.article:
            outcome = replace(outcome, article=ArticleRow(unit.key, unit.number or 0, next_at=START))
        store.finish(outcome)
    store.keep_media(MediaFile("a.png", "http://www.example.com/a.png", 1, START, reason="http_404"))
    store.media("b.png")
    store.flush()
    clock.forward(hours=1)
    store.add([article(1), article(2, refresh=True)])
    store.standings(["article/1", "article/2"])
    store.note_strays({1: START})
    store.flush()
    store.strays(START, START)
    store.due(START)
    store.revisit()
    store.retry_skipped()
    for unit in store.take(5):
        store.finish(Outcome(unit, "done"))
    store.publish()
    store.publish_due()
    store.end("finished", 0)
    gate.reasons = ("bad",)
    held = store.begin("a", "portal", adopts=True)
    store.add(article(aid, refresh=True) for aid in range(1, 4))
    for unit in store.take(5):
        store.finish(ended(unit))
    store.end("finished", 0)
    gate.reasons = ()
    store.begin("b", "portal", adopts=True)
    store.take(1)
    store.end("interrupted", 8)
    store.begin("b", "portal", adopts=True)
    store.end("finished", 0)
    store.release(held.run_id)
    store.counts()
    store.holdings()
    store.months()
    store.troubles(held.run_id)
    store.changes(held.run_id)
    store.unrecorded()
    store.run_list()
    store.run_list(before=9)
    store.find_run(held.run_id)
    store.held_parts()
    store.parts_of(held.run_id)
    store.highest_aid()
    list(store.unknown_aids(1, 5))


def test_no_query_reads_a_whole_table(folder: Path, clock: Clock) -> None:
    gate = Gate()
    asked: dict[str, Any] = {}

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        asked.setdefault(statement, parameters[0] if many else parameters)

    with open_store(folder, clock=clock, gate=gate, limits=Limits(records=5)) as store:
        engine = store._connection.engine
        sa.event.listen(engine, "before_cursor_execute", note)
        work(store, clock, gate)
        sa.event.remove(engine, "before_cursor_execute", note)
        found = {}
        with engine.connect() as connection:
            for statement, parameters in asked.items():
                if statement.startswith(("SELECT", "UPDATE", "DELETE")):
                    for plan in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters):
                        scan = SCAN.search(plan[-1])
                        if scan and scan[2] not in (*FEW, *LAST) and not statement.endswith(LATEST):
                            found[statement] = plan[-1]
    assert len(asked) > 40
    assert found == {}
