"""How far the crawl has come: a bar on a terminal, a line now and then elsewhere, a summary at the end."""

from __future__ import annotations

import logging
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, cast

from rich.console import Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text
from scrapy import Spider, signals
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call

from crawler.escaping import printable
from crawler.extensions.forecast import Forecast, Meter, requests_left
from crawler.extensions.json_log import is_wanted
from crawler.extensions.metrics import walls
from crawler.extensions.standing import Part, Standing
from crawler.extensions.terminal import log_above, open_console

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Self

    from rich.console import Console, RenderableType
    from scrapy.crawler import Crawler
    from scrapy.statscollectors import StatsCollector

    from crawler.extensions.standing import HasStore, Left

logger = logging.getLogger(__name__)

FRAME = 0.5  # seconds between two pictures: quick enough to look alive, 1 % of a core
MOST_CATEGORIES = 8  # lines that they may take; the others are summed up
MOST_WALLS = 4


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the crawl has counted so far; articles, unless the name says otherwise, and bytes that it received."""

    found: int
    fetched: int
    failed: int
    skipped: int
    listings: int
    requests: int
    received: int
    walls: Mapping[str, int]
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
            received=stats.get_value("downloader/response_bytes", 0),
            walls=walls(stats.get_stats()),
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


class Progress:
    """Shows progress. ``DISCUZ_PROGRESS_ENABLED`` switches it, ``DISCUZ_PROGRESS_INTERVAL`` spaces plain lines."""

    def __init__(self, stats: StatsCollector, console: Console, interval: float) -> None:
        """Watch a crawl.

        Args:
            stats: where the numbers are read.
            console: where to show them; lines go to the log instead when it is not interactive.
            interval: seconds between two lines in the log; 0 for none but the summary.
        """
        self.stats = stats
        self.console = console
        self.interval = interval
        self.meter = Meter()
        self.forecast = Forecast()
        self.begun = time.monotonic()
        self.standing: Standing | None = None
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
        progress = cls(crawler.stats, console, settings.getfloat("DISCUZ_PROGRESS_INTERVAL", 300.0))
        crawler.signals.connect(progress.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(progress.spider_closed, signal=signals.spider_closed)
        return progress

    def spider_opened(self, spider: Spider) -> None:
        """Begin to show."""
        self.begun = time.monotonic()
        if hasattr(spider, "store"):
            self.standing = Standing(cast("HasStore", spider))
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
            self._repeat(live.refresh, FRAME)
        elif self.interval > 0:
            self._repeat(partial(self.log, spider), self.interval)

    def _repeat(self, what: Callable[[], object], pause: float) -> None:
        task = create_looping_call(what)
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
        numbers, left = self._read()
        logger.info(
            "%d found, %d fetched (%.1f/s), %d failed, %d skipped, %d remaining, ETA %s%s; last: %s",
            numbers.found,
            numbers.fetched,
            self.meter.rate,
            numbers.failed,
            numbers.skipped,
            self._remaining(numbers, left),
            self._eta(numbers, left),
            f"; walls: {_walls(numbers.walls)}" if numbers.walls else "",
            numbers.headline or "-",
            extra={"spider": spider},
        )

    def picture(self) -> RenderableType:
        """Draw the bar and its numbers, what is left of each category, walls, and the last headline."""
        numbers, left = self._read()
        remaining = self._remaining(numbers, left)
        total = numbers.ended + remaining
        about = "~" if left is not None and left.unnamed else ""
        bar = Table.grid(padding=(0, 1), expand=True)
        bar.add_column(ratio=1)
        for _ in range(4):
            bar.add_column(no_wrap=True)
        bar.add_row(
            # Without a total the bar pulses: nothing is found yet, but the crawl is alive.
            ProgressBar(total=total or None, completed=numbers.ended),
            f"{numbers.ended:,}/{about}{total:,} articles",
            f"{self.meter.rate:.1f}/s",
            f"{about}{remaining:,} remaining",
            f"ETA {self._eta(numbers, left)}",
        )
        cost = [f"{numbers.requests:,} requests", f"{numbers.received / 2**20:,.1f} MiB"]
        cost += [f"{numbers.failed:,} failed"] if numbers.failed else []
        cost += [f"{numbers.skipped:,} skipped"] if numbers.skipped else []
        lines = [_one_line(" · ".join(cost), "dim")]
        if numbers.walls:
            lines.append(_one_line(f"walls: {_walls(numbers.walls)}", "yellow"))
        lines.append(_one_line(numbers.headline, "dim"))
        return Group(bar, *self._categories(left), *lines)

    def _categories(self, left: Left | None) -> Iterator[RenderableType]:
        """Draw what is left of each category, those with the most to be read first; ``~`` where lists must tell."""
        parts = [one for one in left.parts if one.done or one.left] if left else []
        if not parts:
            return
        parts.sort(key=lambda part: (-part.left, part.name))
        shown, others = parts[:MOST_CATEGORIES], parts[MOST_CATEGORIES:]
        if others:
            done, named, unnamed = (sum(getattr(one, what) for one in others) for what in ("done", "named", "unnamed"))
            shown.append(Part(f"{len(others)} more", done, named, unnamed))
        grid = Table.grid(padding=(0, 1))
        grid.add_column(no_wrap=True, max_width=24, overflow="ellipsis")
        for _ in range(2):
            grid.add_column(no_wrap=True, justify="right")
        grid.add_column(width=20)
        for part in shown:
            bar = ProgressBar(total=part.done + part.left, completed=part.done, width=20)
            about = "~" if part.unnamed else ""
            grid.add_row(Text(printable(part.name)), f"{part.done:,} read", f"{about}{part.left:,} left", bar)
        yield grid

    def summary(self, reason: str) -> list[tuple[str, str]]:
        """Say what came of the crawl.

        Args:
            reason: why the spider closed, as Scrapy names it.

        Returns:
            names and values, in the order in which to show them.
        """
        numbers = Numbers.read(self.stats)
        elapsed = time.monotonic() - self.begun
        left = self.standing.left if self.standing else None
        return [
            ("articles found", f"{numbers.found:,}"),
            ("fetched", f"{numbers.fetched:,}"),
            ("failed", f"{numbers.failed:,}"),
            ("skipped", f"{numbers.skipped:,}"),
            *((f"  {reason}", f"{count:,}") for reason, count in self._reasons()),
            ("remaining", f"{self._remaining(numbers, left):,}"),
            ("listing pages", f"{numbers.listings:,}"),
            ("requests", f"{numbers.requests:,}"),
            ("received", f"{numbers.received / 2**20:,.1f} MiB"),
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

    def _read(self) -> tuple[Numbers, Left | None]:
        numbers, now = Numbers.read(self.stats), time.monotonic()
        self.meter.mark(now, numbers.ended)
        self.forecast.mark(now, numbers.requests)
        return numbers, self.standing.look() if self.standing else None

    def _remaining(self, numbers: Numbers, left: Left | None) -> int:
        """Articles that are to be read, about: also known ones, and those that lists have yet to name."""
        return numbers.remaining if left is None else left.total

    def _eta(self, numbers: Numbers, left: Left | None) -> str:
        pages = left.pages if left else 0
        requests = requests_left(
            self.stats.get_stats(), articles=self._remaining(numbers, left), ended=numbers.ended, pages=pages
        )
        return self.forecast.eta(requests)


def _one_line(words: str, style: str) -> Text:
    return Text(words, style=style, no_wrap=True, overflow="ellipsis")


def _walls(met: Mapping[str, int]) -> str:
    """Name the walls that were met most often."""
    most = sorted(met.items(), key=lambda one: (-one[1], one[0]))
    told = [f"{name} {number:,}" for name, number in most[:MOST_WALLS]]
    return ", ".join([*told, *([f"{len(most) - MOST_WALLS} more"] if len(most) > MOST_WALLS else [])])
