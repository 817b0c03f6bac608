"""What a run asked for and got: by kind, over time, and how long the site took."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from crawler.reports.charts import columns, few
from crawler.reports.entry import moment
from crawler.reports.environment import duration, number
from crawler.reports.words import KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST_SPANS: Final = 120
UNITS: Final = ((86400, "d"), (3600, "h"), (60, "min"))


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
    if not any(answers for _, part in known for answers, _, _ in part["counts"]):
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
