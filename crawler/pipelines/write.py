"""Write: hand the record to the store as one JSON line, together with the end of its unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from crawler.discuz.urls import Kind, Target, key
from crawler.pipelines.deduplicate import Duplicate
from crawler.pipelines.units import units_of
from crawler.store import ArticleRow, Outcome

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from crawler.items import Article


class WritePipeline:
    """Ends the article's unit with its line: line, row and ``done`` become durable in one transaction or not at all."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the pipeline as Scrapy does."""
        return cls(crawler)

    def process_item(self, item: Article) -> Article:
        """Give the item back as it came.

        Raises:
            Duplicate: its unit has ended meanwhile.
        """
        units = units_of(self.crawler)
        unit = units.unit_of(item)
        if unit is None:
            raise Duplicate("duplicate", log_level="DEBUG")
        units.settle(
            Outcome(
                unit=unit, state="done", line=orjson.dumps(item, option=orjson.OPT_APPEND_NEWLINE), article=row(item)
            )
        )
        stats = self.crawler.stats
        stats.inc_value("discuz/record/written_count")
        stats.set_value("discuz/last_headline", item.headline or item.url)
        return item


def row(item: Article) -> ArticleRow:
    """Say what is worth remembering of a record."""
    return ArticleRow(
        key=key(Target(Kind.ARTICLE, item.discuz.aid)),
        aid=item.discuz.aid,
        status=item.status,
        content_hash=item.content_hash,
        revision=item.revision,
        date_published=item.date_published,
        catid=item.discuz.catid,
        comment_count=item.comment_count,
        last_comment_id=max((comment.id for comment in item.comments or ()), default=None),
    )
