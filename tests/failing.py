"""A spider and components with a bug, for ``SPIDER_MODULES`` and the like: each fails where ``FAILS_IN`` says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from scrapy import signals

from crawler.spiders.portal import PortalSpider

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from scrapy import Request
    from scrapy.crawler import Crawler

    from crawler.spiders.survey import Survey

SOME = 40
"""Articles that are given out before the bug shows, where there are any."""


class Bug(Exception):
    """What nobody expects."""


class FailingPortalSpider(PortalSpider):
    """The scheduled job."""

    def fail_in(self, place: str) -> None:
        """Fail if this is the place."""
        if self.settings.get("FAILS_IN") == place:
            raise Bug(place)

    async def start(self) -> AsyncIterator[Any]:
        async for request in super().start():
            yield request
            self.fail_in("start")

    async def seed(self) -> None:
        await super().seed()
        self.fail_in("seed")

    async def survey(self) -> Survey:
        self.fail_in("survey")
        return await super().survey()

    async def supply(self) -> AsyncIterator[Request]:
        async for request in super().supply():
            yield request
            if self._given > SOME:
                self.fail_in("supply")

    async def upkeep(self) -> None:
        await super().upkeep()
        if self._given > SOME:
            self.fail_in("upkeep")

    def finish(self) -> None:
        self.fail_in("finish")
        super().finish()

    def closed(self, reason: str) -> None:
        super().closed(reason)
        self.fail_in("closed")


class FailsWhenMade:
    """An extension."""

    @classmethod
    def from_crawler(cls, _: Crawler) -> Self:
        raise Bug("made")


class FailsWhenOpened:
    """An extension."""

    def __init__(self, crawler: Crawler) -> None:
        crawler.signals.connect(self.spider_opened, signal=signals.spider_opened)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def spider_opened(self) -> None:
        raise Bug("opened")


class FailsToOpen:
    """A pipeline."""

    def open_spider(self) -> None:
        raise Bug("open_spider")

    def process_item(self, item: Any) -> Any:
        return item
