"""The small crawl of `tests.store.driver` with a gate, and what a person decides on it, killed where it is told to be.

``python -m tests.store.gated`` reads one order a line (JSON) and answers each with one line:

- ``{"folder": "…", "job": "a", "damaged": true}`` crawls, and the gate holds every part back → ``{"code": 0}``
- ``{"folder": "…", "decide": "release"}`` or ``"reject"`` decides on the first run that is held back → ``{"code": 0}``
- ``"point"`` and ``"nth"`` kill the process as in the driver, which also may be at an ``unlink`` → ``{"killed": true}``
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from crawler.errors import UsageError
from crawler.store import open_store
from tests.store import driver

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Gate:
    """Holds everything back, or nothing."""

    def __init__(self, *, damaged: bool) -> None:
        self.damaged = damaged

    def measure(self, lines: Iterable[bytes]) -> dict[str, Any]:
        return {"records": sum(1 for _ in lines)}

    def judge(self, metrics: dict[str, Any], history: Sequence[dict[str, Any]]) -> list[str]:
        return ["damaged"] if self.damaged else []


def held(folder: Path) -> list[str]:
    """The runs that are held back, by the names of their files."""
    return sorted({path.name.removesuffix(".jsonl")[:-5] for path in folder.glob("quarantine/*.jsonl")})


def decide(folder: Path, what: str) -> None:
    with open_store(folder, limits=driver.LIMITS) as store:
        runs = held(folder)
        if not runs:
            return
        # The other may have been decided by a process that was killed before the file was removed.
        with suppress(UsageError):
            if what == "release":
                store.release(runs[0])
            else:
                store.reject(runs[0])


def carry_out(order: dict[str, Any]) -> NoReturn:
    if "point" in order:
        killer = driver.Killer(order["point"], order["nth"])
        killer.wrap(os, "unlink", os.unlink)
    folder = Path(order["folder"])
    if "decide" in order:
        driver.answer_for(lambda: decide(folder, order["decide"]))
    driver.answer_for(lambda: driver.crawl(folder, order["job"], Gate(damaged=order["damaged"])))


if __name__ == "__main__":
    driver.obey(carry_out)
