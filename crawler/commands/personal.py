"""Options of ``scrapy export`` on personal data: what is typed, and what follows from it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from crawler.errors import UsageError
from crawler.export.blocking import Blocking
from crawler.export.privacy import MEMBERS, PSEUDONYMS
from crawler.export.pseudonym_key import pseudonym_key
from crawler.pipelines.block_files import block_files, read_blocks
from crawler.privacy import parse_kinds

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from scrapy.settings import BaseSettings

    from crawler.export import Place

OF_EXPORTS: Final = ("to", "output", "redact", "pseudonyms", "dedup", "latest")
"""Options that a purge does not follow."""


def add_options(add: Callable[..., Any]) -> None:
    """Add the options.

    Args:
        add: a parser's ``add_argument``.
    """
    add(
        "--redact",
        metavar="LIST",
        help="personal data to replace by markers: mobile, id_card, email, bank_card, qq, wechat, or all of these;"
        " phone and hotline where they are named",
    )
    add(
        "--pseudonyms",
        metavar="WHOSE",
        nargs="?",
        const=MEMBERS,
        help="members (if left out): replace names and uids of accounts; all: authors and staff, too",
    )
    add("--block", metavar="FILE", help="a block list beside blocked.txt in the data folder and in the site's")
    add("--purge", action="store_true", help="in place of an export: take what is blocked out of published files")
    add("--dry-run", action="store_true", help="with --purge: tell what would go")


def options(places: Sequence[Place], opts: argparse.Namespace, settings: BaseSettings) -> dict[str, Any]:
    """Give what is asked for, as `crawler.export.Options` takes it.

    Args:
        places: the sites.
        opts: what was typed.
        settings: the project's.

    Raises:
        UsageError: an option, or a block list, cannot be followed.
        StorageError: a block list or the key cannot be read.
    """
    if opts.dry_run:
        raise UsageError("--dry-run: it is for --purge: leave it out, an export changes nothing")
    if opts.pseudonyms not in {None, *PSEUDONYMS}:
        known = " or ".join(PSEUDONYMS)
        raise UsageError(f"--pseudonyms {opts.pseudonyms}: give {known}, or nothing at the end of the line")
    redact = parse_kinds(opts.redact) if opts.redact is not None else frozenset()
    beside = [Path(opts.block)] if opts.block else []
    lists = {place.name: read_blocks([*block_files(settings, place.name), *beside]) for place in places}
    blocking = Blocking(lists, places) if any(lists.values()) else None
    key = b""
    if opts.pseudonyms:  # last of all: its file is made when it is first needed
        key = pseudonym_key(Path(settings["DISCUZ_DATA_DIR"]), settings["DISCUZ_PSEUDONYM_KEY"])
    return {
        "redact": redact,
        "pseudonyms": opts.pseudonyms or "",
        "key": key,
        "blocking": blocking if blocking and blocking.of_sites else None,
    }


def check_purge(opts: argparse.Namespace) -> None:
    """Check that nothing is asked for beside a purge that it would not do.

    Raises:
        UsageError: something is.
    """
    if beside := next((name for name in OF_EXPORTS if getattr(opts, name)), None):
        raise UsageError(f"--purge: --{beside} is given beside it: purge first, then export")
