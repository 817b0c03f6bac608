"""How fast a crawl is, and when it will be over."""

from __future__ import annotations

import math
from collections import deque
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

WINDOW: Final = 30.0  # seconds over which the rate is taken: steadier than a moment, newer than the whole run
MEMORY: Final = 120.0  # seconds: what lies further back counts less than a third in the forecast
OF_AN_ARTICLE: Final = ("article", "article_page", "comments", "media", "revisit")
"""What an article's requests are made for (`crawler.extensions.figures.PURPOSES`)."""
USUAL: Final = 1.3
"""Requests of an article, as long as few have been read: some have further pages, or comments elsewhere."""
WEIGHT: Final = 10
"""Articles that have to be read before what they take counts for more than what is usual."""


class Meter:
    """The rate at which something counts up, over the last `WINDOW` seconds."""

    def __init__(self) -> None:
        self._marks: deque[tuple[float, int]] = deque()

    def mark(self, moment: float, count: int) -> None:
        """Note that `count` had been reached at `moment` (seconds of any clock)."""
        self._marks.append((moment, count))
        while moment - self._marks[0][0] > WINDOW:
            self._marks.popleft()

    @property
    def rate(self) -> float:
        """Counts a second; 0 before there are two marks apart."""
        if not self._marks:
            return 0.0
        (begin, first), (end, last) = self._marks[0], self._marks[-1]
        return (last - first) / (end - begin) if end > begin else 0.0


class Forecast:
    """When so many requests will have been made, by the pace of those so far.

    The pace is a mean in which what is long past counts ever less: a pause that a site asks for shows within the
    minute, and a single slow answer hardly does.
    """

    def __init__(self) -> None:
        self._last: tuple[float, int] | None = None
        self._pace = 0.0
        self._weight = 0.0

    def mark(self, moment: float, requests: int) -> None:
        """Note that so many had been made at `moment` (seconds of any clock)."""
        if self._last is None:
            self._last = moment, requests
            return
        seconds = moment - self._last[0]
        if seconds <= 0:
            return
        kept = math.exp(-seconds / MEMORY)
        self._pace = self._pace * kept + (requests - self._last[1]) / seconds * (1 - kept)
        self._weight = self._weight * kept + 1 - kept
        self._last = moment, requests

    @property
    def rate(self) -> float:
        """Requests a second; 0 as long as nothing tells."""
        return self._pace / self._weight if self._weight else 0.0

    def eta(self, requests: float) -> str:
        """Say how long so many will take, as ``h:mm:ss``; ``-`` when nothing tells."""
        if requests <= 0:
            return "0:00:00"
        seconds = requests / self.rate if self.rate > 0 else math.inf
        return str(timedelta(seconds=round(seconds))) if seconds < timedelta.max.total_seconds() else "-"


def requests_left(stats: Mapping[str, Any], *, articles: int, ended: int, pages: int) -> float:
    """Say how many requests a crawl has still to make, as far as is known: lists may name more.

    Args:
        stats: the crawl's.
        articles: that are to be read.
        ended: articles that have ended in this process, in whatever way.
        pages: of lists that are to be read.
    """
    made: int = sum(stats.get(f"discuz/request/{purpose}_count", 0) for purpose in OF_AN_ARTICLE)
    each: float = max((made + USUAL * WEIGHT) / (ended + WEIGHT), 1.0)
    return articles * each + pages
