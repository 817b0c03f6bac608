"""A small crawl without a network, in a process of its own, that dies at the moment it is told to.

``python -m tests.store.driver`` reads one order a line (JSON) and answers each with one line:

- ``{"folder": "…", "job": "a"}`` opens the store, goes on with the crawl or begins it, and ends it → ``{"code": 0}``
- ``"point": "commit:after", "nth": 3`` kills the process (SIGKILL) the third time it comes there → ``{"killed": true}``
- ``"limit": 60000`` makes every file that would grow beyond so many bytes a full disk → ``{"code": 7, "words": …}``

Each order is carried out by a fork, so that a kill takes the crawl and leaves what gives the orders.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import RLock
from typing import Any, NoReturn

from sqlalchemy.engine.default import DefaultDialect

from crawler.errors import StorageError
from crawler.store import ArticleRow, Found, Gate, Limits, Outcome, Store, Unit, open_store, units_in

CATEGORIES = 3
PAGES = 6
A_PAGE = 5
BATCH = 7
LIMITS = Limits(records=16)
SKIPPED = 11
FAILS_AT_FIRST = 13

POINTS = {
    "pwrite": os,
    "fdatasync": os,
    "ftruncate": os,
    "fsync": os,
    "rename": os,
    "replace": os,
    "do_commit": DefaultDialect,
}
STEPS = [f"{name}:{when}" for name in POINTS for when in ("before", "after")] + ["pwrite:torn"]
"""Where the store writes, syncs, cuts, renames and commits."""


def articles() -> list[int]:
    return list(range(1, CATEGORIES * PAGES * A_PAGE + 1))


def with_record() -> list[int]:
    return [aid for aid in articles() if aid % SKIPPED]


def on_page(catid: int, page: int) -> list[int]:
    first = ((catid - 1) * PAGES + page - 1) * A_PAGE + 1
    return list(range(first, first + A_PAGE))


def answer(unit: Unit) -> Outcome:
    """What a site would say: lists name their articles and the page after, some articles fail once, some are gone."""
    assert unit.number is not None
    if unit.kind == "listing":
        found = [Found(f"article/{aid}", "article", aid) for aid in on_page(unit.number, unit.page)]
        if unit.page < PAGES:
            found.append(Found(f"listing/{unit.number}/{unit.page + 1}", "listing", unit.number, unit.page + 1))
        return Outcome(unit, "done", found=found)
    if unit.number % SKIPPED == 0:
        return Outcome(unit, "skipped", "gone")
    if unit.number % FAILS_AT_FIRST == 0 and unit.tries == 0:
        return Outcome(unit, "failed", "timeout")
    line = json.dumps({"aid": unit.number, "text": "字" * 300}, ensure_ascii=False).encode() + b"\n"
    return Outcome(unit, "done", line=line, article=ArticleRow(key=unit.key, aid=unit.number))


class Clock:
    """The system's, until it is turned forward to when failed units are due."""

    ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def crawl(folder: Path, job: str, gate: Gate | None = None) -> None:
    clock = Clock()
    with open_store(folder, clock=clock, limits=LIMITS, gate=gate) as store:
        store.begin(job, "portal", adopts=True)
        store.add(Found(f"listing/{catid}/1", "listing", catid) for catid in range(1, CATEGORIES + 1))
        serve(store)
        while units_in(store.counts().total, state="failed"):
            clock.ahead += timedelta(days=1)
            serve(store)
        store.end("finished", 0)


def serve(store: Store) -> None:
    while units := store.take(10):
        for unit in units:
            store.finish(answer(unit))
            if store.pending >= BATCH:
                store.flush()
        store.flush()


class Killer:
    """Kills this process at the nth time that a point is passed.

    What was written to a part and not synced goes with it, as in a power cut: at one moment for all threads, so that
    none commits meanwhile what another one takes.
    """

    def __init__(self, point: str, nth: int) -> None:
        self.point = point
        self.nth = nth
        self.passed: Counter[str] = Counter()
        self.synced: dict[Path, int] = {}
        self.moment = RLock()
        for name, owner in POINTS.items():
            self.wrap(owner, name, getattr(owner, name))

    def wrap(self, owner: Any, name: str, real: Callable[..., Any]) -> None:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            if name in {"pwrite", "fdatasync"}:
                path = Path(f"/proc/self/fd/{args[0]}").readlink()
                self.synced.setdefault(path, path.stat().st_size)
            self.at(f"{name}:before")
            if name == "pwrite":
                self.at("pwrite:torn", lambda: real(args[0], args[1][: len(args[1]) // 2], args[2]))
            with self.moment:
                result = real(*args, **kwargs)
                if name == "fdatasync":
                    self.synced[path] = path.stat().st_size
            self.at(f"{name}:after")
            return result

        setattr(owner, name, wrapped)

    def at(self, point: str, last: Callable[[], object] | None = None) -> None:
        self.passed[point] += 1
        if point == self.point and self.passed[point] == self.nth:
            self.moment.acquire()  # for good
            if last is not None:
                last()
            for path, length in self.synced.items():
                if path.suffix == ".part" and path.exists() and not point.startswith("pwrite:"):
                    os.truncate(path, length)
            os.kill(os.getpid(), signal.SIGKILL)


def carry_out(order: dict[str, Any]) -> NoReturn:
    if "point" in order:
        Killer(order["point"], order["nth"])
    if "limit" in order:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["limit"], order["limit"]))
    answer_for(lambda: crawl(Path(order["folder"]), order["job"]))


def answer_for(work: Callable[[], None]) -> NoReturn:
    """Do an order's work, say how it went, and end this fork."""
    try:
        work()
        said: dict[str, Any] = {"code": 0}
    except StorageError as error:
        said = {"code": int(error.exit_code), "words": str(error)}
    except BaseException as error:
        said = {"code": 1, "words": repr(error)}
    print(json.dumps(said), flush=True)
    os._exit(0)


def obey(carry_out: Callable[[dict[str, Any]], NoReturn]) -> None:
    """Carry out the orders that come in, each in a fork.

    A first crawl, which nobody ordered, imports and compiles what each of them would have to.
    """
    with TemporaryDirectory() as folder:
        crawl(Path(folder), "first")
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if not child:
            carry_out(order)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            print(json.dumps({"killed": os.WTERMSIG(status) == signal.SIGKILL}), flush=True)


if __name__ == "__main__":
    obey(carry_out)
