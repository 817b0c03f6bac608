"""One entry of a list whose markup is not known: which of its words are the title, the date, the summary.

What it links to says most: the article (title, cover, "read more"), a category, a member. Of the rest, a date looks
like one, and the longest piece of text that is left is the summary. Classes are asked only where they name the thing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from lxml import etree

from crawler.items import RawEntry, RawLink
from crawler.pages.base import text_of
from crawler.pages.dated import find_date, is_date
from crawler.pages.pictures import cover_of
from crawler.pages.theme import text_of_first

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lxml.html import HtmlElement

    from crawler.pages.base import Page
    from crawler.pages.naming import Names
    from crawler.pages.theme import Selectors

_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "dt"})
_SKIPPED: Final = frozenset({"script", "style", "noscript", "select", "textarea", "template", "button"})
_TITLE: Final = re.compile(
    r"(?:^|[-_\s])\w*(?:tit|title|titles|subject|headline|biaoti|bt|name)(?:$|[-_\s])", re.IGNORECASE
)
_SUMMARY: Final = re.compile(r"summar|desc|intro|abstract|excerpt|brief|digest|simple|zhaiyao|jianjie", re.IGNORECASE)
_MORE: Final = re.compile(
    r"[\[【（(<«]*\s*(?:阅读|閱讀|查看|点击|點擊|继续|繼續|浏览|瀏覽)?(?:全文|原文|更多|详情|詳情|详细|詳細|正文|内容|內容|阅读|閱讀|查看)"
    r"(?:内容|內容)?\s*[\]】）)>»›→.…]*|(?:read\s)?more\W*|continue reading\W*|อ่านต่อ\W*|xem thêm\W*|đọc tiếp\W*",
    re.IGNORECASE,
)
_COUNT: Final = re.compile(r"\D{0,12}\d[\d,.]*\s*(?:万|萬|k|w)?\D{0,6}", re.IGNORECASE)
_CUT: Final = re.compile(r"\s*(?:\.{2,}|…+|⋯+)\s*$")
_HIGHLIGHT: Final = re.compile(
    r"\s*(?:(?:color\s*:\s*[#\w]+|font-weight\s*:\s*bold|font-style\s*:\s*italic|text-decoration\s*:\s*underline)\s*;?\s*)+",
    re.IGNORECASE,
)
_BRACKETS: Final = " \t\r\n\xa0\u3000[]【】［］「」〖〗|·•"
_SENTENCE: Final = re.compile(r"[，。；！？、,;!?]|\.\.\.|…")
_LABELLED: Final = re.compile(r"[^\s:：]{1,8}\s*[:：]")
_SHORTEST: Final = 12
"""Characters of a summary without a class that says so and without the signs of a sentence."""


@dataclass(slots=True)
class Piece:
    """A text node: its words, the element that it stands in, and the link around that."""

    words: str
    owner: HtmlElement
    link: HtmlElement | None


@dataclass(slots=True)
class _Parts:
    """What is in an entry."""

    pieces: list[Piece] = field(default_factory=list)
    images: list[HtmlElement] = field(default_factory=list)
    titled: list[HtmlElement] = field(default_factory=list)
    backgrounds: list[HtmlElement] = field(default_factory=list)


@dataclass(slots=True)
class EntryReader:
    """Reads the entries of one page.

    Attributes:
        page: resolves links.
        names: tells what links name.
        fields: the theme's selectors, each relative to an entry.
        categories: the categories that the page links to, by name: a template may print an entry's without a link.
    """

    page: Page
    names: Names
    fields: Mapping[str, Selectors] = field(default_factory=dict)
    categories: Mapping[str, RawLink] = field(default_factory=dict)

    def read(self, nodes: list[HtmlElement], *, tails: bool = False) -> RawEntry | None:
        """One entry.

        Args:
            nodes: the elements that the template's loop printed, side by side.
            tails: whether text that stands between these elements belongs to the entry.

        Returns:
            None where nothing in it links to an article.
        """
        parts = _parts(nodes, tails=tails)
        links = [link for link in _links(nodes) if self.names.article(link.get("href", "")) is not None]
        title = self._title_by_theme(nodes, links)
        if title is None:
            if not links:
                return None
            title = self._title(links, parts)
        words, node, link = title
        target = self.names.article(link.get("href", ""))
        taken = set(node.iter()) if node is not None else set()
        rest = [piece for piece in parts.pieces if piece.owner not in taken]
        date, date_title, rest = self._date(nodes, rest, parts)
        category, rest = self._category(nodes, rest)
        return RawEntry(
            title=words,
            url=self.page.absolute(link.get("href", "")),
            aid=target.number if target is not None else None,
            date=date,
            date_title=date_title,
            summary=self._summary(nodes, rest),
            thumbnail=self._cover(nodes, parts),
            category=category,
            highlight=_highlight(node, link),
        )

    # --- title ---

    def _title_by_theme(
        self, nodes: list[HtmlElement], links: list[HtmlElement]
    ) -> tuple[str, HtmlElement, HtmlElement] | None:
        for found in self._by_theme("title", nodes):
            if isinstance(found, str):
                continue
            around = [one for one in (found, *found.iterancestors()) if one.tag == "a" and one.get("href")]
            link = next(iter([*around, *_links([found]), *links]), None)
            if link is not None:
                return _whole(text_of(found), link, []), found, link
        words = text_of_first(self._by_theme("title", nodes))
        return (words, links[0], links[0]) if words and links else None

    def _title(self, links: list[HtmlElement], parts: _Parts) -> tuple[str, HtmlElement, HtmlElement]:
        """The title, the element that holds it, and its link.

        Of several links to the article the cover has no words, "read more" has few, and the summary has many: the title
        is the one that is a heading, that the picture repeats (``alt``), whose class says so, or else the first.
        """
        said = [words for image in parts.images if (words := (image.get("alt") or "").strip())]
        said += [words for link in links if (words := (link.get("title") or "").strip())]
        candidates = [
            (text_of(node), node, link)
            for link in links
            for node in _holders(link)
            if text_of(node) and not _is_label(text_of(node))
        ]
        if not candidates:
            words = next((one for one in said if not is_date(one)), None) or text_of(links[0])
            return words, links[0], links[0]

        def rank(one: tuple[str, HtmlElement, HtmlElement]) -> tuple[bool, bool, bool]:
            words, node, link = one
            inside = [node, *(around for around in node.iterancestors() if around.tag in _HEADINGS or around is link)]
            heading = any(around.tag in _HEADINGS for around in inside) or _in_heading(link)
            return heading, any(_stem(words) and other.startswith(_stem(words)) for other in said), _says(_TITLE, node)

        words, node, link = max(candidates, key=rank)
        return _whole(words, link, said), node, link

    # --- date, category, summary, cover ---

    def _date(
        self, nodes: list[HtmlElement], pieces: list[Piece], parts: _Parts
    ) -> tuple[str | None, str | None, list[Piece]]:
        if self._has("date"):
            found = self._by_theme("date", nodes)
            printed = text_of_first(found)
            if printed or self.fields["date"].final:
                exact = next((_exact(one) for one in found if not isinstance(one, str)), None)
                return find_date(printed or "") or printed, exact, pieces
        for node in parts.titled:
            exact, printed = (node.get("title") or "").strip(), text_of(node)
            if is_date(exact) and find_date(printed):
                inside = set(node.iter())
                return find_date(printed), exact, [piece for piece in pieces if piece.owner not in inside]
        whole = next((piece for piece in pieces if is_date(piece.words)), None)
        if whole is not None:
            return find_date(whole.words), None, [piece for piece in pieces if piece is not whole]
        for piece in pieces:
            if (printed := find_date(piece.words)) is not None:
                return printed, None, [other for other in pieces if other is not piece]
        return None, None, pieces

    def _category(self, nodes: list[HtmlElement], pieces: list[Piece]) -> tuple[RawLink | None, list[Piece]]:
        if self._has("category"):
            for found in self._by_theme("category", nodes):
                link = found if not isinstance(found, str) and found.tag == "a" else None
                text = found if isinstance(found, str) else text_of(found)
                url = self.page.absolute(link.get("href", "")) if link is not None else ""
                return RawLink(text=text.strip(_BRACKETS), url=url), pieces
            if self.fields["category"].final:
                return None, pieces
        for piece in pieces:
            href = piece.link.get("href", "") if piece.link is not None else ""
            if href and "portalcp" not in href and self.names.category(href) is not None:
                text = piece.words.strip(_BRACKETS)
                rest = [other for other in pieces if other.link is not piece.link]
                return RawLink(text=text, url=self.page.absolute(href)), rest
        for piece in pieces:
            known = self.categories.get(piece.words.strip(_BRACKETS))
            if known is not None:
                return known, [other for other in pieces if other is not piece]
        return None, pieces

    def _summary(self, nodes: list[HtmlElement], pieces: list[Piece]) -> str | None:
        if self._has("summary"):
            words = text_of_first(self._by_theme("summary", nodes))
            if words or self.fields["summary"].final:
                return words
        own = [piece for piece in pieces if self._may_be_summary(piece)]
        named = [piece for piece in own if _named(piece.owner, nodes)]
        if named:
            first = max(named, key=lambda piece: len(piece.words))
            return first.words
        long = [piece for piece in own if len(piece.words) >= _SHORTEST or _SENTENCE.search(piece.words)]
        return max(long, key=lambda piece: len(piece.words)).words if long else None

    def _may_be_summary(self, piece: Piece) -> bool:
        if _is_label(piece.words) or is_date(piece.words):
            return False
        if len(piece.words) < 2 * _SHORTEST and _LABELLED.match(piece.words) and not _SENTENCE.search(piece.words):
            return False
        return piece.link is None or self.names.article(piece.link.get("href", "")) is not None

    def _cover(self, nodes: list[HtmlElement], parts: _Parts) -> str | None:
        if self._has("cover"):
            for found in self._by_theme("cover", nodes):
                address = found if isinstance(found, str) else cover_of([found], [])
                if address:
                    return self.page.absolute(address)
            if self.fields["cover"].final:
                return None
        address = cover_of(parts.images, parts.backgrounds)
        return self.page.absolute(address) if address else None

    # --- theme ---

    def _has(self, name: str) -> bool:
        return name in self.fields

    def _by_theme(self, name: str, nodes: list[HtmlElement]) -> list[HtmlElement | str]:
        selectors = self.fields.get(name)
        return [one for node in nodes for one in selectors(node)] if selectors is not None else []


def _links(nodes: Iterable[HtmlElement]) -> Iterator[HtmlElement]:
    for node in nodes:
        for link in node.iter("a"):
            if link.get("href"):
                yield link


def _parts(nodes: list[HtmlElement], *, tails: bool) -> _Parts:
    """Everything that an entry holds, in order."""
    parts = _Parts()
    for top in nodes:
        if not isinstance(top.tag, str):
            continue
        links: list[HtmlElement] = []
        hidden = 0
        for event, node in etree.iterwalk(top, events=("start", "end", "comment", "pi")):
            skipped = event in {"start", "end"} and node.tag in _SKIPPED
            if event == "start":
                hidden += skipped
                if not hidden:
                    _take(node, links, parts)
                continue
            hidden -= skipped
            if node.tag == "a" and links and links[-1] is node:
                links.pop()
            above = node.getparent()
            if not hidden and node is not top and above is not None:
                _add(parts, node.tail, above, links)
        above = top.getparent()
        if tails and above is not None:
            _add(parts, top.tail, above, [])
    return parts


def _take(node: HtmlElement, links: list[HtmlElement], parts: _Parts) -> None:
    if node.tag == "a":
        links.append(node)
    elif node.tag == "img":
        parts.images.append(node)
    if node.get("title") and node.tag not in {"a", "img"}:
        parts.titled.append(node)
    if "url(" in node.get("style", ""):
        parts.backgrounds.append(node)
    _add(parts, node.text, node, links)


def _add(parts: _Parts, text: str | None, owner: HtmlElement, links: list[HtmlElement]) -> None:
    words = " ".join((text or "").split())
    if words.strip(_BRACKETS):
        parts.pieces.append(Piece(words, owner, links[-1] if links else None))


def _holders(link: HtmlElement) -> list[HtmlElement]:
    """What in a link may be the title: the link, or, where it wraps the whole entry, the innermost elements in it."""
    wrapped = [node for node in link.iter() if isinstance(node.tag, str) and node.tag not in _SKIPPED and _own(node)]
    blocks = [node for node in wrapped if node is not link]
    if not blocks or (_own(link) and not any(node.tag in {"p", "div", *_HEADINGS} for node in blocks)):
        return [link]
    holders: list[HtmlElement] = []
    for node in blocks:
        around = [one for one in node.iterancestors() if one.tag in _HEADINGS or one.tag == "p"]
        inside = next((one for one in around if link in one.iterancestors()), node)
        if inside not in holders:
            holders.append(inside)
    return holders


def _own(node: HtmlElement) -> bool:
    """Whether there are words directly in an element."""
    return bool((node.text or "").strip() or any((child.tail or "").strip() for child in node))


def _in_heading(link: HtmlElement) -> bool:
    above = link.getparent()
    return above is not None and (above.tag in _HEADINGS or _in_heading_over(above))


def _in_heading_over(node: HtmlElement) -> bool:
    above = node.getparent()
    return node.tag in {"span", "strong", "b", "em", "font"} and above is not None and above.tag in _HEADINGS


def _is_label(words: str) -> bool:
    return _MORE.fullmatch(words) is not None or _COUNT.fullmatch(words) is not None or is_date(words)


def _says(names: re.Pattern[str], node: HtmlElement) -> bool:
    return names.search(node.get("class", "")) is not None


def _named(node: HtmlElement, nodes: list[HtmlElement]) -> bool:
    """Whether the class of an element, or of one around it within the entry, says that it is a summary."""
    for around in (node, *node.iterancestors()):
        if _says(_SUMMARY, around):
            return True
        if around in nodes:
            return False
    return False


def _exact(node: HtmlElement) -> str | None:
    """The full date that goes with a relative one, in a ``title`` on or in an element."""
    return next((title for inner in node.iter() if is_date(title := (inner.get("title") or "").strip())), None)


def _stem(words: str) -> str:
    return _CUT.sub("", words)


def _whole(words: str, link: HtmlElement, said: list[str]) -> str:
    """A title that was cut, whole again where the link's ``title`` or the picture's ``alt`` has it."""
    stem = _stem(words)
    if stem != words and stem:
        whole = [link.get("title", "").strip(), *said]
        return next((one for one in whole if one.startswith(stem) and not _CUT.search(one)), words)
    for one in said:  # words beside it in the same link, such as a mark "hot"
        if one != words and one in words and 2 * len(one) > len(words):
            return one
    return words


def _highlight(node: HtmlElement | None, link: HtmlElement) -> str | None:
    """The style that ``article_title_style()`` gives a title (``source/function/function_portal.php``, X3.1-X3.5)."""
    inside = (
        []
        if node is None
        else [one for one in (node, *node.iterancestors()) if one is link or link in one.iterancestors()]
    )
    for one in (link, *inside):
        style = one.get("style", "")
        if _HIGHLIGHT.fullmatch(style):
            return style
    return None
