"""Write: hand the record to the store as one JSON line, together with the end of its unit."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import orjson

from crawler.items import Article
from crawler.pipelines.deduplicate import Duplicate
from crawler.pipelines.units import units_of
from crawler.store import Outcome

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from crawler.items import CommentsUpdate


class WritePipeline:
    """Ends the article's unit with its line: line, row and ``done`` become durable in one transaction or not at all."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the pipeline as Scrapy does."""
        return cls(crawler)

    def process_item(self, item: Article | CommentsUpdate) -> Article | CommentsUpdate:
        """Give the item back as it came.

        Raises:
            Duplicate: its unit has ended meanwhile.
        """
        units = units_of(self.crawler)
        unit = units.unit_of(item)
        if unit is None:
            raise Duplicate("duplicate", log_level="DEBUG")
        row = units.row_of(unit)
        if isinstance(item, Article):
            row = replace(row, revision=item.revision)
        line = orjson.dumps(item, option=orjson.OPT_APPEND_NEWLINE)
        units.settle(Outcome(unit=unit, state="done", line=line, article=row))
        self._count(item)
        return item

    def _count(self, item: Article | CommentsUpdate) -> None:
        stats = self.crawler.stats
        stats.inc_value("discuz/record/written_count")
        if not isinstance(item, Article):
            stats.inc_value("discuz/record/comments_count")
            return
        if item.status != "published":
            stats.inc_value(f"discuz/record/{item.status}_count")
        stats.set_value("discuz/last_headline", item.headline or item.url)
