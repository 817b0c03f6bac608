"""The RSS feed of a category or of the whole portal (``source/module/portal/portal_rss.php``, X3.1-X3.5)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crawler.items import RawEntry, RawFeed, RawLink
from crawler.pages.base import compiled, elements, first, strings

if TYPE_CHECKING:
    from lxml.html import HtmlElement
    from parsel import Selector

XPATHS: Final = compiled(
    {
        "channel": "/rss/channel",
        "item": "item",
        "title": "title/text()",
        "link": "link/text()",
        "description": "description/text()",
        "category": "category/text()",
        "author": "author/text()",
        "cover": "enclosure/@url",
        "date": "pubDate/text()",
    },
)

_AID: Final = re.compile(r"(?:[?&]aid=|\barticle-)(\d{1,10})(?!\d)")
_ESCAPED: Final = re.compile(r"\\([\\'\"])")
_CATID: Final = re.compile(r"[?&]catid=(\d{1,10})(?!\d)")


class FeedPage:
    """A feed; its selector is an XML one (``Selector(text=…, type="xml")``).

    At most 20 articles, newest first. The first call after the server's cache expired gives a channel without items.
    """

    def __init__(self, selector: Selector, url: str) -> None:
        self.root: HtmlElement = selector.root
        self.url = url

    @classmethod
    def matches(cls, root: HtmlElement) -> bool:
        """Whether a document is a feed, parsed as XML.

        Args:
            root: Any document's root element.
        """
        return first(XPATHS["channel"], root) is not None

    def raw(self) -> RawFeed:
        """The feed's values as printed. Dates are in the mail format, always in UTC."""
        channel = first(XPATHS["channel"], self.root)
        if channel is None:
            return RawFeed(title=None, url=self.url, catid=None, entries=[])
        url = _text("link", channel) or self.url
        catid = _CATID.search(url)
        return RawFeed(
            title=_text("title", channel),
            url=url,
            catid=int(catid[1]) if catid else None,
            entries=[
                self._entry(node, link)
                for node in elements(XPATHS["item"], channel)
                if (link := _text("link", node)) is not None
            ],
        )

    @staticmethod
    def _entry(node: HtmlElement, url: str) -> RawEntry:
        aid = _AID.search(url)
        covers = strings(XPATHS["cover"], node)
        category = _words("category", node)
        return RawEntry(
            title=_words("title", node) or "",
            url=url,
            aid=int(aid[1]) if aid else None,
            date=_text("date", node),
            summary=_words("description", node),
            thumbnail=covers[0] if covers else None,
            category=RawLink(text=category, url="") if category else None,
            author=_words("author", node),
        )


def _text(name: str, node: HtmlElement) -> str | None:
    return "".join(strings(XPATHS[name], node)).strip() or None


def _words(name: str, node: HtmlElement) -> str | None:
    """Words without the backslashes that ``updatersscache()`` puts before quotes, and stores (X3.1-X3.5)."""
    text = _text(name, node)
    return _ESCAPED.sub(r"\1", text) if text is not None else None
