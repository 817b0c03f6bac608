"""Which categories a job is about: those that a person named, those of the profile, or all that home leads to."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from crawler.discuz.urls import Kind, Target, key
from crawler.errors import UnreachableError, UsageError
from crawler.items import RawEntry, RawLink
from crawler.pages import ArticlePage, FeedPage, HomePage, ListingPage, parse
from crawler.spiders.policy import UnitEnded, Walled
from crawler.spiders.reading import ArticleReader

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


ASKED_FOR_CATEGORIES = 5
"""Articles of home that are read for their categories, where home names none."""


class ChoosesCategories(ArticleReader):
    """Finds the categories whose lists are walked.

    Attributes:
        guessed: keys of pages that may or may not be lists.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.guessed: set[str] = set()

    @property
    def chosen(self) -> tuple[str, ...]:
        """The categories that were named, none for all of them."""
        return self.asked.category or tuple(map(str, self.site.categories))

    def asked_catids(self) -> set[int]:
        """Give the numbers of the categories that were named, as far as they are known."""
        found: set[int | None] = set()
        for words in self.chosen:
            if words.isdecimal():
                found.add(int(words))
            elif "://" in words or "catid=" in words:
                found.add(self.tree.catid(words))
            else:
                found |= {category.catid for category in self.tree.named(words)}
        return {catid for catid in found if catid is not None}

    async def starts(self) -> Sequence[RawLink]:
        """Give the categories whose lists are walked.

        Raises:
            UnitEnded: a page that is needed for it cannot be read.
            UsageError: a category does not exist.
        """
        return [await self.category(words) for words in self.chosen] or await self.top_categories()

    async def top_categories(self) -> Sequence[RawLink]:
        """Read home for the categories that its navigation names; where it has none, those that it links to.

        Without navigation, a folder that home links to may be a category or anything else. A home of nothing but blocks
        links to articles, and a bare one, which is what Discuz! is installed with, to nothing; then the feed names
        some: they lie in categories.

        Raises:
            UnitEnded: home cannot be read.
            UnreachableError: nothing leads to a category.
        """
        response = await self.fetch(Target(Kind.HOME))
        home = self.as_page(HomePage, response).raw()
        named = [(catid, link) for catid, link in home.categories if self.is_listing(link)]
        self.remember(
            category for catid, link in named if (category := self.tree.from_link(link, catid=catid)) is not None
        )
        links = {link.url: link for _, link in named}
        if not home.has_navigation:
            folders = {link.url: link for link in home.links if self.is_listing(link) and link.url not in links}
            self.guessed.update(key(self.grammar.parse(url)) for url in folders)
            links |= folders
        found = list(links.values()) or await self.categories_of(home.links)
        found = found or await self.categories_of([RawLink(entry.title, entry.url) for entry in await self.feed()])
        if not found:
            raise UnreachableError(
                f"site={self.site.url!r} has a home that leads to no category, and no feed: name its categories, "
                "as in categories = [1, 2] in its profile"
            )
        return found

    async def feed(self, catid: int | None = None) -> Sequence[RawEntry]:
        """Read the feed of a category, or of the whole portal; where feeds are off, it names nothing.

        One whose time is over prints no article and is made anew meanwhile (``portal_rss.php``): it is asked twice.
        """
        for _ in range(2):
            try:
                response = await self.fetch(Target(Kind.FEED, catid))
            except UnitEnded as end:
                whose = "the portal" if catid is None else f"category {catid}"
                self.logger.info("No feed of %s (%s)", whose, end.reason)
                return []
            page = parse(response.text)
            entries = FeedPage(page, response.url).raw().entries
            if entries or not FeedPage.matches(page.root):
                return entries
        return []

    async def categories_of(self, links: Iterable[RawLink]) -> Sequence[RawLink]:
        """Give the top categories of the first few articles among some links."""
        articles = dict.fromkeys(
            target for link in links if (target := self.grammar.parse(link.url)).kind is Kind.ARTICLE
        )
        found: dict[str, RawLink] = {}
        for target in islice(articles, ASKED_FOR_CATEGORIES):
            try:
                response = await self.fetch(target)
            except UnitEnded:
                continue
            article = self.as_page(ArticlePage, response).raw()
            top = next(filter(self.is_listing, article.breadcrumbs), None)
            if top is not None:
                found.setdefault(top.url, top)
        return list(found.values())

    def is_listing(self, link: RawLink) -> bool:
        """Tell whether a link leads to a category of this site."""
        return self.grammar.parse(link.url).kind is Kind.LISTING

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
        known = self.tree.get(target.number) if target.number is not None else None
        if known is not None and known.walked_at is not None and known.state == "open":
            return link
        try:
            response = await self.fetch(target, link.url)
        except Walled as end:
            if end.state == "failed":
                raise
            return link  # its unit meets the wall, too; other categories may be there to read
        except UnitEnded as end:
            if end.state == "failed":
                raise
            await self.explore()
            raise UsageError(
                f"category={words!r} is not open on {self.site.url} ({end.reason}): {self.choice()}"
            ) from end
        self.remember(self.tree.learn(self.as_page(ListingPage, response).raw(), link, self.run.started_at))
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
            page = self.as_page(ListingPage, response).raw()
            self.remember(self.tree.learn(page, link, self.run.started_at))
            links += [*page.children, *page.siblings]

    def choice(self) -> str:
        """Name the categories that there are."""
        return "there are " + ", ".join(f"{category.catid} {category.name}" for category in self.tree)
