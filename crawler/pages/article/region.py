"""The part of a page between its heading and a block after the text, and what of it is the text.

Templates of owners' own put the text into a box of any kind, or into none. What is left of the region without small
print, summary and the template's further boxes is the text; the greatest piece of it tells where it is.
"""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from lxml.html import Element

from crawler.pages import labels
from crawler.pages.article import landmarks
from crawler.pages.article.summary import description
from crawler.pages.article.tokens import LONGEST, tokens
from crawler.pages.base import compiled, elements
from crawler.pages.content import append, until
from crawler.pages.dated import find_date

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from lxml.html import HtmlElement

    from crawler.pages.article.layout import Layout
    from crawler.pages.article.tokens import Token
    from crawler.pages.outline import Leaf

XPATHS: Final = compiled({"media": ".//img | .//video | .//audio | .//embed | .//object | .//iframe"})

TEXT_CLASS: Final = re.compile(
    r"(?:^|[\s_-])(?:\w*article_?content|\w*content|\w*body|\w*message|mess|msg|\w*text|\w*txt|nr\w*|\w+nr|neirong"
    r"|detail\w*|\w*article|t_f|con|cont|cnt|\w*cnt|\w*entry|\w*wenzhang|post)(?:$|[\s_-])",
    re.IGNORECASE,
)
"""Classes of boxes that are for the text."""

WRITTEN: Final = frozenset(
    {
        *("p", "br", "font", "span", "strong", "b", "em", "i", "u", "a", "img", "center", "blockquote", "pre", "hr"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "ignore_js_op", "embed", "iframe", "video", "audio", "object", "figure"),
    },
)
"""Elements that editors make rather than templates."""

STRAY_TAGS: Final = 3
"""How many boxes a pasted text may close beside its own."""

_MIXED: Final = frozenset({"p", "span", "a", "h2", "h3", "h4", "table", "tbody", "tr", "ul", "ol"})
_SMALL_TAGS: Final = frozenset({"span", "em", "i", "li", "a", "b", "dd", "dt", "label", "small", "time"})
_STATEMENT: Final = re.compile(r"免责声明|免責聲明|版权声明|版權聲明|声明[:：]|郑重声明|特别声明|本文来源于网络")
_OPENING: Final = "【[（("
_LONGEST_SMALL_PRINT: Final = 250
_LONGEST_SUMMARY: Final = 800
_SHORTEST_DESCRIPTION: Final = 6


@dataclass(slots=True)
class Piece:
    """An outermost element of the region, or the bare text of one that is not whole in it.

    Attributes:
        node: the element, or the one in which the bare text stands.
        start: the number of its first element, or of the one that follows the bare text.
        end: the number of the first element after it.
        leaves: its texts.
        is_bare: whether it is bare text.
    """

    node: HtmlElement
    start: int
    end: int
    leaves: list[Leaf] = field(repr=False)
    is_bare: bool = False


class Region:
    """A region of a page.

    Args:
        layout: the page.
        begin: the number of its first element in the page's outline.
        stop: the number of the first one after it.
        passed: numbers of blocks within it that come after the text elsewhere, but not here.
    """

    def __init__(self, layout: Layout, begin: int, stop: int, passed: Collection[int]) -> None:
        self.layout = layout
        self.outline = layout.outline
        self.begin = begin
        self.stop = stop
        self._passed = passed
        self._texts: list[Piece] = []
        self._before: list[Piece] = []
        before = layout.outline.first_text(layout.heading) if layout.heading is not None else 0
        self._dated = any(find_date(leaf.text) for leaf in layout.outline.texts[max(0, before - 6) : before])

    def box(self) -> tuple[HtmlElement, HtmlElement | None] | None:
        """Where the text is.

        Returns:
            the element, and the same again where it holds nothing else, or None where only what stands in it after
            `floor` and before the region's end is the text; None if there is no text.
        """
        heading = self.layout.heading
        self._sort(self.begin, self.stop, 0 if heading is None else self.outline.last_text(heading))
        main = max(self._texts, key=self._weight, default=None)
        if main is None or self._weight(main) <= 0:
            return None
        self.floor = self._floor(main)
        if main.is_bare:
            return main.node, None
        box = main.node
        while (parent := box.getparent()) is not None and parent in self.outline:
            if self.outline.start(parent) < self.floor:
                break
            box = parent
        return self._inside(box, main.node)

    def run(self, parent: HtmlElement) -> tuple[HtmlElement, tuple[int, int]]:
        """A copy of what stands in an element after the floor and before the region's end, and its place.

        Args:
            parent: the element.
        """
        outline = self.outline
        copy = Element("div")
        begin = outline.first_text(parent)
        append(copy, parent.text)
        whole = True
        for node in parent:
            known = node in outline
            if known and outline.start(node) >= self.stop:
                whole = False
                break
            if known and outline.start(node) < self.floor:  # what was copied stands before the small print
                copy, begin = self._since(node), outline.last_text(node)
                if len(copy) or copy.text:
                    begin = outline.first_text(outline.nodes[self.floor])
            elif known and outline.end(node) > self.stop:
                copy.append(until(outline.nodes[self.stop], node))
                whole = False
                break
            elif not (known and self._is_other(node)):
                copy.append(alone(node))
            append(copy, node.tail)
        if whole:
            self._go_on(parent, copy)
        last = outline.first_text(outline.nodes[self.stop]) if self.stop < len(outline.nodes) else len(outline.texts)
        return copy, (begin, max(begin, last))

    def _since(self, node: HtmlElement) -> HtmlElement:
        """A copy of what stands in an element after the floor, where pasted end tags closed its boxes too early."""
        outline = self.outline
        copy = target = Element("div")
        while outline.end(node) > self.floor:
            inner = None
            for child in node:
                known = child in outline
                if known and outline.start(child) < self.floor:
                    inner = child if outline.end(child) > self.floor else None
                    target.clear()
                    append(target, None if inner is not None else child.tail)
                elif not (known and self._is_other(child)):
                    target.append(alone(child))
                    append(target, child.tail)
            if inner is None:
                break
            # what follows the inner element stands in `target` already: the inner one's own comes before it
            begun = Element("div")
            target.insert(0, begun)
            node, target = inner, begun
        return copy

    def _go_on(self, parent: HtmlElement, copy: HtmlElement) -> None:
        """Adds what stands after an element that pasted end tags closed too early."""
        box: HtmlElement | None = parent
        for _ in range(STRAY_TAGS):
            if box is None or box.tag == "body":
                return
            append(copy, box.tail)
            for node in box.itersiblings():
                if node in self.outline and (self.outline.start(node) >= self.stop or not is_plain(node)):
                    return
                copy.append(alone(node))
                append(copy, node.tail)
            box = box.getparent()

    # --- what the pieces are ---

    def _sort(self, begin: int, stop: int, text: int) -> None:
        """Sorts the pieces of a part of the region."""
        for piece in self._pieces(begin, stop, text):
            if self._is_other(piece.node) and not piece.is_bare:
                continue
            inner = [at for at in self._passed if piece.start <= at < piece.end]
            length = sum(len(leaf.text) for leaf in piece.leaves)
            if self._is_small_print(piece, length):
                self._before.append(piece)
            elif inner and not piece.is_bare:
                if piece.start not in inner:
                    self._sort(piece.start + 1, piece.end, self.outline.first_text(piece.node))
            elif self._is_mixed(piece):
                self._sort(piece.start + 1, piece.end, self.outline.first_text(piece.node))
            elif self._is_summary(piece, length):
                self._before.append(piece)
            else:
                self._texts.append(piece)

    def _pieces(self, begin: int, stop: int, text: int) -> Iterator[Piece]:
        """The pieces between two numbers, in document order, but for those without text and pictures.

        Args:
            begin: the number of the first element.
            stop: that of the first one after it.
            text: the number of the first piece of text.
        """
        outline = self.outline
        for node in outline.within(begin, stop):
            yield from self._bare(text, outline.first_text(node), outline.start(node))
            leaves = outline.leaves(node)
            if leaves or elements(XPATHS["media"], node):
                yield Piece(node, outline.start(node), outline.end(node), leaves)
            text = outline.last_text(node)
        last = outline.first_text(outline.nodes[stop]) if stop < len(outline.nodes) else len(outline.texts)
        yield from self._bare(text, last, stop)

    def _bare(self, first: int, last: int, at: int) -> Iterator[Piece]:
        """The bare text between two pieces, by the element that it stands in."""
        by_holder: dict[HtmlElement, list[Leaf]] = {}
        for leaf in self.outline.texts[first:last]:
            by_holder.setdefault(leaf.holder, []).append(leaf)
        for holder, leaves in by_holder.items():
            yield Piece(holder, at, at, leaves, is_bare=True)

    def _is_other(self, node: HtmlElement) -> bool:
        """Whether an element is a box of the template that is neither text nor small print."""
        return landmarks.is_foreign(node) or landmarks.is_service(node)

    def _is_small_print(self, piece: Piece, length: int) -> bool:
        if length > _LONGEST_SMALL_PRINT:
            return False
        nodes = [piece.node] if piece.is_bare else [*piece.node.iter()]
        if not piece.is_bare and any(node.get("id") in {"_viewnum", "_commentnum"} for node in nodes):
            self._dated = True
            return True
        if self._dated:
            ours = piece.node.tag in _SMALL_TAGS or bool(piece.node.get("class"))
            return ours and not piece.is_bare and not self._texts and self._is_labelled(piece.leaves)
        dated = any(find_date(leaf.text) for leaf in piece.leaves)
        member = any(node.tag == "a" and "space" in node.get("href", "") for node in nodes)
        is_small = (dated or member) and all(len(leaf.text) <= LONGEST for leaf in piece.leaves)
        if is_small and is_for_text(piece.node):
            is_small = self._is_mostly_labelled(piece.leaves)
        self._dated = is_small and dated
        return is_small

    @staticmethod
    def _is_mostly_labelled(leaves: list[Leaf]) -> bool:
        """Whether at least half of some texts are values of the small print."""
        found = tokens(leaves)
        return 2 * sum(map(_is_small, found)) >= len(found)

    @staticmethod
    def _is_labelled(leaves: list[Leaf]) -> bool:
        """Whether all of some texts are values of the small print."""
        return bool(leaves) and all(map(_is_small, tokens(leaves)))

    def _is_mixed(self, piece: Piece) -> bool:
        """Whether small print, or a summary, stands in an element before text does."""
        if self._begins_with_summary(piece) and self._is_more(piece):
            return True
        if self._dated or piece.is_bare or not len(piece.node) or piece.node.tag in _MIXED:
            return False
        return any(find_date(leaf.text) for leaf in piece.leaves[:8])

    def _begins_with_summary(self, piece: Piece) -> bool:
        if not piece.leaves or self._texts or piece.is_bare:
            return False
        words = piece.leaves[0].text.lstrip(_OPENING)
        begun = labels.SUMMARY_BEGINS.match(words)
        return labels.word(words) in labels.SUMMARY or bool(begun and words[begun.end() :][:1] in ":：】]）)")

    def _is_more(self, piece: Piece) -> bool:
        """Whether further boxes with text follow the first one in an element."""
        worded = [node for node in piece.node if node in self.outline and self.outline.leaves(node)]
        boxes = [node for node in worded[1:] if node.tag in {"div", "p", "section", "article", "table", "td"}]
        return bool(boxes) and (is_for_text(boxes[-1]) or len(worded) > 2 or len(self.outline.words(boxes[-1])) > 100)

    def _is_summary(self, piece: Piece, length: int) -> bool:
        if not piece.leaves or self._texts or length > _LONGEST_SUMMARY or piece.is_bare:
            return False
        if self._begins_with_summary(piece):
            return True
        node = piece.node
        described = description(self.layout).rstrip(".…,")
        if len(described) < _SHORTEST_DESCRIPTION or self.layout.window_title.startswith(described):
            return False
        if not (node.get("class") or node.get("id") or node.tag == "blockquote"):
            return False
        printed = self.outline.words(node)
        return printed.startswith(described) and len(printed) <= len(described) + 6 and self._is_followed(node)

    def _is_followed(self, node: HtmlElement) -> bool:
        """Whether text follows in the region: what is alone is the text, and the summary was made of it."""
        outline = self.outline
        return any(
            not self._is_other(piece.node)
            for piece in self._pieces(outline.end(node), self.stop, outline.last_text(node))
        )

    # --- which piece is the text's ---

    def _weight(self, piece: Piece) -> float:
        """How much a piece speaks for being the text."""
        linked = sum(len(leaf.text) for leaf in piece.leaves if in_link(leaf))
        plain = sum(len(leaf.text) for leaf in piece.leaves) - linked
        media = 0 if piece.is_bare else len(elements(XPATHS["media"], piece.node))
        weight = plain - 0.5 * linked + 30 * media
        if is_for_text(piece.node):
            weight = 4 * weight + 300
        if piece.leaves and _STATEMENT.match(piece.leaves[0].text):
            weight *= 0.1
        return weight

    def _floor(self, main: Piece) -> int:
        """The number of the first element after heading, small print and summary."""
        return max([self.begin, *(piece.end for piece in self._before if piece.start < main.start)])

    def _inside(self, box: HtmlElement, main: HtmlElement) -> tuple[HtmlElement, HtmlElement | None]:
        """The text in a box that holds the greatest piece of it: all of the box, or that piece's branch."""
        while box is not main:
            branch = next(node for node in (main, *main.iterancestors()) if node.getparent() is box)
            if self._is_written_in(box, branch):
                return box, None
            box = branch
        parent = main.getparent()
        if parent is not None and (main.tag in WRITTEN or self._has_written_siblings(main)):
            return parent, None
        return main, main

    def _is_written_in(self, box: HtmlElement, branch: HtmlElement) -> bool:
        """Whether a box is what an editor wrote in: bare text, paragraphs or boxes without a class stand in it."""
        if branch.tag in WRITTEN:
            return True
        outline = self.outline
        if any(leaf.holder is box and leaf.at <= self.stop for leaf in outline.leaves(box)):
            return True
        others = [node for node in box if node is not branch and node in outline and outline.start(node) < self.stop]
        alike = [node for node in others if is_edited(node) or _is_alike(node, branch)]
        return any(outline.leaves(node) or elements(XPATHS["media"], node) for node in alike)

    def _has_written_siblings(self, main: HtmlElement) -> bool:
        """Whether much of the text stands beside its greatest piece."""
        parent = main.getparent()
        if is_for_text(main) or parent is None or parent not in self.outline:
            return False
        outline = self.outline
        written = [
            node
            for node in parent
            if node is not main
            and node in outline
            and self.floor <= outline.start(node) < self.stop
            and is_edited(node)
        ]
        weight = sum(len(leaf.text) for node in written for leaf in outline.leaves(node))
        return bool(written) and weight * 5 >= sum(len(leaf.text) for leaf in outline.leaves(main))


def _is_small(token: Token) -> bool:
    """Whether a piece of text is one of the values of the small print."""
    member = token.link is not None and "space" in token.link.get("href", "")
    return token.label in labels.ALL or token.is_number or token.is_date or member


def is_for_text(node: HtmlElement) -> bool:
    """Whether an element's class or id says that it is for the text.

    Args:
        node: any element.
    """
    return TEXT_CLASS.search(f"{node.get('class', '')} {node.get('id', '')}") is not None


def is_edited(node: HtmlElement) -> bool:
    """Whether an element is of the kind that editors make, not templates.

    Args:
        node: any element.
    """
    if node.tag in WRITTEN:
        return True
    return node.tag in {"div", "section", "ul", "ol", "table"} and not node.get("class") and not node.get("id")


def _is_alike(node: HtmlElement, other: HtmlElement) -> bool:
    """Whether two siblings are boxes of one kind, as an editor's paragraphs are; a template has one for the text."""
    return node.tag == other.tag and node.get("class") == other.get("class") and node.get("id") is None


def is_plain(node: HtmlElement) -> bool:
    """Whether an element is a paragraph or less, without a class: what is left of a text whose box was closed early.

    Args:
        node: any element.
    """
    plain = {"p", "br", "font", "span", "strong", "b", "img", "blockquote", "pre"}
    return node.tag in plain and not node.get("class") and not node.get("id")


def in_link(leaf: Leaf) -> bool:
    """Whether a piece of text stands in a link.

    Args:
        leaf: the text.
    """
    node: HtmlElement | None = leaf.holder
    for _ in range(4):
        if node is None or node.tag == "a":
            return node is not None
        node = node.getparent()
    return False


def alone(node: HtmlElement) -> HtmlElement:
    """A copy of an element without what follows it.

    Args:
        node: any element.
    """
    copy = deepcopy(node)
    copy.tail = None
    return copy
