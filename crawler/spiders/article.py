"""Single articles, by number or address, whether they are known or not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from crawler.discuz.urls import Kind, Target
from crawler.errors import UsageError
from crawler.spiders.reading import ArticleReader
from crawler.spiders.survey import Survey
from crawler.spiders.units import article_unit

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from scrapy.http import TextResponse

    from crawler.store import Found, Unit


class ArticleSpider(ArticleReader):
    """Reads the articles that it is given."""

    name = "article"
    accepted: ClassVar[frozenset[str]] = frozenset({"url", "aid", "file"})
    reads_again: ClassVar[bool] = True

    async def seed(self) -> None:
        """Put the articles into the store, to be read again if they are known.

        Raises:
            UsageError: none is given, or an address is no article of this site.
        """
        self.store.add(self.units())

    async def survey(self) -> Survey:
        """Say how many articles there are to read.

        Raises:
            UsageError: none is given, or an address is no article of this site.
        """
        number = len({unit.key for unit in self.units()})
        return Survey(f"{number:,} articles are named", number)

    def units(self) -> Iterator[Found]:
        """Make the units.

        Raises:
            UsageError: none is given, or an address is no article of this site.
        """
        if not (self.asked.aid or self.asked.url or self.asked.retry_skipped):
            raise UsageError("aid is missing: give -a aid=12,40-80, -a url=URL,… or -a file=urls.txt")
        for url in self.asked.url:
            target = self.grammar.parse(url)
            if target.kind is not Kind.ARTICLE:
                raise UsageError(
                    f"url={url!r} is no article of {self.site.url}: "
                    f"give one as in {self.grammar.build(Target(Kind.ARTICLE, 12))}"
                )
            yield article_unit(replace(target, page=1), refresh=self.reads_again)
        for aid in self.asked.aid:
            yield article_unit(Target(Kind.ARTICLE, aid), refresh=self.reads_again)

    def read(self, response: TextResponse, unit: Unit) -> AsyncIterator[Any]:
        """Read an article."""
        return self.read_article(response, unit)
