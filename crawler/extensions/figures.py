"""What a run's report says in numbers, made from Scrapy's stats and from what the store keeps. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crawler.store import Part, WarcFile

COUNTED = re.compile(r"discuz/field/(?P<field>.+)/(?P<what>missing|invalid)_count")
REQUESTED = re.compile(r"discuz/request/(?P<purpose>\w+)_count")
MEDIA = re.compile(r"discuz/media/(?P<what>\w+)_count")
PLANNED = re.compile(r"discuz/plan/(?P<what>\w+)_count")
IN_BROWSER: Final = {
    "pages": "page_count",
    "passed": "passed_count",
    "requests": "request_count",
    "bytes": "response_bytes",
    "blocked": "blocked_count",
    "refused": "refused_count",
}
"""What a report tells of the browser, and the stat that counts it (``discuz/browser/…``)."""
PURPOSES: Final = (
    "robots",
    "home",
    "feed",
    "listing",
    "proof",
    "latest",
    "sweep",
    "article",
    "article_page",
    "comments",
    "revisit",
    "media",
)
"""What requests are made for: ``listing`` is the run's own walk, ``proof`` the page behind the last one of a list,
``revisit`` an article that is known, ``media`` pictures and files. Others are added as they are met."""


def plan(stats: Mapping[str, Any], earlier: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Say what a run asked the site for, request by request.

    Args:
        stats: the crawl's.
        earlier: the same of the processes that began this run.

    Returns:
        ``requests`` by what they were for, as they were made; ``total`` of them; ``repeated``, sent once more for a
        redirect or another try; ``forbidden`` by robots.txt and so not sent; ``sent``, all that went out (``total`` +
        ``repeated`` - ``forbidden``); ``planned``, what revisits, sweep and the like found to be due; how many
        ``processes`` the run took.
    """
    requests = dict.fromkeys(PURPOSES, 0)
    requests["robots"] = stats.get("robotstxt/request_count", 0)
    requests |= _matching(REQUESTED, stats)
    sent, forbidden = stats.get("downloader/request_count", 0), stats.get("robotstxt/forbidden", 0)
    total = sum(requests.values())
    own = {
        "requests": requests,
        "total": total,
        # What was asked for and never got as far as the wire, in a run that was cut short, is no negative number.
        "repeated": max(sent + forbidden - total, 0),
        "forbidden": forbidden,
        "sent": sent,
        "planned": _matching(PLANNED, stats),
        "processes": 1,
    }
    return _added(own, earlier) if earlier else own


def _matching(pattern: re.Pattern[str], stats: Mapping[str, Any]) -> dict[str, int]:
    return {found[1]: number for name, number in stats.items() if (found := pattern.fullmatch(name))}


def _added(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Add numbers by name, through all levels."""
    added: dict[str, Any] = dict(other)
    for name, value in one.items():
        before = other.get(name)
        if isinstance(value, dict):
            added[name] = _added(value, before) if isinstance(before, dict) else value
        else:
            added[name] = value + (before if isinstance(before, int) else 0)
    return added


def browser(stats: Mapping[str, Any], earlier: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Say what the browser has cost a run.

    Args:
        stats: the crawl's.
        earlier: the same of the processes that began this run.

    Returns:
        ``pages`` that were opened, and how many of them ``passed`` a wall; the ``requests`` that they made through the
        crawl (they are among those of `plan`), and ``bytes`` that came of them; what they asked for and did not get:
        ``blocked`` as not needed, ``refused`` as going where nothing may, Chromium's own errands among them;
        ``seconds`` for which their scripts worked; ``memory_mib`` that Chromium took at the most.
    """
    own: dict[str, Any] = {name: stats.get(f"discuz/browser/{stat}", 0) for name, stat in IN_BROWSER.items()}
    own["seconds"] = round(stats.get("discuz/browser/work_ms", 0) / 1000, 1)
    memory = stats.get("discuz/browser/memory_mib", 0)
    if earlier:
        own = {name: round(number + earlier.get(name, 0), 1) for name, number in own.items()}
        memory = max(memory, earlier.get("memory_mib", 0))
    return own | {"memory_mib": memory}


def archive(files: Iterable[WarcFile]) -> dict[str, int]:
    """Say what a run has put into the archive.

    Args:
        files: those that it wrote and that are still there.

    Returns:
        ``files``, ``records`` of responses in them, how many of these are ``revisits`` that refer to an earlier one of
        the same payload, and ``bytes`` that all of it takes.
    """
    found = list(files)
    return {
        "files": len(found),
        "records": sum(file.records for file in found),
        "revisits": sum(file.revisits for file in found),
        "bytes": sum(file.length for file in found),
    }


def coverage(stats: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """Say how often each field of the record was filled.

    Args:
        stats: the crawl's.

    Returns:
        by field that ever was empty or wrong: of how many articles it is ``missing``, how many of its values were
        ``invalid`` and so taken out, and its ``coverage``, the part of the articles that have it (0 to 1).
    """
    checked = stats.get("discuz/record/checked_count", 0)
    found: dict[str, dict[str, float]] = {}
    for key, number in stats.items():
        counted = COUNTED.fullmatch(key)
        if counted is not None:
            found.setdefault(counted["field"], {"missing": 0, "invalid": 0})[counted["what"]] = number
    for about in found.values():
        about["coverage"] = round(1 - about["missing"] / checked, 4) if checked else 0.0
    return found


def media(stats: Mapping[str, Any]) -> dict[str, Any]:
    """Say what became of the pictures and files that the articles of a run show.

    Args:
        stats: the crawl's.

    Returns:
        how many were ``fetched``, were ``known`` from before, were asked for again and ``unchanged``; how many contents
        were ``stored`` that were not there, ``bytes`` that came; how many are ``missing``, by reason.
    """
    counts = _matching(MEDIA, stats)
    told: dict[str, Any] = {name: counts.pop(name, 0) for name in ("fetched", "known", "unchanged", "stored")}
    return told | {"bytes": stats.get("discuz/media/bytes", 0), "missing": counts}


def parts_told(parts: Iterable[Part]) -> list[dict[str, Any]]:
    """Say what became of a run's files."""
    return [
        {
            "file": part.target or None,
            "state": part.state,
            "records": part.records,
            "bytes": part.length,
            "sha256": part.sha256,
            "published_at": part.published_at,
            "accepted_at": part.accepted_at,
        }
        for part in parts
    ]


def gate_told(
    parts: Iterable[Part], metrics: Mapping[str, Any] | None = None, reasons: Iterable[str] = ()
) -> dict[str, Any]:
    """Say what the gate made of a run.

    Args:
        parts: the run's.
        metrics: of the run as a whole.
        reasons: what is wrong with it as a whole.

    Returns:
        the ``held_back`` files with reasons; ``parts`` with their metrics; the ``run`` with its own (`metrics_told`).
    """
    judged = [part for part in parts if part.metrics is not None]
    return {
        "held_back": [
            {"file": part.target, "reasons": list(part.reasons or ())} for part in judged if part.state == "quarantined"
        ],
        "parts": [
            {
                "number": part.number,
                "state": part.state,
                "metrics": metrics_told(part.metrics or {}),
                "reasons": list(part.reasons or ()),
            }
            for part in judged
        ],
        "run": {"metrics": metrics_told(metrics or {}), "reasons": list(reasons)},
    }


def metrics_told(metrics: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a person can read of the gate's metrics: numbers, and shares over all categories (0 to 1).

    What it compares by (checksums of texts, numbers with dates, counts by category) stays in the store.

    >>> metrics_told({"lines": 4, "texts": [1, 2], "shares": {"generic": {"3": [1, 3], "5": [0, 1]}, "ahead": {}}})
    {'lines': 4, 'shares': {'generic': 0.25}}
    """
    told: dict[str, Any] = {name: value for name, value in metrics.items() if isinstance(value, int | float | str)}
    shares: dict[str, float] = {}
    for name, groups in metrics.get("shares", {}).items():
        some, of = (sum(group[at] for group in groups.values()) for at in (0, 1))
        if of:
            shares[name] = round(some / of, 4)
    return {**told, "shares": shares}
