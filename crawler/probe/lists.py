"""Reading lists: the first pages of a few, the last page of the longest, and what lies beyond it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeAlias

from crawler import loaders
from crawler.pages import ListingPage, parse
from crawler.probe.asking import Unread
from crawler.probe.categories import Categories

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crawler.items import RawEntry, RawLink, RawListing
    from crawler.probe.asking import Answer
    from crawler.probe.findings import Category
    from crawler.probe.visit import Visit

FIRST_PAGES: Final = 8
"""Lists whose first page is read: enough for the top categories of most sites."""

Named: TypeAlias = "tuple[RawEntry, int]"
"""An article that a list names, and on which of its pages; 0 for home and the feed."""


class Lists:
    """Reads the lists of a site.

    Args:
        visit: asks for them.
    """

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self.categories = Categories(visit.findings)

    async def read(self, links: Iterable[tuple[int | None, RawLink]]) -> Sequence[Named]:
        """Read lists, beginning with those that some links lead to.

        Args:
            links: links, with the catid where that is known; those that lead to no list are passed over.

        Returns:
            articles, those first that tell most: new ones, an old one, one of each category.
        """
        for catid, link in links:
            self.categories.add(link, self._visit.grammar, catid=catid)
        firsts: list[tuple[Category, RawListing]] = []
        for _ in range(FIRST_PAGES):
            category = self.categories.next_to_read()
            if category is None:
                break
            raw = await self._first_page(category)
            if raw is not None and raw.entries:
                firsts.append((category, raw))
        if not firsts:
            return []
        firsts.sort(key=lambda one: -one[1].pages)
        newest = [(entry, 1) for _, raw in firsts for entry in raw.entries[:1]]
        more = [(entry, 1) for entry in firsts[0][1].entries[1:]]
        return [*newest[:1], *await self._last_page(*firsts[0]), *newest[1:], *more]

    async def _first_page(self, category: Category) -> RawListing | None:
        """Read the first page of a category's list; None if that is not to be had."""
        visit, what = self._visit, f"category {category.name or category.url}"
        try:
            answer = await visit.get(what, visit.grammar.parse(category.url), category.url)
        except Unread as error:
            category.state = error.why
            return None
        visit.looking.at(answer)
        page = self._page(answer)
        if not ListingPage.matches(page):
            category.state = "no_list"
            visit.note(what, category.url, "no_list")
            return None
        raw = page.raw()
        self.categories.learn(category, raw, visit.grammar)
        return raw

    async def _last_page(self, category: Category, first: RawListing) -> Sequence[Named]:
        """Read the last page of a list and the one beyond it; give the last article that the list names."""
        visit, lists, last = self._visit, self._visit.findings.lists, first.pages
        target = replace(visit.grammar.parse(category.url), page=last)
        found: list[Named] = []
        if last > 1:
            try:
                answer = await visit.get(f"page {last} of {category.name}", target)
            except Unread:
                return []
            raw, context = self._page(answer).raw(), visit.context(answer)
            if raw.entries:
                category.articles = (last - 1) * len(first.entries) + len(raw.entries)
                lists.deep_page = last
                lists.oldest = loaders.listing_entry(raw.entries[-1], context, context.time_zone(raw.site)[0])["date"]
                found = [(raw.entries[-1], last)]
        beyond = replace(target, page=last + 1)
        try:
            answer = await visit.get(f"page {beyond.page} of {category.name}, beyond its last", beyond)
        except Unread as error:  # any answer tells what there is, and none is in the way
            visit.findings.met.pop()
            lists.beyond_last = error.why
        else:
            lists.beyond_last = "repeats" if self._page(answer).raw().entries else "empty"
        return found

    def _page(self, answer: Answer) -> ListingPage:
        return ListingPage(parse(answer.response.text), answer.response.url, self._visit.theme)
