"""Memory that does not grow with the crawl."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from scrapy import signals
from scrapy.utils.asyncio import create_looping_call

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

EVERY = 5.0  # seconds


class TimerSweep:
    """Has Twisted forget the timeouts of requests that have been answered.

    Its reactor drops cancelled timers only when another of its timers comes due, and on asyncio's loop that may be a
    whole download timeout away: until then each answered request leaves two of them, half a kilobyte.
    """

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Set up as a Scrapy extension."""
        sweep = cls()
        crawler.signals.connect(sweep.engine_started, signal=signals.engine_started)
        crawler.signals.connect(sweep.engine_stopped, signal=signals.engine_stopped)
        return sweep

    def engine_started(self) -> None:
        """Begin to sweep."""
        self._loop = create_looping_call(self.sweep)
        self._loop.start(EVERY, now=False)

    def sweep(self) -> None:
        """Let a timer come due."""
        from twisted.internet import reactor  # noqa: PLC0415  (which one it is, is settled when the crawl starts)

        cast("Any", reactor).callLater(0, lambda: None)

    def engine_stopped(self) -> None:
        """Stop sweeping."""
        self._loop.stop()
