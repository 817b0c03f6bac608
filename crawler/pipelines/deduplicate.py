"""Deduplicate: a record is written once, and again only when the site changed it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.exceptions import DropItem

from crawler.items import CommentsUpdate
from crawler.pipelines.units import units_of

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from crawler.items import Article
    from crawler.store import ArticleRow


class Duplicate(DropItem):
    """The article's unit has ended already: another spelling of its address brought it."""


class Unchanged(DropItem):
    """The article is known, an editor would find nothing changed, and nobody has commented on it since."""


class DeduplicatePipeline:
    """Compares an article with what the store knows of it, by canonical key, content hash and comments.

    The store gave out the unit together with what is known of its article, so nothing is looked up here and nothing
    is remembered: memory does not grow with the crawl.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the pipeline as Scrapy does."""
        return cls(crawler)

    def process_item(self, item: Article) -> Article | CommentsUpdate:
        """Give the item back with its revision, or only its new comments where nothing else is new.

        Raises:
            Duplicate: its unit has ended.
            Unchanged: the record that is known says the same.
        """
        units = units_of(self.crawler)
        unit = units.unit_of(item)
        if unit is None:
            self.crawler.stats.inc_value("discuz/record/duplicate_count")
            raise Duplicate("duplicate", log_level="DEBUG")
        known = unit.known
        if known is None:
            return item
        if not says_the_same(units.row_of(unit), known):
            item.revision = known.revision + 1
            return item
        unwritten = known.unwritten(comment.id for comment in item.comments or ())
        new = [comment for comment in item.comments or () if comment.id in unwritten]
        if new and item.counts_observed_at is not None:
            return CommentsUpdate(id=item.id, comments=new, counts_observed_at=item.counts_observed_at)
        self.crawler.stats.inc_value("discuz/record/unchanged_count")
        raise Unchanged("unchanged", log_level="DEBUG")


def says_the_same(row: ArticleRow, known: ArticleRow) -> bool:
    """Tell whether the site has not changed an article since its last record.

    Hashes of different extractors cannot be compared: what differs is taken for ours, and the next look compares again.

    Args:
        row: what would be remembered of it now.
        known: what is.
    """
    if row.status != known.status:
        return False
    if row.content_hash == known.content_hash:
        return True
    if known.content_hash is None:  # put back by the gate, to be written again
        return row.status != "published"
    return known.extractor is not None and known.extractor != row.extractor
