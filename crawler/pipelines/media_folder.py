"""Where the content of pictures and files lies: ``media/ab/cd/<sha256>.<extension>``, each content once."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import uuid4

from crawler.store.faults import storage_faults
from crawler.store.files import make_folder, sync_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FOLDER: Final = "media"
UNFINISHED: Final = ".new"
"""The folder of what is being written; what a crash leaves there is removed at the next start."""


class Kept(NamedTuple):
    """Content that is in its place.

    Attributes:
        sha256: of the content, hex.
        extension: of its file.
        is_new: whether it was not there before.
    """

    sha256: str
    extension: str
    is_new: bool


class MediaFolder:
    """The files of one site; several threads may `keep` contents.

    Args:
        site: the site's folder.
    """

    def __init__(self, site: Path) -> None:
        self._site = site
        self._folder = site / FOLDER
        self._lock = Lock()

    @staticmethod
    def path(sha256: str, extension: str) -> str:
        """Give the path of a content below the site's folder."""
        return f"{FOLDER}/{sha256[:2]}/{sha256[2:4]}/{sha256}.{extension}"

    def has(self, sha256: str, extension: str, size: int) -> bool:
        """Tell whether a content is in its place, whole."""
        try:
            return (self._site / self.path(sha256, extension)).stat().st_size == size
        except OSError:
            return False

    def keep(self, content: bytes, extension: str) -> Kept:
        """Put a content in its place, durably: under its name it is whole, or it is not there.

        A crash after that leaves a file which nothing tells of, and which the next fetch of this content finds.

        Args:
            content: what came.
            extension: of its file, if it is not there already under another one.

        Raises:
            StorageError: it cannot be written.
        """
        digest = hashlib.sha256(content).hexdigest()
        final = self._site / self.path(digest, extension)
        with self._lock, storage_faults(final):
            for there in self._files_of(digest, final.parent):
                if there.stat().st_size == len(content):
                    sync_folder(there.parent)  # the crash may have come before that
                    return Kept(digest, there.suffix[1:], is_new=False)
                final = there
            new = self._folder / UNFINISHED / f"{digest}.{uuid4().hex}"
            make_folder(new.parent)
            make_folder(final.parent)
            try:
                with new.open("wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                new.rename(final)
            except BaseException:
                new.unlink(missing_ok=True)
                raise
            sync_folder(final.parent)
        return Kept(digest, final.suffix[1:], is_new=True)

    @staticmethod
    def _files_of(sha256: str, shelf: Path) -> Iterator[Path]:
        return shelf.glob(f"{sha256}.*") if shelf.is_dir() else iter(())

    def sweep(self) -> None:
        """Remove what crashes left unfinished; what cannot be removed stays, and is in nobody's way."""
        with suppress(OSError):
            for left in (self._folder / UNFINISHED).iterdir():
                left.unlink()
