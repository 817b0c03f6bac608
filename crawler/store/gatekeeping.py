"""Where the gate stands: what judges a part before it is published, and what it is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import sqlalchemy as sa

from crawler.store.schema import parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

HISTORY = 10
"""Runs whose published parts a part is compared with."""
AT_ONCE = 50


class Gate(Protocol):
    """Judges parts; it knows lines, and nothing of the store."""

    def measure(self, lines: Iterable[bytes]) -> dict[str, Any]:
        """Measure the lines of a part, streamed; JSON-able."""

    def judge(self, metrics: dict[str, Any], history: Sequence[dict[str, Any]]) -> list[str]:
        """Give the reasons to hold a part back; none lets it pass.

        Args:
            metrics: of the part.
            history: metrics of the parts that were published before, the newest first.
        """


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the gate says of a part: no reasons let it pass."""

    metrics: Mapping[str, Any] | None = None
    reasons: tuple[str, ...] = ()


def judge(gate: Gate, path: Path, history: Sequence[dict[str, Any]]) -> Judgement:
    """Have a part's file judged."""
    with path.open("rb") as lines:
        metrics = gate.measure(lines)
    return Judgement(metrics, tuple(gate.judge(metrics, history)))


def history(connection: sa.Connection, runs: int) -> list[dict[str, Any]]:
    """Give the metrics of the parts of the last runs that published any, the newest first.

    Those of one that was accepted although it was held back say so, by the reasons for it: ``accepted``.
    """
    query = sa.select(parts.c.run, parts.c.metrics, parts.c.reasons, parts.c.accepted_at)
    query = query.where(parts.c.position > 0, parts.c.metrics.is_not(None)).order_by(parts.c.position.desc())
    seen: set[int] = set()
    given = []
    with connection.execute(query, execution_options={"yield_per": AT_ONCE}) as rows:
        for row in rows:
            seen.add(row.run)
            if len(seen) > runs:
                break
            given.append(row.metrics if row.accepted_at is None else {**row.metrics, "accepted": row.reasons or []})
    return given
