"""``scrapy export``: datasets made of what is published."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from crawler.commands.places import sites_dir
from crawler.errors import CrawlerError, UsageError
from crawler.escaping import printable
from crawler.export import FORMATS, Done, Options, Place, export
from crawler.sites import find_site
from crawler.sites.site import NAME

if TYPE_CHECKING:
    from collections.abc import Sequence

DEMO = "demo"
ENDINGS = {"parquet": "-parquet", "jsonl": ".jsonl.zst", "csv": ".csv", "sqlite": ".sqlite3"}
SEVERAL = "sites"


class Command(ScrapyCommand):
    """Writes what is published of sites as a dataset."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """What comes after the command's name."""
        return f"SITE … --to {'|'.join(FORMATS)} [-o PATH] [--latest]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Write what is published of sites as a dataset"

    def long_desc(self) -> str:
        """What ``--help`` says."""
        return "Write what is published of one or several sites as a dataset, with a card that says what it is."

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add our own options to Scrapy's."""
        super().add_options(parser)
        parser.add_argument("--to", choices=FORMATS, help="the format")
        parser.add_argument("-o", "--output", metavar="PATH", help="what to write: a folder for parquet, else a file")
        parser.add_argument("--overwrite", action="store_true", help="replace what is there already")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do what was asked for.

        ``exitcode`` is 0; 2 for wrong use, 6 when another export writes the same, 7 when the disk refuses.
        """
        try:
            done = self._run(args, opts)
        except CrawlerError as error:
            say(str(error))
            self.exitcode = error.exit_code
        else:
            say(f"{done.records:,} records written to {done.path}")

    def _run(self, args: Sequence[str], opts: argparse.Namespace) -> Done:
        if not args or any(arg.startswith("-") for arg in args):
            raise UsageError(f"export: {' '.join(args) or 'nothing'!r} is given: give a site, or several")
        if opts.to is None:
            raise UsageError(f"--to is missing: give one of {', '.join(FORMATS)}")
        places = [self._place(given) for given in dict.fromkeys(args)]
        name = places[0].name if len(places) == 1 else SEVERAL
        path = Path(opts.output or f"exports/{name}{ENDINGS[opts.to]}")
        return export(places, Options(to=opts.to, path=path, overwrite=opts.overwrite))

    def _place(self, given: str) -> Place:
        """Give the site that a person means: by the name of its folder, a profile's, or an address."""
        assert self.settings
        data = Path(self.settings["DISCUZ_DATA_DIR"])
        is_folder = NAME.fullmatch(given) and (data / given).is_dir()
        if given == DEMO:
            return Place(given, data / given)
        try:
            site = find_site(given, sites_dir(self.settings))
        except UsageError:
            if is_folder:  # that of a bare address, or one whose profile is gone
                return Place(given, data / given)
            raise
        name = given if is_folder else site.name
        return Place(name, data / name, site.url)


def say(words: str) -> None:
    """Write a line to stderr."""
    sys.stderr.write(f"{printable(words)}\n")
