"""The small print around a heading, cut into labels and values: whatever order and markup a template gives it."""

from __future__ import annotations

import re
from itertools import pairwise
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
_UNITS: Final = "次人条條个個篇位名回"
_COLONS: Final = frozenset(":：")
_NUMBER: Final = re.compile(r"\d[\d,]*")
_LABELLED: Final = re.compile(r"([^:：\d]{1,24}?)\s*[:：]\s*(.*)", re.DOTALL)
_INSIDE: Final = re.compile(
    rf"(?<![A-Za-zÀ-ỹа-яА-Я])(?:{'|'.join(map(re.escape, sorted(labels.ALL, key=len, reverse=True)))})\s*[:：]",
    re.IGNORECASE,
)
_COUNTED: Final = re.compile(rf"\D{{0,8}}?(\d[\d,]*)\s*[{_UNITS}]*\s*(\D{{1,12}})\Z")
_FOLLOWED: Final = re.compile(r"(\D{1,24}?)\s*[(（\[]?\s*(\d[\d,]*)\s*(?:次|人|条|條|个|個)?\s*[)）\]]?\Z")


class Token(NamedTuple):
    """A value of the small print.

    Attributes:
        label: the word before or after it, in lower case; empty where there is none.
        text: the value; empty where a label has none.
        leaf: the piece of text that it is, or begins, in.
        link: the link that it stands in.
        is_date: whether it is a date.
        has_colon: whether a colon stands between label and value.
    """

    label: str
    text: str
    leaf: Leaf
    link: HtmlElement | None = None
    is_date: bool = False
    has_colon: bool = False

    @property
    def is_label(self) -> bool:
        """Whether it is a label that waits for its value."""
        return bool(self.label) and not self.text

    @property
    def is_number(self) -> bool:
        """Whether it is a number and nothing else."""
        return _NUMBER.fullmatch(self.text) is not None


def tokens(leaves: Iterable[Leaf]) -> list[Token]:
    """Cuts small print into its values, each with its label.

    Args:
        leaves: its pieces of text, in order.
    """
    cut = [
        _token(piece, leaf, _link(leaf), is_date=is_date) for leaf in leaves for piece, is_date in _pieces(leaf.text)
    ]
    found: list[Token] = []
    for number, token in enumerate(cut):
        before = found[-1] if found else None
        if before is not None and before.is_label and not token.label and _fits(before, token):
            found[-1] = token._replace(label=before.label, has_colon=before.has_colon)
        elif before is not None and _counts(before, token, cut[number + 1 : number + 2]):
            found[-1] = before._replace(label=token.label)
        else:
            found.append(token)
    return found


def _fits(label: Token, value: Token) -> bool:
    """Whether what follows a word can be its value; where no colon stands between them, counts are numbers only."""
    if label.has_colon:
        return True
    return value.is_number == (label.label in labels.VIEWS | labels.COMMENTS)


def _counts(number: Token, label: Token, following: list[Token]) -> bool:
    """Whether a label stands after its number: right after the number's element, or with no number to come."""
    if not number.is_number or number.label or not label.is_label or label.label not in labels.VIEWS | labels.COMMENTS:
        return False
    before = label.leaf.before
    if before is not None and (number.leaf.holder is before or before in number.leaf.holder.iterancestors()):
        return True
    return not (following and following[0].is_number) and label.leaf.holder is not number.leaf.holder.getparent()


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """A piece of text cut at signs, around a date, and before further labels."""
    for part in _SEPARATORS.split(text):
        date = find_date(part)
        if date is not None and date != part.strip() and not any(map(str.isdecimal, date)):
            date = None  # "now" among other words
        before, after = part, ""
        if date is not None:
            before, _, after = part.partition(date)
            if not (before.strip() or after.strip()):
                yield date, True
                continue
        yield from ((words, False) for words in _at_labels(before))
        if date is not None:
            yield date, True
            yield from ((words, False) for words in _at_labels(after))


def _at_labels(text: str) -> list[str]:
    """Small print cut before each known label that a colon follows: owners take the signs between out."""
    starts = [found.start() for found in _INSIDE.finditer(text)]
    pieces = (text[begin:end].strip() for begin, end in pairwise([0, *starts, len(text)]))
    return [piece for piece in pieces if piece.strip(labels.EDGES)]


def _token(piece: str, leaf: Leaf, link: HtmlElement | None, *, is_date: bool) -> Token:
    label, value = ("", piece) if is_date else _apart(piece)
    colon = piece[len(label) :].lstrip(" \xa0】")[:1] in _COLONS
    return Token(label, value, leaf, link, is_date=is_date, has_colon=colon)


def _apart(piece: str) -> tuple[str, str]:
    """Label and value of a piece of small print: "label: value", "label 12", "12 label", "label value", "label"."""
    word = labels.word(piece)
    if word in labels.ALL or word.lstrip(_UNITS) in labels.ALL:
        return word if word in labels.ALL else word.lstrip(_UNITS), ""
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
