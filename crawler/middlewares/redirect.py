"""Redirects: followed only to what was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol, cast
from urllib.parse import urljoin, urlsplit

from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.exceptions import IgnoreRequest
from w3lib.url import safe_url_string

from crawler.addresses import Allowed, private, spelled_out
from crawler.discuz.urls import Kind
from crawler.discuz.walls import leads_to_phones
from crawler.middlewares.address import REFUSED
from crawler.middlewares.answers import BadAnswer

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.discuz.urls import Grammar, Target

PORTS: Final = {"http": 80, "https": 443}
"""The schemes in which pages come."""


class ReadsAddresses(Protocol):
    """The side of a spider that this middleware sees."""

    @property
    def grammar(self) -> Grammar:
        """How the site spells addresses."""


class SameTargetRedirectMiddleware(RedirectMiddleware):
    """Follows a redirect that names the same thing, and gives every other one to the spider as it is.

    A category with a folder that is asked for by its number answers 301 to the folder (``portal_list.php``), a site
    that moved to https answers 301 for every page: both still name what was asked for. An article with an outside
    address answers 302 to it, a closed site to its login form, one that takes us for a phone to its pages for those:
    what that means is for the spider to say. Requests without a target of ours (robots.txt) are followed as Scrapy
    does.

    Attributes:
        allowed: private addresses to which a redirect may lead.
    """

    allowed = Allowed()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it as Scrapy does."""
        made = super().from_crawler(crawler)
        made.allowed = Allowed.parse(crawler.settings.getlist("DISCUZ_ALLOW_PRIVATE_ADDRESSES"))
        return made

    def handle_referer(self, request: Request, response: Response) -> None:  # noqa: ARG002  (Scrapy's signature)
        """Send no Referer: Discuz! does not ask for one, and where we come from is nobody's concern."""
        request.headers.pop("Referer", None)

    def _engine_started(self) -> None:
        """Say nothing of the missing RefererMiddleware: it is off on purpose."""

    def _grammar(self) -> Grammar:
        return cast("ReadsAddresses", self.crawler.spider).grammar

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """Follow, or give back a 3xx response whose target is something else.

        Raises:
            BadAnswer: it leads nowhere (``bad_redirect``), to a place that nobody on the internet has
                (``refused_address``), or on and on (``too_many_redirects``).
        """
        target: Target | None = request.cb_kwargs.get("target")
        location = response.headers.get("Location")
        if target is None or location is None or not 300 <= response.status < 400:
            return super().process_response(request, response)
        there = destination(request.url, location)
        self._check(there)
        if not names_the_same(target, self._grammar().parse(there)) or leads_to_phones(there, request.url, target):
            return response
        try:
            return super().process_response(request, response)
        except IgnoreRequest as error:
            raise BadAnswer("too_many_redirects", f"redirects that end nowhere, the last to {there}") from error

    def _check(self, url: str) -> None:
        """See whether an address may be one that a site leads to: where it is not, it betrays the site's own network.

        What a name resolves to is seen where it is connected to.
        """
        parts = urlsplit(url)
        host = parts.hostname or ""
        address = spelled_out(host)
        kind = private(address) if address is not None else None
        if address and kind and (host, address, parts.port or PORTS[parts.scheme]) not in self.allowed:
            raise BadAnswer(REFUSED, f"a redirect to {url}, which is {kind}")


def destination(url: str, location: bytes) -> str:
    """Give the address to which a redirect leads, absolute and in plain characters.

    Args:
        url: of the page that redirects.
        location: the header.

    Raises:
        BadAnswer: no page can be there.
    """
    try:
        plain = safe_url_string(location.strip())
        there = urljoin(url, plain)
        parts = urlsplit(there)
        sound = bool(plain) and parts.scheme in PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a host that is none, a port that is none
        sound = False
    if not sound:
        raise BadAnswer("bad_redirect", f"a redirect to {location[:200]!r}, where no page can be")
    return there


def names_the_same(asked: Target, there: Target) -> bool:
    """Tell whether two targets are one thing, as far as an address alone can tell.

    A category's folder and its number are told apart by nothing in the address, nor are an article's number and the
    file that its owner made of it (``portal_view.php`` answers 302 to it, X3.3-X3.5); the page says its number.
    """
    if asked.kind is not there.kind or asked.page != there.page:
        return False
    if asked.kind is Kind.LISTING and (asked.number is None or there.number is None):
        return True
    if asked.kind is Kind.ARTICLE and (asked.number is None) is not (there.number is None):
        return True
    return asked.number == there.number and (asked.number is not None or asked.name == there.name)
