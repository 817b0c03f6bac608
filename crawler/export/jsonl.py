"""JSON Lines, plain or compressed."""

from __future__ import annotations

import gzip
from contextlib import ExitStack, contextmanager
from typing import IO, TYPE_CHECKING, Any, Final, Self

import orjson

from crawler.errors import UsageError
from crawler.export.faults import extra
from crawler.export.shape import renamed

if TYPE_CHECKING:
    from collections.abc import Iterator
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


@contextmanager
def compressed(path: Path, compression: str) -> Iterator[IO[bytes]]:
    """Write a file, compressed in one of `COMPRESSIONS`.

    Raises:
        UsageError: zst, and its library is not installed.
        OSError: the file cannot be written.
    """
    with ExitStack() as closing:
        file: IO[bytes] = closing.enter_context(path.open("wb"))
        if compression == "gz":
            # Without name and time in its head, so that the same records give the same bytes.
            packing: Any = gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0)
            file = closing.enter_context(packing)
        elif compression == "zst":
            with extra("--compression zst"):
                import zstandard  # noqa: PLC0415  (only where it is asked for)
            file = closing.enter_context(zstandard.ZstdCompressor(level=9).stream_writer(file))
        yield file


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
        self._closing = ExitStack()
        self._file = self._closing.enter_context(compressed(path, compression))

    def write(self, record: dict[str, Any]) -> None:
        """Write a record."""
        self._file.write(orjson.dumps(renamed(record, self._shape), option=orjson.OPT_APPEND_NEWLINE))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()
