"""The whole life of a site, month by month."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from crawler.reports.charts import columns, few
from crawler.reports.environment import number

if TYPE_CHECKING:
    from collections.abc import Mapping

MONTH: Final = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")
MOST_MONTHS: Final = 300
"""Months that are drawn one by one; a longer life is drawn by years."""
MOST_YEARS: Final = 150


def months(report: Mapping[str, Any]) -> dict[str, Any] | None:
    """Give the articles of each month of the site's life; None where the report has none."""
    counts = {month: articles for month, articles in (report.get("months") or {}).items() if MONTH.fullmatch(month)}
    if not counts:
        return None
    years: dict[str, dict[str, int]] = {}
    for month, articles in sorted(counts.items()):
        years.setdefault(month[:4], {})[month[5:7]] = articles
    table = [
        {"year": year, "total": sum(known.values()), "months": sorted(known.items())} for year, known in years.items()
    ]
    values, unit = _months(counts), "month"
    if len(values) > MOST_MONTHS:
        totals = {year: sum(known.values()) for year, known in years.items()}
        first, last = int(min(totals)), int(max(totals))
        named = range(max(first, last - MOST_YEARS + 1), last + 1)
        values, unit = [(f"{year:04}", float(totals.get(f"{year:04}", 0))) for year in named], "year"
    starts = [at for at, (label, _) in enumerate(values) if unit == "year" or label.endswith("-01")] or [0]
    chosen = [starts[place] for place in few(len(starts), 7)]
    marks = [(at, values[at][0][:4] if starts != [0] or unit == "year" else values[at][0]) for at in chosen]
    best = max(values, key=lambda one: one[1])
    return {
        "chart": columns([(label, int(value)) for label, value in values], marks, words=number),
        "unit": unit,
        "table": table[::-1],
        "total": sum(counts.values()),
        "first": min(counts),
        "last": max(counts),
        "best": best[0],
        "most": int(best[1]),
    }


def _months(counts: Mapping[str, int]) -> list[tuple[str, float]]:
    """Give every month from the first to the last, those without articles among them."""
    first, last = (int(month[:4]) * 12 + int(month[5:7]) - 1 for month in (min(counts), max(counts)))
    named = (f"{month // 12:04}-{month % 12 + 1:02}" for month in range(first, last + 1))
    return [(name, float(counts.get(name, 0))) for name in named]
