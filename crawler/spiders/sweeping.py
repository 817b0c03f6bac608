"""Reading older pages of the lists again, a few at each run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from crawler import clock
from crawler.discuz.urls import Kind, Target, key
from crawler.spiders.lists import swept
from crawler.spiders.sweep import Edge, numbers, share, span, strays, unnamed
from crawler.spiders.units import article_unit, listing_unit, target_of
from crawler.spiders.walk import Step
from crawler.spiders.walking import WalksLists
from crawler.store import Found, Outcome, units_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.items import RawListing
    from crawler.spiders.seen import Seen
    from crawler.store import Category, Unit

SWEEP = "sweep"
AFTER_THE_WALKS = -1
"""Priority of the sweep's pages: news come first."""


@dataclass(frozen=True, slots=True)
class Broom:
    """Where the sweep of a list stands.

    Attributes:
        target: the page to read.
        left: how many pages are to be read yet.
        last: date of the last article of the page before; aware, None if this is the first one.
        aids: numbers of the articles of that page.
    """

    target: Target
    left: int
    last: datetime | None = None
    aids: tuple[int, ...] = ()


class SweepsLists(WalksLists):
    """Sweeps the lists: all their pages are read once in ``DISCUZ_RESWEEP_DAYS``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.walks[SWEEP] = self.read_sweep
        self.resweep_days: float = kwargs["settings"].getfloat("DISCUZ_RESWEEP_DAYS")

    def sweeps(self) -> list[Found]:
        """Make the units of the pages that are due."""
        now = clock.utc_now()
        known = units_in(self.store.counts().total, kind="article")
        units = []
        for category in swept(self.tree):
            # What a list says of its pages need not be so: articles that are known fill no more than that.
            pages = min(category.pages or 0, 2 * known // (category.per_page or 1) + 1)
            due = share(pages, category.swept_at, now, self.resweep_days)
            if due.pages and category.catid is not None:
                target = Target(Kind.LISTING, category.catid, category.swept_to or 1)
                payload = {"left": due.pages, "at": due.at.isoformat()}
                before = self.store.recall(f"{SWEEP}:{category.catid}")
                if before.get("page") == target.page:
                    payload |= before["sight"]
                units.append(listing_unit(target, purpose=SWEEP, priority=AFTER_THE_WALKS, **payload))
        return units

    async def read_sweep(self, raw: RawListing, unit: Unit, _url: str) -> None:
        """Read pages of a list again: what they name, and what they do not."""
        last = datetime.fromisoformat(unit.payload["last"]) if unit.payload.get("last") else None
        place = Broom(target_of(unit), unit.payload["left"], last, tuple(unit.payload.get("aids", ())))
        raw, place, following, found = await self.read_on(raw, place, self.sweep_page, purpose=SWEEP)
        sight = {"last": place.last.isoformat(), "aids": list(place.aids)} if place.last is not None else {}
        if following.go_on:
            further = {"left": place.left, "at": unit.payload["at"], **sight}
            found.append(listing_unit(place.target, purpose=SWEEP, priority=AFTER_THE_WALKS, **further))
        else:
            self.store.remember(f"{SWEEP}:{place.target.number}", {"page": place.target.page, "sight": sight})
        at = None if following.go_on else datetime.fromisoformat(unit.payload["at"])
        self.settle(Outcome(unit=unit, state="done", found=found, categories=self.swept(place, at)))

    def swept(self, place: Broom, at: datetime | None) -> list[Category]:
        """Give the category, with the page that the sweep reads next, and up to when it has done its share."""
        category = self.tree.get(place.target.number) if place.target.number is not None else None
        if category is None:
            return []
        category = replace(category, swept_to=place.target.page, swept_at=at or category.swept_at)
        self.tree.remember([category])
        return [category]

    def sweep_page(self, raw: RawListing, place: Broom) -> tuple[Broom, Step, list[Found]]:
        """Compare a page with what is known."""
        self.crawler.stats.inc_value("discuz/plan/sweep_count")
        seen = self.articles_in(raw)
        found = self.news(seen, self.standings(seen), catid=place.target.number, thorough=True)
        self.store.note_strays(strays(seen))
        is_last = not seen or place.target.page >= raw.pages
        found += self.not_named(seen, place, is_last=is_last)
        target = replace(place.target, page=1 if is_last else place.target.page + 1)
        place = Broom(
            target,
            place.left - 1,
            None if is_last else seen[-1].when,
            () if is_last else tuple(one.target.number for one in seen if one.target.number),
        )
        return place, Step(go_on=place.left > 0, row=0), found

    def not_named(self, seen: Sequence[Seen], place: Broom, *, is_last: bool) -> list[Found]:
        """Make the units of the articles that a page should name and does not."""
        catid = place.target.number
        category = self.tree.get(catid) if catid is not None else None
        edge = Edge(
            first=place.target.page == 1,
            last=is_last and category is not None and category.end == "empty",
            until=place.last,
            before=frozenset(key(Target(Kind.ARTICLE, aid)) for aid in place.aids),
        )
        aids = {*numbers(seen, place.aids), *self.store.strays(*span(seen, edge))}
        around = {key(Target(Kind.ARTICLE, aid)) for aid in aids}
        # What this run has read is newer than the page, maybe.
        standings = {
            name: known
            for name, known in self.store.standings(around).items()
            if known.last_seen is not None and known.last_seen < self.run.started_at
        }
        keys = unnamed(seen, standings, edge=edge, catid=catid, within=self.tree.branch(catid))
        if keys:
            self.crawler.stats.inc_value("discuz/plan/again_count", len(keys))
        missed = (int(one.partition("/")[2].partition("/")[0]) for one in keys)
        return [article_unit(Target(Kind.ARTICLE, aid), refresh=True) for aid in missed]
