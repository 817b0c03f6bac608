"""The title: the heading beside the view counter, else the one with which the page's ``title`` element begins."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crawler.pages.article.layout import words_in
from crawler.pages.base import compiled, elements, first, text_of
from crawler.pages.rules import Field, Rule

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from crawler.pages.article.layout import Layout

XPATHS: Final = compiled(
    {
        "beside": "h1",
        "headings": "//body//*[self::h1 or self::h2 or self::h3 or self::h4 or self::h5 or self::h6]",
        "only": "//body//h1",
    },
)

_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_NO_HEADINGS: Final = frozenset({"ul", "ol", "table", "tbody", "tr", "option", "label", "input"})
_MOST_PIECES: Final = 12
_BREAKS: Final = "-_|–—,，:：·»>~/(（【[第«<•"
_TITLE_CLASS: Final = re.compile(r"tit|\bbt|bt\b|\bph\b|subject|head|\bth\b|vt_th|name|wzbt|biaoti", re.IGNORECASE)
_SUFFIX: Final = re.compile(r"\s(?:[-_|–—»]|&raquo;)\s|_|\|")


def _beside_the_counter(layout: Layout) -> HtmlElement | None:
    return None if layout.header is None else first(XPATHS["beside"], layout.header)


def _begins_the_window_title(layout: Layout) -> HtmlElement | None:
    """The heading, or else another element, with whose words the window's title begins.

    Of headings the longest: what is before a dash may be only a part of the title. Of other elements the shortest:
    buttons to share the article hold the window's title up to the site's name.
    """
    title = layout.window_title
    best: HtmlElement | None = None
    rank: tuple[int, ...] = ()
    for node, words in _candidates(layout, title):
        beginning = title.startswith(words) and _breaks(title, len(words))
        heading = node.tag in _HEADINGS
        if not beginning and not (heading and _stands_alone(title, words) and not _is_name(layout, words)):
            continue
        named = _TITLE_CLASS.search(f"{node.get('class', '')} {node.get('id', '')}") is not None
        length = len(words) if heading else -len(words)
        mine = (int(not _leads_away(layout, node)), int(heading), int(beginning), int(named or heading), length)
        if mine > rank:
            best, rank = node, mine
    return best


def _candidates(layout: Layout, title: str) -> list[tuple[HtmlElement, str]]:
    """Elements and their words without space, none of them longer than the window's title."""
    outline = layout.outline
    found = []
    for node in outline.nodes:
        if not 0 < outline.last_text(node) - outline.first_text(node) <= _MOST_PIECES or node.tag in _NO_HEADINGS:
            continue
        words = outline.words(node)
        if 1 < len(words) <= len(title) and words in title:
            found.append((node, words))
    return found


def _breaks(title: str, at: int) -> bool:
    return at == len(title) or title[at] in _BREAKS


def _stands_alone(title: str, words: str) -> bool:
    """Whether words stand in the window's title with a sign before and after them."""
    at = title.find(words)
    return at >= 0 and (at == 0 or title[at - 1] in _BREAKS) and _breaks(title, at + len(words))


def _is_name(layout: Layout, words: str) -> bool:
    """Whether these are the site's own words."""
    name = layout.page.meta("application-name")
    return name is not None and "".join(name.split()) == words


def _leads_away(layout: Layout, node: HtmlElement) -> bool:
    """Whether an element is, or is in, a link to something else."""
    link = next((one for one in (node, *node.iterancestors()) if one.tag == "a"), None)
    if link is None:
        return False
    href = link.get("href", "")
    aid = layout.aid_of(href)
    if href.startswith(("javascript", "#")) or layout.page.absolute(href) == layout.page.url:
        return False
    return aid is None or aid != layout.take("aid")


def _only_heading(layout: Layout) -> HtmlElement | None:
    """The only ``h1``, or the last heading before the view counter."""
    found = elements(XPATHS["only"], layout.root)
    worded = [node for node in found if text_of(node)]
    if len(worded) == 1:
        return worded[0]
    if layout.views is None:
        return None
    outline = layout.outline
    if layout.views not in outline:
        return None
    at = outline.start(layout.views)
    before = [
        node
        for node in elements(XPATHS["headings"], layout.root)
        if node in outline and outline.start(node) < at and text_of(node)
    ]
    return before[-1] if before else None


def _window_title(layout: Layout) -> str | None:
    """The window's title up to the first sign that ends its first part."""
    title = layout.root.findtext(".//title")
    return _SUFFIX.split(" ".join(title.split()), maxsplit=1)[0].strip() or None if title else None


FIELD: Final[Field[Layout]] = Field(
    [Rule('id("_viewnum")/ancestor::div[1]/h1', _beside_the_counter)],
    [
        Rule("the heading with whose words the title element begins", _begins_the_window_title),
        Rule("the only h1, or the last heading before #_viewnum", _only_heading),
        Rule("/html/head/title, its first part", _window_title),
    ],
    lambda _, found: next((one for one in found if words_in(one)), None),
)
