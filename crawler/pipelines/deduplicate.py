"""Deduplicate: a record is written once, and again only when the site changed it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.exceptions import DropItem

from crawler.pipelines.units import units_of

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from crawler.items import Article


class Duplicate(DropItem):
    """The article's unit has ended already: another spelling of its address brought it."""


class Unchanged(DropItem):
    """The article is known, and an editor would find nothing changed."""


class DeduplicatePipeline:
    """Compares an article with what the store knows of it, by canonical key and content hash.

    The store gave out the unit together with what is known of its article, so nothing is looked up here and nothing
    is remembered: memory does not grow with the crawl.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the pipeline as Scrapy does."""
        return cls(crawler)

    def process_item(self, item: Article) -> Article:
        """Give the item back with its revision.

        Raises:
            Duplicate: its unit has ended.
            Unchanged: the record that is known says the same.
        """
        unit = units_of(self.crawler).unit_of(item)
        if unit is None:
            self.crawler.stats.inc_value("discuz/record/duplicate_count")
            raise Duplicate("duplicate", log_level="DEBUG")
        known = unit.known
        if known is not None:
            if known.content_hash == item.content_hash and known.status == item.status:
                self.crawler.stats.inc_value("discuz/record/unchanged_count")
                raise Unchanged("unchanged", log_level="DEBUG")
            item.revision = known.revision + 1
        return item
