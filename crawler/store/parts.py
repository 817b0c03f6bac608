"""A run's JSON Lines: written in step with the database, published by a rename.

A part passes through three states, and each step can be repeated after a crash at any point:

- ``writing``: lines go to ``articles/<name>.part`` and are synced *before* the transaction that says how long the file
  is. On start it is cut back to that length, so that a batch which was not committed is gone from both.
- ``publishing``: nothing more is written; where the file is to go is committed *before* it is renamed, so that a start
  that does not find it knows where it is.
- ``published``: the rename is synced *before* this is committed.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from crawler.errors import StorageError
from crawler.store.faults import DAMAGED, storage_faults
from crawler.store.files import cut, make_folder, sync_folder, write_at
from crawler.store.model import Part
from crawler.store.schema import parts, runs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from crawler.store.model import Run

ARTICLES = "articles"
SUFFIX = ".part"


@dataclass(frozen=True, slots=True)
class Limits:
    """When a part is full, whichever comes first; the next lines go to a new one."""

    records: int = 50_000
    length: int = 256 * 1024 * 1024
    age: timedelta = timedelta(hours=6)


FULL_PART = Limits()

_PARTS = sa.select(parts, runs.c.run_id).join_from(parts, runs, runs.c.seq == parts.c.run).order_by(parts.c.seq)


def read(connection: sa.Connection, *states: str) -> list[Part]:
    """Give the parts in any of some states, in the order in which they were begun and are published."""
    rows = connection.execute(_PARTS.where(parts.c.state.in_(states)))
    return [Part(**row) for row in rows.mappings()]


def _update(connection: sa.Connection, part: Part, **values: Any) -> None:
    connection.execute(sa.update(parts).where(parts.c.seq == part.seq).values(**values))


class PartWriter:
    """Writes the parts of one run and publishes those of any.

    Args:
        transaction: begins one on the store's database, for the steps that need one of their own.
        folder: the site's.
        limits: when a part is full.
    """

    def __init__(
        self, transaction: Callable[[], AbstractContextManager[sa.Connection]], folder: Path, limits: Limits
    ) -> None:
        self._transaction = transaction
        self._folder = folder
        self._limits = limits
        self._part: Part | None = None
        self._written: Part | None = None
        self._handle: int | None = None

    def _path(self, part: Part) -> Path:
        """Where a part is until it is published."""
        return self._folder / ARTICLES / (part.name + SUFFIX)

    # --- writing ---

    def resume(self, connection: sa.Connection, run: Run) -> None:
        """Go on with the part that a run left, if there is one."""
        left = [part for part in read(connection, "writing") if part.run == run.seq]
        self._part = left[0] if left else None

    def is_full_with(self, lines: Sequence[bytes], now: datetime) -> bool:
        """Tell whether a part is open that has no room for these lines, or has been open for long enough."""
        part, limits = self._part, self._limits
        return part is not None and (
            part.records + len(lines) > limits.records
            or part.length + sum(map(len, lines)) > limits.length
            or now - part.opened_at >= limits.age
        )

    def write(self, run: Run, lines: Sequence[bytes], now: datetime) -> None:
        """Write lines behind what is committed, and sync them.

        They count once `save` is committed and `accept` called. Until then a repetition overwrites them.
        """
        part = self._part or self._new(run, now)
        data = b"".join(lines)
        with storage_faults(self._path(part)):
            if self._handle is None:
                self._handle = self._open(part)
            try:
                write_at(self._handle, data, part.length)
            except OSError:
                # Leave no half line. Not once a commit was tried: one that failed may yet turn out to be made.
                with suppress(OSError):
                    os.ftruncate(self._handle, part.length)
                raise
        self._written = replace(part, length=part.length + len(data), records=part.records + len(lines))

    def _new(self, run: Run, now: datetime) -> Part:
        with self._transaction() as connection:
            last = connection.scalar(sa.select(sa.func.max(parts.c.number)).where(parts.c.run == run.seq))
        return Part(
            seq=0,
            run=run.seq,
            run_id=run.run_id,
            number=(last or 0) + 1,
            length=0,
            records=0,
            state="writing",
            opened_at=now,
        )

    def _open(self, part: Part) -> int:
        path = self._path(part)
        if part.seq:
            return os.open(path, os.O_WRONLY)
        make_folder(path.parent)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        sync_folder(path.parent)
        return handle

    def save(self, connection: sa.Connection) -> None:
        """Put the new length into the database, in the transaction that settles the units of these lines."""
        part = self._written
        if part is None:
            return
        if part.seq:
            _update(connection, part, length=part.length, records=part.records)
            return
        row = sa.insert(parts).values(
            run=part.run,
            number=part.number,
            length=part.length,
            records=part.records,
            state=part.state,
            opened_at=part.opened_at,
            target=part.target,
        )
        self._written = replace(part, seq=connection.scalars(row.returning(parts.c.seq)).one())

    def accept(self) -> None:
        """Take the written lines for committed: the transaction of `save` went through."""
        if self._written is not None:
            self._part, self._written = self._written, None

    def close(self) -> None:
        """Let go of the part; it stays as it is for a later `resume`."""
        if self._handle is not None:
            os.close(self._handle)
        self._handle = self._part = self._written = None

    # --- publishing ---

    def publish_open(self, now: datetime) -> None:
        """Publish the part that is being written, if there is one."""
        if self._part is not None:
            self._publish(self._part, now)
        self.close()

    def _publish(self, part: Part, now: datetime) -> None:
        self._cut_back(part)
        path = self._path(part)
        with storage_faults(path), path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        part = replace(part, state="publishing", target=f"{ARTICLES}/{part.name}", sha256=digest)
        with self._transaction() as connection:
            _update(connection, part, state=part.state, target=part.target, sha256=part.sha256)
        self._finish(part, now)

    def _finish(self, part: Part, now: datetime) -> None:
        """Do what follows the intent, as far as it is not done yet."""
        path, target = self._path(part), self._folder / part.target
        with storage_faults(path):
            if path.exists():
                path.rename(target)
            elif not target.exists():
                raise StorageError(
                    f"{target}: {part.records} records were to be published here, and are gone: {DAMAGED}"
                )
            sync_folder(target.parent)
        with self._transaction() as connection:
            _update(connection, part, state="published", published_at=now)

    # --- after a crash ---

    def recover(self, now: datetime) -> None:
        """Bring files and database into step again.

        Raises:
            StorageError: a file lacks bytes that are committed.
        """
        with self._transaction() as connection:
            left = read(connection, "publishing", "writing")
        for part in left:
            if part.state == "publishing":
                self._finish(part, now)
            else:
                self._cut_back(part)
        self._remove_strangers({self._path(part) for part in left})

    def _cut_back(self, part: Part) -> None:
        """Remove from a part's file what was not committed."""
        path = self._path(part)
        with storage_faults(path):
            length = path.stat().st_size if path.exists() else 0
            if length < part.length:
                raise StorageError(f"{path}: {part.length} bytes are committed, {length} are there: {DAMAGED}")
            if length > part.length:
                cut(path, part.length)

    def _remove_strangers(self, known: set[Path]) -> None:
        """Remove parts whose first batch was not committed: the database does not know them."""
        folder = self._folder / ARTICLES
        with storage_faults(folder):
            for path in sorted(set(folder.glob(f"*.jsonl{SUFFIX}")) - known):
                path.unlink()
