"""Which sites are started, and what is said of the others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from crawler.errors import ExitCode, UsageError
from crawler.schedule.planning import Installation, Job, due_at, next_due, plan
from crawler.spiders.politeness import LEFT_ALONE
from crawler.store import RunInfo, open_store
from tests.store.helpers import START, Clock

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.store.model import RunState

HOUR = timedelta(hours=1)
DUE = Job("portal", {}, only_due=True)
ALL = Job("portal", {}, only_due=False)


@pytest.fixture
def at(tmp_path: Path) -> Installation:
    (tmp_path / "sites").mkdir()
    return Installation(tmp_path / "data", tmp_path / "sites")


def profile(at: Installation, name: str, text: str = "") -> None:
    (at.sites / f"{name}.toml").write_text(f'url = "https://{name}.example.com/"\n{text}', encoding="utf-8")


def has_run(at: Installation, name: str, began: datetime, job: Job = ALL, code: ExitCode = ExitCode.OK) -> None:
    with open_store(at.data / name, clock=Clock(began)) as store:
        store.begin(job.name, job.spider, began)
        store.end("interrupted" if code in {ExitCode.INTERRUPTED, ExitCode.BUG} else "finished", code)


def states(names: list[str], job: Job, at: Installation, now: datetime = START) -> dict[str, str]:
    return {one.name: one.state for one in plan(names, job, at, now)}


def test_a_site_is_due_by_its_own_period_and_the_start_of_its_last_run(at: Installation) -> None:
    for name, every in (("a", ""), ("b", 'every = "1d"\n'), ("c", ""), ("new", "")):
        profile(at, name, every)
    has_run(at, "a", START - timedelta(minutes=20))
    has_run(at, "b", START - timedelta(hours=23))
    has_run(at, "c", START - timedelta(hours=2))
    assert states([], DUE, at) == {"c": "due", "new": "due", "a": "not_due", "b": "not_due"}
    assert [one.name for one in plan([], DUE, at, START) if one.state == "due"] == ["c", "new"], (
        "what is quick is first"
    )
    assert set(states([], ALL, at).values()) == {"due"}, "without --due all are"
    later = next_due(plan([], DUE, at, START))
    assert later is not None
    assert (later.name, later.next_at) == ("a", START + timedelta(minutes=35))
    assert later.words.startswith("due at 2026-03-14 ")


def test_other_jobs_do_not_count(at: Installation) -> None:
    profile(at, "a")
    has_run(at, "a", START - timedelta(minutes=5), Job("article", {"aid": "3"}, only_due=False))
    assert states([], DUE, at) == {"a": "due"}
    assert states([], Job("article", {"aid": "3"}, only_due=True), at) == {"a": "not_due"}


def test_a_profile_that_is_switched_off_is_started_only_by_its_name(at: Installation) -> None:
    profile(at, "a", "enabled = false\n")
    assert states([], ALL, at) == {}
    assert states(["a", "a"], ALL, at) == {"a": "due"}


def test_a_faulty_profile_keeps_nobody_from_the_others(at: Installation) -> None:
    profile(at, "a")
    profile(at, "b", "dely = 2\n")
    for names in ([], ["a", "b"]):
        faulty, well = sorted(plan(names, ALL, at, START), key=lambda one: one.state, reverse=True)
        assert (well.name, well.state, faulty.name, faulty.code) == ("a", "due", "b", ExitCode.USAGE)
        assert "dely is unknown" in faulty.words


def test_a_site_that_is_not_known_is_wrong_use(at: Installation) -> None:
    with pytest.raises(UsageError, match="site='nosuch' is not known"):
        plan(["nosuch"], ALL, at, START)


def test_addresses_and_the_demo_may_be_given(at: Installation) -> None:
    profile(at, "a")
    plans = plan(["https://www.example.org:8080/x", "demo", "https://a.example.com/"], ALL, at, START)
    assert [(one.name, one.given, one.host) for one in plans] == [
        ("a.example.com", "https://a.example.com/", "a.example.com"),
        ("demo", "demo", "127.0.0.1"),
        ("www.example.org_8080", "https://www.example.org:8080/x", "www.example.org"),
    ]


def test_hours_and_wishes_of_a_site_are_told(at: Installation) -> None:
    profile(at, "a", 'window = "01:00-02:00"\ntime_zone = "UTC"\n')
    profile(at, "b")
    with open_store(at.data / "b", clock=Clock()) as store:
        until = START + HOUR
        store.remember(LEFT_ALONE, {"until": until.isoformat(), "status": 429, "at": START.isoformat()})
    window, alone = plan([], DUE, at, START)
    assert (window.name, window.state, window.code) == ("a", "window", ExitCode.OK)
    assert window.words.startswith("a: not read outside of 01:00-02:00 (UTC)")
    assert (alone.name, alone.state, alone.code) == ("b", "left_alone", ExitCode.OK)
    assert alone.words.startswith("site='https://b.example.com/' cannot be read")
    assert states(["b"], DUE, at, START + 2 * HOUR) == {"b": "due"}


def test_a_store_that_cannot_be_read_is_told(at: Installation) -> None:
    profile(at, "a")
    (at.data / "a").mkdir(parents=True)
    assert states([], ALL, at) == {"a": "due"}, "a folder alone is no store"
    (at.data / "a" / "store.sqlite3").write_bytes(b"no database" * 100)
    (one,) = plan([], ALL, at, START)
    assert (one.state, one.code) == ("faulty", ExitCode.STORAGE)


def run(began: datetime, state: RunState = "finished", code: int | None = 0, ended: datetime | None = None) -> RunInfo:
    return RunInfo(1, "r", "portal {}", "portal", state, began, ended, code, None)


@pytest.mark.parametrize(
    ("last", "due"),
    [
        (None, None),
        (run(START), START + timedelta(minutes=55)),
        (run(START, "running", None), START + timedelta(minutes=55)),
        (run(START, "interrupted", 8), None),
        (run(START - 9 * HOUR, "interrupted", 1, START), START + timedelta(minutes=55)),
        (run(START + timedelta(days=9)), None),
    ],
    ids=["never", "finished", "under way or killed", "cut short", "a bug, gone on with", "a clock that was ahead"],
)
def test_when_a_job_is_due(last: RunInfo | None, due: datetime | None) -> None:
    assert due_at(last, HOUR, START) == due


def test_the_slack_is_a_tenth_of_a_short_period() -> None:
    assert due_at(run(START), timedelta(minutes=10), START) == START + timedelta(minutes=9)
    assert START.tzinfo is UTC
