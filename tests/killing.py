"""Whole crawls in forks of one process, so that they are quick, and can be killed or told to end at a chosen moment."""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from tests.crawling import QUICK, ROOT, command, environment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

REQUEST = "fetch:before"
"""Where a request leaves for the downloader."""
STREAMS = ("stdout", "stderr")


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended.

    Attributes:
        code: its exit code; that of a signal is negative.
        stdout: what it said.
        stderr: what it said on the error stream.
        seconds: how long it ran; after the first signal, if it got one.
        peak: the most memory that it held, in bytes.
    """

    code: int
    stdout: str
    stderr: str
    seconds: float
    peak: int

    @property
    def killed(self) -> bool:
        """Whether SIGKILL ended it."""
        return self.code == -signal.SIGKILL

    @property
    def last_line(self) -> str:
        """The last line on the error stream."""
        return self.stderr.rstrip("\n").rpartition("\n")[2]


def ended(told: dict[str, Any], said: Mapping[str, Path]) -> Ended:
    """How a command ended: what is told of it, and what it has said in files, by the names of the streams."""
    read = {name: path.read_text(encoding="utf-8") if path.is_file() else "" for name, path in said.items()}
    return Ended(told["code"], **read, seconds=told["seconds"], peak=told["peak"])


class Beside:
    """A command that is under way beside others.

    Args:
        crawls: what started it.
        pid: its process.
        said: where what it says is written, by the names of the streams.
    """

    def __init__(self, crawls: Crawls, pid: int, said: Mapping[str, Path]) -> None:
        self._crawls = crawls
        self._pid = pid
        self._said = said
        self._ended: Ended | None = None

    @property
    def ended(self) -> Ended | None:
        """How it ended; None as long as it has not."""
        return self._ended or self._ask()

    @property
    def stderr(self) -> str:
        """What it has said on the error stream so far."""
        return self._said["stderr"].read_text(encoding="utf-8")

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self._pid, number)

    def wait(self) -> Ended:
        """Wait for its end."""
        last = self._ended or self._ask(wait=True)
        assert last
        return last

    def _ask(self, **how: bool) -> Ended | None:
        told = self._crawls.order(ended=self._pid, **how)
        if told["code"] is not None:
            self._ended = ended(told, self._said)
        return self._ended


class Crawls:
    """Starts crawls, one after another, or one beside others.

    Args:
        process: runs `tests.forks`.
        folder: for what crawls say.
    """

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self.process = process
        self._folder = folder
        self._beside = 0

    def scrapy(self, words: Sequence[str], **order: Any) -> Ended:
        """Carry out a command of Scrapy's or ours, and wait for its end.

        Args:
            words: what is typed after ``scrapy``.
            order: what else `tests.forks` takes.
        """
        said = {name: self._folder / name for name in STREAMS}
        told = self.order(words=words, **{name: str(path) for name, path in said.items()} | order)
        return ended(told, {name: Path(order.get(name, path)) for name, path in said.items()})

    def start(
        self,
        spider: str,
        data: Path,
        site: str,
        arguments: Mapping[str, str] | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> Beside:
        """Begin to crawl a portal, as `run` does, and do not wait for the end."""
        words = crawling(spider, data, site, arguments, settings)
        self._beside += 1
        said = {name: self._folder / f"{name}-{self._beside}" for name in STREAMS}
        started = self.order(words=words, beside=True, **{name: str(path) for name, path in said.items()})
        return Beside(self, started["pid"], said)

    def order(self, **order: Any) -> dict[str, Any]:
        """Give an order of `tests.forks`, and wait for the answer."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def run(
        self,
        spider: str,
        data: Path,
        site: str,
        arguments: Mapping[str, str] | None = None,
        settings: Mapping[str, str] | None = None,
        **order: Any,
    ) -> Ended:
        """Crawl a portal that is nobody's, as quickly as can be.

        Args:
            spider: its name.
            data: ``DISCUZ_DATA_DIR``.
            site: the portal's address.
            arguments: the spider's further ones.
            settings: beside those of every quick crawl.
            order: as for `scrapy`.
        """
        return self.scrapy(crawling(spider, data, site, arguments, settings), **order)


def crawling(
    spider: str,
    data: Path,
    site: str,
    arguments: Mapping[str, str] | None = None,
    settings: Mapping[str, str] | None = None,
) -> list[str]:
    """What is typed after ``scrapy``, see `Crawls.run`; the data folder is made."""
    data.mkdir(parents=True, exist_ok=True)
    given = QUICK | dict(settings or {})
    words = [word for name, value in given.items() for word in ("-s", f"{name}={value}")]
    _, _, _, *words = command(spider, data, *words, site=site, **(arguments or {}))
    return words


@contextmanager
def crawls(*within: str) -> Iterator[Crawls]:
    """Keep the process that forks, for a while.

    Args:
        within: a command that starts it, such as ``unshare``; none for itself.
    """
    with (
        TemporaryDirectory() as folder,
        subprocess.Popen(
            [*within, sys.executable, "-m", "tests.forks"],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process,
    ):
        assert process.stdout is not None
        assert process.stdout.readline() == "READY\n", "it did not start; its message is above"
        yield Crawls(process, Path(folder))
        process.communicate()


@cache
def lasting() -> Crawls:
    """Keep such a process for as long as this one lasts: most tests can share it."""
    with ExitStack() as stack:
        started = stack.enter_context(crawls())
        atexit.register(stack.pop_all().close)
    return started
