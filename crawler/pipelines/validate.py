"""Validate: what a record's schema refuses goes no further; the rest of the record does."""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import jsonschema_rs
import orjson
from scrapy.exceptions import DropItem

from crawler.pipelines.mending import clean, complaints, take_out

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from crawler.pipelines.mending import Path

logger = logging.getLogger(__name__)

# No field is a fraction, though JSON Schema takes 5.0 for an integer; a text may hold this, and is looked at in vain.
_FRACTION: Final = re.compile(rb":-?\d+[.eE]")

EVERY: Final = 50
"""Records after which the numbers of missing fields are handed over."""

_NUMBERS: Final = frozenset({int, bool})
#: Objects whose own fields are counted too.
_PARTS: Final = ("publisher", "is_based_on", "site", "discuz", "provenance")


class InvalidRecord(DropItem):
    """The record is wrong in a field that no record can be without: our extraction or our schema is wrong.

    Attributes:
        field: the field, ``discuz/aid`` for one within another.
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"invalid: {field}: {message}")
        self.field = field


class ValidatePipeline:
    """Checks each record against ``crawler/record.schema.json`` with a compiled validator (20 µs a record).

    A wrong or missing field never fails a record, unless none can be without it: what is wrong is taken out, told in
    the log and counted (``discuz/field/<name>/invalid_count``), and so is what is not there (``…/missing_count``, of
    the ``discuz/record/checked_count`` articles that are published).
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        schema = orjson.loads(files("crawler").joinpath("record.schema.json").read_bytes())
        self.validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
        self._checked = 0
        self._missing: defaultdict[str, int] = defaultdict(int)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the pipeline as Scrapy does."""
        return cls(crawler)

    def process_item(self, item: Any) -> Any:
        """Give the item back, without what the schema refuses.

        Raises:
            InvalidRecord: that is a field which no record can be without.
        """
        record = _read(item)
        if record is None or not self.validator.is_valid(record):
            record = self._mend(item)
        if record["kind"] == "article" and record["status"] == "published":
            self._note_missing(record)
        return item

    def _mend(self, item: Any) -> dict[str, Any]:
        """Take out what is wrong: first as little as may do, then whole fields.

        Raises:
            InvalidRecord: it cannot be taken out.
        """
        wrong = dict(clean(item))
        record: dict[str, Any] = orjson.loads(orjson.dumps(item))
        for length in (None, 1):
            errors = self._errors(record)
            wrong = errors | wrong
            if stuck := take_out(item, [path[:length] for path in errors]):
                raise self._invalid(stuck[0], wrong)
            record = orjson.loads(orjson.dumps(item))
        if errors := self._errors(record):
            raise self._invalid(next(iter(errors)), wrong)
        told: set[str | int] = set()
        for path, words in wrong.items():
            self.crawler.stats.inc_value(f"discuz/field/{path[0]}/invalid_count")
            if path[0] not in told:
                told.add(path[0])
                logger.warning("%s: taken out of the record: %s: %s", _address(item), _name(path), words)
        self.crawler.stats.inc_value("discuz/record/mended_count")
        return record

    def _errors(self, record: dict[str, Any]) -> dict[Path, str]:
        return dict(complaint for error in self.validator.iter_errors(record) for complaint in complaints(error))

    def _invalid(self, path: Path, wrong: dict[Path, str]) -> InvalidRecord:
        """Count a record that fails, by its field."""
        field = _name(path)
        self.crawler.stats.inc_value("discuz/record/invalid_count")
        self.crawler.stats.inc_value(f"discuz/record/invalid_count/{field}")
        return InvalidRecord(field, next((words for key, words in wrong.items() if key[: len(path)] == path), "?"))

    def _note_missing(self, record: dict[str, Any]) -> None:
        """Count the fields that are null or empty."""
        missing = self._missing
        for name, value in record.items():
            if not value and type(value) not in _NUMBERS:
                missing[name] += 1
        for part in _PARTS:
            for name, value in (record[part] or {}).items():
                if value is None:
                    missing[f"{part}.{name}"] += 1
        self._checked += 1
        if self._checked >= EVERY:
            self._hand_over()

    def close_spider(self) -> None:
        """Hand over what is left."""
        self._hand_over()

    def _hand_over(self) -> None:
        """Hand over the numbers that have come together: one by one, that takes longer than all of the counting."""
        count = self.crawler.stats.inc_value
        count("discuz/record/checked_count", self._checked)
        for name, number in self._missing.items():
            count(f"discuz/field/{name}/missing_count", number)
        self._checked = 0
        self._missing.clear()


def _read(item: Any) -> dict[str, Any] | None:
    """Read a record as any reader will: from JSON. None if it may hold what JSON cannot."""
    try:
        line = orjson.dumps(item)
    except TypeError:
        return None
    record: dict[str, Any] | None = None if _FRACTION.search(line) else orjson.loads(line)
    return record


def _name(path: Path) -> str:
    return "/".join(map(str, path)) or "record"


def _address(item: Any) -> str:
    return str(getattr(item, "url", None) or item.id)
