"""A whole crawl once more, out of its archive: with today's extractor, and without a request.

The pages are read by the same spiders, loaders and pipelines as those that came from the site; only the downloader is
another one. Lists are not walked again, since every page of them that was served is at hand: each tells what it names,
and then every article is read as it was served last.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, Self

from scrapy.exceptions import IgnoreRequest
from scrapy.http import TextResponse

from crawler.archive import Collection, address
from crawler.discuz.urls import Kind, Target, key
from crawler.discuz.walls import Wall
from crawler.errors import ExitCode
from crawler.items import RawLink
from crawler.middlewares.answers import BadAnswer
from crawler.middlewares.charset import decoded
from crawler.middlewares.compression import unpacked
from crawler.middlewares.conditional import NOT_MODIFIED
from crawler.middlewares.replaying import NOT_ARCHIVED, response_of
from crawler.pages import FeedPage, HomePage, ListingPage, parse
from crawler.spiders.base import REDIRECTS
from crawler.spiders.judging import judge
from crawler.spiders.listing import is_front
from crawler.spiders.naming import NamesArticles, wait_for_lists
from crawler.spiders.policy import Missing, UnitEnded
from crawler.spiders.units import article_unit, target_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence

    from scrapy import Request
    from scrapy.crawler import Crawler

    from crawler.archive import Entry, Served
    from crawler.discuz import walls
    from crawler.items import Article
    from crawler.spiders.remembering import Look
    from crawler.store import Found, Unit

LARGEST = 64 * 1024 * 1024
"""Bytes of a page, unpacked."""
NAMING = (Kind.HOME, Kind.LISTING, Kind.FEED)
AT_ONCE = 500
"""Units that are stored at a time."""


class Rereader(NamesArticles):
    """Reads what an archive has of a site. Not in `SPIDER_MODULES`: nobody starts it by name.

    Attributes:
        collection: the archive.
        unread: why articles that the archive has give no record, by key.
    """

    name = "reread"
    accepted: ClassVar[frozenset[str]] = frozenset()
    collection: Collection

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.unread: dict[str, str] = {}
        self._by_key: dict[str, list[Entry]] = defaultdict(list)
        self._met: dict[str, Entry] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Build it as any spider of units, with its archive."""
        collection = kwargs.pop("collection")
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.collection = collection
        return spider

    # --- what lists tell ---

    async def seed(self) -> None:
        """Learn from every page that names categories or articles, then have each article read."""
        naming = self._naming()
        for response, target in self._pages(naming):
            self._learn_categories(response, target)
            await asyncio.sleep(0)
        self._arrange()
        for response, target in self._pages(naming):
            self.store.add(self._named(response, target))
            await asyncio.sleep(0)
        served = wait_for_lists(article_unit(target) for target in self._articles())
        for first in range(0, len(served), AT_ONCE):
            self.store.add(served[first : first + AT_ONCE])

    def _naming(self) -> list[tuple[Entry, Target]]:
        """Give what may name something, by time."""
        found = [
            (entry, target)
            for url, entries in self.collection.entries.items()
            if (target := self.grammar.parse(url)).kind in NAMING
            for entry in entries
            if entry.status == 200
        ]
        return sorted(found, key=lambda one: one[0].moment)

    def _pages(self, entries: Sequence[tuple[Entry, Target]]) -> Iterator[tuple[TextResponse, Target]]:
        """Give those that are pages, and no walls."""
        for entry, target in entries:
            response = self._page(entry)
            if response is not None and judge(response, target, self.grammar) is None:
                yield response, target

    def _page(self, entry: Entry) -> TextResponse | None:
        """Give a response that is text, as the spider is given it."""
        served = self.collection.load(entry)
        try:
            response = unpacked(response_of(served), LARGEST) if served is not None else None
        except BadAnswer:
            return None
        return decoded(response) if isinstance(response, TextResponse) else None

    def _learn_categories(self, response: TextResponse, target: Target) -> None:
        if target.kind is Kind.HOME:
            home = self.as_page(HomePage, response).raw()
            named = [(catid, link) for catid, link in home.categories if self.is_listing(link)]
            self.remember(filter(None, [self.tree.from_link(link, catid=catid) for catid, link in named]))
        elif target.kind is Kind.LISTING and target.page == 1:
            page = self.as_page(ListingPage, response)
            if ListingPage.matches(page):
                raw = page.raw()
                self.remember(self.tree.learn(raw, RawLink(text="", url=response.url), self.run.started_at))
                self.learn_style([entry.url for entry in raw.entries])

    def _named(self, response: TextResponse, target: Target) -> list[Found]:
        """Give the units of the articles that a page names."""
        if target.kind is Kind.FEED:
            entries = FeedPage(parse(response.text), response.url).raw().entries
            return wait_for_lists(self.found(one, catid=target.number) for one in self.articles_of_feed(entries))
        page = self.as_page(ListingPage, response)
        if target.kind is not Kind.LISTING or not ListingPage.matches(page):
            return []
        raw = page.raw()
        if target.page > 1:
            raw.links = []
        found = [self.found(one, catid=raw.catid) for one in self.articles_in(raw)]
        return wait_for_lists(found) if is_front(raw) else found

    def _arrange(self) -> None:
        """Put together what was served of one thing under several spellings of its address."""
        for url, entries in self.collection.entries.items():
            target = self.grammar.parse(url)
            if target.kind is not Kind.OTHER:
                self._by_key[key(target)] += entries
        for entries in self._by_key.values():
            entries.sort(key=lambda entry: entry.moment)

    def _articles(self) -> Iterator[Target]:
        """Give the articles that were served, each once."""
        seen: set[str] = set()
        for url in self.collection.entries:
            target = self.grammar.parse(url)
            if target.kind is Kind.ARTICLE and target.page == 1 and (name := key(target)) not in seen:
                seen.add(name)
                yield target

    # --- what is read ---

    def served(self, request: Request) -> Served | None:
        """Give what is archived for a request: what was served last, but for walls and errors."""
        target: Target | None = request.cb_kwargs.get("target")
        entry = self._chosen(address(request.url), target)
        if entry is None:
            return None
        if target is not None and target.kind is Kind.ARTICLE and target.page == 1:
            self._met[key(target)] = entry
        return self.collection.load(entry)

    def _chosen(self, url: str, target: Target | None) -> Entry | None:
        own = [entry for entry in self.collection.entries.get(url, ()) if entry.status != NOT_MODIFIED]
        others: list[Entry] = []
        if target is not None and target.kind is not Kind.OTHER:
            others = [entry for entry in self._by_key.get(key(target), ()) if entry.status != NOT_MODIFIED]
        # A redirect is an answer for its own spelling only: it leads to another one of the same thing.
        pages = {entry for entry in others if entry.status == 200}
        entries = sorted({*own, *pages} or {*others}, key=lambda entry: entry.moment)
        if len(entries) > 1:
            for entry in reversed(entries):
                if self._is_answer(entry, target):
                    return entry
        return entries[-1] if entries else None

    def _is_answer(self, entry: Entry, target: Target | None) -> bool:
        if entry.status != 200 and entry.status not in REDIRECTS:
            return False
        if target is None:
            return True
        served = self.collection.load(entry)
        if served is None:
            return False
        response = response_of(served) if entry.status in REDIRECTS else self._page(entry)
        return response is not None and judge(response, target, self.grammar) is None

    def look(self, unit: Unit) -> Look:
        """Begin a look at an article, at the time at which it was served."""
        entry = self._met.get(key(target_of(unit)))
        look = super().look(unit)
        return look if entry is None else replace(look, now=entry.moment)

    async def read_article(self, response: TextResponse, unit: Unit) -> AsyncIterator[Article]:
        """Yield the record of an article, as one of the run that fetched it."""
        async for record in super().read_article(response, unit):
            record.provenance.run_id = self._run_of(target_of(unit))
            yield record

    def bare(self, aid: int, look: Look, status: int) -> Article:
        """Make the record of an article that is not there, as one of the run that found it so."""
        record = super().bare(aid, look, status)
        record.provenance.run_id = self._run_of(Target(Kind.ARTICLE, aid))
        return record

    def _run_of(self, target: Target) -> str:
        entry = self._met.get(key(target))
        return (entry.info.get("isPartOf") if entry is not None else None) or self.run.run_id

    def read(self, response: TextResponse, unit: Unit) -> AsyncIterator[Any]:
        """Read an article: there are no other units."""
        return self.read_article(response, unit)

    # --- what ends ---

    def meet(self, verdict: walls.Verdict, target: Target) -> NoReturn:  # noqa: ARG002  (the base's signature)
        """End the unit that met a wall; the rest of the archive is read whatever stood before this page.

        Raises:
            UnitEnded: always.
        """
        if verdict.wall is Wall.MISSING_ARTICLE:
            raise Missing(verdict.status)
        raise UnitEnded("skipped", verdict.reason)

    def stop(self, code: ExitCode, words: str) -> None:
        """End the reading where it cannot go on; no wall or dead host of then is a reason."""
        if code in {ExitCode.BUG, ExitCode.STORAGE, ExitCode.INTERRUPTED}:
            super().stop(code, words)

    def end(self, unit: Unit, state: Any, reason: str) -> None:
        """End an article without a record, and note why, if the archive has it."""
        if key(target_of(unit)) in self._met:
            self.unread[unit.key] = reason
        super().end(unit, state, reason)

    def why_not(self, error: BaseException) -> UnitEnded:
        """Say how a unit ends for which the archive has no page: for good."""
        if isinstance(error, IgnoreRequest) and str(error) == NOT_ARCHIVED:
            return UnitEnded("skipped", NOT_ARCHIVED)
        return super().why_not(error)
