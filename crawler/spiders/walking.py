"""The run's own walk of a list: down its pages as far as it must go, and one page behind the last."""

from __future__ import annotations

from dataclasses import astuple, dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from crawler.discuz.urls import Kind, Target
from crawler.items import RawLink
from crawler.spiders import clamp
from crawler.spiders.echo import Echo
from crawler.spiders.listing import ListingSpider, is_front
from crawler.spiders.lists import REPEATS
from crawler.spiders.naming import wait_for_lists
from crawler.spiders.policy import UnitEnded
from crawler.spiders.seen import head_of, reached
from crawler.spiders.sweep import strays
from crawler.spiders.units import listing_unit, target_of
from crawler.spiders.walk import END, Baseline, Sight, Step, step
from crawler.store import Category, Found, Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crawler.items import RawListing
    from crawler.spiders.clamp import End
    from crawler.spiders.seen import Seen
    from crawler.store import Standing, Unit


@dataclass(frozen=True, slots=True)
class Place:
    """Where the walk of a list stands.

    Attributes:
        target: the page to read.
        row: articles in a row, up to here, that were done before.
        head: the walk's first page, as `head_of` describes it.
        echo: what the walk keeps of the pages that it has read.
    """

    target: Target
    row: int
    head: Mapping[str, Any]
    echo: Echo


class WalksLists(ListingSpider):
    """Walks each list once a run.

    Attributes:
        heads: the first pages of the lists, as the walks of this process know them, by catid.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.walks[""] = self.read_walk
        self.heads: dict[int, Mapping[str, Any]] = {}
        self._walked: set[int] = set()
        self._named = 0

    async def read_walk(self, raw: RawListing, unit: Unit, url: str) -> None:
        """Read pages of a list; remember what they name; go on or end the walk."""
        found: list[Found] = []
        if unit.page == 1:
            found = await self.look_around(raw, unit, url)
            if raw.catid in self._walked or self.is_part(raw, unit):
                # Reached by a second address, or a part of a walk from further up.
                self.settle(Outcome(unit=unit, state="done", found=found))
                return
        if raw.catid is not None:
            self._walked.add(raw.catid)
        target = Target(Kind.LISTING, raw.catid, unit.page) if raw.catid is not None else target_of(unit)
        echo = Echo(*unit.payload.get("echo", ()))
        place = Place(target, unit.payload.get("row", 0), unit.payload.get("head", {}), echo)
        raw, place, following, new = await self.read_on(raw, place, self.read_entries)
        found += new
        categories: list[Category] = []
        if not following.go_on:
            self.logger.info("%s: walked %d of %d pages (%s)", raw.name, place.target.page, raw.pages, following.why)
            end, one_more = await self.look_behind(raw, place.target, following)
            if one_more:
                place, following = replace(place, target=_next(place.target)), Step(go_on=True, row=following.row)
            else:
                categories = self.walked(raw, place, following, end)
                found += self.past_the_end(raw) if end == REPEATS else []
        if following.go_on:
            further = {"row": place.row, "head": place.head, "echo": astuple(place.echo)}
            found.append(listing_unit(place.target, **{**unit.payload, **further}))
        self.settle(Outcome(unit=unit, state="done", found=found, categories=categories))

    def read_entries(self, raw: RawListing, place: Place) -> tuple[Place, Step, list[Found]]:
        """Find the articles of a page, and decide whether the walk goes on.

        Returns:
            where the walk stands then (at the next page, if it goes on), the decision, and the units of the articles.
        """
        self.learn_style([entry.url for entry in raw.entries])
        seen = self.articles_in(raw)
        self.store.note_strays(strays(seen))
        standings = self.standings(seen)
        place = replace(place, echo=place.echo.hear(place.target.page, [one.mark for one in seen]))
        following = self.step(raw, place, seen, standings)
        new = self.news(seen, standings, catid=raw.catid)
        if is_front(raw):
            new = wait_for_lists(new)
        self._named += len(new)
        if following.go_on and self.asked.limit is not None and self._named >= self.asked.limit:
            following = Step(go_on=False, row=following.row, why="limit")
        head = head_of(seen) if place.target.page == 1 else place.head
        if raw.catid is not None:
            self.heads.setdefault(raw.catid, head)
        target = _next(place.target) if following.go_on else place.target
        return Place(target, following.row, head, place.echo), following, new

    def step(self, raw: RawListing, place: Place, seen: Sequence[Seen], standings: Mapping[str, Standing]) -> Step:
        """Decide whether the walk goes on to the next page."""
        category = self.tree.get(raw.catid) if raw.catid is not None else None
        begun = self.run.started_at
        settled = frozenset(
            one.mark for one in seen if settled_before(standings.get(one.key), begun) and reached(one, category)
        )
        return step(
            self.sight(raw, place.target.page, seen, settled),
            row=place.row,
            baseline=Baseline(category.complete_to, tuple(category.head)) if category else Baseline(),
            overlap=self.overlap,
            whole=self.whole,
            from_date=self.asked.from_date,
            echoes=place.echo.is_certain,
        )

    def sight(
        self, raw: RawListing, asked: int, seen: Sequence[Seen], settled: frozenset[int | str] = frozenset()
    ) -> Sight:
        """Describe a page to what decides about walks."""
        return Sight(
            asked=asked,
            shown=raw.page,
            last=raw.pages,
            articles=tuple(one.mark for one in seen),
            settled=settled,
            oldest=seen[-1].day if seen else None,
        )

    # --- the end of a walk ---

    async def look_behind(self, raw: RawListing, target: Target, ended: Step) -> tuple[End | None, bool]:
        """Read the page behind the last one, unless it is known what a list that was walked before ends with.

        Args:
            raw: the last page.
            target: names it.
            ended: how the walk ended.

        Returns:
            what is proved, and whether there is one more page to walk.
        """
        if ended.why == REPEATS:
            self.logger.info("%s: the list shows the same pages again and again", raw.name)
            return "repeats", False
        known = self.tree.get(raw.catid) if raw.catid is not None else None
        if ended.why != "end" or known is None or is_front(raw):
            return None, False
        last = self.sight(raw, target.page, self.articles_in(raw))
        end = clamp.proved(last)
        if end is not None or not (self.whole or known.end is None or known.complete_to != END):
            return end, False
        try:
            page = self.listing(await self.fetch(_next(target), purpose="proof"), number=target.page + 1)
        except UnitEnded as why:
            self.logger.info("%s: the page behind the last one proves nothing (%s)", raw.name, why.reason)
            return None, False
        end = clamp.behind(last, self.sight(page, target.page + 1, self.articles_in(page)))
        if end == REPEATS:
            self.logger.info("%s: the list is cut off after page %d", raw.name, target.page)
        return end, end is None

    def walked(self, raw: RawListing, place: Place, ended: Step, end: End | None) -> list[Category]:
        """Give what the end of a walk proves of its category."""
        category = self.tree.get(raw.catid) if raw.catid is not None else None
        if category is None or ended.complete_to is None or self.asked.until_date is not None:
            return []
        head, page = place.head, place.target.page
        category = replace(
            category,
            complete_to=ended.complete_to,
            head=tuple(head["articles"]),
            head_at=datetime.fromisoformat(head["at"]) if head["at"] else None,
            walked_at=self.run.started_at,
            end=end or category.end,
            swept_at=category.swept_at or self.run.started_at,
        )
        if ended.why == "end" and not is_front(raw):
            category = replace(category, listed=(page - 1) * (category.per_page or 0) + len(raw.entries))
        if ended.why == "end" and page > 1:
            category = replace(category, swept_to=1, swept_at=self.run.started_at)
        self.tree.remember([category])
        return [category]

    def past_the_end(self, raw: RawListing) -> list[Found]:
        """Give the units that lead to what a list does not show: the lists below it, and its last articles once more.

        Each article names the two beside it, which a store may not know that was filled by an earlier version.

        Args:
            raw: the last page that is shown.
        """
        links = [self.link_to(child) for child in self.tree.below(raw.catid)] if raw.catid is not None else []
        seen = self.articles_in(raw)
        standings = self.standings(seen)
        known = [one for one in seen if settled_before(standings.get(one.key), self.run.started_at)]
        self.crawler.stats.inc_value("discuz/plan/again_count", len(known))
        again = [self.found(one, catid=raw.catid, refresh=True) for one in known]
        return [*self.first_pages(links, wanted=True), *again]

    def link_to(self, category: Category) -> RawLink:
        """Give a link to a category whose number is known."""
        return RawLink(text=category.name or "", url=self.grammar.build(Target(Kind.LISTING, category.catid)))


def settled_before(known: Standing | None, moment: datetime) -> bool:
    """Tell whether an article had been done or skipped before a moment."""
    return known is not None and known.settled_at is not None and known.settled_at < moment


def _next(target: Target) -> Target:
    return replace(target, page=target.page + 1)
