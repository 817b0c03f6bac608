"""Reads an export as its users do, each time with another program, and tells whether it holds what was published.

``python -m tests.reading_exports SITE_FOLDER EXPORT …`` prints one JSON object for each such pair: the number of rows,
and a sum over the checksums of all records, of the source and of what each reader gives. The order of rows counts for
nothing, every field of every row does; what is derived (``*_utc``, the month) is left out, but for being held against
what it is derived from. No reader may reach for the network.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from crawler.export.shape import Field, record_fields, with_instants

MAPS = {"credits", "reactions"}
AT_ONCE = 500


def published(folder: Path) -> Iterator[dict[str, Any]]:
    """The lines of a site's published files."""
    for line in (folder / "published.jsonl").read_text("utf-8").splitlines():
        with (folder / json.loads(line)["file"]).open("rb") as file:
            yield from map(json.loads, file)


def by_pandas(folder: Path) -> Iterator[dict[str, Any]]:
    """The rows, month by month; all of them at once give the same number."""
    count = 0
    for month in sorted((folder / "data").iterdir()):
        rows = pd.read_parquet(month).to_dict("records")
        count += len(rows)
        yield from rows
    assert len(pd.read_parquet(folder / "data", columns=["id"])) == count


def by_duckdb(folder: Path) -> Iterator[dict[str, Any]]:
    """The rows, with the month by which they lie in folders."""
    with duckdb.connect() as connection:
        connection.execute("SET threads = 1")
        connection.execute("SET TimeZone = 'UTC'")
        read = connection.execute(
            "SELECT * FROM read_parquet(?, hive_partitioning = true)", [f"{folder}/data/**/*.parquet"]
        )
        names = [column[0] for column in read.description]
        while rows := read.fetchmany(AT_ONCE):
            yield from (dict(zip(names, row, strict=True)) for row in rows)


def by_datasets(folder: Path) -> Iterator[dict[str, Any]]:
    """The rows, as the card's head says where they are."""
    import datasets  # noqa: PLC0415  (takes seconds, and reads the environment)

    found = datasets.load_dataset(str(folder))
    assert list(found) == ["train"]
    yield from found["train"]


READERS = {"pandas": by_pandas, "duckdb": by_duckdb, "datasets": by_datasets}


def plain(value: Any) -> Any:
    """A value without what a reader makes of null, of lists and of numbers."""
    if isinstance(value, np.ndarray):
        return [plain(one) for one in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    if value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    return int(value) if isinstance(value, float) else value


def record_of(row: dict[str, Any]) -> dict[str, Any]:
    """The record that a row was made of."""
    row = plain(row)
    check_month(row)
    found = part_of(row, with_instants(record_fields()))
    for name in MAPS:
        if found[name] is not None:
            found[name] = {one["name"]: one["value"] for one in found[name]}
    return found


def check_month(row: dict[str, Any]) -> None:
    """Hold the month of a row, where a reader tells it, against its date."""
    if "month" in row:
        assert row["month"] == (row["date_published"] or "undated")[:7]


def part_of(row: dict[str, Any], fields: Iterable[Field]) -> dict[str, Any]:
    """A struct without what is derived, which is held against what it is derived from."""
    found: dict[str, Any] = {}
    for field in fields:
        value = row[field.name]
        if field.kind == "instant":
            text = row[field.source]
            assert (value is None) == (text is None)
            assert value is None or value == datetime.fromisoformat(text)
        elif field.kind == "struct" and value is not None:
            found[field.name] = part_of(value, field.fields)
        elif field.kind == "list" and value is not None and field.item is not None and field.item.fields:
            found[field.name] = [part_of(one, field.item.fields) for one in value]
        else:
            found[field.name] = value
    return found


def check(records: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The number of some records and a sum over their checksums; a field that is null is as one that is not there."""
    count = total = 0
    for record in records:
        told = {name: value for name, value in record.items() if value is not None}
        canonical = json.dumps(told, sort_keys=True, ensure_ascii=False).encode()
        total += int.from_bytes(hashlib.sha256(canonical).digest()[:16], "big")
        count += 1
    return {"rows": count, "sum": f"{total % 2**128:032x}"}


def main() -> None:
    """Compare."""
    os.environ |= {"HF_DATASETS_OFFLINE": "1", "HF_HUB_OFFLINE": "1"}
    for source, folder in zip(*[map(Path, sys.argv[1:])] * 2, strict=True):
        told = {"source": check(published(source))}
        told |= {name: check(map(record_of, read(folder))) for name, read in READERS.items()}
        print(json.dumps(told))


if __name__ == "__main__":
    main()
