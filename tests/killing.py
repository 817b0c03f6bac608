"""Whole crawls in forks of one process, so that they are quick, and can be killed or told to end at a chosen moment."""

from __future__ import annotations

import atexit
import json
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


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended.

    Attributes:
        code: its exit code; that of a signal is negative.
        stdout: what it said.
        stderr: what it said on the error stream.
        seconds: how long it ran; after the first signal, if it got one.
    """

    code: int
    stdout: str
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
    """Starts crawls, one after another.

    Args:
        process: runs `tests.forks`.
        folder: for what crawls say.
    """

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self.process = process
        self._folder = folder

    def scrapy(self, words: Sequence[str], **order: Any) -> Ended:
        """Carry out a command of Scrapy's or ours, and wait for its end.

        Args:
            words: what is typed after ``scrapy``.
            order: what else `tests.forks` takes.
        """
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        order = {"words": words} | {name: str(self._folder / name) for name in ("stdout", "stderr")} | order
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        ended = json.loads(self.process.stdout.readline())
        for name in ("stdout", "stderr"):
            said = Path(order[name])
            ended[name] = said.read_text(encoding="utf-8") if said.is_file() else ""
        return Ended(**ended)

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
        data.mkdir(parents=True, exist_ok=True)
        given = QUICK | dict(settings or {})
        words = [word for name, value in given.items() for word in ("-s", f"{name}={value}")]
        _, _, _, *words = command(spider, data, *words, site=site, **(arguments or {}))
        return self.scrapy(words, **order)


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
