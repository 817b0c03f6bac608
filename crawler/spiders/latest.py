"""Looking for the newest articles from time to time while a run of hours or days is under way.

Pure. Such a run keeps the scheduled one out: it looks itself. A look is a walk from the first page of a list that ends
where it meets the look before it, the first of which is the run's own walk: what is older is that one's business.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.spiders.seen import Seen


@dataclass(frozen=True, slots=True)
class Look:
    """What the last look at a list saw on its first page.

    Attributes:
        articles: in order, each by its number or its file's path.
        at: when the newest of them was published; None if no date tells.
    """

    articles: tuple[int | str, ...]
    at: datetime | None

    @classmethod
    def of(cls, head: Mapping[str, Any]) -> Look:
        """Read what `seen.head_of` described."""
        return cls(tuple(head["articles"]), datetime.fromisoformat(head["at"]) if head["at"] else None)

    def met(self, one: Seen) -> bool:
        """Tell whether an article that a list names was there at this look, and so is the business of an older walk."""
        return one.mark in self.articles or (self.at is not None and one.when is not None and one.when <= self.at)

    def enough(self, overlap: int) -> int:
        """Give how many such articles in a row end a walk: a page of them will do."""
        return max(min(overlap, len(self.articles)), 1)
