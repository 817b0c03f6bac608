"""Units that were given out and have not ended."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.store import ArticleRow, Found, Unit


@dataclass(slots=True)
class Errand:
    """A unit under way, and what is to be remembered together with its end.

    Attributes:
        unit: as the store gave it out.
        since: when it was given out, or went on last, by the monotonic clock.
        row: what to remember of its article, once that was read.
        found: units that the article names.
        pictured: whether the article has pictures of its own.
    """

    unit: Unit
    since: float
    row: ArticleRow | None = None
    found: Sequence[Found] = ()
    pictured: bool = False


class UnderWay:
    """Who is out, since when, with what, and a way to wait for somebody to come back."""

    def __init__(self) -> None:
        self._errands: dict[str, Errand] = {}
        self._change = asyncio.Event()

    def __len__(self) -> int:
        return len(self._errands)

    def __contains__(self, key: str) -> bool:
        return key in self._errands

    def enter(self, unit: Unit) -> None:
        """Note that a unit was given out."""
        self._errands[unit.key] = Errand(unit, monotonic())

    def get(self, key: str) -> Unit | None:
        """Give the unit of a canonical key, None if it is not under way."""
        found = self._errands.get(key)
        return found.unit if found else None

    def note(self, unit: Unit, row: ArticleRow, found: Sequence[Found] = (), *, pictured: bool = False) -> None:
        """Note what is to be remembered when a unit ends with its article; nothing if it has ended."""
        if errand := self._errands.get(unit.key):
            errand.row, errand.found, errand.pictured = row, found, pictured

    def go_on(self, unit: Unit) -> None:
        """Note that a unit is still being worked on; nothing if it has ended."""
        if errand := self._errands.get(unit.key):
            errand.since = monotonic()

    def errand(self, unit: Unit) -> Errand | None:
        """Give what was noted of a unit, None if it has ended."""
        return self._errands.get(unit.key)

    def leave(self, unit: Unit) -> Errand | None:
        """Note that a unit has ended, and give its errand; None if it had ended before."""
        left = self._errands.pop(unit.key, None)
        if left is not None:
            self.wake()
        return left

    def older_than(self, seconds: float) -> list[Unit]:
        """Give the units that have been out for longer than that, since they went on last."""
        limit = monotonic() - seconds
        return [errand.unit for errand in self._errands.values() if errand.since < limit]

    def wake(self) -> None:
        """Let go whoever waits for a change."""
        self._change.set()

    async def changed(self) -> None:
        """Wait until a unit ends, or `wake` is called."""
        self._change.clear()
        await self._change.wait()
