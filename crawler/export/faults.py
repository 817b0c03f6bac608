"""What disk, SQLite and missing libraries refuse → one error that names the place and what to do."""

from __future__ import annotations

import errno
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from crawler.errors import StorageError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FULL: Final = "the disk is full: free some space, or have -o name a place that has it; nothing was exported"
QUOTA: Final = "the disk quota is used up: free some space or have it raised; nothing was exported"
TOO_LARGE: Final = "the limit on file sizes is reached: raise it (ulimit -f); nothing was exported"
NOT_ALLOWED: Final = "not readable or writable for this user: change its owner or mode, or have -o name another place"
MISSING: Final = "it is not there: bring it back"
IO: Final = "the disk failed to read or write: look at its space and at the system's log"

_BY_ERRNO: Final = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: QUOTA,
    errno.EFBIG: TOO_LARGE,
    errno.EROFS: NOT_ALLOWED,
    errno.EACCES: NOT_ALLOWED,
    errno.EPERM: NOT_ALLOWED,
    errno.EEXIST: NOT_ALLOWED,
    errno.ENOTDIR: NOT_ALLOWED,
    errno.ENOENT: MISSING,
}
_BY_SQLITE_CODE: Final = {"SQLITE_FULL": FULL, "SQLITE_IOERR": IO, "SQLITE_CANTOPEN": NOT_ALLOWED}
EXTRA: Final = frozenset({"pyarrow", "rensa", "zstandard"})
"""Libraries that only exports need, and not all of them."""


@contextmanager
def export_faults(path: Path) -> Iterator[None]:
    """Turn what the disk or SQLite refuses within the block into a `StorageError`.

    Args:
        path: what is at work, where the error itself names nothing.

    Raises:
        StorageError: any `OSError`, and every error of SQLite's that is not a mistake in our SQL.
    """
    try:
        yield
    except OSError as error:
        mend = _BY_ERRNO.get(error.errno or 0, IO)
        raise StorageError(f"{error.filename or path}: {error.strerror or error}: {mend}") from error
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorname", None) or ""
        mended = next((mend for name, mend in _BY_SQLITE_CODE.items() if code.startswith(name)), None)
        if mended is None:
            raise
        raise StorageError(f"{path}: {error}: {mended}") from error


@contextmanager
def extra(option: str) -> Iterator[None]:
    """Say what to install where a library is missing that the block imports.

    Args:
        option: what needs it, as typed.

    Raises:
        UsageError: it is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        library = (error.name or "").partition(".")[0]
        if library not in EXTRA:
            raise
        raise UsageError(
            f"{option} needs {library}, which is not installed: pip install -r requirements-export.lock, "
            "or pip install 'crawler[export]'"
        ) from None
