"""Reading an article: its pages and its comments, joined into one record."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from crawler import loaders
from crawler.discuz.urls import Kind, Target, learn_style
from crawler.items import Article, Discuz, Provenance, SiteInfo
from crawler.middlewares.charset import charset_of
from crawler.pages import ArticlePage, ListingPage
from crawler.spiders.commenting import CommentReader
from crawler.spiders.policy import Moved, UnitEnded
from crawler.spiders.units import article_unit, target_of
from crawler.store import Category, Found, Outcome, Unit

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Sequence

    from scrapy.http import TextResponse

    from crawler.items import RawArticle, RawLink


FEW_LINKS = 2


class ArticleReader(CommentReader):
    """Reads article units."""

    reads_again: ClassVar[bool] = False
    """Whether an article that is known is read all the same."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.comments_enabled = kwargs["settings"].getbool("DISCUZ_COMMENTS_ENABLED")
        self._style_known = self.site.style is not None or bool(self.store.recall("style"))
        self._asked_categories: dict[str, asyncio.Future[None]] = {}

    async def read_article(self, response: TextResponse, unit: Unit) -> AsyncIterator[Article]:
        """Yield the record of an article, complete with all its pages and comments.

        Raises:
            UnitEnded: a page is missing, or what no record can be without.
        """
        now = datetime.now(UTC)
        first = self.as_page(ArticlePage, response).raw()
        self.check(first, response, unit)
        if unit.number is None:
            self.settle(Outcome(unit=unit, state="done", found=[self.numbered(first, unit)]))
            return
        first.aid = first.aid or str(unit.number)
        self.learn_style([link.url for link in (first.previous, first.next, *first.related) if link])
        pages = [first, *await self.further_pages(first, unit.number)]
        comments = await self.comments_of(first, unit.number) if self.comments_enabled else None
        for crumb in first.breadcrumbs:
            await self.know_category(crumb)
        charset = charset_of(response)
        context = loaders.Context(
            site_name=self.site.name,
            grammar=self.grammar,
            zone=self.site.zone,
            run_id=self.run.run_id,
            fetched_at=now,
            http_status=response.status,
            encoding=charset.encoding,
            encoding_source=charset.source,
            count=self.crawler.stats.inc_value,
        )
        try:
            record = loaders.load_article(
                pages,
                comments.entries if comments else [],
                context,
                comments_enabled=comments is not None,
                comments_complete=comments and comments.complete,
                cover=unit.payload.get("cover"),
                observed_urls=unit.payload.get("urls", ()),
            )
        except loaders.MandatoryError as error:
            raise UnitEnded("failed", error.reason) from error
        yield record

    def check(self, page: RawArticle, response: TextResponse, unit: Unit) -> None:
        """See whether a page is the article that was asked for.

        Raises:
            UnitEnded: it is not, or prints nothing of one.
        """
        asked, own = target_of(unit), self.grammar.parse(response.url)
        # A file's address does not tell whose it is: a redirect to one was followed on trust.
        trusted = asked.number is not None and own.number is None and own.name != asked.name
        if trusted and (not page.body_found or page.aid not in {None, str(asked.number)}):
            raise Moved(response.url, response.status)
        if not page.title and not page.body_found:
            # A file may be anything; what is asked for by number is an article, whatever came this time.
            raise UnitEnded("failed" if asked.number is not None else "skipped", "no_article")

    def numbered(self, page: RawArticle, unit: Unit) -> Found:
        """Make the unit of an article whose file had to be read to learn its number: a record goes by that.

        Raises:
            UnitEnded: the page does not tell it.
        """
        if page.aid is None:
            raise UnitEnded("failed", "no_aid")
        path = unit.payload["path"]
        return article_unit(Target(Kind.ARTICLE, int(page.aid), 1, path), refresh=self.reads_again, **unit.payload)

    def read_moved(self, moved: Moved, unit: Unit) -> Article | None:
        """Make the record of an article whose address leads elsewhere (an outer address set: ``portal_view.php``)."""
        if unit.kind != "article" or unit.number is None:
            return None
        return Article(
            id=f"{self.site.name}:{unit.number}",
            status="moved",
            url=self.grammar.build(Target(Kind.ARTICLE, unit.number)),
            moved_to=moved.there,
            site=SiteInfo(name=None, host=self.site.host),
            discuz=Discuz(aid=unit.number),
            provenance=Provenance(
                run_id=self.run.run_id,
                fetched_at=datetime.now(UTC).isoformat(timespec="seconds"),
                http_status=moved.status,
                encoding=None,
                encoding_source=None,
                time_zone_source=None,
            ),
        )

    def learn_style(self, urls: Sequence[str]) -> None:
        """Spell addresses as the site's own links do, once they tell: for good, since a record keeps its address.

        Discuz! rewrites every link of a kind or none, so that a few of them tell.
        """
        if self._style_known or len(urls) < FEW_LINKS:
            return
        self._style_known = True
        style = learn_style(urls, self.grammar.root)
        self.tree.spell(style)
        self.store.remember("style", asdict(style))

    async def further_pages(self, first: RawArticle, aid: int) -> Sequence[RawArticle]:
        """Fetch pages 2 to the last of an article: the last that has text, whatever number the pager prints.

        Raises:
            UnitEnded: a page is missing or another one, or there are more than any article has.
        """
        pages: list[RawArticle] = []
        file = self.grammar.parse(first.url).name  # the dynamic address of each page leads to the first one's file
        for number in range(2, first.page_count + 1):
            if number > loaders.MOST_PAGES:
                raise UnitEnded("failed", f"more_than_{loaders.MOST_PAGES}_pages")
            response = await self.fetch(Target(Kind.ARTICLE, aid, number, file))
            page = self.as_page(ArticlePage, response).raw()
            if not page.body_found:
                raise UnitEnded("failed", f"page_{number}_without_body")
            if loaders.beyond_last(page, number):
                first.page_count = number - 1
                break
            if page.page != number:
                raise UnitEnded("failed", f"page_{number}_shows_{page.page}")
            pages.append(page)
        return pages

    async def know_category(self, link: RawLink) -> None:
        """Find out the catid of a category that has a folder: only its own pages print it (``portal_list.php``).

        Several articles ask for the same category at once; one request answers all, and the store remembers it.
        """
        target = self.grammar.parse(link.url)
        if target.kind is not Kind.LISTING or target.number is not None:
            return
        asked = self._asked_categories.get(target.name)
        if asked is None:
            asked = asyncio.ensure_future(self._ask_category(target, link))
            self._asked_categories[target.name] = asked
        try:
            await asked
        except UnitEnded as end:
            if end.state == "failed":
                self._asked_categories.pop(target.name, None)
                raise

    async def _ask_category(self, target: Target, link: RawLink) -> None:
        response = await self.fetch(target, link.url)
        raw = self.as_page(ListingPage, response).raw()
        self.remember(self.tree.learn(raw, link, datetime.now(UTC)))
        # What lies below has its own folders, and its articles come along with this category's.
        for child in raw.children:
            await self.know_category(child)

    def remember(self, categories: Iterable[Category]) -> None:
        """Keep categories at once: every record from now on names them."""
        known = list(categories)
        self.tree.remember(known)
        for category in known:
            self.store.save_category(category)
