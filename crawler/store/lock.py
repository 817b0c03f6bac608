"""One run per site at a time: an advisory lock that the kernel takes back, however a run ends."""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING

from crawler.errors import RunningError

if TYPE_CHECKING:
    from pathlib import Path


class Lock:
    """The lock of a site's folder, held from its making until `release` or the end of the process.

    The file is never removed: a second run could lock a removed one while a third makes and locks a new one. It holds
    the number of the process for people to read. Not for NFS.

    Args:
        path: the lock's file; made where it is missing.

    Raises:
        RunningError: another process holds it.
        OSError: the file cannot be opened or written.
    """

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            try:
                fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = os.pread(self._handle, 20, 0).decode("ascii", "replace").strip()
                raise RunningError(
                    f"{path.parent}: another run of this site is under way (process {holder or 'unknown'}):"
                    " wait for its end, or stop it"
                ) from None
            os.ftruncate(self._handle, 0)
            os.pwrite(self._handle, f"{os.getpid()}\n".encode(), 0)
        except BaseException:
            os.close(self._handle)
            raise

    def release(self) -> None:
        """Let the next run in."""
        os.close(self._handle)
