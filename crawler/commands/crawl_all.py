"""``scrapy crawl-all``: every site that is due, one process each, and one summary."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import orjson
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError as ScrapyUsageError
from scrapy.spiderloader import get_spider_loader
from scrapy.utils.conf import arglist_to_dict

from crawler import clock
from crawler.commands.crawl import say
from crawler.commands.places import sites_dir
from crawler.commands.values import check_values
from crawler.errors import CrawlerError, UsageError, bug_words
from crawler.escaping import printable_json
from crawler.extensions import textfile
from crawler.extensions.metrics import path_of
from crawler.extensions.sheet import show, waiting
from crawler.schedule.conducting import Conductor
from crawler.schedule.planning import DEMO, Installation, Job, plan
from crawler.schedule.summary import Summary
from crawler.spiders import arguments
from crawler.spiders.base import UnitSpider
from crawler.store.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.schedule.planning import Plan

# Scrapy calls a command by the last part of its module's name, which a file cannot have.
__name__ = "crawler.commands.crawl-all"

PLACES: Final = 4
"""Crawls at once: each takes some 100 MB, and a second of CPU to start."""
MOST_PLACES: Final = 256
LAST: Final = "crawl-all.json"
"""In the data folder: the last summary."""


class Command(ScrapyCommand):
    """Crawls many sites."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """What comes after the command's name."""
        return "[options] [SITE …]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Crawl every site that has a profile, one process each, and sum up"

    def long_desc(self) -> str:
        """What ``--help`` says."""
        return (
            "Crawl every site whose profile is enabled, or those that are given, one process each, and sum up. --due"
            ' leaves out those that were read lately: a profile says how often it is due (every = "1h"). Sites that'
            " have asked to be left alone, or are outside their hours, are not started. The exit code is the first of"
            " 7 6 2 8 1 4 3 5 0 that a site ended with."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add our own options to Scrapy's."""
        super().add_options(parser)
        parser.add_argument("--due", action="store_true", help="leave out sites that were read lately")
        parser.add_argument(
            "--jobs", type=_places, default=PLACES, metavar="N", help=f"crawls at once (default: {PLACES})"
        )
        parser.add_argument("--job", default="portal", metavar="SPIDER", help="what to do (default: portal)")
        parser.add_argument(
            "-a", dest="spargs", action="append", default=[], metavar="NAME=VALUE", help="argument of every spider"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object in place of tables")
        parser.add_argument("--quiet", action="store_true", help="print nothing where nobody need look, for cron")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Take Scrapy's options; what is wrong with them is said in our way."""
        try:
            super().process_options(args, opts)
        except ScrapyUsageError as error:
            self._leave(UsageError(str(error)))

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl, sum up, and end with the code of the site that fared worst."""
        try:
            summary = self._run(args, opts)
        except CrawlerError as error:
            self._leave(error)
        except Exception as error:
            self._leave(CrawlerError(f"crawl-all: {bug_words(error)}"))
        self.exitcode = summary.code
        if not (opts.quiet and summary.is_well):
            if opts.json:
                sys.stdout.buffer.write(printable_json(_json(summary)))
                sys.stdout.flush()
            else:
                show(list(summary.sections()))
                sys.stdout.flush()
            say(summary.words)

    def _leave(self, error: CrawlerError) -> None:
        say(str(error))
        sys.exit(error.exit_code)

    def _run(self, args: Sequence[str], opts: argparse.Namespace) -> Summary:
        """Do what was asked for.

        Raises:
            UsageError: it cannot be done.
            StorageError: the data folder cannot be used.
        """
        assert self.settings
        if unknown := next((arg for arg in args if arg.startswith("-")), None):
            raise UsageError(f"crawl-all: unknown option {unknown}; see scrapy crawl-all --help")
        job = self._job(opts)
        check_values(self.settings)
        data = Path(self.settings["DISCUZ_DATA_DIR"])
        at = Installation(data, sites_dir(self.settings), self.settings["DISCUZ_STORE_URL"])
        begun = clock.utc_now()
        plans = plan(args, job, at, begun)
        self._check(plans)
        with waiting(f"crawl-all: {len(plans)} sites") as tell:
            conductor = Conductor(at, opts.jobs, lambda site: self._words(site, job, opts), tell)
            outcomes = asyncio.run(conductor.conduct(plans))
        summary = Summary(job.name, begun, clock.utc_now(), outcomes, conductor.interrupted)
        if outcomes:
            write_whole(data / LAST, [_json(summary)])
            self._write_metrics(summary)
        return summary

    def _job(self, opts: argparse.Namespace) -> Job:
        """Check what is to be done at each site, before any is started.

        Raises:
            UsageError: the spider or one of its arguments is not known.
        """
        assert self.settings
        spiders = get_spider_loader(self.settings)
        if opts.job not in spiders.list():
            raise UsageError(f"--job {opts.job!r} is not known: give one of {', '.join(sorted(spiders.list()))}")
        spider = spiders.load(opts.job)
        assert issubclass(spider, UnitSpider)
        try:
            given = arglist_to_dict(opts.spargs)
        except ValueError:
            raise UsageError(f"-a {' '.join(opts.spargs)}: give each as NAME=VALUE") from None
        if "site" in given:
            raise UsageError(f"-a site={given['site']}: sites are given without -a, after the options")
        arguments.parse(spider.name, spider.accepted, {**given, "site": DEMO}, clock.utc_now().date())
        return Job(spider.name, given, opts.due)

    def _check(self, plans: Sequence[Plan]) -> None:
        """See whether the settings are such that each site can have them.

        Raises:
            UsageError: they are not.
        """
        assert self.settings
        due = [one.name for one in plans if one.state == "due"]
        if self.settings["DISCUZ_STORE_URL"] and len(plans) > 1:
            raise UsageError("DISCUZ_STORE_URL is one site's own: crawl-all keeps each store in its site's folder")
        if self.settings["DISCUZ_METRICS_FILE"]:
            raise UsageError(
                "DISCUZ_METRICS_FILE is one site's own: give DISCUZ_METRICS_DIR, a folder for the files of all"
            )
        if not self.settings["DISCUZ_CONTACT"] and any(name != DEMO for name in due):
            raise UsageError(
                "DISCUZ_CONTACT is not set: say who reads the sites, with an address or a mailbox at which their "
                "owners reach you, as in -s DISCUZ_CONTACT=you@example.com"
            )

    def _write_metrics(self, summary: Summary) -> None:
        """Write the numbers of all sites beside those that each crawl has written; say so where that fails."""
        assert self.settings
        path = path_of(self.settings, "crawl_all")
        if path is None:
            return
        try:
            textfile.write(path, summary.values())
        except OSError as error:
            say(f"crawl-all: metrics cannot be written: {error}")

    def _words(self, site: str, job: Job, opts: argparse.Namespace) -> list[str]:
        """Give what is typed after ``scrapy`` to crawl a site."""
        given = {"if_running": "ok", **job.given, "site": site}
        words = ["crawl", job.spider, *(word for name, value in given.items() for word in ("-a", f"{name}={value}"))]
        words += [word for setting in opts.set for word in ("-s", setting)]
        return [*words, "-L", opts.loglevel] if opts.loglevel else words


def _json(summary: Summary) -> bytes:
    return orjson.dumps(summary.as_dict(), option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_INDENT_2)


def _places(text: str) -> int:
    """Read a number of crawls.

    Raises:
        ArgumentTypeError: it is none.
    """
    if not (text.isdecimal() and 1 <= int(text) <= MOST_PLACES):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of crawls; give one from 1 to {MOST_PLACES}")
    return int(text)
