"""A run in a few figures, as lists of runs show it: made from its report, or from its name where it has none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from crawler.completeness.rest import OPEN
from crawler.discuz.walls import Wall

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST: Final = 400
"""Characters of a summary that lists of runs keep."""
_WALL: Final = "discuz/wall/"
_BY_RIGHT: Final = {Wall.MISSING_ARTICLE, Wall.MISSING_CATEGORY, Wall.CLOSED_CATEGORY}
"""Notices that say what is so: nobody has to do anything about them."""


def moment(value: Any) -> datetime | None:
    """Read a time as reports have it; None if it is none.

    >>> moment("2026-03-14T15:09:26+00:00")
    datetime.datetime(2026, 3, 14, 15, 9, 26, tzinfo=datetime.timezone.utc)
    """
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def began(run_id: str) -> datetime | None:
    """Read when a run began from its id; None if that is none.

    >>> began("20260314T150926Z-portal")
    datetime.datetime(2026, 3, 14, 15, 9, 26, tzinfo=datetime.timezone.utc)
    """
    try:
        return datetime.strptime(run_id.partition("-")[0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def walls_met(report: Mapping[str, Any]) -> dict[str, int]:
    """Give how many pages of a run were walls, by name; not those that say what is so, as of a closed category."""
    counts = {}
    for name, number in (report.get("stats") or {}).items():
        wall = name.removeprefix(_WALL).removesuffix("_count")
        if name.startswith(_WALL) and not wall.endswith("_again") and wall not in _BY_RIGHT:
            counts[wall] = number
    return counts


def failed_of(report: Mapping[str, Any]) -> int:
    """Give how many pages of a run gave nothing, and are to be tried again or given up."""
    told = report.get("troubles") or ()
    return sum(one["units"] for one in told if one["state"] == "failed")


def held_of(report: Mapping[str, Any]) -> int:
    """Give how many records of a run the gate holds back."""
    return sum(part.get("records") or 0 for part in report.get("parts") or () if part.get("state") == "quarantined")


def settled_of(report: Mapping[str, Any]) -> str | None:
    """Give what a person made of what the gate found: ``accepted``, ``rejected``, None while nobody has decided."""
    parts = report.get("parts") or ()
    if report.get("accepted") or any(part.get("accepted_at") for part in parts):
        return "accepted"
    return "rejected" if any(part.get("state") == "rejected" for part in parts) else None


def entry_of(run_id: str, report: Mapping[str, Any]) -> dict[str, Any]:
    """Make the entry of a run that has a report.

    Args:
        run_id: the run's id.
        report: its ``report.json``, of this version or an older one.

    Returns:
        JSON-able: ``run_id``, ``job``, ``state``, ``exit_code``, ``summary``, ``started_at`` and ``ended_at`` (ISO
        8601), ``seconds``; articles by what became of them (``new``, ``changed``, ``gone``, ``comments``); ``failed``
        pages, ``walls`` met, records ``held`` back, and how a person ``settled`` that (`settled_of`); ``requests``,
        ``bytes``; articles ``known`` by then, ``missing`` as far as is known, and whether that is ``proved``; when the
        ``newest`` article of the lists was published.
    """
    started, ended = moment(report.get("started_at")) or began(run_id), moment(report.get("ended_at"))
    total = (report.get("completeness") or {}).get("total") or {}
    did = total.get("run") or {}
    run_metrics = ((report.get("gate") or {}).get("run") or {}).get("metrics") or {}
    age = run_metrics.get("age")
    rest = total.get("without_record") or {}
    stats = report.get("stats") or {}
    return {
        "run_id": run_id,
        "job": report.get("job") or "",
        "state": report.get("state"),
        "exit_code": report.get("exit_code"),
        "summary": str(report.get("summary") or "")[:LONGEST],
        "started_at": started and started.isoformat(),
        "ended_at": ended and ended.isoformat(),
        "seconds": (ended - started).total_seconds() if started and ended else None,
        "new": did.get("new", 0),
        "changed": did.get("changed", 0) + did.get("back", 0),
        "gone": did.get("gone", 0) + did.get("moved", 0),
        "comments": did.get("comments", 0),
        "failed": failed_of(report),
        "walls": sum(walls_met(report).values()),
        "held": held_of(report),
        "requests": (report.get("plan") or {}).get("sent", 0),
        "bytes": stats.get("downloader/response_bytes", 0),
        "known": total.get("known"),
        "settled": settled_of(report),
        "missing": sum(rest.get(name, 0) for name in OPEN),
        "proved": total.get("missing") is not None,
        "newest": (started - timedelta(minutes=age)).isoformat() if started and isinstance(age, int) else None,
    }


def unreported(run_id: str, log_at: datetime | None, *, now: datetime, quiet: timedelta) -> dict[str, Any]:
    """Make the entry of a run without a report: it is under way, or was cut short.

    Args:
        run_id: the run's id.
        log_at: when its log was last written; None if it has none.
        now: aware.
        quiet: a log that is older is that of a run that was cut short.
    """
    started = began(run_id)
    is_under_way = log_at is not None and now - log_at < quiet
    return {
        "run_id": run_id,
        "state": "under_way" if is_under_way else "cut_short",
        "exit_code": None,
        "started_at": started and started.isoformat(),
        "log_at": log_at and log_at.isoformat(),
    }
