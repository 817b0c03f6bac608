"""``scrapy export SITE --purge``: takes what is blocked out of the site's published files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from crawler.discuz.urls import Style
from crawler.errors import UsageError
from crawler.export.blocking import grammar_of
from crawler.export.erasing import RecordEraser, remember
from crawler.gate import Gate
from crawler.pipelines.block_files import NAME, block_files, read_blocks
from crawler.store import open_store, read_store
from crawler.store.purging import would_purge

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scrapy.settings import BaseSettings

    from crawler.export import Place
    from crawler.store import Rewritten

UNTOUCHED: Final = ("archive", "warc", "runs")
"""What else a site's folder may hold that says what its pages said."""


def purge(
    place: Place,
    settings: BaseSettings,
    block: str | None,
    exports: Sequence[Path],
    say: Callable[[str], None],
    *,
    dry_run: bool,
) -> str:
    """Purge the published files of a site.

    Args:
        place: the site.
        settings: the project's.
        block: a block list beside those that every crawl reads.
        exports: datasets that were made of this site before, for the last line.
        say: told what becomes of each file.
        dry_run: whether it is only told.

    Returns:
        the last line.

    Raises:
        UsageError: there is no block list, or one cannot be read.
        RunningError: a run of the site is under way.
        StorageError: something cannot be read or written.
    """
    usual = block_files(settings, place.name)
    paths = list(dict.fromkeys([*usual, *([Path(block)] if block else [])]))
    if not paths:
        where = f"{Path(settings['DISCUZ_DATA_DIR']) / NAME} or {place.folder / NAME}"
        raise UsageError(f"--purge: there is no block list: make {where}, or give one with --block FILE")
    listed, known = read_blocks(paths), read_blocks(usual)
    url = settings["DISCUZ_STORE_URL"]
    with read_store(place.folder, url=url) as reader:
        grammar = grammar_of(place, Style(**reader.recall("style")), needed=bool(listed.addresses))
        blocks = listed.of_site(place.name, grammar)
        if not blocks:
            return f"{place.name}: none of the {len(listed.entries):,} entries of the block list is about it"
        eraser = RecordEraser(blocks, grammar)
        if dry_run:
            files = would_purge(place.folder, reader.all_parts(), eraser)
            _tell(files, say)
            return f"{place.name}: dry run: {_summary(files)}; nothing is changed yet"
    gate = Gate.of(settings)
    history = settings.getint("DISCUZ_GATE_RUNS")
    with open_store(place.folder, url=url, gate=gate, history=history) as store:
        if remembered := remember(place.folder, listed, known, place.name, grammar):
            say(f"{place.folder / NAME}: {remembered:,} entries added, so that no crawl brings back what they name")
        done = store.purge(eraser)
    _tell(done.files, say)
    for name in done.media:
        say(f"{name}: deleted, no record names it any more")
    if not (done.files or done.media or done.articles):
        return f"{place.name}: nothing that is blocked is in its files"
    words = f"{place.name}: {_summary(done.files)} purged; {len(done.media):,} media files deleted"
    words += f"; {done.articles:,} articles forgotten and not read again"
    left = [str(path) for path in (*exports, *(place.folder / name for name in UNTOUCHED)) if path.exists()]
    return f"{words}; not touched: {', '.join(left)}" if left else words


def _tell(files: Sequence[Rewritten], say: Callable[[str], None]) -> None:
    for one in files:
        say(f"{one.file}: {one.removed:,} lines removed, {one.changed:,} changed, {one.records:,} left")


def _summary(files: Sequence[Rewritten]) -> str:
    removed, changed = sum(one.removed for one in files), sum(one.changed for one in files)
    return f"{removed:,} lines removed and {changed:,} changed in {len(files):,} file{'s' * (len(files) != 1)}"
