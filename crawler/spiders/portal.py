"""The scheduled job: what is new since the last run."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from crawler import clock
from crawler.spiders.feed import Walked, doubt, outdated, redated
from crawler.spiders.lists import unlinked, walkable
from crawler.spiders.naming import wait_for_lists
from crawler.spiders.newest import LooksForNewest
from crawler.spiders.numbers import TriesNumbers
from crawler.spiders.survey import Survey
from crawler.spiders.sweeping import SweepsLists
from crawler.spiders.walk import Baseline
from crawler.store import units_in

if TYPE_CHECKING:
    from crawler.store import Category, Found

FEED_AND_HOME = 3
"""Requests of every run beside the lists: robots.txt, the feed, home."""
BARREN = "feed"
"""The fact that holds when the portal's feed last named nothing."""


class PortalSpider(LooksForNewest, SweepsLists, TriesNumbers):
    """Walks each top category newest first, until it meets what earlier runs had done; takes up what they left.

    On an empty store it walks everything. Where the feed proves that nothing is new, it walks nothing.
    """

    name = "portal"
    accepted: ClassVar[frozenset[str]] = frozenset({"from_date", "limit"})
    adopts: ClassVar[bool] = True
    looks_again: ClassVar[bool] = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.trust = timedelta(hours=kwargs["settings"].getfloat("DISCUZ_FEED_TRUST"))

    async def seed(self) -> None:
        """Ask the feed whether there is anything new; if so, or if it cannot tell, begin a walk of each list."""
        why, news = await self.ask_feed()
        if why:
            self.logger.info("Walking the lists, since the feed cannot stand for them: %s", why)
            await super().seed()
            self.store.add(self.first_pages(map(self.link_to, self.unfinished()), wanted=True))
        else:
            self.logger.info("The feed says that nothing is new: no list is walked")
        self.store.add([*news, *self.sweeps()])

    async def survey(self) -> Survey:
        """Say how much there is to do: little, where the lists were walked before."""
        lists = self.lists()
        if outdated(lists, now=clock.utc_now(), trust=timedelta.max, from_date=self.asked.from_date):
            return await super().survey()
        due = sum(unit.payload["left"] for unit in self.sweeps())
        words = f"the feed is asked, {len(lists):,} lists are looked at if it names anything new, and that is read"
        words += f", {due:,} older pages are due to be read again" if due else ""
        return Survey(words, len(lists) + due + FEED_AND_HOME)

    async def ask_feed(self) -> tuple[str, list[Found]]:
        """Ask the portal's feed whether anything is new.

        Returns:
            why it does not prove that nothing is, and what it names that is to be read.
        """
        lists = self.lists()
        now = clock.utc_now()
        if why := self.no_use_to_ask(lists, now):
            return why, []
        seen = self.articles_of_feed(await self.feed())
        if not seen:
            self.store.remember(BARREN, {"at": now.isoformat()})
        standings = self.standings(seen)
        again = redated(seen, standings, now=now)
        new = [one for one in seen if one.key not in standings and self.is_wanted(one)]
        why = doubt(seen, standings, lists)
        news = wait_for_lists(self.found(one) for one in new)
        news += [self.found(one, refresh=True) for one in seen if one.key in again]
        if not why:  # else the lists name them, too
            self.crawler.stats.inc_value("discuz/article/found_count", len(new))
        self.crawler.stats.inc_value("discuz/plan/again_count", len(again))
        return why, news

    def lists(self) -> list[Walked]:
        """Give the categories whose lists are walked, as far as they are known."""
        return [
            Walked(one.name or one.key, Baseline(one.complete_to, tuple(one.head)), one.walked_at, one.head_at, once)
            for one, once in walkable(self.tree)
        ]

    def unfinished(self) -> list[Category]:
        """Give the categories below lists that are cut off which no walk has finished."""
        return [one for one, once in walkable(self.tree) if once and one.complete_to is None]

    def no_use_to_ask(self, lists: list[Walked], now: datetime) -> str:
        """Say why the portal's feed need not be asked, if it need not."""
        if self.chosen:
            return "it names all categories, and only some are asked for"
        if why := outdated(lists, now=now, trust=self.trust, from_date=self.asked.from_date):
            return why
        barren = self.store.recall(BARREN).get("at")
        if barren and now - datetime.fromisoformat(barren) < self.trust:
            return "it named nothing a short while ago"
        return ""

    def more(self) -> bool:
        """Note which categories nothing led to, once the lists are walked."""
        more = super().more()
        if (
            not more
            and self._walked
            and not (self.chosen or units_in(self.store.counts().run, kind="listing", state="failed"))
        ):
            self.remember(unlinked(self.tree, self.run.started_at))
        return more
