"""Chromium as a process: started when it is first needed, without a way to any network, and ended with the crawl.

Chromium connects by itself and resolves by itself, and not only for its pages: it asks its maker for updates, it opens
connections ahead of links. A proxy of ours that judged where each connection goes would leave it the pace, robots.txt,
redirects and what stands inside of TLS. So it gets none: its proxy refuses everything and counts it, names resolve to
nothing, and whatever a page asks for is fetched by the crawl (`crawler.middlewares.browser_page`), through the same
gate, robots.txt, resolver and limits as any other request. What gets past the page's routes (a WebSocket, a worker, a
redirect, a prefetch) ends at that proxy.
"""

from __future__ import annotations

import asyncio
import logging
import os
from contextlib import suppress
from mmap import PAGESIZE
from pathlib import Path
from typing import TYPE_CHECKING, Final

from crawler.middlewares.browser_check import on_path

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import Self

    from playwright.async_api import Browser, BrowserContext, CDPSession, Page, Playwright, Route

logger = logging.getLogger(__name__)

LOOPBACK: Final = "127.0.0.1"
LONGEST_START: Final = 30.0
"""Seconds that Chromium may take to start, or to open a page."""
LONGEST_END: Final = 4.0
"""Seconds that it may take to end; a crawl that was told to end has ten."""
SWITCHES: Final = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    # Calls (WebRTC) go past a proxy by themselves, over UDP; other builds know the switch by its second name.
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    # Nor is there anything to look up.
    f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {LOOPBACK}",
    # One page is open at a time, or two.
    "--renderer-process-limit=2",
)
MIB: Final = 2**20


class Died(Exception):
    """Chromium ended, or does not answer any more.

    Args:
        words: what is known of it.
    """


class Stuck(Exception):
    """A page that leads nowhere.

    Args:
        words: why, as in "it takes more than 30 s".
    """


class Unstartable(Exception):
    """Chromium does not start.

    Args:
        words: why, in a line.
    """


class DeadEnd:
    """A proxy on loopback that lets nothing through.

    Args:
        count: is told of each connection that it refuses.
    """

    def __init__(self, count: Callable[[], object]) -> None:
        self._count = count
        self._server: asyncio.Server | None = None

    async def open(self) -> str:
        """Begin to refuse, and give the address at which."""
        self._server = await asyncio.start_server(self._refuse, LOOPBACK, 0)
        return f"http://{LOOPBACK}:{self._server.sockets[0].getsockname()[1]}"

    def close(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _refuse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, ValueError):
            # Chromium opens some ahead of need, and says nothing on them.
            if await reader.readline():
                self._count()
                writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                await writer.drain()
        writer.close()


class Tab:
    """A page in Chromium, in which walls are shown one after another; to open one costs five times as much as a wall.

    Args:
        context: its own; it shares no cookie with another.
        page: the page.

    Attributes:
        serve: answers what the page asks for; None while nobody uses it.
        lose: is told why there is no page any more.
    """

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self.context = context
        self.page = page
        self.serve: Callable[[Route], Awaitable[None]] | None = None
        self.lose: Callable[[Exception], None] | None = None

    @classmethod
    async def open(cls, context: BrowserContext) -> Self:
        """Open a page that goes nowhere by itself."""
        tab = cls(context, await context.new_page())
        await context.route("**/*", tab._serve)
        context.on("page", lambda other: other.close())
        tab.page.on("dialog", lambda dialog: dialog.dismiss())
        tab.page.on("crash", lambda _: tab._lost(Stuck("its script broke the page")))
        tab.page.on("close", lambda _: tab._lost(Died("the page was closed")))
        return tab

    async def clear(self) -> None:
        """Leave nothing of a wall: neither its script nor its cookies."""
        self.serve = self.lose = None
        await self.page.goto("about:blank", wait_until="commit")
        await self.context.clear_cookies()

    async def _serve(self, route: Route) -> None:
        if self.serve is None:
            await route.abort()
        else:
            await self.serve(route)

    def _lost(self, error: Exception) -> None:
        if self.lose is not None:
            self.lose(error)


class Chromium:
    """Starts Chromium when a page is wanted, and again when it has died.

    Args:
        executable: its path; None for Playwright's own, or else the first on the ``PATH``.
        user_agent: the crawl's own: a site that ties its cookies to it sees the same one afterwards.
        count_refused: is told of each connection that Chromium wanted to make by itself.

    Attributes:
        memory: MiB that all its processes have for themselves, as far as `weigh` has seen, at the most.
    """

    def __init__(self, *, executable: str | None, user_agent: str, count_refused: Callable[[], object]) -> None:
        self._executable = executable
        self._user_agent = user_agent
        self._dead_end = DeadEnd(count_refused)
        self._starting = asyncio.Lock()
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._processes: CDPSession | None = None
        self._idle: list[Tab] = []
        self.memory = 0

    async def take_tab(self) -> Tab:
        """Give a page that nobody uses.

        Raises:
            Unstartable: Chromium does not start.
            Died: it has ended meanwhile.
        """
        from playwright.async_api import Error  # noqa: PLC0415  (only where a browser is used)

        async with self._starting:
            if self._browser is None or not self._browser.is_connected():
                await self.close()
                try:
                    async with asyncio.timeout(LONGEST_START):
                        self._browser, self._processes = await self._start()
                except (Error, OSError, TimeoutError) as error:
                    logger.error("Chromium does not start: %s", error)  # noqa: TRY400  (Playwright's words, not its calls)
                    await self.close()
                    raise Unstartable(in_a_line(error)) from error
            browser = self._browser
        if self._idle:
            return self._idle.pop()
        try:
            async with asyncio.timeout(LONGEST_START):
                return await Tab.open(
                    await browser.new_context(
                        user_agent=self._user_agent, accept_downloads=False, service_workers="block"
                    )
                )
        except (Error, TimeoutError) as error:
            raise Died(in_a_line(error)) from error

    async def leave_tab(self, tab: Tab, *, fit: bool) -> None:
        """Take a page back.

        Args:
            tab: the page.
            fit: whether another one may use it.
        """
        from playwright.async_api import Error  # noqa: PLC0415  (as above)

        tab.lose = None
        try:
            async with asyncio.timeout(LONGEST_END):
                if fit:
                    with suppress(Error):
                        await tab.clear()
                        self._idle.append(tab)
                        return
                with suppress(Error):  # it is gone already
                    await tab.context.close()
        except TimeoutError:
            await self.close()

    async def _start(self) -> tuple[Browser, CDPSession]:
        from playwright.async_api import async_playwright  # noqa: PLC0415  (as above)

        proxy = await self._dead_end.open()
        self._playwright = await async_playwright().start()
        chromium = self._playwright.chromium
        own = chromium.executable_path
        executable = self._executable or (own if Path(own).is_file() else on_path()) or own
        is_root = not os.geteuid()
        if is_root:
            logger.warning("Chromium runs without its sandbox, which root cannot use: crawl as another user")
        browser = await chromium.launch(
            executable_path=executable,
            args=list(SWITCHES),
            chromium_sandbox=not is_root,
            # Loopback has no leave to go around the proxy, as it would have by itself.
            proxy={"server": proxy, "bypass": "<-loopback>"},
            # A signal is for the crawl, which ends Chromium when it is through.
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
        )
        logger.info("Chromium %s (%s) is started", browser.version, executable)
        return browser, await browser.new_browser_cdp_session()

    async def weigh(self) -> int:
        """Give the MiB that its processes have for themselves, without what they share.

        Raises:
            Died: it does not tell.
        """
        from playwright.async_api import Error  # noqa: PLC0415  (as above)

        if self._processes is None:
            raise Died("it was ended, for what another page took")
        try:
            async with asyncio.timeout(LONGEST_END):
                told = await self._processes.send("SystemInfo.getProcessInfo")
        except (Error, TimeoutError) as error:
            raise Died(in_a_line(error)) from error
        weight = sum(own_memory(int(process["id"])) for process in told["processInfo"]) // MIB
        self.memory = max(self.memory, weight)
        return weight

    async def close(self) -> None:
        """End it, if it runs; what does not end in time ends with this process, whose pipes it holds on to."""
        from playwright.async_api import Error  # noqa: PLC0415  (as above)

        browser, playwright = self._browser, self._playwright
        self._browser = self._playwright = self._processes = None
        self._idle.clear()
        self._dead_end.close()
        with suppress(Error, TimeoutError):
            async with asyncio.timeout(LONGEST_END):
                if browser is not None:
                    await browser.close()
        with suppress(Error, TimeoutError):
            async with asyncio.timeout(LONGEST_END):
                if playwright is not None:
                    await playwright.stop()


def own_memory(pid: int) -> int:
    """Bytes of memory that a process shares with no other; 0 of one that is gone (``proc(5)``, ``statm``)."""
    try:
        _, resident, shared, *_ = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()
    except OSError:
        return 0
    return (int(resident) - int(shared)) * PAGESIZE


def in_a_line(error: BaseException) -> str:
    """Say what an error of Playwright's says, without the log that it appends."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]
