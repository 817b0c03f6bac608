"""One page in the browser: it is shown a wall, runs its script, and asks for what the script leads to.

The page itself has no way to the network. What it asks for is fetched by the crawl and handed to it, so that a wall's
script costs the site one request more, as a rule: the page behind. That one is no longer shown to the browser: its
bytes are what was wanted.
"""

from __future__ import annotations

import asyncio
from asyncio import Future
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from crawler.middlewares.browser_chromium import Died, Stuck, in_a_line

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from playwright.async_api import Route
    from scrapy.http import Response
    from scrapy.http.request import VerboseCookie

    from crawler.middlewares.browser_chromium import Chromium, Tab

    Cookies = list[VerboseCookie]
    """As `scrapy.Request` takes them."""
    Fetch = Callable[[str, Cookies, bool], Awaitable[Response]]
    """Fetches an address for a page, with the cookies that the browser would send along; True for what takes the
    page's place. Raises what it likes where nothing comes."""

LOOK_EVERY: Final = 0.25
"""Seconds between two looks at what a page costs."""
MOST_REQUESTS: Final = 30
"""Requests that one page may make; a wall that a script passes takes two or three."""
MOST_STEPS: Final = 5
"""How often a wall may come again in a wall's place: some ask twice."""
NEEDED: Final = frozenset({"document", "script", "xhr", "fetch"})
"""What a script may need of its own site; neither pictures nor fonts, media, styles."""
NEEDED_OFF_SITE: Final = frozenset({"script"})
"""What it may need of others: whoever sells a wall keeps its script for all sites in one place."""
STANDARD: Final = {"http": 80, "https": 443}
NOT_HANDED_ON: Final = frozenset({"content-encoding", "content-length", "transfer-encoding", "connection"})
"""Headers that are about how a body came, not about the body."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a page may cost.

    Attributes:
        seconds: that it may work; waiting for the site is not counted.
        memory: MiB that all of Chromium may take.
    """

    seconds: float
    memory: int


@dataclass(slots=True)
class Cost:
    """What a page has cost.

    Attributes:
        seconds: for which it has worked.
        requests: that it made.
        size: bytes that came of them.
        blocked: what it asked for and did not get.
    """

    seconds: float = 0.0
    requests: int = 0
    size: int = 0
    blocked: int = 0


class WallPage:
    """A page that is opened once, for one wall.

    Args:
        wall: the wall, as it came; it is what the page shows first, so that it need not be asked for again.
        fetch: fetches what it asks for.
        is_wall: tells a wall from what stands behind walls.
        limits: what it may cost.

    Attributes:
        cost: what it has cost so far.
    """

    def __init__(self, wall: Response, *, fetch: Fetch, is_wall: Callable[[Response], bool], limits: Limits) -> None:
        self.cost = Cost()
        self._wall = wall
        self._fetch = fetch
        self._is_wall = is_wall
        self._limits = limits
        self._beyond: Future[Response] = asyncio.get_running_loop().create_future()
        self._beyond.add_done_callback(Future.exception)  # asyncio would complain of one that nobody looks at
        self._shown = False
        self._steps = 0
        self._brought: set[tuple[str, str]] = set()
        self._fetching = 0
        self._since = monotonic()
        self._tab: Tab

    async def pass_through(self, chromium: Chromium, cookies: Cookies) -> Response:
        """Show the wall, and give the page behind it.

        Args:
            chromium: runs the page.
            cookies: that the wall was asked for with.

        Raises:
            Stuck: it cannot be passed within the limits.
            Died: Chromium has ended.
            Unstartable: it does not start.
            Exception: what was asked for in the wall's place does not come.
        """
        from playwright.async_api import Error  # noqa: PLC0415  (only where a browser is used)

        tab = self._tab = await chromium.take_tab()
        tab.serve, tab.lose = self._serve, self.end
        going = None
        fit = False
        try:
            await self._bring(cookies)
            self._since = monotonic()
            going = asyncio.ensure_future(tab.page.goto(self._wall.url, wait_until="commit", timeout=0))
            beyond = await self._watched(chromium)
            fit = True
        except Error as error:
            raise Died(in_a_line(error)) from error
        else:
            return beyond
        finally:
            self._count_seconds()
            self.end(Stuck("it was closed"))
            if going is not None:
                going.cancel()
                await asyncio.gather(going, return_exceptions=True)
            await chromium.leave_tab(tab, fit=fit)

    async def _bring(self, cookies: Cookies) -> None:
        """Give the browser the cookies that the wall was asked for with."""
        from playwright.async_api import Error  # noqa: PLC0415  (as above)

        parts = urlsplit(self._wall.url)
        for cookie in cookies:
            name, value = str(cookie["name"]), str(cookie["value"])
            self._brought.add((name, value))
            with suppress(Error):  # one that servers take and Chromium does not
                await self._tab.context.add_cookies(
                    [
                        {
                            "name": name,
                            "value": value,
                            "domain": parts.hostname or "",
                            "path": "/",
                            "secure": parts.scheme == "https",
                        }
                    ]
                )

    def end(self, error: Exception) -> None:
        """Give the page up, for a reason; nothing if it has come to its end."""
        if not self._beyond.done():
            self._beyond.set_exception(error)

    async def _watched(self, chromium: Chromium) -> Response:
        """Wait for what comes behind the wall, for as long as the limits allow."""
        while True:
            await asyncio.wait({self._beyond}, timeout=LOOK_EVERY)
            if self._beyond.done():
                with suppress(Died):
                    await chromium.weigh()
                return self._beyond.result()
            weight = await chromium.weigh()
            self._count_seconds()
            if weight > self._limits.memory:
                await chromium.close()
                raise Stuck(f"it takes {weight:,} MiB, and DISCUZ_BROWSER_MEMORY allows {self._limits.memory:,}")
            if self.cost.seconds > self._limits.seconds:
                raise Stuck(f"it takes more than {self._limits.seconds:g} s (DISCUZ_BROWSER_TIMEOUT)")

    def _count_seconds(self) -> None:
        """Add the time since it was added last, unless the page only waited for the crawl."""
        now = monotonic()
        if not self._fetching:
            self.cost.seconds += now - self._since
        self._since = now

    # --- what it asks for ---

    async def _serve(self, route: Route) -> None:
        """Answer one request of the page's; never raises."""
        from playwright.async_api import Error  # noqa: PLC0415  (as above)

        try:
            is_main = self._is_main(route)
            if self._beyond.done():
                await route.abort("aborted")
            elif is_main and not self._shown:
                self._shown = True
                await hand_over(route, self._wall)
            elif not self._is_needed(route, is_main=is_main):
                self.cost.blocked += 1
                await route.abort("aborted")  # a page whose next one fails so stays as it is
            elif self.cost.requests >= MOST_REQUESTS:
                self.end(Stuck(f"it asks for more than {MOST_REQUESTS} things"))
                await route.abort("aborted")
            else:
                self.cost.requests += 1
                await self._answer(route, is_main=is_main)
        except Error:  # the page is gone, and nobody waits for the answer any more
            pass
        except Exception as error:
            self.end(error)

    def _is_main(self, route: Route) -> bool:
        """Tell whether a request is for what takes the place of the page."""
        from playwright.async_api import Error  # noqa: PLC0415  (as above)

        try:
            return bool(route.request.is_navigation_request() and route.request.frame == self._tab.page.main_frame)
        except Error:  # of a window that has just been opened, or of a worker
            return False

    def _is_needed(self, route: Route, *, is_main: bool) -> bool:
        asked = route.request
        if asked.method != "GET":  # a crawl reads; it sends no form
            return False
        kind: str = asked.resource_type
        if is_on_site(asked.url, self._wall.url):
            return kind in NEEDED
        return kind in NEEDED_OFF_SITE and not is_main

    async def _answer(self, route: Route, *, is_main: bool) -> None:
        url = route.request.url
        held = await self._tab.context.cookies(url)
        # What the crawl has brought it has; taken back, it would be there twice where it is a whole domain's.
        cookies = [as_scrapy_takes_it(one) for one in held if (one["name"], one["value"]) not in self._brought]
        self._count_seconds()
        self._fetching += 1
        try:
            response = await self._fetch(url, cookies, is_main)
        except Exception as error:
            if is_main:
                self.end(error)
            await route.abort()
            return
        finally:
            self._count_seconds()
            self._fetching -= 1
        self.cost.size += len(response.body)
        if not is_main:
            await hand_over(route, response)
            return
        self._steps += 1
        if not self._is_wall(response):
            if not self._beyond.done():
                self._beyond.set_result(response)
            await route.abort("aborted")
        elif self._steps >= MOST_STEPS:
            self.end(Stuck(f"its script leads to a wall again, {self._steps} times"))
            await route.abort("aborted")
        else:
            await hand_over(route, response)


async def hand_over(route: Route, response: Response) -> None:
    """Give a page what was fetched for it."""
    headers = {
        # Playwright sets several cookies from one header with a line each.
        name.decode("latin-1").lower(): "\n".join(value.decode("latin-1") for value in values)
        for name, values in response.headers.items()
    }
    kept = {name: value for name, value in headers.items() if name not in NOT_HANDED_ON}
    await route.fulfill(status=response.status, headers=kept, body=response.body)


def is_on_site(url: str, page: str) -> bool:
    """Tell whether an address is of the same server as a page; http and https are, at their own ports.

    >>> is_on_site("https://a.example/x", "http://a.example/"), is_on_site("http://a.example:8080/", "http://a.example/")
    (True, False)
    """
    there, here = urlsplit(url), urlsplit(page)
    ports = {parts.port or STANDARD.get(parts.scheme) for parts in (there, here)}
    return there.hostname == here.hostname and (len(ports) == 1 or ports <= set(STANDARD.values()))


def as_scrapy_takes_it(cookie: Mapping[str, Any]) -> VerboseCookie:
    """Give a cookie of the browser's for a request of the crawl's; only one of a whole domain names it.

    >>> as_scrapy_takes_it({"name": "a", "value": "b", "domain": "www.example.com", "path": "/", "httpOnly": False})
    {'name': 'a', 'value': 'b', 'path': '/'}
    """
    kept: VerboseCookie = {"name": cookie["name"], "value": cookie["value"], "path": cookie["path"]}
    if cookie["domain"].startswith("."):
        kept["domain"] = cookie["domain"]
    return kept


def cookies_in(header: Sequence[bytes]) -> Cookies:
    """Read the ``Cookie`` header that a request was sent with.

    >>> cookies_in([b"a=1; b=x=y"])
    [{'name': 'a', 'value': '1'}, {'name': 'b', 'value': 'x=y'}]
    """
    pairs = (pair.strip().partition("=") for line in header for pair in line.decode("latin-1").split(";"))
    return [{"name": name, "value": value} for name, sign, value in pairs if name and sign]
