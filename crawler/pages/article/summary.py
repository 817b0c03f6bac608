"""The summary as printed: a box of its own between meta line and text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Final

from crawler.pages import labels
from crawler.pages.article.layout import words_in
from crawler.pages.base import compiled, first, text_of
from crawler.pages.rules import Field, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

    from crawler.pages.article.layout import Layout
    from crawler.pages.outline import Leaf

XPATHS: Final = compiled(
    {
        "summary": 'following-sibling::div[@class="s"]/div',
        "touch": '//div[@class="wzview_desc cl" or @class="wzview_desc"]',
    },
)

_INLINE: Final = frozenset(
    {"a", "b", "em", "font", "i", "label", "small", "span", "strong", "u", "dt", "h3", "h4", "h5", "h6"}
)
_CLASS: Final = re.compile(
    r"summ?(?:a?r|\b|$)|smary|desc|abstract|zhaiyao|(?:\b|_)zy(?:\b|$)|xwzy|daodu|daoyu|jianjie|intro|lead(?:\b|$)|guide",
    re.IGNORECASE,
)
_OPENING: Final = '"“「『【[（('
_AFTER_LABEL: Final = " \t\r\n\xa0\u3000:：】]）)|｜-—"
_SHORTEST: Final = 6
_LONGEST_LABEL: Final = 12


@dataclass(frozen=True, slots=True)
class Summary:
    """A summary, and the box that it stands in, where that is known."""

    text: str
    box: HtmlElement | None = None

    def holds(self, leaf: Leaf) -> bool:
        """Whether a piece of text is in the summary's box."""
        if self.box is None:
            return False
        return self.box is leaf.holder or any(node is self.box for node in leaf.holder.iterancestors())


def description(layout: Layout) -> str:
    """What ``meta[name=description]`` holds, without space: the summary, unless the owner's pattern says otherwise.

    It is no value, but it tells which box of the page is the summary's (``portal_view.php``, X3.1-X3.5).
    """
    words = "".join(unescape(layout.page.meta("description") or "").split())
    name = "".join((layout.page.meta("application-name") or "").split())
    return re.sub(rf",{re.escape(name)}\Z", "", words) if name else words


def _of_header(layout: Layout) -> Summary | None:
    if layout.header is None:
        return None
    box = first(XPATHS["summary"], layout.header)
    return None if box is None else _summary(labels.split(text_of(box))[1], box)


def _of_touch(layout: Layout) -> Summary | None:
    box = first(XPATHS["touch"], layout.root)
    return None if box is None else _unlabelled(box)


def _labelled(layout: Layout) -> Summary | None:
    """The box that begins with a known label."""
    for leaf, box in _boxes(layout):
        word = labels.word(leaf.text)
        begun = labels.SUMMARY_BEGINS.match(leaf.text.lstrip(_OPENING))
        if word in labels.SUMMARY or (begun and leaf.text.lstrip(_OPENING)[begun.end() :][:1] in _AFTER_LABEL):
            return _unlabelled(box)
    return None


def _described(layout: Layout) -> Summary | None:
    """The box whose words are those of ``meta[name=description]``."""
    words = description(layout).rstrip(".…,")
    if len(words) < _SHORTEST or layout.window_title.startswith(words):
        return None
    for _, box in _boxes(layout):
        if not _is_apart(layout, box):  # the text's own first paragraph
            continue
        printed = layout.outline.words(box)
        at = printed.find(words)
        if 0 <= at <= _LONGEST_LABEL and len(printed) - at - len(words) <= len(words):
            text = text_of(box)
            return _summary(_from(text, at) if at else text, box)
    return None


def _classed(layout: Layout) -> Summary | None:
    """The box whose class says so."""
    for _, box in _boxes(layout):
        if _CLASS.search(box.get("class", "")):
            return _unlabelled(box)
    return None


def _boxes(layout: Layout) -> Iterator[tuple[Leaf, HtmlElement]]:
    """The boxes between heading and text, each with its first piece of text."""
    outline = layout.outline
    heading = layout.heading if layout.heading is not None and layout.heading in outline else None
    begin = 0 if heading is None else outline.last_text(heading)
    stop = begin if layout.text_place is None else layout.text_place[0]
    seen: set[HtmlElement] = set()
    for leaf in outline.texts[begin:stop]:
        box = leaf.holder
        while True:
            parent = box.getparent()
            if parent is None or parent not in outline or box.tag not in _INLINE:
                break
            if not (begin <= outline.first_text(parent) and outline.last_text(parent) <= stop):
                break
            box = parent
        while _is_label_only(layout, box) and (parent := box.getparent()) is not None and parent in outline:
            if not (begin <= outline.first_text(parent) and outline.last_text(parent) <= stop):
                break
            box = parent
        if box not in seen and outline.first_text(box) >= begin and outline.last_text(box) <= stop:
            seen.add(box)
            yield leaf, box


def _is_apart(layout: Layout, box: HtmlElement) -> bool:
    """Whether a box, or one that holds nothing else, is more than a paragraph of an editor's."""
    outline = layout.outline
    texts = outline.first_text(box), outline.last_text(box)
    node: HtmlElement | None = box
    while node is not None and node in outline and texts == (outline.first_text(node), outline.last_text(node)):
        if node.get("class") or node.get("id") or node.tag == "blockquote":
            return True
        node = node.getparent()
    return False


def _is_label_only(layout: Layout, box: HtmlElement) -> bool:
    outline = layout.outline
    begin = outline.first_text(box)
    return outline.last_text(box) - begin == 1 and labels.word(outline.texts[begin].text) in labels.SUMMARY


def _unlabelled(box: HtmlElement) -> Summary | None:
    """A box's words without the label that they begin with: a known one, or what ends with a colon."""
    text = text_of(box)
    beginning = next((piece for piece in box.itertext() if piece.strip()), "").strip()
    if labels.word(beginning) in labels.SUMMARY and len(beginning) < len(text):
        return _summary(text[len(beginning) :].lstrip(_AFTER_LABEL), box)
    bare = text.lstrip(_OPENING)
    begun = labels.SUMMARY_BEGINS.match(bare)
    if begun is not None:
        return _summary(bare[begun.end() :].lstrip(_AFTER_LABEL), box)
    if len(box) and isinstance(box[0].tag, str) and not (box.text or "").strip():
        label = text_of(box[0])
        tail = (box[0].tail or "").strip()
        if label and tail and len(label) <= _LONGEST_LABEL and (label[-1] in ":：" or tail[0] in ":："):
            return _summary(text[len(label) :].lstrip(_AFTER_LABEL), box)
    return _summary(text, box)


def _from(text: str, at: int) -> str:
    """A text from its character number `at` on, spaces not counted."""
    count = 0
    for place, letter in enumerate(text):
        if not letter.isspace():
            if count == at:
                return text[place:]
            count += 1
    return ""


def _summary(text: str, box: HtmlElement | None) -> Summary | None:
    return Summary(text.strip(), box) if text.strip() else None


def _themed(_: Layout, found: list[HtmlElement | str]) -> Summary | None:
    for node in found:
        if isinstance(node, str):
            return _summary(labels.SUMMARY_BEGINS.sub("", node).lstrip(_AFTER_LABEL), None)
        if words_in(node):
            return _unlabelled(node)
    return None


FIELD: Final[Field[Layout]] = Field(
    [Rule("div.s after the header, its first div, after the label", _of_header)],
    [
        Rule(".wzview_desc", _of_touch),
        Rule("the box between heading and text that begins with a word for summary", _labelled),
        Rule("the box between heading and text that says what meta[name=description] does", _described),
        Rule("the box between heading and text whose class says summary", _classed),
    ],
    _themed,
)
