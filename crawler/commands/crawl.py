"""``scrapy crawl``, with exit codes that mean something and a last line that says it in words."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import time
import traceback
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import BaseRunSpiderCommand
from scrapy.exceptions import UsageError as ScrapyUsageError
from scrapy.spiderloader import get_spider_loader

from crawler.addresses import Allowed
from crawler.commands.event_loop import install_event_loop
from crawler.commands.values import check_values
from crawler.demo import Demo
from crawler.errors import MORE_FILES, CrawlerError, ExitCode, RunningError, StorageError, UsageError, bug_words
from crawler.escaping import printable
from crawler.extensions import json_log
from crawler.extensions.metrics import Metrics, path_of
from crawler.extensions.report import RunReport
from crawler.interruption import STDERR, leave, on_signal
from crawler.sites import Site
from crawler.spiders import arguments
from crawler.spiders.base import UnitSpider

if TYPE_CHECKING:
    import argparse
    from types import FrameType

    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

PATIENCE = 8.0
"""Seconds between the first signal and the forced end: what is in flight may come in, a silent server may not stay."""
FEWEST_FILES = 64
"""Files and connections that may be open at least: a crawl at its own pace has some 30, the usual limit is 1,024."""
DEMO = "demo"


class Command(BaseRunSpiderCommand):
    """Runs a spider and ends with its exit code."""

    requires_project = True

    def __init__(self) -> None:
        super().__init__()
        self._closing = ExitStack()
        self._running: Crawler | None = None
        self._if_running_ok = False
        self._interrupted = False

    def syntax(self) -> str:
        """What comes after the command's name."""
        return "[options] <spider>"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Crawl a site with one of the spiders portal, backfill, article"

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check everything that can be checked before anything is opened; start the demo portal if it is the site.

        Scrapy builds process, event loop and resolver between this and `run`, from the settings as they are then.
        """
        on_signal(self._interrupt)
        try:
            self._check(args, opts)
        except ScrapyUsageError as error:
            self._leave(UsageError(str(error)))
        except CrawlerError as error:
            self._leave(error)
        except Exception as error:
            traceback.print_exc()  # the log is not set up yet
            self._leave(CrawlerError(bug_words(error)))

    def _check(self, args: list[str], opts: argparse.Namespace) -> None:
        super().process_options(args, opts)
        assert self.settings is not None
        check_files()
        check_values(self.settings)
        json_log.set_up(self.settings)
        path_of(self.settings, "")
        spiders = get_spider_loader(self.settings)
        if not args or args[0] not in spiders.list():
            raise UsageError(
                f"spider {args[0] if args else ''!r} is not known: give one of {', '.join(sorted(spiders.list()))}"
            )
        if args[1:]:
            raise UsageError(f"{args[1]!r} is left over: spider arguments are given as -a NAME=VALUE")
        spider = spiders.load(args[0])
        assert issubclass(spider, UnitSpider)
        asked = arguments.parse(spider.name, spider.accepted, opts.spargs, datetime.now(UTC).date())
        self._if_running_ok = asked.if_running_ok
        if asked.site == DEMO:
            demo = Demo.start(
                Path(self.settings["DISCUZ_DATA_DIR"]), articles=self.settings.get("DISCUZ_DEMO_ARTICLES")
            )
            self._closing.callback(demo.stop)
            demo.admit(self.settings)
            self.settings.set("DISCUZ_SITE", Site(name=DEMO, url=demo.url, own_process=True), priority="cmdline")
        # Read here, where a mistake in it still has words: the resolver is built together with the process.
        Allowed.parse(self.settings.getlist("DISCUZ_ALLOW_PRIVATE_ADDRESSES"))
        install_event_loop(self.settings)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl."""
        assert self.crawler_process is not None
        try:
            with self._closing:
                self._running = self._create_crawler(args[0])
                started = asyncio.ensure_future(self.crawler_process.crawl(self._running, **opts.spargs))
                self.crawler_process.start(install_signal_handlers=False)
            self.exitcode, words = self._end(started)
        except Exception as error:
            logger.exception("A bug of ours ends the crawl")
            self.exitcode, words = ExitCode.BUG, bug_words(error)
        self._say(words, self.exitcode)

    def _end(self, started: asyncio.Future[None]) -> tuple[int, str]:
        """Give exit code and last line."""
        error = started.exception() if started.done() and not started.cancelled() else None
        if isinstance(error, RunningError) and self._if_running_ok:
            return ExitCode.OK, str(error)
        if isinstance(error, CrawlerError):
            return error.exit_code, str(error)
        spider = self._running.spider if self._running else None
        if error is not None or not isinstance(spider, UnitSpider):
            logger.error("A bug of ours ends the crawl", exc_info=error)
            return ExitCode.BUG, bug_words(error)
        return spider.end_told

    def _leave(self, error: CrawlerError) -> None:
        self._closing.close()
        self._say(str(error), error.exit_code)
        sys.exit(error.exit_code)

    def _say(self, words: str, code: int) -> None:
        """Write the last line, in the form of all others."""
        assert self.settings
        if json_log.is_wanted(self.settings):
            level = "ERROR" if code else "INFO"
            more = {**json_log.ABOUT, "exit_code": int(code)}
            words = json_log.line(level, "crawler", printable(words), time.time(), more)
        say(words)

    # --- signals ---

    def _interrupt(self, number: int, _frame: FrameType | None) -> None:
        """Stop for a signal: in good order where there is a crawl to stop, at once where there is none yet.

        A second signal ends the crawl at once, too. It may come in the middle of a commit, so that the store is left
        alone: the next start finds it as after a crash.
        """
        spider = self._running.spider if self._running else None
        if self._interrupted or not isinstance(spider, UnitSpider):
            self._closing.close()
            leave()
        self._interrupted = True
        asyncio.get_event_loop().call_soon_threadsafe(self._stop, spider, signal.Signals(number).name)

    def _stop(self, spider: UnitSpider, name: str) -> None:
        """Stop the spider, from the event loop, where nothing else is half done."""
        spider.stop(ExitCode.INTERRUPTED, f"interrupted by {name}: start again to go on")
        asyncio.get_running_loop().call_later(PATIENCE, self._force, spider)

    def _force(self, spider: UnitSpider) -> None:
        """End a crawl that waits for what does not come, with what it has."""
        try:
            spider.closed("forced")
            report = spider.crawler.get_extension(RunReport)
            if report is not None:
                report.spider_closed("forced")
            metrics = spider.crawler.get_extension(Metrics)
            if metrics is not None:
                metrics.spider_closed()
        except Exception:
            logger.exception("A bug of ours showed at the end")
        self._closing.close()
        code, words = spider.end_told
        self._say(words, code)
        os._exit(code)


def check_files() -> None:
    """See whether as many files and connections may be opened as any crawl needs.

    Raises:
        StorageError: they may not.
    """
    try:
        import resource  # noqa: PLC0415  (Windows has none)
    except ImportError:
        return
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if 0 <= limit < FEWEST_FILES:
        raise StorageError(f"only {limit} files and connections may be open, {FEWEST_FILES} are needed: {MORE_FILES}")


def say(words: str) -> None:
    """Write the last line.

    Where the error stream is a file on a full disk nothing can be said; Python would end with 120 for what it still
    holds of it, and the exit code is all that is left to tell.
    """
    try:
        sys.stderr.write(f"{printable(words)}\n")
        sys.stderr.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), STDERR)
