"""Following the links from article to article past the end of a list that is cut off.

Each article names those with the numbers next to its own within its category (``portalcp_article_pre_next``), so that
from any one all of them are reached. One that leads elsewhere or waits to be let through is named, too, and leads no
further; some numbers around it are tried then, since one of them may lie in the same category.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from crawler.discuz.urls import Kind, Target
from crawler.spiders.lists import REPEATS
from crawler.spiders.units import article_unit
from crawler.spiders.walking import WalksLists

if TYPE_CHECKING:
    from crawler.items import RawArticle
    from crawler.store import Found, Outcome

LINKS = "links"
"""The fact that holds what a run has found out of the links from article to article."""
NOT_ASKED = "not_asked"
AROUND = 10
"""Numbers that are tried on either side of an article that leads no further."""
FAR = 100
"""How far from it they may be."""
MOST_ENDS = 1000


class FollowsLinks(WalksLists):
    """Finds out where the links from article to article end, and tries to get past that."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        before = self.store.recall(LINKS)
        known = before if before.get("run") == self.run.run_id else {}
        self._links_printed: bool = known.get("printed", False)
        self._ends: list[int] = known.get("ends", [])
        self._ends_passed = 0

    def neighbours(self, first: RawArticle) -> list[Found]:
        """Give the articles before and after one; that there are any tells that this site prints them."""
        found = super().neighbours(first)
        if found and not self._links_printed:
            self._links_printed = True
            self._remember_links()
        return found

    def settle(self, outcome: Outcome) -> None:
        """End a unit; an article that only another one names, and that cannot be read, leads no further."""
        unit, row = outcome.unit, outcome.article
        read = outcome.state == "done" and row is not None and row.status == "published"
        led_to = unit.payload.get("unsure") and not unit.payload.get("tried")
        if led_to and not read and outcome.reason != NOT_ASKED and unit.number and len(self._ends) < MOST_ENDS:
            self._ends.append(unit.number)
            self._remember_links()
        super().settle(outcome)

    def _remember_links(self) -> None:
        self.store.remember(LINKS, {"run": self.run.run_id, "printed": self._links_printed, "ends": self._ends})

    def links_lead_on(self) -> bool:
        """Tell whether the links from article to article led to all that the lists do not show."""
        return self._links_printed and not self._ends

    def cut_off(self) -> list[str]:
        """Give the keys of the categories that this run walked to the last page that their list shows."""
        begun = self.run.started_at
        return [one.key for one in self.tree if one.end == REPEATS and one.walked_at == begun == one.swept_at]

    def more(self) -> bool:
        """Put numbers into the store that lie around articles which lead no further; False if there are none."""
        if super().more():
            return True
        ends, self._ends_passed = self._ends[self._ends_passed :], len(self._ends)
        if self.asked.sweep == "off" or not ends or not self.cut_off():
            return False
        numbers = sorted({aid for end in ends for aid in self._around(end)})
        self.try_numbers(numbers)
        return bool(numbers)

    def _around(self, end: int) -> list[int]:
        below = list(self.store.unknown_aids(max(end - FAR, 1), end - 1))[-AROUND:]
        highest = min(end + FAR, self.store.highest_aid() or 0)
        return [*below, *islice(self.store.unknown_aids(end + 1, highest), AROUND)]

    def try_numbers(self, numbers: list[int]) -> None:
        """Put articles into the store that nothing names."""
        self.store.add(article_unit(Target(Kind.ARTICLE, aid), unsure=True, tried=True) for aid in numbers)
        self.crawler.stats.inc_value("discuz/plan/number_count", len(numbers))
