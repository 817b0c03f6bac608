"""The one-off job: whole categories, or all of them."""

from __future__ import annotations

from typing import ClassVar

from crawler.spiders.listing import ListingSpider


class BackfillSpider(ListingSpider):
    """Walks categories to their last page, whatever is known, and reads what was not read before."""

    name = "backfill"
    accepted: ClassVar[frozenset[str]] = frozenset({"category", "from_date", "until_date", "limit", "dry_run"})
    whole: ClassVar[bool] = True
