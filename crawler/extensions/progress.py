"""How far the crawl has come: a bar on a terminal, a line now and then elsewhere, a summary at the end."""

from __future__ import annotations

import logging
import time
from collections import deque
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from rich.console import Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text
from scrapy import Spider, signals
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call

from crawler.escaping import printable
from crawler.extensions.json_log import is_wanted
from crawler.extensions.terminal import log_above, open_console

if TYPE_CHECKING:
    from typing import Self

    from rich.console import Console, RenderableType
    from scrapy.crawler import Crawler
    from scrapy.statscollectors import StatsCollector

logger = logging.getLogger(__name__)

FRAME = 0.25  # seconds between two pictures of the bar: quick enough to look alive, 1 % of a core
WINDOW = 30.0  # seconds over which the rate is taken: steadier than a moment, newer than the whole run


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the crawl has counted so far; articles, unless the name says otherwise."""

    found: int
    fetched: int
    failed: int
    skipped: int
    listings: int
    requests: int
    headline: str

    @classmethod
    def read(cls, stats: StatsCollector) -> Numbers:
        """Take them from Scrapy's stats."""
        return cls(
            found=stats.get_value("discuz/article/found_count", 0),
            fetched=stats.get_value("discuz/article/done_count", 0),
            failed=stats.get_value("discuz/article/failed_count", 0),
            skipped=stats.get_value("discuz/article/skipped_count", 0),
            listings=stats.get_value("discuz/listing/page_count", 0),
            requests=stats.get_value("downloader/request_count", 0),
            headline=printable(stats.get_value("discuz/last_headline", "")),
        )

    @property
    def ended(self) -> int:
        """Articles that ended, one way or another."""
        return self.fetched + self.failed + self.skipped

    @property
    def remaining(self) -> int:
        """Articles known and not yet ended. Listings still unread may add to them."""
        return max(self.found - self.ended, 0)


class Meter:
    """The rate at which something counts up, over the last `WINDOW` seconds."""

    def __init__(self) -> None:
        self._marks: deque[tuple[float, int]] = deque()

    def mark(self, moment: float, count: int) -> None:
        """Note that `count` had been reached at `moment` (seconds of any clock)."""
        self._marks.append((moment, count))
        while moment - self._marks[0][0] > WINDOW:
            self._marks.popleft()

    @property
    def rate(self) -> float:
        """Counts a second; 0 before there are two marks apart."""
        if not self._marks:
            return 0.0
        (begin, first), (end, last) = self._marks[0], self._marks[-1]
        return (last - first) / (end - begin) if end > begin else 0.0

    def eta(self, remaining: int) -> str:
        """Time that `remaining` counts will take, as ``h:mm:ss``; ``-`` when nothing tells."""
        rate = self.rate
        if not remaining:
            return "0:00:00"
        return str(timedelta(seconds=round(remaining / rate))) if rate else "-"


class Progress:
    """Shows progress. ``DISCUZ_PROGRESS_ENABLED`` switches it, ``DISCUZ_PROGRESS_INTERVAL`` spaces plain lines."""

    def __init__(self, stats: StatsCollector, console: Console, interval: float) -> None:
        """Watch a crawl.

        Args:
            stats: where the numbers are read.
            console: where to show them; lines go to the log instead when it is not interactive.
            interval: seconds between two lines in the log.
        """
        self.stats = stats
        self.console = console
        self.interval = interval
        self.meter = Meter()
        self.begun = time.monotonic()
        self._open = ExitStack()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Set up as a Scrapy extension.

        Raises:
            NotConfigured: ``DISCUZ_PROGRESS_ENABLED`` is off.
        """
        settings = crawler.settings
        if not settings.getbool("DISCUZ_PROGRESS_ENABLED", True):
            raise NotConfigured
        console = open_console(plain=is_wanted(settings))
        progress = cls(crawler.stats, console, settings.getfloat("DISCUZ_PROGRESS_INTERVAL", 15.0))
        crawler.signals.connect(progress.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(progress.spider_closed, signal=signals.spider_closed)
        return progress

    def spider_opened(self, spider: Spider) -> None:
        """Begin to show."""
        self.begun = time.monotonic()
        if self.console.is_interactive:
            self._open.enter_context(log_above(self.console))
            # Standard output may carry records (`-O -:jsonl`): it is not ours to redraw.
            live = Live(
                get_renderable=self.picture,
                console=self.console,
                auto_refresh=False,
                redirect_stdout=False,
                transient=True,
            )
            self._open.enter_context(live)
            # A crawl that is forced to stop sends no `spider_closed`, and would leave the cursor hidden.
            self.console.show_cursor()
            task, pause = create_looping_call(live.refresh), FRAME
        else:
            task, pause = create_looping_call(self.log, spider), self.interval
        task.start(pause, now=False)
        self._open.callback(lambda: task.running and task.stop())

    def spider_closed(self, spider: Spider, reason: str) -> None:
        """Stop showing and sum up."""
        self._open.close()
        rows = self.summary(reason)
        if self.console.is_interactive:
            table = Table(title=f"{spider.name}: {reason}", title_justify="left", show_header=False)
            table.add_column()
            table.add_column(justify="right")
            for name, value in rows:
                table.add_row(Text(printable(name)), value)
            self.console.print(table)
        else:
            lines = [f"  {printable(name):<18}{value:>12}" for name, value in rows]
            logger.info("\n".join([f"Summary of {spider.name} ({reason}):", *lines]), extra={"spider": spider})

    def log(self, spider: Spider) -> None:
        """Write one line on how far the crawl has come."""
        numbers = self._read()
        logger.info(
            "%d found, %d fetched (%.1f/s), %d failed, %d skipped, %d remaining, ETA %s; last: %s",
            numbers.found,
            numbers.fetched,
            self.meter.rate,
            numbers.failed,
            numbers.skipped,
            numbers.remaining,
            self.meter.eta(numbers.remaining),
            numbers.headline or "-",
            extra={"spider": spider},
        )

    def picture(self) -> RenderableType:
        """Draw the bar, its numbers, and the last headline."""
        numbers = self._read()
        grid = Table.grid(padding=(0, 1), expand=True)
        grid.add_column(ratio=1)
        for _ in range(4):
            grid.add_column(no_wrap=True)
        grid.add_row(
            # Without a total the bar pulses: nothing is found yet, but the crawl is alive.
            ProgressBar(total=numbers.found or None, completed=numbers.ended),
            f"{numbers.ended}/{numbers.found} articles",
            f"{self.meter.rate:.1f}/s",
            f"{numbers.remaining} remaining",
            f"ETA {self.meter.eta(numbers.remaining)}",
        )
        return Group(grid, Text(numbers.headline, style="dim", no_wrap=True, overflow="ellipsis"))

    def summary(self, reason: str) -> list[tuple[str, str]]:
        """Say what came of the crawl.

        Args:
            reason: why the spider closed, as Scrapy names it.

        Returns:
            names and values, in the order in which to show them.
        """
        numbers = Numbers.read(self.stats)
        elapsed = time.monotonic() - self.begun
        return [
            ("articles found", f"{numbers.found:,}"),
            ("fetched", f"{numbers.fetched:,}"),
            ("failed", f"{numbers.failed:,}"),
            ("skipped", f"{numbers.skipped:,}"),
            *((f"  {reason}", f"{count:,}") for reason, count in self._reasons()),
            ("remaining", f"{numbers.remaining:,}"),
            ("listing pages", f"{numbers.listings:,}"),
            ("requests", f"{numbers.requests:,}"),
            ("received", f"{self.stats.get_value('downloader/response_bytes', 0) / 2**20:,.1f} MiB"),
            ("time", str(timedelta(seconds=round(elapsed)))),
            ("articles a second", f"{numbers.ended / elapsed:,.1f}" if elapsed else "-"),
            ("ended", reason),
        ]

    def _reasons(self) -> list[tuple[str, int]]:
        """Why units ended otherwise than with a new record, the most frequent reason first."""
        counts = [
            (name.removeprefix("discuz/reason/").removesuffix("_count"), count)
            for name, count in self.stats.get_stats().items()
            if name.startswith("discuz/reason/")
        ]
        return sorted(counts, key=lambda reason: (-reason[1], reason[0]))

    def _read(self) -> Numbers:
        numbers = Numbers.read(self.stats)
        self.meter.mark(time.monotonic(), numbers.ended)
        return numbers
