"""Faults of disk and database → one `StorageError` that names the path and what to do."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from crawler.errors import MORE_FILES, StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FULL = "the disk is full: free some space, then start again, it goes on where it stopped"
QUOTA = "the disk quota is used up: free some space or have it raised, then start again, it goes on where it stopped"
TOO_LARGE = "the limit on file sizes is reached: raise it (ulimit -f), then start again, it goes on where it stopped"
NOT_WRITABLE = "not readable and writable for this user: change its owner or mode, or set DISCUZ_DATA_DIR to a folder"
IO = "the disk failed to read or write: look at its space, the limit on file sizes (ulimit -f) and the system's log"
DAMAGED = "the store is damaged: bring it back from a backup, or move it away to crawl anew; articles/ is not touched"
LOCKED = "another program holds the database locked: end that program, then start again"
REFUSED = "the database server refused: look at its log and at DISCUZ_STORE_URL, then start again"

BY_ERRNO = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: QUOTA,
    errno.EFBIG: TOO_LARGE,
    errno.EMFILE: MORE_FILES,
    errno.ENFILE: MORE_FILES,
    errno.EROFS: NOT_WRITABLE,
    errno.EACCES: NOT_WRITABLE,
    errno.EPERM: NOT_WRITABLE,
    errno.EEXIST: NOT_WRITABLE,  # a file where the folder should be
    errno.ENOTDIR: NOT_WRITABLE,
}

# By the beginning of SQLite's result code; extended ones (SQLITE_IOERR_WRITE …) say more of the same.
# A limit on file sizes shows as SQLITE_IOERR_WRITE, not as SQLITE_FULL.
BY_SQLITE_CODE = {
    "SQLITE_FULL": FULL,
    "SQLITE_IOERR": IO,
    "SQLITE_READONLY": NOT_WRITABLE,
    "SQLITE_CANTOPEN": NOT_WRITABLE,
    "SQLITE_PERM": NOT_WRITABLE,
    "SQLITE_AUTH": NOT_WRITABLE,
    "SQLITE_CORRUPT": DAMAGED,
    "SQLITE_NOTADB": DAMAGED,
    "SQLITE_BUSY": LOCKED,
    "SQLITE_LOCKED": LOCKED,
}


def _mend(error: DBAPIError) -> str | None:
    """Say what to do about a database error; None for one that is a bug of ours."""
    code: str | None = getattr(error.orig, "sqlite_errorname", None)
    if code is None:
        return REFUSED if isinstance(error, OperationalError | InterfaceError) else None
    if code.startswith("SQLITE_CANTOPEN") and _is_out_of_files():  # of which SQLite does not tell
        return MORE_FILES
    return next((mend for name, mend in BY_SQLITE_CODE.items() if code.startswith(name)), None)


def _is_out_of_files() -> bool:
    """Tell whether this process may open no more files."""
    try:
        os.close(os.open(os.devnull, os.O_RDONLY))
    except OSError as error:
        return error.errno in {errno.EMFILE, errno.ENFILE}
    return False


@contextmanager
def storage_faults(path: Path | str) -> Iterator[None]:
    """Turn what the disk or the database refuses within the block into a `StorageError`.

    Args:
        path: the file, folder or database at work, where the error itself names none.

    Raises:
        StorageError: any `OSError`, and every database error that is not a mistake in our SQL.
    """
    try:
        yield
    except OSError as error:
        mend = BY_ERRNO.get(error.errno or 0, IO)
        raise StorageError(f"{error.filename or path}: {error.strerror or error}: {mend}") from error
    except DBAPIError as error:
        known = _mend(error)
        if known is None:
            raise
        words = " ".join(str(error.orig).split())  # PostgreSQL's driver writes several lines
        raise StorageError(f"{path}: {words}: {known}") from error
