"""Where the text is: a known box, else what stands between the small print and what the core prints after the text."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import TYPE_CHECKING, Final

from lxml.html import Element

from crawler.pages.article import landmarks
from crawler.pages.article.content import Content
from crawler.pages.article.region import STRAY_TAGS, Region, alone, in_link, is_for_text, is_plain
from crawler.pages.base import compiled, elements, first, strings
from crawler.pages.content import append, content_nodes, is_empty, until
from crawler.pages.rules import Field, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.html import HtmlElement

    from crawler.pages.article.layout import Layout

XPATHS: Final = compiled(
    {
        "script": '//script[contains(., "relatedlinks(")]/text()',
        "touch": '//div[contains(concat(" ", @class, " "), " wzview_body ")]',
        "ads": 'div[@class="a_af"]',
        "by_id": "//*[@id=$id]",
        "marked": ".//*[@class or @id]",
    },
)

_RELATED_LINKS: Final = re.compile(r"relatedlinks\(\s*['\"]([\w-]+)['\"]")
_MOST_STOPS: Final = 12
_BOXES: Final = frozenset({"div", "section", "article", "td", "main", "table", "tbody", "tr", "dl", "dd"})


# --- known boxes --------------------------------------------------------------------------------------------------


def _cell(layout: Layout) -> Content | None:
    cell = layout.cell
    if cell is None:
        return None
    nodes = content_nodes(cell, layout.reactions)
    ads = elements(XPATHS["ads"], cell)
    if ads and nodes[0] is cell:
        nodes[0] = _without(cell, ads)
    if cell.tag == "td":
        content = Content(nodes, cell)
        return content if layout.is_default else _untitled(layout, content)
    content = _boxed(layout, cell)
    content.nodes += nodes[1:]
    return content


def _named_by_script(layout: Layout) -> Content | None:
    """The box whose id the script that links words in the text is given (``portal/view.htm``)."""
    for script in strings(XPATHS["script"], layout.root):
        found = _RELATED_LINKS.search(script)
        boxes = XPATHS["by_id"](layout.root, id=found[1]) if found else []
        if boxes:
            return _boxed(layout, boxes[0])
    return None


def _touch(layout: Layout) -> Content | None:
    box = first(XPATHS["touch"], layout.root)
    return None if box is None else _boxed(layout, box)


def _boxed(layout: Layout, box: HtmlElement) -> Content:
    """The text in a box that may hold what comes after the text, too."""
    end = next(landmarks.ends_in(layout, box), None)
    if end is not None:
        return _untitled(layout, Content([_cleaned(until(end, box))], box, end))
    rest = _rest(box)
    return _untitled(layout, Content([_cleaned(box), *rest], box))


def _rest(box: HtmlElement) -> list[HtmlElement]:
    """What stands right after a box that pasted end tags closed too early: bare text, paragraphs without a class."""
    rest = Element("div")
    node: HtmlElement | None = box
    for _ in range(STRAY_TAGS):
        if node is None or node.tag == "body":
            break
        append(rest, node.tail)
        for sibling in node.itersiblings():
            if not isinstance(sibling.tag, str):
                append(rest, sibling.tail)
            elif is_plain(sibling):
                rest.append(deepcopy(sibling))
            else:
                return [] if is_empty([rest]) else [rest]
        node = node.getparent()
    return [] if is_empty([rest]) else [rest]


def _untitled(layout: Layout, content: Content) -> Content:
    """The text without the page's title, which stands first in it and is also in the inner navigation."""
    titles = {"".join(entry.title.split()) for entry in layout.take("page_titles") or () if entry.title}
    box = content.nodes[0]
    first_child = next((node for node in box if isinstance(node.tag, str)), None)
    if first_child is None or (box.text or "").strip():
        return content
    words = first_child.text_content()
    title = first_child.get("class") == "mtit" or (titles and "".join(words.split()) in titles)
    if title:
        content.page_title = words.strip()
        content.nodes[0] = _without(box, [first_child])
    return content


def _cleaned(node: HtmlElement) -> HtmlElement:
    foreign = [one for one in elements(XPATHS["marked"], node) if _is_foreign(node, one)]
    return _without(node, foreign) if foreign else node


def _is_foreign(box: HtmlElement, node: HtmlElement) -> bool:
    """Whether an element amid the text is the template's.

    Of outermost ones the class says so, of inner ones only that of a service: what editors paste has classes, too.
    """
    if landmarks.is_service(node):
        return True
    if node.getparent() is box:
        return landmarks.is_foreign(node)
    return False


def _without(node: HtmlElement, unwanted: Iterable[HtmlElement]) -> HtmlElement:
    """A copy of an element without some of those inside it; the page stays as it was parsed."""
    marked = set(unwanted)
    places = [number for number, one in enumerate(node.iter()) if one in marked]
    copy = alone(node)
    copied = list(copy.iter())
    for number in places:
        one = copied[number]
        if one.getparent() is not None:
            one.drop_tree()
    return copy


# --- by order -----------------------------------------------------------------------------------------------------


def _between(layout: Layout) -> Content | None:
    """What stands after heading and small print, and before the first block after which anything of the text stands."""
    outline = layout.outline
    if layout.heading is None or layout.heading not in outline:
        return None
    ends = list(landmarks.ends(layout))
    stops = [outline.start(end) for end in (*ends[:_MOST_STOPS], *ends[_MOST_STOPS:][-1:])]
    closed = bool(ends) and landmarks.is_last(ends[-1])
    for number, stop in enumerate(stops if closed else [*stops, len(outline.nodes)]):
        region = Region(layout, layout.after_heading, stop, stops[:number])
        found = region.box()
        if found is None:
            continue
        box, whole = found
        if whole is None:
            copy, place = region.run(box)
            content = Content([_cleaned(copy)], box, place=place)
            if outline.start(box) >= layout.after_heading and stop < outline.end(box):
                content.stop = outline.nodes[stop]
        else:
            content = _boxed(layout, box)
        content.generic = True
        return content
    if not closed:
        return None
    end = next((one for one in ends if one.tag != "a"), ends[-1])  # tools to share may stand in the small print
    at = outline.first_text(end)
    return _empty_box(layout) or Content([Element("div")], end, place=(at, at), generic=True)


def _empty_box(layout: Layout) -> Content | None:
    """An empty box after the heading whose class says that it is for the text."""
    outline = layout.outline
    for node in outline.nodes[layout.after_heading :]:
        if node.tag in _BOXES and not outline.leaves(node) and is_for_text(node):
            return Content([node], node, generic=True)
    return None


def _densest(layout: Layout) -> Content | None:
    """The box with the most plain text directly in it and in its paragraphs."""
    outline = layout.outline
    scores: dict[HtmlElement, float] = {}
    for leaf in outline.texts:
        if in_link(leaf) or len(leaf.text) < 10 or layout.is_aside(leaf.holder):
            continue
        node: HtmlElement | None = leaf.holder
        share = float(len(leaf.text))
        while node is not None and node in outline and share >= 1:
            if node.tag in _BOXES:
                scores[node] = scores.get(node, 0) + share
                share /= 2
            node = node.getparent()
    best = max(scores, key=lambda node: scores[node], default=None)
    if best is None:
        return None
    content = _boxed(layout, best)
    content.generic = True
    return content


# --- the field ----------------------------------------------------------------------------------------------------


def _themed(layout: Layout, found: list[HtmlElement | str]) -> Content | None:
    boxes = [node for node in found if not isinstance(node, str)]
    if not boxes:
        return None
    without = layout.page.theme.article.get("body_without")
    unwanted = [node for node in without(layout.root) if not isinstance(node, str)] if without else []
    nodes = []
    for box in boxes:
        if any(other is not box and other in boxes for other in box.iterancestors()):
            continue
        inside = set(box.iter())
        nodes.append(_without(box, [node for node in unwanted if node in inside and node is not box]))
    return Content(nodes, boxes[0])


FIELD: Final[Field[Layout]] = Field(
    [Rule('id("article_content")', _cell)],
    [
        Rule("the element whose id relatedlinks() is given", _named_by_script),
        Rule(".wzview_body", _touch),
        Rule("what stands between the small print after the heading and the next block of the core", _between),
        Rule("the box with the most plain text", _densest),
    ],
    _themed,
)
