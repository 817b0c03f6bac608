"""Trying the numbers that nothing names, where a list does not show all that it holds."""

from __future__ import annotations

from itertools import count, islice
from typing import TYPE_CHECKING, Any

from crawler.spiders.clamp import numbers_to_try
from crawler.spiders.linking import FollowsLinks
from crawler.store import units_in

if TYPE_CHECKING:
    from crawler.items import Article

AT_ONCE = 500
"""Numbers that are put into the store at once: they may be millions."""


class TriesNumbers(FollowsLinks):
    """Tries numbers of articles when everything that is named has been read."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._numbers: range | None = None

    def more(self) -> bool:
        """Put the next numbers into the store; False if there are none."""
        if self._numbers is None:
            self._numbers = self.numbers()
            if self._numbers:
                self.logger.info("Trying the numbers up to %d that nothing names", self._numbers[-1])
        if not self._numbers:
            return super().more()
        some = list(islice(self.store.unknown_aids(self._numbers[0], self._numbers[-1]), AT_ONCE))
        self.try_numbers(some)
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
