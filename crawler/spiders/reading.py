"""Reading an article: its pages and its comments, joined into one record."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from crawler import clock, loaders
from crawler.discuz.urls import Kind, Target, learn_style
from crawler.discuz.walls import Wall
from crawler.items import Article, Discuz, Provenance, SiteInfo
from crawler.middlewares.answers import TOO_LARGE
from crawler.middlewares.browser import BROWSER
from crawler.middlewares.charset import charset_of
from crawler.pages import ArticlePage, ListingPage
from crawler.pipelines.deduplicate import says_the_same
from crawler.spiders.policy import Missing, Moved, UnitEnded
from crawler.spiders.remembering import Look, row_elsewhere, row_kept, row_missing, row_read
from crawler.spiders.survey import Survey
from crawler.spiders.units import article_unit, target_of
from crawler.spiders.unmodified import UnmodifiedReader
from crawler.store import Category, Found, Outcome, Unit

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Sequence

    from scrapy.http import TextResponse

    from crawler.items import RawArticle, RawLink
    from crawler.store import Settled


FEW_LINKS = 2
MISSING_ARTICLE = str(Wall.MISSING_ARTICLE)
COVER = "cover"
CATEGORY = "category"
"""An article's own category, if its list names another one than the list's."""
LISTED = "listed"
"""When its list says that a young article was published: its own page may print no date."""
TOLD_BY_LISTS = (COVER, LISTED, "urls")
"""What is known of an article only from the payload of its unit."""
DEEPEST = 10
"""Levels of categories that are looked at below one that an article or a list names; owners make three or four."""
MOST_CATEGORIES = 1000
"""Categories with folders that are asked for their numbers; a portal has some dozens."""
MOST_READ = 10_000_000
"""Characters of all pages of an article together: 150 pages of the largest kind."""
AFTER_THE_LISTS = -10
"""Priority of articles that only another article names."""


class ArticleReader(UnmodifiedReader):
    """Reads article units."""

    reads_again: ClassVar[bool] = False
    """Whether an article that is known is read all the same."""
    follows_neighbours: ClassVar[bool] = False
    """Whether the articles before and after one are read, too."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        settings = kwargs["settings"]
        self.comments_enabled = settings.getbool("DISCUZ_COMMENTS_ENABLED")
        self.revisit_days: int = settings.getint("DISCUZ_REVISIT_DAYS")
        self.revisit_every = timedelta(minutes=settings.getfloat("DISCUZ_LATEST_EVERY", 60))
        self._revisited: datetime | None = None
        theme = self.site.theme
        self.extractor = loaders.extractor_stamp(
            (self.site.url, *self.site.aliases), self.site.time_zone, theme.tables if theme else None
        )
        self._style_known = self.site.style is not None or bool(self.store.recall("style"))
        self._asked_categories: dict[str, asyncio.Future[Sequence[RawLink]]] = {}

    async def read_article(self, response: TextResponse, unit: Unit) -> AsyncIterator[Article]:
        """Yield the record of an article, complete with all its pages and comments.

        One that is known and has not changed need not have all its comments, but those that are new.

        Raises:
            UnitEnded: a page is missing, or what no record can be without; or the article was not asked for.
        """
        look = self.look(unit)
        first = self.as_page(ArticlePage, response).raw()
        self.check(first, response, unit)
        if unit.number is None:
            self.settle(Outcome(unit=unit, state="done", found=[self.numbered(first, unit)]))
            return
        first.aid = first.aid or str(unit.number)
        self.learn_style([link.url for link in (first.previous, first.next, *first.related) if link])
        is_one_page = first.page_count == 1
        pages = [first, *await self.further_pages(first, unit.number)]
        for crumb in first.breadcrumbs:
            await self.know_category(crumb)
        if below := self.tree.learn_path(first.breadcrumbs):
            self.remember(below)
        charset = charset_of(response)
        context = loaders.Context(
            site_name=self.site.name,
            grammar=self.grammar,
            zone=self.site.zone,
            run_id=self.run.run_id,
            fetched_at=look.now,
            http_status=response.status,
            encoding=charset.encoding,
            encoding_source=charset.source,
            via=BROWSER if BROWSER in response.flags else "http",
        )
        load = partial(
            loaders.load_article,
            pages,
            cover=unit.payload.get(COVER),
            observed_urls=unit.payload.get("urls", ()),
        )
        try:
            known = None
            further = self.comments_enabled and self.place_of_comments(first, unit.number).further
            if further and unit.known is not None:
                draft = row_read(load([], context, comments_enabled=False), unit.key, look, self.extractor)
                # At the last look all are read: some may have been let through for others that were taken down.
                is_last_look = draft.next_at is None and unit.known.comment_ids is not None
                known = unit.known if says_the_same(draft, unit.known) and not is_last_look else None
            comments = await self.comments_of(first, unit.number, known) if self.comments_enabled else None
            record = load(
                comments.entries if comments else [],
                replace(context, count=self.crawler.stats.inc_value),
                comments_enabled=comments is not None,
                comments_complete=comments and comments.complete,
            )
        except loaders.MandatoryError as error:
            raise UnitEnded("failed", error.reason) from error
        if unit.payload.get("unsure") and not self.is_asked_for(record):
            raise UnitEnded("skipped", "not_asked")
        whole = is_one_page and not further and (bool(record.images) or COVER not in unit.payload)
        row = row_read(record, unit.key, look, self.extractor, self.validators(response) if whole else None)
        self.under_way.note(unit, row, self.neighbours(first), pictured=bool(record.images))
        yield record

    # --- which articles ---

    async def upkeep(self) -> None:
        """From time to time, take up the articles that are due to be looked at again."""
        await super().upkeep()
        now = clock.utc_now()
        before, every = self._revisited, self.revisit_every
        due = before is None or (every and not timedelta() <= now - before < every)  # a clock may be set back
        if self.looks_again and due:
            self._revisited = now
            self.crawler.stats.inc_value("discuz/plan/revisit_count", self.store.revisit(now))

    def waiting(self) -> list[Survey]:
        """Say what waits in the store for this job: also what is due to be looked at again."""
        due = self.store.due(clock.utc_now()).again if self.looks_again else 0
        return [*super().waiting(), *([Survey(f"{due:,} are due to be looked at again", due)] if due else [])]

    def neighbours(self, first: RawArticle) -> list[Found]:
        """Give the articles before and after one in its category, as units.

        A list that changes while it is walked, or shows only its first pages, does not name all that it holds; each
        article names the two beside it (``portal_view.php`` orders by number). They wait until the lists are through,
        which tell more of an article.

        Args:
            first: page 1 of the article.
        """
        if not self.follows_neighbours:
            return []
        targets = [replace(self.grammar.parse(link.url), page=1) for link in (first.previous, first.next) if link]
        top = next((catid for crumb in first.breadcrumbs if (catid := self.tree.catid(crumb.url)) is not None), None)
        return [
            replace(article_unit(target, unsure=True), priority=AFTER_THE_LISTS, catid=top)
            for target in targets
            if target.kind is Kind.ARTICLE
        ]

    def is_asked_for(self, record: Article) -> bool:
        """Tell whether an article lies within what was asked for, now that it was read; one without a date does.

        Asked of articles only that nothing but another article, or their number, led to.
        """
        day = date.fromisoformat(record.date_published[:10]) if record.date_published else None
        first, last = self.asked.from_date, self.asked.until_date
        return day is None or ((not first or day >= first) and (not last or day <= last))

    # --- what is remembered ---

    def look(self, unit: Unit) -> Look:
        """Begin a look at an article."""
        listed = unit.payload.get(LISTED)
        listed_at = datetime.fromisoformat(listed) if listed else None
        return Look(self.came_at(unit), self.revisit_days, unit.known, listed_at)

    def settle(self, outcome: Outcome) -> None:
        """End a unit; what only lists tell of an article, and its record needs, is kept for the next reading."""
        errand, row = self.under_way.errand(outcome.unit), outcome.article
        if row is not None:
            kept = {name: value for name, value in outcome.unit.payload.items() if name in TOLD_BY_LISTS}
            old = row.next_at is None
            if old and errand is not None and errand.pictured:  # its cover is no part of its record
                kept.pop(COVER, None)
            if old or row.date_published:
                kept.pop(LISTED, None)
            outcome = replace(outcome, kept=kept)
        super().settle(outcome)

    def end(self, unit: Unit, state: Settled, reason: str) -> None:
        """End a unit without a record; an article that has one keeps it, whatever bars it from us now."""
        if state != "skipped" or unit.known is None:
            super().end(unit, state, reason)
            return
        missing = reason == MISSING_ARTICLE
        row = row_missing(self.look(unit)) if missing else row_kept(self.look(unit))
        self.settle(Outcome(unit=unit, state="done", reason="missing" if missing else reason, article=row))

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
        if unit.number is not None and page.aid not in {None, str(unit.number)}:
            # A cache that mixes pages up: as the record of that article it would never end this one's unit.
            raise UnitEnded("failed", "other_article")
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

    def read_end(self, end: UnitEnded, unit: Unit) -> Article | None:
        """Make the record of an article whose address leads elsewhere, or of one that is gone, if it is.

        Elsewhere: an outer address is set (``portal_view.php``).
        """
        if unit.kind != "article" or unit.number is None:
            return None
        look = self.look(unit)
        if isinstance(end, Moved):
            record = self.bare(unit.number, look, end.status)
            record.status, record.moved_to = "moved", end.there
            row = row_elsewhere(record, unit.key, look, unit.payload.get(CATEGORY, unit.catid))
            self.under_way.note(unit, row)
            return record
        if isinstance(end, Missing) and unit.known is not None and unit.known.status != "gone":
            row = row_missing(look)
            if row.status == "gone":
                record = self.bare(unit.number, look, end.status)
                record.status = "gone"
                self.under_way.note(unit, row)
                return record
        return None

    def bare(self, aid: int, look: Look, status: int) -> Article:
        """Make a record of nothing but what names an article.

        Args:
            aid: its number.
            look: the look that did not bring it.
            status: of the response.
        """
        return Article(
            id=f"{self.site.name}:{aid}",
            url=self.grammar.build(Target(Kind.ARTICLE, aid)),
            site=SiteInfo(name=None, host=self.site.host),
            discuz=Discuz(aid=aid),
            provenance=Provenance(
                run_id=self.run.run_id,
                fetched_at=look.now.isoformat(timespec="seconds"),
                http_status=status,
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
        style = learn_style(map(self.grammar.here, urls), self.grammar.root)
        self.tree.spell(style)
        self.store.remember("style", asdict(style))

    async def further_pages(self, first: RawArticle, aid: int) -> Sequence[RawArticle]:
        """Fetch pages 2 to the last of an article: the last that has text, whatever number the pager prints.

        Raises:
            UnitEnded: a page is missing or another one, or there is more than any article has.
        """
        pages: list[RawArticle] = []
        read = 0
        file = self.grammar.parse(first.url).name  # the dynamic address of each page leads to the first one's file
        for number in range(2, first.page_count + 1):
            if number > loaders.MOST_PAGES:
                raise UnitEnded("failed", f"more_than_{loaders.MOST_PAGES}_pages")
            response = await self.fetch(Target(Kind.ARTICLE, aid, number, file))
            read += len(response.text)
            if read > MOST_READ:
                raise UnitEnded("failed", TOO_LARGE)
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

        What lies below has its own folders, and its articles come along with this category's. Several articles ask for
        the same category at once; one request answers all, and the store remembers it. A category may be said to lie
        below itself, or have others below it without an end.

        Raises:
            UnitEnded: a page of one cannot be read this time.
        """
        links, level, seen = [link], 0, set[str]()
        while links and level < DEEPEST:
            below: list[RawLink] = []
            for one in links:
                target = self.grammar.parse(one.url)
                if target.kind is Kind.LISTING and target.number is None and target.name not in seen:
                    seen.add(target.name)
                    below += await self._children(target, one)
            links, level = below, level + 1

    async def _children(self, target: Target, link: RawLink) -> Sequence[RawLink]:
        """Read the page of a category, once for all who ask, and give those below it; none where it is not for us.

        Raises:
            UnitEnded: it cannot be read this time.
        """
        asked = self._asked_categories.get(target.name)
        if asked is None:
            if len(self._asked_categories) >= MOST_CATEGORIES:
                return ()
            if len(self._asked_categories) == MOST_CATEGORIES - 1:
                self.logger.warning("More than %d categories have folders: no more are asked for", MOST_CATEGORIES)
            asked = asyncio.ensure_future(self._ask_category(target, link))
            self._asked_categories[target.name] = asked
        try:
            return await asked
        except UnitEnded as end:
            if end.state == "failed":
                self._asked_categories.pop(target.name, None)
                raise
            return ()

    async def _ask_category(self, target: Target, link: RawLink) -> Sequence[RawLink]:
        response = await self.fetch(target, link.url)
        raw = self.as_page(ListingPage, response).raw()
        self.remember(self.tree.learn(raw, link, clock.utc_now()))
        return raw.children

    def remember(self, categories: Iterable[Category]) -> None:
        """Keep categories at once: every record from now on names them."""
        known = list(categories)
        self.tree.remember(known)
        for category in known:
            self.store.save_category(category)
