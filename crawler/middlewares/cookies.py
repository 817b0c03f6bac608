"""Cookies: those that a site sets, and those by which it knows its owner, as a profile names them."""

from __future__ import annotations

import logging
from collections import defaultdict
from copy import copy
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.downloadermiddlewares.cookies import CookiesMiddleware
from scrapy.http.cookies import CookieJar

from crawler import clock
from crawler.sites.cookies import read_cookies

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from http.cookiejar import Cookie
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.sites import Site

logger = logging.getLogger(__name__)


class SiteCookiesMiddleware(CookiesMiddleware):
    """Scrapy's, which begins with the cookies of the site's profile, and tells nobody what any cookie holds.

    What the site sets meanwhile is kept as long as the crawl runs; the file stays as it is. Cookies of other hosts that
    the file may hold as well are left out.

    Args:
        debug: whether to log which cookies, by name, are sent and received (``COOKIES_DEBUG``).
    """

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        self.jars = defaultdict(self._jar)
        self._url = ""
        self._cookies: Sequence[Cookie] = ()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it as Scrapy does.

        Raises:
            NotConfigured: ``COOKIES_ENABLED`` is off.
            UsageError: the cookies of the profile cannot be used.
        """
        made = super().from_crawler(crawler)
        site: Site | None = getattr(crawler.spider, "site", None)
        if site is not None and site.cookies is not None:
            made._url, made._cookies = site.url, read_cookies(site, clock.utc_now())
        return made

    def _jar(self) -> CookieJar:
        # By default a cookie for one host goes to all that lie below it, too.
        jar = CookieJar(DefaultCookiePolicy(strict_ns_domain=DefaultCookiePolicy.DomainStrictNonDomain))
        if self._cookies:
            # As if the site had set them, so that none is kept whose domain is one that anybody may have a name below.
            self._process_cookies(map(_as_set, self._cookies), jar=jar, request=Request(self._url))
        return jar

    def _debug_cookie(self, request: Request) -> None:
        pairs = (pair for value in request.headers.getlist("Cookie") for pair in value.split(b"; "))
        self._tell("Cookies sent to %s: %s", request, pairs)

    def _debug_set_cookie(self, response: Response) -> None:
        self._tell("Cookies received from %s: %s", response, response.headers.getlist("Set-Cookie"))

    def _tell(self, words: str, where: Request | Response, pairs: Iterable[bytes]) -> None:
        parts = [pair.partition(b"=") for pair in pairs] if self.debug else []
        if parts:
            # What has no name is all value.
            names = ", ".join(name.decode("latin-1") if sign else "?" for name, sign, _ in parts)
            logger.debug(words, where, names, extra={"spider": self.crawler.spider})


def _as_set(cookie: Cookie) -> Cookie:
    """A cookie as `http.cookiejar` keeps it: to a host without a dot in its name it gives one."""
    kept = copy(cookie)
    if "." not in kept.domain:
        kept.domain += ".local"
    return kept
