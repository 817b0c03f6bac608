"""robots.txt, as Scrapy reads it, without a traceback for a site that is down."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from scrapy.downloadermiddlewares import robotstxt

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


def without_traceback(record: logging.LogRecord) -> bool:
    """Keep a log record, as its one line."""
    record.exc_info = None
    return True


class RobotsTxtMiddleware(robotstxt.RobotsTxtMiddleware):
    """Says in one line that a robots.txt could not be had: what that means, the last line of the run tells."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        robotstxt.logger.addFilter(without_traceback)
