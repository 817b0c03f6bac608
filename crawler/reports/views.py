"""What else the page of a run shows: pages that gave nothing, the gate, files, media, the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crawler.reports.environment import size
from crawler.reports.words import reason_words

if TYPE_CHECKING:
    from collections.abc import Mapping


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
