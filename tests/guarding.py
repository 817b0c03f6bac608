"""A spider that asks for addresses which a crawl must not connect to, with the project's own settings."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.http.request import NO_CALLBACK

from crawler.discuz.urls import Grammar
from tests.killing import lasting

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence


NONE: tuple[Request, ...] = ()
HOSTS_AT_ONCE = 8


def asking(urls: Sequence[str], program: str = __file__, **settings: str) -> list[str]:
    """The words of a command that asks for addresses with settings, by the one spider of a program."""
    given = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
    return ["runspider", program, "-a", f"urls={json.dumps(urls)}", *given]


def ask(urls: Sequence[str], program: str = __file__, **settings: str) -> Any:
    """Ask for addresses, and give what the spider tells of it."""
    ended = lasting().scrapy(asking(urls, program, **settings))
    assert ended.code == 0, ended.stderr
    return json.loads(ended.stdout)


class AskingSpider(Spider):
    """Asks for a JSON list of addresses, whatever they are: several hosts at once, of each one address after another.

    It tells in JSON what came: a list of ``{"url", "status"}`` of each answer, or ``{"url", "error", "words"}``.
    """

    urls: str
    told: Any = None
    name = "asking"
    grammar = Grammar("http://site.invalid/")
    custom_settings = {  # noqa: RUF012  (as Scrapy has it)
        "ITEM_PIPELINES": {},
        "EXTENSIONS": {},
        "DOWNLOAD_DELAY": 0,
        "AUTOTHROTTLE_ENABLED": False,
        "RETRY_ENABLED": False,
        "LOG_LEVEL": "ERROR",
    }

    async def start(self) -> AsyncIterator[Request]:
        urls: list[str] = json.loads(self.urls)
        hosts: dict[str, list[str]] = defaultdict(list)
        for url in urls:
            hosts[urlsplit(url).netloc].append(url)
        some = asyncio.Semaphore(HOSTS_AT_ONCE)
        came: dict[str, dict[str, Any]] = {}

        async def ask_for_all(urls: list[str]) -> None:
            async with some:
                for url in urls:
                    came[url] = {"url": url} | await self.ask(url)

        await asyncio.gather(*map(ask_for_all, hosts.values()))
        self.told = [came[url] for url in urls]
        for request in NONE:
            yield request

    def closed(self, reason: str) -> None:
        print(json.dumps(self.told))

    async def ask(self, url: str) -> dict[str, Any]:
        try:
            request = Request(url, callback=NO_CALLBACK, dont_filter=True)
            response = await self.crawler.engine.download_async(request)
        except Exception as error:
            return {"error": type(error).__name__, "words": str(error)}
        return {"status": response.status}
