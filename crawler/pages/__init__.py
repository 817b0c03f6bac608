"""One class per kind of page: a selector in, raw values out. No request, no cleaning, no clock."""

from crawler.pages.archiver import ArchiverPage
from crawler.pages.article import ArticlePage
from crawler.pages.blog import BlogPage
from crawler.pages.comments import CommentsPage
from crawler.pages.feed import FeedPage
from crawler.pages.home import HomePage
from crawler.pages.kinds import kind_of
from crawler.pages.listing import ListingPage
from crawler.pages.parsing import parse
from crawler.pages.theme import DEFAULT, Theme, load_theme
from crawler.pages.thread import ThreadPage

__all__ = [
    "DEFAULT",
    "ArchiverPage",
    "ArticlePage",
    "BlogPage",
    "CommentsPage",
    "FeedPage",
    "HomePage",
    "ListingPage",
    "Theme",
    "ThreadPage",
    "kind_of",
    "load_theme",
    "parse",
]
