"""CSV for spreadsheets: a column a field, what is nested as JSON, and no cell that a spreadsheet would compute."""

from __future__ import annotations

import csv
import io
import re
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Final, Self

import orjson

from crawler.export.jsonl import compressed
from crawler.export.shape import renamed

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.export.shape import Shape

# Also behind apostrophes that stand there already, so that `plain` can tell ours from the text's own. Spreadsheets with
# an East Asian locale take the full-width ones for the same.
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
BOM: Final = "\ufeff"


def escaped(text: str) -> str:
    """Give a text as a cell that is never a formula.

    >>> escaped("=1+1"), escaped("1+1"), escaped("'=1")
    ("'=1+1", '1+1', "''=1")
    """
    return f"'{text}" if _FORMULA.match(text) else text


def plain(cell: str) -> str:
    """Give back the text of a cell that `escaped` made.

    >>> [plain(escaped(text)) for text in ("=1+1", "1+1", "'=1", "'")]
    ['=1+1', '1+1', "'=1", "'"]
    """
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


class Sheet:
    """Writes a row a record, UTF-8 with a byte order mark, without which spreadsheets do not show Chinese.

    Args:
        path: the file.
        shape: its columns.
        compression: one of `crawler.export.jsonl.COMPRESSIONS`.

    Raises:
        UsageError: zst, and its library is not installed.
        OSError: the file cannot be made.
    """

    def __init__(self, path: Path, shape: Shape, compression: str) -> None:
        self._shape = shape
        self._names = [shape.spell(field.name) for field in shape.fields]
        self._closing = ExitStack()
        self._file = self._closing.enter_context(compressed(path, compression))
        self._lines = io.StringIO(newline="")
        self._csv = csv.writer(self._lines)
        self._lines.write(BOM)
        self._row(self._names)

    def write(self, record: dict[str, Any]) -> None:
        """Write a record."""
        spelled = renamed(record, self._shape)
        self._row([_cell(spelled.get(name)) for name in self._names])

    def _row(self, cells: list[str]) -> None:
        self._csv.writerow(cells)
        self._file.write(self._lines.getvalue().encode())
        self._lines.seek(0)
        self._lines.truncate()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return escaped(value)
    return orjson.dumps(value).decode()
