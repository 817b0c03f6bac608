"""What a run's report says in numbers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from crawler.extensions.figures import PURPOSES, archive, browser, coverage, gate_told, media, parts_told, plan
from crawler.store import Part, WarcFile

NOW = datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC)
STATS = {
    "discuz/request/home_count": 1,
    "discuz/request/listing_count": 4,
    "discuz/request/article_count": 20,
    "discuz/request/thread_count": 2,
    "discuz/plan/revisit_count": 3,
    "robotstxt/request_count": 1,
    "downloader/request_count": 30,
    "retry/count": 2,
}


def test_requests_are_told_by_what_they_were_for() -> None:
    told = plan(STATS)
    assert {name: number for name, number in told["requests"].items() if number} == {
        "robots": 1,
        "home": 1,
        "listing": 4,
        "article": 20,
        "thread": 2,
    }
    assert set(PURPOSES) <= told["requests"].keys(), "what was not needed is told, too"
    assert (told["total"], told["sent"], told["repeated"], told["forbidden"]) == (28, 30, 2, 0)
    assert told["planned"] == {"revisit": 3}


@pytest.mark.parametrize(
    ("sent", "forbidden", "repeated"),
    [(28, 0, 0), (25, 3, 0), (26, 3, 1), (20, 0, 0)],
)
def test_what_was_sent_adds_up(sent: int, forbidden: int, repeated: int) -> None:
    told = plan(STATS | {"downloader/request_count": sent, "robotstxt/forbidden": forbidden})
    assert (told["forbidden"], told["repeated"]) == (forbidden, repeated)


def test_what_earlier_processes_of_a_run_asked_for_is_added() -> None:
    first = plan(STATS)
    told = plan(STATS | {"discuz/request/sweep_count": 1}, first)
    assert told["requests"]["article"] == 40
    assert told["requests"]["sweep"] == 1
    assert (told["processes"], told["sent"], told["planned"]) == (2, 60, {"revisit": 6})
    assert plan({}, told)["requests"] == told["requests"]
    assert plan(STATS, {})["processes"] == 1
    assert plan(STATS, {"requests": "?", "total": None})["requests"] == first["requests"], "of another version"


def test_files_are_told_by_what_became_of_them() -> None:
    stats = {"fetched": 5, "stored": 3, "robots": 2, "http_404": 1}
    told = media({f"discuz/media/{what}_count": number for what, number in stats.items()} | {"discuz/media/bytes": 99})
    assert told == {
        "fetched": 5,
        "known": 0,
        "unchanged": 0,
        "stored": 3,
        "bytes": 99,
        "missing": {"robots": 2, "http_404": 1},
    }


def test_an_archive_is_told_by_what_is_in_it() -> None:
    files = [WarcFile(1, 1, "a", 1, 1000, 20, 3, "closed"), WarcFile(2, 1, "a", 2, 500, 5, 0, "writing")]
    assert archive(files) == {"files": 2, "records": 25, "revisits": 3, "bytes": 1500}
    assert archive([]) == {"files": 0, "records": 0, "revisits": 0, "bytes": 0}


def test_fields_are_told_by_how_often_they_were_filled() -> None:
    stats = {
        "discuz/record/checked_count": 8,
        "discuz/field/description/missing_count": 2,
        "discuz/field/images/url/invalid_count": 1,
    }
    assert coverage(stats) == {
        "description": {"missing": 2, "invalid": 0, "coverage": 0.75},
        "images/url": {"missing": 0, "invalid": 1, "coverage": 1.0},
    }


def part(number: int, **values: Any) -> Part:
    given: dict[str, Any] = {
        "state": "published",
        "target": f"articles/a-000{number}.jsonl",
        "published_at": NOW,
    } | values
    return Part(number, 1, "a", number, 100, 5, opened_at=NOW, **given)


def test_parts_are_told_with_what_became_of_them() -> None:
    writing = part(2, state="writing", target="", published_at=None)
    [first, second] = parts_told([part(1, sha256="12ab"), writing])
    assert first == {
        "file": "articles/a-0001.jsonl",
        "state": "published",
        "records": 5,
        "bytes": 100,
        "sha256": "12ab",
        "published_at": NOW,
        "accepted_at": None,
    }
    assert (second["file"], second["state"]) == (None, "writing")


def test_the_gate_is_told_with_its_reasons() -> None:
    metrics = {"lines": 5, "texts": [1, 2], "shares": {"generic": {"3": [1, 4]}, "none": {"3": [0, 0]}}}
    held = part(2, state="quarantined", target="quarantine/a-0002.jsonl", metrics=metrics, reasons=["too many"])
    told = gate_told([part(1), held, part(3, metrics={"lines": 1})], {"shares": {}, "records": 7}, ["too few"])
    assert told == {
        "held_back": [{"file": "quarantine/a-0002.jsonl", "reasons": ["too many"]}],
        "parts": [
            {
                "number": 2,
                "state": "quarantined",
                "metrics": {"lines": 5, "shares": {"generic": 0.25}},
                "reasons": ["too many"],
            },
            {"number": 3, "state": "published", "metrics": {"lines": 1, "shares": {}}, "reasons": []},
        ],
        "run": {"metrics": {"records": 7, "shares": {}}, "reasons": ["too few"]},
    }
    assert gate_told([]) == {"held_back": [], "parts": [], "run": {"metrics": {"shares": {}}, "reasons": []}}


def test_what_the_browser_cost_is_told_and_added_up() -> None:
    stats = {"page_count": 3, "passed_count": 2, "request_count": 4, "response_bytes": 900, "work_ms": 1251}
    first = browser({f"discuz/browser/{name}": number for name, number in (stats | {"memory_mib": 210}).items()})
    assert first == {
        "pages": 3,
        "passed": 2,
        "requests": 4,
        "bytes": 900,
        "blocked": 0,
        "refused": 0,
        "seconds": 1.3,
        "memory_mib": 210,
    }
    second = browser({"discuz/browser/page_count": 1, "discuz/browser/memory_mib": 180}, first)
    assert (second["pages"], second["seconds"], second["memory_mib"]) == (4, 1.3, 210)


def test_a_run_without_a_browser_says_so() -> None:
    assert set(browser({}).values()) == {0}
