"""What kind of page a page is, told from its markup alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.pages.article import ArticlePage
from crawler.pages.base import Page
from crawler.pages.comments import CommentsPage
from crawler.pages.feed import FeedPage
from crawler.pages.home import HomePage
from crawler.pages.listing import ListingPage

if TYPE_CHECKING:
    from parsel import Selector


def kind_of(selector: Selector, url: str) -> str:
    """The kind of a page.

    Args:
        selector: The parsed page; a feed is one only when it was parsed as XML.
        url: The address at which it was fetched.

    Returns:
        "article", "listing", "comments", "home", "feed" or "other". Notices, walls and the pages of other
        applications are "other": which wall it is, is not told here.
    """
    if selector.type == "xml":
        return "feed" if FeedPage.matches(selector.root) else "other"
    page = Page(selector, url)
    if ArticlePage.matches(page):
        return "article"
    if ListingPage.matches(page):
        return "listing"
    if CommentsPage.matches(page):
        return "comments"
    return "home" if HomePage.matches(page) else "other"
