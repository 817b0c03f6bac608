"""Files that survive a power cut: what must be synced, and in which order."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crawler.store.faults import storage_faults

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Make names made, renamed or removed in a folder durable; syncing a file does not do that for its name."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, durably."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def write_whole(path: Path, lines: Iterable[bytes]) -> None:
    """Replace a file by new lines at once: a reader sees the old or the new one, never a part of either.

    Raises:
        StorageError: the file cannot be written.
    """
    new = path.with_name(f".{path.name}.new")
    with storage_faults(path):
        try:
            with new.open("wb") as file:
                file.writelines(lines)
                file.flush()
                os.fsync(file.fileno())
            new.replace(path)
        except BaseException:
            new.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


def cut(path: Path, length: int) -> None:
    """Cut a file down to a length, durably."""
    handle = os.open(path, os.O_WRONLY)
    try:
        os.ftruncate(handle, length)
        os.fsync(handle)
    finally:
        os.close(handle)


def write_at(handle: int, data: bytes, offset: int) -> None:
    """Write all of `data` at `offset` and sync it. Repeating it after a fault leaves the same bytes.

    ``fdatasync`` also makes durable the new length, without which the bytes could not be read back.
    """
    rest = memoryview(data)
    while rest:
        written = os.pwrite(handle, rest, offset)
        rest, offset = rest[written:], offset + written
    os.fdatasync(handle)
