"""Spiders without an engine: what they do with a response, and how their units end."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Request, Response
from scrapy.settings import Settings
from scrapy.statscollectors import MemoryStatsCollector
from scrapy.utils.project import get_project_settings

from crawler.discuz.urls import Target
from crawler.spiders.base import UnitSpider
from crawler.spiders.units import target_of

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from crawler.store import Found, Unit

URL = "http://www.example.com/"
S = TypeVar("S", bound=UnitSpider)
T = TypeVar("T")


class FakeEngine:
    """Answers requests from a table, and notes that it was asked to close."""

    def __init__(self, pages: dict[str, Response | Exception] | None = None) -> None:
        self.pages = pages or {}
        self.asked: list[str] = []
        self.closed_for: str | None = None

    async def download_async(self, request: Request) -> Response:
        """Give the page of that address, or raise what stands there."""
        self.asked.append(request.url)
        answer = self.pages[request.url]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def close_spider_async(self, *, reason: str) -> None:
        """Note the reason."""
        self.closed_for = reason


def make(cls: type[S], data: Path, engine: FakeEngine | None = None, **arguments: str) -> S:
    """A spider with a store of its own, as Scrapy would make it."""
    settings = Settings(dict(get_project_settings()))
    settings.setdict({"DISCUZ_DATA_DIR": str(data), "DISCUZ_CONTACT": "tests@example.com"}, priority="cmdline")
    crawler = Crawler(cls, settings)
    crawler.stats = MemoryStatsCollector(crawler)
    crawler.engine = cast("Any", engine or FakeEngine())
    spider = cls.from_crawler(crawler, **{"site": URL, **arguments})
    crawler.spider = spider
    return spider


def take(spider: UnitSpider, *found: Found) -> list[Unit]:
    """Put units into the spider's store and take them out again, under way."""
    spider.store.add(found)
    units = spider.store.take(len(found))
    for unit in units:
        spider.under_way.enter(unit)
    return units


def answer(spider: UnitSpider, unit: Unit, response: Response) -> list[Any]:
    """What the callback makes of a response."""

    async def collect() -> list[Any]:
        return [item async for item in spider.answer(response, unit, target_of(unit))]

    return run(collect())


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in a loop of its own."""
    return asyncio.run(work)


def page(body: str = "", *, url: str = URL, status: int = 200, **headers: str) -> HtmlResponse:
    """A page in utf-8."""
    return HtmlResponse(
        url, status=status, body=body.encode(), encoding="utf-8", headers=cast("Any", headers), request=Request(url)
    )


def redirect(location: str, *, url: str = URL, status: int = 302) -> HtmlResponse:
    """A redirect."""
    return page(url=url, status=status, Location=location)


def target_for(spider: UnitSpider, url: str) -> Target:
    """What an address names on the spider's site."""
    return spider.grammar.parse(url)


def ends(spider: UnitSpider) -> dict[tuple[str, str], int]:
    """How many units of the run stand in which state, for which reason."""
    spider.store.flush()
    return {(count.state, count.reason): count.units for count in spider.store.counts().run}
