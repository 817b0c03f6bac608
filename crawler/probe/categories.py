"""The category tree of a probe: what lists and menus name, each category once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.discuz.urls import Kind, key
from crawler.probe.findings import Category

if TYPE_CHECKING:
    from crawler.discuz.urls import Grammar, Target
    from crawler.items import RawLink, RawListing
    from crawler.probe.findings import Findings


class Categories:
    """Knows the categories in the order in which they were met.

    Args:
        findings: where they are written down.
    """

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._by_key: dict[str, Category] = {}
        self._read: set[str] = set()

    def add(
        self, link: RawLink, grammar: Grammar, *, catid: int | None = None, parent: Category | None = None
    ) -> Category | None:
        """Take in a category that a page links to; None if the link leads to no list of this site.

        Args:
            link: the link.
            grammar: reads its address.
            catid: its number, where the page tells it beside the link.
            parent: the category above it.
        """
        target = replace(grammar.parse(link.url), page=1)
        if target.kind is not Kind.LISTING:
            return None
        number = catid or target.number
        known = self._find(target, number)
        if known is None:
            known = Category(url=grammar.build(target), name=link.text, catid=number, folder=target.name or None)
            self._findings.categories.append(known)
        known.name = known.name or link.text
        known.folder = known.folder or target.name or None
        self._hang(known, parent)
        self._index(known, target, number)
        return known

    def _find(self, target: Target, catid: int | None) -> Category | None:
        """Give a category by its address, else by its number; None if it is not known."""
        return self._by_key.get(key(target)) or (self._by_key.get(f"catid {catid}") if catid else None)

    def _index(self, category: Category, target: Target, catid: int | None) -> None:
        self._by_key[key(target)] = category
        category.catid = category.catid or catid
        if category.catid:
            self._by_key[f"catid {category.catid}"] = category

    def _hang(self, one: Category, parent: Category | None) -> None:
        """Put a category below another, unless it is above it already."""
        if parent is not None and one is not parent and one not in self._above(parent):
            one.parent = one.parent or parent.url

    def next_to_read(self) -> Category | None:
        """Give the next category whose list says most: those at the top first, then those under a front page."""
        waiting = [one for one in self._findings.categories if one.state == "not_read" and one.url not in self._read]
        fronts = {one.url for one in self._findings.categories if one.state == "front_page"}
        best = min(waiting, key=lambda one: 0 if one.parent is None else 1 if one.parent in fronts else 2, default=None)
        if best is not None:
            self._read.add(best.url)
        return best

    def learn(self, category: Category, raw: RawListing, grammar: Grammar) -> None:
        """Take in what the first page of a category's list tells."""
        twin = self._by_key.get(f"catid {raw.catid}") if raw.catid else None
        if twin is not None and twin is not category:  # met by its folder and by its number
            self._replace(twin, category)
        self._index(category, replace(grammar.parse(category.url), page=1), raw.catid)
        category.name = raw.name or category.name
        parent: Category | None = None
        for crumb in raw.breadcrumbs:
            above = self.add(crumb, grammar, parent=parent)
            parent = above if above is not None and above is not category else parent
        self._hang(category, parent)
        # A menu that names what is above the category is the site's, whatever the template makes it look like.
        targets = [replace(grammar.parse(child.url), page=1) for child in raw.children]
        if not any(self._find(target, target.number) in self._above(category) for target in targets):
            for child in raw.children:
                self.add(child, grammar, parent=category)
        for sibling in raw.siblings:
            self.add(sibling, grammar, parent=parent)
        category.state = "open"
        if not raw.entries and raw.links:
            category.state = "front_page"
            return
        category.pages = raw.pages
        category.per_page = len(raw.entries) if raw.pages > 1 else None
        category.articles = raw.pages * len(raw.entries)

    def _replace(self, twin: Category, category: Category) -> None:
        """Let one entry stand for a category that has two."""
        self._findings.categories.remove(twin)
        category.parent = category.parent or twin.parent
        category.name = category.name or twin.name
        for one in self._findings.categories:
            one.parent = category.url if one.parent == twin.url else one.parent
        self._by_key |= {name: category for name, one in self._by_key.items() if one is twin}

    def sum_up(self) -> None:
        """Sort parents before their children, and count what all lists name together."""
        children: dict[str | None, list[Category]] = {}
        urls = {one.url for one in self._findings.categories}
        for one in self._findings.categories:
            children.setdefault(one.parent if one.parent in urls else None, []).append(one)
        ordered: list[Category] = []
        waiting = children.get(None, [])[::-1]
        while waiting:
            one = waiting.pop()
            ordered.append(one)
            waiting += children.pop(one.url, [])[::-1]
        self._findings.categories = ordered
        self._count()

    def _count(self) -> None:
        lists = self._findings.lists
        counted = list(filter(None, map(self._counting, self._findings.categories)))
        lists.complete = bool(counted) and all(self._is_told(one) for one in self._findings.categories)
        if counted:
            lists.articles = sum(one.articles or 0 for one in counted)
            lists.pages = sum(one.pages or 0 for one in counted)

    def _counting(self, one: Category) -> Category | None:
        """A category whose list holds articles that no other list that was read holds."""
        return one if one.pages is not None and not any(above.pages is not None for above in self._above(one)) else None

    def _is_told(self, one: Category) -> bool:
        """Whether the articles of a category are counted, by itself or by one above it, as far as they can be."""
        if one.state != "not_read":
            return True
        return any(above.pages is not None for above in self._above(one))

    def _above(self, one: Category) -> list[Category]:
        by_url = {category.url: category for category in self._findings.categories}
        above: list[Category] = []
        parent = by_url.get(one.parent or "")
        while parent is not None and parent not in above:
            above.append(parent)
            parent = by_url.get(parent.parent or "")
        return above
