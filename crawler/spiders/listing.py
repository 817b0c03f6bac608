"""Walking listings: from home to the top categories, down each one's pages, newest first.

A category's list holds the articles of all its descendants too (``portal_list.php`` asks for the ids of the whole
branch), so only top categories are walked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING, Any, ClassVar

from crawler.discuz.dates import parse_date, parse_offset
from crawler.discuz.urls import Kind, Target, key
from crawler.items import Article, RawEntry, RawLink
from crawler.pages import ListingPage
from crawler.spiders.choosing import ChoosesCategories
from crawler.spiders.policy import UnitEnded
from crawler.spiders.units import article_unit, listing_unit, target_of
from crawler.spiders.walk import Baseline, Sight, Step, step
from crawler.store import Category, Found, Outcome, Unit

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Mapping, Sequence

    from scrapy.http import TextResponse

    from crawler.items import RawListing

CHINA = timezone(timedelta(hours=8))
PAGES_A_UNIT = 4
"""Pages of a list that are read in a row: to end a unit and ask for the next costs as much as to read a page."""
NO_ITEMS: tuple[Article, ...] = ()
FIRST_PAGES = 10
"""Priority of the first page of a walk: it tells how much there is to do."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a walk stands.

    Attributes:
        target: the page to read.
        row: articles in a row, up to here, that were done before.
        head: the walk's first page, as `head_of` describes it.
    """

    target: Target
    row: int
    head: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """An entry of a listing that is an article of this site."""

    target: Target
    when: datetime | None
    entry: RawEntry

    @property
    def key(self) -> str:
        """Canonical key of the article."""
        return key(self.target)

    @property
    def mark(self) -> int | str:
        """What it goes by in a list: its number, or its file's path where the address tells no number."""
        return self.target.number or self.target.name

    @property
    def day(self) -> date | None:
        """Day of publication, in the site's zone."""
        return self.when.date() if self.when else None


class ListingSpider(ChoosesCategories):
    """Walks listings and reads the articles that they name."""

    whole: ClassVar[bool] = False
    """Walk to the end, whatever is known."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.overlap: int = kwargs["settings"].getint("DISCUZ_OVERLAP")
        self._walked: set[int] = set()
        self._begun: set[str] = set()
        self._first_pages: set[str] = set()
        self._expected = self._pages = 0

    # --- where to begin ---

    async def seed(self) -> None:
        """Begin a walk of each list."""
        self.store.add(self.first_pages(await self.starts(), wanted=bool(self.chosen)))

    async def survey(self) -> str:
        """Read the first page of each list and say how many there are."""
        pages = articles = 0
        for link in await self.starts():
            try:
                response = await self.fetch(replace(self.grammar.parse(link.url), page=1), link.url)
            except UnitEnded as end:
                self.logger.info("%s: not read (%s)", link.text or link.url, end.reason)
                continue
            raw = self.as_page(ListingPage, response).raw()
            pages += raw.pages
            articles += raw.pages * len(raw.entries)
        return f"the lists have {pages:,} pages and name about {articles:,} articles: {self.effort(pages + articles)}"

    # --- reading a page ---

    def read(self, response: TextResponse, unit: Unit) -> AsyncIterator[Any]:
        """Read a listing page or an article."""
        return self.read_article(response, unit) if unit.kind == "article" else self.without_item(response, unit)

    async def without_item(self, response: TextResponse, unit: Unit) -> AsyncIterator[Any]:
        """Read a listing page, which gives units and no item."""
        await self.read_listing(response, unit)
        for item in NO_ITEMS:
            yield item

    async def read_listing(self, response: TextResponse, unit: Unit) -> None:
        """Read a page of a listing and some that follow; remember what they name; go on or end the walk."""
        raw = self.listing(response, guessed=unit.payload.get("guessed", False))
        found: list[Found] = []
        if unit.page == 1:
            found = await self.look_around(raw, response.url, unit)
            if raw.catid in self._walked or (self.tree.ancestors(raw) and not unit.payload.get("wanted")):
                # Reached by a second address, or a part of a walk from further up.
                self.settle(Outcome(unit=unit, state="done", found=found))
                return
        if raw.catid is not None:
            self._walked.add(raw.catid)
        target = Target(Kind.LISTING, raw.catid, unit.page) if raw.catid is not None else target_of(unit)
        place = Place(target, unit.payload.get("row", 0), unit.payload.get("head", {}))
        for more in reversed(range(PAGES_A_UNIT)):
            place, following, new = self.read_entries(raw, place)
            found += new
            if not following.go_on:
                self.logger.info(
                    "%s: walked %d of %d pages (%s)", raw.name, place.target.page, raw.pages, following.why
                )
                break
            if not more:
                break
            try:
                raw = self.listing(await self.fetch(place.target))
            except UnitEnded:
                break  # a unit of its own meets this page again, and ends as it must
        if following.go_on:
            found.append(
                listing_unit(place.target, **{**unit.payload, "row": place.row, "head": place.head}),
            )
        self.settle(
            Outcome(unit=unit, state="done", found=found, categories=self.walked(raw.catid, following, place.head))
        )

    def listing(self, response: TextResponse, *, guessed: bool = False) -> RawListing:
        """Give what a page of a listing prints.

        Args:
            response: the page.
            guessed: it may well be another page.

        Raises:
            UnitEnded: it is another page.
        """
        page = self.as_page(ListingPage, response)
        if not ListingPage.matches(page):
            raise UnitEnded("skipped" if guessed else "failed", "no_listing")
        self.crawler.stats.inc_value("discuz/listing/page_count")
        return page.raw()

    def read_entries(self, raw: RawListing, place: Place) -> tuple[Place, Step, list[Found]]:
        """Find the articles of a page, and decide whether the walk goes on.

        Returns:
            where the walk stands then (at the next page, if it goes on), the decision, and the units of the articles.
        """
        self.learn_style([entry.url for entry in raw.entries])
        seen = self.articles_in(raw)
        settled = self.store.settled_before((one.key for one in seen), self.run.started_at)
        following = self.step(raw, place, seen, settled)
        new = [self.found(one) for one in seen if self.is_wanted(one) and one.key not in settled]
        self.crawler.stats.inc_value("discuz/article/found_count", len(new))
        page = place.target.page
        return (
            Place(
                replace(place.target, page=page + following.go_on),
                following.row,
                head_of(seen) if page == 1 else place.head,
            ),
            following,
            new,
        )

    async def look_around(self, raw: RawListing, url: str, unit: Unit) -> list[Found]:
        """Learn from a first page what categories there are, and give the further walks that it calls for.

        Args:
            raw: the page.
            url: its address.
            unit: its unit.
        """
        self._expected += raw.pages * len(raw.entries)
        self._pages += raw.pages
        for child in raw.children:
            await self.know_category(child)
        self.remember(self.tree.learn(raw, RawLink(text=unit.payload.get("name", ""), url=url), datetime.now(UTC)))
        ancestors = self.tree.ancestors(raw)
        if not raw.entries and raw.links:
            # A front-page template (`list_index.htm`) shows blocks instead of a list: each child has its own, and what
            # lies in the category itself only its feed names in order.
            return [*self.first_pages(raw.children, wanted=True), *await self.newest(raw.catid)]
        if unit.payload.get("wanted"):
            return []
        return self.first_pages(ancestors[:1] or raw.siblings)

    async def newest(self, catid: int | None) -> list[Found]:
        """Make the units of what the feed of a category names, which shows no list."""
        entries = await self.feed(catid) if catid is not None else []
        return [self.found(one) for one in self.articles_among(entries, UTC) if self.is_wanted(one)]

    def first_pages(self, links: Iterable[RawLink], **payload: Any) -> list[Found]:
        """Make the units with which walks begin; a walk that has begun does not begin again."""
        units = []
        for link in links:
            target = replace(self.grammar.parse(link.url), page=1)
            if target.kind is Kind.LISTING and key(target) not in self._begun:
                self._begun.add(key(target))
                self._first_pages.add(key(target))
                guess = {"guessed": True} if key(target) in self.guessed else {}
                units.append(listing_unit(target, priority=FIRST_PAGES, name=link.text, **guess, **payload))
        return units

    def settle(self, outcome: Outcome) -> None:
        """End a unit; the last first page makes it possible to say how much there is to do."""
        super().settle(outcome)
        if outcome.unit.key in self._first_pages:
            self._first_pages.discard(outcome.unit.key)
            self._first_pages |= {found.key for found in outcome.found if found.page == 1 and found.kind == "listing"}
            if not self._first_pages and self._expected:
                self.logger.info(
                    "The lists name about %d articles; to read all of them takes %s",
                    self._expected,
                    self.effort(self._expected + self._pages),
                )

    # --- what a page names ---

    def articles_in(self, raw: RawListing) -> list[Seen]:
        """Give the entries that are articles of this site, in order.

        Of a front page's blocks, the links that tell an article's number count as entries: any other file that they
        link to may be anything.
        """
        zone = self.site.zone or parse_offset(raw.site.gmt_offset) or CHINA
        links = [link for link in raw.links if self.grammar.parse(link.url).number is not None]
        entries = raw.entries or [RawEntry(title=link.text, url=link.url, aid=None) for link in links]
        return self.articles_among(entries, zone)

    def articles_among(self, entries: Iterable[RawEntry], zone: tzinfo) -> list[Seen]:
        """Give the entries that are articles of this site, each once, with dates read in a zone."""
        now = datetime.now(UTC)
        seen: dict[str, Seen] = {}
        for entry in entries:
            target = replace(self.grammar.parse(entry.url), page=1)
            if target.kind is Kind.ARTICLE and key(target) not in seen:
                when = parse_date(entry.date, now=now, zone=zone, title=entry.date_title)
                seen[key(target)] = Seen(target, when.value.astimezone(zone) if when else None, entry)
        return list(seen.values())

    def is_wanted(self, one: Seen) -> bool:
        """Tell whether an entry lies within the dates that were asked for; one without a date does."""
        first, last = self.asked.from_date, self.asked.until_date
        return one.day is None or ((not first or one.day >= first) and (not last or one.day <= last))

    def found(self, one: Seen) -> Found:
        """Make the unit of an article that a listing names."""
        payload: dict[str, Any] = {}
        if one.entry.thumbnail:
            payload["cover"] = one.entry.thumbnail
        spelled = self.grammar.clean(one.entry.url)
        if spelled != self.grammar.build(one.target):
            payload["urls"] = [spelled]
        return article_unit(one.target, **payload)

    # --- where a walk stands ---

    def step(self, raw: RawListing, place: Place, seen: Sequence[Seen], settled: set[str]) -> Step:
        """Decide whether the walk goes on to the next page."""
        category = self.tree.get(raw.catid) if raw.catid is not None else None
        return step(
            Sight(
                asked=place.target.page,
                shown=raw.page,
                last=raw.pages,
                articles=tuple(one.mark for one in seen),
                settled=frozenset(one.mark for one in seen if one.key in settled and reached(one, category)),
                oldest=seen[-1].day if seen else None,
            ),
            row=place.row,
            baseline=Baseline(category.complete_to, tuple(category.head)) if category else Baseline(),
            overlap=self.overlap,
            whole=self.whole,
            from_date=self.asked.from_date,
        )

    def walked(self, catid: int | None, ended: Step, head: Mapping[str, Any]) -> list[Category]:
        """Give what the end of a walk proves of its category."""
        category = self.tree.get(catid) if catid is not None else None
        if ended.go_on or category is None or self.asked.until_date is not None:
            return []
        at = datetime.fromisoformat(head["at"]) if head["at"] else None
        category = replace(category, complete_to=ended.complete_to, head=tuple(head["articles"]), head_at=at)
        self.tree.remember([category])
        return [category]


def head_of(seen: Sequence[Seen]) -> dict[str, Any]:
    """Describe a first page, for the walk after this one: its articles, and when the newest was published."""
    newest = max((one.when for one in seen if one.when), default=None)
    return {"articles": [one.mark for one in seen], "at": newest.isoformat() if newest else None}


def reached(one: Seen, category: Category | None) -> bool:
    """Tell whether the last finished walk of a category had come by an article.

    What is newer than its head may be known from a walk that was cut short, with a gap below it.
    """
    if category is None:
        return False
    if category.head_at is None or one.when is None:
        return one.mark in category.head
    return one.when <= category.head_at
