"""A run's numbers for Prometheus (``DISCUZ_METRICS_DIR``, ``DISCUZ_METRICS_FILE``)."""

from __future__ import annotations

import logging
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

from scrapy import signals
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call

from crawler import clock
from crawler.completeness import measure_store
from crawler.errors import ExitCode, StorageError
from crawler.extensions import textfile
from crawler.extensions.figures import plan
from crawler.extensions.textfile import Value
from crawler.gate.run import REASONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

    from crawler.completeness import Account
    from crawler.sites import Site
    from crawler.store import Run, StoreReader

logger = logging.getLogger(__name__)

EVERY: Final = 60.0  # seconds between two writings in a run: as often as Prometheus usually looks
RUNS: Final = 100
"""Runs that are looked through for the last one that ended well."""
WALL, WALLS, AGAIN = "discuz/wall/", "_count", "_again_count"


class HasRun(Protocol):
    """The side of a spider that this extension sees."""

    name: str
    site: Site
    run: Run
    store: StoreReader
    exit_code: ExitCode | None
    account: Account | None
    last_look: Callable[[StoreReader], object] | None


def path_of(settings: BaseSettings, name: str) -> Path | None:
    """Say where numbers are written, None for nowhere.

    Args:
        settings: the crawler's.
        name: of the file in ``DISCUZ_METRICS_DIR``, without its suffix.

    Raises:
        UsageError: the collector would not read it.
    """
    if file := settings["DISCUZ_METRICS_FILE"]:
        textfile.check_path("DISCUZ_METRICS_FILE", Path(file))
        return Path(file)
    folder = settings["DISCUZ_METRICS_DIR"]
    return Path(folder) / f"{name}{textfile.SUFFIX}" if folder else None


class Metrics:
    """Writes a run's numbers when it begins, once a minute, and when it ends.

    There is a file for each site and job: what another job of the site did is not lost by it. A file that cannot be
    written is told once in the log and never fails a crawl.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._path: Path | None = None
        self._begun = time.monotonic()
        self._of_store: list[Value] = []
        self._success: float | None = None
        self._told = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Set up as a Scrapy extension.

        Raises:
            NotConfigured: nobody asks for numbers.
        """
        settings = crawler.settings
        if not (settings["DISCUZ_METRICS_FILE"] or settings["DISCUZ_METRICS_DIR"]):
            raise NotConfigured
        metrics = cls(crawler)
        crawler.signals.connect(metrics.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(metrics.spider_closed, signal=signals.spider_closed)
        return metrics

    @property
    def _spider(self) -> HasRun:
        return cast("HasRun", self.crawler.spider)

    def spider_opened(self) -> None:
        """Say that a run is under way, now and every minute."""
        spider = self._spider
        if not spider.run.seq:  # a dry run is none
            return
        self._begun = time.monotonic()
        self._path = path_of(self.crawler.settings, f"crawler_{spider.site.name}_{spider.name}")
        before = spider.last_look

        def look(store: StoreReader) -> None:
            if before is not None:
                before(store)
            self.look(store)

        spider.last_look = look
        self.look(spider.store)
        self.write()
        self._loop = create_looping_call(self.write)
        self._loop.start(EVERY, now=False)

    def spider_closed(self) -> None:
        """Say how the run ended."""
        if self._path is None:
            return
        if self._loop.running:
            self._loop.stop()
        self.write(ended=True)

    def look(self, store: StoreReader) -> None:
        """Keep what the store tells. What it cannot tell any more stays as it was."""
        try:
            self._of_store = list(self._stored(store))
            if self._success is None:
                self._success = last_success(store, self._spider.run.job)
        except StorageError as error:
            logger.warning("The metrics of this run lack what is in the store: %s", error)

    def _stored(self, store: StoreReader) -> Iterator[Value]:
        spider = self._spider
        did = Counter[str](dict.fromkeys(("new", "changed", "gone", "moved", "back", "comments", "unchanged"), 0))
        for change in store.changes(spider.run.seq):
            did[change.what] += change.articles
        yield from (Value("discuz_run_articles", number, (what,)) for what, number in did.items())
        statuses = Counter[str](dict.fromkeys(("published", "gone", "moved"), 0))
        for holding in store.holdings():
            statuses[holding.status] += holding.articles
        yield from (Value("discuz_site_articles", number, (status,)) for status, number in statuses.items())
        yield Value("discuz_run_records_held_back", sum(part.records for part in store.held_parts()))
        newest = max((one.head_at for one in store.categories() if one.head_at), default=None)
        if newest is not None:
            yield Value("discuz_site_newest_article_timestamp_seconds", newest.timestamp())
        if spider.exit_code is not None:  # it has ended
            account = spider.account or measure_store(store, spider.run.run_id, only=spider.site.categories)
            if account.total.missing is not None:
                yield Value("discuz_run_articles_missing", account.total.missing)

    def write(self, *, ended: bool = False) -> None:
        """Write the file."""
        assert self._path is not None
        spider = self._spider
        try:
            textfile.write(self._path, self.values(ended=ended), {"site": spider.site.name, "job": spider.name})
        except OSError as error:
            if not self._told:
                logger.warning("The metrics of this run cannot be written: %s", error)
            self._told = True

    def values(self, *, ended: bool) -> Iterator[Value]:
        """Give the run's numbers.

        Args:
            ended: whether it has.
        """
        spider, stats = self._spider, self.crawler.stats.get_stats()
        now, seconds = clock.utc_now().timestamp(), time.monotonic() - self._begun
        yield Value("discuz_run_in_progress", not ended)
        yield Value("discuz_run_start_timestamp_seconds", spider.run.started_at.timestamp())
        yield Value("discuz_run_update_timestamp_seconds", now)
        yield Value("discuz_run_duration_seconds", seconds)
        if ended:
            code = ExitCode.BUG if spider.exit_code is None else spider.exit_code
            yield Value("discuz_run_end_timestamp_seconds", now)
            yield Value("discuz_run_exit_code", code)
            self._success = now if code is ExitCode.OK else self._success
        if self._success is not None:
            yield Value("discuz_run_last_success_timestamp_seconds", self._success)
        yield from self._of_store
        for state in ("failed", "skipped"):
            yield Value("discuz_run_articles", stats.get(f"discuz/article/{state}_count", 0), (state,))
        asked = plan(stats)
        yield from (Value("discuz_run_requests", number, (name,)) for name, number in asked["requests"].items())
        yield Value("discuz_run_requests", asked["repeated"], ("repeated",))
        yield Value("discuz_run_response_bytes", stats.get("downloader/response_bytes", 0))
        yield from (Value("discuz_run_walls", number, (name,)) for name, number in walls(stats).items())
        yield Value("discuz_run_gate_reasons", len(stats.get(REASONS) or ()))
        if asked["sent"]:
            yield Value("discuz_run_seconds_per_request", seconds / asked["sent"])


def walls(stats: Mapping[str, Any]) -> dict[str, int]:
    """Give the walls that were met, by name; those that another try has passed are not among them."""
    return {
        name.removeprefix(WALL).removesuffix(WALLS): number
        for name, number in stats.items()
        if name.startswith(WALL) and name.endswith(WALLS) and not name.endswith(AGAIN)
    }


def last_success(store: StoreReader, job: str) -> float | None:
    """Say when a job last ended well, in seconds since 1970; None where none of its last runs has."""
    ends = (run.ended_at for run in store.run_list(RUNS) if run.job == job and run.exit_code == ExitCode.OK)
    return next((end.timestamp() for end in ends if end is not None), None)
