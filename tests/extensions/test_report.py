"""The folders of runs: how long they are kept, and logs that do not grow for ever."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crawler.extensions import report
from crawler.extensions.report import QuietFileHandler, make_room
from crawler.extensions.run_folder import REPORT

if TYPE_CHECKING:
    from collections.abc import Sequence

RUNS = [f"2026111{day}T140102Z-portal" for day in range(6)]


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """The folders of six runs, and a file that is none."""
    for run in RUNS:
        folder = tmp_path / "runs" / run
        folder.mkdir(parents=True)
        (folder / REPORT).write_text("{}", encoding="utf-8")
    (tmp_path / "runs" / "notes.txt").touch()
    return tmp_path / "runs"


def folders(runs: Path) -> list[str]:
    return sorted(path.name for path in runs.iterdir() if path.is_dir())


@pytest.mark.parametrize(
    ("keep", "held", "kept"),
    [
        (100, [], RUNS),
        (6, [], RUNS),
        (2, [], RUNS[-2:]),
        (1, [], RUNS[-1:]),
        (0, [], RUNS),
        (2, [f"{RUNS[1]}-0001"], [RUNS[1], *RUNS[-2:]]),
        (2, [f"{RUNS[0]}-0012", f"{RUNS[0]}-0013", f"{RUNS[5]}-0001"], [RUNS[0], *RUNS[-2:]]),
        (2, ["20200101T000000Z-portal-0001"], RUNS[-2:]),
    ],
)
def test_the_newest_runs_are_kept_and_those_that_are_held_back(
    runs: Path, keep: int, held: Sequence[str], kept: list[str]
) -> None:
    """Who looks at a quarantined part a year later must still find why it is there."""
    quarantine = runs.parent / "quarantine"
    for name in held:
        quarantine.mkdir(exist_ok=True)
        (quarantine / f"{name}.jsonl").touch()
    make_room(runs, quarantine, keep)
    assert folders(runs) == kept
    assert (runs / "notes.txt").exists()
    assert {path.stem for path in quarantine.glob("*")} == set(held), "what is held back is never removed"


def test_a_log_is_rotated_and_the_oldest_part_dropped(tmp_path: Path) -> None:
    log = QuietFileHandler(tmp_path / "crawl.log", maxBytes=1000, backupCount=report.LOG_FILES, encoding="utf-8")
    for number in range(200):
        log.emit(logging.makeLogRecord({"msg": f"{number:03} {'文' * 20}"}))
    log.close()
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["crawl.log", *(f"crawl.log.{number}" for number in range(1, report.LOG_FILES + 1))]
    assert max(path.stat().st_size for path in tmp_path.iterdir()) <= 1000
    assert "199" in (tmp_path / "crawl.log").read_text("utf-8").splitlines()[-1]


def test_the_logs_of_all_runs_have_a_bound() -> None:
    """Told in the README."""
    assert report.LOG_BYTES * (report.LOG_FILES + 1) == 80 * 2**20


def test_a_log_that_cannot_be_written_is_silent(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = QuietFileHandler(tmp_path / "crawl.log", maxBytes=10, backupCount=1, encoding="utf-8")
    (tmp_path / "crawl.log.1").mkdir()
    (tmp_path / "crawl.log.1" / "in the way").touch()
    for _ in range(3):
        log.emit(logging.makeLogRecord({"msg": "more than ten bytes"}))
    log.close()
    assert capsys.readouterr().err == ""
