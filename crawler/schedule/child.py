"""One crawl as a process of its own: how it is started, stopped, and how it ended."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from crawler.errors import ExitCode
from crawler.escaping import printable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import Self

LOG_BYTES: Final = 8 * 2**20
"""What a crawl says may take so much room; its run keeps a log of its own, of which all this is a copy."""
LOOK_EVERY: Final = 10.0  # seconds between two looks at how much that is
TAIL: Final = 8192
"""Bytes at the end of it that hold the last line."""
PATIENCE: Final = 12.0
"""Seconds between SIGTERM and SIGKILL: a crawl forces its own end after 8."""
FAULTS: Final = frozenset({signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGSEGV})
"""What a process is sent for a fault of its own; anything else was sent by somebody, who may have wanted memory."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a crawl ended.

    Attributes:
        code: its exit code, or the one that a signal stands for.
        signal: name of the signal that ended it, "" for none.
        words: the last line that it wrote, or what a signal says of its end.
        seconds: that it took.
        line: the last line that it wrote.
    """

    code: ExitCode
    signal: str
    words: str
    seconds: float
    line: str = ""


class Child:
    """A crawl under way.

    Args:
        process: it.
        log: where it writes.
        said: handle of that file.
    """

    def __init__(self, process: asyncio.subprocess.Process, log: Path, said: int) -> None:
        self._process = process
        self._log = log
        self._said = said
        self._begun = time.monotonic()
        self._signals = 0

    @classmethod
    async def start(cls, words: Sequence[str], log: Path, places: Sequence[int]) -> Self:
        """Start a crawl.

        Args:
            words: what is typed after ``scrapy``.
            log: where to write what it says, in place of what another one has said.
            places: handles that it keeps open for as long as it lasts.

        Raises:
            OSError: the file cannot be written, or no process can be started.
        """
        # Each line goes to the end, wherever that is by then: the file may be emptied under it.
        said = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o644)
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "scrapy",
                *words,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                pass_fds=tuple(places),
                process_group=0,  # Ctrl-C comes to it once, from here: twice is the wish to end at once
            )
        except BaseException:
            os.close(said)
            raise
        return cls(process, log, said)

    async def wait(self) -> Ended:
        """Wait for its end, and keep what it says within bounds."""
        ending = asyncio.ensure_future(self._process.wait())
        try:
            while not ending.done():
                await asyncio.wait([ending], timeout=LOOK_EVERY)
                with suppress(OSError):
                    if os.fstat(self._said).st_size > LOG_BYTES:
                        os.ftruncate(self._said, 0)
        finally:
            os.close(self._said)
        return ended(ending.result(), last_line(self._log), time.monotonic() - self._begun)

    def stop(self) -> None:
        """Have it end in good order, and by force where it does not; a second time, at once."""
        self._signals += 1
        self._send(signal.SIGTERM)
        if self._signals == 1:
            asyncio.get_running_loop().call_later(PATIENCE, self._send, signal.SIGKILL)

    def _send(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            self._process.send_signal(number)


def ended(status: int, words: str, seconds: float) -> Ended:
    """Say how a process ended.

    A crawl that is killed, as where memory runs out, counts as interrupted: the next start goes on with it. One that
    ends by a fault of its own, or with a number that none of ours ends with, has a bug.

    Args:
        status: its exit code, or a signal's number below zero.
        words: the last line that it wrote.
        seconds: that it took.
    """
    if status >= 0:
        known = status in ExitCode.__members__.values()
        told = words if known else f"ended with {status}, which is no exit code of ours: {words or 'see its log'}"
        return Ended(ExitCode(status) if known else ExitCode.BUG, "", told, seconds, words)
    try:
        number = signal.Signals(-status)
        name = number.name
    except ValueError:  # a real-time signal
        return Ended(ExitCode.INTERRUPTED, f"signal {-status}", f"ended by signal {-status}", seconds, words)
    if number in FAULTS:
        told = f"a fault ended it ({name}): please report it with its log"
        return Ended(ExitCode.BUG, name, told, seconds, words)
    why = "memory may have run out: see the kernel's log; " if number is signal.SIGKILL else ""
    return Ended(ExitCode.INTERRUPTED, name, f"ended by {name}: {why}the next start goes on", seconds, words)


def last_line(log: Path) -> str:
    """Give the last line of a file that is not blank, safe to show; "" where there is none."""
    try:
        with log.open("rb") as file:
            file.seek(max(file.seek(0, os.SEEK_END) - TAIL, 0))
            lines = file.read().decode("utf-8", "replace").split("\n")
    except OSError:
        return ""
    last = next((line.strip() for line in reversed(lines) if line.strip()), "")
    if last.startswith("{"):  # `DISCUZ_LOG_FORMAT=json`
        with suppress(ValueError):
            last = str(json.loads(last).get("message", last))
    return printable(last)
