"""Which rule gives which field, for a person who wonders where a value comes from (``scrapy extract --explain``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from crawler.pages import article, comments, feed, home, listing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lxml.html import HtmlElement

    from crawler.pages.base import XPaths


@dataclass(frozen=True, slots=True)
class Rule:
    """How a field is read.

    Attributes:
        steps: names of XPaths in the table of its kind of page, each starting where the one before arrived; none where
            the field is not on the page.
        then: what is done with what they select.
    """

    steps: tuple[str, ...]
    then: str


_LINE: Final = ("header", "meta_line")
_CONTENT: Final = ("content",)

_ARTICLE: Final[Mapping[str, tuple[Rule, ...]]] = {
    "id": (Rule((), "the site's name and discuz.aid"),),
    "url": (Rule((), "discuz.aid, spelled as the page's own links are"),),
    "headline": (Rule(("header", "title"), "text"), Rule(("any_header", "title"), "text")),
    "date_published": (Rule(_LINE, "first part: span[title], else text, read in the site's zone"),),
    "date_published_raw": (Rule(_LINE, "first part: span[title], else text"),),
    "date_precision": (Rule(_LINE, "first part: what of the date is printed"),),
    "authors": (Rule(_LINE, "of the parts after the comments, the one labelled as author, else the first of two"),),
    "publisher": (Rule(_LINE, "the link to a member before the views"),),
    "is_based_on": (Rule(_LINE, "of the parts after the comments, the one labelled as source, else the second"),),
    "breadcrumbs": (Rule(("path",), "links, without the portal's own"),),
    "article_section": (Rule(("path",), "text of the last link"),),
    "description": (Rule(("header", "summary"), "text after the label"),),
    "article_body": (Rule(_CONTENT, "paragraphs, up to the next block of the template"),),
    "article_body_html": (Rule(_CONTENT, "safe HTML, up to the next block of the template"),),
    "pages": (
        Rule(("inner_nav",), "one entry a link"),
        Rule(("reactions", "pager"), "one entry a number"),
        Rule((), "the page itself: there is no pager"),
    ),
    "credits": (Rule(_CONTENT, "lines of the text that name a role"),),
    "images": (Rule(_CONTENT, "img: zoomfile, file, data-src, src in this order"),),
    "main_image": (Rule(_CONTENT, "first of images"),),
    "attachments": (Rule(_CONTENT, "links to attachments"),),
    "videos": (Rule(_CONTENT, "what is embedded"),),
    "audios": (Rule(_CONTENT, "what is embedded"),),
    "links": (Rule(_CONTENT, "a[href]"),),
    "keywords": (Rule(("reactions", "tags"), "text"), Rule((), 'meta[name="keywords"], unless it is the title')),
    "view_count": (Rule(_LINE, "number in #_viewnum"),),
    "comment_count": (Rule(_LINE, "number in the part after the views"),),
    "counts_observed_at": (Rule((), "when the page was fetched"),),
    "reactions": (Rule(("reactions", "reaction"), "name after the icon, number above it, else 0"),),
    "comments": (Rule(("comments",), "one entry a dl"), Rule((), "the page shows none")),
    "comments_complete": (Rule(_LINE, "as many comments at hand as are counted there"),),
    "related": (Rule(("related",), "links, each after the hidden input with its aid"),),
    "previous": (Rule(("reactions", "neighbours"), "first of two links, or the one with the smaller aid"),),
    "next": (Rule(("reactions", "neighbours"), "second of two links, or the one with the greater aid"),),
    "in_language": (Rule(_CONTENT, "script and characters of the text"),),
    "content_hash": (Rule((), "SHA-256 over what an editor can change"),),
    "site": (Rule((), "meta elements and base of the head; #ft: ICP number, version, GMT offset"),),
    "discuz": (
        Rule(("reactions", "reaction"), "aid in the id; catid in the last link of the path"),
        Rule(("form",), "aid in the comment form"),
        Rule(("favourite",), "id in the address"),
    ),
}

_LISTING: Final[Mapping[str, tuple[Rule, ...]]] = {
    "name": (Rule(("name",), "text"), Rule(("here",), "text after the last link")),
    "catid": (Rule(("body",), "number in the last class pg_list_<catid>"), Rule(("feed",), "catid in the address")),
    "entries": (Rule(("list", "entry"), "title, address, cover, summary, category, date"),),
    "page": (Rule(("pager",), "number in strong"), Rule((), "1: there is no pager")),
    "pages": (Rule(("pager",), "number in label span"), Rule((), "1: there is no pager")),
    "children": (Rule(("children",), "text and address"),),
}

_COMMENTS: Final[Mapping[str, tuple[Rule, ...]]] = {
    "comments": (Rule(("entries",), "one entry a dl"),),
    "count": (Rule(("count",), "number in brackets"),),
    "page": (Rule(("pager",), "number in strong"), Rule((), "1: there is no pager")),
    "pages": (Rule(("pager",), "number in label span"), Rule((), "1: there is no pager")),
}

_HOME: Final[Mapping[str, tuple[Rule, ...]]] = {
    "categories": (
        Rule(("navigation",), "catid in the id of the list item; then links to lists"),
        Rule(("links",), "links to lists"),
    ),
}

_FEED: Final[Mapping[str, tuple[Rule, ...]]] = {
    "entries": (Rule(("channel", "item"), "title, link, description, category, author, enclosure, pubDate"),),
}

_RULES: Final[Mapping[str, tuple[XPaths, Mapping[str, tuple[Rule, ...]]]]] = {
    "article": (article.XPATHS, _ARTICLE),
    "listing": (listing.XPATHS, _LISTING),
    "comments": (comments.XPATHS, _COMMENTS),
    "home": (home.XPATHS, _HOME),
    "feed": (feed.XPATHS, _FEED),
}


def explain(kind: str, root: HtmlElement, fields: Iterable[str]) -> dict[str, str]:
    """Say which rule gave each of some fields of a page.

    Args:
        kind: what `crawler.pages.kind_of` says of the page.
        root: its root element.
        fields: names of the fields that have a value. Those without a rule (how a record came about, not what is on
            the page) are left out.

    Returns:
        by field, the XPaths that selected something on this page, joined by ``»``, and what was done then.
    """
    table, rules = _RULES.get(kind, ({}, {}))
    return {field: _used(table, rules[field], root) for field in fields if field in rules}


def _used(table: XPaths, rules: tuple[Rule, ...], root: HtmlElement) -> str:
    """The first rule that selects something, in words; the last one, if none does."""
    rule = next((rule for rule in rules if _selects(table, rule, root)), rules[-1])
    path = " » ".join(table[step].path for step in rule.steps)
    return f"{path}: {rule.then}" if path else rule.then


def _selects(table: XPaths, rule: Rule, root: HtmlElement) -> bool:
    nodes: list[Any] = [root]
    for step in rule.steps:
        nodes = [found for node in nodes for found in table[step](node)]
    return bool(nodes)
