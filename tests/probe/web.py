"""A fetcher for surveys: no Scrapy and no pace, over a portal on loopback or pages at hand."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from protego import Protego
from scrapy.http import HtmlResponse, Response, TextResponse, XmlResponse

from crawler.discuz.urls import Grammar
from crawler.middlewares.charset import decoded
from crawler.middlewares.redirect import names_the_same
from crawler.pages import DEFAULT
from crawler.probe.asking import Answer, Unread, checked
from crawler.probe.survey import Survey
from crawler.sites import site_from_url

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.discuz.urls import Target
    from crawler.probe.findings import Findings
    from crawler.sites import Site

WHEN = datetime(2031, 5, 6, 1, 10, 30, tzinfo=UTC)


@dataclass
class Allowed:
    """A robots.txt."""

    text: str

    def allows(self, url: str) -> bool:
        return Protego.parse(self.text).can_fetch(url, "discuz-crawler")

    @property
    def crawl_delay(self) -> float | None:
        return Protego.parse(self.text).crawl_delay("discuz-crawler")


@dataclass
class Web:
    """Fetches from wherever `get` says.

    Attributes:
        get: the answer to an address.
        asked: what was asked for, in order.
    """

    get: Callable[[str], Response]
    robots: str = ""
    requests: int = 0
    latencies: list[float] = field(default_factory=list)
    comments_enabled: bool = True
    robots_status: int | None = 200
    delay: float = 1.0
    asked: list[str] = field(default_factory=list)
    grammar: Callable[[], Grammar] = lambda: Grammar("http://a.example/")

    @property
    def rules(self) -> Allowed:
        return Allowed(self.robots)

    async def fetch(self, url: str, target: Target) -> Answer:
        if not self.rules.allows(url):
            raise Unread("robots")
        for _ in range(3):
            self.asked.append(url)
            self.requests += 1
            self.latencies.append(0.02)
            response = self.get(url)
            location = response.headers.get("Location")
            there = response.urljoin(location.decode()) if location else None
            if there is None or not names_the_same(target, self.grammar().parse(there)):
                break
            url = there
        return Answer(checked(response, target, self.grammar()), WHEN)


def served(url: str) -> Response:
    """What a server on loopback answers."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.netloc, timeout=20)
    connection.request("GET", url.partition(parts.netloc)[2])
    answer = connection.getresponse()
    body = answer.read()
    headers = dict(answer.getheaders())
    connection.close()
    kind = XmlResponse if body.lstrip().startswith(b"<?xml") else HtmlResponse
    return decoded(kind(url, status=answer.status, headers=headers, body=body))


def page(url: str, text: str, status: int = 200, **headers: str) -> TextResponse:
    """A page at hand."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return HtmlResponse(url, status=status, headers=given, body=text.encode(), encoding="utf-8")


def survey(url: str, web: Web, site: Site | None = None) -> Findings:
    """Survey a site."""
    one = Survey(web, site or site_from_url(url), DEFAULT, lambda _: None, url)
    web.grammar = lambda: one.grammar
    asyncio.run(one.run())
    return one.findings
