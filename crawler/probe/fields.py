"""The fields of the record over the articles of a probe: which were given, by which rule, what would mend the rest."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, Final

from crawler.pages.explain import explain, mended_by
from crawler.probe.findings import FieldRead

if TYPE_CHECKING:
    from parsel import Selector

    from crawler.pages import Theme

SHOWN: Final = (
    *("headline", "date_published", "publisher", "authors", "is_based_on", "breadcrumbs", "article_section"),
    *("description", "article_body", "images", "attachments", "credits", "keywords", "view_count", "comment_count"),
    *("reactions", "comments", "related", "previous", "next"),
)
"""Fields of the record that a page gives or not; the others follow from them."""

EVERY: Final = frozenset({"headline", "date_published", "article_body"})
"""Fields that every article of every site has."""

BODY: Final = 'theme.article.body = "SELECTOR"'
"""The line without which the text of an unknown template is a guess."""


class Fields:
    """Counts fields, article by article.

    Args:
        theme: how the site's template departs from the default.
    """

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._articles = 0
        self._expected: Counter[str] = Counter()
        self._given: Counter[str] = Counter()
        self._rules: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def take(self, record: dict[str, Any], selector: Selector, url: str) -> None:
        """Take in an article.

        Args:
            record: its record, as a dictionary; empty if none could be made.
            selector: its first page.
            url: the page's address.
        """
        self._articles += 1
        # Of an article without comments none can be missing.
        self._expected.update(name for name in SHOWN if name != "comments" or record.get("comment_count"))
        given = [name for name in SHOWN if record.get(name) not in (None, "", [], {})]
        self._given.update(given)
        for name, rule in explain("article", selector, given, url=url, theme=self._theme).items():
            self._rules[name][rule] += 1

    def sum_up(self) -> list[FieldRead]:
        """Give each field with its counts; nothing if no article was read."""
        if not self._articles:
            return []
        return [
            FieldRead(
                name=name,
                given=self._given[name],
                of=self._expected[name],
                rules=[rule for rule, _ in self._rules[name].most_common()],
                mend=mend(name) if self._given[name] < self._expected[name] else None,
            )
            for name in SHOWN
        ]


def mend(name: str) -> str | None:
    """Give the line of TOML that would say where a field of the record stands; None where none would.

    >>> mend("authors")
    'theme.article.author = "SELECTOR"'
    """
    field = mended_by(name)
    return f'theme.article.{field} = "SELECTOR"' if field else None
