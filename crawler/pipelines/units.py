"""What the pipelines ask of the spider: which unit an item belongs to, what of it is to be remembered, its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.discuz.urls import Grammar
    from crawler.items import Article, CommentsUpdate
    from crawler.privacy import Blocks
    from crawler.store import ArticleRow, Outcome, Unit


class ServesUnits(Protocol):
    """The side of a spider that pipelines see."""

    blocks: Blocks
    """What is blocked of its site."""

    @property
    def grammar(self) -> Grammar:
        """How the site spells addresses, as far as its pages have told."""

    def unit_of(self, item: Article | CommentsUpdate) -> Unit | None:
        """Give the unit under way that an item belongs to, None if it has ended."""

    def row_of(self, unit: Unit) -> ArticleRow:
        """Give what is to be remembered of a unit's article; its revision is the one that is known."""

    def settle(self, outcome: Outcome) -> None:
        """End a unit."""


def units_of(crawler: Crawler) -> ServesUnits:
    """Give the crawl's spider as the pipelines see it."""
    return cast("ServesUnits", crawler.spider)
