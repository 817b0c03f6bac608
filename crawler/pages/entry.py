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
from crawler.pages import labels
from crawler.pages.base import text_of
from crawler.pages.dated import find_date, is_date
from crawler.pages.pictures import cover_of
from crawler.pages.theme import text_of_first

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from lxml.html import HtmlElement

    from crawler.pages.base import Page
    from crawler.pages.naming import Names
    from crawler.pages.theme import Selectors

_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "dt"})
_INLINE: Final = frozenset({"a", "span", "strong", "b", "em", "font", "i"})
_SKIPPED: Final = frozenset({"script", "style", "noscript", "select", "textarea", "template", "button"})
_TITLE: Final = re.compile(
    r"(?:^|[-_\s])\w*(?:tit|title|titles|subject|headline|biaoti|bt|(?<!user)(?<!author)(?<!nick)(?<!cat)name)"
    r"(?:\d|$|[-_\s])",
    re.IGNORECASE,
)
_SUMMARY: Final = re.compile(r"summar|desc|intro|abstract|excerpt|brief|digest|simple|zhaiyao|jianjie", re.IGNORECASE)
_MORE: Final = re.compile(
    r"[\[【（(<«]*\s*(?:阅读|閱讀|查看|点击|點擊|继续|繼續|浏览|瀏覽)?(?:全文|原文|更多|详情|詳情|详细|詳細|正文|内容|內容|阅读|閱讀|查看)"
    r"(?:内容|內容)?\s*[\]】）)>»›→.…]*|(?:read\s)?more\W*|continue reading\W*|อ่านต่อ\W*|xem thêm\W*|đọc tiếp\W*",
    re.IGNORECASE,
)
_COUNT: Final = re.compile(r"\D{0,8}\d[\d,.]*\s*(?:万|萬|k|w)?\D{0,3}", re.IGNORECASE)
_CUT: Final = re.compile(r"\s*(?:\.{2,}|…+|⋯+)\s*$")
_HIGHLIGHT: Final = re.compile(
    r"\s*(?:(?:color\s*:\s*[#\w]+|font-weight\s*:\s*bold|font-style\s*:\s*italic|text-decoration\s*:\s*underline)\s*;?\s*)+",
    re.IGNORECASE,
)
_BRACKETS: Final = " \t\r\n\xa0\u3000[]【】［］「」〖〗|·•"
_BRACKETED: Final = re.compile(r"[\[【［]([^\]】］]+)[\]】］]\s*(?=\S)")
_SENTENCE: Final = re.compile(r"[，。；！？,!?]|\.\.\.|…")
_LABELLED: Final = re.compile(r"[^\s:：]{1,16}\s*[:：]")
_CUT_MARK: Final = " ..."
"""What ``messagecutstr()`` puts behind a summary that it cuts (``source/function/function_post.php``, X3.1-X3.5)."""

_DOTS: Final = ("……", "…", "...", "......")
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
class _Reading:
    """An entry as it was read by itself, and what is left of its words."""

    entry: RawEntry
    nodes: list[HtmlElement]
    rest: list[Piece]
    summary: Piece | None
    may_be: Callable[[Piece], bool]

    def place(self, piece: Piece) -> str:
        """Where a piece of text stands in the entry, in the words of the markup: up to the first class."""
        path = []
        for node in (piece.owner, *piece.owner.iterancestors()):
            names = node.get("class", "")
            path.append(f"{node.tag!s}.{names}" if names else str(node.tag))
            if names or node in self.nodes:
                break
        return " ".join(path)

    def settle(self, usual: str) -> None:
        """Take what stands where the other entries have their summaries; a few words elsewhere are none."""
        there = [piece for piece in self.rest if self.may_be(piece) and self.place(piece) == usual]
        if there:
            self.summary = max(there, key=lambda piece: len(piece.words))
        elif self.summary is None or len(self.summary.words) < 2 * _SHORTEST:
            self.summary = None
        self.entry.summary = _unlabelled(self.summary.words) if self.summary is not None else None


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

    def read_all(self, runs: Iterable[tuple[list[HtmlElement], bool]]) -> list[RawEntry]:
        """The entries of a list, which one loop printed: what is the summary in most is so in all.

        Args:
            runs: for each entry what `read` takes; those in which nothing links to an article are left out.
        """
        readings = [reading for nodes, tails in runs if (reading := self._read(nodes, tails=tails)) is not None]
        weights: dict[str, int] = {}
        for reading in readings:
            if reading.summary is not None:
                place = reading.place(reading.summary)
                weights[place] = weights.get(place, 0) + len(reading.summary.words)
        if weights and "summary" not in self.fields:
            usual = max(weights, key=weights.__getitem__)
            for reading in readings:
                reading.settle(usual)
            _cut_alike([reading.entry for reading in readings])
        return [reading.entry for reading in readings]

    def read(self, nodes: list[HtmlElement], *, tails: bool = False) -> RawEntry | None:
        """One entry.

        Args:
            nodes: the elements that the template's loop printed, side by side.
            tails: whether text that stands between these elements belongs to the entry.

        Returns:
            None where nothing in it links to an article.
        """
        reading = self._read(nodes, tails=tails)
        return reading.entry if reading is not None else None

    def _read(self, nodes: list[HtmlElement], *, tails: bool) -> _Reading | None:
        parts = _parts(nodes, tails=tails)
        links = [link for link in _links(nodes) if self.names.article(link.get("href", "")) is not None]
        title = self._title_by_theme(nodes, links, parts)
        if title is None:
            if not links:
                return None
            title = self._title(links, parts)
        words, printed, link = title
        target = self.names.article(link.get("href", ""))
        rest = [piece for piece in parts.pieces if piece is not printed]
        date, date_title, rest = self._date(nodes, rest, parts)
        category, rest = self._category(nodes, rest)
        summary = self._summary(nodes, rest)
        entry = RawEntry(
            title=words,
            url=self.page.absolute(link.get("href", "")),
            aid=target.number if target is not None else None,
            date=date,
            date_title=date_title,
            summary=_unlabelled(summary.words) if isinstance(summary, Piece) else summary,
            thumbnail=self._cover(nodes, parts),
            category=category,
            highlight=_highlight(printed, link),
        )
        return _Reading(entry, nodes, rest, summary if isinstance(summary, Piece) else None, self._may_be_summary)

    # --- title ---

    def _title_by_theme(
        self, nodes: list[HtmlElement], links: list[HtmlElement], parts: _Parts
    ) -> tuple[str, Piece | None, HtmlElement] | None:
        for found in self._by_theme("title", nodes):
            if isinstance(found, str):
                continue
            around = [one for one in (found, *found.iterancestors()) if one.tag == "a" and one.get("href")]
            link = next(iter([*around, *_links([found]), *links]), None)
            if link is not None:
                inside = set(found.iter())
                piece = next((one for one in parts.pieces if one.owner in inside), None)
                return _whole(text_of(found), link, []), piece, link
        words = text_of_first(self._by_theme("title", nodes))
        return (words, None, links[0]) if words and links else None

    def _title(self, links: list[HtmlElement], parts: _Parts) -> tuple[str, Piece | None, HtmlElement]:
        """The title, the piece of text that it is, and its link.

        A title is plain text, so that it is one piece. Of several in links to the article the cover has none, "read
        more" is a label, and the summary comes later: the title is the one that is a heading, that the picture repeats
        (``alt``), whose class says so, or else the first.
        """
        said = [words for image in parts.images if (words := (image.get("alt") or "").strip())]
        said += [words for link in links if (words := (link.get("title") or "").strip())]
        inside = [piece for piece in parts.pieces if piece.link in links]
        candidates = [piece for piece in inside if not _is_label(piece.words)] or inside
        if not candidates:
            words = next((one for one in said if not is_date(one)), None) or text_of(links[0])
            return words, None, links[0]

        def rank(piece: Piece) -> tuple[bool, bool, bool, bool]:
            around = _up_to_entry(piece)
            stem = _stem(piece.words)
            repeated = any(stem and (one.startswith(stem) or (one in stem and len(one) > 3)) for one in said)
            heading, named = any(one.tag in _HEADINGS for one in around), any(_says(_TITLE, one) for one in around)
            return heading, repeated, piece.owner is piece.link, named  # marks beside a title stand in elements

        title = max(candidates, key=rank)
        assert title.link is not None  # it is one of them
        return self._without_category(_whole(title.words, title.link, said)), title, title.link

    def _without_category(self, words: str) -> str:
        """A title without the category's name in brackets before it."""
        found = _BRACKETED.match(words)
        return words[found.end() :] if found is not None and found[1] in self.categories else words

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
        for first in range(len(pieces) - 1):
            for last in (first + 2, first + 3):  # day, month and year in elements of their own
                words = " ".join(piece.words for piece in pieces[first:last])
                if is_date(words):
                    return words, None, [*pieces[:first], *pieces[last:]]
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

    def _summary(self, nodes: list[HtmlElement], pieces: list[Piece]) -> Piece | str | None:
        if self._has("summary"):
            words = text_of_first(self._by_theme("summary", nodes))
            if words or self.fields["summary"].final:
                return words
        own = [piece for piece in pieces if self._may_be_summary(piece)]
        named = [piece for piece in own if _named(piece.owner, nodes)]
        long = [piece for piece in own if len(piece.words) >= _SHORTEST or _SENTENCE.search(piece.words)]
        return max(named or long, key=lambda piece: len(piece.words), default=None)

    def _may_be_summary(self, piece: Piece) -> bool:
        if _is_label(piece.words) or is_date(piece.words):
            return False
        if len(piece.words) < 2 * _SHORTEST and _LABELLED.match(piece.words) and not _SENTENCE.search(piece.words):
            return labels.word(labels.split(piece.words)[0]) in labels.SUMMARY
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


def _cut_alike(entries: list[RawEntry]) -> None:
    """Take off what a template puts behind every summary, seen where one has Discuz!'s own mark of a cut before it."""
    summaries = [entry.summary for entry in entries if entry.summary]
    for dots in _DOTS:
        bare = [summary.removesuffix(dots) for summary in summaries]
        if all(map(str.endswith, summaries, [dots] * len(summaries))) and any(one.endswith(_CUT_MARK) for one in bare):
            for entry in entries:
                entry.summary = (entry.summary or "").removesuffix(dots).strip() or None
            return


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


def _up_to_entry(piece: Piece) -> list[HtmlElement]:
    """The elements around a title that may say that it is one: up to its link, and the few around that."""
    around: list[HtmlElement] = []
    beyond = 0
    for node in (piece.owner, *piece.owner.iterancestors()):
        around.append(node)
        if node is piece.link or beyond:
            beyond += 1
        if beyond > 1 and node.tag not in _INLINE:
            break
    return around


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


def _unlabelled(words: str) -> str:
    """A summary without the word for one before it."""
    label, value = labels.split(words)
    return value if label and labels.word(label) in labels.SUMMARY else words


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


def _highlight(title: Piece | None, link: HtmlElement) -> str | None:
    """The style that ``article_title_style()`` gives a title (``source/function/function_portal.php``, X3.1-X3.5)."""
    inside: list[HtmlElement] = []
    for node in (title.owner, *title.owner.iterancestors()) if title is not None else ():
        if node is link:
            break
        inside.append(node)
    for one in (link, *inside):
        style = one.get("style", "")
        if _HIGHLIGHT.fullmatch(style):
            return style
    return None
