"""The category tree, as the pages of a site tell it piece by piece.

No page prints the whole of it. A category's own pages print its catid (``body.pg_list_N``), its ancestors (``#pt``) and
the categories below it (下级分类); navigation prints the catids of top categories; a category with a folder is linked
by the folder alone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.discuz.urls import Grammar, Kind, Style
from crawler.store import Category

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from crawler.items import RawLink, RawListing


class Tree:
    """What is known of a site's categories; only those whose catid is known are in it.

    Attributes:
        grammar: how the site spells addresses, with the folders that are known.
    """

    def __init__(self, grammar: Grammar, known: Iterable[Category]) -> None:
        self.grammar = grammar
        self._bare = replace(grammar, folders={})
        self._categories = {category.key: category for category in known}
        self.remember(())

    def __iter__(self) -> Iterator[Category]:
        return iter(self._categories.values())

    def get(self, catid: int) -> Category | None:
        """Give the category of that number."""
        return self._categories.get(str(catid))

    def remember(self, categories: Iterable[Category]) -> None:
        """Take categories in, and read addresses with their folders from now on."""
        self._categories |= {category.key: category for category in categories}
        folders = {c.folder: c.catid for c in self if c.folder and c.catid is not None}
        if folders != self.grammar.folders:
            self.grammar = replace(self.grammar, folders=folders)

    def spell(self, style: Style) -> None:
        """Spell addresses in that style from now on."""
        self.grammar = replace(self.grammar, style=style)

    def top(self, catid: int | None) -> Category | None:
        """Give the top category above the one of that number, or itself; None if the way up is not known."""
        category = self._categories.get(str(catid))
        if category is None:
            return None
        keys = above(category, self._categories)
        return self._categories.get(keys[-1]) if keys else category

    def branch(self, catid: int | None) -> set[int]:
        """Give the number of a category and those of all below it; empty if it is not known."""
        if self._categories.get(str(catid)) is None:
            return set()
        known = self._categories
        return {c.catid for c in self if c.catid is not None and str(catid) in {c.key, *above(c, known)}}

    def below(self, catid: int) -> list[Category]:
        """Give the categories right below the one of that number."""
        return [category for category in self if category.parent_key == str(catid)]

    def catid(self, url: str) -> int | None:
        """Give the catid of the category that an address names, if it tells one or its folder is known."""
        target = self.grammar.parse(url)
        return target.number if target.kind is Kind.LISTING else None

    def named(self, words: str) -> list[Category]:
        """Give the categories of that name or folder (whole, or its last step)."""
        return [c for c in self if words == c.name or (c.folder and words.strip("/") in {c.folder, _last(c.folder)})]

    def from_link(self, link: RawLink, catid: int | None = None, parent: int | None = None) -> Category | None:
        """Make the category that a link names, keeping what is known of it; None while its catid is not known."""
        catid = catid if catid is not None else self.catid(link.url)
        if catid is None:
            return None
        bare = self._bare.parse(link.url)
        known = self.get(catid) or Category(key=str(catid), catid=catid)
        return replace(
            known,
            name=link.text or known.name,
            url=self.grammar.clean(link.url),
            folder=bare.name if bare.kind is Kind.LISTING and bare.number is None else known.folder,
            parent_key=str(parent) if parent is not None else known.parent_key,
        )

    def learn(self, page: RawListing, link: RawLink, now: datetime) -> list[Category]:
        """Take in what a category's first page tells, and give the categories that it tells of.

        Args:
            page: its first page.
            link: how it was linked.
            now: when it was read; aware.
        """
        parent: int | None = None
        seen: list[Category] = []
        for crumb in self.ancestors(page):
            if ancestor := self.from_link(crumb, parent=parent):
                seen.append(ancestor)
                parent = ancestor.catid
        own = self.from_link(replace(link, text=page.name or link.text), page.catid, parent)
        if own is not None:
            full = len(page.entries) if page.pages > 1 else own.per_page
            seen.append(replace(own, pages=page.pages, per_page=full, state="open", seen_at=now))
            below = [child for link in page.children if (child := self.from_link(link, parent=own.catid)) is not None]
            over = {own.key, *above(own, self._categories)}
            if not any(child.key in over for child in below):  # else it is a menu of another kind
                seen += below
        self.remember(seen)
        return seen

    def learn_path(self, crumbs: Iterable[RawLink]) -> list[Category]:
        """Take in the way to an article's category, as its page prints it, and give the categories that are new.

        Lists below a top one are not read, and only a list names what is right below it. A way that begins nowhere
        known is left alone: some pages print a part of it.

        Args:
            crumbs: the categories above an article, outermost first.
        """
        new: list[Category] = []
        above: int | None = None
        for crumb in crumbs:
            catid = self.catid(crumb.url)
            if catid is not None and self.get(catid) is None and above is not None:
                new += filter(None, [self.from_link(crumb, catid, above)])
                self.remember(new)
            above = catid if catid is not None and self.get(catid) is not None else None
        return new

    def ancestors(self, page: RawListing) -> list[RawLink]:
        """Give the categories above the one whose page this is, outermost first."""
        return [crumb for crumb in page.breadcrumbs if self.grammar.parse(crumb.url).kind is Kind.LISTING]


def above(category: Category, known: Mapping[str, Category]) -> list[str]:
    """Give the keys of the categories above one, the nearest first.

    Args:
        category: where to begin.
        known: categories by key.
    """
    keys: list[str] = []
    key = category.parent_key
    while key is not None and key not in {*keys, category.key}:
        keys.append(key)
        key = known[key].parent_key if key in known else None
    return keys


def _last(folder: str) -> str:
    return folder.rpartition("/")[2]
