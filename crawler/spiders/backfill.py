"""The one-off job: whole categories, or all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from crawler.discuz.urls import Kind, Target
from crawler.errors import UsageError
from crawler.items import RawLink
from crawler.pages import ListingPage
from crawler.spiders.listing import ListingSpider
from crawler.spiders.policy import UnitEnded

if TYPE_CHECKING:
    pass


class BackfillSpider(ListingSpider):
    """Walks categories to their last page, whatever is known, and reads what was not read before."""

    name = "backfill"
    accepted: ClassVar[frozenset[str]] = frozenset({"category", "from_date", "until_date", "limit", "dry_run"})
    whole: ClassVar[bool] = True

    async def seed(self) -> None:
        """Begin a walk of each category that was asked for, or of each top category.

        Raises:
            UsageError: a category does not exist.
        """
        wanted = self.asked.category or tuple(map(str, self.site.categories))
        if not wanted:
            await super().seed()
            return
        links = [await self.category(words) for words in wanted]
        self.store.add(self.first_pages(links, wanted=True))

    async def category(self, words: str) -> RawLink:
        """Find the category that a person means.

        Args:
            words: its catid, name, folder or address.

        Raises:
            UsageError: there is none, or several of that name.
        """
        if words.isdecimal():
            target = Target(Kind.LISTING, int(words))
        elif "://" in words or "catid=" in words:
            target = self.grammar.parse(words)
            if target.kind is not Kind.LISTING:
                raise UsageError(f"category={words!r} is not the address of a category of {self.site.url}")
        else:
            return await self.named(words)
        link = RawLink(text="", url=self.grammar.build(target))
        try:
            response = await self.fetch(target, link.url)
        except UnitEnded as end:
            if end.state == "failed":
                raise
            await self.explore()
            raise UsageError(
                f"category={words!r} is not open on {self.site.url} ({end.reason}): {self.choice()}"
            ) from end
        self.remember(self.tree.learn(ListingPage(response.selector, response.url).raw(), link, self.run.started_at))
        return link

    async def named(self, words: str) -> RawLink:
        """Find a category by name or folder.

        Raises:
            UsageError: there is none, or several.
        """
        found = self.tree.named(words)
        if not found:
            await self.explore()
            found = self.tree.named(words)
        if not found:
            raise UsageError(f"category={words!r} does not exist on {self.site.url}: {self.choice()}")
        if len(found) > 1:
            raise UsageError(
                f"category={words!r} is the name of several: give one of the numbers "
                f"{', '.join(str(category.catid) for category in found)}"
            )
        return RawLink(text=words, url=self.grammar.build(Target(Kind.LISTING, found[0].catid)))

    async def explore(self) -> None:
        """Read the first page of every category that can be reached from home."""
        links = list(await self.top_categories())
        read: set[str] = set()
        while links:
            link = links.pop()
            target = self.grammar.parse(link.url)
            if target.kind is not Kind.LISTING or link.url in read:
                continue
            read.add(link.url)
            try:
                response = await self.fetch(target, link.url)
            except UnitEnded:
                continue
            page = ListingPage(response.selector, response.url).raw()
            self.remember(self.tree.learn(page, link, self.run.started_at))
            links += [*page.children, *page.siblings]

    def choice(self) -> str:
        """Name the categories that there are."""
        return "there are " + ", ".join(f"{category.catid} {category.name}" for category in self.tree)
