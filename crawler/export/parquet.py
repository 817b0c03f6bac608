"""Parquet with types: a folder per month of publication, ``data/month=2024-05/part-0001.parquet``, compressed by zstd.

The folder ``data`` holds nothing else: pandas takes every file in it for parquet, and the card lies beside it.

Objects whose names are data (credits, reactions) become lists of structs, ``[{name, value}]``: the order is kept, and
`datasets`, which has no maps, reads them too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Self

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from crawler.export.instants import instant
from crawler.export.months import Months

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path
    from types import TracebackType

    from crawler.export.shape import Field, Shape

BATCH: Final = 2**20
"""Bytes of lines that become Python objects at once."""
GROUP: Final = 8 * 2**20
"""Bytes of a row group before it is compressed."""
LARGEST: Final = 256 * 2**20
"""Bytes of a file after which the next one is begun."""
INSTANT: Final = pa.timestamp("us", tz="UTC")
PLAIN: Final = {
    "text": pa.string(),
    "moment": pa.string(),
    "integer": pa.int64(),
    "boolean": pa.bool_(),
    "instant": INSTANT,
}
NAME, VALUE = "name", "value"


def arrow_schema(shape: Shape) -> pa.Schema:
    """Give the columns as Arrow has them."""
    return pa.schema([(shape.spell(field.name), _type(field, shape.spell)) for field in shape.typed])


def _type(field: Field, spell: Callable[[str], str]) -> pa.DataType:
    match field.kind:
        case "struct":
            return pa.struct([(spell(inner.name), _type(inner, spell)) for inner in field.fields])
        case "list":
            assert field.item is not None
            return pa.list_(_type(field.item, spell))
        case "map":
            assert field.item is not None
            return pa.list_(pa.struct([(NAME, pa.string()), (VALUE, _type(field.item, spell))]))
    return PLAIN[field.kind]


def _struct(fields: Sequence[Field], spell: Callable[[str], str]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Make what turns an object of the record into one of a struct's."""
    steps = [(spell(field.name), field.source, _changing(field, spell)) for field in fields]

    def change(value: dict[str, Any]) -> dict[str, Any]:
        return {
            name: value.get(source) if one is None or value.get(source) is None else one(value[source])
            for name, source, one in steps
        }

    return change


def _changing(field: Field, spell: Callable[[str], str]) -> Callable[[Any], Any] | None:
    """Make what turns a field's value into a column's; None where it stays as it is."""
    match field.kind:
        case "instant":
            return instant
        case "struct":
            return _struct(field.fields, spell)
        case "map":
            return lambda value: [{NAME: name, VALUE: inner} for name, inner in value.items()]
        case "list":
            assert field.item is not None
            one = _changing(field.item, spell)
            return None if one is None else lambda values: [one(value) for value in values]
    return None


class Parquet:
    """Writes a folder of parquet files.

    Args:
        folder: where; it is there already.
        scratch: a folder for what is needed only meanwhile.
        shape: the columns.

    Raises:
        OSError: the disk refuses.
    """

    def __init__(self, folder: Path, scratch: Path, shape: Shape) -> None:
        # Arrow's own allocators keep what they had; the system's gives it back, and nothing here is slower for it.
        pa.set_memory_pool(pa.system_memory_pool())
        self._folder = folder / "data"
        self._folder.mkdir()
        self._months = Months(scratch / "months")
        self._schema = arrow_schema(shape)
        self._change = _struct(shape.typed, shape.spell)

    def write(self, record: dict[str, Any]) -> None:
        """Write a record."""
        self._months.add(record)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            return
        for month, lines in self._months.read():
            folder = self._folder / f"month={month}"
            folder.mkdir()
            self._write_month(folder, lines)
        if not any(self._folder.iterdir()):
            # Without a file nobody could tell its columns.
            with pq.ParquetWriter(self._folder / "part-0001.parquet", self._schema, compression="zstd"):
                pass

    def _write_month(self, folder: Path, lines: Iterator[bytes]) -> None:
        groups = _groups(self._batches(lines))
        group = next(groups, None)
        number = 0
        while group is not None:
            number += 1
            # Python's own file: what the disk refuses is then an OSError with its number.
            with (
                (folder / f"part-{number:04}.parquet").open("wb") as file,
                pq.ParquetWriter(file, self._schema, compression="zstd") as writer,
            ):
                while group is not None and file.tell() < LARGEST:
                    writer.write_table(group)
                    del group  # before the next one is made
                    group = next(groups, None)

    def _batches(self, lines: Iterable[bytes]) -> Iterator[pa.RecordBatch]:
        rows: list[dict[str, Any]] = []
        size = 0
        for line in lines:
            rows.append(self._change(orjson.loads(line)))
            size += len(line)
            if size >= BATCH:
                yield pa.RecordBatch.from_pylist(rows, schema=self._schema)
                rows, size = [], 0
        if rows:
            yield pa.RecordBatch.from_pylist(rows, schema=self._schema)


def _groups(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(one.nbytes for one in waiting) >= GROUP:
            table = pa.Table.from_batches(waiting)
            waiting.clear()
            yield table
            del table
    if waiting:
        yield pa.Table.from_batches(waiting)
