"""A list's page whose markup is not known: the list, the pager, the categories around, by what its links name."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

from crawler.discuz.urls import Kind
from crawler.pages.base import compiled, elements
from crawler.pages.categories import Around
from crawler.pages.choice import Choice, Found
from crawler.pages.naming import Names
from crawler.pages.notice import is_called_notice
from crawler.pages.pager import SINGLE, Pager, find_pagers, read_pager

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from crawler.items import RawLink
    from crawler.pages.base import Page

XPATHS: Final = compiled({"links": "//body/descendant::a[@href]", "inner": ".//a[@href]"})

_CATEGORY: Final = re.compile(r"pg_list_(\d{1,10})")


def catids(page: Page) -> list[int]:
    """The categories that the class of ``body`` names, outermost first and the page's own last.

    ``portal_list.php`` (X3.1-X3.5) makes them ``pg_list_<top> pg_list_<parent> pg_list_<own>``.

    Args:
        page: Any page.
    """
    return [int(found[1]) for name in page.classes if (found := _CATEGORY.fullmatch(name)) is not None]


class Layout:
    """A list's page whose markup is not known, looked at as a whole, each part when it is asked for."""

    def __init__(self, page: Page, pager: HtmlElement | None = None) -> None:
        self._page = page
        self._pagers = find_pagers(page.root)
        self.pager = pager if pager is not None else next(iter(self._pagers), None)
        self.has_class = "pg_list" in page.classes

    @property
    def is_paged(self) -> bool:
        """Whether there is a pager, or links to further pages of the list."""
        return self._end is not None

    @property
    def is_called_notice(self) -> bool:
        """Whether the page calls itself a notice."""
        return is_called_notice(self._page)

    @cached_property
    def names(self) -> Names:
        """What the page's links name."""
        return Names(self._page)

    @cached_property
    def found(self) -> Found:
        """What repeats itself on the page."""
        return Choice(self._page, self.names, self._end).found()

    @cached_property
    def _end(self) -> HtmlElement | None:
        """What stands at the end of the list: the last pager, else what holds the links to further pages."""
        if self._pagers or self.pager is not None:
            return self._pagers[-1] if self._pagers else self.pager
        links = [link for link, page in self._pages if page > 1]
        return (
            next((around for around in links[0].iterancestors() if self._holds(around, links)), None) if links else None
        )

    @staticmethod
    def _holds(around: HtmlElement, links: list[HtmlElement]) -> bool:
        inside = set(around.iter("a"))
        return inside.issuperset(links)

    @cached_property
    def _pages(self) -> list[tuple[HtmlElement, int]]:
        """The links to pages of this list, and which page each leads to."""
        own = self.names.asked
        targets = (
            (link, self.names.target(link.get("href", ""))) for link in elements(XPATHS["links"], self._page.root)
        )
        return [
            (link, target.page)
            for link, target in targets
            if target.kind is Kind.LISTING and (target.number, target.name) == (own.number, own.name)
        ]

    @cached_property
    def around(self) -> Around:
        """The categories around this one."""
        return Around(self._page, self.names, catids(self._page))

    @cached_property
    def children(self) -> list[RawLink]:
        """The categories below this one."""
        names = {self._page.absolute(link.get("href", "")): name for link, name in self.found.fronts}
        heads = [[link] for link, _ in self.found.fronts]
        links = self.around.children(heads or self.found.categories)
        return [replace(link, text=names.get(link.url, link.text)) for link in links]

    @cached_property
    def siblings(self) -> list[RawLink]:
        """The categories beside this one."""
        return self.around.siblings(self.found.categories)

    @cached_property
    def name(self) -> str | None:
        """The category's name."""
        within = {inner for item in self.found.items for node in item.nodes for inner in node.iter()}
        return self.around.name(within)

    @cached_property
    def categories(self) -> dict[str, RawLink]:
        """Every category that the page links to, by name."""
        links = (self._page.link(link) for menu in self.found.categories for link in menu)
        return {link.text: link for link in links if link.text}

    @cached_property
    def paged_category(self) -> int | None:
        """The category that the pager's links lead through."""
        links = elements(XPATHS["inner"], self.pager) if self.pager is not None else []
        targets = (self.names.category(link.get("href", "")) for link in links)
        return next((target.number for target in targets if target is not None and target.number is not None), None)

    @cached_property
    def paged(self) -> Pager:
        """Where the page stands, by its pager, else by links to further pages of the same list."""
        if self.pager is not None:
            return read_pager(self.pager)
        own = self.names.asked
        last = max((page for _, page in self._pages), default=1)
        if last == 1 and not self.found.items:
            return SINGLE
        return Pager(own.page, max(last, own.page), last > own.page)
