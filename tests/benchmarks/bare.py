"""The yardstick: a bare Scrapy spider that follows the links of a portal and yields only addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import scrapy
from scrapy.http import TextResponse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from scrapy.http import Response

SHOWN = 20  # comments on an article's own page


class BareSpider(scrapy.Spider):
    """Home, every page of its categories' lists, every article with its further pages and its pages of comments."""

    name = "bare"

    def __init__(self, url: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.url = url

    async def start(self) -> AsyncIterator[scrapy.Request]:
        yield scrapy.Request(self.url, self.parse_home)

    def parse_home(self, response: Response) -> Iterator[scrapy.Request]:
        assert isinstance(response, TextResponse)
        yield from response.follow_all(css="#nv li[id^=mn_P] > a", callback=self.parse_listing)

    def parse_listing(self, response: Response) -> Iterator[scrapy.Request]:
        assert isinstance(response, TextResponse)
        yield from response.follow_all(css=".xld dl > dt > a:first-of-type", callback=self.parse_article)
        yield from response.follow_all(css=".pg a.nxt", callback=self.parse_listing)

    def parse_article(self, response: Response) -> Iterator[dict[str, str] | scrapy.Request]:
        assert isinstance(response, TextResponse)
        yield {"url": response.url}
        yield from response.follow_all(css=".pg a.nxt", callback=self.parse_more)
        if int(response.css("#_commentnum::text").get("0")) > SHOWN:
            yield from response.follow_all(css="p.xg1 a[href*='mod=comment']", callback=self.parse_more)

    def parse_more(self, response: Response) -> Iterator[scrapy.Request]:
        assert isinstance(response, TextResponse)
        yield from response.follow_all(css=".pg a.nxt", callback=self.parse_more)
