"""What the page of a run shows, section by section, made from its report."""

from __future__ import annotations

import re
from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from crawler.completeness.rest import OPEN
from crawler.completeness.telling import WORDS
from crawler.reports.charts import columns, few, spark
from crawler.reports.entry import moment
from crawler.reports.environment import duration, number, share, size
from crawler.reports.words import KINDS, reason_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crawler.reports.charts import Columns

MOST_BARS: Final = 15
"""Categories whose bars are drawn; the table of completeness has all."""
MOST_MONTHS: Final = 300
"""Months that are drawn one by one; a longer life is drawn by years."""
MONTH: Final = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])")
MOST_YEARS: Final = 150
MOST_SPANS: Final = 120
MOST_ROWS: Final = 30
"""Categories up to which all of them are in the open."""
UNITS: Final = ((86400, "d"), (3600, "h"), (60, "min"))
EARLIER: Final = 20
"""Runs with records whose fields are compared."""


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


# --- time ---


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


# --- fields ---


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
        "fall": fall if fall >= 0.1 else 0,
        "fell": fall >= 0.1,
        "chart": past,
    }


# --- requests ---


def traffic(report: Mapping[str, Any]) -> dict[str, Any] | None:
    """Give requests and bytes by kind, answers over time, and how long answers took; None where nothing is known."""
    plan = {"sent": 0, "repeated": 0, "forbidden": 0, "processes": 1, **(report.get("plan") or {})}
    told = report.get("traffic") or {}
    kinds, requests = told.get("kinds") or {}, plan.get("requests") or {}
    rows = []
    for name in [*KINDS, *sorted({*requests, *kinds} - KINDS.keys())]:
        about = kinds.get(name) or {}
        if requests.get(name) or about.get("answers"):
            rows.append(
                {
                    "name": KINDS.get(name, name.replace("_", " ")),
                    "requests": requests.get(name, 0),
                    "answers": about.get("answers"),
                    "bytes": about.get("bytes"),
                    "mean": about["seconds"] / about["answers"] if about.get("answers") else None,
                }
            )
    if not rows:
        return None
    most = max(max(row["requests"], row["answers"] or 0) for row in rows)
    for row in rows:
        row["width"] = max(row["requests"] / most * 100, 0.5) if row["requests"] else 0
    return {"rows": rows, "plan": plan, "time": _over_time(told), "latency": _latency(told)}


def _over_time(told: Mapping[str, Any]) -> dict[str, Any] | None:
    """Give answers in each span of time, joined so that a chart can show all of a run, and its pauses."""
    known = [(began, part) for part in told.get("spans") or () if (began := moment(part.get("began")))]
    if not known:
        return None
    begun = min(began for began, _ in known)
    ended = max(began + timedelta(seconds=part["width"] * len(part["counts"])) for began, part in known)
    widest = max(part["width"] for _, part in known)
    seconds = max((ended - begun).total_seconds(), 1)
    width = widest
    while seconds / width > MOST_SPANS:
        width *= 2
    spans = [0.0] * max(int(-(-seconds // width)), 1)
    for began, part in known:
        for at, (answers, _, _) in enumerate(part["counts"]):
            place = int(((began - begun).total_seconds() + at * part["width"]) // width)
            spans[min(place, len(spans) - 1)] += answers
    values = [
        (f"{begun + timedelta(seconds=at * width):%Y-%m-%d %H:%M:%S} UTC", answers / width)
        for at, answers in enumerate(spans)
    ]
    marks = [(at, _after(at * width, seconds)) for at in few(len(values), 5)]
    chart = columns(values, marks, words=lambda rate: f"{rate:,.3g}")
    return {
        "chart": chart,
        "width": duration(width),
        "most": max(rate for _, rate in values),
        "mean": sum(spans) / seconds,
        "parts": len(known),
    }


def _after(seconds: float, whole: float) -> str:
    """Write how long after the beginning something was, for an axis.

    Args:
        seconds: since then.
        whole: how long the axis is, in seconds: it has one unit.

    >>> _after(0, 9), _after(45, 100), _after(90, 400), _after(5400, 9000), _after(200_000, 400_000)
    ('0', '45 s', '1.5 min', '1.5 h', '2.3 d')
    """
    of, unit = next((one for one in UNITS if whole >= 2 * one[0]), (1, "s"))
    if not seconds:
        return "0"
    return f"{seconds / of:.2g} {unit}" if seconds < 10 * of else f"{seconds / of:.0f} {unit}"


def _latency(told: Mapping[str, Any]) -> dict[str, Any] | None:
    groups = told.get("latencies") or ()
    total = sum(one["answers"] for one in groups)
    if not total:
        return None
    bounds = [one["within"] for one in groups if one["within"] is not None]
    values = [(_within(one["within"], bounds), one["answers"]) for one in groups]
    marks = [(at, values[at][0].removesuffix(" s")) for at in few(len(values), 5)]
    seen, middle = 0, values[-1][0]
    for label, answers in values:
        seen += answers
        if seen * 2 >= total:
            middle = label
            break
    return {"chart": columns(values, marks, words=number), "middle": middle, "total": total}


def _within(within: float | None, bounds: Sequence[float]) -> str:
    return f"≤ {within:g} s" if within is not None else f"> {bounds[-1]:g} s"


# --- trouble ---


def troubles(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give why pages gave nothing, with some of them."""
    return [
        {
            "words": reason_words(one["reason"]),
            "reason": one["reason"],
            "units": one["units"],
            "fate": "tried again" if one["state"] == "failed" else "given up",
            "again": one["state"] == "failed",
            "pages": [{**page, "words": _page(page)} for page in one["pages"]],
        }
        for one in report.get("troubles") or ()
    ]


def _page(page: Mapping[str, Any]) -> str:
    name = "list" if page["kind"] == "listing" else page["kind"]
    which = f" {page['number']}" if page.get("number") is not None else ""
    return f"{name}{which}" + (f", page {page['page']}" if (page.get("page") or 1) > 1 else "")


def gate(report: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the gate found, and what it measured."""
    told = report.get("gate") or {}
    run = told.get("run") or {}
    parts = [
        {**part, "shares": sorted(((part.get("metrics") or {}).get("shares") or {}).items())}
        for part in told.get("parts") or ()
    ]
    reasons = [reason for part in parts for reason in part.get("reasons") or ()] + list(run.get("reasons") or ())
    return {
        "reasons": list(dict.fromkeys(reasons)),
        "parts": parts,
        "held": [part for part in report.get("parts") or () if part.get("state") == "quarantined"],
        "run_shares": sorted(((run.get("metrics") or {}).get("shares") or {}).items()),
        "judged": bool(parts or (run.get("metrics") or {}).get("job")),
    }


def files(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give the run's files."""
    blank = dict.fromkeys(("file", "state", "records", "bytes", "accepted_at"))
    return [{**blank, **part} for part in report.get("parts") or ()]


def browser(report: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the browser has cost."""
    names = ("pages", "passed", "requests", "bytes", "seconds", "memory_mib", "blocked", "refused")
    return {**dict.fromkeys(names, 0), **(report.get("browser") or {})}


def media(report: Mapping[str, Any]) -> dict[str, Any] | None:
    """Give what became of pictures and files; None where none were asked for."""
    told = report.get("media") or {}
    missing = told.get("missing") or {}
    if not any(told.get(name) for name in ("fetched", "known", "unchanged", "stored")) and not missing:
        return None
    return {
        **{name: told.get(name, 0) for name in ("fetched", "known", "unchanged", "stored")},
        "bytes": size(told.get("bytes", 0)),
        "missing": sorted(((reason_words(name), units) for name, units in missing.items()), key=lambda one: -one[1]),
    }
