"""Places that several processes share out among them, and that the kernel takes back however a process ends.

A place is a file that is locked. Its handle is passed on to the crawl that takes the place, so that it stays taken for
as long as the crawl lasts, also where `scrapy crawl-all` itself is killed. Files are never removed, as with
`crawler.store.lock`. Not for NFS.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def take(path: Path) -> int | None:
    """Take a place.

    Args:
        path: its file; made where it is missing.

    Returns:
        a handle, which holds the place until it and all its copies are closed; None if the place is taken.

    Raises:
        OSError: the file cannot be opened.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    except BaseException:
        os.close(handle)
        raise
    return handle


def take_one(folder: Path, name: str, places: int) -> int | None:
    """Take the first of several places that is free.

    Args:
        folder: where their files lie.
        name: what they are called.
        places: how many there are.

    Returns:
        a handle as of `take`; None if all are taken.

    Raises:
        OSError: a file cannot be opened.
    """
    for number in range(1, places + 1):
        handle = take(folder / f"{name}-{number}.lock")
        if handle is not None:
            return handle
    return None


def let_go(*handles: int | None) -> None:
    """Close handles; a child that has a copy keeps its place."""
    for handle in handles:
        if handle is not None:
            with suppress(OSError):
                os.close(handle)
