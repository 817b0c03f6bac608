"""Trying the numbers that nothing names, where a list does not show all that it holds."""

from __future__ import annotations

from itertools import count, islice
from typing import TYPE_CHECKING, Any

from crawler.discuz.urls import Kind, Target
from crawler.spiders.clamp import numbers_to_try
from crawler.spiders.lists import REPEATS
from crawler.spiders.units import article_unit
from crawler.spiders.walking import WalksLists
from crawler.store import units_in

if TYPE_CHECKING:
    from crawler.items import Article, RawArticle
    from crawler.store import Found, Outcome

LINKS = "links"
"""The fact that holds what a run has found out of the links from article to article."""
NOT_ASKED = "not_asked"
AT_ONCE = 500
"""Numbers that are put into the store at once: they may be millions."""


class TriesNumbers(WalksLists):
    """Tries numbers of articles when everything that is named has been read."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._numbers: range | None = None
        before = self.store.recall(LINKS)
        self._links: dict[str, Any] = before if before.get("run") == self.run.run_id else {}

    def more(self) -> bool:
        """Put the next numbers into the store; False if there are none."""
        if self._numbers is None:
            self._numbers = self.numbers()
            if self._numbers:
                self.logger.info("Trying the numbers up to %d that nothing names", self._numbers[-1])
        if not self._numbers:
            return False
        unknown = self.store.unknown_aids(self._numbers[0], self._numbers[-1])
        some = list(islice(unknown, AT_ONCE))
        self.store.add(article_unit(Target(Kind.ARTICLE, aid), unsure=True) for aid in some)
        self.crawler.stats.inc_value("discuz/plan/number_count", len(some))
        self._numbers = range(some[-1] + 1, self._numbers.stop) if some else range(0)
        return bool(some)

    def numbers(self) -> range:
        """Give the numbers among which those are tried that nothing names."""
        highest = self.store.highest_aid() or 0
        unknown = self.store.unknown_aids(1, highest)
        lowest = next((expected for expected, aid in zip(count(1), unknown, strict=False) if aid != expected), 1)
        return numbers_to_try(
            self.asked.sweep,
            needed=bool(self.cut_off()) and not self.links_lead_on(),
            whole_site=not (self.chosen or self.asked.from_date or self.asked.until_date or self.asked.limit),
            known=units_in(self.store.counts().total, kind="article"),
            highest=highest,
            lowest=lowest if highest else 0,
        )

    def cut_off(self) -> list[str]:
        """Give the keys of the categories that this run walked to the last page that their list shows."""
        begun = self.run.started_at
        return [one.key for one in self.tree if one.end == REPEATS and one.walked_at == begun == one.swept_at]

    # --- whether links lead on ---

    def neighbours(self, first: RawArticle) -> list[Found]:
        """Give the articles before and after one; that there are any tells that this site prints them."""
        found = super().neighbours(first)
        if found and not self._links.get("printed"):
            self.remember_links(printed=True)
        return found

    def settle(self, outcome: Outcome) -> None:
        """End a unit; an article that only another one names, and that cannot be read, leads no further."""
        unit, row = outcome.unit, outcome.article
        read = outcome.state == "done" and row is not None and row.status == "published"
        if unit.payload.get("unsure") and not read and outcome.reason != NOT_ASKED and not self._links.get("broken"):
            self.remember_links(broken=True)
        super().settle(outcome)

    def remember_links(self, **what: bool) -> None:
        """Remember of the links from article to article what this run has found out."""
        self._links = {"run": self.run.run_id, **self._links, **what}
        self.store.remember(LINKS, self._links)

    def links_lead_on(self) -> bool:
        """Tell whether the links from article to article led to all that the lists do not show.

        Each names the numbers next to its own within its category, so that from any one all of them are reached; but
        those that lead elsewhere or wait to be let through are named, too, and lead no further
        (``portalcp_article_pre_next``).
        """
        return bool(self._links.get("printed")) and not self._links.get("broken")

    # --- what is asked for ---

    def is_asked_for(self, record: Article) -> bool:
        """Tell whether an article that only its number or another article led to lies in a category that is asked for.

        Of a whole site those are the categories that have a list: articles of closed ones open by their number, too.
        """
        if not super().is_asked_for(record):
            return False
        path = {crumb.catid for crumb in record.breadcrumbs} | {record.discuz.catid}
        own = [category for catid in path if catid is not None and (category := self.tree.get(catid)) is not None]
        if path == {None} or (self.asked.sweep == "on" and not self.chosen):
            return True
        if not self.chosen:
            return any(category.walked_at is not None for category in own)
        return not path.isdisjoint(self.asked_catids())
