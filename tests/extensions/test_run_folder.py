"""A run's report, written and read back."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.errors import StorageError
from crawler.extensions import run_folder


def test_a_report_is_read_back_or_is_none(tmp_path: Path) -> None:
    assert run_folder.read(tmp_path) == {}
    run_folder.write(tmp_path, {"b": 1, "a": Path("x")})
    assert run_folder.read(tmp_path) == {"a": "x", "b": 1}
    assert [path.name for path in tmp_path.iterdir()] == [run_folder.REPORT]
    for damage in (b"{", b"[1]", b""):
        (tmp_path / run_folder.REPORT).write_bytes(damage)
        assert run_folder.read(tmp_path) == {}
    with pytest.raises(StorageError, match="report"):
        run_folder.write(tmp_path / "nowhere", {})
