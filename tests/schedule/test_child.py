"""How the end of a crawl is told, whatever ended it."""

from __future__ import annotations

import asyncio
import signal
import sys
from typing import TYPE_CHECKING

import pytest

from crawler.errors import ExitCode
from crawler.schedule import child
from crawler.schedule.child import Child, ended, last_line

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("status", "code", "name", "words"),
    [
        (0, ExitCode.OK, "", "all is well"),
        (4, ExitCode.WALL, "", "all is well"),
        (120, ExitCode.BUG, "", "ended with 120, which is no exit code of ours: all is well"),
        (-signal.SIGKILL, ExitCode.INTERRUPTED, "SIGKILL", "ended by SIGKILL: memory may have run out"),
        (-signal.SIGHUP, ExitCode.INTERRUPTED, "SIGHUP", "ended by SIGHUP: the next start goes on"),
        (-signal.SIGSEGV, ExitCode.BUG, "SIGSEGV", "a fault ended it (SIGSEGV): please report it"),
        (-63, ExitCode.INTERRUPTED, "signal 63", "ended by signal 63"),
    ],
)
def test_each_end_has_a_code_and_words(status: int, code: ExitCode, name: str, words: str) -> None:
    told = ended(status, "all is well", 1.5)
    assert (told.code, told.signal, told.seconds) == (code, name, 1.5)
    assert told.words.startswith(words)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (b"", ""),
        (b"a\nb\n\n  \n", "b"),
        ("x\n标题\x1b[2J".encode(), "标题\\x1b[2J"),
        (b"x" * 9000 + b"\nlast\n", "last"),
        (b"\xff torn", "\ufffd torn"),
        (b'{"level": "INFO", "message": "all is well", "exit_code": 0}\n', "all is well"),
        (b'{"torn\n', '{"torn'),
    ],
)
def test_the_last_line_is_safe_to_show(tmp_path: Path, text: bytes, line: str) -> None:
    (tmp_path / "log").write_bytes(text)
    assert last_line(tmp_path / "log") == line
    assert last_line(tmp_path / "none") == ""


def test_what_a_crawl_says_stays_within_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that is wrong says so at length; the file is emptied under it and goes on at its beginning."""
    monkeypatch.setattr(child, "LOG_BYTES", 0)
    log = tmp_path / "said.log"
    log.write_text("of the time before")

    async def run() -> child.Ended:
        one = await Child.start(["nosuch-command"], log, [])
        return await one.wait()

    end = asyncio.run(run())
    assert (end.code, log.stat().st_size) == (ExitCode.USAGE, 0)


def test_a_crawl_that_does_not_heed_is_ended_by_force(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "PATIENCE", 0.1)
    monkeypatch.setattr(sys, "executable", "/bin/sh")

    async def run() -> child.Ended:
        # `sh -m scrapy` would look for a script; -c takes its place among the words.
        one = await Child.start(["x"], tmp_path / "log", [])
        one._process.kill()
        await one._process.wait()
        one._process = await asyncio.create_subprocess_exec("/bin/sh", "-c", "trap '' TERM; while :; do sleep 1; done")
        await asyncio.sleep(0.1)
        one.stop()
        return await one.wait()

    assert asyncio.run(run()).signal == "SIGKILL"
