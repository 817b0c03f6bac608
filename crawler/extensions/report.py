"""The run's folder: its log while it runs, its report when it has ended."""

from __future__ import annotations

import logging
import shutil
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from scrapy import signals
from scrapy.utils.log import get_scrapy_root_handler

from crawler import clock
from crawler.completeness import measure_store, table
from crawler.errors import StorageError
from crawler.escaping import printable
from crawler.extensions.figures import archive, browser, coverage, gate_told, media, parts_told, plan, troubles_told
from crawler.extensions.overview import refresh
from crawler.extensions.run_folder import read, write
from crawler.extensions.traffic import Traffic
from crawler.gate.run import METRICS, REASONS

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.completeness import Account
    from crawler.discuz.urls import Grammar
    from crawler.errors import ExitCode
    from crawler.sites import Site
    from crawler.store import Run, RunInfo, StoreReader

logger = logging.getLogger(__name__)

LOG_BYTES = 16 * 2**20
LOG_FILES = 4
CLOSED_RUNS = 20
"""Runs that are looked at for one that was cut short and closed by the start of another job."""


class QuietFileHandler(RotatingFileHandler):
    """A log that cannot be written any more is silent: a full disk is for the store to report, once."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  (the name that logging calls)
        """Print no traceback, which is what the stock handler does for each line."""

    def close(self) -> None:
        """Let go of the file; what it still holds may not find room either."""
        with suppress(OSError):
            super().close()


class HasRun(Protocol):
    """The side of a spider that this extension sees."""

    site: Site
    run: Run
    folder: Path
    exit_code: ExitCode | None
    exit_words: str
    account: Account | None
    last_look: Callable[[StoreReader], object] | None
    grammar: Grammar

    def purpose(self, request: Request) -> str:
        """Say what a request is made for."""
        ...


class RunReport:
    """Writes ``runs/<run_id>/crawl.log``, ``report.json`` and the pages, and removes those of the oldest runs.

    A folder that cannot be written is told in the log and never fails a crawl: what must be durable is in the store.
    A run that was killed has a log and no report; it gets one when the same job goes on with it, or another job has
    closed it. A dry run, which is none in the store, leaves nothing.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.keep = crawler.settings.getint("DISCUZ_KEEP_RUNS")
        self._log: QuietFileHandler | None = None
        self._told: dict[str, Any] = {}
        self._traffic = Traffic(clock.utc_now())
        self._closed: list[Path] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Set up as a Scrapy extension."""
        report = cls(crawler)
        crawler.signals.connect(report.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(report.spider_closed, signal=signals.spider_closed)
        crawler.signals.connect(report.response_downloaded, signal=signals.response_downloaded)
        return report

    @property
    def _spider(self) -> HasRun:
        return cast("HasRun", self.crawler.spider)

    @property
    def _folder(self) -> Path:
        """Where the folders of all runs lie."""
        return self._spider.folder / "runs"

    def spider_opened(self) -> None:
        """Open the run's log."""
        if not self._spider.run.seq:
            return
        self._spider.last_look = self.look
        folder = self._folder / self._spider.run.run_id
        stock = get_scrapy_root_handler()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._log = QuietFileHandler(
                folder / "crawl.log", maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8"
            )
        except OSError as error:
            logger.warning("The log of this run cannot be kept: %s", error)
            return
        settings = self.crawler.settings
        self._log.setFormatter(logging.Formatter(settings["LOG_FORMAT"], settings["LOG_DATEFORMAT"]))
        self._log.setLevel(stock.level if stock else logging.INFO)
        logging.root.addHandler(self._log)

    def response_downloaded(self, response: Response, request: Request) -> None:
        """Count an answer, with what it was asked for."""
        self._traffic.heard(response, request, self._spider.purpose(request))

    def spider_closed(self, reason: str) -> None:
        """Say what is missing, write the report, close the log, make room."""
        spider = self._spider
        if not spider.run.seq:
            return
        if spider.account is not None:
            logger.info("\n".join(map(printable, table(spider.account))), extra={"spider": spider})
        folder = self._folder / spider.run.run_id
        try:
            if spider.folder.is_dir():  # else it was moved away, and its place is not ours to fill
                folder.mkdir(parents=True, exist_ok=True)  # not there where a crawl failed before it was open
            write(folder, self._report(folder, reason))
            make_room(self._folder, spider.folder / "quarantine", self.keep)
            self._show(folder)
        except (OSError, StorageError) as error:
            logger.warning("The report of this run cannot be kept: %s", error)
        if self._log is not None:
            logging.root.removeHandler(self._log)
            self._log.close()

    def _show(self, folder: Path) -> None:
        """Write the pages for people. What is wrong with one is no fault of the run's, whatever it is."""
        try:
            shown = (*self._closed, folder)
            if not refresh(self._spider.folder, shown=shown, profiles=self._profiles()):
                logger.warning("The lists of runs are as they were: others make pages; scrapy report --index mends it")
        except (OSError, StorageError) as error:
            logger.warning("The page of this run's report cannot be kept: %s", error)
        except Exception:
            logger.warning("A bug of ours: the page of this run's report cannot be made", exc_info=True)

    def _profiles(self) -> list[str]:
        """Name the sites that have a profile in this installation."""
        settings = self.crawler.settings
        folder = settings["DISCUZ_SITES_DIR"] or Path(settings["DISCUZ_DATA_DIR"]) / "sites"
        return [path.stem for path in Path(folder).glob("*.toml")]

    def _report(self, folder: Path, reason: str) -> dict[str, Any]:
        spider, stats = self._spider, self.crawler.stats.get_stats()
        earlier = read(folder) if spider.run.resumed else {}
        return {
            "run_id": spider.run.run_id,
            "job": spider.run.job,
            "site": {"name": spider.site.name, "url": spider.site.url, "permission": spider.site.permission},
            "started_at": spider.run.started_at,
            "ended_at": clock.utc_now(),
            "resumed": spider.run.resumed,
            "reason": reason,
            "exit_code": spider.exit_code,
            "summary": printable(spider.exit_words),
            "state": None,
            **self._told,
            "traffic": self._traffic.told(earlier.get("traffic")),
            "plan": plan(stats, earlier.get("plan")),
            "browser": browser(stats, earlier.get("browser")),
            "fields": coverage(stats),
            "media": media(stats),
            "stats": stats,
        }

    def look(self, store: StoreReader) -> None:
        """Keep what the store tells of the run, before it is closed. What it cannot tell any more is left out."""
        spider, stats = self._spider, self.crawler.stats
        run_id = spider.run.run_id
        try:
            account = spider.account or measure_store(store, run_id, only=spider.site.categories)
            parts = store.parts_of(run_id)
            runs = store.run_list(CLOSED_RUNS)
            self._told = {
                "state": next((run.state for run in runs if run.run_id == run_id), None),
                "completeness": account.as_dict(),
                "parts": parts_told(parts),
                "archive": archive(store.warcs_of(run_id)),
                "gate": gate_told(parts, stats.get_value(METRICS), stats.get_value(REASONS) or ()),
                "months": store.months(),
                "troubles": troubles_told(store.troubles(run_id), spider.grammar),
            }
            self._report_closed(store, runs)
        except StorageError as error:
            logger.warning("The report of this run lacks what is in the store: %s", error)

    def _report_closed(self, store: StoreReader, runs: list[RunInfo]) -> None:
        """Write the report of runs that were cut short, and that another job has closed: what had become of them.

        Raises:
            StorageError: the store cannot be read, or a report cannot be written.
        """
        for run in runs:
            folder = self._folder / run.run_id
            if run.state != "abandoned" or not folder.is_dir() or read(folder).get("state") == "abandoned":
                continue
            parts = store.parts_of(run.run_id)
            told = {
                "run_id": run.run_id,
                "job": run.job,
                "site": {"name": self._spider.site.name, "url": self._spider.site.url},
                "started_at": run.started_at,
                "resumed": False,
                "reason": "abandoned",
                "exit_code": None,
                "fields": {},
                "stats": {},
                "summary": "cut short; another job has published what there was, and goes on with the rest",
                **read(folder),
                "state": run.state,
                "parts": parts_told(parts),
                "archive": archive(store.warcs_of(run.run_id)),
                "gate": gate_told(parts),
            }
            write(folder, told)
            self._closed.append(folder)


def make_room(runs: Path, quarantine: Path, keep: int) -> None:
    """Remove the folders of the oldest runs, but for those whose parts the gate holds back: their reports say why.

    Args:
        runs: where the folders lie; their names sort by time.
        quarantine: where the parts lie that are held back.
        keep: how many folders are kept; 0 for all of them.

    Raises:
        OSError: one cannot be removed.
    """
    if keep <= 0:
        return
    held = {path.name.rpartition("-")[0] for path in quarantine.glob("*.jsonl")}
    for old in sorted(path for path in runs.iterdir() if path.is_dir())[:-keep]:
        if old.name not in held:
            shutil.rmtree(old)
