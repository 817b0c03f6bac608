"""Whether there is a browser to test with, and pages that are asked for through it.

``python -m tests.browsing URLS NAME=VALUE …`` asks for each of a JSON list of addresses, as a spider does for an
article, with the browser switched on, and prints a JSON object: ``came``, what came of each (as `tests.guarding` says,
with ``flags`` and ``body`` of an answer); ``ended``, what ended the run of a real spider, if anything did; ``stats``.
"""

from __future__ import annotations

import json
import subprocess
import sys
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
from tests.crawling import ROOT, environment
from tests.guarding import AskingSpider, asking

if TYPE_CHECKING:
    from crawler.errors import ExitCode

ON = {"DISCUZ_BROWSER_ENABLED": "1"}

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
    done = subprocess.run(
        [sys.executable, "-m", "tests.browsing", json.dumps(urls), *(f"{k}={v}" for k, v in (settings | ON).items())],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert not done.returncode, done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    return Browsed(**json.loads(done.stdout))


class BrowsingSpider(AskingSpider):
    """Asks for addresses as for articles, of a site whose owner permits it."""

    name = "browsing"

    def __init__(self, urls: list[str], **kwargs: Any) -> None:
        super().__init__(urls, **kwargs)
        self.site = Site(name="site", url=urljoin(urls[0], "/"), permission="the owner's, on this day")
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


if __name__ == "__main__":
    spider = asking(BrowsingSpider)
    stats = {name: value for name, value in spider.crawler.stats.get_stats().items() if "browser" in name}
    print(json.dumps({"came": spider.came, "ended": spider.ended, "stats": stats}))
