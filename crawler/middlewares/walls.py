"""Walls that fall when one asks again: ``attackevasive`` 1 and 4 (``source/include/misc/misc_security.php``).

The first refuses a request within a second of the one before, the other one that brings no cookie of its own. Both
say themselves how to get in: their page loads itself again after a second, with the cookie that came with it.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import TextResponse
from scrapy.utils.httpobj import urlparse_cached

from crawler.discuz.walls import Wall, classify
from crawler.middlewares.pace import PacedDownloader

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.discuz.urls import Target

logger = logging.getLogger(__name__)

ASKS_AGAIN: Final = frozenset({Wall.REFRESH_LIMIT, Wall.COOKIE_CHECK})
TIMES: Final = 2
"""How often a page is asked for again: a site may have both walls, one behind the other."""
LARGEST: Final = 8192
"""Bytes; the page of ``attackevasive`` has some 1,500."""
DISTANCE: Final = 1.1
"""Seconds between two requests to a site that refuses the second one within a second: a clock's second, and the way
there may take longer for the first than for the second."""


class WallsMiddleware:
    """Asks again for what ``attackevasive`` 1 or 4 has refused, and slows down for the rest of the run for the first.

    What is refused time and again its spider gets to see.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._slow: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it as Scrapy does."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """Give back a page, or the request to be made again."""
        target: Target | None = request.cb_kwargs.get("target")
        if target is None or not isinstance(response, TextResponse) or len(response.body) > LARGEST:
            return response
        verdict = classify(status=response.status, text=response.text, asked=target.kind)
        if verdict is None or verdict.wall not in ASKS_AGAIN:
            return response
        if verdict.wall is Wall.REFRESH_LIMIT:
            self._slow_down(request)
        assert self.crawler.spider is not None
        again = get_retry_request(
            request,
            spider=self.crawler.spider,
            reason=str(verdict.wall),
            max_retry_times=TIMES,
            give_up_log_level="DEBUG",  # its spider has words for it
        )
        if again is None:
            return response
        self.crawler.stats.inc_value(f"discuz/wall/{verdict.wall}_again_count")
        return again

    def _slow_down(self, request: Request) -> None:
        """Wait for as long as the wall asks, and keep that distance from now on."""
        downloader = self.crawler.engine.downloader
        if not isinstance(downloader, PacedDownloader):
            return
        host = urlparse_cached(request).hostname or ""
        downloader.pause(host, DISTANCE)
        if host in self._slow:
            return
        self._slow.add(host)
        if downloader.floor(host) < DISTANCE:
            downloader.keep_distance(host, DISTANCE)
            logger.warning(
                "%s refuses what is asked within a second of something else (attackevasive 1): one request every %g s "
                "from now on; delay = %g in its profile begins with that",
                host,
                DISTANCE,
                DISTANCE,
            )
