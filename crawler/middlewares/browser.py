"""The browser: it passes walls that only ask for one, where it is switched on (``DISCUZ_BROWSER_ENABLED``).

| wall | what the browser does |
|---|---|
| a script that sets a cookie (`BROWSER_MAY_PASS`) | one page runs it; from then on plain requests use the cookie |
| anti-collection (防采集), with the owner's ``permission`` | each article's script is run: it signs its own address |
| login, captcha, a sum to answer, a closed site … | nothing: it is for a person, or not for us |

It is Playwright's own interface, not scrapy-playwright's download handler. There a page is a download: it keeps its
place in a host's queue until it ends, while all that it asks for goes past the queue, robots.txt and the guard of
addresses on Chromium's own connections, and what it gives is the page as Chromium has it then, with the status of the
wall. Here a page asks for everything through the crawl, and what it gives is the answer as it came.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from scrapy import Request, signals
from scrapy.exceptions import NotConfigured
from scrapy.http import TextResponse
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached

from crawler.discuz.urls import Kind
from crawler.discuz.walls import BROWSER_MAY_PASS, BROWSER_NEEDS_PERMISSION, Wall, classify
from crawler.errors import ExitCode
from crawler.middlewares.address import RefusedAddress
from crawler.middlewares.browser_check import ENABLED, check_browser
from crawler.middlewares.browser_chromium import Chromium, Died, Stuck, Unstartable
from crawler.middlewares.browser_page import Limits, WallPage, cookies_in
from crawler.middlewares.manners import NotSent, gate_shut, host_refuses
from crawler.middlewares.redirect import ReadsAddresses, names_the_same

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.discuz.urls import Grammar, Target
    from crawler.middlewares.browser_page import Cookies

BROWSER: Final = "browser"
"""Flag of a response that came by the browser."""
FOR_BROWSER: Final = "for_browser"
"""Argument of requests that a page in the browser makes: what comes is for that page to judge."""
TRIES: Final = 3
"""Times that one request tries to get beyond walls."""


@dataclass(slots=True)
class Passing:
    """How a host's walls of cookies have been passed.

    Attributes:
        turn: held by the one request whose page is open.
        won: how often a page has won the cookies.
        lost: how often one has not.
    """

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    won: int = 0
    lost: int = 0


class BrowserMiddleware:
    """Sends walls through the browser, and gives what stands behind them in their place.

    Args:
        crawler: the crawl; ``DISCUZ_BROWSER_…`` are its settings.
    """

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self._crawler = crawler
        self._limits = Limits(
            seconds=settings.getfloat("DISCUZ_BROWSER_TIMEOUT"), memory=settings.getint("DISCUZ_BROWSER_MEMORY")
        )
        self._most_pages = settings.getint("DISCUZ_BROWSER_PAGES")
        self._most_wins = settings.getint("DISCUZ_BROWSER_COOKIES")
        self._room = asyncio.Semaphore(settings.getint("DISCUZ_BROWSER_CONCURRENCY"))
        self._chromium = Chromium(
            executable=settings["DISCUZ_BROWSER_EXECUTABLE"],
            user_agent=settings["USER_AGENT"],
            count_refused=lambda: self._count("refused_count"),
        )
        self._passing: defaultdict[str, Passing] = defaultdict(Passing)
        self._sent: WeakKeyDictionary[Request, int] = WeakKeyDictionary()
        self._pages = 0
        self._open: set[WallPage] = set()
        self._shut = False
        crawler.signals.connect(self._end_pages, signal=gate_shut)
        crawler.signals.connect(self._close, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it as Scrapy does.

        Raises:
            NotConfigured: it is off.
            UsageError: it is on, and there is no browser.
        """
        if not crawler.settings.getbool(ENABLED):
            raise NotConfigured
        check_browser(crawler.settings)
        return cls(crawler)

    # --- which pages ---

    def process_request(self, request: Request) -> None:
        """Note which cookies a request goes out with."""
        self._sent[request] = self._passing[host_of(request)].won

    async def process_response(self, request: Request, response: Response) -> Response:
        """Give the page behind a wall, or the wall where it cannot be passed.

        Raises:
            NotSent: the crawl ends, or its pages are used up.
            Exception: what should be there in the wall's place does not come.
        """
        if FOR_BROWSER in request.cb_kwargs or kind_of(request, self._grammar.root) is None:
            return response
        for _ in range(TRIES):
            wall = self._wall(request, response)
            if wall is None:
                break
            antitheft = wall in BROWSER_NEEDS_PERMISSION
            beyond = await (self._open_page(request, response) if antitheft else self._win(request, response))
            if beyond is None:
                break
            response = beyond
        response.request = request  # Scrapy asks it who is to be called
        return response

    def _wall(self, request: Request, response: Response) -> Wall | None:
        """Say which wall a response is that the browser may pass, None for none."""
        kind = kind_of(request, self._grammar.root)
        if kind is None or not isinstance(response, TextResponse) or 300 <= response.status < 400:
            return None
        verdict = classify(status=response.status, text=response.text, asked=kind)
        passable = BROWSER_MAY_PASS | (BROWSER_NEEDS_PERMISSION if self._permitted else frozenset())
        return verdict.wall if verdict is not None and verdict.wall in passable else None

    @property
    def _grammar(self) -> Grammar:
        return cast("ReadsAddresses", self._crawler.spider).grammar

    @property
    def _permitted(self) -> bool:
        """Whether the site's owner allows what the anti-collection forbids."""
        return getattr(getattr(self._crawler.spider, "site", None), "permission", None) is not None

    # --- passing ---

    async def _win(self, request: Request, response: Response) -> Response | None:
        """Get beyond a wall by its cookies: one page wins them, and whoever meets the wall meanwhile waits for it."""
        passing, seen = self._passing[host_of(request)], self._sent.get(request, 0)
        if is_robots(request) and passing.turn.locked():  # which waits for the rules itself, perhaps
            return None
        lost = passing.lost
        async with passing.turn:
            if passing.won == seen:
                if passing.lost != lost:  # in vain, while this one waited
                    return None
                if passing.won >= self._most_wins:
                    words = f"it asks for a browser again, after {passing.won} times (DISCUZ_BROWSER_COOKIES)"
                    self._give_up(request, ExitCode.WALL, words)
                    return None
                beyond = await self._open_page(request, response)
                passing.won += beyond is not None
                passing.lost += beyond is None
                if beyond is not None:
                    self._sent[request] = passing.won
                return beyond
        again = self._again(request, request.url)
        self._sent[request] = passing.won
        return await self._crawler.engine.download_async(again)

    async def _open_page(self, request: Request, response: Response) -> Response | None:
        """Have a page pass a wall; None if it cannot."""
        if is_robots(request) and self._room.locked():
            return None
        async with self._room:
            if self._shut:
                raise NotSent("stopped", "the run was ended before this was asked for")
            if self._pages >= self._most_pages:
                words = f"the browser has opened {self._pages:,} pages (DISCUZ_BROWSER_PAGES): start again to go on"
                self._give_up(request, ExitCode.INTERRUPTED, words)
                raise NotSent("browser_pages", words)
            self._pages += 1
            page = WallPage(
                response,
                fetch=partial(self._fetch, request),
                is_wall=lambda came: self._wall(request, came) is not None,
                limits=self._limits,
            )
            self._open.add(page)
            try:
                beyond = await self._pass_through(page, request)
            finally:
                self._open.discard(page)
                self._note(page)
        if beyond is None:
            return None
        self._count("passed_count")
        if not self._is_same(request, beyond):
            # Where the script leads is another page; the cookies may be all that it was about.
            return await self._crawler.engine.download_async(self._again(request, request.url))
        return beyond.replace(flags=[*beyond.flags, BROWSER])

    async def _pass_through(self, page: WallPage, request: Request) -> Response | None:
        try:
            # A task of its own: Scrapy may have this coroutine driven by something that is none.
            return await asyncio.ensure_future(
                page.pass_through(self._chromium, cookies_in(request.headers.getlist("Cookie")))
            )
        except Stuck as stuck:
            words = f"it is behind a wall that a browser could not pass: {stuck}"
            self._give_up(request, ExitCode.WALL, words)
        except Unstartable as error:
            words = f"Chromium does not start ({error}): see what it says by itself, or set DISCUZ_BROWSER_EXECUTABLE"
            self._give_up(request, ExitCode.USAGE, words)
        except Died as error:
            raise NotSent("browser_died", f"Chromium has ended ({error})") from error
        return None

    def _give_up(self, request: Request, code: ExitCode, words: str) -> None:
        """Have the run end whose site this is."""
        self._crawler.signals.send_catch_log(signal=host_refuses, url=request.url, code=code, words=words)

    def _is_same(self, request: Request, response: Response) -> bool:
        """Tell whether what came is what was asked for."""
        target: Target | None = request.cb_kwargs.get("target")
        if target is None:
            return response.url == request.url
        return names_the_same(target, self._grammar.parse(response.url))

    # --- what pages ask for ---

    def _again(self, request: Request, url: str, cookies: Cookies | None = None) -> Request:
        """Make the request once more, on behalf of a page."""
        return request.replace(
            url=url,
            cookies=cookies or [],
            cb_kwargs={**request.cb_kwargs, FOR_BROWSER: True},
            callback=NO_CALLBACK,
            errback=None,
            dont_filter=True,
        )

    async def _fetch(self, request: Request, url: str, cookies: Cookies, is_main: bool) -> Response:
        if is_main and (not is_robots(request) or url == request.url):
            asking = self._again(request, url, cookies)
        elif is_robots(request):
            raise NotSent("robots_unread", "the rules that say whether it may be asked for are just being read")
        else:
            asking = Request(
                url, cookies=cookies, cb_kwargs={FOR_BROWSER: True}, callback=NO_CALLBACK, dont_filter=True
            )
        try:
            return await self._crawler.engine.download_async(asking)
        except RefusedAddress:
            self._count("refused_count")
            raise

    # --- the end ---

    def _end_pages(self) -> None:
        """Give up every page: the crawl ends."""
        self._shut = True
        for page in list(self._open):
            page.end(NotSent("stopped", "the run was ended before this was asked for"))

    async def _close(self) -> None:
        with suppress(Exception):  # there is nobody left to tell
            await asyncio.ensure_future(self._chromium.close())

    # --- what it costs ---

    def _count(self, what: str, number: int = 1) -> None:
        self._crawler.stats.inc_value(f"discuz/browser/{what}", number)

    def _note(self, page: WallPage) -> None:
        self._count("page_count")
        self._count("request_count", page.cost.requests)
        self._count("blocked_count", page.cost.blocked)
        self._count("response_bytes", page.cost.size)
        self._count("work_ms", round(page.cost.seconds * 1000))
        self._crawler.stats.max_value("discuz/browser/memory_mib", self._chromium.memory)


def is_robots(request: Request) -> bool:
    """Tell whether a request is for the rules of a host, which no rules forbid."""
    return bool(request.meta.get("dont_obey_robotstxt")) and urlparse_cached(request).path == "/robots.txt"


def kind_of(request: Request, root: str) -> Kind | None:
    """Say what kind of page a request is for; None if the browser has nothing to do with it.

    Args:
        request: the request.
        root: the site's; robots.txt of other hosts is none of the browser's business.
    """
    target: Target | None = request.cb_kwargs.get("target")
    if target is not None:
        return target.kind
    is_sites = host_of(request) == (urlsplit(root).hostname or "")
    return Kind.HOME if is_robots(request) and is_sites else None


def host_of(request: Request) -> str:
    """Give the host of a request."""
    return urlparse_cached(request).hostname or ""
