"""Records put in order by month on disk, so that each month is one file however the records come."""

from __future__ import annotations

from collections import defaultdict
from struct import Struct
from typing import TYPE_CHECKING, Any, Final

import orjson
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

UNDATED: Final = "undated"
MOST: Final = 8 * 2**20
"""Bytes of lines that wait in memory, of all months together."""
SIZES: Final = Struct("<II")


def month_of(record: dict[str, Any]) -> str:
    """Give the month of a record by the site's own clocks: ``2024-05``, or `UNDATED`.

    >>> month_of({"date_published": "2024-05-01T00:30:00+08:00"}), month_of({})
    ('2024-05', 'undated')
    """
    date: str | None = record.get("date_published")
    return date[:7] if date else UNDATED


class Months:
    """Keeps records by month, compressed, in a folder of their own.

    Args:
        folder: made for them.

    Raises:
        OSError: the disk refuses.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self._codec = pa.Codec("zstd", compression_level=1)
        self._waiting: dict[str, bytearray] = defaultdict(bytearray)
        self._size = 0

    def add(self, record: dict[str, Any]) -> None:
        """Put a record to its month."""
        line = orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)
        self._waiting[month_of(record)] += line
        self._size += len(line)
        if self._size >= MOST:
            # The longest first: so that blocks are long, however many months there are.
            for month in sorted(self._waiting, key=lambda month: -len(self._waiting[month])):
                if self._size < MOST // 2:
                    break
                self._put_away(month)

    def _put_away(self, month: str) -> None:
        lines = self._waiting.pop(month)
        self._size -= len(lines)
        block = self._codec.compress(bytes(lines), asbytes=True)
        with (self._folder / month).open("ab") as file:
            file.write(SIZES.pack(len(block), len(lines)))
            file.write(block)

    def read(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Give each month with its records' lines, in the order in which they were put to it; nothing is added after.

        Raises:
            OSError: the disk refuses.
        """
        for month in list(self._waiting):
            self._put_away(month)
        for path in sorted(self._folder.iterdir()):
            yield path.name, self._lines(path)
            path.unlink()

    def _lines(self, path: Path) -> Iterator[bytes]:
        with path.open("rb") as file:
            while head := file.read(SIZES.size):
                size, length = SIZES.unpack(head)
                block: bytes = self._codec.decompress(file.read(size), decompressed_size=length, asbytes=True)
                # Not splitlines of a text: a line may hold what Unicode takes for the end of one.
                yield from block.splitlines()
