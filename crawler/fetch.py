"""Fetching a few pages outside of a run, with the manners of one: the project's settings, pace and robots.txt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from scrapy import Request, Spider
from scrapy.exceptions import IgnoreRequest
from scrapy.http import TextResponse

from crawler.discuz.urls import Grammar
from crawler.errors import CrawlerError, UnreachableError, UsageError, WallError
from crawler.middlewares.address import RefusedAddress
from crawler.middlewares.browser_check import check_browser
from crawler.spiders.politeness import be_polite

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from scrapy.crawler import CrawlerProcessBase
    from scrapy.http import Response
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure

    from crawler.sites import Site


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page as it came.

    Attributes:
        response: the page, under its own address.
        moment: when it came (aware), or when a saved one was last changed.
        status: its HTTP status, None for a saved page.
    """

    response: TextResponse
    moment: datetime
    status: int | None


class FetchSpider(Spider):
    """Fetches addresses of one site and keeps what comes. Not in `SPIDER_MODULES`: nobody starts it by name.

    Attributes:
        site: whose addresses they are.
        grammar: reads the site's addresses; redirects are judged by it.
        answers: by address as given, the page or why there is none.
    """

    name = "fetch"

    def __init__(self, site: Site, urls: Sequence[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.site = site
        self.grammar = Grammar(root=site.url)
        self.urls = urls
        self.answers: dict[str, Fetched | CrawlerError] = {}

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Switch off what belongs to a run: there are no items, and nothing to report on."""
        super().update_settings(settings)
        settings.setdict({"ITEM_PIPELINES": {}, "EXTENSIONS": {}}, priority="spider")

    async def start(self) -> AsyncIterator[Request]:
        """Ask for each address once."""
        for url in self.urls:
            try:
                request = Request(
                    url,
                    callback=self.keep,
                    errback=self.lose,
                    cb_kwargs={"asked": url, "target": self.grammar.parse(url)},
                    dont_filter=True,
                )
            except ValueError as error:
                self.answers[url] = UsageError(f"{url}: is no address that can be fetched ({error})")
            else:
                yield request

    def keep(self, response: Response, asked: str, **_: object) -> None:
        """Note what came."""
        if isinstance(response, TextResponse):
            self.answers[asked] = Fetched(response, datetime.now(UTC), response.status)
        else:
            self.answers[asked] = UsageError(f"{asked}: what comes is no page; give the address of one")

    def lose(self, failure: Failure) -> None:
        """Note why nothing came."""
        request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy before it calls an errback
        asked: str = request.cb_kwargs["asked"]
        if isinstance(failure.value, RefusedAddress):
            self.answers[asked] = UsageError(f"{asked}: {failure.value.mend}")
            return
        why = failure.getErrorMessage() or type(failure.value).__name__
        self.answers[asked] = (
            WallError(f"{asked}: {why}")
            if isinstance(failure.value, IgnoreRequest)
            else UnreachableError(f"{asked}: cannot be reached ({why}); check the address and the network")
        )


def fetch(process: CrawlerProcessBase, urls: Mapping[str, Site]) -> dict[str, Fetched | CrawlerError]:
    """Fetch pages and wait for them.

    Args:
        process: Scrapy's, not yet started; it cannot be started again afterwards.
        urls: addresses, each of which is asked for once, with the sites that they belong to: their pace is kept.

    Returns:
        by address as given, the page or why there is none.
    """
    answers: dict[str, Fetched | CrawlerError] = {}
    crawlers = []
    for site in {site.url: site for site in urls.values()}.values():
        mine = [url for url, of in urls.items() if of.url == site.url]
        crawler = process.create_crawler(FetchSpider)
        try:
            be_polite(crawler.settings, site)
            check_browser(crawler.settings)
        except UsageError as error:  # nobody for the owner to turn to, or what is set or said cannot be used
            answers |= dict.fromkeys(mine, error)
            continue
        process.crawl(crawler, site=site, urls=mine)
        crawlers.append(crawler)
    if crawlers:
        process.start()
    for crawler in crawlers:
        assert isinstance(crawler.spider, FetchSpider)
        answers |= crawler.spider.answers
    # Ctrl-C: what was still to be asked for was not.
    return {url: UnreachableError(f"{url}: was not asked for to the end") for url in urls} | answers
