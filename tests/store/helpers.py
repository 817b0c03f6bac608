"""Units and outcomes in few words, a clock to turn by hand, and what a reader of the published files sees."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from crawler.store import ArticleRow, Found, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from crawler.store import Settled, Unit

START = datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC)


class Clock:
    """Stands still until it is turned."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> datetime:
        self.now += timedelta(**by)
        return self.now


def article(aid: int, **values: Any) -> Found:
    return Found(key=f"article/{aid}", kind="article", number=aid, **values)


def listing(catid: int, page: int = 1, **values: Any) -> Found:
    return Found(key=f"listing/{catid}/{page}", kind="listing", number=catid, page=page, **values)


def ended(unit: Unit, state: Settled = "done", reason: str = "", *, found: Iterable[Found] = ()) -> Outcome:
    """An article that is done brings a line and its row."""
    if state == "done" and unit.kind == "article":
        line = json.dumps({"aid": unit.number}).encode() + b"\n"
        row = ArticleRow(key=unit.key, aid=unit.number or 0)
        return Outcome(unit, state, reason, line=line, article=row, found=tuple(found))
    return Outcome(unit, state, reason, found=tuple(found))


def keys(units: Iterable[Unit]) -> list[str]:
    return [unit.key for unit in units]


def lines_of(path: Path) -> list[Any]:
    """The JSON lines of a file; an error if one is torn."""
    data = path.read_bytes()
    assert not data or data.endswith(b"\n")
    return [json.loads(line) for line in data.splitlines()]


def published(folder: Path) -> list[int]:
    """The aid of every published line, in order, after checking each file against ``published.jsonl``."""
    aids = []
    listed = lines_of(folder / "published.jsonl")
    for entry in listed:
        path = folder / entry["file"]
        assert hashlib.sha256(path.read_bytes()).hexdigest() == entry["sha256"]
        records = lines_of(path)
        assert len(records) == entry["records"]
        aids += [record["aid"] for record in records]
    assert {entry["file"] for entry in listed} == {f"articles/{path.name}" for path in folder.glob("articles/*.jsonl")}
    return aids
