"""Responses out of an archive in the place of those of a site: nothing is sent to anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol, cast

from scrapy.exceptions import IgnoreRequest
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from crawler.archive.reading import original
from crawler.middlewares.browser import BROWSER

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

    from crawler.archive import Served

NOT_ARCHIVED: Final = "not_archived"
"""The reason of a unit for which the archive has no page."""


class Archives(Protocol):
    """The side of a spider that the handler sees."""

    def served(self, request: Request) -> Served | None:
        """Give what is archived for a request, None if nothing is."""


class ReplayingHandler:
    """A download handler that knows no network.

    Args:
        crawler: its spider has the archive.
    """

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ReplayingHandler:
        """Build it as Scrapy does."""
        return cls(crawler)

    async def download_request(self, request: Request) -> Response:
        """Give what is archived for a request.

        Raises:
            IgnoreRequest: nothing is.
        """
        served = cast("Archives", self._crawler.spider).served(request)
        if served is None:
            self._crawler.stats.inc_value("discuz/replay/missing_count")
            raise IgnoreRequest(NOT_ARCHIVED)
        return response_of(served)

    async def close(self) -> None:
        """Nothing is open."""


def response_of(served: Served) -> Response:
    """Give a response as the downloader gave it."""
    headers = Headers()
    for name, value in original(served):
        headers.appendlist(name, value)
    kind = responsetypes.from_args(headers=headers, url=served.url, body=served.body)
    flags = [BROWSER] if served.via == "browser" else []
    return kind(url=served.url, status=served.status, headers=headers, body=served.body, flags=flags)
