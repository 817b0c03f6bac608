"""Validate: a record that breaks its schema goes no further."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import orjson
from scrapy.exceptions import DropItem

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler


class InvalidRecord(DropItem):
    """The record does not fit the schema: our extraction or our schema is wrong."""


class ValidatePipeline:
    """Checks each record against ``crawler/record.schema.json`` with a compiled validator (20 µs a record)."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        schema = orjson.loads(files("crawler").joinpath("record.schema.json").read_bytes())
        self.validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the pipeline as Scrapy does."""
        return cls(crawler)

    def process_item(self, item: Any) -> Any:
        """Give the item back as it came.

        Raises:
            InvalidRecord: it breaks the schema; the message names the field and the rule.
        """
        # What is checked is what will be read: the JSON, not the dataclass.
        record = orjson.loads(orjson.dumps(item))
        if self.validator.is_valid(record):
            return item
        error = next(self.validator.iter_errors(record))
        field = "/".join(str(step) for step in error.instance_path) or "record"
        self.crawler.stats.inc_value("discuz/record/invalid_count")
        self.crawler.stats.inc_value(f"discuz/record/invalid_count/{field}")
        raise InvalidRecord(f"invalid: {field}: {error.message[:200]}")
