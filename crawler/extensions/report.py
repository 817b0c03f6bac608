"""The run's folder: its log while it runs, its report when it has ended."""

from __future__ import annotations

import logging
import re
import shutil
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING, Any, Protocol, cast

import orjson
from scrapy import signals
from scrapy.utils.log import get_scrapy_root_handler

from crawler.errors import StorageError
from crawler.store.files import write_whole

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Self

    from scrapy.crawler import Crawler

    from crawler.errors import ExitCode
    from crawler.sites import Site
    from crawler.store import Run

logger = logging.getLogger(__name__)

COUNTED = re.compile(r"discuz/field/(?P<field>.+)/(?P<what>missing|invalid)_count")
LOG_BYTES = 16 * 2**20
LOG_FILES = 4


class QuietFileHandler(RotatingFileHandler):
    """A log that cannot be written any more is silent: a full disk is for the store to report, once."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  (the name that logging calls)
        """Print no traceback, which is what the stock handler does for each line."""


class HasRun(Protocol):
    """The side of a spider that this extension sees."""

    site: Site
    run: Run
    folder: Path
    exit_code: ExitCode | None
    exit_words: str


class RunReport:
    """Writes ``runs/<run_id>/crawl.log`` and ``report.json``, and removes those of the oldest runs.

    A folder that cannot be written is told in the log and never fails a crawl: what must be durable is in the store.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.keep = crawler.settings.getint("DISCUZ_KEEP_RUNS")
        self._log: QuietFileHandler | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Set up as a Scrapy extension."""
        report = cls(crawler)
        crawler.signals.connect(report.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(report.spider_closed, signal=signals.spider_closed)
        return report

    @property
    def _spider(self) -> HasRun:
        return cast("HasRun", self.crawler.spider)

    def spider_opened(self) -> None:
        """Open the run's log."""
        folder = self._spider.folder / "runs" / self._spider.run.run_id
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

    def spider_closed(self, reason: str) -> None:
        """Write the report, close the log, make room."""
        spider = self._spider
        folder = spider.folder / "runs" / spider.run.run_id
        report = {
            "run_id": spider.run.run_id,
            "job": spider.run.job,
            "site": {"name": spider.site.name, "url": spider.site.url},
            "started_at": spider.run.started_at,
            "resumed": spider.run.resumed,
            "reason": reason,
            "exit_code": spider.exit_code,
            "summary": spider.exit_words,
            "fields": coverage(self.crawler.stats.get_stats()),
            "stats": self.crawler.stats.get_stats(),
        }
        try:
            text = orjson.dumps(report, default=str, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
            write_whole(folder / "report.json", [text])
            for old in sorted(path for path in folder.parent.iterdir() if path.is_dir())[: -self.keep]:
                shutil.rmtree(old)
        except (OSError, StorageError) as error:
            logger.warning("The report of this run cannot be kept: %s", error)
        if self._log is not None:
            logging.root.removeHandler(self._log)
            self._log.close()


def coverage(stats: dict[str, Any]) -> dict[str, dict[str, float]]:
    """Say how often each field of the record was filled.

    Args:
        stats: the crawl's.

    Returns:
        by field that ever was empty or wrong: of how many articles it is ``missing``, how many of its values were
        ``invalid`` and so taken out, and its ``coverage``, the part of the articles that have it (0 to 1).
    """
    checked = stats.get("discuz/record/checked_count", 0)
    found: dict[str, dict[str, float]] = {}
    for key, number in stats.items():
        counted = COUNTED.fullmatch(key)
        if counted is not None:
            found.setdefault(counted["field"], {"missing": 0, "invalid": 0})[counted["what"]] = number
    for about in found.values():
        about["coverage"] = round(1 - about["missing"] / checked, 4) if checked else 0.0
    return found
