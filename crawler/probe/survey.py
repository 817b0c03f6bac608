"""What a probe reads, in which order: as few pages as tell what a site is."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from crawler.discuz.urls import Grammar, Kind, Target
from crawler.discuz.walls import Wall
from crawler.errors import UsageError
from crawler.items import RawEntry, RawLink
from crawler.pages import FeedPage, parse
from crawler.probe.articles import Articles
from crawler.probe.asking import Unread
from crawler.probe.lists import Lists
from crawler.probe.looking import examples, root_of
from crawler.probe.verdict import is_wall, judge
from crawler.probe.visit import Visit
from crawler.sites.site import site_root

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crawler.pages import HomePage, Theme
    from crawler.probe.asking import Fetcher
    from crawler.probe.findings import Findings
    from crawler.probe.lists import Named
    from crawler.sites import Site

HOPS: Final = 3
"""How often a site may have moved."""


class Survey:
    """Reads a site: home, lists, articles, feed.

    Args:
        fetcher: fetches its pages.
        site: the site, as far as it is known.
        theme: how its template departs from the default.
        tell: is told what is being read.
        start: an address of the site that a person gave; a list's or an article's is read, too.
    """

    def __init__(
        self, fetcher: Fetcher, site: Site, theme: Theme, tell: Callable[[str], None], start: str = ""
    ) -> None:
        self._visit = Visit(fetcher, site, theme, tell)
        self._start = start
        self._lists = Lists(self._visit)
        self._articles = Articles(self._visit)

    @property
    def findings(self) -> Findings:
        """What was found out so far."""
        return self._visit.findings

    @property
    def grammar(self) -> Grammar:
        """How the site spells addresses."""
        return self._visit.grammar

    async def run(self) -> None:
        """Read the site, and judge it."""
        with suppress(Unread):  # home, without which there is nothing; it has been noted
            await self._read()
        self._sum_up()
        self.findings.verdict = judge(self.findings)

    async def _read(self) -> None:
        """Read home and what it leads to.

        Raises:
            Unread: there is no home to be read.
        """
        home = (await self._home()).raw()
        start = RawLink(text="", url=self._start)
        named = await self._lists.read([*(home.categories or ((None, link) for link in home.links)), (None, start)])
        fed = await self._feed()
        if not named and any(is_wall(one.why) for one in self.findings.met):
            return
        self._visit.spell()
        # A home that names no category may name articles; if not, the feed does.
        await self._articles.read(named or [*map(linked, [*home.links, start]), *fed])
        if not named:
            await self._lists.read([(None, link) for link in self._articles.crumbs])
        kinds = {self.grammar.parse(link.url).kind for link in home.links}
        self.findings.lists.reachable = bool(home.categories or fed or kinds & {Kind.LISTING, Kind.ARTICLE})

    async def _home(self) -> HomePage:
        """Find out where the site lies, and read its home.

        Raises:
            Unread: there is no home to be read.
        """
        visit = self._visit
        if urlsplit(visit.site.url).path != "/" and visit.site.profile is None:
            # A folder may be Discuz!'s own or that of a category: its pages say where the root is.
            answer = await visit.get("the address given", visit.grammar.parse(visit.site.url), visit.site.url)
            visit.settle(root_of(visit.looking.at(answer).base_url, answer.response.url))
        for _ in range(HOPS):
            try:
                answer = await visit.get("home", Target(Kind.HOME))
            except Unread as error:
                there = self._moved(error)
                if there is None:
                    await self._root(error.why)
                    raise
                visit.findings.met.pop()
                visit.settle(there)
            else:
                page = visit.looking.at(answer)
                visit.settle(root_of(page.base_url, answer.response.url))
                visit.looking.zone(page.site(), visit.context(answer))
                return page
        visit.note("home", visit.site.url, "moved", visit.site.url)
        raise Unread("moved")

    def _moved(self, error: Unread) -> str | None:
        """Give the root on another host to which home has moved, None if it has not."""
        if error.why != "moved":
            return None
        try:
            there = site_root(error.text)
        except UsageError:
            return None
        is_home = Grammar(there).parse(error.text).kind is Kind.HOME
        return there if is_home and there != self._visit.site.url else None

    async def _root(self, why: str) -> None:
        """See whether a site whose portal is not to be had is one of Discuz!'s at all."""
        if why in {Wall.NOT_DISCUZ, Wall.EMPTY} or why.startswith("http_4"):
            try:
                self._visit.looking.at(await self._visit.get("the root", Target(Kind.HOME), self._visit.site.url))
            except Unread:
                return

    async def _feed(self) -> Sequence[Named]:
        """Read the feed; give its articles."""
        feed = self.findings.feed
        feed.url = self.grammar.build(Target(Kind.FEED))
        try:
            answer = await self._visit.get("feed", Target(Kind.FEED))
        except Unread as error:
            feed.state = error.why
            if error.why == Wall.NOTICE:  # its owner switched it off, which is no obstacle
                feed.state = "off"
                self.findings.met.pop()
            return []
        selector = parse(answer.response.text)
        if not FeedPage.matches(selector.root):
            feed.state = "no_feed"
            return []
        raw = FeedPage(selector, answer.response.url).raw()
        feed.state, feed.articles = ("on" if raw.entries else "empty"), len(raw.entries)
        return [(entry, 0) for entry in raw.entries]

    def _sum_up(self) -> None:
        """Fill in what only all pages together tell."""
        findings, visit, fetcher = self.findings, self._visit, self._visit.fetcher
        visit.spell()
        if findings.articles:
            findings.addresses.article = findings.articles[0].url
        self._lists.categories.sum_up()
        findings.fields = self._articles.fields.sum_up()
        findings.robots.status = fetcher.robots_status
        if (rules := fetcher.rules) is not None:
            findings.robots.crawl_delay = rules.crawl_delay
            urls = examples(findings, visit.grammar)
            findings.robots.allowed = {name: rules.allows(url) for name, url in urls.items()}
        pace = findings.pace
        pace.requests, pace.delay = fetcher.requests, fetcher.delay
        if latencies := sorted(fetcher.latencies):
            pace.median, pace.slowest = round(latencies[len(latencies) // 2], 3), round(latencies[-1], 3)
        # A server that takes long is to have as much time to itself as it takes for us.
        seconds = round(2 * (pace.median or 0.0), 1)
        pace.suggested = max(1.0, visit.site.delay, findings.robots.crawl_delay or 0.0, seconds)


def linked(link: RawLink) -> Named:
    """Take a link for one to an article; whether it is, its address tells."""
    return RawEntry(title=link.text, url=link.url, aid=None), 0
