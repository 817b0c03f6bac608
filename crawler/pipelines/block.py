"""Block: what is on the block list is written nowhere, however it comes."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin, get_type_hints

import orjson
from scrapy.exceptions import DropItem, NotConfigured

from crawler.pipelines.units import units_of
from crawler.privacy import LeavesOut
from crawler.store.blocked import BLOCKED

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from crawler.items import Article


class Blocked(DropItem):
    """The article is on the block list."""


class BlockPipeline:
    """Drops blocked articles, and takes blocked comments and persons out of others.

    What is remembered of an article to tell what changes is of the site's own words: it is noted before this.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        blocks = units_of(crawler).blocks
        if not blocks:
            raise NotConfigured
        self._leave_out = LeavesOut(blocks, units_of(crawler).grammar)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the pipeline as Scrapy does; without a block list there is none."""
        return cls(crawler)

    def process_item(self, item: Article) -> Article:
        """Give the item back, without what is blocked of it.

        Raises:
            Blocked: all of it is.
        """
        record = orjson.loads(orjson.dumps(item))
        new = self._leave_out(record)
        stats = self.crawler.stats
        if new is None:
            stats.inc_value("discuz/record/blocked_count")
            raise Blocked(BLOCKED, log_level="DEBUG")
        if new is record:
            return item
        stats.inc_value("discuz/record/partly_blocked_count")
        hints = get_type_hints(type(item))
        for name, value in new.items():
            if value != record[name]:
                setattr(item, name, rebuilt(hints[name], value))
        return item


def rebuilt(hint: Any, value: Any) -> Any:
    """Make of a JSON value what a field of a record holds: dataclasses of objects.

    Args:
        hint: the field's type.
        value: as JSON has it.
    """
    origin, parts = get_origin(hint), get_args(hint)
    if origin in {Union, UnionType}:
        chosen = [part for part in parts if part is not NoneType]
        return None if value is None else rebuilt(chosen[0], value)
    if origin is list:
        return [rebuilt(parts[0], item) for item in value]
    if is_dataclass(hint) and isinstance(hint, type):
        hints = get_type_hints(hint)
        return hint(**{field.name: rebuilt(hints[field.name], value[field.name]) for field in fields(hint)})
    return value
