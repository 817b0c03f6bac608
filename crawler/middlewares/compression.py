"""Bodies that are packed: unpacked whole, or a reason why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.http import Headers, TextResponse
from scrapy.responsetypes import responsetypes
from scrapy.utils.python import binary_is_text

from crawler.middlewares.answers import BadAnswer
from crawler.middlewares.unpacking import UNPACK, unpack

if TYPE_CHECKING:
    from typing import Any

    from scrapy import Request
    from scrapy.http import Response

ENCODING: Final = "Content-Encoding"
LOOKED_AT: Final = 5000
"""Bytes that tell text from anything else, as where Scrapy guesses the type of an answer."""
UNBOUNDED: Final = 2**30
"""What a ``DOWNLOAD_MAXSIZE`` of 0 means here."""


class UnpackingMiddleware(HttpCompressionMiddleware):
    """Asks for packed bodies as Scrapy's does, and unpacks them whole or not at all."""

    def process_response(self, request: Request, response: Response) -> Response:  # type: ignore[override]
        """Give an answer with its body unpacked.

        An encoding that nobody knows is passed over where the body is text all the same, as browsers do: some servers
        name a charset there, or ``identity``.

        Raises:
            BadAnswer: nobody can read it.
        """
        return unpacked(response, request.meta.get("download_maxsize", self._max_size))


def unpacked(response: Response, limit: int) -> Response:
    """Give an answer with its body unpacked.

    Args:
        response: as it came.
        limit: bytes that its body may have; 0 for any number.

    Raises:
        BadAnswer: nobody can read it.
    """
    if ENCODING not in response.headers:
        return response
    names = b",".join(response.headers.getlist(ENCODING)).decode("latin-1").lower()
    encodings = [name for word in names.split(",") if (name := word.strip())]
    body = response.body
    if UNPACK.keys() >= set(encodings):
        body = unpack(body, encodings, limit or UNBOUNDED) if body else body  # of a redirect, say
    elif not binary_is_text(body[:LOOKED_AT]):
        raise BadAnswer("unknown_encoding", f"a body that is packed by {', '.join(encodings)!r}")
    headers = Headers(response.headers)
    del headers[ENCODING]
    # Scrapy takes nothing for text that is packed.
    kind = responsetypes.from_args(headers=headers, url=response.url, body=body)
    more: dict[str, Any] = {"encoding": None} if issubclass(kind, TextResponse) else {}
    return response.replace(cls=kind, headers=headers, body=body, **more)
