"""The pace and the name with which a site is read, and what is done when it asks to be left alone."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from crawler import clock
from crawler.errors import CrawlerError, ExitCode, StorageError, UnreachableError, UsageError, WallError
from crawler.middlewares.manners import host_paused, host_refuses
from crawler.middlewares.pace import PacedDownloader, farewell
from crawler.middlewares.proxy import proxy_of
from crawler.sites.cookies import is_open, read_cookies

if TYPE_CHECKING:
    from pathlib import Path

    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

    from crawler.discuz.urls import Grammar
    from crawler.sites import Site
    from crawler.store import Store

logger = logging.getLogger(__name__)

AT_ONCE = 16
"""Requests at once to a portal that is a child process of ours."""
LEFT_ALONE = "left_alone"
"""Name of the fact until when the site asked to be left alone."""
SKEW = timedelta(hours=1)
"""By how much clocks may differ."""
WORTH_REMEMBERING = timedelta(seconds=30)
"""A shorter wait is over before the next start has got to its first request."""


class UserAgent(str):
    """A User-Agent whose `repr`, by which Scrapy logs settings, leaves the contact to those whom it is for."""

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(f"{self.partition(' (+')[0]} (+…)")


class OutsideWindowError(CrawlerError):
    """A start at a time at which the site's profile says that it is not read: all is well, and nothing to be done."""

    exit_code = ExitCode.OK


class Reads(Protocol):
    """The side of a spider that is seen here."""

    site: Site
    store: Store

    @property
    def grammar(self) -> Grammar:
        """Reads the site's addresses."""

    def stop(self, code: ExitCode, words: str) -> None:
        """End the run."""


def be_polite(settings: BaseSettings, site: Site) -> None:
    """Set pace and User-Agent for a site; what is given on the command line still counts more.

    Args:
        settings: the crawler's, not frozen yet.
        site: the site that will be read.

    Raises:
        UsageError: the site is somebody's, and there is nobody for them to turn to; or ``DISCUZ_PROXY`` or its cookies
            cannot be used.
    """
    proxy_of(settings)
    if site.cookies is not None:
        _check_cookies(settings, site, site.cookies)
    if site.own_process:
        values: dict[str, Any] = {
            "DOWNLOAD_DELAY": 0.0,
            "CONCURRENT_REQUESTS_PER_DOMAIN": AT_ONCE,
            "AUTOTHROTTLE_ENABLED": False,
        }
    else:
        contact = settings["DISCUZ_CONTACT"]
        if not contact:
            raise UsageError(
                "DISCUZ_CONTACT is not set: say who reads the site, with an address or a mailbox at which its owner "
                "reaches you, as in -s DISCUZ_CONTACT=you@example.com"
            )
        values = {
            "DOWNLOAD_DELAY": site.delay,
            "CONCURRENT_REQUESTS_PER_DOMAIN": site.concurrency,
            "USER_AGENT": UserAgent(f"{settings['USER_AGENT']} (+{contact})"),
            "DOWNLOAD_VERIFY_CERTIFICATES": site.tls == "verified",
        }
    for name, value in values.items():
        settings.set(name, value, priority="spider")


def _check_cookies(settings: BaseSettings, site: Site, path: Path) -> None:
    """See whether a site's cookies can be used, and warn of a file that others may read.

    Raises:
        UsageError: they cannot.
    """
    read_cookies(site, clock.utc_now())
    if settings.getbool("HTTPCACHE_ENABLED"):
        raise UsageError(f"HTTPCACHE_ENABLED would write the cookies in {path} to disk with each request: leave it off")
    if is_open(path):
        logger.warning("cookies file %s may be read by others on this machine: chmod 600 %s", path, path)


def keep_hours(site: Site, now: datetime) -> None:
    """Check that a site may be read now.

    Raises:
        OutsideWindowError: its profile says other hours.
    """
    if site.window is None or site.zone is None:
        return
    local = now.astimezone(site.zone)
    if local not in site.window:
        raise OutsideWindowError(
            f"{site.name}: not read outside of {site.window} ({site.time_zone}), where it is {local:%H:%M} now; "
            "a start within does it"
        )


def leave_alone(site: Site, store: Store, now: datetime) -> None:
    """Check that a site has not asked an earlier run to be left alone until later.

    Raises:
        UnreachableError: it has, being out of order.
        WallError: it has, having had enough of us.
    """
    known = store.recall(LEFT_ALONE)
    if not known or now >= (until := datetime.fromisoformat(known["until"])):
        return
    if "at" in known and datetime.fromisoformat(known["at"]) > now + SKEW:
        return  # the clock was ahead then, so that nobody knows until when
    code, words = farewell(urlsplit(site.url).netloc, known["status"], until)
    raise (WallError if code is ExitCode.WALL else UnreachableError)(cannot_be_read(site, words))


def cannot_be_read(site: Site, words: str) -> str:
    """Say it of a site, and why."""
    return f"site={site.url!r} cannot be read: {words}"


def heed(spider: Reads, crawler: Crawler) -> None:
    """Have a spider remember when its site asks to be left alone, and end its run where that is for long."""

    def is_site(url: str) -> bool:
        host = urlsplit(url).hostname
        return host == urlsplit(spider.site.url).hostname or spider.grammar.below(url) is not None

    def paused(url: str, status: int, until: datetime) -> None:
        if not is_site(url) or until - clock.utc_now() < WORTH_REMEMBERING or spider.store.run is None:
            return
        try:
            fact = {"until": until.isoformat(), "status": status, "at": clock.utc_now().isoformat()}
            spider.store.remember(LEFT_ALONE, fact)
        except StorageError as error:
            spider.stop(error.exit_code, str(error))

    def refused(url: str, code: ExitCode, words: str) -> None:
        if is_site(url):
            spider.stop(code, cannot_be_read(spider.site, words))

    crawler.signals.connect(paused, signal=host_paused, weak=False)
    crawler.signals.connect(refused, signal=host_refuses, weak=False)


def shut(crawler: Crawler) -> None:
    """Let nothing more onto the wire: what is queued or waits for a host ends as not sent."""
    downloader = getattr(crawler.engine, "downloader", None)  # none yet, before the engine has one
    if isinstance(downloader, PacedDownloader):
        downloader.shut()


def pace(crawler: Crawler, site: Site) -> float:
    """Give the seconds from one request to the next, at the least: also its ``Crawl-delay``, once that was read."""
    downloader = getattr(crawler.engine, "downloader", None)
    if isinstance(downloader, PacedDownloader):
        return downloader.floor(urlsplit(site.url).hostname or "")
    return crawler.settings.getfloat("DOWNLOAD_DELAY")
