"""A page in document order: what stands before, between and inside what, as comparisons of numbers.

Markup that a template changed freely is read by its order: the text stands after the heading, and before what the core
prints next. Making an outline costs about as much as parsing does, so it is made only where fixed marks fail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

_SKIPPED: Final = frozenset(
    {"button", "head", "noscript", "script", "select", "style", "template", "textarea", "title"},
)
_EVENTS: Final = ("start", "end", "comment", "pi")


class Leaf(NamedTuple):
    """A piece of text that is not blank.

    Attributes:
        text: as printed, trimmed.
        holder: the element that it stands in.
        before: the element that it follows inside of `holder`, None where it is the first thing in it.
        at: how many elements begin before it.
    """

    text: str
    holder: HtmlElement
    before: HtmlElement | None
    at: int


class Outline:
    """The elements and texts of a page's body.

    Attributes:
        nodes: its elements in document order, without scripts, styles, form fields and comments.
        texts: its pieces of text in document order.
    """

    def __init__(self, root: HtmlElement) -> None:
        self.nodes: list[HtmlElement] = []
        self.texts: list[Leaf] = []
        self._index: dict[HtmlElement, int] = {}
        self._ends: list[int] = []
        self._first: list[int] = []
        self._last: list[int] = []
        self._walk(root)

    def _walk(self, root: HtmlElement) -> None:
        walk = etree.iterwalk(root, events=_EVENTS)
        opened: list[int] = []
        skipping: list[HtmlElement] = []
        for event, node in walk:
            if skipping:
                if event == "end" and node is skipping[-1]:
                    skipping.pop()
                    self._text(node.tail, node.getparent(), node)
                continue
            if event == "start":
                if node.tag in _SKIPPED:
                    skipping.append(node)
                    continue
                opened.append(len(self.nodes))
                self._index[node] = len(self.nodes)
                self.nodes.append(node)
                self._ends.append(0)
                self._first.append(len(self.texts))
                self._last.append(0)
                self._text(node.text, node, None)
            elif event == "end":
                number = opened.pop()
                self._ends[number] = len(self.nodes)
                self._last[number] = len(self.texts)
                if opened:
                    self._text(node.tail, node.getparent(), node)
            else:
                self._text(node.tail, node.getparent(), node)

    def _text(self, text: str | None, holder: HtmlElement | None, before: HtmlElement | None) -> None:
        if text and holder is not None and (trimmed := text.strip()):
            self.texts.append(Leaf(trimmed, holder, before, len(self.nodes)))

    def __contains__(self, node: HtmlElement) -> bool:
        return node in self._index

    def start(self, node: HtmlElement) -> int:
        """The number of an element in `nodes`."""
        return self._index[node]

    def end(self, node: HtmlElement) -> int:
        """The number of the first element after an element and all that is in it."""
        return self._ends[self._index[node]]

    def leaves(self, node: HtmlElement) -> list[Leaf]:
        """The texts inside an element."""
        number = self._index[node]
        return self.texts[self._first[number] : self._last[number]]

    def words(self, node: HtmlElement) -> str:
        """The text inside an element, without any space."""
        return "".join("".join(leaf.text.split()) for leaf in self.leaves(node))

    def first_text(self, node: HtmlElement) -> int:
        """How many texts begin before an element."""
        return self._first[self._index[node]]

    def last_text(self, node: HtmlElement) -> int:
        """How many texts begin before an element's end."""
        return self._last[self._index[node]]

    def within(self, begin: int, stop: int) -> Iterator[HtmlElement]:
        """The outermost elements that lie between two numbers of `nodes`.

        Args:
            begin: the first number that counts.
            stop: the first one that does not; an element that is not closed before it is looked into.
        """
        number = begin
        while number < min(stop, len(self.nodes)):
            if self._ends[number] <= stop:
                yield self.nodes[number]
                number = self._ends[number]
            else:
                number += 1
