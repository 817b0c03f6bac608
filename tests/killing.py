"""Whole crawls that are killed, or told to end, at a chosen moment.

``python -m tests.killing`` reads one order a line (JSON) and answers each with one line, when the crawl has ended:

- ``{"words": ["crawl", "backfill", …], "stderr": "…"}`` carries out ``scrapy crawl backfill …`` → ``{"code": 0}``
- ``"point": "rename:before", "nth": 2, "signals": [9]`` has the crawl send itself these signals, one after another, the
  second time that it comes to that point
- ``"later": [[0.5, 15], [0.1, 15]]`` sends it SIGTERM after half a second, and again a tenth later
- ``"limit": 60000`` lets no file of it grow beyond so many bytes, as ``ulimit -f`` does
- ``"mortal": true`` takes away what root may do beyond others: to write where nobody may
- ``"gone": "…"`` moves this folder away when it comes to that point

Each order is carried out by a fork of a process that has imported everything, which takes longer than a small crawl.
What is wrapped to come between is the standard library's, SQLAlchemy's and Scrapy's; the crawler has no hooks for it.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
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
READY = "READY\n"
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
        folder: for what crawls say.
    """

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self.process = process
        self._folder = folder

    def run(self, spider: str, data: Path, site: str, **order: Any) -> Ended:
        """Start a crawl, as quick as it can be, and wait for its end.

        Args:
            spider: its name.
            data: ``DISCUZ_DATA_DIR``.
            site: the portal's address.
            order: ``point``, ``nth``, ``signals``, ``later`` …, see above.
        """
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        data.mkdir(parents=True, exist_ok=True)
        settings = [word for name, value in QUICK.items() for word in ("-s", f"{name}={value}")]
        _, _, _, *words = command(spider, data, *settings, site=site)
        order = {"words": words, "stderr": str(self._folder / "stderr"), **order}
        stderr = Path(order["stderr"])
        begun = time.monotonic()
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        code = json.loads(self.process.stdout.readline())["code"]
        return Ended(code, stderr.read_text(encoding="utf-8") if stderr.is_file() else "", time.monotonic() - begun)


@contextmanager
def crawls(*within: str) -> Iterator[Crawls]:
    """Keep the process that forks, for a while.

    Args:
        within: a command that starts it, such as ``unshare``; none for itself.
    """
    with (
        TemporaryDirectory() as folder,
        subprocess.Popen(
            [*within, sys.executable, "-m", "tests.killing"],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process,
    ):
        assert process.stdout is not None
        assert process.stdout.readline() == READY, "it did not start; its message is above"
        yield Crawls(process, Path(folder))
        process.communicate()


class Interrupter(driver.Killer):
    """Sends this process signals at the nth time that a point is passed; a kill also takes what was not synced.

    Args:
        point: where.
        nth: at which time.
        signals: what it is sent, one after another.
        gone: a folder that is moved away then.
    """

    def __init__(self, point: str, nth: int, signals: list[int], gone: str | None = None) -> None:
        self.signals = signals
        self.gone = gone
        super().__init__(point, nth)
        self.wrap(Downloader, "fetch", Downloader.fetch)

    def at(self, point: str, last: Callable[[], object] | None = None) -> None:
        if signal.SIGKILL in self.signals:
            super().at(point, last)
            return
        self.passed[point] += 1
        if point == self.point and self.passed[point] == self.nth:
            if self.gone is not None:
                Path(self.gone).rename(f"{self.gone}.gone")
            for number in self.signals:
                os.kill(os.getpid(), number)


def become_mortal() -> None:
    """Give up every capability: what a file's mode forbids its owner is forbidden to root then, too."""
    version_3 = 0x20080522
    head, none = (ctypes.c_uint32 * 2)(version_3, 0), (ctypes.c_uint32 * 6)()
    if ctypes.CDLL(None, use_errno=True).capset(head, none):
        raise OSError(ctypes.get_errno(), "capset")


def carry_out(order: dict[str, Any], out: int) -> NoReturn:
    for standard in (sys.stdout, sys.stderr):
        os.dup2(out, standard.fileno())
    if "point" in order:
        Interrupter(order["point"], order["nth"], order.get("signals", []), order.get("gone"))
    if "mortal" in order:
        become_mortal()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    if "limit" in order:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["limit"], before[1]))
    code: Any = 1
    try:
        execute(["scrapy", *order["words"]])
    except SystemExit as end:
        code = end.code
    finally:
        sys.stderr.flush()
        resource.setrlimit(resource.RLIMIT_FSIZE, before)  # for what measures the tests, and writes now
        os._exit(code)


def main() -> None:
    # As `crawler.commands` does before a crawl's imports.
    on_signal(leave)
    sys.stdout.write(READY)
    sys.stdout.flush()
    for line in sys.stdin:
        order = json.loads(line)
        path = Path(order["stderr"])
        with path.open("wb") as stderr:
            # A file that may not grow would swallow the last line.
            through_pipe = "limit" in order and not path.is_char_device()
            said, out = os.pipe() if through_pipe else (None, os.dup(stderr.fileno()))
            child = os.fork()
            if not child:
                carry_out(order, out)
            os.close(out)
            for seconds, number in order.get("later", ()):
                time.sleep(seconds)
                os.kill(child, number)
            if said is not None:
                with os.fdopen(said, "rb") as pipe:
                    shutil.copyfileobj(pipe, stderr)
        _, status = os.waitpid(child, 0)
        print(json.dumps({"code": os.waitstatus_to_exitcode(status)}), flush=True)


if __name__ == "__main__":
    main()
