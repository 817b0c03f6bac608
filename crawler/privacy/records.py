"""Taking personal data out of a record: out of every field that people write, text and HTML alike."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import orjson

from crawler.privacy.finding import find, redact
from crawler.privacy.html import bare, redact_address, redact_html

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from crawler.privacy.kinds import Kind

    Record = dict[str, Any]

TEXTS: Final[tuple[tuple[str, ...], ...]] = (
    ("headline",),
    ("description",),
    ("article_body",),
    ("authors", "*", "name"),
    ("authors", "*", "name_raw"),
    ("publisher", "name"),
    ("is_based_on", "name"),
    ("pages", "*", "title"),
    ("credits", "*", "*"),
    ("images", "*", "alt"),
    ("attachments", "*", "name"),
    ("links", "*", "text"),
    ("keywords", "*"),
    ("comments", "*", "author"),
    ("comments", "*", "text"),
    ("comments", "*", "quote"),
    ("related", "*", "headline"),
    ("previous", "headline"),
    ("next", "headline"),
)
"""What people write in a record, by the way to it; ``*`` is everything that a list or object holds."""
ADDRESSES: Final[tuple[tuple[str, ...], ...]] = (("links", "*", "url"), ("is_based_on", "url"))
"""Addresses that may lead to a person: all others name pages and files."""
HTML: Final = "article_body_html"
HASH: Final = "content_hash"
HASHED: Final = (
    *("headline", "description", "article_body", "article_section", "authors", "is_based_on", "date_published"),
    *("credits", "images", "attachments", "videos", "audios"),
)
"""What the hash of an article's content is made of."""

#: What an attribute may hold that no plain text shows.
_TELLING: Final = re.compile(r"mailto:|tel:|sms|tencent:|mqq|qq\.com|@|%40|phone|mobile|alt=|title=", re.IGNORECASE)


class Redactor:
    """Takes kinds of personal data out of records.

    Attributes:
        counts: how many findings there were, by kind; what HTML says again is not counted again.
        records: how many records were changed.
    """

    def __init__(self, kinds: Collection[Kind]) -> None:
        self._kinds = frozenset(kinds)
        self.counts: Counter[Kind] = Counter()
        self.records = 0

    def __call__(self, record: Record) -> Record:
        """Give a record with markers in place of what was found; the same one where nothing was."""
        found: list[Kind] = []

        def words(text: str) -> str:
            new, kinds = redact(text, self._kinds)
            found.extend(kinds)
            return new

        def address(text: str) -> str:
            new, kinds = redact_address(text, self._kinds)
            found.extend(kinds)
            return new

        new = change(record, TEXTS, words)
        new = change(new, ADDRESSES, address)
        html = record.get(HTML)
        if html and self._may_hold(html):
            new = {**new, HTML: redact_html(html, self._kinds)}
        if new == record:
            return record
        self.counts.update(found)
        self.records += 1
        return rehashed(new)

    def _may_hold(self, html: str) -> bool:
        """Tell at once of most bodies that they hold nothing: each character of it takes its time."""
        return bool(_TELLING.search(html)) or bool(find(bare(html), self._kinds))


def change(record: Record, ways: Collection[tuple[str, ...]], new: Callable[[str], str]) -> Record:
    """Give a record whose texts at the end of some ways are changed; what is not changed is shared with the old one."""
    for way in ways:
        value = record.get(way[0])
        if value is not None:
            changed = _changed(value, way[1:], new)
            if changed is not value:
                record = {**record, way[0]: changed}
    return record


def _changed(value: Any, way: tuple[str, ...], new: Callable[[str], str]) -> Any:
    if not way:
        if not isinstance(value, str):
            return value
        text = new(value)
        return value if text == value else text
    if isinstance(value, list):
        items = [_changed(item, way[1:], new) for item in value] if way[0] == "*" else value
        return value if all(a is b for a, b in zip(items, value, strict=True)) else items
    if isinstance(value, dict):
        names = list(value) if way[0] == "*" else [way[0]] if way[0] in value else []
        parts = {name: _changed(value[name], way[1:], new) for name in names}
        return value if all(value[name] is part for name, part in parts.items()) else {**value, **parts}
    return value


def rehashed(record: Record) -> Record:
    """Give a record whose hash is of what it says now.

    That of what the site says would tell what was taken out: a telephone has ten digits, which are soon tried through.
    """
    if not record.get(HASH):
        return record
    content = orjson.dumps([record.get(name) for name in HASHED])
    return {**record, HASH: hashlib.sha256(content).hexdigest()}
