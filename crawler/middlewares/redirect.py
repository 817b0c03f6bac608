"""Redirects: followed only to what was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast
from urllib.parse import urljoin

from scrapy.downloadermiddlewares.redirect import RedirectMiddleware

from crawler.discuz.urls import Kind
from crawler.discuz.walls import leads_to_phones

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

    from crawler.discuz.urls import Grammar, Target


class ReadsAddresses(Protocol):
    """The side of a spider that this middleware sees."""

    @property
    def grammar(self) -> Grammar:
        """How the site spells addresses."""


class SameTargetRedirectMiddleware(RedirectMiddleware):
    """Follows a redirect that names the same thing, and gives every other one to the spider as it is.

    A category with a folder that is asked for by its number answers 301 to the folder (``portal_list.php``), a site
    that moved to https answers 301 for every page: both still name what was asked for. An article with an outside
    address answers 302 to it, a closed site to its login form, one that takes us for a phone to its pages for phones:
    what that means is for the spider to say. Requests
    without a target of ours (robots.txt) are followed as Scrapy does.
    """

    def handle_referer(self, request: Request, response: Response) -> None:  # noqa: ARG002  (Scrapy's signature)
        """Send no Referer: Discuz! does not ask for one, and where we come from is nobody's concern."""
        request.headers.pop("Referer", None)

    def _engine_started(self) -> None:
        """Say nothing of the missing RefererMiddleware: it is off on purpose."""

    def _grammar(self) -> Grammar:
        return cast("ReadsAddresses", self.crawler.spider).grammar

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """Follow, or give back a 3xx response whose target is something else."""
        target: Target | None = request.cb_kwargs.get("target")
        location = response.headers.get("Location")
        if target is not None and location is not None and 300 <= response.status < 400:
            url = urljoin(request.url, location.decode("latin-1"))
            if not names_the_same(target, self._grammar().parse(url)) or leads_to_phones(url, request.url, target):
                return response
        return super().process_response(request, response)


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
