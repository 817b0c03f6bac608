"""robots.txt, obeyed as RFC 9309 says, with the ``Crawl-delay`` that many sites add to it."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.downloadermiddlewares import robotstxt
from scrapy.exceptions import IgnoreRequest
from scrapy.http import TextResponse
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import ProtegoRobotParser
from scrapy.utils.httpobj import urlparse_cached

from crawler import clock
from crawler.discuz.urls import Kind
from crawler.discuz.walls import classify
from crawler.errors import ExitCode
from crawler.middlewares.address import RefusedAddress
from crawler.middlewares.browser_check import mend
from crawler.middlewares.conditional import NOT_MODIFIED, headers_for, validators_in
from crawler.middlewares.manners import NotSent, host_refuses
from crawler.middlewares.media import is_media
from crawler.middlewares.pace import PacedDownloader
from crawler.middlewares.robots_rules import Meaning, meaning_of, rules_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.robotstxt import RobotParser

logger = logging.getLogger(__name__)

REDIRECTS: Final = 5
"""Redirects that are followed, to other hosts, too; behind a sixth there are no rules."""
READ_EVERY: Final = timedelta(hours=24)
"""Age at which a robots.txt is read again."""
TRIED_EVERY: Final = timedelta(minutes=10)
"""Age at which one that could not be had is tried again."""
LONGEST_CRAWL_DELAY: Final = 60.0
"""Seconds that are waited because a robots.txt says so; for more of them, a profile has to say so as well."""
LONGEST_DELAY: Final = 3600.0
"""Seconds that a profile may say."""
CERTIFICATE: Final = "certificate"
"""A word in what OpenSSL says of a host that nobody vouches for."""


class Unreachable(Exception):
    """A robots.txt that could not be had; never leaves the middleware.

    Args:
        words: why.
        code: of a run of whose site it is.
    """

    def __init__(self, words: str, code: ExitCode = ExitCode.UNREACHABLE) -> None:
        super().__init__(words)
        self.code = code


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a host's robots.txt.

    Attributes:
        parser: answers by its rules.
        withheld: why nothing may be read, None if the rules decide.
        code: of a run of which it is the site, if nothing may be read.
        since: when it was found out (aware).
        lasts: for how long.
        validators: by which to ask whether it has changed.
    """

    parser: RobotParser
    withheld: NotSent | None
    since: datetime
    lasts: timedelta = READ_EVERY
    code: ExitCode = ExitCode.OK
    validators: Mapping[str, str] = field(default_factory=dict)

    def holds(self, now: datetime) -> bool:
        """Tell whether it need not be read again yet, nor the clock was set back."""
        return self.since <= now < self.since + self.lasts


class RobotsTxtMiddleware(robotstxt.RobotsTxtMiddleware):
    """Reads the robots.txt of every host before anything else of it, and again every day.

    Scrapy's own takes a robots.txt that cannot be had, and whatever page a server shows in its place, for leave to read
    everything; it reads it once, and leaves ``Crawl-delay`` to others.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._known: dict[str, Known] = {}
        self._reading: dict[str, asyncio.Task[Known]] = {}

    async def robot_parser(self, request: Request) -> RobotParser:
        """Give the rules for a request.

        Raises:
            NotSent: they are not to be had, or are such that nobody may wait for so long.
        """
        parts = urlparse_cached(request)
        host = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        known = self._known.get(host)
        if known is None or not known.holds(clock.utc_now()):
            task = self._reading.get(host)
            if task is None:
                task = self._reading[host] = asyncio.ensure_future(self._read(host, request, known))
            # Several requests wait for it: the end of one is not its end.
            known = await asyncio.shield(task)
        if known.withheld is not None:
            # No run ends because of what its pages show: that may be on another port of the site, where nobody is.
            if not is_media(request):
                self.crawler.signals.send_catch_log(
                    signal=host_refuses, url=request.url, code=known.code, words=str(known.withheld)
                )
            raise NotSent(known.withheld.reason, str(known.withheld))
        return known.parser

    async def _read(self, host: str, request: Request, before: Known | None) -> Known:
        """Read a robots.txt, and remember what it says."""
        try:
            known = await self._rules(host, request, before)
        except Unreachable as error:
            # The RFC lets the old rules stand for as long as the new ones cannot be had (2.4).
            if before is not None and before.withheld is None:
                logger.warning("%s/robots.txt cannot be read again (%s): its rules of before stand", host, error)
                known = replace(before, since=clock.utc_now(), lasts=TRIED_EVERY)
            else:
                words = f"{host}/robots.txt is not to be had ({error}), and no site is read unasked: start again later"
                known = self._withhold("robots_unreachable", error.code, words)
        else:
            known = self._slow_down(host, request, known)
        finally:
            del self._reading[host]
        self._known[host] = known
        return known

    async def _rules(self, host: str, request: Request, before: Known | None) -> Known:
        """Ask for a robots.txt; only for another one than that which is known.

        Raises:
            Unreachable: nobody can tell what it says.
        """
        self._stats.inc_value("robotstxt/request_count")
        asking = Request(
            f"{host}/robots.txt",
            headers=headers_for(before.validators) if before else None,
            priority=self.DOWNLOAD_PRIORITY,
            meta={"dont_obey_robotstxt": True, "redirect_ttl": REDIRECTS},
            callback=NO_CALLBACK,
            dont_filter=True,
        )
        body, validators = b"", {}
        try:
            response = await self.crawler.engine.download_async(asking)
        except RefusedAddress as error:
            if error.host in {urlparse_cached(request).hostname, urlsplit(asking.meta.get("proxy") or "").hostname}:
                raise  # so would the request be that waits for these rules: it ends for the same reason
            raise Unreachable(f"it leads to {error.host}, {error.why}") from error
        except IgnoreRequest as error:
            logger.info("%s/robots.txt: %s: it is as if there were none", host, error)
        except NotSent as error:
            raise Unreachable(str(error)) from error
        except Exception as error:
            self._stats.inc_value(f"robotstxt/exception_count/{type(error)}")
            if CERTIFICATE in str(error):
                raise  # as above
            raise Unreachable(str(error).rstrip(".") or type(error).__name__) from error
        else:
            if before is not None and before.validators and response.status == NOT_MODIFIED:
                return replace(before, since=clock.utc_now(), lasts=READ_EVERY)
            body = self._body(response)
            if response.url == asking.url:
                validators = validators_in(response.headers)
        parser = ProtegoRobotParser.from_crawler(self.crawler, body)
        await self.crawler.signals.send_catch_log_async(
            signal=signals.robots_parsed, robotparser=parser, request=request
        )
        return Known(parser, None, clock.utc_now(), validators=validators)

    def _body(self, response: Response) -> bytes:
        """Give the rules in an answer.

        Raises:
            Unreachable: it is none.
        """
        self._stats.inc_value("robotstxt/response_count")
        self._stats.inc_value(f"robotstxt/response_status_count/{response.status}")
        meaning = meaning_of(response.status)
        if meaning is Meaning.UNREACHABLE:
            if isinstance(response, TextResponse) and (way := self._way_past(response)):
                raise Unreachable(f"HTTP {response.status}: {way}", ExitCode.WALL)
            raise Unreachable(f"HTTP {response.status}")
        return rules_in(response.body) if meaning is Meaning.RULES else b""

    def _way_past(self, response: TextResponse) -> str:
        """Say what would let a browser pass what stands before a robots.txt; empty if that is nothing for it."""
        verdict = classify(status=response.status, text=response.text, asked=Kind.HOME)
        return mend(verdict.wall, self.crawler.settings, permitted=False) if verdict is not None else ""

    def _slow_down(self, host: str, request: Request, known: Known) -> Known:
        """Keep to the ``Crawl-delay``; withhold everything if it is too long to be kept without being asked."""
        seconds = known.parser.crawl_delay(self._robotstxt_useragent or self._default_useragent) or 0.0
        downloader = self.crawler.engine.downloader
        name = urlparse_cached(request).hostname or ""
        if not isinstance(downloader, PacedDownloader):
            return known
        downloader.keep_crawl_delay(host, 0.0)
        if seconds > LONGEST_CRAWL_DELAY and seconds > downloader.floor(name):
            mend = (
                f"if you want to wait for so long, say delay = {seconds:g} in the site's profile"
                if seconds <= LONGEST_DELAY
                else "nobody waits for so long; ask its owner for another one"
            )
            words = f"{host}/robots.txt asks for {seconds:g} s between two requests (its Crawl-delay): {mend}"
            return self._withhold("crawl_delay", ExitCode.WALL, words)
        downloader.keep_crawl_delay(host, seconds)
        return known

    def _withhold(self, reason: str, code: ExitCode, words: str) -> Known:
        """Have nothing of a host read for now."""
        parser = ProtegoRobotParser.from_crawler(self.crawler, b"User-agent: *\nDisallow: /")
        return Known(parser, NotSent(reason, words), clock.utc_now(), TRIED_EVERY, code)
