"""The list of a page whose markup is not known: what repeats itself around links to articles.

Every template prints a list by a loop, so that each entry stands in markup of its own, beside the others, and links to
one article. What a loop printed is found by climbing from the links: as long as everything in an element leads to the
same article it belongs to one entry, and entries that stand side by side are a list.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from crawler.discuz.urls import Kind
from crawler.pages.base import compiled, elements, strings
from crawler.pages.dated import find_date, is_date
from crawler.pages.furniture import is_furniture, is_side

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

    from crawler.discuz.urls import Target
    from crawler.pages.base import Page
    from crawler.pages.naming import Names

XPATHS: Final = compiled(
    {
        "marks": '//h1 | //form | //a[contains(@href, "mod=rss")]',
        "titles": ".//@title",
    },
)

_ENTRIES: Final = frozenset({"li", "dl", "tr", "article"})
_ALONE: Final = frozenset({"li", "dl", "article", "section"})
"""Elements that a loop prints once a turn."""

_BLOCKS: Final = frozenset({"div", "p", "section", "td", "dd", "dt", "h1", "h2", "h3", "h4", "h5", "h6"})

_MANY: Final = object()
"""Stands for the article of an element that links to several."""

_WORDS: Final = 200
"""Characters of an entry that count."""


@dataclass(slots=True, eq=False)
class Item:
    """What the loop printed once.

    Attributes:
        nodes: the elements, side by side.
        target: the article that they link to.
        tails: whether text that stands between these elements belongs to it, too.
    """

    nodes: list[HtmlElement]
    target: Target
    tails: bool = False


@dataclass(slots=True, eq=False)
class Group:
    """Items that stand side by side.

    Attributes:
        parent: the element that they stand in; of several such elements that are one list, the last.
        items: in order.
        first: where the first of them is among the page's elements, and `last` the last.
        dates: how many of them hold a date, and `words` how much there is to read in them.
    """

    parent: HtmlElement
    items: list[Item]
    first: int
    last: int
    dates: int = field(default=0)
    words: int = field(default=0)


class Repeats:
    """What repeats itself on one page.

    Attributes:
        groups: every list of one entry or more, in order.
        categories: what the links to lists name that stand in the content or beside it, but in no entry.
        order: where each element is among those that were looked at; of furniture only the outermost one is.
    """

    def __init__(self, page: Page, names: Names) -> None:
        self._page = page
        self._names = names
        self._outside: set[HtmlElement] = set()
        self._sides: set[HtmlElement] = set()
        self.order: dict[HtmlElement, int] = {}
        self._articles: dict[HtmlElement, Target] = {}
        self._categories: dict[HtmlElement, Target] = {}
        self._barriers: set[HtmlElement] = set()
        self._keys: dict[HtmlElement, object] = {}
        self._rows: dict[HtmlElement, set[tuple[object, str | None]]] = {}
        self._walk()
        groups = self._groups()
        within = {link for group in groups for link in self._links(group)}
        menus = sorted(self.order[link] for link in self._categories if link not in within)
        self.groups = [self._narrowed(group) for group in self._merged(groups, menus)]
        within = {link for group in self.groups for link in self._links(group)}
        self.categories = {link: target for link, target in self._categories.items() if link not in within}

    @staticmethod
    def _links(group: Group) -> Iterator[HtmlElement]:
        return (link for item in group.items for node in item.nodes for link in node.iter("a"))

    # --- what is on the page ---

    def _walk(self) -> None:
        """Read the page once: what links to what, and what no entry can reach beyond."""
        stack = [(self._page.root, False)]
        while stack:
            node, beside = stack.pop()
            if not isinstance(node.tag, str):
                continue
            self.order[node] = len(self.order)
            if is_furniture(node) or (node.get("id") == "pt" and not self._holds_article(node)):
                self._outside.add(node)
                continue
            if not beside and is_side(node):
                self._sides.add(node)
                beside = True
            href = node.get("href") if node.tag == "a" else None
            if href:
                self._read_link(node, href, beside=beside)
            stack.extend((child, beside) for child in reversed(node))
        marks = [*self._outside, *self._sides]
        marks += [mark for mark in elements(XPATHS["marks"], self._page.root) if not self._leads_to_article(mark)]
        for mark in marks:
            self._bar(mark)
        self._bar_menus()
        for link, target in self._articles.items():
            self._mark(link, (target.number, target.name if target.number is None else ""))

    def _read_link(self, node: HtmlElement, href: str, *, beside: bool) -> None:
        target = self._names.target(href)
        if target.kind is Kind.ARTICLE and "portalcp" not in href:
            if not beside:
                self._articles[node] = target
        elif target.kind is Kind.LISTING:
            self._categories[node] = target

    def _holds_article(self, node: HtmlElement) -> bool:
        return any(self._names.article(link.get("href", "")) is not None for link in node.iter("a"))

    def _leads_to_article(self, mark: HtmlElement) -> bool:
        return any(link in self._articles for link in mark.iter("a"))

    def _bar(self, mark: HtmlElement) -> None:
        for around in mark.iterancestors():
            if around in self._barriers:
                return
            self._barriers.add(around)

    def _bar_menus(self) -> None:
        """Bar what holds links to three categories or more: an entry lies in one, perhaps within another."""
        seen: dict[HtmlElement, set[tuple[int | None, str]]] = {}
        for link, target in self._categories.items():
            for around in link.iterancestors():
                held = seen.setdefault(around, set())
                held.add((target.number, target.name))
                if len(held) > 2:
                    self._barriers.add(around)

    def _mark(self, link: HtmlElement, key: object) -> None:
        for node in (link, *link.iterancestors()):
            known = self._keys.get(node)
            if known is _MANY or known == key:
                return
            self._keys[node] = key if known is None else _MANY

    # --- lists ---

    def _groups(self) -> list[Group]:
        """Every list of one entry or more, in order."""
        by_parent: dict[HtmlElement, dict[HtmlElement, Target]] = {}
        for link, target in self._articles.items():
            unit = self._unit(link)
            parent = unit.getparent()
            if parent is not None:
                by_parent.setdefault(parent, {}).setdefault(unit, target)
        groups = []
        for parent, units in by_parent.items():
            items: list[Item] = []
            for unit, target in units.items():
                if items and self._keys[items[-1].nodes[-1]] == self._keys[unit]:
                    items[-1].nodes.append(unit)
                else:
                    items.append(Item([unit], target))
            self._take_what_follows(items, units)
            groups.append(self._counted(parent, items))
        return groups

    def _unit(self, link: HtmlElement) -> HtmlElement:
        """The largest element around a link in which everything leads to the same article."""
        key, unit = self._keys[link], link
        for around in link.iterancestors():
            if self._keys[around] != key or around in self._barriers or around.tag in {"body", "html"}:
                break
            if self._is_row(around):
                break
            unit = around
        return unit

    def _is_row(self, node: HtmlElement) -> bool:
        """Whether an element is the last row, not full, of a table of cards: others beside it hold several articles."""
        parent = node.getparent()
        if parent is None:
            return False
        if parent not in self._rows:
            many = [child for child in parent if self._keys.get(child) is _MANY]
            self._rows[parent] = {(child.tag, child.get("class")) for child in many}
        return (node.tag, node.get("class")) in self._rows[parent]

    def _narrowed(self, group: Group) -> Group:
        """A list of one entry without what is around that: nothing beside it told where it ends."""
        if len(group.items) > 1 or len(group.items[0].nodes) > 1:
            return group
        unit, target = group.items[0].nodes[0], group.items[0].target
        link = next(link for link in unit.iter("a") if link in self._articles)
        chain = [link]
        for around in link.iterancestors():
            if chain[-1] is unit:
                break
            chain.append(around)
        node = next((node for node in chain if node.tag in _ENTRIES), None)
        if node is None:
            node = next((node for node in chain if any(map(find_date, _pieces(node, tail=False)))), None)
        if node is None:
            node = next((node for node in chain if node.tag in _BLOCKS), link)
        parent = node.getparent()
        if parent is None or node is unit:
            return group
        items = [Item([node], target)]
        self._take_what_follows(items, {node: target})
        return self._counted(parent, items)

    def _take_what_follows(self, items: list[Item], units: dict[HtmlElement, Target]) -> None:
        """Where the loop printed several elements a turn, the link is in one, date and summary in those behind it."""
        runs = [self._rest(item.nodes[-1], units) for item in items]
        if 2 * sum(map(bool, runs)) < len(items):
            return
        for item, run in zip(items, runs, strict=True):
            item.nodes = self._from_to(item.nodes[0], run[-1] if run else item.nodes[-1])
            item.tails = True

    def _rest(self, node: HtmlElement, units: dict[HtmlElement, Target]) -> list[HtmlElement]:
        """What stands between a unit and the next one, if there are words in it; the node itself for bare text."""
        run: list[HtmlElement] = []
        closed = self._outside | self._sides
        worth = bool((node.tail or "").strip())
        for sibling in node.itersiblings():
            if sibling in units or sibling in self._barriers or sibling in self._keys or sibling in closed:
                break
            if (sibling.tag == node.tag and sibling.tag in _ALONE) or self._leads_elsewhere(sibling):
                break
            run.append(sibling)
            words = sibling.text_content() if isinstance(sibling.tag, str) else ""
            worth = worth or bool(words.strip() or (sibling.tail or "").strip())
        return (run or [node]) if worth else []

    def _leads_elsewhere(self, node: HtmlElement) -> bool:
        """Whether something links to another site, as advertisements between entries do."""
        own = self._names.grammar.root.split("/")[2]
        hrefs = (link.get("href", "") for link in node.iter("a"))
        return any("://" in href and href.split("/")[2:3] != [own] for href in hrefs)

    @staticmethod
    def _from_to(begin: HtmlElement, end: HtmlElement) -> list[HtmlElement]:
        nodes = [begin]
        for sibling in begin.itersiblings():
            if nodes[-1] is end:
                break
            nodes.append(sibling)
        return nodes

    def _counted(self, parent: HtmlElement, items: list[Item]) -> Group:
        group = Group(parent, items, self.order[items[0].nodes[0]], self.order[items[-1].nodes[0]])
        for item in group.items:
            words = [piece for node in item.nodes for piece in _pieces(node, tail=item.tails)]
            within = [node for node in item.nodes if isinstance(node.tag, str)]
            titles = [title for node in within for title in strings(XPATHS["titles"], node)]
            group.dates += any(map(is_date, [*words, *titles])) or any(map(find_date, words))
            group.words += min(sum(map(len, words)), _WORDS)
        return group

    def _merged(self, groups: list[Group], menus: list[int]) -> list[Group]:
        """Lists that a template broke into pieces, such as rows of cards or one for each day, put together again."""
        whole: list[Group] = []
        for group in groups:
            before = whole[-1] if whole else None
            if before is not None and self._is_one_list(before, group, menus):
                before.parent, before.last = group.parent, group.last
                before.items += group.items
                before.dates += group.dates
                before.words += group.words
            else:
                whole.append(group)
        return whole

    @staticmethod
    def _is_one_list(before: Group, after: Group, menus: list[int]) -> bool:
        """Whether two lists are pieces of one: alike, close, and with no link to a category between them."""
        one, other = before.parent, after.parent
        for _ in range(3):
            if one is other:
                break
            if one.tag != other.tag or not _alike(one, other):
                return False
            above, over = one.getparent(), other.getparent()
            if above is None or over is None:
                return False
            one, other = above, over
        else:
            return False
        return bisect_right(menus, before.last) == bisect_left(menus, after.first)


def _alike(one: HtmlElement, other: HtmlElement) -> bool:
    names, others = set(one.get("class", "").split()), set(other.get("class", "").split())
    return bool(names & others) or not (names or others)


def _pieces(node: HtmlElement, *, tail: bool) -> Iterator[str]:
    for inner in node.iter():
        if isinstance(inner.tag, str) and inner.tag not in {"script", "style"} and inner.text and inner.text.strip():
            yield inner.text.strip()
        if inner is not node and inner.tail and inner.tail.strip():
            yield inner.tail.strip()
    if tail and node.tail and node.tail.strip():
        yield node.tail.strip()
