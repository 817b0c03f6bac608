"""Which fields articles have, now and in earlier runs."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any, Final

from crawler.reports.charts import spark
from crawler.reports.environment import share

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crawler.reports.charts import Columns

EARLIER: Final = 20
"""Runs with records whose fields are compared."""
FALL: Final = 0.1
"""Part of all articles: a field that so many fewer have than usual fell."""


def _coverage(report: Mapping[str, Any]) -> tuple[int, dict[str, float]]:
    checked = (report.get("stats") or {}).get("discuz/record/checked_count") or 0
    fields = report.get("fields") or {}
    return checked, {name: about.get("coverage", 0.0) for name, about in fields.items()}


def fields(report: Mapping[str, Any], earlier: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Give how many articles have each field, now and in earlier runs.

    Args:
        report: the run's.
        earlier: those of runs before it, the newest first.

    Returns:
        fields that fell most first; those that all articles have, and that none ever had, by name; None if the run
        has checked no article.
    """
    checked, now = _coverage(report)
    if not checked:
        return None
    before = [(one.get("run_id", ""), *_coverage(one)) for one in earlier]
    before = [one for one in before if one[1]][:EARLIER]
    names = {*now, *(name for _, _, shares in before for name in shares)}
    rows, never, always = [], [], []
    for name in sorted(names):
        # A field that every article had is not counted at all.
        past = [shares.get(name, 1.0) for _, _, shares in before]
        own = now.get(name, 1.0)
        usual = median(past) if past else None
        if own == 0 and not any(past):
            never.append(name)
        elif own == 1 and all(one == 1 for one in past):
            always.append(name)
        else:
            runs = [*((run, one) for (run, _, _), one in zip(before[::-1], past[::-1], strict=True)), ("now", own)]
            rows.append(_field(name, own, usual, spark(runs, words=share, top=1)))
    rows.sort(key=lambda row: (-row["fall"], row["share"]))
    invalid = sum(about.get("invalid", 0) for about in (report.get("fields") or {}).values())
    return {
        "rows": rows,
        "never": never,
        "always": always,
        "articles": checked,
        "runs": len(before),
        "invalid": int(invalid),
    }


def _field(name: str, own: float, usual: float | None, past: Columns) -> dict[str, Any]:
    fall = max((usual or 0) - own, 0)
    return {
        "name": name,
        "share": own,
        "usual": usual,
        "fall": fall if fall >= FALL else 0,
        "fell": fall >= FALL,
        "chart": past,
    }
