"""Every fault of disk and database becomes one error that names the path and what to do."""

from __future__ import annotations

import errno
import os
import resource
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import DatabaseError, IntegrityError, InterfaceError, OperationalError, ProgrammingError

from crawler.errors import ExitCode, StorageError
from crawler.store import open_store
from crawler.store.faults import storage_faults

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.exc import DBAPIError

PATH = Path("/data/site/store.sqlite3")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EDQUOT, "quota"),
        (errno.EFBIG, "ulimit -f"),
        (errno.EROFS, "DISCUZ_DATA_DIR"),
        (errno.EACCES, "owner or mode"),
        (errno.EIO, "system's log"),
        (errno.EMFILE, "ulimit -n"),
        (errno.ENFILE, "ulimit -n"),
    ],
)
def test_a_fault_of_the_disk(number: int, words: str) -> None:
    with pytest.raises(StorageError, match=words) as caught, storage_faults(PATH):
        raise OSError(number, os.strerror(number))
    assert caught.value.exit_code == ExitCode.STORAGE
    assert str(caught.value).startswith(f"{PATH}: {os.strerror(number)}: ")


def test_the_file_that_the_error_names_is_the_one_to_name() -> None:
    with pytest.raises(StorageError, match=r"^/elsewhere: "), storage_faults(PATH):
        raise OSError(errno.EACCES, "Permission denied", "/elsewhere")


def test_an_error_without_a_number_is_a_fault_too() -> None:
    with pytest.raises(StorageError, match=rf"^{PATH}: odd: the disk failed"), storage_faults(PATH):
        raise OSError("odd")


def of_sqlite(code: str, kind: type[sqlite3.DatabaseError] = sqlite3.OperationalError) -> sqlite3.DatabaseError:
    error = kind(code.lower())
    error.sqlite_errorname = code  # as the driver sets it
    return error


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("SQLITE_FULL", "disk is full"),
        ("SQLITE_IOERR", "disk failed"),
        ("SQLITE_IOERR_WRITE", "ulimit -f"),
        ("SQLITE_IOERR_FSYNC", "disk failed"),
        ("SQLITE_READONLY", "owner or mode"),
        ("SQLITE_READONLY_DBMOVED", "owner or mode"),
        ("SQLITE_CANTOPEN", "owner or mode"),
        ("SQLITE_CORRUPT", "damaged"),
        ("SQLITE_CORRUPT_INDEX", "damaged"),
        ("SQLITE_NOTADB", "damaged"),
        ("SQLITE_BUSY", "another program"),
        ("SQLITE_LOCKED_SHAREDCACHE", "another program"),
    ],
)
def test_a_fault_of_sqlite(code: str, words: str) -> None:
    with pytest.raises(StorageError, match=words) as caught, storage_faults(PATH):
        raise DatabaseError("COMMIT", {}, of_sqlite(code))
    assert str(caught.value).startswith(f"{PATH}: {code.lower()}: ")


def fail_without_files(error: Exception) -> None:
    """Raise an error while no file may be opened."""
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, limits[1]))
    try:
        with storage_faults(PATH):
            raise error
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)


def test_sqlite_does_not_tell_that_too_many_files_are_open() -> None:
    with pytest.raises(StorageError, match="ulimit -n"):
        fail_without_files(DatabaseError("BEGIN", {}, of_sqlite("SQLITE_CANTOPEN")))


@pytest.mark.parametrize("kind", [OperationalError, InterfaceError])
def test_a_server_that_refuses(kind: type[DBAPIError]) -> None:
    with (
        pytest.raises(StorageError, match=r"site: server closed the connection: .*DISCUZ_STORE_URL"),
        storage_faults("postgresql://host/site"),
    ):
        raise kind("COMMIT", {}, Exception("server closed\n\tthe connection"))


@pytest.mark.parametrize(
    "bug",
    [
        OperationalError("SELECT x", {}, of_sqlite("SQLITE_ERROR")),
        IntegrityError("INSERT", {}, of_sqlite("SQLITE_CONSTRAINT_UNIQUE", sqlite3.IntegrityError)),
        ProgrammingError("SELECT", {}, Exception("relation does not exist")),
        ValueError("ours"),
    ],
)
def test_a_bug_stays_one(bug: Exception) -> None:
    with pytest.raises(type(bug)) as caught, storage_faults(PATH):
        raise bug
    assert caught.value is bug


@pytest.fixture
def forbidden(tmp_path: Path) -> Iterator[Path]:
    """A folder in which we may not write; tests that run as root give its rights up for as long."""
    tmp_path.chmod(0o500)
    before = os.geteuid()
    os.seteuid(before or 65534)
    yield tmp_path
    os.seteuid(before)


def test_a_folder_that_may_not_be_written(forbidden: Path) -> None:
    with pytest.raises(StorageError, match="owner or mode"):
        open_store(forbidden / "site")
