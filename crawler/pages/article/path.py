"""The path from the site's home to the article's category."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crawler.discuz.urls import Kind
from crawler.items import RawLink
from crawler.pages.article.layout import links_in
from crawler.pages.base import compiled, elements, text_of
from crawler.pages.rules import Field, Rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.html import HtmlElement

    from crawler.pages.article.layout import Layout

XPATHS: Final = compiled(
    {"path": 'id("pt")/descendant::a[@href][not(ancestor::form)]', "links": "//body/descendant::a[@href]"}
)

_STEPS: Final = frozenset({Kind.HOME, Kind.LISTING})
_LONGEST: Final = 9
_MOST_STEPS: Final = 30
_HERE: Final = re.compile(r"位置|当前|當前|您现在|你现在|首页|首頁|home", re.IGNORECASE)
_ARROWS: Final = re.compile(r"[›»>→/＞》\\-]|&gt;")


def _printed(layout: Layout) -> list[RawLink]:
    """The links of the path, without those that owners' templates put beside it; none where there are too many."""
    links = [node for node in elements(XPATHS["path"], layout.root) if node.get("href", "").strip()]
    if len(links) > _MOST_STEPS:
        return []
    if not layout.is_default:
        links = [node for number, node in enumerate(links) if not number or _kind(layout, node) in _STEPS]
    return [layout.page.link(node) for node in links]


def _run(layout: Layout) -> list[RawLink]:
    """The run of links before the text that leads from home through categories to the article's own."""
    best: Sequence[HtmlElement] = ()
    for run in _runs(layout):
        if _is_path(layout, run):
            best = run
    return [layout.page.link(node) for node in best]


def _runs(layout: Layout) -> list[list[HtmlElement]]:
    """Links of one box before the text, without those to the article itself."""
    outline = layout.outline
    stop = len(outline.texts) if layout.text_place is None else layout.text_place[0]
    by_box: dict[HtmlElement, list[HtmlElement]] = {}
    for link in elements(XPATHS["links"], layout.root):
        if link not in outline or outline.first_text(link) > stop or not text_of(link):
            continue
        box = link.getparent()
        while box is not None and box.tag in {"li", "span", "em", "dd", "b", "strong", "h2", "h3", "i"}:
            box = box.getparent()
        if box is not None:
            by_box.setdefault(box, []).append(link)
    return list(by_box.values())


def _is_path(layout: Layout, links: list[HtmlElement]) -> bool:
    """Whether links lead from the site's home to lists, the last of them being the article's own category."""
    while links and _is_self(layout, links[-1]):
        links.pop()
    if not 2 <= len(links) <= _LONGEST:
        return False
    kinds = [_kind(layout, link) for link in links]
    if kinds[0] is not Kind.HOME or kinds[-1] is not Kind.LISTING or not set(kinds[1:-1]) <= _STEPS:
        return False
    if Kind.HOME in kinds[2:]:
        return False
    rest = layout.window_title.removeprefix(
        "".join(text_of(layout.heading).split()) if layout.heading is not None else ""
    )
    if "".join(text_of(links[-1]).split()) in rest:
        return True
    box = links[0].getparent()
    return box is not None and (_between_arrows(links) or _HERE.search(box.text or "") is not None)


def _between_arrows(links: list[HtmlElement]) -> bool:
    """Whether a sign like an arrow stands after each link but the last."""
    for link in links[:-1]:
        parent = link.getparent()
        node = parent if parent is not None and parent.tag in {"li", "span"} and not link.tail else link
        following = next(node.itersiblings("*"), None)
        words = (node.tail or "") + (text_of(following) if following is not None and following.tag != "a" else "")
        if not _ARROWS.search(words):
            return False
    return True


def _is_self(layout: Layout, link: HtmlElement) -> bool:
    aid = layout.aid_of(link.get("href", ""))
    return aid is not None and aid == layout.take("aid")


def _kind(layout: Layout, link: HtmlElement) -> Kind:
    href = link.get("href", "")
    kind = layout.names.target(href).kind
    if kind is Kind.OTHER and layout.page.absolute(href) in {layout.page.base_url, layout.names.grammar.root}:
        return Kind.HOME
    return kind


def _own_category(layout: Layout) -> list[RawLink]:
    """The site, and the category that is linked beside the heading and named in the window's title."""
    heading = layout.heading
    outline = layout.outline
    if heading is None or heading not in outline:
        return []
    rest = layout.window_title.removeprefix("".join(text_of(heading).split()))
    parts = [part for part in re.split(r"[-_|–—]+", rest) if part]
    stop = len(outline.texts) if layout.text_place is None else layout.text_place[0]
    for link in elements(XPATHS["links"], layout.root):
        words = "".join(text_of(link).split())
        if not words or link not in outline or outline.first_text(link) > stop:
            continue
        words = re.split(r"[›»>]", words)[0]
        if layout.names.category(link.get("href", "")) is not None and words in parts[:-1]:
            site = layout.page.meta("application-name") or parts[parts.index(words) + 1]
            category = layout.page.link(link)
            category.text = re.split(r"\s*[›»>]", category.text)[0]
            return [RawLink(site, layout.names.grammar.root), category]
    return []


FIELD: Final[Field[Layout]] = Field(
    [Rule(XPATHS["path"].path, _printed)],
    [
        Rule("the run of links before the text from home to a list", _run),
        Rule("the link before the text to the category that the title element names", _own_category),
    ],
    lambda layout, found: [layout.page.link(link) for link in links_in(found)],
)
