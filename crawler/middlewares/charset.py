"""Charsets: every page is read as what its bytes are, whatever it declares."""

from __future__ import annotations

from codecs import BOM_UTF8
from typing import TYPE_CHECKING

from scrapy.http import TextResponse

from crawler.middlewares.media import is_media
from crawler.text.decoding import UTF_8, decide

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

    from crawler.text.decoding import Charset


def charset_of(response: TextResponse) -> Charset:
    """The charset of a page, and what told it.

    Args:
        response: The page as it came, or as `decoded` gave it; a saved page, which has no headers, too.
    """
    declared = b", ".join(response.headers.getlist("Content-Type"))
    return decide(response.body, declared.decode("latin-1") or None)


def decoded(response: TextResponse) -> TextResponse:
    """The same page, with the encoding by which ``text`` and all that is made of it are to be read.

    Args:
        response: The page as it came.

    Returns:
        A copy with its encoding set. A byte order mark that the bytes belie is taken off: Scrapy would believe it.
    """
    charset = charset_of(response)
    body = response.body if charset.encoding == UTF_8 else response.body.removeprefix(BOM_UTF8)
    return response.replace(body=body, encoding=charset.codec)


class CharsetMiddleware:
    """Sets the encoding of every page, so that walls, links and fields are all read from the same text."""

    def process_response(self, request: Request, response: Response) -> Response:
        """Give a page that is text its encoding; leave pictures and files alone."""
        return decoded(response) if isinstance(response, TextResponse) and not is_media(request) else response
