"""What a purge takes out of published lines, and what remembers it so that no crawl brings it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import orjson

from crawler.pipelines.block_files import NAME
from crawler.privacy import LeavesOut
from crawler.store.faults import storage_faults
from crawler.store.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from crawler.discuz.urls import Grammar
    from crawler.privacy import BlockList, Blocks

HEAD: Final = b"# Block list of this site: read by every crawl and export of it.\n"


class RecordEraser:
    """Takes what is blocked out of lines.

    Args:
        blocks: what is blocked of the site.
        grammar: how its addresses are read, None if that is not known.
    """

    def __init__(self, blocks: Blocks, grammar: Grammar | None) -> None:
        self._leave_out = LeavesOut(blocks, grammar)
        self._aids = set(blocks.aids)

    def change(self, line: bytes) -> bytes | None:
        """Give a line without what is blocked, the same one if nothing is; None if nothing is to be left of it."""
        record = orjson.loads(line)
        new = self._leave_out(record)
        if new is record:
            return line
        if new is not None:
            return orjson.dumps(new, option=orjson.OPT_APPEND_NEWLINE)
        if self._leave_out.is_blocked(record):
            self._aids.add(int(record["id"].rpartition(":")[2]))
        return None

    def articles(self) -> Collection[int]:
        """Give the numbers of the articles that are wholly out."""
        return self._aids


def remember(folder: Path, listed: BlockList, known: BlockList, site: str, grammar: Grammar | None) -> int:
    """Write entries into the site's own block list that no list of every crawl has; give how many.

    Args:
        folder: the site's.
        listed: the entries.
        known: those of the lists that every crawl reads.
        site: its name.
        grammar: how its addresses are read, None if that is not known.

    Raises:
        StorageError: the file cannot be written.
    """
    there = {entry.text for entry in known.entries}
    new = [entry for entry in listed.entries if entry.text not in there and listed.is_about(entry, site, grammar)]
    if new:
        path = folder / NAME
        with storage_faults(path):
            before = path.read_bytes() if path.exists() else HEAD
        end = b"" if before.endswith(b"\n") else b"\n"
        lines = dict.fromkeys(f"{entry.line}\n".encode() for entry in new)
        write_whole(path, [before + end, *lines])
    return len(new)
