"""Marks by which a page asks search engines to leave it out: obeyed where a setting says so."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Final

from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import TextResponse

from crawler.discuz.urls import Kind
from crawler.discuz.walls import classify

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.discuz.urls import Target

NOINDEX: Final = "noindex"
"""The reason of a unit whose page is marked so."""
MARKS: Final = frozenset({"noindex", "noarchive", "none"})
"""What asks not to be found, or not to be kept. ``none`` is ``noindex, nofollow``."""

_WITH_VALUE: Final = re.compile(r"(unavailable_after|max-[a-z-]+)\s*:.*", re.DOTALL)
_COMMENT: Final = re.compile(r"<!--.*?(-->|$)", re.DOTALL)
_BODY: Final = re.compile(r"<(/head|body)\b", re.IGNORECASE)
_META: Final = re.compile(r"<meta\b([^<>]*)>", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"""\b(name|content)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""", re.IGNORECASE)


def tagged(values: Iterable[str], product: str) -> bool:
    """Tell whether ``X-Robots-Tag`` headers ask a crawler to leave a page out.

    Args:
        values: of the headers: directives, behind the name of a crawler if they are for that one only.
        product: our name, in lower case.

    >>> tagged(["noarchive, nofollow"], "a"), tagged(["googlebot: noindex"], "a"), tagged(["A: noindex"], "a")
    (True, False, True)
    """
    for value in values:
        rest = _WITH_VALUE.sub("", value.lower())
        agent, sign, directives = rest.rpartition(":")
        if (not sign or agent.strip() == product) and _marks(directives):
            return True
    return False


def marked(text: str, product: str) -> bool:
    """Tell whether a page's own ``<meta name="robots">`` asks a crawler to leave it out.

    Args:
        text: the page.
        product: our name, in lower case: a mark may be for that alone.
    """
    head = _COMMENT.sub("", text)
    if body := _BODY.search(head):
        head = head[: body.start()]
    for meta in _META.finditer(head):
        found = {name.lower(): unescape(value.strip("\"'")) for name, value in _ATTRIBUTE.findall(meta[1])}
        if found.get("name", "").strip().lower() in {"robots", product} and _marks(found.get("content", "")):
            return True
    return False


def _marks(directives: str) -> bool:
    return not MARKS.isdisjoint(word.strip() for word in directives.lower().split(","))


class NoindexMiddleware:
    """Drops articles that ask not to be indexed or archived; lists that do are read for what they name.

    Args:
        product: our name, in lower case.
    """

    def __init__(self, product: str) -> None:
        self._product = product

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it as Scrapy does.

        Raises:
            NotConfigured: ``DISCUZ_OBEY_NOINDEX`` is off.
        """
        if not crawler.settings.getbool("DISCUZ_OBEY_NOINDEX"):
            raise NotConfigured
        return cls(crawler.settings["ROBOTSTXT_USER_AGENT"].lower())

    def process_response(self, request: Request, response: Response) -> Response:
        """Give back what may be kept.

        Raises:
            IgnoreRequest: it is an article that is marked.
        """
        target: Target | None = request.cb_kwargs.get("target")
        if target is None or target.kind is not Kind.ARTICLE or response.status != 200:
            return response
        values = [value.decode("latin-1") for value in response.headers.getlist("X-Robots-Tag")]
        if tagged(values, self._product) or (
            isinstance(response, TextResponse) and marked(response.text, self._product)
        ):
            text = response.text if isinstance(response, TextResponse) else ""
            # Errors of Discuz!'s and challenges are marked so, whatever the article behind them is.
            if classify(status=response.status, text=text, asked=target.kind) is None:
                raise IgnoreRequest(NOINDEX)
        return response
