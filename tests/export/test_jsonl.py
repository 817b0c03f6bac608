from __future__ import annotations

import gzip
import io
from pathlib import Path

import orjson
import pytest
import zstandard

from crawler.errors import UsageError
from crawler.export.jsonl import compression_of
from tests.export.helpers import article, exported, placed, remarks

RECORDS = [article(1), article(2, headline="\u2028“引”"), remarks(1, 3)]


def read(path: Path, how: str) -> bytes:
    match how:
        case "zst":
            return zstandard.ZstdDecompressor().stream_reader(io.BytesIO(path.read_bytes())).read()
        case "gz":
            return gzip.decompress(path.read_bytes())
    return path.read_bytes()


@pytest.mark.parametrize(
    ("name", "asked", "how"),
    [
        ("out.jsonl", None, "none"),
        ("out.jsonl.zst", None, "zst"),
        ("out.jsonl.gz", None, "gz"),
        ("out", "zst", "zst"),
        ("out", "gz", "gz"),
        ("out.jsonl", "none", "none"),
    ],
)
def test_lines_as_they_were_published(tmp_path: Path, name: str, asked: str | None, how: str) -> None:
    exported(placed(tmp_path, *RECORDS), tmp_path / name, compression=asked)
    assert read(tmp_path / name, how) == b"".join(orjson.dumps(record) + b"\n" for record in RECORDS)


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.jsonl.zst", "a.jsonl"])
def test_the_same_records_give_the_same_bytes(tmp_path: Path, name: str) -> None:
    place = placed(tmp_path, *RECORDS)
    paths = [tmp_path / "one" / name, tmp_path / "two" / name]
    for path in paths:
        exported(place, path)
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_an_ending_that_says_something_else() -> None:
    with pytest.raises(UsageError, match=r"--compression gz: the file is to be called out\.jsonl\.zst"):
        compression_of(Path("out.jsonl.zst"), "gz")
