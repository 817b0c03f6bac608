"""``scrapy extract``: what pages give, saved ones or such as are still on the web."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from scrapy.commands import ScrapyCommand
from scrapy.http import HtmlResponse, XmlResponse

from crawler.errors import CrawlerError, ExitCode, UsageError, leading
from crawler.extract import describe, own_address
from crawler.fetch import Fetched, fetch
from crawler.sites.site import site_root

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


class Command(ScrapyCommand):
    """Prints one JSON line for each page."""

    requires_project = True

    def syntax(self) -> str:
        """What comes after the command's name."""
        return "FILE|URL … [--url URL | --urls FILE.tsv] [--explain]"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Print what pages give, one JSON line each"

    def long_desc(self) -> str:
        """What ``--help`` says."""
        return (
            "Print what saved pages, or pages on the web, give: one JSON line each. The address of a saved page is"
            " --url, or its line in --urls, or what the page says of itself; its time is its file's last change."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add our own options to Scrapy's."""
        super().add_options(parser)
        addresses = parser.add_mutually_exclusive_group()
        addresses.add_argument("--url", metavar="URL", help="the address of the one saved page")
        addresses.add_argument("--urls", metavar="FILE.tsv", help="addresses of saved pages, a line each: file⇥address")
        parser.add_argument("--explain", action="store_true", help="say which rule gave each field")

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Take Scrapy's options, and start its engine only where something is to be fetched."""
        assert self.settings
        self.settings.set("LOG_LEVEL", "WARNING", priority="project")  # JSON is the answer, not the log
        super().process_options(args, opts)
        self.requires_crawler_process = any(map(is_address, args))

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print a line for each argument, in their order; one of which nothing can be said is told on stderr instead.

        ``exitcode`` is then 2 for a file that is not there or whose address is not known, 3 for a site that cannot be
        reached, 4 for one that does not let us; of several the one that counts most.
        """
        codes: list[ExitCode] = []
        try:
            check(args, opts)
            for arg, page in self.pages(args, opts):
                try:
                    line = {"file": arg, **described(page, explained=opts.explain)}
                except CrawlerError as error:
                    codes.append(tell(error))
                else:
                    sys.stdout.buffer.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
        except CrawlerError as error:
            codes.append(tell(error))
        self.exitcode = leading(codes)

    def pages(self, args: Sequence[str], opts: argparse.Namespace) -> Iterator[tuple[str, Fetched | CrawlerError]]:
        """Give each argument with its page, or with the reason why there is none.

        Raises:
            CrawlerError: ``--urls`` cannot be used.
        """
        addresses = read_addresses(Path(opts.urls)) if opts.urls else {}
        urls = [arg for arg in args if is_address(arg)]
        answers = fetch(self.crawler_process, urls) if urls and self.crawler_process else {}
        for arg in args:
            yield arg, answers[arg] if is_address(arg) else saved_page(arg, opts.url or address_of(arg, addresses))


def described(page: Fetched | CrawlerError, *, explained: bool) -> dict[str, Any]:
    """Say what a page gives.

    Raises:
        CrawlerError: there is no page, or nothing can be said of it.
    """
    if isinstance(page, CrawlerError):
        raise page
    return describe(page.response, fetched_at=page.moment, status=page.status, explained=explained)


def tell(error: CrawlerError) -> ExitCode:
    """Write an error to stderr, in one line, and give its exit code."""
    sys.stderr.write(f"{error}\n")
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
    for number, line in enumerate(read(str(path)).decode("utf-8", "replace").splitlines(), start=1):
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


def saved_page(file: str, url: str | None) -> Fetched | UsageError:
    """Read a saved page.

    Args:
        file: its path as given.
        url: its address, None if only the page itself can tell.

    Returns:
        the page; or the error that the file cannot be read, or that the page does not tell.
    """
    try:
        body = read(file)
    except UsageError as error:
        return error
    page_class = XmlResponse if b"<rss" in body[:1000] else HtmlResponse
    response = page_class(url or "", body=body)
    if url is None:
        url = own_address(response)
        if url is None:
            return UsageError(f"extract: {file}: the page does not tell its address; give it with --url or --urls")
        response = page_class(url, body=body)
    return Fetched(response, datetime.fromtimestamp(Path(file).stat().st_mtime, UTC), None)


def read(file: str) -> bytes:
    """Read a file that a person named.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise UsageError(f"extract: {file}: {error.strerror}; give a saved page or an http(s) address") from error
