"""A run's archive of what was served: files that are written in step with the database.

What is in a record is no concern of this module (`crawler.archive` makes them); here they are bytes, whole ones behind
one another. A file passes through two states, and each step can be repeated after a crash at any point:

- ``writing``: records go to ``warc/<name>.part`` as they come. They are synced *before* any transaction that may rest
  on what they hold, and that transaction says how long the file is. On start it is cut back to that length.
- ``closed``: nothing more is written; that is committed *before* the file is renamed, so that a start that finds the
  ``.part`` knows that it is whole. Every start closes what it finds being written.

What a payload's first record is called is committed together with the length that holds it, so that no later record
refers to one that is not there.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import sqlalchemy as sa

from crawler.errors import StorageError
from crawler.store.faults import storage_faults
from crawler.store.files import cut, make_folder, sync_folder
from crawler.store.model import Payload, WarcFile
from crawler.store.schema import payloads, runs, upsert, warcs

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from crawler.store.model import Run

WARC = "warc"
SUFFIX = ".part"
FULL = 1_000_000_000
"""Bytes at which a file is closed and the next one begun: what the standard recommends."""
LACKS = "bring it back from a backup, or move it away: what it held is forgotten then, and archived again when it comes"

_FILES = sa.select(warcs, runs.c.run_id).join_from(warcs, runs, runs.c.seq == warcs.c.run).order_by(warcs.c.seq)

_PAYLOAD = sa.select(payloads.c.url, payloads.c.date).where(payloads.c.digest == sa.bindparam("payload"))


def of_run(connection: sa.Connection, run_id: str) -> list[WarcFile]:
    """Give the files of a run that are still there, in their order."""
    return [WarcFile(**row) for row in connection.execute(_FILES.where(runs.c.run_id == run_id)).mappings()]


def find(connection: sa.Connection, digest: bytes) -> Payload | None:
    """Give what names the record of a payload, None if the archive holds none."""
    row = connection.execute(_PAYLOAD, {"payload": digest}).first()
    return None if row is None else Payload(digest, row.url, row.date)


def _read(connection: sa.Connection, state: str) -> list[WarcFile]:
    return [WarcFile(**row) for row in connection.execute(_FILES.where(warcs.c.state == state)).mappings()]


def _close(connection: sa.Connection, file: WarcFile) -> None:
    connection.execute(sa.update(warcs).where(warcs.c.seq == file.seq).values(state="closed"))


@dataclass(frozen=True, slots=True)
class Archiving:
    """What a run's archive is told.

    Attributes:
        first: makes the first record of a file, given its name.
        full: bytes at which a file is closed.
    """

    first: Callable[[str], bytes]
    full: int = FULL


class WarcWriter:
    """Writes the archive of one site.

    Args:
        transaction: begins one.
        folder: the site's.
    """

    def __init__(self, transaction: Callable[[], AbstractContextManager[sa.Connection]], folder: Path) -> None:
        self._transaction = transaction
        self._folder = folder / WARC
        self._handle: int | None = None
        self._run: Run | None = None
        self._archiving: Archiving | None = None
        self._file: WarcFile | None = None
        self._committed = 0
        self._new: dict[bytes, Payload] = {}
        self._lost: StorageError | None = None

    def _part(self, file: WarcFile) -> Path:
        return self._folder / (file.name + SUFFIX)

    # --- after a crash ---

    def recover(self) -> None:
        """Cut off what was not committed, give every file its own name, and forget what is not there any more.

        Raises:
            StorageError: a file lacks bytes that are committed.
        """
        if not self._folder.is_dir():
            with self._transaction() as connection:
                gone = _read(connection, "writing") + _read(connection, "closed")
            self._forget(gone)
            return
        with self._transaction() as connection:
            left = _read(connection, "writing")
        for file in left:
            if self._part(file).exists():
                self._cut_back(file)
                with self._transaction() as connection:
                    _close(connection, file)
        with self._transaction() as connection:
            known = {file.name: file for file in _read(connection, "closed")}
        with storage_faults(self._folder):
            for path in sorted(self._folder.glob(f"*{SUFFIX}")):
                if path.name.removesuffix(SUFFIX) in known:
                    path.rename(path.with_suffix(""))
                else:  # nothing of it was committed
                    path.unlink()
            sync_folder(self._folder)
            gone = [file for file in [*left, *known.values()] if not (self._folder / file.name).exists()]
        self._forget(gone)

    def _cut_back(self, file: WarcFile) -> None:
        path = self._part(file)
        with storage_faults(path):
            length = path.stat().st_size
            if length < file.length:
                raise StorageError(f"{path}: {file.length} bytes are committed, {length} are there: {LACKS}")
            if length > file.length:
                cut(path, file.length)

    def _forget(self, gone: list[WarcFile]) -> None:
        """Refer no more to files that their owner has taken away."""
        for seq in dict.fromkeys(file.seq for file in gone):
            with self._transaction() as connection:
                connection.execute(sa.delete(payloads).where(payloads.c.warc == seq))
                connection.execute(sa.delete(warcs).where(warcs.c.seq == seq))

    # --- writing ---

    def begin(self, run: Run, archiving: Archiving) -> None:
        """Archive a run from now on; its first file is made when there is something to write."""
        self._run, self._archiving = run, archiving

    def find(self, digest: bytes) -> Payload | None:
        """Give what names the record of a payload, if one is written: a reference to it comes behind it."""
        known = self._new.get(digest)
        if known is None:
            with self._transaction() as connection:
                known = find(connection, digest)
        return known

    def write(self, record: bytes, payload: Payload | None, *, revisit: bool = False) -> None:
        """Write a response and what belongs to it behind what is written.

        Args:
            record: the whole of it.
            payload: what it carries that a later one may refer to.
            revisit: whether it refers to an earlier one.

        Raises:
            StorageError: it cannot be written; nothing more is, and nothing that rests on it can be committed.
        """
        if self._lost is not None:
            raise self._lost
        try:
            with storage_faults(self._folder):
                self._write(record, payload, revisit=revisit)
        except StorageError as error:
            self._lost = error
            raise

    def _write(self, record: bytes, payload: Payload | None, *, revisit: bool) -> None:
        archiving = self._archiving
        assert archiving is not None
        file = self._file
        if file is not None and file.length + len(record) > archiving.full and file.records:
            self.close()
            file = None
        if file is None:
            file = self._open(archiving)
        assert self._handle is not None
        _put(self._handle, record, file.length)
        self._file = replace(
            file,
            length=file.length + len(record),
            records=file.records + 1,
            revisits=file.revisits + revisit,
        )
        if payload is not None:
            self._new[payload.digest] = payload

    def _open(self, archiving: Archiving) -> WarcFile:
        run = self._run
        assert run is not None
        with self._transaction() as connection:
            last = connection.scalar(sa.select(sa.func.max(warcs.c.number)).where(warcs.c.run == run.seq))
        file = WarcFile(0, run.seq, run.run_id, (last or 0) + 1)
        make_folder(self._folder)
        while (self._folder / file.name).exists():  # one whose row was forgotten while it was away
            file = replace(file, number=file.number + 1)
        self._handle = os.open(self._part(file), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        sync_folder(self._folder)
        self._committed = 0
        first = archiving.first(file.name)
        _put(self._handle, first, 0)
        return replace(file, length=len(first))

    def save(self, connection: sa.Connection) -> None:
        """Sync what is written, and put its length into the database.

        Args:
            connection: in the transaction that rests on it.

        Raises:
            StorageError: it cannot be synced, or something before it could not be written.
        """
        if self._lost is not None:
            raise self._lost
        file = self._file
        if file is None or file.length == self._committed:
            return
        assert self._handle is not None
        with storage_faults(self._part(file)):
            os.fdatasync(self._handle)
        values = {"length": file.length, "records": file.records, "revisits": file.revisits}
        if self._committed:
            connection.execute(sa.update(warcs).where(warcs.c.seq == file.seq).values(**values))
        else:
            row = sa.insert(warcs).values(run=file.run, number=file.number, state="writing", **values)
            self._file = file = replace(file, seq=connection.scalars(row.returning(warcs.c.seq)).one())
        if self._new:
            rows = [
                {"digest": one.digest, "warc": file.seq, "url": one.url, "date": one.date} for one in self._new.values()
            ]
            connection.execute(upsert(connection.dialect.name, payloads), rows)

    def accept(self) -> None:
        """Take what is written for committed: the transaction of `save` went through."""
        if self._file is not None:
            self._committed = self._file.length
        self._new.clear()

    def close(self) -> None:
        """Commit what is written, and give the file its own name.

        Raises:
            StorageError: disk or database fail.
        """
        file = self._file
        if file is None:
            return
        with self._transaction() as connection:
            self.save(connection)
            assert self._file is not None
            _close(connection, self._file)
        self.accept()
        self.leave()
        path = self._part(file)
        with storage_faults(path):
            path.rename(self._folder / file.name)
            sync_folder(self._folder)

    def leave(self) -> None:
        """Let go of the file; the next start closes it."""
        if self._handle is not None:
            os.close(self._handle)
        self._handle = self._file = None
        self._committed = 0
        self._new.clear()


def _put(handle: int, data: bytes, offset: int) -> None:
    """Write all of `data` at `offset`; it is synced later."""
    rest = memoryview(data)
    while rest:
        written = os.pwrite(handle, rest, offset)
        rest, offset = rest[written:], offset + written
