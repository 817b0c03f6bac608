"""Fetching for a probe: a page after the other, with the manners of a crawl."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider, signals
from scrapy.exceptions import IgnoreRequest
from scrapy.http.request import NO_CALLBACK

from crawler.middlewares.address import RefusedAddress
from crawler.probe.asking import Answer, Unread, checked
from crawler.probe.survey import Survey

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.robotstxt import RobotParser
    from scrapy.settings import BaseSettings

    from crawler.discuz.urls import Grammar, Target
    from crawler.pages import Theme
    from crawler.sites import Site

NONE: tuple[Request, ...] = ()


@dataclass(slots=True)
class Rules:
    """The robots.txt of a host, as Scrapy's middleware met it: it is asked for once."""

    parser: RobotParser
    user_agent: str

    def allows(self, url: str) -> bool:
        """Tell whether an address may be asked for."""
        return self.parser.allowed(url, self.user_agent)

    @property
    def crawl_delay(self) -> float | None:
        """Seconds between two requests, if it names them."""
        return self.parser.crawl_delay(self.user_agent)


class ProbeSpider(Spider):
    """Surveys one site. Not in `SPIDER_MODULES`: nobody starts it by name.

    Args:
        site: the site.
        theme: how its template departs from the default.
        tell: is told what is being read, for a person who waits.
        start: an address of the site that a person gave.

    Attributes:
        site: as it was known before.
        survey: what was found out so far.
        error: the bug of ours that ended it, if one did.
    """

    name = "probe"

    def __init__(self, site: Site, theme: Theme, tell: Callable[[str], None], start: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.site = site
        self.survey = Survey(self, site, theme, tell, start)
        self.error: Exception | None = None
        self.done = False
        self.requests = 0
        self.comments_enabled = True
        self.latencies: list[float] = []
        self.rules: Rules | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Listen to robots.txt and to what is asked for."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.comments_enabled = crawler.settings.getbool("DISCUZ_COMMENTS_ENABLED")
        crawler.signals.connect(spider.keep_rules, signal=signals.robots_parsed)
        crawler.signals.connect(spider.count, signal=signals.request_reached_downloader)
        return spider

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Switch off what belongs to a run: there are no items, and nothing to report on. And a person waits."""
        super().update_settings(settings)
        ours = {"ITEM_PIPELINES": {}, "EXTENSIONS": {}, "DOWNLOAD_TIMEOUT": 30, "RETRY_TIMES": 1}
        settings.setdict(ours, priority="spider")

    @property
    def grammar(self) -> Grammar:
        """How the site spells addresses, for the middleware that judges redirects."""
        return self.survey.grammar

    async def start(self) -> AsyncIterator[Any]:
        """Survey the site; no request goes through the scheduler."""
        try:
            await self.survey.run()
            self.done = True
        except Exception as error:
            self.error = error
        for request in NONE:
            yield request

    def keep_rules(self, robotparser: RobotParser) -> None:
        """Keep robots.txt."""
        settings = self.crawler.settings
        self.rules = Rules(robotparser, settings["ROBOTSTXT_USER_AGENT"] or settings["USER_AGENT"])

    def count(self) -> None:
        """Count a request."""
        self.requests += 1

    @property
    def robots_status(self) -> int | None:
        """HTTP status of robots.txt, None if it could not be had."""
        prefix = "robotstxt/response_status_count/"
        found = [name for name in self.crawler.stats.get_stats() if name.startswith(prefix)]
        return int(found[-1].removeprefix(prefix)) if found else None

    @property
    def delay(self) -> float:
        """Seconds between two requests of a crawl, as the settings are."""
        return self.crawler.settings.getfloat("DOWNLOAD_DELAY")

    async def fetch(self, url: str, target: Target) -> Answer:
        """Fetch a page.

        Args:
            url: its address.
            target: what it names.

        Raises:
            Unread: it is not to be had, or something else stands in its place.
        """
        request = Request(url, callback=NO_CALLBACK, cb_kwargs={"target": target}, dont_filter=True)
        try:
            response = await self.crawler.engine.download_async(request)
        except RefusedAddress as error:
            raise Unread("unreachable", error.mend) from error
        except IgnoreRequest as error:
            raise Unread("robots" if "robots.txt" in str(error) else str(error) or "ignored") from error
        except Exception as error:
            raise Unread("unreachable", str(error).rstrip(".") or type(error).__name__) from error
        if latency := response.meta.get("download_latency"):
            self.latencies.append(latency)
        return Answer(checked(response, target, self.grammar), datetime.now(UTC))
