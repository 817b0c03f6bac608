"""``scrapy demo``: keep the fixture portal running, to play with."""

from __future__ import annotations

import argparse
import sys
from contextlib import suppress
from pathlib import Path

from scrapy.commands import ScrapyCommand

from crawler.demo import Demo
from crawler.errors import CrawlerError, ExitCode, UsageError


class Command(ScrapyCommand):
    """Runs the portal until Ctrl-C."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """What comes after the command's name."""
        return "[options]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Keep the demo portal running until Ctrl-C"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add the portal's own options to Scrapy's."""
        super().add_options(parser)
        parser.add_argument(
            "--port", type=port, metavar="N", help="where to listen (default: the port of the last time)"
        )
        parser.add_argument("--articles", type=int, metavar="N", help="how many articles the portal has")
        parser.add_argument(
            "--fault", nargs="+", action="extend", default=[], metavar="NAME", help="what to do wrong on purpose"
        )

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Start the portal, say where it is, and wait.

        ``exitcode`` is 0 after Ctrl-C, 2 for arguments that cannot be used, 7 when the data folder cannot be written,
        1 when the portal broke down.
        """
        assert self.settings
        try:
            if args:
                raise UsageError(f"demo: unknown argument {args[0]!r}; see scrapy demo --help")
            data = Path(self.settings["DISCUZ_DATA_DIR"])
            with (
                suppress(KeyboardInterrupt),
                Demo.start(data, port=opts.port, articles=opts.articles, faults=opts.fault) as demo,
            ):
                sys.stdout.write(
                    f"{demo.url} is up; Ctrl-C ends it. To crawl such a portal: scrapy crawl portal -a site=demo\n"
                )
                sys.stdout.flush()
                demo.process.wait()
                sys.stderr.write(f"demo: the portal broke down; see {data / 'demo' / 'portal.log'}\n")
                self.exitcode = ExitCode.BUG
        except CrawlerError as error:
            sys.stderr.write(f"{error}\n")
            self.exitcode = error.exit_code


def port(text: str) -> int:
    """Read a port number.

    Raises:
        ArgumentTypeError: it is none, or one that is not for asking.
    """
    if not (text.isdecimal() and 0 < int(text) < 65536):
        raise argparse.ArgumentTypeError(f"{text!r} is no port; give a number from 1 to 65535")
    return int(text)
