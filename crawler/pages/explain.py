"""Which rule gave which field, for a person who wonders where a value comes from (``scrapy extract --explain``).

An article page notes itself which rule gave each of its fields; here is only what becomes of them in the record.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from crawler.pages import comments, feed, home, listing
from crawler.pages.article.page import FIELDS, ArticlePage
from crawler.pages.theme import DEFAULT, KNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lxml.html import HtmlElement
    from parsel import Selector

    from crawler.pages.base import XPaths
    from crawler.pages.theme import Theme


@dataclass(frozen=True, slots=True)
class Made:
    """What a field of the record is made from.

    Attributes:
        of: names of fields of the page (`crawler.pages.article.page.FIELDS`), in the order in which they are asked for.
        then: what is done with their values; "" where they are taken as they are.
        otherwise: what it is made from where the page has none of them; "" where it is then empty.
    """

    of: tuple[str, ...]
    then: str = ""
    otherwise: str = ""


_BODY: Final = ("body",)
_ADDRESS: Final = "the number in the page's address"

_ARTICLE: Final[Mapping[str, Made]] = {
    "id": Made(("aid",), "the site's name and the article's number", _ADDRESS),
    "url": Made(("aid",), "spelled as the site's own links are", _ADDRESS),
    "headline": Made(("title",)),
    "date_published": Made(("date",), "span[title], else text, read in the site's zone"),
    "date_published_raw": Made(("date",)),
    "date_precision": Made(("date",), "what of the date is printed"),
    "authors": Made(("author",), "names apart"),
    "publisher": Made(("publisher",)),
    "is_based_on": Made(("source",)),
    "breadcrumbs": Made(("breadcrumbs",), "without the portal's own"),
    "article_section": Made(("breadcrumbs",), "text of the last link"),
    "description": Made(("summary",), "after the label"),
    "article_body": Made(_BODY, "paragraphs"),
    "article_body_html": Made(_BODY, "safe HTML"),
    "pages": Made(("page_titles", "pager"), "one entry a page", "the page itself: there is no pager"),
    "credits": Made(_BODY, "lines of the text that name a role"),
    "images": Made(_BODY, "img: zoomfile, file, data-src, src in this order"),
    "main_image": Made(_BODY, "first of images"),
    "attachments": Made(_BODY, "links to attachments"),
    "videos": Made(_BODY, "what is embedded"),
    "audios": Made(_BODY, "what is embedded"),
    "links": Made(_BODY, "a[href]"),
    "keywords": Made(("tags",), "", 'meta[name="keywords"], unless it is the title'),
    "view_count": Made(("views",)),
    "comment_count": Made(("comment_count",)),
    "counts_observed_at": Made((), "", "when the page was fetched"),
    "reactions": Made(("reactions",), "name, and number, else 0"),
    "comments": Made(("comments",)),
    "comments_complete": Made(("comment_count", "comments"), "whether as many are at hand as are counted"),
    "related": Made(("related",)),
    "previous": Made(("previous",)),
    "next": Made(("next",)),
    "in_language": Made(_BODY, "script and characters of the text"),
    "content_hash": Made((), "", "SHA-256 over what an editor can change"),
    "site": Made((), "", "meta elements and base of the head; #ft: ICP number, version, GMT offset"),
    "discuz": Made(("aid", "breadcrumbs"), "aid; catid in the last link of the path", _ADDRESS),
}

#: Fields of an article page that one theme entry mends under another name.
_MENDED_AS: Final = {"neighbours": "previous"}


def explain(
    kind: str,
    page: Selector | HtmlElement,
    fields: Iterable[str],
    *,
    url: str = "",
    theme: Theme = DEFAULT,
    missing: Iterable[str] = (),
) -> dict[str, str]:
    """Say which rule gave each of some fields of a page, and what would mend others.

    Args:
        kind: what `crawler.pages.kind_of` says of the page.
        page: the parsed page, or its root element.
        fields: names of the fields that have a value. Those without a rule (how a record came about, not what is on
            the page) are left out.
        url: the address at which it was fetched.
        theme: how the site's template departs from the default.
        missing: names of fields without a value; told of are those that a rule could have given.

    Returns:
        by field, where on this very page its value was found and what was done then; of a missing one, where it was
        looked for, and which line of the site's profile would mend it.
    """
    if kind == "article":
        return _article(page, url, theme, fields, missing)
    table, rules = _RULES.get(kind, ({}, {}))
    root = ArticlePage.of(page, url, theme).root
    said = {field: _used(table, rules[field], root) for field in fields if field in rules}
    themed = _THEMED.get(kind, {})
    return said | {
        field: f'not found; to mend it: [theme.{kind}] {themed[field]} = "a selector"'
        for field in missing
        if field in themed and field not in said
    }


def _article(
    page: Selector | HtmlElement, url: str, theme: Theme, fields: Iterable[str], missing: Iterable[str]
) -> dict[str, str]:
    article = ArticlePage.of(page, url, theme)
    article.raw()
    found = article.found
    said: dict[str, str] = {}
    for field in fields:
        made = _ARTICLE.get(field)
        if made is not None:
            where = next((found[name] for name in made.of if name in found), "")
            said[field] = f"{where}: {made.then}" if where and made.then else where or made.otherwise or made.then
    for field in missing:
        made = _ARTICLE.get(field)
        if made is not None and made.of and field not in said:
            said[field] = _missing(made, found, theme)
    return said


def _missing(made: Made, found: Mapping[str, str], theme: Theme) -> str:
    """Why a field is empty, and what would mend it."""
    name = made.of[0]
    if name in found:
        return f"{found[name]}: {made.then or 'nothing'}: none there"
    selectors = theme.article.get(name)
    if selectors is not None and selectors.final:
        return f"not looked for any further: [theme.article] {name} ends with an empty selector"
    tried = [f"theme: {written}" for written in selectors.written] if selectors is not None else []
    tried += [rule.where for rule in FIELDS[name].every_rule]
    mend = _MENDED_AS.get(name, name)
    line = f'; to mend it: [theme.article] {mend} = "a selector"' if mend in KNOWN["article"] else ""
    return f"not found; tried in this order: {'; '.join(tried)}{line}"


def mended_by(field: str) -> str | None:
    """What a theme calls what a field of an article's record is made from.

    Args:
        field: the record's field.

    Returns:
        a field of ``[theme.article]``; None where no selector would give the field: it is made from the whole text, or
        from nothing on the page.

    >>> mended_by("description"), mended_by("images")
    ('summary', None)
    """
    made = _ARTICLE.get(field)
    if made is None or not made.of or (made.of == _BODY and field != "article_body"):
        return None
    name = _MENDED_AS.get(made.of[0], made.of[0])
    return name if name in KNOWN["article"] else None


# --- other kinds of pages -----------------------------------------------------------------------------------------


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
    "listing": (listing.XPATHS, _LISTING),
    "comments": (comments.XPATHS, _COMMENTS),
    "home": (home.XPATHS, _HOME),
    "feed": (feed.XPATHS, _FEED),
}

_THEMED: Final[Mapping[str, Mapping[str, str]]] = {
    "listing": {"name": "name", "entries": "entries", "children": "children"},
    "comments": {"comments": "entries"},
    "home": {"categories": "categories"},
}
"""What a theme calls a field, by kind of page."""


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
