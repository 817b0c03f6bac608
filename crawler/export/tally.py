"""What is counted of an export for its card, row by row."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

MOST: Final = 5000
"""Values that are counted one by one; further ones together."""
REST: Final = "(others)"
NONE: Final = "(none)"


@dataclass(slots=True)
class Tally:
    """Counts over the rows of an export.

    Attributes:
        rows: how many.
        articles: how many of them are lines of articles; the others are lines of new comments.
        by: how many rows have which value, by what is counted: ``site``, ``category``, ``status``, ``year`` …
        present: rows of articles that have a field, neither null nor empty.
        first: the earliest day of publication, "" for none.
        last: the latest.
        comments: how many comments the rows hold.
    """

    rows: int = 0
    articles: int = 0
    by: dict[str, Counter[str]] = field(
        default_factory=lambda: {name: Counter() for name in ("site", "category", "status", "year", "language")}
    )
    present: Counter[str] = field(default_factory=Counter)
    first: str = ""
    last: str = ""
    comments: int = 0

    def add(self, site: str, record: dict[str, Any]) -> None:
        """Count a row."""
        self.rows += 1
        self.comments += len(record.get("comments") or ())
        self._count("site", site)
        is_article = record["kind"] == "article"
        self._count("status", record["status"] if is_article else "published (new comments only)")
        if not is_article:
            return
        self.articles += 1
        self.present.update(name for name, value in record.items() if value is not None and value not in ("", [], {}))
        date = record.get("date_published") or ""
        self._count("year", date[:4])
        if record["status"] == "published":
            self._count("category", record.get("article_section"))
            self._count("language", record.get("in_language"))
        if day := date[:10]:
            self.first = min(self.first or day, day)
            self.last = max(self.last, day)

    def _count(self, what: str, value: str | None) -> None:
        counter = self.by[what]
        name = value or NONE
        counter[name if name in counter or len(counter) < MOST else REST] += 1
