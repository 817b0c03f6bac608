"""Files that are whole or not there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from crawler.errors import StorageError
from crawler.store.files import cut, make_folder, write_at, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "list.jsonl"
    write_whole(path, [b"1\n", b"2\n"])
    write_whole(path, [b"3\n"])
    assert path.read_bytes() == b"3\n"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_stays_as_it_was_when_its_lines_fail(tmp_path: Path) -> None:
    path = tmp_path / "list.jsonl"
    write_whole(path, [b"old\n"])

    def lines() -> Iterator[bytes]:
        yield b"new\n"
        raise OSError(28, "No space left on device")

    with pytest.raises(StorageError, match=rf"^{path}: No space left on device"):
        write_whole(path, lines())
    assert path.read_bytes() == b"old\n"
    assert list(tmp_path.iterdir()) == [path]


def test_a_write_in_pieces_is_written_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.pwrite
    monkeypatch.setattr(os, "pwrite", lambda handle, data, offset: real(handle, data[:3], offset))
    path = tmp_path / "lines"
    path.write_bytes(b"abcdef")
    handle = os.open(path, os.O_WRONLY)
    for _ in range(2):
        write_at(handle, b"0123456789", 4)
    os.close(handle)
    assert path.read_bytes() == b"abcd0123456789"


def test_a_file_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "lines"
    path.write_bytes(b"abcdef")
    cut(path, 2)
    assert path.read_bytes() == b"ab"


def test_folders_are_made_down_to_the_last(tmp_path: Path) -> None:
    for _ in range(2):
        make_folder(tmp_path / "a" / "b" / "c")
    assert (tmp_path / "a" / "b" / "c").is_dir()
