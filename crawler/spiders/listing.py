"""Walking listings: from home to the top categories, down each one's pages, newest first.

A category's list holds the articles of all its descendants too (``portal_list.php`` asks for the ids of the whole
branch), so only top categories are walked; those below one whose list is cut off, too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

from crawler import clock
from crawler.discuz.urls import Kind, key
from crawler.discuz.walls import Wall
from crawler.items import Article, RawLink
from crawler.pages import ListingPage
from crawler.spiders.lists import UNLINKED
from crawler.spiders.naming import NamesArticles, wait_for_lists
from crawler.spiders.policy import UnitEnded
from crawler.spiders.survey import Survey, reach
from crawler.spiders.units import listing_unit, walk_of
from crawler.spiders.walk import Step
from crawler.store import Category, Found

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Iterable

    from scrapy.http import TextResponse

    from crawler.discuz.urls import Target
    from crawler.items import RawListing
    from crawler.store import Outcome, Unit

PAGES_A_UNIT = 4
"""Pages of a list that are read in a row: to end a unit and ask for the next costs as much as to read a page."""
NO_ITEMS: tuple[Article, ...] = ()
SHUT = timedelta(days=1)
"""For how long a category that was found closed is not asked for again by runs of the whole site."""
MOST_LISTS = 5000
"""Lists whose walks a run begins; a portal has some dozens, and one that names ever new ones has no end."""
FIRST_PAGES = 10
"""Priority of the first page of a walk: it tells how much there is to do."""


class HasTarget(Protocol):
    """Where any walk stands: at a page."""

    @property
    def target(self) -> Target:
        """The page to read."""


def is_front(raw: RawListing) -> bool:
    """Tell whether a page shows blocks in place of a list (``list_index.htm``)."""
    return not raw.entries and bool(raw.links)


At = TypeVar("At", bound=HasTarget)
Read = Callable[["RawListing", At], tuple[At, Step, list[Found]]]
"""Takes in a page of a list: gives where the walk stands then, whether it goes on, and the units that it names."""


class ListingSpider(NamesArticles):
    """Reads the pages of lists and the articles that they name.

    Attributes:
        walks: what reads a page, given its unit and its address, by the walk that it belongs to (`units.walk_of`).
    """

    whole: ClassVar[bool] = False
    """Walk to the end, whatever is known."""
    follows_neighbours: ClassVar[bool] = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        settings = kwargs["settings"]
        self.overlap: int = settings.getint("DISCUZ_OVERLAP")
        self.walks: dict[str, Callable[[RawListing, Unit, str], Awaitable[None]]] = {}
        self._begun: set[str] = set()
        self._first_pages: set[str] = set()
        self._expected = self._pages = 0

    # --- where to begin ---

    async def seed(self) -> None:
        """Begin a walk of each list."""
        links = [link for link in await self.starts() if self.chosen or not self.is_shut(link)]
        self.store.add(self.first_pages(links, wanted=bool(self.chosen)))

    async def survey(self) -> Survey:
        """Read the first page of each list and say how many pages and articles there are."""
        held: Counter[int | None] = Counter()
        for holding in self.store.holdings():
            held[holding.catid] += holding.articles
        pages = named = new = 0
        for link in await self.starts():
            try:
                response = await self.fetch(replace(self.grammar.parse(link.url), page=1), link.url)
            except UnitEnded as end:
                self.logger.info("%s: not read (%s)", link.text or link.url, end.reason)
                continue
            raw = self.as_page(ListingPage, response).raw()
            some, articles = reach(self.articles_in(raw), raw.pages, self.asked.from_date)
            known = sum(held[catid] for catid in self.tree.branch(raw.catid))
            pages, named = pages + some, named + articles
            new += min(articles, max(raw.pages * len(raw.entries) - known, 0))
        new = max(min(new, self.asked.limit or new) - self.left, 0)
        of_new = f", about {new:,} of which are to be read" if new < named else ""
        words = f"the lists have {pages:,} pages and name about {named:,} articles{of_new}"
        return Survey(words, pages + new)

    def is_shut(self, link: RawLink) -> bool:
        """Tell whether a category was found closed a short while ago: it need not be asked for at every run."""
        target = self.grammar.parse(link.url)
        known = self.tree.get(target.number) if target.number is not None else None
        if known is None or known.state in {"open", UNLINKED} or known.seen_at is None:
            return False
        return clock.utc_now() - known.seen_at < SHUT

    # --- reading a page ---

    def read(self, response: TextResponse, unit: Unit) -> AsyncIterator[Any]:
        """Read a listing page or an article."""
        return self.read_article(response, unit) if unit.kind == "article" else self.without_item(response, unit)

    async def without_item(self, response: TextResponse, unit: Unit) -> AsyncIterator[Any]:
        """Read a listing page, which gives units and no item."""
        raw = self.listing(response, number=unit.page, guessed=unit.payload.get("guessed", False))
        await self.walks[walk_of(unit)](raw, unit, response.url)
        for item in NO_ITEMS:
            yield item

    def listing(self, response: TextResponse, *, number: int = 1, guessed: bool = False) -> RawListing:
        """Give what a page of a listing prints.

        Args:
            response: the page.
            number: which one was asked for. Only a first one may show blocks in place of a list: what another one links
                to stands beside a list that is empty.
            guessed: it may well be another page.

        Raises:
            UnitEnded: it is another page.
        """
        page = self.as_page(ListingPage, response)
        if not ListingPage.matches(page):
            raise UnitEnded("skipped" if guessed else "failed", "no_listing")
        self.crawler.stats.inc_value("discuz/listing/page_count")
        raw = page.raw()
        if number > 1:
            raw.links = []
        return raw

    async def read_on(
        self, raw: RawListing, place: At, read: Read[At], *, purpose: str = ""
    ) -> tuple[RawListing, At, Step, list[Found]]:
        """Read a page of a list and some that follow.

        Args:
            raw: the first of them.
            place: where the walk stands.
            read: takes in a page.
            purpose: what the pages are counted as (`count_request`), if not as those of the run's own walk.

        Returns:
            the last page that was read, where the walk stands then, whether it goes on, and the units of all pages.
        """
        found: list[Found] = []
        for more in reversed(range(PAGES_A_UNIT)):
            place, following, new = read(raw, place)
            found += new
            if not following.go_on or not more:
                break
            try:
                raw = self.listing(await self.fetch(place.target, purpose=purpose), number=place.target.page)
            except UnitEnded:
                break  # a unit of its own meets this page again, and ends as it must
        return raw, place, following, found

    # --- walks begin ---

    async def look_around(self, raw: RawListing, unit: Unit, url: str) -> list[Found]:
        """Learn from a first page what categories there are, and give the further walks that it calls for.

        Args:
            raw: the page.
            unit: its unit.
            url: its address.
        """
        self._expected += raw.pages * len(raw.entries)
        self._pages += raw.pages
        for child in raw.children:
            await self.know_category(child)
        self.remember(self.tree.learn(raw, RawLink(text=unit.payload.get("name", ""), url=url), clock.utc_now()))
        ancestors = self.tree.ancestors(raw)
        if is_front(raw):
            # Each child has a list, to which the heads of the blocks lead and other links may; what lies in the
            # category itself only its feed names in order.
            links = [link for link in raw.links if self.is_listing(link)]
            below = [*self.first_pages(raw.children, wanted=True), *self.first_pages(links, under=raw.catid)]
            return [*below, *await self.newest(raw.catid)]
        if unit.payload.get("wanted"):
            return []
        return self.first_pages(ancestors[:1] or [link for link in raw.siblings if not self.is_shut(link)])

    def is_part(self, raw: RawListing, unit: Unit) -> bool:
        """Tell whether a list is walked as a part of one further up."""
        if unit.payload.get("wanted"):
            return False
        above = self.tree.ancestors(raw)
        under = unit.payload.get("under")
        return bool(above) and (under is None or under not in {self.tree.catid(link.url) for link in above})

    async def newest(self, catid: int | None) -> list[Found]:
        """Make the units of what the feed of a category names, which shows no list."""
        seen = self.articles_of_feed(await self.feed(catid)) if catid is not None else []
        return wait_for_lists(self.news(seen, self.standings(seen), catid=catid))

    def first_pages(self, links: Iterable[RawLink], **payload: Any) -> list[Found]:
        """Make the units with which walks begin; a walk that has begun does not begin again."""
        units = []
        for link in links:
            target = replace(self.grammar.parse(link.url), page=1)
            if target.kind is Kind.LISTING and key(target) not in self._begun and len(self._begun) < MOST_LISTS:
                self._begun.add(key(target))
                if len(self._begun) == MOST_LISTS:
                    self.logger.warning("More than %d lists are named: no more are walked", MOST_LISTS)
                self._first_pages.add(key(target))
                more = {**payload, "guessed": True} if key(target) in self.guessed else payload
                units.append(listing_unit(target, priority=FIRST_PAGES, name=link.text, **more))
        return units

    def settle(self, outcome: Outcome) -> None:
        """End a unit; the last first page makes it possible to say how much there is to do."""
        unit = outcome.unit
        if unit.kind == "listing" and outcome.state == "skipped" and (shut := self.shut(unit, outcome.reason)):
            outcome = replace(outcome, categories=[*outcome.categories, shut])
        super().settle(outcome)
        if unit.key in self._first_pages:
            self._first_pages.discard(unit.key)
            self._first_pages |= {found.key for found in outcome.found if found.page == 1 and found.kind == "listing"}
            if not self._first_pages and self._expected:
                self.logger.info(
                    "The lists name about %d articles; to read all of them takes %s",
                    self._expected,
                    self.effort(self._expected + self._pages),
                )

    def shut(self, unit: Unit, reason: str) -> Category | None:
        """Give the category whose first page bars us, as it is remembered from now on; None where it has no number."""
        if unit.number is None or unit.page > 1 or walk_of(unit):
            return None
        name = unit.payload.get("name") or None
        known = self.tree.get(unit.number) or Category(key=str(unit.number), catid=unit.number, name=name)
        state = "closed" if reason == Wall.CLOSED_CATEGORY else reason
        known = replace(known, state=state, seen_at=clock.utc_now())
        self.tree.remember([known])
        return known
