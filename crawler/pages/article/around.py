"""What stands around the text: page title, pager, inner navigation, reactions, tags."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from crawler.items import RawPageEntry
from crawler.pages.article import landmarks
from crawler.pages.article.layout import links_in, words_in
from crawler.pages.base import compiled, elements, first, text_of
from crawler.pages.pager import XPATHS as PAGER_XPATHS
from crawler.pages.pager import Pager, number, read_pager
from crawler.pages.rules import Field, Rule

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from crawler.pages.article.content import Content
    from crawler.pages.article.layout import Layout

XPATHS: Final = compiled(
    {
        "page_title": 'div[contains(concat(" ", @class, " "), " vm_pagetitle ")]',
        "any_page_title": '//*[contains(concat(" ", @class, " "), " vm_pagetitle ")]',
        "touch_page_title": '//div[contains(concat(" ", @class, " "), " wzview_body ")]/div[@class="mtit"]',
        "pager": 'preceding-sibling::div[contains(concat(" ", @class, " "), " pbw ")]/div[@class="pg"]',
        "any_pager": '//div[contains(concat(" ", @class, " "), " pg ")]',
        "inner_nav": 'id("inner_nav")//li/a',
        "links": "//body/descendant::a[@href]",
        "any_reaction": '//*[starts-with(@id, "click_aid_")]',
        "reaction_count": 'div[@class="atdc"]//em',
        "tags": 'preceding-sibling::div[contains(concat(" ", @class, " "), " ptg ")]//a',
        "any_tags": '//*[contains(concat(" ", @class, " "), " ptg ")]//a | //a[contains(@href, "mod=tag")]',
    },
)

_NUMBER: Final = re.compile(r"\d+")
_NUMBERED: Final = re.compile(r"\D*\b(?P<page>\d{1,10})\s+\S+\s+(?P<title>.*)", re.DOTALL)


_ICON: Final = frozenset({"img", "br"})


class Pages(NamedTuple):
    """What a pager says: where this page stands, and the addresses of others."""

    pager: Pager
    entries: list[RawPageEntry]


# --- pages --------------------------------------------------------------------------------------------------------


def _page_title(layout: Layout) -> str | None:
    if layout.cell is None:
        return None
    title = first(XPATHS["page_title"], layout.cell)
    return None if title is None else text_of(title)


def _any_page_title(name: str):  # type: ignore[no-untyped-def]
    def read(layout: Layout) -> str | None:
        title = first(XPATHS[name], layout.root)
        return None if title is None else text_of(title)

    return read


def _first_line(layout: Layout) -> str | None:
    content: Content | None = layout.take("body")
    return None if content is None else content.page_title


def _pager(layout: Layout) -> Pages | None:
    if layout.reactions is None:
        return None
    pager = first(XPATHS["pager"], layout.reactions)
    return None if pager is None else _pages(layout, pager)


def _any_pager(layout: Layout) -> Pages | None:
    """The first pager whose links lead to this article's pages."""
    for pager in elements(XPATHS["any_pager"], layout.root):
        if not layout.in_text(pager) and landmarks.is_own_pager(layout, pager):
            return _pages(layout, pager)
    return None


def _pages(layout: Layout, pager: HtmlElement) -> Pages:
    entries = [
        RawPageEntry(page, layout.page.absolute(link.get("href", "")))
        for link in elements(PAGER_XPATHS["links"], pager)
        if text_of(link).isdecimal() and (page := number(text_of(link)))
    ]
    return Pages(read_pager(pager), entries)


def _themed_pager(layout: Layout, found: list[HtmlElement | str]) -> Pages | None:
    return next((_pages(layout, node) for node in found if not isinstance(node, str)), None)


def _inner_nav(layout: Layout) -> list[RawPageEntry]:
    return _titled(layout, elements(XPATHS["inner_nav"], layout.root))


def _linked_pages(layout: Layout) -> list[RawPageEntry]:
    """Links in a row to this article's pages, first to last, with more than a number as their words."""
    own = layout.take("aid")
    rows: dict[HtmlElement | None, list[HtmlElement]] = {}
    for link in elements(XPATHS["links"], layout.root):
        target = layout.names.target(link.get("href", ""))
        if own is None or str(target.number) != own or not landmarks.is_view(layout, link.get("href", "")):
            continue
        parent = link.getparent()
        if parent is not None and (parent.tag == "div" and "pg" in parent.get("class", "").split()):
            continue
        if not _NUMBER.fullmatch(text_of(link)) and text_of(link):
            rows.setdefault(parent.getparent() if parent is not None and parent.tag == "li" else parent, []).append(
                link
            )
    for links in rows.values():
        numbers = [layout.names.target(link.get("href", "")).page for link in links]
        if len(links) > 1 and numbers == list(range(1, len(links) + 1)):
            return _titled(layout, links)
    return []


def _titled(layout: Layout, links: list[HtmlElement]) -> list[RawPageEntry]:
    """The pages by title; printed as "<word> N <word> title", in every language with these spaces."""
    entries = []
    for page, node in enumerate(links, start=1):
        found = _NUMBERED.match(text_of(node))
        value = found["title"].strip() if found and int(found["page"]) == page else None
        entries.append(RawPageEntry(page, layout.page.absolute(node.get("href", "")), value))
    return entries


def _themed_page_titles(layout: Layout, found: list[HtmlElement | str]) -> list[RawPageEntry]:
    links = links_in(found)
    entries = _titled(layout, links)
    for entry, link in zip(entries, links, strict=True):
        entry.title = entry.title or text_of(link) or None
    return entries


# --- reactions ----------------------------------------------------------------------------------------------------


def _reactions(layout: Layout) -> list[tuple[str, str]]:
    return [_reaction(node) for node in layout.clicks]


def _any_reactions(layout: Layout) -> list[tuple[str, str]]:
    return [_reaction(node) for node in elements(XPATHS["any_reaction"], layout.root)]


def _reaction(node: HtmlElement) -> tuple[str, str]:
    """Name and number of a reaction: the name after the icon, the number in a bar above it, if there is any.

    ``home/space_click.htm`` (X3.1-X3.5); templates of the owner's own print both in their own order.
    """
    name = ((node[-1].tail if len(node) else node.text) or "").strip()
    if name and all(one.tag in _ICON for one in node):
        return name, "0"
    count = first(XPATHS["reaction_count"], node)
    if name and count is not None:
        return name, text_of(count)
    pieces = [piece.strip() for piece in node.itertext() if piece.strip()]
    numbers = [found[0] for piece in pieces if (found := _NUMBER.search(piece)) and not re.search(r"[^\W\d]", piece)]
    names = [piece for piece in pieces if re.search(r"[^\W\d]", piece)]
    if names:
        return names[0], numbers[0] if numbers else "0"
    return _nameless(node), numbers[0] if numbers else "0"


def _nameless(node: HtmlElement) -> str:
    """What stands for the name of a reaction that has only an icon: the icon's words, else the reaction's number."""
    icon = next(node.iter("img"), None)
    words = "" if icon is None else icon.get("alt") or icon.get("title") or ""
    return words.strip() or node.get("title") or node.get("id", "").rpartition("_")[2]


def _themed_reactions(_: Layout, found: list[HtmlElement | str]) -> list[tuple[str, str]]:
    return [_reaction(node) for node in found if not isinstance(node, str)]


# --- tags ---------------------------------------------------------------------------------------------------------


def _tags(layout: Layout) -> list[str]:
    if layout.reactions is None:
        return []
    return [text_of(node) for node in elements(XPATHS["tags"], layout.reactions)]


def _any_tags(layout: Layout) -> list[str]:
    nodes = elements(XPATHS["any_tags"], layout.root)
    words = [text_of(node) for node in nodes if not layout.is_aside(node) and not layout.in_text(node)]
    return [word for word in dict.fromkeys(words) if word]


PAGE_TITLE: Final[Field[Layout]] = Field(
    [Rule('id("article_content")/div.vm_pagetitle', _page_title)],
    [
        Rule(".vm_pagetitle", _any_page_title("any_page_title")),
        Rule(".wzview_body div.mtit", _any_page_title("touch_page_title")),
        Rule("the first line of the text, where the inner navigation has it", _first_line),
    ],
    lambda _, found: next((words for node in found if (words := words_in(node))), None),
)
PAGER: Final[Field[Layout]] = Field(
    [Rule('id("click_div"): div.pbw before it, its div.pg', _pager)],
    [Rule("div.pg with links to this article's pages", _any_pager)],
    _themed_pager,
)
PAGE_TITLES: Final[Field[Layout]] = Field(
    [Rule(XPATHS["inner_nav"].path, _inner_nav)],
    [Rule("a row of links to this article's pages with words", _linked_pages)],
    _themed_page_titles,
)
REACTIONS: Final[Field[Layout]] = Field(
    [Rule('id("click_div")//*[starts-with(@id, "click_aid_")]', _reactions)],
    [Rule(XPATHS["any_reaction"].path, _any_reactions)],
    _themed_reactions,
)
TAGS: Final[Field[Layout]] = Field(
    [Rule('id("click_div"): div.ptg before it', _tags)],
    [Rule(XPATHS["any_tags"].path, _any_tags)],
    lambda _, found: [words for node in found if (words := words_in(node))],
)
