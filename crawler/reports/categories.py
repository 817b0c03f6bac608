"""Whether anything is missing, category by category, and what is new in each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from crawler.completeness.rest import OPEN
from crawler.completeness.telling import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MOST_BARS: Final = 15
"""Categories whose bars are drawn; the table of completeness has all."""
MOST_ROWS: Final = 30
"""Categories up to which all of them are in the open."""


def said(says: Mapping[str, Any]) -> str:
    """Say how many articles a list says that it has: ``~40`` where only its pages tell, ``40+`` where it is cut off."""
    articles = says.get("articles")
    if articles is None:
        return "–"
    if says.get("end") == "repeats":
        return f"{max(says.get('listed') or 0, says.get('at_least') or 0) or articles:,}+"
    return f"{articles:,}" if says.get("exact") else f"~{articles:,}"


# --- categories ---


def categories(report: Mapping[str, Any]) -> dict[str, Any]:
    """Give the table of completeness, and the new articles of each category as bars."""
    told = report.get("completeness") or {}
    rows = [_category(row) for row in _placed(told.get("categories") or ())]
    news = sorted((row for row in rows if row["own_new"]), key=lambda row: -row["own_new"])
    most = news[0]["own_new"] if news else 1
    bars = [
        {"name": row["name"], "value": row["own_new"], "width": max(row["own_new"] / most * 100, 0.5)} for row in news
    ]
    loud = [row for row in rows if row["open"] or row["new"] or row["changed"] or row["missing"] is None]
    total = told.get("total")
    return {
        "rows": rows if len(rows) <= MOST_ROWS else loud[:MOST_ROWS],
        "rest": [] if len(rows) <= MOST_ROWS else rows,
        "total": _category({**total, "name": "All", "depth": 0, "own_new": 0}) if total else None,
        "bars": bars[:MOST_BARS],
        "further": len(bars[MOST_BARS:]),
        "further_new": sum(bar["value"] for bar in bars[MOST_BARS:]),
    }


def _placed(rows: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Give each category with its depth, and with what is its own and not that of those below it."""
    depths: dict[Any, int] = {}
    below: dict[Any, int] = {}
    for row in rows:
        depths[row["catid"]] = depths.get(row["parent"], -1) + 1 if row.get("parent") is not None else 0
        if row.get("parent") is not None:
            below[row["parent"]] = below.get(row["parent"], 0) + row["run"].get("new", 0)
    for row in rows:
        own = row["run"].get("new", 0) - below.get(row["catid"], 0)
        yield {**row, "depth": min(depths[row["catid"]], 5), "own_new": max(own, 0)}


def _category(row: Mapping[str, Any]) -> dict[str, Any]:
    rest, did = row.get("without_record") or {}, row.get("run") or {}
    open_rests: dict[str, int] = {name: rest[name] for name in OPEN if rest.get(name)}
    asked = row.get("asked", True)
    return {
        "name": row.get("name") or (f"category {row['catid']}" if row.get("catid") is not None else "(no category)"),
        "depth": row["depth"],
        "own_new": row["own_new"],
        "says": said(row.get("says") or {}),
        "known": row.get("known", 0),
        "new": did.get("new", 0),
        "changed": did.get("changed", 0) + did.get("back", 0),
        "moved": row.get("moved", 0) + row.get("gone", 0),
        "missing": row.get("missing"),
        "open": sum(open_rests.values()),
        "words": "not asked" if not asked else _missing(row.get("missing"), sum(open_rests.values())),
        "why": _why(row, open_rests),
        "proved": row.get("missing") == 0,
        "asked": asked,
    }


def _missing(missing: int | None, known: int) -> str:
    if missing is not None:
        return f"{missing:,}"
    return f"{known:,}+" if known else "?"


def _why(row: Mapping[str, Any], rests: Mapping[str, int]) -> str:
    told = [f"{units:,} {WORDS[name]}" for name, units in rests.items()]
    return "; ".join([*told, *([row["why"]] if row.get("why") else [])])
