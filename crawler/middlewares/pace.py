"""The last gate before the wire: what every request passes, robots.txt and pictures too.

A request that waits in a slot's queue has passed every middleware, so that only the downloader can keep it back: for
the delay, for a host that asks to be left alone, or because the run ends.
"""

from __future__ import annotations

import logging
from datetime import UTC, timedelta
from time import monotonic
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.core.downloader import Downloader, Slot
from scrapy.utils.asyncio import call_later
from scrapy.utils.httpobj import urlparse_cached
from twisted.python.failure import Failure

from crawler import clock
from crawler.errors import ExitCode
from crawler.middlewares.manners import NotSent, gate_shut, host_paused, host_refuses
from crawler.middlewares.pace_waits import Wait, http_date, retry_after

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from datetime import datetime

    from scrapy import Request, Spider
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.internet.defer import Deferred

logger = logging.getLogger(__name__)

TOO_MANY: Final = 429
UNAVAILABLE: Final = 503
ASKED_AGAIN: Final = 5
"""How often a request that is refused goes out again, after as many waits, before its spider hears of it."""


class PacedSlot(Slot):
    """A host's queue, which nothing leaves sooner than its floor allows, whatever AutoThrottle makes of the delay.

    AutoThrottle's own floor is the delay of the whole crawl, and would undercut a host's ``Crawl-delay``.

    Attributes:
        floor: seconds between two requests, at the least.
        wait: for how long the host is left alone.
        sent: when each request under way went out, by the monotonic clock.
        refused: how often each request in the queue was refused.
    """

    __slots__ = ("floor", "refused", "sent", "wait")

    def __init__(self, like: Slot, floor: float, wait: Wait) -> None:
        super().__init__(like.concurrency, like.delay, like.jitter)
        self.floor = floor
        self.wait = wait
        self.sent: dict[Request, float] = {}
        self.refused: dict[Request, int] = {}

    def download_delay(self) -> float:
        """Seconds from one request to the next."""
        return max(self.floor, super().download_delay())


class PacedDownloader(Downloader):
    """Scrapy's downloader, with a gate at each host's queue.

    A host that answers 429 or 503 is left alone for as long as its ``Retry-After`` says, or for longer and longer where
    it says nothing. The refused request stays first in the queue and goes out again afterwards: whoever asked for it
    (a page, robots.txt, a picture) only waits.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        # Beside the slots, which Scrapy forgets when a host was not asked for a minute.
        self._waits: dict[str, Wait] = {}
        self._crawl_delays: dict[str, dict[str, float]] = {}
        self._distances: dict[str, float] = {}
        self._shut = False
        crawler.signals.connect(self._heed, signal=signals.response_downloaded)

    # --- the delay ---

    def keep_crawl_delay(self, root: str, seconds: float) -> None:
        """Never ask a host sooner after another request than that, from now on.

        Args:
            root: whose robots.txt asks for it, ``http://host:port``; of several of one host the slowest counts.
            seconds: what it asks for; 0 if nothing.
        """
        host = urlsplit(root).hostname or ""
        self._crawl_delays.setdefault(host, {})[root] = seconds
        self._set_floor(host)

    def keep_distance(self, host: str, seconds: float) -> None:
        """Ask a host no sooner after another request than that, for the rest of the run: it has said that it was soon.

        Args:
            host: its name, without a port.
            seconds: at the least; what was kept before stays.
        """
        self._distances[host] = max(seconds, self._distances.get(host, 0.0))
        self._set_floor(host)

    def _set_floor(self, host: str) -> None:
        slot = self.slots.get(host)
        if isinstance(slot, PacedSlot):
            slot.floor = self.floor(host)

    def floor(self, host: str) -> float:
        """Seconds from one request to a host to the next, at the least.

        That is the site's delay, its ``Crawl-delay``, or what it has turned out to want.
        """
        own = self.per_slot_settings.get(host, {}).get("delay", self.settings.getfloat("DOWNLOAD_DELAY"))
        return max(float(own), *self._crawl_delays.get(host, {}).values(), self._distances.get(host, 0.0))

    def pause(self, host: str, seconds: float) -> None:
        """Leave a host alone for a moment.

        Args:
            host: its name, without a port.
            seconds: from now on.
        """
        self._wait_of(host).hold(now=monotonic(), seconds=seconds)

    def _wait_of(self, host: str) -> Wait:
        return self._waits.setdefault(host, Wait(self.settings.getfloat("DISCUZ_BACKOFF")))

    def get_slot_key(self, request: Request) -> str:
        """Give the host of a request; a redirect to another one carries along the slot that it came from."""
        return urlparse_cached(request).hostname or ""

    def _get_slot(self, request: Request, spider: Spider | None = None) -> tuple[str, Slot]:  # noqa: ARG002  (as Scrapy's)
        key = self.get_slot_key(request)
        if key not in self.slots:
            _, like = super()._get_slot(request)
            self.slots[key] = PacedSlot(like, self.floor(key), self._wait_of(key))
        return key, self.slots[key]

    # --- the gate ---

    def shut(self) -> None:
        """Let nothing more out: what is queued ends as not sent, what is on the wire may come in."""
        self._shut = True
        self.signals.send_catch_log(signal=gate_shut)
        for slot in self.slots.values():
            self._process_queue(slot)

    def _process_queue(self, slot: Slot) -> None:
        assert isinstance(slot, PacedSlot)
        now = monotonic()
        if self._shut:
            _drop(slot, NotSent("stopped", "the run was ended before this was asked for"))
        elif slot.wait.too_long(now):
            _drop(slot, NotSent("paused", f"the host asks to be left alone for {slot.wait.left(now):,.0f} s"))
        elif slot.latercall is None and (left := slot.wait.left(now)):
            slot.latercall = call_later(left, self._latercall, slot)
        else:
            super()._process_queue(slot)

    async def _download(self, slot: Slot, request: Request) -> Response:
        assert isinstance(slot, PacedSlot)
        # Scrapy counts the delay from when this was scheduled, and a busy moment may lie between.
        slot.sent[request] = slot.lastseen = monotonic()
        try:
            return await super()._download(slot, request)
        finally:
            del slot.sent[request]

    def _wait_for_download(
        self, slot: Slot, request: Request, queue_dfd: Deferred[Response]
    ) -> Coroutine[Any, Any, None]:
        # What is let out begins in a moment only; until then Scrapy takes its place in the slot for free, and would let
        # out as many as there are.
        slot.transferring.add(request)
        return self._let_out(slot, request, queue_dfd)

    async def _let_out(self, slot: Slot, request: Request, queue_dfd: Deferred[Response]) -> None:
        assert isinstance(slot, PacedSlot)
        if self._shut or slot.wait.left(monotonic()):  # since that moment
            slot.transferring.remove(request)
            self._put_back(slot, request, queue_dfd)
            return
        try:
            response = await self._download(slot, request)
        except Exception:
            slot.refused.pop(request, None)
            queue_dfd.errback(Failure())  # type: ignore[no-untyped-call]
            return
        if is_deferred(response) and slot.refused.get(request, 0) < ASKED_AGAIN:
            slot.refused[request] = slot.refused.get(request, 0) + 1
            self._put_back(slot, request, queue_dfd)
        else:
            slot.refused.pop(request, None)
            queue_dfd.callback(response)

    def _put_back(self, slot: Slot, request: Request, queue_dfd: Deferred[Response]) -> None:
        slot.queue.appendleft((request, queue_dfd))
        self._process_queue(slot)

    # --- hosts that refuse ---

    def _heed(self, response: Response, request: Request) -> None:
        """Take an answer as what it says of the pace; called before anything else leaves the queue."""
        slot = self.slots.get(request.meta.get(self.DOWNLOAD_SLOT, ""))
        if not isinstance(slot, PacedSlot) or request not in slot.sent:  # from a cache, not from the wire
            return
        sent = slot.sent[request]
        if response.status in {TOO_MANY, UNAVAILABLE}:
            self._step_back(slot, sent, response)
        elif response.status < 500:
            slot.wait.answer(sent=sent)

    def _step_back(self, slot: PacedSlot, sent: float, response: Response) -> None:
        now, stats = monotonic(), self.crawler.stats
        left = slot.wait.left(now)
        asked = asked_for(response)
        step = slot.wait.refuse(sent=sent, now=now, asked=asked)
        stats.inc_value("discuz/pace/refused_count")
        seconds = slot.wait.left(now)
        if seconds <= left:
            return
        stats.inc_value("discuz/pace/wait_count", int(step))
        stats.inc_value("discuz/pace/wait_seconds", round(seconds - left))
        until = clock.utc_now() + timedelta(seconds=seconds)
        says = "no Retry-After" if asked is None else f"Retry-After: {asked:,.0f} s"
        host = urlparse_cached(response).netloc
        logger.warning(
            "%s answers HTTP %d (%s): it is left alone for %s s", host, response.status, says, f"{seconds:,.0f}"
        )
        self.signals.send_catch_log(signal=host_paused, url=response.url, status=response.status, until=until)
        if slot.wait.too_long(now):
            code, words = farewell(host, response.status, until)
            self.signals.send_catch_log(signal=host_refuses, url=response.url, code=code, words=words)


def is_deferred(response: Response) -> bool:
    """Tell whether an answer only says that it is to be asked for later.

    A 503 that names no time may as well be a wall, which is read.
    """
    return response.status == TOO_MANY or (response.status == UNAVAILABLE and asked_for(response) is not None)


def asked_for(response: Response) -> float | None:
    """Seconds for which an answer asks to be left alone, None if it does not say."""
    date = http_date((response.headers.get("Date") or b"").decode("latin-1"))
    now = date or clock.utc_now()
    values = [retry_after(value.decode("latin-1"), now=now) for value in response.headers.getlist("Retry-After")]
    return max((value for value in values if value is not None), default=None)


def farewell(host: str, status: int, until: datetime) -> tuple[ExitCode, str]:
    """Give exit code and last line of a run whose site asks to be left alone for longer than a run waits.

    Args:
        host: that asks.
        status: with which it does: 503 is out of order, 429 has had enough of us.
        until: aware datetime.
    """
    code = ExitCode.UNREACHABLE if status == UNAVAILABLE else ExitCode.WALL
    moment = until.astimezone(UTC)
    return code, (
        f"{host} asks to be left alone until {moment:%Y-%m-%d %H:%M} UTC (HTTP {status}): start again then to go on"
    )


def _drop(slot: Slot, error: NotSent) -> None:
    """End everything that waits in a queue."""
    while slot.queue:
        _, waiting = slot.queue.popleft()
        waiting.errback(Failure(error))  # type: ignore[no-untyped-call]
