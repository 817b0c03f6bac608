"""``scrapy extract``: what pages give, saved ones or such as are still on the web."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
from scrapy.commands import ScrapyCommand
from scrapy.http import HtmlResponse, XmlResponse

from crawler.commands.event_loop import install_event_loop
from crawler.commands.places import sites_dir
from crawler.discuz.walls import Wall
from crawler.errors import CrawlerError, ExitCode, UsageError, leading
from crawler.escaping import printable, printable_json
from crawler.extract import describe, own_address
from crawler.fetch import Fetched, fetch
from crawler.pages import DEFAULT
from crawler.sites import Site, find_site, site_from_url, site_of
from crawler.sites.cookies import doubt
from crawler.sites.site import site_root
from crawler.theming import theme_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


DEMO = Site(name="demo", url="http://127.0.0.1/")
"""The demo portal, whose address its pages tell."""


class Command(ScrapyCommand):
    """Prints one JSON line for each page."""

    requires_project = True

    def syntax(self) -> str:
        """What comes after the command's name."""
        return "FILE|URL … [--url URL | --urls FILE.tsv] | --from-warc FILE … [--records]  [--site SITE] [--explain]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Print what pages give, one JSON line each"

    def long_desc(self) -> str:
        """What ``--help`` says."""
        return (
            "Print what saved pages, or pages on the web, give: one JSON line each. The address of a saved page is"
            " --url, or its line in --urls, or what the page says of itself; its time is its file's last change."
            " A page is read by the profile of its site: --site, or the one whose url its address begins with."
            " --from-warc reads the archive of a crawl: a line for each response, or with --records the records that"
            " the crawl would make of it today. Nothing is asked for."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add our own options to Scrapy's."""
        super().add_options(parser)
        addresses = parser.add_mutually_exclusive_group()
        addresses.add_argument("--url", metavar="URL", help="the address of the one saved page")
        addresses.add_argument("--urls", metavar="FILE.tsv", help="addresses of saved pages, a line each: file⇥address")
        parser.add_argument("--site", metavar="SITE", help="the site that the pages are of: a profile's name, or a URL")
        parser.add_argument(
            "--explain", action="store_true", help="say which rule gave each field, and what would mend missing ones"
        )
        parser.add_argument(
            "--from-warc",
            metavar="FILE",
            nargs="+",
            action="extend",
            help="read every response of these WARC files; of a crawl, all its files",
        )
        parser.add_argument(
            "--records", action="store_true", help="put whole records together from --from-warc, one for each article"
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Take Scrapy's options, and start its engine only where something is to be fetched."""
        assert self.settings
        self.settings.set("LOG_LEVEL", "WARNING", priority="project")  # JSON is the answer, not the log
        super().process_options(args, opts)
        rereads = bool(opts.records and opts.from_warc) and not (args or opts.explain)
        self.requires_crawler_process = rereads or any(map(is_address, args))
        if self.requires_crawler_process:
            install_event_loop(self.settings)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print a line for each argument, in their order; one of which nothing can be said is told on stderr instead.

        ``exitcode`` is then 2 for a file that is not there or whose address is not known, 3 for a site that cannot be
        reached, 4 for one that does not let us; of several the one that counts most.
        """
        assert self.settings
        comments_enabled = self.settings.getbool("DISCUZ_COMMENTS_ENABLED")
        codes: list[ExitCode] = []
        try:
            from_warc = opts.from_warc or opts.records
            if from_warc:
                codes += self.run_from_warc(args, opts)
            for arg, page in () if from_warc else self.pages(args, opts):
                try:
                    line = said(arg, page, explained=opts.explain, comments_enabled=comments_enabled)
                except CrawlerError as error:
                    codes.append(tell(error))
                else:
                    sys.stdout.buffer.write(printable_json(line))
            sys.stdout.buffer.flush()
        except CrawlerError as error:
            codes.append(tell(error))
        except BrokenPipeError:  # whoever reads has seen enough; Python would try again, in vain, when it ends
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        self.exitcode = leading(codes)

    def run_from_warc(self, args: Sequence[str], opts: argparse.Namespace) -> list[ExitCode]:
        """Print what archives give, and tell of what cannot be read; give the exit codes of that.

        Raises:
            CrawlerError: the options cannot be used.
        """
        assert self.settings
        check_from_warc(args, opts)
        sites = Sites(sites_dir(self.settings), opts.site)
        from crawler import rereading  # noqa: PLC0415  (Scrapy imports this module for every command)

        lines: Iterator[Mapping[str, Any] | bytes | CrawlerError]
        if opts.records:
            assert self.crawler_process
            lines = rereading.records_of(opts.from_warc, self.crawler_process, sites)
        else:
            comments_enabled = self.settings.getbool("DISCUZ_COMMENTS_ENABLED")
            lines = rereading.lines_of(opts.from_warc, sites, explained=opts.explain, comments_enabled=comments_enabled)
        codes = []
        for line in lines:
            if isinstance(line, CrawlerError):
                codes.append(tell(line))
                continue
            data = line if isinstance(line, bytes) else orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)
            sys.stdout.buffer.write(printable_json(data))
        return codes

    def pages(self, args: Sequence[str], opts: argparse.Namespace) -> Iterator[tuple[str, Found | CrawlerError]]:
        """Give each argument with its page, or with the reason why there is none.

        Raises:
            CrawlerError: the arguments cannot be used.
        """
        assert self.settings
        check(args, opts)
        addresses = read_addresses(Path(opts.urls)) if opts.urls else {}
        sites = Sites(sites_dir(self.settings), opts.site)
        found: dict[str, Found | CrawlerError] = {}
        asked: dict[str, Site] = {}
        for url in filter(is_address, args):
            try:
                asked[url] = sites.of(url) or site_from_url(url)
            except CrawlerError as error:
                found[url] = error
        if asked and self.crawler_process:
            for url, page in fetch(self.crawler_process, asked).items():
                known = asked[url] if asked[url].profile or opts.site else None
                found[url] = page if isinstance(page, CrawlerError) else Found(page, known)
        for arg in args:
            yield arg, found[arg] if is_address(arg) else saved_page(arg, opts.url or address_of(arg, addresses), sites)


class Found(NamedTuple):
    """A page, and its site as far as a profile knows it."""

    page: Fetched
    site: Site | None


class Sites:
    """The sites that pages belong to.

    Args:
        folder: where this installation's profiles lie.
        given: ``--site``, None if each page's address tells.

    Raises:
        UsageError: there is no such site, or its profile is faulty.
    """

    def __init__(self, folder: Path, given: str | None) -> None:
        self._folder = folder
        self._given = None if given is None else DEMO if given == DEMO.name else find_site(given, folder)
        self._known: dict[str, Site | None] = {}

    @property
    def given(self) -> Site | None:
        """The site that was named."""
        return self._given

    def of(self, url: str) -> Site | None:
        """Give the site that a page belongs to, None where no profile says so.

        Raises:
            UsageError: the profile is faulty.
        """
        if self._given is not None:
            return self._given
        root = url.partition("?")[0]
        if root not in self._known:
            self._known[root] = site_of(url, self._folder)
        return self._known[root]


def said(arg: str, found: Found | CrawlerError, *, explained: bool, comments_enabled: bool) -> bytes:
    """Say what a page gives, as a line of JSON.

    Raises:
        CrawlerError: there is no page, or nothing can be said of it.
    """
    if isinstance(found, CrawlerError):
        raise found
    page, site = found
    with named(arg):
        line = describe(
            page.response,
            site,
            fetched_at=page.moment,
            status=page.status,
            explained=explained,
            comments_enabled=comments_enabled,
        )
        if page.status is not None and site is not None and line.get("wall") == Wall.LOGIN and (why := doubt(site)):
            sys.stderr.write(f"{printable(f'extract: {arg}: {why}')}\n")
        return orjson.dumps({"file": arg, **line}, option=orjson.OPT_APPEND_NEWLINE)


@contextmanager
def named(arg: str) -> Iterator[None]:
    """Say of every error which argument it is about; one that we did not think of is a bug, in one line as well.

    Raises:
        CrawlerError: whatever was raised.
    """
    try:
        yield
    except CrawlerError as error:
        raise type(error)(f"extract: {arg}: {error}") from error
    except Exception as error:
        what = f"{type(error).__name__}: {error}"
        raise CrawlerError(f"extract: {arg}: a bug ended the reading ({what}); please report it with the page") from (
            error
        )


def tell(error: CrawlerError) -> ExitCode:
    """Write an error to stderr, in one line, and give its exit code."""
    sys.stderr.write(f"{printable(str(error))}\n")
    return error.exit_code


def is_address(arg: str) -> bool:
    """Tell whether an argument is an address rather than a file."""
    return arg.startswith(("http://", "https://"))


def check(args: Sequence[str], opts: argparse.Namespace) -> None:
    """Refuse arguments that cannot be used.

    Raises:
        UsageError: there is none, one is an unknown option, or ``--url`` is for more than one file or no address.
    """
    if not args:
        raise UsageError("extract: nothing to extract from; give saved pages or addresses")
    unknown = next((arg for arg in args if arg.startswith("-")), None)
    if unknown:
        raise UsageError(f"extract: unknown option {unknown}; see scrapy extract --help")
    if opts.url:
        if len(args) > 1:
            raise UsageError(f"extract: --url {opts.url} is for one page, {len(args)} are given; list them in --urls")
        site_root(opts.url, argument="--url")


def check_from_warc(args: Sequence[str], opts: argparse.Namespace) -> None:
    """Refuse options that do not go with ``--from-warc``.

    Raises:
        UsageError: naming the first of them.
    """
    if not opts.from_warc:
        raise UsageError("extract: --records is for --from-warc FILE …, which is not given")
    if args:
        raise UsageError(f"extract: {args[0]}: no page or other option goes with --from-warc; leave it out")
    for name in ("url", "urls"):
        if value := getattr(opts, name):
            raise UsageError(f"extract: --{name} {value}: an archive knows its own addresses; leave it out")
    if opts.records and opts.explain:
        raise UsageError("extract: --explain says what single pages give; leave it out, or --records")


def read_addresses(path: Path) -> Mapping[str, str]:
    """Read the addresses of saved pages.

    Args:
        path: a text file with ``file⇥address`` in each line; files relative to it or to the working folder.

    Returns:
        address by file, as written and with the paths resolved.

    Raises:
        UsageError: it cannot be read, or a line is not of this form.
    """
    addresses = {}
    with named(str(path)):
        text = read(str(path)).decode("utf-8", "replace")
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        file, _, address = line.partition("\t")
        if not is_address(address.strip()):
            raise UsageError(f"extract: --urls {path}, line {number}: {line!r} is not of the form file⇥address")
        for spelling in (file, str(Path(file).resolve()), str((path.parent / file).resolve())):
            addresses[spelling] = address.strip()
    return addresses


def address_of(file: str, addresses: Mapping[str, str]) -> str | None:
    """The address that is given for a file, if one is."""
    return addresses.get(file) or addresses.get(str(Path(file).resolve()))


def saved_page(file: str, url: str | None, sites: Sites) -> Found | CrawlerError:
    """Read a saved page.

    Args:
        file: its path as given.
        url: its address, None if only the page itself can tell.
        sites: knows the site that it belongs to.

    Returns:
        the page; or the error that the file cannot be read, or that the page does not tell.
    """
    try:
        with named(file):
            body = read(file)
            page_class = XmlResponse if b"<rss" in body[:1000] else HtmlResponse
            if url is None:
                theme = theme_of(sites.given) if sites.given else DEFAULT
                url = own_address(page_class("", body=body), theme)
            if url is None:
                return UsageError(f"extract: {file}: the page does not tell its address; give it with --url or --urls")
            moment = datetime.fromtimestamp(Path(file).stat().st_mtime, UTC)
            return Found(Fetched(page_class(url, body=body), moment, None), sites.of(url))
    except CrawlerError as error:
        return error


def read(file: str) -> bytes:
    """Read a file that a person named.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise UsageError(f"{error.strerror}; give a saved page or an http(s) address") from error
