"""Where an article's text begins and ends when editors paste broken HTML into it.

The template prints the text in ``td#article_content`` (``portal/view.htm``, X3.1-X3.5) as the editor saved it. A stray
``</td>`` or ``</table>`` in it closes the cell early, and the rest of the text lands between the template's blocks; a
``<table>`` that is never closed (a page is cut at 64 KB) keeps the cell open, and the template's blocks land in it.
Either way the text ends where the next known block begins.
"""

from __future__ import annotations

from copy import deepcopy
from itertools import takewhile
from typing import Final

from lxml.etree import SubElement
from lxml.html import Element, HtmlElement

_BLOCK_IDS: Final = frozenset(
    {"click_div", "inner_nav", "related_article", "raid_div", "comment", "comment_ul", "portalview", "ft"},
)
_BLOCK_CLASSES: Final = (
    frozenset({"ptw", "pbw"}),  # the pager
    frozenset({"ptg"}),  # the tags
    frozenset({"tshare"}),
    frozenset({"o", "ptm", "pbm"}),  # favourite, share, invite
    frozenset({"pren"}),  # the previous and the next article
    frozenset({"sd", "pph"}),  # the side column
)

_SEEN: Final = ("img", "video", "audio", "embed", "object", "iframe")


def content_nodes(cell: HtmlElement, reactions: HtmlElement | None) -> list[HtmlElement]:
    """The containers that hold an article's text, in order.

    Args:
        cell: ``#article_content``.
        reactions: ``#click_div``, the first block after the text that every page has; None where it is missing.

    Returns:
        Elements whose text and children are the text: the cell itself and, where it was closed too early, one more that
        holds copies of what follows it; or a copy of the cell's beginning where it was never closed. The page stays as
        it was parsed.
    """
    if reactions is not None and any(ancestor is cell for ancestor in reactions.iterancestors("td")):
        return [until(next(filter(_is_block, cell.iter())), cell)]
    rest = _after(cell)
    return [cell] if rest is None else [cell, rest]


def is_empty(nodes: list[HtmlElement]) -> bool:
    """Whether there is nothing to read or see in an article's text.

    Args:
        nodes: What `content_nodes` gave.
    """
    return not any(_has_words(node) or next(node.iter(*_SEEN), None) is not None for node in nodes)


def _has_words(node: HtmlElement) -> bool:
    """Whether there is text in an element: nearly always in its first few pieces, so the rest is not looked at."""
    return any(text.strip() for text in node.itertext())


def _after(cell: HtmlElement) -> HtmlElement | None:
    """What stands between the cell and the next known block; None when that is nothing, or no block follows."""
    rest = Element("div")
    for node in (cell, *cell.iterancestors()):
        append(rest, node.tail)
        for sibling in node.itersiblings():
            block = first_block(sibling)
            if block is None:
                rest.append(deepcopy(sibling))
                continue
            if block is not sibling:
                _copy_until(block, sibling, _empty_copy(sibling, rest))
            return None if is_empty([rest]) else rest
    return None


def until(end: HtmlElement, source: HtmlElement) -> HtmlElement:
    """A copy of what stands in an element before one of its descendants.

    Args:
        end: the descendant.
        source: the element.
    """
    begin = Element("div")
    _copy_until(end, source, begin)
    return begin


def _copy_until(end: HtmlElement, source: HtmlElement, target: HtmlElement) -> None:
    """Copies what stands in an element before one of its descendants, level by level: pages nest thousands deep."""
    path = [end, *takewhile(lambda node: node is not source, end.iterancestors())]
    for step in reversed(path):
        target.text = source.text
        for child in source:
            if child is step:
                break
            target.append(deepcopy(child))
        if step is not end:
            source, target = step, _empty_copy(step, target)


def _empty_copy(node: HtmlElement, target: HtmlElement) -> HtmlElement:
    """An element of the same kind in another one; the parser lets names through that lxml does not let one give."""
    try:
        return SubElement(target, str(node.tag))
    except ValueError:  # such as "nbsp;<"
        return SubElement(target, "span")


def append(target: HtmlElement, text: str | None) -> None:
    """Adds text at the end of an element.

    Args:
        target: the element.
        text: the text, if there is any.
    """
    if not text:
        return
    if len(target):
        target[-1].tail = (target[-1].tail or "") + text
    else:
        target.text = (target.text or "") + text


def _is_block(node: HtmlElement) -> bool:
    """Whether the template prints this after an article's text, or anywhere but in it.

    Places for blocks of the page builder are known by their comment, ``<!--[diy=name]-->``.
    """
    if not isinstance(node.tag, str):
        return (node.text or "").startswith("[diy=")
    identifier = node.get("id")
    if identifier is not None and (identifier in _BLOCK_IDS or identifier.startswith("diycontent")):
        return True
    classes = node.get("class")
    if not classes:
        return False
    names = set(classes.split())
    return any(block <= names for block in _BLOCK_CLASSES)


def first_block(node: HtmlElement) -> HtmlElement | None:
    """The first known block in an element, itself included."""
    return next(filter(_is_block, node.iter()), None)
