"""Which of the lists on a page is the category's, and which head front-page blocks of other categories.

A list with several pages has a pager, which the core prints right behind it. Without one, the list with most to read in
it is the category's own, unless it stands below a link to another category: that is a block of a front page
(``list_category_onerank.htm``, ``list_category_tworanks.htm``, X3.1-X3.5).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from crawler.pages.base import compiled, elements, text_of
from crawler.pages.furniture import is_aside
from crawler.pages.repeats import Repeats

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

    from crawler.pages.base import Page
    from crawler.pages.naming import Names
    from crawler.pages.repeats import Group, Item

XPATHS: Final = compiled(
    {
        "headings": ".//*[self::h1 or self::h2 or self::h3 or self::h4 or self::h5 or self::h6]",
        "heading": "ancestor-or-self::*[self::h1 or self::h2 or self::h3 or self::h4 or self::h5 or self::h6]",
    },
)

_FAR: Final = 4
"""Levels between a link to a category and its menu at most."""


@dataclass(slots=True)
class Found:
    """What is on a page.

    Attributes:
        items: the entries of its list, none where it has none.
        fronts: links to the lists of other categories, each of which heads a block of articles, with their names: the
            page is a front page of these categories (``list_category_onerank.htm``, X3.1-X3.5).
        categories: all links to lists in the content, in groups of those that stand side by side.
    """

    items: list[Item]
    fronts: list[tuple[HtmlElement, str]]
    categories: list[list[HtmlElement]]


class Choice:
    """Chooses among what repeats itself on one page."""

    def __init__(self, page: Page, names: Names, pager: HtmlElement | None) -> None:
        repeats = Repeats(page, names)
        self._own = (names.asked.number, names.asked.name)
        self._pager = pager
        self._order = repeats.order
        self._groups = repeats.groups
        self._categories = {link: (target.number, target.name) for link, target in repeats.categories.items()}
        self._links_in: dict[HtmlElement, list[HtmlElement]] = {}
        for link in self._categories:
            for around in link.iterancestors():
                self._links_in.setdefault(around, []).append(link)
        self._groups_in: dict[HtmlElement, int] = {}
        for group in self._groups:
            for around in (group.parent, *group.parent.iterancestors()):
                self._groups_in[around] = self._groups_in.get(around, 0) + 1
        self._is_aside = cache(is_aside)

    def found(self) -> Found:
        """The page's list, front-page blocks, and links to categories."""
        heads = {id(group): list(self._heads(group)) for group in self._groups}
        fronts: dict[tuple[int | None, str], tuple[HtmlElement, str]] = {}
        for head in (one for group in self._groups for one in heads[id(group)]):
            fronts.setdefault(self._categories[head[0]], head)
        chosen = None
        if self._pager is not None:
            chosen = self._beside(self._pager)
        elif len(fronts) < 2:
            chosen = self._best([group for group in self._groups if not heads[id(group)]])
        return Found(
            items=[] if chosen is None else chosen.items,
            fronts=list(fronts.values()) if chosen is None else [],
            categories=self._side_by_side(),
        )

    def _heads(self, group: Group) -> Iterator[tuple[HtmlElement, str]]:
        """The link to another category that heads a block of its articles; none where the list is the page's own."""
        for around in (group.parent, *group.parent.iterancestors()):
            if self._groups_in[around] > 1 or around.tag in {"body", "html"}:
                return
            inside = self._links_in.get(around, [])
            named = {self._categories[link] for link in inside}
            if len(named) > 1 or self._own in named:
                return
            if named:
                heading = [link for link in inside if elements(XPATHS["heading"], link)]
                if heading or len(inside) > 1 or len(self._groups) > 1:
                    link = (heading or inside)[0]
                    titles = [] if heading else [text_of(one) for one in elements(XPATHS["headings"], around)]
                    yield link, next(filter(None, titles), text_of(link))
                return

    def _beside(self, pager: HtmlElement) -> Group | None:
        """The list that a pager belongs to: it stands right behind it, or, if there is only one at the top, before."""
        around = {node: depth for depth, node in enumerate(reversed([pager, *pager.iterancestors()]))}
        here = next(self._order[node] for node in (pager, *pager.iterancestors()) if node in self._order)

        def rank(group: Group) -> tuple[bool, int, bool, int]:
            common = next((around[node] for node in (group.parent, *group.parent.iterancestors()) if node in around), 0)
            return self._is_list(group), common, 2 * group.dates >= len(group.items), group.last

        before = [group for group in self._groups if group.last < here or 2 * group.dates >= len(group.items)]
        before = [group for group in before if group.last < here] or before
        best = max((group for group in before if not self._is_aside(group.parent)), key=rank, default=None)
        best = best or max(before, key=rank, default=None)
        return best if best is not None and self._is_list(best) else None

    def _best(self, groups: list[Group]) -> Group | None:
        """The list of a page without a pager: the one with most to read in it."""

        def weight(group: Group) -> float:
            value = group.words + 50 * (group.dates + len(group.items))
            return value / 5 if self._is_aside(group.parent) else value

        lists = [group for group in groups if self._is_list(group)]
        lists = [group for group in lists if group.dates or not self._is_aside(group.parent)]
        return max(lists, key=weight, default=None)

    @staticmethod
    def _is_list(group: Group) -> bool:
        """Whether it may be a category's list: files whose address tells no article's number may be anything."""
        numbered = sum(item.target.number is not None for item in group.items)
        return 2 * numbered >= len(group.items) or 2 * group.dates >= len(group.items)

    def _side_by_side(self) -> list[list[HtmlElement]]:
        """Links to categories, by the menu that they stand in.

        Between two links of a menu lies no more of the page's tree than between any other two of it.
        """
        links = list(self._categories)
        above = [_common(one, other) for one, other in pairwise(links)]
        menus = [links[:1]] if links else []
        for number, link in enumerate(links[1:]):
            here = above[number]
            beside = [above[one] for one in (number - 1, number + 1) if 0 <= one < len(above)]
            if here > _FAR or any(here > other for other in beside):
                menus.append([])
            menus[-1].append(link)
        return menus


def _common(one: HtmlElement, other: HtmlElement) -> int:
    """How many levels above a link the closest element is that holds another one, too."""
    around = list(one.iterancestors())
    beyond = set(other.iterancestors())
    return next((level for level, node in enumerate(around) if node in beyond), len(around))
