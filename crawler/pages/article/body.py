"""Where the text is: a known box, else what stands between the small print and what the core prints after the text."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import TYPE_CHECKING, Final

from lxml.html import Element

from crawler.pages import labels
from crawler.pages.article import landmarks
from crawler.pages.article.content import Content
from crawler.pages.article.summary import description
from crawler.pages.base import compiled, elements, first, strings
from crawler.pages.content import content_nodes, is_empty, until
from crawler.pages.dated import find_date
from crawler.pages.rules import Field, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.html import HtmlElement

    from crawler.pages.article.layout import Layout
    from crawler.pages.outline import Leaf

XPATHS: Final = compiled(
    {
        "script": '//script[contains(., "relatedlinks(")]/text()',
        "touch": '//div[contains(concat(" ", @class, " "), " wzview_body ")]',
        "ads": './/div[@class="a_af"]',
        "by_id": "//*[@id=$id]",
        "media": ".//img | .//video | .//audio | .//embed | .//object | .//iframe",
        "marked": ".//*[@class or @id]",
    },
)

_RELATED_LINKS: Final = re.compile(r"relatedlinks\(\s*['\"]([\w-]+)['\"]")
_TEXT_CLASS: Final = re.compile(
    r"(?:^|[\s_-])(?:\w*article_?content|\w*content|\w*body|\w*message|mess|msg|\w*text|\w*txt|nr\w*|\w+nr|neirong"
    r"|wznr|detail\w*|\w*article|t_f|con|main_?text|post)(?:$|[\s_-])",
    re.IGNORECASE,
)
_EDITED: Final = frozenset(
    {
        *("p", "br", "font", "span", "strong", "b", "em", "i", "u", "a", "img", "center", "blockquote", "pre", "hr"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "ignore_js_op", "embed", "iframe", "video", "audio", "object", "figure"),
    },
)
_WRITTEN: Final = frozenset({"p", "br", "font", "span", "strong", "b", "img", "blockquote", "pre"})
_STRAY_TAGS: Final = 3
_BOXES: Final = frozenset({"div", "section", "article", "td", "main", "table", "tbody", "tr", "dl", "dd"})
_STATEMENT: Final = re.compile(r"(?:免责声明|免責聲明|版权声明|版權聲明|声明[:：]|郑重声明|特别声明|本文来源于网络)")


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
    for _ in range(_STRAY_TAGS):
        if node is None or node.tag == "body":
            break
        _append(rest, node.tail)
        for sibling in node.itersiblings():
            if not isinstance(sibling.tag, str):
                _append(rest, sibling.tail)
            elif sibling.tag in _WRITTEN and not sibling.get("class") and not sibling.get("id"):
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
    copy = _alone(node)
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
    stops = [outline.start(end) for end in landmarks.ends(layout)]
    for stop in dict.fromkeys([*stops[:12], len(outline.nodes)]):
        region = _Region(layout, layout.after_heading, stop)
        content = region.content()
        if content is not None:
            return content
    return _empty_box(layout)


class _Region:
    """The part of a page between its heading and a block after the text."""

    def __init__(self, layout: Layout, begin: int, stop: int) -> None:
        self._layout = layout
        self._outline = layout.outline
        self._begin = begin
        self._stop = stop
        self._floor = begin  # the number of the first element after heading, small print and summary
        self._texts: list[HtmlElement] = []
        self._dated = False
        self._marks: list[int] = []

    def content(self) -> Content | None:
        """The text, None where there is none."""
        self._sort(self._begin, self._stop)
        main = max(self._texts, key=self._weight, default=None)
        if main is None or self._weight(main) <= 0:
            return None
        box = main
        while (parent := box.getparent()) is not None and parent in self._outline:
            if self._outline.start(parent) < self._floor_before(main):
                break
            box = parent
        return self._inside(box, main)

    # --- what the pieces are ---

    def _sort(self, begin: int, stop: int) -> None:
        """Looks at the outermost elements between two numbers, and into those that hold small print and text alike."""
        for node in self._outline.within(begin, stop):
            leaves = self._outline.leaves(node)
            if not leaves and not elements(XPATHS["media"], node):
                continue
            if landmarks.is_foreign(node) or landmarks.is_service(node):
                continue
            length = sum(len(leaf.text) for leaf in leaves)
            if self._is_small_print(node, leaves, length):
                self._pass(node)
            elif not self._dated and length and self._begins_with_small_print(node, leaves):
                self._dated = self._dated or any(find_date(leaf.text) for leaf in leaves[:12])
                self._sort(self._outline.start(node) + 1, self._outline.end(node))
            elif self._is_summary(node, leaves):
                self._pass(node)
            else:
                self._texts.append(node)

    def _pass(self, node: HtmlElement) -> None:
        """Notes what comes before the text, unless text was seen already."""
        if not self._texts:
            self._floor = self._outline.end(node)
        else:
            self._marks.append(self._outline.start(node))

    def _floor_before(self, main: HtmlElement) -> int:
        at = self._outline.start(main)
        return max([self._floor, *(mark + 1 for mark in self._marks if mark < at)])

    def _is_small_print(self, node: HtmlElement, leaves: list[Leaf], length: int) -> bool:
        if length > 250:
            return False
        if any(one.get("id") in {"_viewnum", "_commentnum"} for one in node.iter()):
            self._dated = True
            return True
        dated = any(find_date(leaf.text) for leaf in leaves)
        if self._dated:
            return False
        member = any("space" in link.get("href", "") for link in node.iter("a"))
        if dated or member:
            self._dated = self._dated or dated
            return True
        return False

    def _begins_with_small_print(self, node: HtmlElement, leaves: list[Leaf]) -> bool:
        """Whether small print stands in an element before text does."""
        if not len(node) or node.tag in {"p", "span", "a"}:
            return False
        return any(find_date(leaf.text) for leaf in leaves[:8])

    def _is_summary(self, node: HtmlElement, leaves: list[Leaf]) -> bool:
        if not leaves or self._texts:
            return False
        first_words = leaves[0].text
        begun = labels.SUMMARY_BEGINS.match(first_words.lstrip("【[（("))
        if labels.word(first_words) in labels.SUMMARY or (
            begun and first_words.lstrip("【[（(")[begun.end() :][:1] in ":：】]）)"
        ):
            return len("".join(leaf.text for leaf in leaves)) < 800
        described = description(self._layout).rstrip(".…,")
        words = self._outline.words(node)
        if len(described) < 6 or self._layout.window_title.startswith(described):
            return False
        return words.startswith(described) and len(words) <= len(described) + 6 and self._something_after(node)

    def _something_after(self, node: HtmlElement) -> bool:
        """Whether text follows in the region: what is alone is the text, and the summary was made of it."""
        outline = self._outline
        after = outline.end(node)
        return any(
            outline.leaves(one) or elements(XPATHS["media"], one)
            for one in outline.within(after, self._stop)
            if not landmarks.is_foreign(one)
        )

    def _weight(self, node: HtmlElement) -> float:
        """How much an element speaks for being the text."""
        leaves = self._outline.leaves(node)
        linked = sum(len(leaf.text) for leaf in leaves if _in_link(leaf))
        plain = sum(len(leaf.text) for leaf in leaves) - linked
        media = len(elements(XPATHS["media"], node))
        weight = plain - 0.5 * linked + 30 * media
        named = f"{node.get('class', '')} {node.get('id', '')}"
        if _TEXT_CLASS.search(named):
            weight = 4 * weight + 300
        if leaves and _STATEMENT.match(leaves[0].text):
            weight *= 0.1
        return weight

    # --- where it ends ---

    def _inside(self, box: HtmlElement, main: HtmlElement) -> Content:
        """The text in a box that holds the greatest piece of it: all of the box, or that piece's branch."""
        while box is not main:
            branch = next(node for node in (main, *main.iterancestors()) if node.getparent() is box)
            if self._is_written(box, branch):
                return self._run(box)
            box = branch
        parent = main.getparent()
        if parent is not None and (main.tag in _EDITED or self._has_written_siblings(main)):
            return self._run(parent)
        return self._whole(main)

    def _is_written(self, box: HtmlElement, branch: HtmlElement) -> bool:
        """Whether a box is what an editor wrote in: bare text, paragraphs or boxes without a class stand in it."""
        if branch.tag in _EDITED:
            return True
        outline = self._outline
        if any(leaf.holder is box and leaf.at <= self._stop for leaf in outline.leaves(box)):
            return True
        others = [
            node
            for node in box
            if node is not branch and node in outline and outline.start(node) < self._stop and _is_edited(node)
        ]
        return any(outline.leaves(node) or elements(XPATHS["media"], node) for node in others)

    def _has_written_siblings(self, main: HtmlElement) -> bool:
        if _TEXT_CLASS.search(f"{main.get('class', '')} {main.get('id', '')}"):
            return False
        parent = main.getparent()
        if parent is None or parent not in self._outline:
            return False
        floor = self._floor_before(main)
        written = [
            node
            for node in parent
            if node is not main
            and node in self._outline
            and floor <= self._outline.start(node) < self._stop
            and _is_edited(node)
        ]
        weight = sum(len(leaf.text) for node in written for leaf in self._outline.leaves(node))
        return weight * 5 >= sum(len(leaf.text) for leaf in self._outline.leaves(main)) and bool(written)

    def _whole(self, box: HtmlElement) -> Content:
        content = _boxed(self._layout, box)
        content.generic = True
        return content

    def _run(self, parent: HtmlElement) -> Content:
        """What stands in an element after the small print and before the block after the text."""
        outline = self._outline
        main = max(self._texts, key=self._weight)
        floor = self._floor_before(main)
        copy = Element("div")
        begin = outline.first_text(parent)
        _append(copy, parent.text)
        for node in parent:
            known = node in outline
            if known and outline.start(node) >= self._stop:
                break
            if known and outline.start(node) < floor:  # what was copied stands before the small print
                copy, begin = Element("div"), outline.last_text(node)
            elif known and outline.end(node) > self._stop:
                copy.append(until(outline.nodes[self._stop], node))
                break
            elif not (known and (landmarks.is_foreign(node) or landmarks.is_service(node))):
                copy.append(_alone(node))
            _append(copy, node.tail)
        last = outline.first_text(outline.nodes[self._stop]) if self._stop < len(outline.nodes) else len(outline.texts)
        return Content([_cleaned(copy)], main, place=(begin, max(begin, last)), generic=True)


def _alone(node: HtmlElement) -> HtmlElement:
    """A copy of an element without what follows it."""
    copy = deepcopy(node)
    copy.tail = None
    return copy


def _is_edited(node: HtmlElement) -> bool:
    """Whether an element is of the kind that editors make, not templates."""
    if node.tag in _EDITED:
        return True
    return node.tag in {"div", "section", "ul", "ol", "table"} and not node.get("class") and not node.get("id")


def _append(target: HtmlElement, text: str | None) -> None:
    if not text:
        return
    if len(target):
        target[-1].tail = (target[-1].tail or "") + text
    else:
        target.text = (target.text or "") + text


def _in_link(leaf: Leaf) -> bool:
    node: HtmlElement | None = leaf.holder
    for _ in range(4):
        if node is None:
            return False
        if node.tag == "a":
            return True
        node = node.getparent()
    return False


def _empty_box(layout: Layout) -> Content | None:
    """An empty box after the heading whose class says that it is for the text."""
    outline = layout.outline
    for node in outline.nodes[layout.after_heading :]:
        if (
            node.tag in _BOXES
            and not outline.leaves(node)
            and _TEXT_CLASS.search(f"{node.get('class', '')} {node.get('id', '')}")
        ):
            return Content([node], node, generic=True)
    return None


def _densest(layout: Layout) -> Content | None:
    """The box with the most plain text directly in it and in its paragraphs."""
    outline = layout.outline
    scores: dict[HtmlElement, float] = {}
    for leaf in outline.texts:
        if _in_link(leaf) or len(leaf.text) < 10 or layout.is_aside(leaf.holder):
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
    (
        Rule('id("article_content")', _cell),
        Rule("the element whose id relatedlinks() is given", _named_by_script),
        Rule(".wzview_body", _touch),
        Rule("what stands between the small print after the heading and the next block of the core", _between),
        Rule("the box with the most plain text", _densest),
    ),
    _themed,
)
