"""Requests for addresses that a crawl must not connect to, made with the project's own settings.

``python -m tests.guarding URLS NAME=VALUE …`` asks for each of a JSON list of addresses, with settings, and prints a
JSON list of what came: ``{"url", "status"}`` of an answer, or ``{"url", "error", "words"}``.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, TypeVar

from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcess
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.project import get_project_settings

from crawler.commands.event_loop import install_event_loop
from crawler.discuz.urls import Grammar

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


NONE: tuple[Request, ...] = ()


class AskingSpider(Spider):
    """Asks for addresses, one after another, whatever they are."""

    name = "asking"
    grammar = Grammar("http://site.invalid/")

    def __init__(self, urls: list[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.urls = urls
        self.came: list[dict[str, Any]] = []

    async def start(self) -> AsyncIterator[Request]:
        for url in self.urls:
            self.came.append({"url": url} | await self.ask(url))
        for request in NONE:
            yield request

    async def ask(self, url: str) -> dict[str, Any]:
        try:
            request = Request(url, callback=NO_CALLBACK, dont_filter=True)
            response = await self.crawler.engine.download_async(request)
        except Exception as error:
            return {"error": type(error).__name__, "words": str(error)}
        return {"status": response.status}


S = TypeVar("S", bound=AskingSpider)


def asking(spider: type[S]) -> S:
    """Run a spider for the addresses and with the settings of the command line."""
    urls, *given = sys.argv[1:]
    settings = get_project_settings()
    settings.setdict(
        {
            "ITEM_PIPELINES": {},
            "EXTENSIONS": {},
            "DOWNLOAD_DELAY": 0,
            "AUTOTHROTTLE_ENABLED": False,
            "RETRY_ENABLED": False,
            "LOG_LEVEL": "ERROR",
            "DOWNLOAD_TIMEOUT": 5,
        }
    )
    settings.setdict(dict(word.split("=", 1) for word in given))
    install_event_loop(settings)
    process = CrawlerProcess(settings)
    crawler = process.create_crawler(spider)
    process.crawl(crawler, urls=json.loads(urls))
    process.start()
    assert isinstance(crawler.spider, spider)
    return crawler.spider


if __name__ == "__main__":
    print(json.dumps(asking(AskingSpider).came))
