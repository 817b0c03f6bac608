"""Whole pages: of a run, of a site's runs, of all sites."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import islice, pairwise
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from crawler.reports import views
from crawler.reports.categories import categories
from crawler.reports.charts import spark
from crawler.reports.entry import began, entry_of, moment, settled_of, walls_met
from crawler.reports.environment import duration, environment, number
from crawler.reports.fields import fields
from crawler.reports.months import months
from crawler.reports.traffic import traffic
from crawler.reports.words import NEVER, reason_words, verdict_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

FEWEST: Final = 3
"""Scheduled runs from which on it is known how often a site is read."""
OF_LATE: Final = 10
"""Runs that tell how often that is."""
LATE: Final = timedelta(hours=1)
"""For how long a run that is due may keep one waiting, beside the time between two of them."""
SPARKED: Final = 30
"""Runs in the small charts."""
SCHEDULED: Final = "-portal"
"""How the ids end of the runs that come by themselves."""


def render_run(report: Mapping[str, Any], earlier: Sequence[Mapping[str, Any]] = ()) -> str:
    """Make the page of a run.

    Args:
        report: its ``report.json``.
        earlier: those of runs of the site before it, the newest first.

    Returns:
        HTML, whole and self-contained.
    """
    entry = entry_of(str(report.get("run_id") or ""), report)
    stats = report.get("stats") or {}
    gate = views.gate(report)
    return (
        environment()
        .get_template("run.html")
        .render(
            report=report,
            site=report.get("site") or {"name": "", "url": ""},
            entry=entry,
            verdict=verdict_of(entry),
            choices=_choices(report, gate["reasons"]),
            gate=gate,
            categories=categories(report),
            troubles=views.troubles(report),
            walls=sorted(((reason_words(name), units) for name, units in walls_met(report).items())),
            months=months(report),
            fields=fields(report, earlier),
            traffic=traffic(report),
            media=views.media(report),
            browser=views.browser(report),
            headline=stats.get("discuz/last_headline") or "",
            parts=views.files(report),
            waits=stats.get("discuz/pace/wait_seconds", 0),
            refused=stats.get("discuz/pace/refused_count", 0),
            memory=stats.get("memusage/max"),
            stats=sorted((name, value) for name, value in stats.items() if isinstance(value, str | int | float)),
        )
    )


def _choices(report: Mapping[str, Any], reasons: Sequence[str]) -> list[tuple[str, str]]:
    """Give what a person may do about what the gate found: words and a command each."""
    run_id = report.get("run_id")
    site = (report.get("site") or {}).get("name")
    parts = report.get("parts") or ()
    if not reasons or settled_of(report):
        return []
    choices = [("It is right:", f"scrapy report {site} --accept {run_id}")]
    if any(part.get("state") == "quarantined" for part in parts):
        choices.append(("It is wrong:", f"scrapy report {site} --reject {run_id}"))
    return choices


def render_site(site: Mapping[str, Any], entries: Sequence[Mapping[str, Any]], now: datetime) -> str:
    """Make the page of a site's runs.

    Args:
        site: its ``name`` and ``url``, and records ``held`` back as of now.
        entries: of its runs (`crawler.reports.entry`), the newest first; one whose page is there says so (``page``).
        now: when the page is made, aware.
    """
    rows = [_row(entry) for entry in entries]
    past = [row for row in rows[:SPARKED] if row.get("ended_at")][::-1]
    named = [row["run_id"] for row in past]
    sparks = [
        (
            title,
            spark([(run, row.get(name) or 0) for run, row in zip(named, past, strict=True)], words=words),
            _last(past, name, words),
            words(max((row.get(name) or 0 for row in past), default=0)),
        )
        for title, name, words in (
            ("New articles", "new", number),
            ("Pages that failed", "failed", number),
            ("Walls met", "walls", number),
            ("Requests", "requests", number),
            ("Duration", "seconds", duration),
        )
    ]
    due, usual = due_at(entries)
    template = environment().get_template("site.html")
    return template.render(
        site=site,
        rows=rows,
        sparks=sparks,
        now=now,
        last=_telling(rows),
        under_way=rows[0] if len(rows) > 1 and rows[0]["state"] == "under_way" else None,
        due=due,
        usual=usual and duration(usual.total_seconds()),
        overdue=is_overdue(due, usual, now),
    )


def _last(past: Sequence[Mapping[str, Any]], name: str, words: Any) -> str:
    return words(past[-1].get(name) or 0) if past else "–"


def _telling(entries: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """Give the run that says how a site does: the last one that is not under way."""
    return next((one for one in entries if one.get("state") != "under_way"), entries[0] if entries else None)


def _row(entry: Mapping[str, Any]) -> dict[str, Any]:
    blank = dict.fromkeys(
        ("new", "changed", "gone", "comments", "failed", "walls", "held", "requests", "seconds", "summary", "known")
    )
    blank |= {
        "started_at": None,
        "ended_at": None,
        "exit_code": None,
        "state": None,
        "log_at": None,
        "page": False,
        "newest": None,
        "missing": None,
        "proved": False,
    }
    return {**blank, **entry, "verdict": verdict_of(entry), "spider": str(entry["run_id"]).partition("-")[2]}


def due_at(entries: Sequence[Mapping[str, Any]]) -> tuple[datetime | None, timedelta | None]:
    """Tell when the next scheduled run of a site is to be expected, and how far apart they usually are.

    It is told from when the last ones began: what starts them is cron's business, or systemd's.
    """
    scheduled = (when for entry in entries if entry["run_id"].endswith(SCHEDULED) and (when := began(entry["run_id"])))
    times = list(islice(scheduled, OF_LATE + 1))
    if len(times) < FEWEST:
        return None, None
    usual = timedelta(seconds=median((later - earlier).total_seconds() for later, earlier in pairwise(times)))
    return times[0] + usual, usual


def is_overdue(due: datetime | None, usual: timedelta | None, now: datetime) -> bool:
    """Tell whether a site was not read for twice as long as usual."""
    return due is not None and usual is not None and now > due + max(usual, LATE)


def render_overview(
    sites: Sequence[Mapping[str, Any]], now: datetime, due: Mapping[str, datetime] | None = None
) -> str:
    """Make the page of all sites, those that need a person first.

    Args:
        sites: of each its ``name``, ``url``, ``runs`` (entries, the newest first; none for one that was never
            crawled), records ``held`` back as of now, whether its own page is there (``page``).
        now: when the page is made, aware.
        due: when each is to be read next, where that is known better than from its runs; aware.
    """
    rows = [_site_row(site, now, due or {}) for site in sites]
    rows.sort(key=lambda row: (-row["urgency"], row["name"]))
    template = environment().get_template("overview.html")
    return template.render(
        rows=rows,
        now=now,
        troubled=sum(row["urgency"] >= PERSON for row in rows),
        new=sum(row["new"] or 0 for row in rows),
        held=sum(row["held"] for row in rows),
        known=sum(row["known"] or 0 for row in rows),
    )


PERSON: Final = 40
"""Urgency from which on a person is needed."""
OVERDUE: Final = 58
HELD: Final = 70


def _site_row(site: Mapping[str, Any], now: datetime, due: Mapping[str, datetime]) -> dict[str, Any]:
    entries = site["runs"]
    last = _telling(entries)
    expected, usual = due_at(entries)
    expected = due.get(site["name"], expected)
    overdue = is_overdue(expected, usual or LATE, now)
    verdict = verdict_of(last) if last else NEVER
    if overdue and verdict.mood == "good":
        verdict = replace(verdict, words=f"{verdict.words}; no run since", mood="warn")
    urgency = max(verdict.urgency, OVERDUE if overdue else 0, HELD if site["held"] else 0)
    told = _row(last) if last else _row({"run_id": ""})
    past = [one for one in entries[:SPARKED] if one.get("ended_at")][::-1]
    newest = max((when for one in entries[:SPARKED] if (when := moment(one.get("newest")))), default=None)
    return {
        **told,
        "name": site["name"],
        "url": site["url"],
        "site_page": site["page"],
        "verdict": verdict,
        "urgency": urgency,
        "overdue": overdue,
        "under_way": bool(entries) and entries[0].get("state") == "under_way",
        "held": site["held"],
        "newest": newest,
        "known": next((one["known"] for one in entries if one.get("known") is not None), None),
        "due": expected,
        "began": moment(told.get("started_at")),
        "chart": spark([(one["run_id"], one.get("new") or 0) for one in past], words=number),
    }
