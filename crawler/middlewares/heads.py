"""The heads of answers, which end or are given up: neither Twisted nor Scrapy counts their lines.

``DOWNLOAD_MAXSIZE`` is for bodies. A head that does not end, or interim answers (1xx) without an end, would fill the
memory for as long as ``DOWNLOAD_TIMEOUT``, as quickly as the network brings them.

A head is kept as it came for as long as its answer: Scrapy's own copy of it has no reason phrase, and its fields are
sorted by name, in another case. So is when it came, for as long as the request: the answer may wait to be read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NoReturn
from weakref import WeakKeyDictionary

from scrapy.core.downloader.handlers import http11
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future

from crawler import clock
from crawler.middlewares.answers import TOO_LARGE, BadAnswer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.internet.defer import Deferred
    from twisted.internet.interfaces import IAddress
    from twisted.web.iweb import IResponse

LONGEST: Final = 64 * 1024
"""Bytes of status line and header lines, those of interim answers included. Browsers take up to 256 KiB; servers send
no more than a few."""

_heads: WeakKeyDictionary[Response, Sequence[bytes]] = WeakKeyDictionary()
_moments: WeakKeyDictionary[Request, datetime] = WeakKeyDictionary()


def came_at(request: Request | None) -> datetime:
    """Give the moment at which the answer to a request had come; now, where none came over the wire."""
    moment = None if request is None else _moments.get(request)
    return moment or clock.utc_now()


def head_of(response: Response) -> Sequence[bytes] | None:
    """Give the lines of an answer's head as they came, without their ends: status line and fields.

    Args:
        response: as the downloader gave it; what a middleware made of it has none.

    Returns:
        None where it did not come over the wire.
    """
    return _heads.get(response)


class _Parser(http11._LenientHTTPClientParser):
    """Reads one answer.

    Attributes:
        taken: bytes of lines so far.
        lines: of the head that is being read; those of interim answers are dropped.
    """

    taken = 0
    lines: Sequence[bytes] = ()

    def lineReceived(self, line: bytes) -> None:  # noqa: N802  (Twisted's name)
        self.taken += len(line) + 1
        if self.taken > LONGEST:
            raise BadAnswer(TOO_LARGE, f"a head of more than {LONGEST:,} bytes")
        if line and line != b"\r" and isinstance(self.lines, list):
            self.lines.append(line.removesuffix(b"\r"))
        super().lineReceived(line)

    def statusReceived(self, status: bytes) -> None:  # noqa: N802  (Twisted's name)
        super().statusReceived(status)  # type: ignore[no-untyped-call]
        # It is filled while the fields come, and a trailer behind a body is no line of the parser's.
        self.lines = self.response.lines = [status]

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


class _Agent(http11._ScrapyAgent):
    def _cb_bodydone(self, result: Any, url: str) -> Response:
        response = super()._cb_bodydone(result, url)
        _heads[response] = getattr(result["txresponse"], "lines", ())
        return response


class BoundedHandler(http11.HTTP11DownloadHandler):
    """Scrapy's handler of http and https, whose answers have heads of at most `LONGEST` bytes, kept as they came."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _Factory

    async def download_request(self, request: Request) -> Response:
        """Fetch, as Scrapy's does; `head_of` what comes is known."""
        agent = _Agent(
            contextFactory=self._contextFactory,
            bindAddress=self._bind_address,
            pool=self._pool,
            maxsize=self._default_maxsize,
            warnsize=self._default_warnsize,
            fail_on_dataloss=self._fail_on_dataloss,
            crawler=self._crawler,
            tls_verbose_logging=self._tls_verbose_logging,
        )
        with wrap_twisted_exceptions():
            response = await maybe_deferred_to_future(agent.download_request(request))
        _moments[request] = clock.utc_now()
        return response
