"""Pages that are too large to be read, though not to be fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.http import TextResponse

from crawler.middlewares.answers import TOO_LARGE, BadAnswer
from crawler.text.measure import excess

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response


class MeasureMiddleware:
    """Stops pages of which nothing good can come before anybody parses them."""

    def process_response(self, request: Request, response: Response) -> Response:
        """Give on what may be read. What has no target of ours (robots.txt) is no page.

        Raises:
            BadAnswer: it has more of something than any page has.
        """
        is_page = "target" in request.cb_kwargs and isinstance(response, TextResponse)
        if is_page and (what := excess(response.text)):
            raise BadAnswer(TOO_LARGE, f"a page of {what}, more than any has")
        return response
