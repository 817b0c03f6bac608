"""Carries out ``scrapy`` commands, each in a fork of a process that has imported everything; some are ended by force.

``python -m tests.forks`` reads one order a line (JSON) and answers each with one line, when the command has ended:

- ``{"words": ["crawl", "backfill", …], "stdout": "…", "stderr": "…"}`` carries out ``scrapy crawl backfill …``, what it
  says goes to these files → ``{"code": 0, "seconds": 1.2, "peak": 61000000}``, the last the most memory that it held
- ``"point": "rename:before", "nth": 2, "signals": [9]`` has it send itself these signals, one after another, the second
  time that it comes to that point; the seconds of the answer begin there
- ``"later": [[0.5, 15], [0.1, 15]]`` sends it SIGTERM after half a second, and again a tenth later; the seconds of the
  answer begin with the first
- ``"once": ["…", 4]`` lets that wait until this file has so many lines
- ``"gone": "…"`` moves this folder away when it comes to that point
- ``"limit": 60000`` lets no file of it grow beyond so many bytes, as ``ulimit -f`` does
- ``"mortal": true`` takes away what root may do beyond others: to write where nobody may
- ``"ahead": 61`` sets its clock forward by so many seconds
- ``"longest": 3600`` ends it after so many seconds, in place of a hundred
- ``"environment": {"NAME": "…"}`` is added to its environment
- ``"unclosed": true`` lets it end with an event loop that was not closed, as Python does unless it is told to warn
- ``"beside": true`` does not wait for its end → ``{"pid": 1234}``; ``{"ended": 1234}`` says how that one ended, if it
  has → ``{"code": null}``, and ``{"ended": 1234, "wait": true}`` waits for it
- ``"jumps": [[20, 86400], [40, -86400]]`` sets it on by so many seconds at its 20th request, and back
  at the 40th
- ``"files": 64`` lets it have no more files and connections open than so many, as ``ulimit -n`` does
- ``"memory": 50000000`` lets it take no more than so many bytes of memory beyond what it has, as ``ulimit -v`` does

What is wrapped to come between is the standard library's, SQLAlchemy's and
Scrapy's; the crawler has no hooks for it.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import resource
import shutil
import signal
import struct
import sys
import time
import traceback
import warnings
from datetime import UTC, datetime, timedelta
from importlib import import_module
from itertools import count
from mmap import mmap
from pathlib import Path
from pkgutil import walk_packages
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NoReturn

import sqlalchemy.dialects.sqlite  # noqa: F401  (else imported in each fork)
from scrapy.cmdline import execute
from scrapy.core.downloader import Downloader
from scrapy.downloadermiddlewares import cookies
from scrapy.utils.misc import load_object, walk_modules_iter
from scrapy.utils.project import get_project_settings

import crawler
from crawler import clock
from crawler.completeness import measure_store
from crawler.interruption import leave, on_signal
from crawler.reports.environment import environment
from crawler.store import database, read_store
from tests.store import driver

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import URL, Engine

READY = "READY\n"
COMPONENT = re.compile(r"(?:scrapy|crawler)\.[\w.]+\.[A-Z]\w+")
LONGEST = 100
"""Seconds after which a command is taken for one that hangs, and ended."""


def import_all() -> None:
    """Import what a command imports, most of it by names in the settings: that takes longer than a small crawl."""
    for _module in walk_modules_iter("scrapy.commands"):
        pass
    for module in walk_packages(crawler.__path__, "crawler."):
        # Exports bring pyarrow along, which would make each fork that does not export larger and slower.
        if not module.name.startswith("crawler.export."):
            import_module(module.name)
    for value in get_project_settings().copy_to_dict().values():
        names = [*value, *value.values()] if isinstance(value, dict) else [value]
        for name in names:
            if isinstance(name, str) and COMPONENT.fullmatch(name):
                load_object(name)
    # Each crawl writes pages at its end; their templates are compiled once for all.
    for template in environment().list_templates():
        environment().get_template(template)
    # Reads its list of public suffixes when it is first asked, a tenth of the time of a small crawl.
    cookies._split_domain("example.com")
    # A reactor belongs to the process that it is made in.
    assert "twisted.internet.reactor" not in sys.modules


def compile_statements() -> None:
    """Have the statements of a store compiled once for all forks: that takes a fifth of the start of a crawl.

    Compiled statements belong to a dialect, which all engines for SQLite share from now on.
    """
    made: list[Engine] = []
    make = database._engine

    def sharing(url: URL, connect_args: dict[str, Any]) -> Engine:
        engine = make(url, connect_args)
        if engine.dialect.name == "sqlite":
            made.append(engine)
            engine.dialect, engine._compiled_cache = made[0].dialect, made[0]._compiled_cache
        return engine

    database._engine = sharing
    with TemporaryDirectory() as folder:
        driver.crawl(Path(folder), "a")
        with read_store(Path(folder)) as reader:
            (run,) = reader.run_list()
            measure_store(reader, run.seq)


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
            SINCE.now()
            for number in self.signals:
                os.kill(os.getpid(), number)


class Moment:
    """A moment that this process and its forks agree on, as far as the last of them that set it."""

    def __init__(self) -> None:
        self._shared = mmap(-1, 8)

    def now(self) -> None:
        """Set it."""
        self._shared[:] = struct.pack("d", time.monotonic())

    def seconds_ago(self) -> float:
        """Say how long ago it was."""
        moment: float = struct.unpack("d", self._shared)[0]
        return time.monotonic() - moment


SINCE = Moment()


def become_mortal() -> None:
    """Give up every capability: what a file's mode forbids its owner is forbidden to root then, too."""
    version_3 = 0x20080522
    head, none = (ctypes.c_uint32 * 2)(version_3, 0), (ctypes.c_uint32 * 6)()
    if ctypes.CDLL(None, use_errno=True).capset(head, none):
        raise OSError(ctypes.get_errno(), "capset")


def set_clock(ahead: float, jumps: list[tuple[int, float]]) -> None:
    """Set the clock forward by so many seconds, and have it jump by some more at a request, counted from 1."""
    off = timedelta(seconds=ahead)
    left = {number: timedelta(seconds=seconds) for number, seconds in jumps}
    requests = count(1)
    fetch = Downloader.fetch

    def fetch_and_jump(self: Downloader, *args: Any, **kwargs: Any) -> Any:
        nonlocal off
        off += left.get(next(requests), timedelta())
        return fetch(self, *args, **kwargs)

    Downloader.fetch = fetch_and_jump  # type: ignore[method-assign]
    clock.utc_now = lambda: datetime.now(UTC) + off


def carry_out(order: dict[str, Any], out: int, err: int) -> NoReturn:
    with Path(os.devnull).open("rb") as nothing:
        for stream, standard in ((nothing.fileno(), sys.stdin), (out, sys.stdout), (err, sys.stderr)):
            os.dup2(stream, standard.fileno())
    if "point" in order:
        Interrupter(order["point"], order["nth"], order.get("signals", []), order.get("gone"))
    if "mortal" in order:
        become_mortal()
    if "ahead" in order or "jumps" in order:
        set_clock(order.get("ahead", 0.0), order.get("jumps", []))
    os.environ.update(order.get("environment", {}))
    if "unclosed" in order:
        warnings.simplefilter("ignore", ResourceWarning)
    if "files" in order:
        resource.setrlimit(resource.RLIMIT_NOFILE, (order["files"], resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    if "memory" in order:
        held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (held + order["memory"], resource.RLIM_INFINITY))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    if "limit" in order:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["limit"], before[1]))
    code: Any = 1
    signal.alarm(order.get("longest", LONGEST))
    try:
        execute(["scrapy", *order["words"]])
    except SystemExit as end:
        code = end.code
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        resource.setrlimit(resource.RLIMIT_FSIZE, before)  # for what measures the tests, and writes now
        os._exit(code)


def wait_for(path: str, lines: int) -> None:
    """Wait until a file has so many lines, for as long as a command may take."""
    begun = time.monotonic()
    while Path(path).read_bytes().count(b"\n") < lines and time.monotonic() - begun < LONGEST:
        time.sleep(0.05)


def start(order: dict[str, Any]) -> dict[str, Any]:
    """Carry out an order, and tell how the fork ended."""
    path = Path(order["stderr"])
    with Path(order["stdout"]).open("wb") as stdout, path.open("wb") as stderr:
        # A file that may not grow would swallow the last line.
        through_pipe = "limit" in order and not path.is_char_device()
        said, err = os.pipe() if through_pipe else (None, os.dup(stderr.fileno()))
        SINCE.now()
        child = os.fork()
        if not child:
            carry_out(order, stdout.fileno(), err)
        os.close(err)
        if "beside" in order:
            return {"pid": child}
        if "once" in order:
            wait_for(*order["once"])
        for place, (seconds, number) in enumerate(order.get("later", ())):
            time.sleep(seconds)
            if not place and "point" not in order:
                SINCE.now()
            os.kill(child, number)
        if said is not None:
            with os.fdopen(said, "rb") as pipe:
                shutil.copyfileobj(pipe, stderr)
    return ended(child)


def ended(child: int, *, wait: bool = True) -> dict[str, Any]:
    """Tell how a fork ended, if it has, and the most memory that it held, in bytes."""
    found, status, used = os.wait4(child, 0 if wait else os.WNOHANG)
    if not found:
        return {"code": None}
    return {
        "code": os.waitstatus_to_exitcode(status),
        "seconds": SINCE.seconds_ago(),
        "peak": used.ru_maxrss * 1024,
    }


def main() -> None:
    # As `crawler.commands` does before a crawl's imports.
    on_signal(leave)
    import_all()
    compile_statements()
    sys.stdout.write(READY)
    sys.stdout.flush()
    for line in sys.stdin:
        order = json.loads(line)
        said = ended(order["ended"], wait="wait" in order) if "ended" in order else start(order)
        print(json.dumps(said), flush=True)


if __name__ == "__main__":
    main()
