"""``scrapy export``: datasets made of what is published."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from crawler import clock
from crawler.commands import personal
from crawler.commands.places import find_place
from crawler.commands.purging import purge
from crawler.errors import CrawlerError, ExitCode, UsageError
from crawler.escaping import printable
from crawler.export import FORMATS, Options, Place, export
from crawler.export.card import many
from crawler.export.target import CARD
from crawler.interruption import on_signal
from crawler.spiders.arguments import day
from crawler.store.ledgers import PUBLISHED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from crawler.export import Done

ENDINGS = {"parquet": "-parquet", "jsonl": ".jsonl.zst", "csv": ".csv", "sqlite": ".sqlite3"}
SEVERAL = "sites"
FOLDER = "exports"
STATUSES = ("published", "gone", "moved")
CLEAR = "\r\x1b[K"
A_WHILE = 0.5
"""Seconds between two words on how it goes on."""


class Command(ScrapyCommand):
    """Writes what is published of sites as a dataset."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """What comes after the command's name."""
        return f"SITE …|--all --to {'|'.join(FORMATS)} [-o PATH] [--latest] [--dedup near] …"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Write what is published of sites as a dataset"

    def long_desc(self) -> str:
        """What ``--help`` says."""
        return (
            "Write what is published of one or several sites as a dataset, with a card (README.md) that says what it"
            " is: every line that was published, or with --latest one row an article. It is written whole or not at"
            " all, beside a crawl or not, and needs the libraries of requirements-export.lock for parquet, zst and"
            " --dedup."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add our own options to Scrapy's."""
        super().add_options(parser)
        add = parser.add_argument_group("Dataset").add_argument
        add("--to", metavar="FORMAT", help=f"{', '.join(FORMATS)}")
        add("-o", "--output", metavar="PATH", help="what to write: a folder for parquet, else a file")
        add("--overwrite", action="store_true", help="replace what is there already")
        add("--all", action="store_true", help="all sites that have published anything")
        add("--latest", action="store_true", help="one row an article, its newest state; else all that was published")
        add("--from-date", metavar="DATE", help="articles published from that day on: 2024-01-31, or 30d")
        add("--until-date", metavar="DATE", help="articles published up to that day, it included")
        add("--category", metavar="LIST", help="articles of these categories: number, name, folder or address")
        add("--status", metavar="LIST", help=f"rows of that status only: {', '.join(STATUSES)}")
        add("--fields", metavar="LIST", help="these fields only, and id")
        add("--case", metavar="CASE", help="camel: names as schema.org and zyte-common-items spell them")
        add("--dedup", metavar="HOW", help="near: columns cluster_id and cluster_size; nothing is left out")
        add("--compression", metavar="HOW", help="zst, gz or none, for jsonl and csv; else as PATH ends")
        personal.add_options(add)
        add("--license", metavar="NAME", help="licence that the card states, as in cc-by-4.0; else unknown")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do what was asked for.

        ``exitcode`` is 0; 2 for wrong use, 6 when another export writes the same, 7 when the disk refuses, 8 when it
        was interrupted.
        """
        on_signal(signal.default_int_handler)  # a stop clears up, whichever signal asks for it
        telling = Telling()
        try:
            if opts.purge:
                telling.say(self._purge(args, opts, telling))
                return
            places, options = self._asked(args, opts)
            done = export(places, options, telling.progress)
        except CrawlerError as error:
            telling.say(str(error))
            self.exitcode = error.exit_code
        except KeyboardInterrupt:
            left = (
                "what is purged is purged; start again for the rest"
                if opts.purge
                else "nothing was exported; start again"
            )
            telling.say(f"interrupted: {left}")
            self.exitcode = ExitCode.INTERRUPTED
        else:
            if options.license is None:
                telling.say("the card says that the licence is unknown: --license NAME states it")
            telling.say(summary(places, done))

    def _asked(self, args: Sequence[str], opts: argparse.Namespace) -> tuple[list[Place], Options]:
        """Check what was typed.

        Raises:
            UsageError: something of it cannot be followed.
        """
        assert self.settings
        places = self._places(args, every=opts.all)
        to = next((name for name in FORMATS if name == opts.to), None)
        if to is None:
            raise UsageError(f"--to {opts.to or 'is missing'}: give one of {', '.join(FORMATS)}")
        first, last = _day("--from-date", opts.from_date), _day("--until-date", opts.until_date)
        if first and last and first > last:
            raise UsageError(f"--from-date {opts.from_date}: it comes after --until-date {opts.until_date}")
        if opts.compression and to not in {"jsonl", "csv"}:
            raise UsageError(f"--compression {opts.compression}: it is for jsonl and csv only: leave it out")
        if opts.license is not None and not (opts.license.strip() and opts.license.isprintable()):
            raise UsageError(f"--license {opts.license!r}: give a name on one line, as in cc-by-4.0")
        name = places[0].name if len(places) == 1 else SEVERAL
        path = Path(opts.output or f"{FOLDER}/{name}{ENDINGS[to]}")
        if path.name in {"", ".."}:
            raise UsageError(f"-o {opts.output}: it has no name of its own: give a path that ends in one")
        options = Options(
            to=to,
            path=path,
            latest=opts.latest,
            from_date=first,
            until_date=last,
            categories=_words("--category", opts.category),
            statuses=tuple(_one_of("--status", word, STATUSES) for word in _words("--status", opts.status)),
            fields=_words("--fields", opts.fields),
            camel=_one_of("--case", opts.case, ("camel",)) == "camel",
            near=_one_of("--dedup", opts.dedup, ("near",)) == "near",
            compression=_one_of("--compression", opts.compression, ("zst", "gz", "none")) or None,
            license=opts.license,
            overwrite=opts.overwrite,
            **personal.options(places, opts, self.settings),
        )
        return places, options

    def _purge(self, args: Sequence[str], opts: argparse.Namespace, telling: Telling) -> str:
        """Take what is blocked out of the files of a site; give the last line.

        Raises:
            CrawlerError: it cannot be done.
        """
        assert self.settings
        personal.check_purge(opts)
        places = self._places(args, every=opts.all)
        if len(places) > 1:
            raise UsageError(f"--purge: {len(places)} sites are given: give one")
        exports = [path for name in (places[0].name, SEVERAL) for path in sorted(Path(FOLDER).glob(f"{name}[-.]*"))]
        exports = [path for path in exports if not path.name.endswith(CARD)]
        return purge(places[0], self.settings, opts.block, exports, telling.say, dry_run=opts.dry_run)

    def _places(self, args: Sequence[str], *, every: bool) -> list[Place]:
        assert self.settings
        if every:
            if args:
                raise UsageError(f"export: {' '.join(args)!r} is given beside --all: give one of the two")
            data = Path(self.settings["DISCUZ_DATA_DIR"])
            found = [Place(path.parent.name, path.parent) for path in sorted(data.glob(f"*/{PUBLISHED}"))]
            if not found:
                raise UsageError(f"--all: no site in {data} has published anything yet: crawl one first")
            return found
        if not args or any(arg.startswith("-") for arg in args):
            raise UsageError(f"export: {' '.join(args) or 'nothing'!r} is given: give a site, several, or --all")
        return list({place.name: place for place in map(self._place, args)}.values())

    def _place(self, given: str) -> Place:
        """Give the site that a person means: by the name of its folder, a profile's, or an address."""
        assert self.settings
        name, site = find_place(given, self.settings)
        return Place(name, Path(self.settings["DISCUZ_DATA_DIR"]) / name, site.url if site else "")


def _day(option: str, value: str | None) -> date | None:
    try:
        return day(value, clock.utc_now().date()) if value else None
    except (ValueError, OverflowError) as error:
        raise UsageError(f"{option} {value}: it {error}") from error


def _words(option: str, value: str | None) -> tuple[str, ...]:
    words = tuple(word.strip() for word in (value or "").split(",") if word.strip())
    if value is not None and not words:
        raise UsageError(f"{option} {value!r}: it is empty: give one, or several with commas between")
    return words


def _one_of(option: str, value: str | None, known: Sequence[str]) -> str:
    if value is not None and value not in known:
        raise UsageError(f"{option} {value}: it is not known: give {' or '.join(known)}")
    return value or ""


def summary(places: Sequence[Place], done: Done) -> str:
    """Say in a line what an export has written."""
    whose = places[0].name if len(places) == 1 else f"{len(places)} sites"
    size = f"{many(done.files, 'file')}, {done.size / 2**20:,.1f} MiB"
    words = f"{whose}: {many(done.rows, 'row')} in {done.path} ({size}), card in {done.card}"
    return words if done.clusters is None else f"{words}; {many(done.clusters, 'cluster')} of near-duplicates"


class Telling:
    """Says on the error stream how an export goes on, in a line that is written over, where somebody looks on."""

    def __init__(self) -> None:
        self._is_seen = sys.stderr.isatty()
        self._next = 0.0
        self._is_open = False

    def progress(self, stage: str, rows: int) -> None:
        """Tell how many rows have passed a stage."""
        if self._is_seen and (now := time.monotonic()) >= self._next:
            self._next = now + A_WHILE
            self._is_open = True
            sys.stderr.write(f"{CLEAR}{rows:,} rows {stage}")
            sys.stderr.flush()

    def say(self, words: str) -> None:
        """Write a line."""
        over = CLEAR if self._is_open else ""
        sys.stderr.write(f"{over}{printable(words)}\n")
        self._is_open = False
