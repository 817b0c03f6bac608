"""Whole crawls that are killed, or told to end, at a chosen moment.

``python -m tests.killing`` reads one order a line (JSON) and answers each with one line, when the crawl has ended:

- ``{"words": ["crawl", "backfill", …], "stderr": "…"}`` carries out ``scrapy crawl backfill …`` → ``{"code": 0}``
- ``"point": "rename:before", "nth": 2, "signals": [9]`` has the crawl send itself these signals, one after another, the
  second time that it comes to that point
- ``"later": [[0.5, 15], [0.1, 15]]`` sends it SIGTERM after half a second, and again a tenth later

Each order is carried out by a fork of a process that has imported everything, which takes longer than a small crawl.
What is wrapped to come between is the standard library's, SQLAlchemy's and Scrapy's; the crawler has no hooks for it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from scrapy.cmdline import execute
from scrapy.core.downloader import Downloader

import crawler.commands.crawl
import crawler.spiders.backfill
import crawler.spiders.portal  # noqa: F401  (imported once, for all forks)
from crawler.interruption import leave, on_signal
from tests.crawling import QUICK, ROOT, command, environment
from tests.store import driver

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STORE_POINTS = [f"{name}:{when}" for name in driver.POINTS for when in ("before", "after")] + ["pwrite:torn"]
"""Where the store writes, syncs, cuts, renames and commits."""
REQUEST = "fetch:before"
"""Where a request leaves for the downloader."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a crawl ended.

    Attributes:
        code: its exit code; that of a signal is negative.
        stderr: what it said on the error stream.
        seconds: how long it ran.
    """

    code: int
    stderr: str
    seconds: float

    @property
    def killed(self) -> bool:
        """Whether SIGKILL ended it."""
        return self.code == -signal.SIGKILL

    @property
    def last_line(self) -> str:
        """The last line on the error stream."""
        return self.stderr.rstrip("\n").rpartition("\n")[2]


class Crawls:
    """Starts crawls in forks of one process.

    Args:
        process: runs this module.
    """

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def run(self, spider: str, data: Path, site: str, **order: Any) -> Ended:
        """Start a crawl, as quick as it can be, and wait for its end.

        Args:
            spider: its name.
            data: ``DISCUZ_DATA_DIR``.
            site: the portal's address.
            order: ``point``, ``nth``, ``signals``, ``later``, see above.
        """
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        data.mkdir(parents=True, exist_ok=True)
        settings = [word for name, value in QUICK.items() for word in ("-s", f"{name}={value}")]
        _, _, _, *words = command(spider, data, *settings, site=site)
        stderr = data / "stderr"
        begun = time.monotonic()
        self.process.stdin.write(json.dumps({"words": words, "stderr": str(stderr), **order}) + "\n")
        self.process.stdin.flush()
        code = json.loads(self.process.stdout.readline())["code"]
        return Ended(code, stderr.read_text(encoding="utf-8"), time.monotonic() - begun)


@contextmanager
def crawls() -> Iterator[Crawls]:
    """Keep the process that forks, for a while."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.killing"],
        cwd=ROOT,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Crawls(process)
        process.communicate()


class Interrupter(driver.Killer):
    """Sends this process signals at the nth time that a point is passed; a kill also takes what was not synced."""

    def __init__(self, point: str, nth: int, signals: list[int]) -> None:
        self.signals = signals
        super().__init__(point, nth)
        self.wrap(Downloader, "fetch", Downloader.fetch)

    def at(self, point: str, last: Callable[[], object] | None = None) -> None:
        if signal.SIGKILL in self.signals:
            super().at(point, last)
            return
        self.passed[point] += 1
        if point == self.point and self.passed[point] == self.nth:
            for number in self.signals:
                os.kill(os.getpid(), number)


def carry_out(order: dict[str, Any]) -> NoReturn:
    handle = os.open(order["stderr"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for standard in (sys.stdout, sys.stderr):
        os.dup2(handle, standard.fileno())
    if "point" in order:
        Interrupter(order["point"], order["nth"], order["signals"])
    code: Any = 1
    try:
        execute(["scrapy", *order["words"]])
    except SystemExit as end:
        code = end.code
    finally:
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    # As `crawler.commands` does before a crawl's imports.
    on_signal(leave)
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if not child:
            carry_out(order)
        for seconds, number in order.get("later", ()):
            time.sleep(seconds)
            os.kill(child, number)
        _, status = os.waitpid(child, 0)
        print(json.dumps({"code": os.waitstatus_to_exitcode(status)}), flush=True)


if __name__ == "__main__":
    main()
