"""What Scrapy logs of pages and items: failures in one line each, the rest only for those who look for it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from scrapy import logformatter

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.http import Response
    from scrapy.logformatter import LogFormatterResult
    from twisted.python.failure import Failure

logger = logging.getLogger("scrapy.core.engine")


class LogFormatter(logformatter.LogFormatter):
    """Leaves out what nobody reads: an item is a whole article, and there are thousands."""

    def crawled(self, request: Request, response: Response, spider: Spider) -> LogFormatterResult | None:  # type: ignore[override]  # Scrapy takes None for silence
        """Make a line for a page only if it will be shown."""
        return super().crawled(request, response, spider) if logger.isEnabledFor(logging.DEBUG) else None

    def scraped(self, *_: Any) -> LogFormatterResult | None:  # type: ignore[override]  # as above
        """Make no line for an item: its page has one."""
        return None

    def dropped(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """Name the item that a pipeline dropped, and why."""
        return super().dropped(item.url, exception, response, spider)

    def item_error(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """Name the item that a pipeline failed on."""
        return super().item_error(item.url, exception, response, spider)
