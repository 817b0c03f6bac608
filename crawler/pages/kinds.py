"""What kind of page a page is, told from its markup, and where a template left that out, from its address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crawler.pages.archiver import ArchiverPage
from crawler.pages.article import ArticlePage
from crawler.pages.base import Page
from crawler.pages.blog import BlogPage
from crawler.pages.comments import CommentsPage
from crawler.pages.feed import FeedPage
from crawler.pages.home import HomePage
from crawler.pages.listing import ListingPage
from crawler.pages.notice import is_notice, is_touch_notice
from crawler.pages.theme import DEFAULT
from crawler.pages.thread import ThreadPage

if TYPE_CHECKING:
    from collections.abc import Callable

    from parsel import Selector

    from crawler.pages.theme import Theme

_MATCHES: Final[dict[str, Callable[[Page], bool]]] = {
    "article": ArticlePage.matches,
    "listing": ListingPage.matches,
    "comments": CommentsPage.matches,
    "thread": ThreadPage.matches,
    "blog": BlogPage.matches,
    "archiver": ArchiverPage.matches,
    "home": HomePage.matches,
}

_NAMED: Final = {
    "pg_view": "article",
    "pg_list": "listing",
    "pg_comment": "comments",
    "pg_index": "home",
    "pg_topic": "topic",
    "pg_viewthread": "thread",
}
"""What ``common/header.htm`` writes into the class of ``body``: the module that made the page (X3.1-X3.5)."""


def kind_of(selector: Selector, url: str, theme: Theme = DEFAULT) -> str:
    """The kind of a page.

    Args:
        selector: The parsed page; a feed is one only when it was parsed as XML.
        url: The address at which it was fetched.
        theme: How the site's template departs from the default.

    Returns:
        "article", "listing", "comments", "home", "feed", "topic" (a page of blocks about a subject), "thread" and
        "blog" (where the comments of articles may be), "archiver" or "other". Notices, walls and the pages of other
        applications are "other": which wall it is, is not told here.
    """
    if selector.type == "xml":
        return "feed" if FeedPage.matches(selector.root) else "other"
    page = Page(selector, url, theme)
    named = next((_NAMED[name] for name in page.classes if name in _NAMED), None)
    if named == "article" and not is_touch_notice(page) and ArticlePage.matches(page):
        return named  # the words of an article may hold anything, a notice's id among it
    if is_notice(page):
        return "other"
    if named is not None and named in _MATCHES and _MATCHES[named](page):
        return named
    if named == "topic":
        return named
    return next((kind for kind, matches in _MATCHES.items() if matches(page)), "other")
