"""JSON Lines, plain or compressed."""

from __future__ import annotations

import gzip
from typing import IO, TYPE_CHECKING, Any, Final, Self

import orjson

from crawler.errors import UsageError
from crawler.export.faults import extra
from crawler.export.shape import renamed

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.export.shape import Shape

COMPRESSIONS: Final = {"zst": ".zst", "gz": ".gz", "none": ""}


def compression_of(path: Path, asked: str | None) -> str:
    """Tell how a file is compressed: as its name ends, unless something else is asked for.

    Raises:
        UsageError: the name's ending says another than what is asked for.
    """
    ending = next((name for name, ending in COMPRESSIONS.items() if ending and path.name.endswith(ending)), None)
    if asked and ending and asked != ending:
        raise UsageError(f"--compression {asked}: the file is to be called {path.name}: give one of the two")
    return asked or ending or "none"


def open_compressed(path: Path, compression: str) -> IO[bytes]:
    """Open a file to write, compressed in one of `COMPRESSIONS`.

    Raises:
        UsageError: zst, and its library is not installed.
        OSError: the file cannot be made.
    """
    if compression == "gz":
        # Without name and time in its head, so that the same records give the same bytes.
        return gzip.GzipFile(filename="", mode="wb", fileobj=path.open("wb"), mtime=0)  # type: ignore[return-value]
    if compression == "zst":
        with extra("--compression zst"):
            import zstandard  # noqa: PLC0415  (only where it is asked for)
        opened: IO[bytes] = zstandard.open(path, "wb", cctx=zstandard.ZstdCompressor(level=9))
        return opened
    return path.open("wb")


class JsonLines:
    """Writes a record a line, names as asked for.

    Args:
        path: the file.
        shape: its fields.
        compression: one of `COMPRESSIONS`.

    Raises:
        UsageError: zst, and its library is not installed.
        OSError: the file cannot be made.
    """

    def __init__(self, path: Path, shape: Shape, compression: str) -> None:
        self._shape = shape
        self._file = open_compressed(path, compression)

    def write(self, record: dict[str, Any]) -> None:
        """Write a record."""
        self._file.write(orjson.dumps(renamed(record, self._shape), option=orjson.OPT_APPEND_NEWLINE))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
