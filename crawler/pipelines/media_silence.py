"""Hosts that do not answer: a crawl does not wait for each of their pictures."""

from __future__ import annotations

from time import monotonic
from typing import Final

from scrapy.utils.datatypes import LocalCache

DEAD_AFTER: Final = 3
"""Requests in a row that a host does not answer until it is taken for dead."""
HOSTS: Final = 1000
"""Hosts that are remembered."""


class Silence:
    """Which hosts have been silent, and since when."""

    def __init__(self) -> None:
        self._silent: LocalCache[str, tuple[int, float]] = LocalCache(HOSTS)

    def of(self, host: str, seconds: float) -> bool:
        """Tell whether a host is taken for dead, for so long since it was silent last."""
        times, since = self._silent.get(host, (0, 0.0))
        return times >= DEAD_AFTER and monotonic() - since < seconds

    def fell(self, host: str) -> None:
        """Note that a host has not answered."""
        self._silent[host] = self._silent.get(host, (0, 0.0))[0] + 1, monotonic()

    def broken(self, host: str) -> None:
        """Note that a host has answered."""
        self._silent.pop(host, None)
