"""What an export writes, whole or not at all.

Everything is written below a hidden folder beside the target, ``.NAME.exporting``, synced and then renamed. That folder
is removed at the end; what a killed export left of it, the next one of the same target removes.
"""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from crawler.errors import RunningError, UsageError
from crawler.export.faults import export_faults
from crawler.store.files import make_folder, sync_folder
from crawler.store.lock import Lock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CARD = "README.md"


class Target:
    """Where an export goes.

    Attributes:
        path: the folder or file that is there in the end.
        scratch: a folder for what is needed only meanwhile, on the same disk.
        new: the folder or file to write, renamed to `path` by `publish`.
    """

    def __init__(self, path: Path, scratch: Path, *, is_folder: bool) -> None:
        self.path = path
        self.scratch = scratch
        self.new = scratch / "new"
        self._is_folder = is_folder
        if is_folder:
            self.new.mkdir()

    @property
    def new_card(self) -> Path:
        """The dataset card to write: inside a folder, beside a file."""
        return self.new / CARD if self._is_folder else self.scratch / CARD

    @property
    def card(self) -> Path:
        """Where the dataset card is in the end."""
        return self.path / CARD if self._is_folder else self.path.with_name(f"{self.path.name}.{CARD}")

    def files(self) -> list[Path]:
        """Give what is published, without the card."""
        return list(self.path.rglob("*.parquet")) if self._is_folder else [self.path]

    def publish(self) -> None:
        """Sync what was written, and give it its name.

        Raises:
            StorageError: the disk refuses.
        """
        with export_faults(self.path):
            if self._is_folder:
                _sync_tree(self.new)
                _replace_folder(self.new, self.path)
            else:
                _sync_file(self.new)
                _sync_file(self.new_card)
                # The card first: data without its card would be data of which nobody knows what it is.
                self.new_card.replace(self.card)
                self.new.replace(self.path)
            sync_folder(self.path.parent)


@contextmanager
def open_target(path: Path, *, is_folder: bool, overwrite: bool) -> Iterator[Target]:
    """Make ready to write a target; whatever happens in the block, nothing half is left under its name.

    Args:
        path: the folder or file to be.
        is_folder: which of the two.
        overwrite: whether what is there already may be replaced.

    Raises:
        UsageError: it is there already, or of the other kind.
        RunningError: another export is writing it.
        StorageError: the disk refuses.
    """
    scratch = path.with_name(f".{path.name}.exporting")
    with export_faults(path):
        make_folder(path.parent)
        scratch.mkdir(exist_ok=True)
        try:
            lock = Lock(scratch / "lock")
        except RunningError:
            raise RunningError(f"{path}: another export is writing it: wait for its end, or give another -o") from None
    try:
        with export_faults(path):
            _restore(path)
            check_free(path, is_folder=is_folder, overwrite=overwrite)
            _clear(scratch)
        yield Target(path, scratch, is_folder=is_folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
        lock.release()


def check_free(path: Path, *, is_folder: bool, overwrite: bool) -> None:
    """Check that a target may be written.

    Raises:
        UsageError: it is there already, or of the other kind.
    """
    if not path.exists():
        return
    if not (path.is_dir() or path.is_file()):
        raise UsageError(f"-o {path}: it is neither a file nor a folder, and cannot be replaced: give another -o")
    if path.is_dir() != is_folder:
        is_, wanted = ("a folder", "a file") if path.is_dir() else ("a file", "a folder")
        raise UsageError(f"-o {path}: it is {is_}, and {wanted} is to be written: give another -o")
    if is_folder and not any(path.iterdir()):
        return
    if not overwrite:
        raise UsageError(f"-o {path}: it is there already: give --overwrite to replace it, or another -o")
    if is_folder and not (path / CARD).exists():
        # A slip of the keyboard must not cost a folder of something else.
        raise UsageError(f"-o {path}: it is no export (it has no {CARD}), so that it is not replaced: give another -o")


def _replaced(path: Path) -> Path:
    return path.with_name(f".{path.name}.replaced")


def _replace_folder(new: Path, path: Path) -> None:
    """Put a folder in the place of another: no rename does that at once unless the other is empty."""
    old = _replaced(path)
    try:
        if path.exists():
            path.rename(old)
        new.rename(path)
    except BaseException:  # a stop, too: what was there is to be there again
        _restore(path)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _restore(path: Path) -> None:
    """Bring back what an export that was killed between two renames had put aside, or remove it."""
    old = _replaced(path)
    if old.exists() and not path.exists():
        old.rename(path)
    shutil.rmtree(old, ignore_errors=True)


def _clear(scratch: Path) -> None:
    for path in scratch.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != "lock":
            path.unlink()


def _sync_tree(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            _sync_tree(path)
        else:
            _sync_file(path)
    sync_folder(folder)


def _sync_file(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
