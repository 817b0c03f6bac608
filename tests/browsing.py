"""Whether there is a browser to test with, and pages that are asked for through it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import pytest
from scrapy import Request
from scrapy.http.request import NO_CALLBACK

from crawler.discuz.urls import Grammar
from crawler.middlewares.browser_check import is_installed, on_path
from crawler.middlewares.manners import host_refuses
from crawler.sites import Site
from tests.guarding import AskingSpider, ask

if TYPE_CHECKING:
    from crawler.errors import ExitCode

ON = {"DISCUZ_BROWSER_ENABLED": "1"}

# Chromium is a package of the system, and so an extra: without it the rest of the suite must pass. `.ci/run` installs
# both, and fails if a test of them is skipped.
needs_browser = pytest.mark.skipif(
    not is_installed() or on_path() is None, reason="no browser: install the extra `browser`, and Chromium"
)


@dataclass(slots=True)
class Browsed:
    """What came of some addresses."""

    came: list[dict[str, Any]]
    ended: list[list[Any]]
    stats: dict[str, Any] = field(default_factory=dict)

    def stat(self, name: str) -> Any:
        """A figure of the browser's."""
        return self.stats.get(f"discuz/browser/{name}", 0)


def browse(*urls: str, **settings: str) -> Browsed:
    """Ask for some addresses of one site, one after another."""
    return Browsed(**ask(urls, __file__, **settings, **ON))


class BrowsingSpider(AskingSpider):
    """Asks for addresses as for articles, of a site whose owner permits it.

    It tells what came (of an answer ``flags`` and ``body``, too), what would have ended the run of a real spider, and
    the browser's stats.
    """

    name = "browsing"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        first, *_ = json.loads(self.urls)
        self.site = Site(name="site", url=urljoin(first, "/"), permission="the owner's, on this day")
        self.grammar = Grammar(self.site.url)
        self.ended: list[tuple[int, str]] = []

    async def ask(self, url: str) -> dict[str, Any]:
        self.crawler.signals.connect(self.end, signal=host_refuses)
        target = self.grammar.parse(url)
        try:
            response = await self.crawler.engine.download_async(
                Request(url, callback=NO_CALLBACK, cb_kwargs={"target": target}, dont_filter=True)
            )
        except Exception as error:
            return {"error": type(error).__name__, "words": str(error)}
        return {"status": response.status, "flags": response.flags, "body": response.body.decode()}

    def end(self, url: str, code: ExitCode, words: str) -> None:
        self.ended.append((int(code), words))

    def closed(self, reason: str) -> None:
        stats = {name: value for name, value in self.crawler.stats.get_stats().items() if "browser" in name}
        print(json.dumps({"came": self.told, "ended": self.ended, "stats": stats}))
