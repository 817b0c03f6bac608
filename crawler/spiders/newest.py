"""Looking for the newest articles every so often while a run of hours or days is under way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from crawler import clock
from crawler.discuz.urls import Kind, Target
from crawler.spiders.latest import Look
from crawler.spiders.lists import is_front
from crawler.spiders.seen import head_of
from crawler.spiders.tree import above
from crawler.spiders.units import listing_unit, target_of
from crawler.spiders.walk import END, Baseline, Step, step
from crawler.spiders.walking import WalksLists
from crawler.store import Found, Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from crawler.items import RawListing
    from crawler.store import Unit

LATEST = "latest"
"""The walk's name in keys, and the fact that holds what the last looks saw."""
NEVER = timedelta()
NEWEST = 5
"""Priority of articles that a look finds: they are what a scheduled run would be about."""


@dataclass(frozen=True, slots=True)
class Glance:
    """Where a look at a list stands.

    Attributes:
        target: the page to read.
        row: articles in a row, up to here, that the look before had met.
        look: what that saw.
        head: first page of this one, as `head_of` describes it.
    """

    target: Target
    row: int
    look: Look
    head: Mapping[str, Any]


class LooksForNewest(WalksLists):
    """Walks the first pages of the lists again every ``DISCUZ_LATEST_EVERY`` minutes."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.walks[LATEST] = self.read_latest
        self.latest_every = timedelta(minutes=kwargs["settings"].getfloat("DISCUZ_LATEST_EVERY"))
        before = self.store.recall(LATEST)
        if before.get("run") == self.run.run_id:
            self.heads |= {int(catid): head for catid, head in before["heads"].items()}
        self._looked_at: datetime = self.run.started_at
        self._looking: set[str] = set()

    async def upkeep(self) -> None:
        """Look for the newest articles, if it is time."""
        await super().upkeep()
        now = clock.utc_now()
        early = NEVER <= now - self._looked_at < self.latest_every  # a clock may be set back
        if not self.latest_every or early or self._looking or not self.heads:
            return
        self._looked_at = now
        looks = [
            listing_unit(Target(Kind.LISTING, catid), purpose=LATEST, look=dict(head))
            for catid, head in self.heads.items()
            if not self.is_covered(catid)
        ]
        self._looking.update(look.key for look in looks)
        self.store.add(looks)
        self.store.remember(LATEST, {"run": self.run.run_id, "heads": {str(c): dict(h) for c, h in self.heads.items()}})

    def is_covered(self, catid: int) -> bool:
        """Tell whether the list of a category above names all that is new in one, too."""
        known = {category.key: category for category in self.tree}
        category = known.get(str(catid))
        over = [known[key] for key in above(category, known) if key in known] if category else []
        return any(one.catid in self.heads and not is_front(one) for one in over)

    async def read_latest(self, raw: RawListing, unit: Unit, _url: str) -> None:
        """Read pages of a list as far as the look before had come."""
        place = Glance(
            target_of(unit), unit.payload.get("row", 0), Look.of(unit.payload["look"]), unit.payload.get("head", {})
        )
        raw, place, following, found = await self.read_on(raw, place, self.read_newest, purpose=LATEST)
        if following.go_on:
            further = {**unit.payload, "row": place.row, "head": dict(place.head)}
            found.append(listing_unit(place.target, purpose=LATEST, **further))
        elif raw.catid is not None:
            self.heads[raw.catid] = place.head
        self.settle(Outcome(unit=unit, state="done", found=found))
        self._looking |= {one.key for one in found if one.kind == "listing"}

    def settle(self, outcome: Outcome) -> None:
        """End a unit; the next look begins when this one has ended."""
        super().settle(outcome)
        self._looking.discard(outcome.unit.key)

    def read_newest(self, raw: RawListing, place: Glance) -> tuple[Glance, Step, list[Found]]:
        """Find the articles of a page, and decide whether the look goes on."""
        seen = self.articles_in(raw)
        met = frozenset(one.mark for one in seen if place.look.met(one))
        following = step(
            self.sight(raw, place.target.page, seen, met),
            row=place.row,
            baseline=Baseline(END, place.look.articles),
            overlap=place.look.enough(self.overlap),
            whole=False,
        )
        new = [replace(found, priority=NEWEST) for found in self.news(seen, self.standings(seen), catid=raw.catid)]
        head = head_of(seen) if place.target.page == 1 else place.head
        target = replace(place.target, page=place.target.page + following.go_on)
        return Glance(target, following.row, place.look, head), following, new
