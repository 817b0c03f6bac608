from __future__ import annotations

import errno
import sqlite3
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crawler.errors import StorageError, UsageError
from crawler.export.faults import export_faults, extra
from tests.export.helpers import article, exported, placed

if TYPE_CHECKING:
    from collections.abc import Iterator

MODULES = ("alike", "months", "parquet")


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine without the libraries of exports."""
    for name in [name for name in sys.modules if name.partition(".")[0] in {"pyarrow", "rensa", "zstandard"}]:
        monkeypatch.delitem(sys.modules, name)
    for name in MODULES:
        monkeypatch.delitem(sys.modules, f"crawler.export.{name}", raising=False)
        monkeypatch.delattr(f"crawler.export.{name}", raising=False)
    for name in ("pyarrow", "rensa", "zstandard"):
        monkeypatch.setitem(sys.modules, name, None)
    yield
    for name in MODULES:
        sys.modules.pop(f"crawler.export.{name}", None)


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"to": "parquet"}, "--to parquet needs pyarrow"),
        ({"near": True}, "--dedup near needs pyarrow"),
        ({"compression": "zst"}, "--compression zst needs zstandard"),
    ],
)
def test_a_library_that_is_not_installed(tmp_path: Path, options: dict[str, object], words: str) -> None:
    with pytest.raises(
        UsageError, match=rf"^{words}, which is not installed: pip install -r requirements-export\.lock"
    ):
        exported(placed(tmp_path, article(1)), tmp_path / "out", **options)
    assert [path.name for path in tmp_path.iterdir()] == ["example.com"]


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize("to", ["jsonl", "csv", "sqlite"])
def test_what_needs_none_of_them(tmp_path: Path, to: str) -> None:
    assert exported(placed(tmp_path, article(1)), tmp_path / "out", to=to).rows == 1


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full: free some space"),
        (errno.EDQUOT, "quota"),
        (errno.EFBIG, "ulimit -f"),
        (errno.EROFS, "not readable or writable"),
        (errno.EIO, "the disk failed"),
    ],
)
def test_what_the_disk_refuses(number: int, words: str) -> None:
    with pytest.raises(StorageError, match=words), export_faults(Path("out")):
        raise OSError(number, "no")


def test_what_sqlite_refuses(tmp_path: Path) -> None:
    def fill() -> None:
        connection = sqlite3.connect(tmp_path / "small")
        try:
            connection.execute("PRAGMA max_page_count = 2")
            connection.execute("CREATE TABLE a (b)")
            connection.execute("INSERT INTO a VALUES (zeroblob(100000))")
        finally:
            connection.close()

    with (
        pytest.raises(StorageError, match="small: database or disk is full: the disk is full"),
        export_faults(tmp_path / "small"),
    ):
        fill()


def test_a_mistake_of_ours_is_none_of_the_disks() -> None:
    def ask() -> None:
        connection = sqlite3.connect(":memory:")
        try:
            connection.execute("SELECT * FROM nothing")
        finally:
            connection.close()

    with pytest.raises(sqlite3.OperationalError), export_faults(Path("out")):
        ask()


def test_a_module_of_ours_that_is_missing_is_a_bug() -> None:
    with pytest.raises(ModuleNotFoundError), extra("--to parquet"):
        raise ModuleNotFoundError("No module named 'crawler.lost'", name="crawler.lost")
