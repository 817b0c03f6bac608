"""The one-off job: whole categories, or all of them."""

from __future__ import annotations

from typing import ClassVar

from crawler.spiders.newest import LooksForNewest
from crawler.spiders.numbers import TriesNumbers


class BackfillSpider(LooksForNewest, TriesNumbers):
    """Walks categories to their last page, whatever is known, and reads what was not read before."""

    name = "backfill"
    accepted: ClassVar[frozenset[str]] = frozenset({"category", "from_date", "until_date", "sweep", "limit"})
    whole: ClassVar[bool] = True
