"""Units that were given out and have not ended."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.store import Unit


class UnderWay:
    """Who is out, since when, and a way to wait for somebody to come back."""

    def __init__(self) -> None:
        self._units: dict[str, tuple[Unit, float]] = {}
        self._change = asyncio.Event()

    def __len__(self) -> int:
        return len(self._units)

    def __contains__(self, key: str) -> bool:
        return key in self._units

    def enter(self, unit: Unit) -> None:
        """Note that a unit was given out."""
        self._units[unit.key] = (unit, monotonic())

    def get(self, key: str) -> Unit | None:
        """Give the unit of a canonical key, None if it is not under way."""
        found = self._units.get(key)
        return found[0] if found else None

    def leave(self, unit: Unit) -> bool:
        """Note that a unit has ended; False if it had ended before."""
        left = self._units.pop(unit.key, None) is not None
        if left:
            self.wake()
        return left

    def older_than(self, seconds: float) -> list[Unit]:
        """Give the units that have been out for longer than that."""
        limit = monotonic() - seconds
        return [unit for unit, since in self._units.values() if since < limit]

    def wake(self) -> None:
        """Let go whoever waits for a change."""
        self._change.set()

    async def changed(self) -> None:
        """Wait until a unit ends, or `wake` is called."""
        self._change.clear()
        await self._change.wait()
