"""The end of the hours in which a site may be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

from scrapy import signals
from scrapy.utils.asyncio import call_later

from crawler import clock
from crawler.errors import ExitCode

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.utils.asyncio import CallLaterResult

    from crawler.sites import Site

LOOK_EVERY = 60.0
"""Seconds after which the clock is looked at again at the latest: it may be set, or the machine have slept."""


class Closes(Protocol):
    """The side of a spider that this extension sees."""

    site: Site

    def stop(self, code: ExitCode, words: str) -> None:
        """End the crawl."""


class WindowEnd:
    """Ends a crawl in order when its site's window closes; the next start goes on."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._later: CallLaterResult | None = None
        crawler.signals.connect(self.look, signal=signals.spider_opened)
        crawler.signals.connect(self.forget, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it as Scrapy does."""
        return cls(crawler)

    def look(self) -> None:
        """End the crawl if the window has closed, else look again when it does."""
        spider = cast("Closes", self._crawler.spider)
        site: Site | None = getattr(spider, "site", None)
        if site is None or site.window is None or site.zone is None:
            return
        local = clock.utc_now().astimezone(site.zone)
        if local in site.window:
            self._later = call_later(min(site.window.left(local).total_seconds(), LOOK_EVERY), self.look)
        else:
            spider.stop(
                ExitCode.INTERRUPTED,
                f"{site.name}: its window {site.window} ({site.time_zone}) has closed: start again within it to go on",
            )

    def forget(self) -> None:
        """Look no more."""
        if self._later is not None:
            self._later.cancel()
