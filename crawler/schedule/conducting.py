"""All crawls of a schedule: so many at once, no two of them at one host, each brought to its end in good order."""

from __future__ import annotations

import asyncio
import signal
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from crawler import clock
from crawler.errors import StorageError
from crawler.schedule import locks
from crawler.schedule.child import Child
from crawler.schedule.outcome import Outcome, not_started, outcome
from crawler.store.faults import storage_faults

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from crawler.schedule.planning import Installation, Plan

FOLDER: Final = ".crawl-all"
"""In the data folder; no site can be called so."""


@dataclass
class Conductor:
    """Starts crawls and waits for their ends.

    Args:
        at: where things lie.
        places: crawls at once, those of another `scrapy crawl-all` over the same data folder included.
        words: gives what is typed after ``scrapy`` for a site.
        tell: is told what is under way, whenever that changes.
    """

    at: Installation
    places: int
    words: Callable[[str], Sequence[str]]
    tell: Callable[[str], None]
    interrupted: str = field(default="", init=False)
    """Name of the signal that ended all of it, "" for none."""

    def __post_init__(self) -> None:
        self._children: dict[str, Child | None] = {}
        self._outcomes: list[Outcome] = []

    @property
    def _folder(self) -> Path:
        return self.at.data / FOLDER

    async def conduct(self, plans: Sequence[Plan]) -> list[Outcome]:
        """Start what is due, one after another as places come free, and wait for all of it.

        Args:
            plans: sites, in the order in which they are started.

        Returns:
            what came of each, in the same order.

        Raises:
            StorageError: the data folder cannot be used.
        """
        with storage_faults(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
        waiting = [one for one in plans if one.state == "due"]
        self._outcomes = [not_started(one) for one in plans if one.state != "due"]
        crawls: set[asyncio.Task[None]] = set()
        with self._heeding_signals():
            while True:
                while not self.interrupted and len(crawls) < self.places and (ready := self._next(waiting)):
                    crawls.add(asyncio.create_task(self._crawl(*ready)))
                if not crawls:
                    break
                done, crawls = await asyncio.wait(crawls, return_when=asyncio.FIRST_COMPLETED)
                for one in done:
                    one.result()
        for plan in waiting:
            self._outcomes.append(
                not_started(plan, "stopped", f"not started: {self.interrupted} came first")
                if self.interrupted
                else not_started(plan, "waits", "another crawl-all holds its place or its host: a later start does it")
            )
        place = {one.name: number for number, one in enumerate(plans)}
        return sorted(self._outcomes, key=lambda one: place[one.site])

    def _next(self, waiting: list[Plan]) -> tuple[Plan, list[int]] | None:
        """Take the first site at whose host nothing is read, and places for it; None if there is none now."""
        with storage_faults(self._folder):
            slot = locks.take_one(self._folder, "place", self.places)
            if slot is None:
                return None
            for plan in waiting:
                host = locks.take(self._folder / f"host-{plan.host or plan.name}.lock")
                if host is not None:
                    waiting.remove(plan)
                    return plan, [slot, host]
        locks.let_go(slot)
        return None

    async def _crawl(self, plan: Plan, places: list[int]) -> None:
        self._children[plan.name] = None
        said, since = self._folder / f"{plan.name}.log", clock.utc_now()
        try:
            self._show()
            with storage_faults(said):
                child = await Child.start(self.words(plan.given), said, places)
            self._children[plan.name] = child
            if self.interrupted:  # while it was being started
                child.stop()
            ended = await child.wait()
        except StorageError as error:
            self._outcomes.append(Outcome(plan.name, "faulty", error.exit_code, str(error), held=plan.held))
            return
        finally:
            locks.let_go(*places)
            del self._children[plan.name]
        folder, url = self.at.data / plan.name, self.at.store_url
        self._outcomes.append(outcome(plan, ended, since, folder, said, url=url))
        self._show()

    def _show(self) -> None:
        ended = sum(one.is_started for one in self._outcomes)
        self.tell(f"{ended} ended, {len(self._children)} under way: {', '.join(sorted(self._children))}")

    @contextmanager
    def _heeding_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._interrupt, number)
        try:
            yield
        finally:
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.remove_signal_handler(number)

    def _interrupt(self, number: signal.Signals) -> None:
        """Start nothing more, and have every crawl end."""
        self.interrupted = self.interrupted or number.name
        for child in self._children.values():
            if child is not None:
                child.stop()
