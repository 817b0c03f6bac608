"""The scheduled job: what is new since the last run."""

from __future__ import annotations

from typing import ClassVar

from crawler.spiders.listing import ListingSpider


class PortalSpider(ListingSpider):
    """Walks each top category newest first, until it meets what earlier runs had done; takes up what they left.

    On an empty store it walks everything.
    """

    name = "portal"
    accepted: ClassVar[frozenset[str]] = frozenset({"from_date", "dry_run"})
    adopts: ClassVar[bool] = True
