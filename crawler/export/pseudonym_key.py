"""The key of which pseudonyms are made: a setting, the environment, or a file that is made when it is first needed."""

from __future__ import annotations

import os
import secrets
import stat
from typing import TYPE_CHECKING, Final

from crawler.errors import StorageError, UsageError
from crawler.export.faults import export_faults
from crawler.store.files import make_folder, sync_folder

if TYPE_CHECKING:
    from pathlib import Path

NAME: Final = "pseudonym.key"
SETTING: Final = "DISCUZ_PSEUDONYM_KEY"
SHORTEST: Final = 16
"""Characters: a shorter one is a word, which somebody may try."""


def pseudonym_key(data: Path, setting: str | None) -> bytes:
    """Give the key. No message holds it.

    Args:
        data: the data folder, where the file is.
        setting: ``DISCUZ_PSEUDONYM_KEY`` as it is set; None if it is not, which leaves the environment and the file.

    Raises:
        UsageError: the key is too short, or others may read the file.
        StorageError: the file cannot be read or made.
    """
    given = setting or os.environ.get(SETTING)
    if given:
        if len(given) < SHORTEST:
            raise UsageError(
                f"{SETTING}: it has {len(given)} characters: give {SHORTEST} or more, which nobody guesses"
            )
        return given.encode("utf-8", "surrogateescape")
    return _from_file(data / NAME)


def _from_file(path: Path) -> bytes:
    with export_faults(path):
        if not path.exists():
            _make(path)
        mode = stat.S_IMODE(path.stat().st_mode)
        if mode & 0o077:
            raise UsageError(f"{path}: others may read it (mode {mode:03o}), and it is a secret: chmod 600 {path}")
        key = path.read_bytes().strip()
    if len(key) < SHORTEST:
        raise StorageError(
            f"{path}: it holds {len(key)} bytes, which is no key: bring it back from a backup, or remove it, after"
            " which everybody has other pseudonyms"
        )
    return key


def _make(path: Path) -> None:
    """Make the file, whole or not at all; another process may do the same."""
    make_folder(path.parent)
    new = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        try:
            os.write(handle, f"{secrets.token_hex(32)}\n".encode())
            os.fsync(handle)
        finally:
            os.close(handle)
        try:
            os.link(new, path)
        except FileExistsError:
            return
        sync_folder(path.parent)
    finally:
        new.unlink()
