"""What a list or a feed names: an article, and when it says that it was published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crawler.discuz.urls import Target, key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from crawler.discuz.dates import Precision
    from crawler.items import RawEntry
    from crawler.store import Category


@dataclass(frozen=True, slots=True)
class Seen:
    """An entry of a listing or a feed that is an article of this site.

    Attributes:
        target: names it.
        when: of publication, aware; in the site's zone, but in UTC from a feed.
        entry: as printed.
        precision: how exact `when` is; None without it.
        absolute: whether what is printed names its own zone, as a feed's dates do.
    """

    target: Target
    when: datetime | None
    entry: RawEntry
    precision: Precision | None = None
    absolute: bool = False

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
