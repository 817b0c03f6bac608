"""The small print around a heading, cut into labels and values: whatever order and markup a template gives it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from crawler.pages import labels
from crawler.pages.dated import find_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml.html import HtmlElement

    from crawler.pages.outline import Leaf

LONGEST: Final = 80
"""Characters of a piece of small print; what is longer is a sentence of the text."""

_SEPARATORS: Final = re.compile(r"\s*[|｜丨¦┊]\s*|\s*[\r\n]+\s*|\s+[/·•—]+\s+")
_NUMBER: Final = re.compile(r"\d[\d,]*")
_LABELLED: Final = re.compile(r"([^:：\d]{1,24}?)\s*[:：]\s*(.*)", re.DOTALL)
_INSIDE: Final = re.compile(
    rf"(?<=\S)\s+(?=(?:{'|'.join(map(re.escape, sorted(labels.ALL, key=len, reverse=True)))})\s*[:：])",
    re.IGNORECASE,
)
_COUNTED: Final = re.compile(r"\D{0,8}?(\d[\d,]*)\s*(?:次|人|条|條|个|個|篇|位|名|回)*\s*(\D{1,12})\Z")
_FOLLOWED: Final = re.compile(r"(\D{1,24}?)\s*[(（\[]?\s*(\d[\d,]*)\s*(?:次|人|条|條|个|個)?\s*[)）\]]?\Z")


class Token(NamedTuple):
    """A value of the small print.

    Attributes:
        label: the word before or after it, in lower case; empty where there is none.
        text: the value; empty where a label has none.
        leaf: the piece of text that it is, or begins, in.
        link: the link that it stands in.
        is_date: whether it is a date.
    """

    label: str
    text: str
    leaf: Leaf
    link: HtmlElement | None = None
    is_date: bool = False

    @property
    def is_number(self) -> bool:
        """Whether it is a number and nothing else."""
        return _NUMBER.fullmatch(self.text) is not None


def tokens(leaves: Iterable[Leaf]) -> list[Token]:
    """Cuts small print into its values, each with its label.

    Args:
        leaves: its pieces of text, in order.
    """
    found: list[Token] = []
    pending: Token | None = None
    for leaf in leaves:
        link = _link(leaf)
        for piece, is_date in _pieces(leaf.text):
            token = _token(piece, leaf, link, is_date=is_date)
            if pending is not None and not token.label:
                token = token._replace(label=pending.label)
                pending = None
            elif pending is not None:
                found.append(pending)
                pending = None
            if token.label and not token.text:
                pending = token
            else:
                found.append(token)
    if pending is not None:
        found.append(pending)
    return found


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """A piece of text cut at signs, around a date, and before further labels."""
    for part in _SEPARATORS.split(text):
        date = find_date(part)
        before, after = part, ""
        if date is not None:
            before, _, after = part.partition(date)
            if not (before.strip() or after.strip()):
                yield date, True
                continue
        yield from ((words.strip(), False) for words in _INSIDE.split(before) if words.strip(labels.EDGES))
        if date is not None:
            yield date, True
            yield from ((words.strip(), False) for words in _INSIDE.split(after) if words.strip(labels.EDGES))


def _token(piece: str, leaf: Leaf, link: HtmlElement | None, *, is_date: bool) -> Token:
    label, value = ("", piece) if is_date else _apart(piece)
    return Token(label, value, leaf, link, is_date=is_date)


def _apart(piece: str) -> tuple[str, str]:
    """Label and value of a piece of small print: "label: value", "label 12", "12 label", "label value", "label"."""
    if labels.word(piece) in labels.ALL:
        return labels.word(piece), ""
    labelled = _LABELLED.fullmatch(piece)
    if labelled is not None:
        return labels.word(labelled[1]), labelled[2].strip()
    followed = _FOLLOWED.fullmatch(piece)
    if followed is not None and labels.word(followed[1]) in labels.ALL:
        return labels.word(followed[1]), followed[2]
    counted = _COUNTED.fullmatch(piece)
    if counted is not None and (label := _known_in(counted[2])):
        return label, counted[1]
    begun = labels.KNOWN_BEGINS.match(piece)
    if begun is not None and piece[begun.end() :][:1].isspace():
        return labels.word(begun[0]), piece[begun.end() :].strip()
    return "", piece


def _known_in(words: str) -> str:
    """The label of a count in the words after it: 次阅读, 人围观."""
    word = labels.word(words)
    if word in labels.ALL:
        return word
    return next((label for label in sorted(labels.VIEWS | labels.COMMENTS, key=len, reverse=True) if label in word), "")


def _link(leaf: Leaf) -> HtmlElement | None:
    """The link that a piece of text stands in."""
    node: HtmlElement | None = leaf.holder
    for _ in range(5):
        if node is None or node.tag == "a":
            return node
        node = node.getparent()
    return None
