"""Reports as runs write them: of an ordinary run, a large site, one in trouble, an idle run, an attacker."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

NOW: Final = datetime(2026, 11, 30, 3, 0, tzinfo=UTC)
LONG: Final = "青岚区乡村振兴与生态环境保护专题报道（含历年专栏存档及读者来信选登）"
HAN: Final = "时政社会民生文化经济教育科技体育健康交通旅游农业法治环保人才"
FIELDS: Final = ("article_body", "description", "authors", "images", "is_based_on", "credits", "related", "attachments")
HOSTILE: Final = '<script>alert("1")</script>\u202egpj.exe\x1b[2J"\'&amp;{{ 7 * 7 }}'


def run_id(day: int = 0, spider: str = "portal") -> str:
    """The id of the run that began so many days before now."""
    return f"{NOW - timedelta(days=day):%Y%m%dT%H%M%SZ}-{spider}"


def category(number: int, name: str, new: int = 0, parent: int | None = None, **values: Any) -> dict[str, Any]:
    says = {"articles": 100 + new, "at_least": 91, "listed": 100 + new, "end": "empty", "exact": True}
    return {
        "catid": number,
        "name": name,
        "parent": parent,
        "says": says,
        "known": 100 + new,
        "published": 98 + new,
        "gone": 1,
        "moved": 1,
        "run": {"new": new} if new else {},
        "without_record": {},
        "asked": True,
        "missing": 0,
        "why": f"the list of {name} was read to its end",
        **values,
    }


def months(years: int) -> dict[str, int]:
    """Articles of each month, for so many years up to now."""
    first = (2026 - years) * 12
    return {
        f"{month // 12}-{month % 12 + 1:02}": 20 + month * 37 % 400
        for month in range(first, 2026 * 12 + 11)
        if month % 17
    }


def traffic(
    spans: int = 90, width: int = 4, *, kinds: tuple[str, ...] = ("home", "listing", "article")
) -> dict[str, Any]:
    bounds = [0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, None]
    return {
        "kinds": {
            name: {"answers": 12 + 90 * at, "bytes": 40_000 * (1 + 90 * at), "seconds": 4.2 * at + 0.3}
            for at, name in enumerate(kinds)
        },
        "latencies": [{"within": bound, "answers": 40 // (at + 1)} for at, bound in enumerate(bounds)],
        "spans": [
            {"began": NOW.isoformat(), "width": width, "counts": [[(at * 7) % 9, 40_000, 1.5] for at in range(spans)]}
        ],
    }


def report(day: int = 0, *, new: int = 12, code: int | None = 0, **values: Any) -> dict[str, Any]:
    """The report of an ordinary run of so many days ago."""
    began = NOW - timedelta(days=day)
    rows = [
        category(1, "新闻", new),
        category(2, "时政", new // 2, 1),
        category(3, "社会"),
        category(7, "文化", 1 if new else 0),
    ]
    total = category(0, "", new + 1 if new else 0)
    return {
        "run_id": run_id(day),
        "job": "portal {}",
        "site": {"name": "example", "url": "https://www.example.com/", "permission": None},
        "started_at": began.isoformat(),
        "ended_at": (began + timedelta(minutes=6, seconds=12)).isoformat(),
        "resumed": False,
        "reason": "finished",
        "state": "finished",
        "exit_code": code,
        "summary": f"example: {new} articles new or changed",
        "plan": {"requests": {"home": 1, "listing": 14, "article": new, "sweep": 0}, "sent": 15 + new, "processes": 1},
        "browser": {"pages": 0},
        "fields": {
            name: {"missing": at, "invalid": 0, "coverage": round(1 - at / 9, 4)} for at, name in enumerate(FIELDS, 1)
        },
        "media": {},
        "months": months(3),
        "troubles": [],
        "traffic": traffic(),
        "completeness": {
            "categories": rows,
            "total": {name: total[name] for name in total if name not in {"catid", "name", "parent", "asked"}},
        },
        "parts": [
            {
                "file": f"articles/{run_id(day)}-0001.jsonl",
                "state": "published",
                "records": new,
                "bytes": 5_000 * new,
                "accepted_at": None,
            }
        ],
        "gate": {
            "held_back": [],
            "parts": [],
            "run": {"metrics": {"age": 300, "job": "portal {}", "shares": {"walls": 0.0}}, "reasons": []},
        },
        "stats": {
            "discuz/record/checked_count": new,
            "downloader/response_bytes": 4_000_000,
            "memusage/max": 120 * 2**20,
            "discuz/last_headline": "市博物馆召开夜间照明座谈会",
        },
        **values,
    }


def history(runs: int) -> list[dict[str, Any]]:
    """Reports of the runs before, the newest first."""
    return [report(day, new=(day * 7) % 23 + 1) for day in range(1, runs + 1)]


def large() -> dict[str, Any]:
    """A site of 80 categories with long names, and twenty years."""
    rows = []
    for number in range(1, 81):
        parent = number - 1 if number % 4 in {2, 3} else None
        name = f"{HAN[number % len(HAN)]}{LONG if number % 3 == 0 else '频道'}{number}"
        rows.append(category(number, name, new=(number * 31) % 1700, parent=parent, known=1_234_567 + number))
    rows[5] |= {
        "missing": None,
        "why": "its list repeats page 1,000 for every page beyond: what lies behind is not known",
        "says": {"articles": 50_000, "listed": 50_000, "end": "repeats"},
    }
    return report(
        new=66_000,
        completeness={
            "categories": rows,
            "total": {**category(0, "", 66_000), "missing": None, "why": "not proved for one"},
        },
        months=months(20),
        traffic=traffic(
            120,
            4096,
            kinds=(
                "robots",
                "home",
                "feed",
                "listing",
                "proof",
                "sweep",
                "article",
                "article_page",
                "comments",
                "revisit",
                "media",
            ),
        ),
        plan={
            "requests": {
                "robots": 1,
                "home": 3,
                "feed": 12,
                "listing": 8_123,
                "proof": 80,
                "article": 66_000,
                "article_page": 9_120,
                "comments": 21_034,
                "revisit": 301,
                "media": 123_456,
            },
            "sent": 228_130,
            "processes": 3,
            "repeated": 12,
            "forbidden": 1_234,
        },
        media={
            "fetched": 120_000,
            "known": 3_456,
            "unchanged": 0,
            "stored": 110_000,
            "bytes": 61 * 2**30,
            "missing": {"robots": 1_234, "offsite": 17},
        },
    )


def troubled() -> dict[str, Any]:
    """A run whose part is held back, on a site with walls, and pages that failed."""
    pages = [
        {
            "kind": "article",
            "number": 4_000 + at,
            "page": 1,
            "url": f"https://www.example.com/article-{4_000 + at}-1.html",
            "tries": 2,
            "next_at": NOW.isoformat(),
        }
        for at in range(10)
    ]
    held = f"quarantine/{run_id()}-0001.jsonl"
    reason = (
        "coverage.publisher: 3.0% of 212 articles have publisher, usually 99.8%, at least 59.9% wanted"
        " (DISCUZ_GATE_COVERAGE=[0.6, 0.0])"
    )
    total = {
        **category(0, "", 0),
        "missing": None,
        "why": "not proved for 新闻",
        "without_record": {"held": 212, "failed": 31},
    }
    return report(
        new=0,
        code=5,
        summary=f"example: 0 articles new or changed, 31 left for the next run; the gate holds back {held} ({reason})",
        troubles=[
            {"state": "failed", "reason": "http_502", "units": 31, "pages": pages},
            {"state": "skipped", "reason": "no_permission", "units": 3, "pages": pages[:3]},
            {"state": "skipped", "reason": "moved", "units": 1, "pages": [{**pages[0], "kind": "listing", "page": 12}]},
        ],
        completeness={
            "categories": [category(1, "新闻", without_record={"held": 212, "failed": 31}, missing=None)],
            "total": total,
        },
        parts=[{"file": held, "state": "quarantined", "records": 212, "bytes": 1_400_000, "accepted_at": None}],
        gate={
            "held_back": [{"file": held, "reasons": [reason]}],
            "parts": [
                {
                    "number": 1,
                    "state": "quarantined",
                    "reasons": [reason],
                    "metrics": {"lines": 212, "shares": {"coverage.publisher": 0.03, "now": 0.0}},
                }
            ],
            "run": {"metrics": {"job": "portal {}", "shares": {"walls": 0.12, "unreadable": 0.1}}, "reasons": []},
        },
        browser={
            "pages": 3,
            "passed": 2,
            "requests": 14,
            "bytes": 120_000,
            "seconds": 4.2,
            "memory_mib": 212,
            "blocked": 40,
            "refused": 3,
        },
        fields={**report()["fields"], "publisher": {"missing": 206, "invalid": 2, "coverage": 0.03}},
        stats={
            **report()["stats"],
            "discuz/record/checked_count": 212,
            "discuz/wall/no_permission_count": 3,
            "discuz/wall/refresh_limit_again_count": 9,
            "discuz/wall/http_error_count": 31,
            "discuz/pace/refused_count": 4,
            "discuz/pace/wait_seconds": 95,
        },
    )


def idle() -> dict[str, Any]:
    """A run that found nothing and read nothing, on a site of which nothing is known."""
    return report(
        new=0,
        completeness={},
        months={},
        traffic={},
        plan={},
        fields={},
        stats={},
        parts=[],
        gate={},
        code=3,
        summary="site='https://www.example.com/': nothing could be read; try it in a browser, then start again",
    )


def hostile() -> dict[str, Any]:
    """A report in which every text that comes from pages attacks whoever reads it."""
    bad = "javascript:alert(1)"
    return report(
        site={"name": "example", "url": bad, "permission": HOSTILE},
        summary=HOSTILE,
        completeness={"categories": [category(1, HOSTILE, 5, why=HOSTILE)], "total": category(0, HOSTILE, 5)},
        troubles=[
            {
                "state": "failed",
                "reason": HOSTILE,
                "units": 2,
                "pages": [
                    {"kind": "article", "number": 1, "page": 1, "url": url, "tries": 1, "next_at": None}
                    for url in (bad, "data:text/html,x", 'https://www.example.com/?"onmouseover=alert(1)')
                ],
            }
        ],
        stats={**report()["stats"], "discuz/last_headline": HOSTILE, HOSTILE: HOSTILE, "discuz/wall/<b>_count": 1},
        fields={HOSTILE: {"missing": 1, "invalid": 1, "coverage": 0.5}},
        months={"2026-01": 1, HOSTILE: 3},
        gate={
            "parts": [
                {
                    "number": 1,
                    "state": "published",
                    "reasons": [HOSTILE],
                    "metrics": {"lines": 1, "shares": {HOSTILE: 0.5}},
                }
            ]
        },
        job=HOSTILE,
    )
