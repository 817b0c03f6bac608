"""The heads of answers, which end or are given up: neither Twisted nor Scrapy counts their lines.

``DOWNLOAD_MAXSIZE`` is for bodies. A head that does not end, or interim answers (1xx) without an end, would fill the
memory for as long as ``DOWNLOAD_TIMEOUT``, as quickly as the network brings them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NoReturn

from scrapy.core.downloader.handlers import http11

from crawler.middlewares.answers import TOO_LARGE, BadAnswer

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.internet.defer import Deferred
    from twisted.internet.interfaces import IAddress
    from twisted.web.iweb import IResponse

LONGEST: Final = 64 * 1024
"""Bytes of status line and header lines, those of interim answers included. Browsers take up to 256 KiB; servers send
no more than a few."""


class _Parser(http11._LenientHTTPClientParser):
    """Reads one answer.

    Attributes:
        taken: bytes of lines so far.
    """

    taken = 0

    def lineReceived(self, line: bytes) -> None:  # noqa: N802  (Twisted's name)
        self.taken += len(line) + 1
        if self.taken > LONGEST:
            raise BadAnswer(TOO_LARGE, f"a head of more than {LONGEST:,} bytes")
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> NoReturn:  # noqa: ARG002, N802  (Twisted's)
        raise BadAnswer(TOO_LARGE, f"a head with a line of more than {self.MAX_LENGTH:,} bytes")


class _Protocol(http11._LenientHTTP11ClientProtocol):
    def request(self, request: Any) -> Deferred[IResponse]:
        answer = super().request(request)
        # As the class above does: the parser is there, and nothing can be given to make another one.
        assert self._parser is not None
        self._parser.__class__ = _Parser
        return answer


class _Factory(http11._LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: IAddress | None) -> _Protocol:  # noqa: ARG002, N802  (Twisted's)
        return _Protocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class BoundedHandler(http11.HTTP11DownloadHandler):
    """Scrapy's handler of http and https, whose answers have heads of at most `LONGEST` bytes."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _Factory
