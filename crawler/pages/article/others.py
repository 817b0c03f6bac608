"""Links to other articles: the previous one, the next one, and related ones."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from crawler.pages import labels
from crawler.pages.article.layout import links_in
from crawler.pages.base import compiled, elements, first, text_of
from crawler.pages.rules import Field, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from lxml.html import HtmlElement

    from crawler.items import RawLink
    from crawler.pages.article.layout import Layout

XPATHS: Final = compiled(
    {
        "neighbours": "ancestor-or-self::*/following-sibling::div/em[a]",
        "any_neighbours": '/descendant::div[contains(concat(" ", @class, " "), " pren ")]/em[a]',
        "link": "a[@href]",
        "related": 'id("raid_div")',
        "related_box": 'id("related_article")[not(self::a)]',
        "any_link": ".//a[@href]",
        "links": "//body/descendant::a[@href]",
        "lists": "//ul[not(ancestor::*[contains(@class, 'sd')])] | //ol[not(ancestor::*[contains(@class, 'sd')])]",
        "pairs": "//em[a][not(ancestor::li)]",
        "touch_neighbours": '//div[@class="wzview_sxwz"]',
        "touch_related": '//div[contains(concat(" ", @class, " "), " wzview ")]'
        '/following-sibling::div[starts-with(@class, "txtlist")][1]',
    },
)

_TITLE_TAGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
_RELATED_CLASS: Final = re.compile(r"relat|xgyd|xiangguan|xgwz|xgtj", re.IGNORECASE)
_SIGNS: Final = re.compile(r"[\s:：»«›‹<>·•|\-—【】\[\]]+")
_BEFORE_CLASS: Final = re.compile(r"(?:^|[\s_-])(?:pre|prev|previous|up|last|syp)(?:$|[\s_-])|prev", re.IGNORECASE)
_AFTER_CLASS: Final = re.compile(r"(?:^|[\s_-])(?:next|nxt|down|xyp)(?:$|[\s_-])|next", re.IGNORECASE)


class Neighbours(NamedTuple):
    """The previous and the next article."""

    previous: RawLink | None
    next: RawLink | None


# --- neighbours ---------------------------------------------------------------------------------------------------


def _printed(layout: Layout) -> Neighbours | None:
    if layout.reactions is None:  # switched off, or printed elsewhere
        nodes = elements(XPATHS["any_neighbours"], layout.root)
        return _pair(layout, [node for node in nodes if not layout.in_text(node)])
    nodes = elements(XPATHS["neighbours"], layout.reactions)
    return _pair(layout, [node for node in nodes if "pren" in _classes(node.getparent())])


def _classes(node: HtmlElement | None) -> list[str]:
    return [] if node is None else node.get("class", "").split()


def _pair(layout: Layout, nodes: list[HtmlElement]) -> Neighbours | None:
    """The previous and the next article: which one is which, their aids say, else words, else their order.

    Discuz! takes the nearest smaller and the nearest greater aid of the same category
    (``table_portal_article_title::fetch_preaid_by_catid_aid``, X3.1-X3.5).
    """
    pairs = [(link, node) for node in nodes if (link := first(XPATHS["link"], node)) is not None][:2]
    made = [layout.article_link(link) for link, _ in pairs]
    sides = [side(layout.take("aid"), link.aid, node.text or "") for link, (_, node) in zip(made, pairs, strict=True)]
    if len(made) == 2:
        return Neighbours(*(reversed(made) if sides == ["next", "previous"] else made))
    return _one(made[0], sides[0]) if made else None


def _one(link: RawLink, which: str) -> Neighbours | None:
    match which:
        case "previous":
            return Neighbours(link, None)
        case "next":
            return Neighbours(None, link)
    return None


def side(aid: str | None, other: str | None, words: str) -> str:
    """Which neighbour a single one is.

    Args:
        aid: the article's own.
        other: the neighbour's.
        words: what is printed before it.

    Returns:
        "previous", "next", or "" where neither ids nor words tell.
    """
    if aid is not None and other is not None:
        return "next" if int(other) > int(aid) else "previous"
    label = words.strip(" :：\n\r\t").lower()
    return "next" if label in labels.NEXT else "previous" if label in labels.PREVIOUS else ""


def _labelled(layout: Layout) -> Neighbours | None:
    """Links with a word for the previous or the next article before them, in them, or in their title."""
    found: dict[str, RawLink] = {}
    for link in _article_links(layout):
        which, label = _label(link)
        if which and which not in found:
            found[which] = layout.article_link(link, _title_in(link, label))
    if not found:
        return None
    return Neighbours(found.get("previous"), found.get("next"))


def _label(link: HtmlElement) -> tuple[str, str]:
    """Which neighbour the words around a link say that it is, and the words in it that say so."""
    words = text_of(link)
    for which, begins in (("previous", labels.PREVIOUS_BEGINS), ("next", labels.NEXT_BEGINS)):
        begun = begins.match(words)
        if begun is not None and (
            begun.end() == len(words) or words[begun.end()] in " :：\n\t\xa0\u3000】]>»)" or len(link)
        ):
            return which, begun[0]
        if begun is not None and layout_label(words[: begun.end()]):
            return which, begun[0]
    before = _before(link)
    for which, table in (("previous", labels.PREVIOUS), ("next", labels.NEXT)):
        if labels.word(before) in table or labels.word(link.get("title", "")) in table:
            return which, ""
    return "", ""


def layout_label(words: str) -> bool:
    """Whether words are a label that no title begins with: Chinese ones."""
    return words.strip()[:1] in "上下前后後"


def _before(link: HtmlElement) -> str:
    """The words right before a link: in its box, or in the box before it."""
    node = link
    for _ in range(3):
        sibling = node.getprevious()
        while sibling is not None and not isinstance(sibling.tag, str):
            if (sibling.tail or "").strip():
                return sibling.tail or ""
            sibling = sibling.getprevious()
        if sibling is not None:
            if (sibling.tail or "").strip():
                return sibling.tail or ""
            words = text_of(sibling)
            return words or sibling.get("title", "")
        parent = node.getparent()
        if parent is None:
            return ""
        if (parent.text or "").strip():
            return parent.text or ""
        node = parent
    return ""


def _title_in(link: HtmlElement, label: str) -> str | None:
    """The title in a link that holds more: without the label, and of several boxes the heading."""
    heading = next((node for node in link.iter(*_TITLE_TAGS) if text_of(node)), None)
    if heading is not None and not (label and labels.word(text_of(heading)) == labels.word(label)):
        words = text_of(heading)
    else:
        words = text_of(link)
    if label and words.startswith(label.strip()):
        words = words[len(label.strip()) :]
        words = re.sub(r"\A[\s:：】\])»>]+", "", words)
    return " ".join(words.split())


def _article_links(layout: Layout) -> Iterator[HtmlElement]:
    """The links to other articles outside of text, comments and blocks of the page builder."""
    own = layout.take("aid")
    for link in elements(XPATHS["links"], layout.root):
        target = layout.names.article(link.get("href", ""))
        if target is None or (own is not None and str(target.number) == own):
            continue
        if not layout.in_text(link) and not layout.is_elsewhere(link):
            yield link


def _classed(layout: Layout) -> Neighbours | None:
    """Links in boxes whose class says previous or next."""
    found: dict[str, RawLink] = {}
    for link in _article_links(layout):
        names = " ".join(one.get("class", "") for one in (link, link.getparent()) if one is not None)
        which = "previous" if _BEFORE_CLASS.search(names) else "next" if _AFTER_CLASS.search(names) else ""
        if which and which not in found:
            found[which] = layout.article_link(link, _title_in(link, ""))
    return Neighbours(found.get("previous"), found.get("next")) if found else None


def _em_pairs(layout: Layout) -> Neighbours | None:
    """``em`` beside ``em``, each with a link to another article: the markup that most templates keep."""
    nodes = [node for node in elements(XPATHS["pairs"], layout.root) if not layout.in_text(node)]
    own = layout.take("aid")
    for node in nodes:
        box = node.getparent()
        pair = [one for one in nodes if one.getparent() is box]
        links = [link for one in pair if (link := first(XPATHS["link"], one)) is not None]
        targets = [layout.names.article(link.get("href", "")) for link in links]
        if 1 <= len(links) <= 2 and all(target is not None and str(target.number) != own for target in targets):
            return _pair(layout, pair)
    return None


def _touch(layout: Layout) -> Neighbours | None:
    """``.wzview_sxwz a`` of X3.5's template for phones, in any language: a word, a colon, the title."""
    box = first(XPATHS["touch_neighbours"], layout.root)
    if box is None:
        return None
    links = elements(XPATHS["link"], box)
    made = [layout.article_link(link, labels.split(text_of(link))[1]) for link in links]
    if len(made) == 2:
        return Neighbours(made[0], made[1])
    return _one(made[0], side(layout.take("aid"), made[0].aid, labels.split(text_of(links[0]))[0])) if made else None


def _of(number: int) -> Callable[[Layout], RawLink | None]:
    def read(layout: Layout) -> RawLink | None:
        pair: Neighbours | None = layout.take("neighbours")
        return None if pair is None else pair[number]

    return read


def _themed_link(layout: Layout, found: list[HtmlElement | str]) -> RawLink | None:
    link = next(iter(links_in(found)), None)
    return None if link is None else layout.article_link(link, _title_in(link, _label(link)[1]))


# --- related articles ---------------------------------------------------------------------------------------------


def _related(layout: Layout) -> list[RawLink]:
    block = first(XPATHS["related"], layout.root)
    return [] if block is None else _with_inputs(layout, block)


def _with_inputs(layout: Layout, block: HtmlElement) -> list[RawLink]:
    """Links, each after a hidden input with its aid (``portal/view.htm``, X3.1-X3.5); a picture's link may be one."""
    found: list[RawLink] = []
    aid: str | None = None
    for node in block:
        if node.tag == "input":
            aid = node.get("value")
        elif isinstance(node.tag, str) and (links := elements(XPATHS["any_link"], node)):
            found += _titles(layout, links, aid)
            aid = None
    return found


def _titles(layout: Layout, links: Iterable[HtmlElement], aid: str | None = None) -> list[RawLink]:
    """Links to articles, one of each, by the first one of it that has words."""
    by_address: dict[str, RawLink] = {}
    for link in links:
        # What all links of a page name takes longer to find out than the rest of the page.
        if aid is None and layout.names.article(link.get("href", "")) is None:
            continue
        made = layout.article_link(link, _title_in(link, ""))
        made.aid = aid or made.aid
        known = by_address.get(made.url)
        if known is None or (not known.text and made.text):
            by_address[made.url] = made
    return list(by_address.values())


def _related_box(layout: Layout) -> list[RawLink]:
    return _linked(layout, elements(XPATHS["related_box"], layout.root))


def _touch_related(layout: Layout) -> list[RawLink]:
    return _linked(layout, elements(XPATHS["touch_related"], layout.root))


def _linked(layout: Layout, boxes: Iterable[HtmlElement]) -> list[RawLink]:
    own = layout.take("aid")
    links = []
    for box in boxes:
        for link in elements(XPATHS["any_link"], box):
            target = layout.names.article(link.get("href", ""))
            if target is not None and (own is None or str(target.number) != own):
                links.append(link)
    return _titles(layout, links)


def _headed(layout: Layout) -> list[RawLink]:
    """The articles linked under a heading that says related."""
    outline = layout.outline
    for leaf in outline.texts:
        if (
            labels.word(leaf.text) not in labels.RELATED
            or layout.in_text_box(leaf.holder)
            or layout.is_elsewhere(leaf.holder)
        ):
            continue
        box = leaf.holder
        for _ in range(4):
            found = _linked(layout, [box, *_following(box)])
            if not {link.url for link in found} <= _beside(layout):
                return found
            parent = box.getparent()
            if parent is None or parent not in outline or parent.tag == "body":
                break
            box = parent
    return []


def _following(node: HtmlElement) -> Iterator[HtmlElement]:
    """What follows an element up to the next heading: one box that holds links, or the entries of a list."""
    tag = ""
    for sibling in node.itersiblings():
        if not isinstance(sibling.tag, str):
            continue
        if sibling.tag in {"h2", "h3", "h4", "dt"} or (tag and sibling.tag != tag):
            return
        yield sibling
        if next(sibling.iter("a"), None) is not None:
            if sibling.tag not in {"dd", "li", "p", "a"}:
                return
            tag = str(sibling.tag)


def _related_by_class(layout: Layout) -> list[RawLink]:
    """The articles linked in a box whose class says related."""
    for node in layout.outline.nodes:
        if node.tag in {"div", "ul", "dl", "section"} and _RELATED_CLASS.search(
            f"{node.get('class', '')} {node.get('id', '')}"
        ):
            if layout.in_text(node) or layout.is_elsewhere(node):
                continue
            found = _linked(layout, [node])
            if not {link.url for link in found} <= _beside(layout):
                return found
    return []


def _beside(layout: Layout) -> set[str]:
    """The addresses of the previous and the next article: a box of these alone holds no related ones."""
    pair: Neighbours | None = layout.take("neighbours")
    return {link.url for link in pair or () if link is not None}


def _listed(layout: Layout) -> list[RawLink]:
    """The articles of a list after the text that has a box for itself, without a heading that says anything else."""
    outline = layout.outline
    place = layout.text_place
    for node in elements(XPATHS["lists"], layout.root):
        box = node.getparent()
        if box is None or box not in outline or node not in outline or place is None:
            continue
        if outline.first_text(node) < place[1] or len(outline.leaves(box)) != len(outline.leaves(node)):
            continue
        links = [link for link in elements(XPATHS["any_link"], node) if text_of(link)]
        found = _linked(layout, [node])
        if found and len(found) == len(links) and not layout.is_elsewhere(node):
            return [link for link in found if link.url not in _beside(layout)]
    return []


NEIGHBOURS: Final[Field[Layout]] = Field(
    [Rule('id("click_div"): div.pren after it, its em > a, told apart by aid or order', _printed)],
    [
        Rule(".wzview_sxwz a", _touch),
        Rule("links with a word for previous or next", _labelled),
        Rule("em > a beside em > a to other articles, told apart by aid or order", _em_pairs),
        Rule("links in boxes whose class says previous or next", _classed),
    ],
)
PREVIOUS: Final[Field[Layout]] = Field([Rule("the first of the neighbours", _of(0))], themed=_themed_link)
NEXT: Final[Field[Layout]] = Field([Rule("the second of the neighbours", _of(1))], themed=_themed_link)
RELATED: Final[Field[Layout]] = Field(
    [Rule('id("raid_div"): links, each after the hidden input with its aid', _related)],
    [
        Rule(XPATHS["related_box"].path, _related_box),
        Rule(".wzview: the div.txtlist after it", _touch_related),
        Rule("links to articles under a heading that says related", _headed),
        Rule("links to articles in a box whose class says related", _related_by_class),
        Rule("links to articles in a list after the text that has no heading", _listed),
    ],
    lambda layout, found: _titles(layout, links_in(found)),
)
