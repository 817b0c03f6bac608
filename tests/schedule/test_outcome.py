"""What came of a site, by what its store tells after its crawl has ended."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.errors import ExitCode
from crawler.schedule.child import Ended
from crawler.schedule.outcome import not_started, outcome
from crawler.schedule.planning import Plan
from crawler.store import open_store
from tests.store.helpers import START, Clock, article, ended

SAID = Path("said.log")
PLAN = Plan("a", "a", held=4)
WELL = Ended(ExitCode.OK, "", "a: 2 articles", 3.0)


def crawl(folder: Path, *, end: bool = True) -> str:
    """A run that reads two articles."""
    with open_store(folder, clock=Clock()) as store:
        run = store.begin("portal {}", "portal", START)
        store.add([article(1), article(2)])
        for unit in store.take(2):
            store.finish(ended(unit))
        store.flush()
        if end:
            store.end("finished", 0)
    return run.run_id


def test_a_run_tells_what_it_did(tmp_path: Path) -> None:
    run = crawl(tmp_path)
    kept = tmp_path / "runs" / run
    kept.mkdir(parents=True)
    (kept / "crawl.log").touch()
    (kept / "report.json").write_text(json.dumps({"completeness": {"total": {"missing": 7}}}))
    found = outcome(PLAN, WELL, START, tmp_path, SAID)
    assert (found.state, found.code, found.run, found.new, found.missing) == ("ended", ExitCode.OK, run, 2, 7)
    assert (found.log, found.held, found.seconds) == (kept / "crawl.log", 0, 3.0)


@pytest.mark.parametrize("report", [None, "{", "[]", '{"completeness": {"total": {"missing": null}}}'])
def test_without_a_report_nobody_knows_what_is_missing(tmp_path: Path, report: str | None) -> None:
    run = crawl(tmp_path)
    if report is not None:
        (tmp_path / "runs" / run).mkdir(parents=True)
        (tmp_path / "runs" / run / "report.json").write_text(report)
    found = outcome(PLAN, WELL, START, tmp_path, SAID)
    assert (found.missing, found.log) == (None, SAID)


def test_a_start_that_began_no_run_has_none(tmp_path: Path) -> None:
    crawl(tmp_path)
    wrong = Ended(ExitCode.USAGE, "", "DISCUZ_CONTACT is not set", 1.0)
    found = outcome(PLAN, wrong, START + timedelta(hours=1), tmp_path, SAID)
    assert (found.run, found.new, found.code, found.log) == ("", 0, ExitCode.USAGE, SAID)


def test_a_run_of_another_process_is_under_way(tmp_path: Path) -> None:
    crawl(tmp_path, end=False)
    found = outcome(PLAN, WELL, START + timedelta(hours=1), tmp_path, SAID)
    assert (found.state, found.code, found.run) == ("under_way", ExitCode.OK, "")


def test_a_signal_that_came_too_late_changes_nothing(tmp_path: Path) -> None:
    crawl(tmp_path)
    late = Ended(ExitCode.INTERRUPTED, "SIGTERM", "ended by SIGTERM", 3.0, "a: 2 articles new or changed")
    found = outcome(PLAN, late, START, tmp_path, SAID)
    assert (found.code, found.signal, found.words) == (ExitCode.OK, "", "a: 2 articles new or changed")


def test_a_run_that_was_gone_on_with_and_killed_is_told_of(tmp_path: Path) -> None:
    """The store still knows when it was interrupted the first time."""
    with open_store(tmp_path, clock=Clock()) as store:
        store.begin("portal {}", "portal", START)
        store.end("interrupted", 8)
    later = START + timedelta(hours=1)
    with open_store(tmp_path, clock=Clock(later)) as store:
        run = store.begin("portal {}", "portal", later)
    killed = Ended(ExitCode.INTERRUPTED, "SIGKILL", "ended by SIGKILL", 3.0, "some line")
    found = outcome(PLAN, killed, later, tmp_path, SAID)
    assert (found.run, found.code, found.signal) == (run.run_id, ExitCode.INTERRUPTED, "SIGKILL")


def test_a_site_without_a_store_has_no_more_to_tell(tmp_path: Path) -> None:
    found = outcome(PLAN, Ended(ExitCode.STORAGE, "", "no room", 1.0), START, tmp_path / "none", SAID)
    assert (found.code, found.words, found.held) == (ExitCode.STORAGE, "no room", 4)


def test_what_was_not_started_says_why() -> None:
    alone = not_started(Plan("a", "a", state="left_alone", words="until 12:00", held=2))
    assert (alone.state, alone.code, alone.words, alone.held) == ("left_alone", None, "until 12:00", 2)
    faulty = not_started(Plan("a", "a", state="faulty", words="dely", code=ExitCode.USAGE))
    assert faulty.code == ExitCode.USAGE
    assert not_started(PLAN, "waits", "later").told == "waits for another crawl-all"
