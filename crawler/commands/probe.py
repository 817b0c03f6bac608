"""``scrapy probe``: what a site is, before anybody crawls it."""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
from scrapy.commands import ScrapyCommand
from scrapy.settings import SETTINGS_PRIORITIES

from crawler.commands.event_loop import install_event_loop
from crawler.commands.places import sites_dir
from crawler.demo import Demo
from crawler.errors import CrawlerError, ExitCode, UsageError, leading
from crawler.escaping import printable, printable_json
from crawler.extensions.sheet import show, waiting
from crawler.middlewares.browser_check import check_browser
from crawler.probe import Findings, ProbeSpider
from crawler.probe.report import sections
from crawler.probe.saving import save
from crawler.probe.timer import timer_lines
from crawler.sites import Site, find_site, site_of
from crawler.spiders.politeness import be_polite
from crawler.theming import theme_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.pages import Theme

DEMO = "demo"


class Command(ScrapyCommand):
    """Reads a few pages of a site and says what it is."""

    requires_project = True

    def __init__(self) -> None:
        super().__init__()
        self._closing = ExitStack()
        self._demo: Demo | None = None

    def syntax(self) -> str:
        """What comes after the command's name."""
        return "URL|SITE [--json] [--save [--name NAME]]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Say what a site is, what of it can be read, and what would mend the rest"

    def long_desc(self) -> str:
        """What ``--help`` says."""
        return (
            "Read about twenty pages of a site at the pace of a crawl and say what it is: version, charset, addresses,"
            " categories, walls, robots.txt, pace; which fields its articles give, and which line of a profile would"
            " mend those that are missing. --save writes a profile to start from; a site that has one is read by it."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add our own options to Scrapy's."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="print one JSON object in place of a report")
        parser.add_argument("--save", action="store_true", help="write a profile; one that is there stays as it is")
        parser.add_argument("--name", metavar="NAME", help="the profile's name (default: the site's host)")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Take Scrapy's options; a report is the answer, not the log."""
        assert self.settings
        self.settings.set("LOG_LEVEL", "CRITICAL", priority="project")
        super().process_options(args, opts)
        if args == [DEMO] and not opts.save:  # before Scrapy builds what connects to it
            data, articles = Path(self.settings["DISCUZ_DATA_DIR"]), self.settings.get("DISCUZ_DEMO_ARTICLES")
            self._demo = Demo.start(data, articles=articles)
            self._closing.callback(self._demo.stop)
            self._demo.admit(self.settings)
        install_event_loop(self.settings)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Probe, print, save.

        ``exitcode`` is 0 for a site that can be crawled; else what a crawl of it would end with: 2 for wrong use, 3
        for a site that cannot be reached or is no portal, 4 for a wall; 1 for a bug of ours, 8 after Ctrl-C.
        """
        with self._closing:
            try:
                site = self.site(args, opts)
                spider = self.probe(site, theme_of(site), args[0] if "://" in args[0] else "")
                codes = [finish(spider, as_json=opts.json)]
                if opts.save:
                    codes.append(self.save(spider.survey.findings, opts.name or site.name))
                self.exitcode = leading(codes)
            except CrawlerError as error:
                say(str(error))
                self.exitcode = error.exit_code

    def site(self, args: Sequence[str], opts: argparse.Namespace) -> Site:
        """Give the site that is meant, by its profile if it has one; start the demo portal if it is that.

        Raises:
            UsageError: it is not given, or not known; or an option goes without another.
        """
        assert self.settings
        unknown = next((arg for arg in args if arg.startswith("-")), None)
        if unknown:
            raise UsageError(f"probe: unknown option {unknown}; see scrapy probe --help")
        if len(args) != 1:
            wanted = "give an address, a profile's name, or demo"
            raise UsageError(f"probe: one site is wanted, {len(args)} are given; {wanted}")
        if opts.name and not opts.save:
            raise UsageError(f"--name {opts.name} goes with --save, which writes a profile of that name")
        if args[0] == DEMO:
            if opts.save:
                raise UsageError("--save: the demo portal needs no profile; probe a site that is somebody's")
            assert self._demo
            return Site(name=DEMO, url=self._demo.url, own_process=True)
        folder = sites_dir(self.settings)
        site = find_site(args[0], folder)
        return (site_of(site.url, folder) or site) if site.profile is None else site

    def probe(self, site: Site, theme: Theme, start: str) -> ProbeSpider:
        """Read the site.

        Args:
            site: the site.
            theme: how its template departs from the default.
            start: the address that was given, "" if none was.

        Raises:
            UsageError: its owner has nobody to turn to (``DISCUZ_CONTACT``), or there is no browser.
        """
        assert self.crawler_process
        crawler = self.crawler_process.create_crawler(ProbeSpider)
        be_polite(crawler.settings, site)
        check_browser(crawler.settings)
        with waiting(f"Probing {site.url}") as tell:
            self.crawler_process.crawl(crawler, site=site, theme=theme, tell=tell, start=start)
            self.crawler_process.start()
        assert isinstance(crawler.spider, ProbeSpider)
        return crawler.spider

    def save(self, findings: Findings, name: str) -> ExitCode:
        """Write the profile, or say what the one that is there says otherwise.

        Raises:
            CrawlerError: it cannot be written.
        """
        assert self.settings
        if not findings.categories and not findings.articles:
            say("--save: nothing was found that a profile could say, so none is written")
            return ExitCode.OK
        path, differing = save(findings, name, sites_dir(self.settings))
        if not differing:
            given = {
                key: str(self.settings[key])
                for key in self.settings
                if (self.settings.getpriority(key) or 0) >= SETTINGS_PRIORITIES["cmdline"]
            }
            for line in timer_lines(name, given, python=sys.executable, folder=Path.cwd()):
                say(line)
            say(f"profile {path} says it: scrapy crawl portal -a site={name}")
            return ExitCode.OK
        sys.stderr.writelines(f"{printable(line)}\n" for line in differing)
        say(f"profile {path} is there and stays as it is: it differs as shown; edit it, or choose another --name")
        return ExitCode.USAGE


def finish(spider: ProbeSpider, *, as_json: bool) -> ExitCode:
    """Print what was found.

    Raises:
        CrawlerError: a bug of ours ended the probe.
    """
    findings = spider.survey.findings
    if spider.error is not None:
        what = f"{type(spider.error).__name__}: {spider.error}"
        raise CrawlerError(f"probe: {findings.url}: a bug ended it ({what}); please report it with the address")
    if not spider.done:
        say(f"probe: {findings.url}: interrupted; start again to see all of it")
        return ExitCode.INTERRUPTED
    if as_json:
        found = orjson.dumps(findings, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_INDENT_2)
        sys.stdout.buffer.write(printable_json(found))
    else:
        show(sections(findings))
    sys.stdout.flush()
    say(findings.verdict.words)
    return ExitCode(findings.verdict.exit_code)


def say(words: str) -> None:
    """Write a line to stderr."""
    sys.stderr.write(f"{printable(words)}\n")
