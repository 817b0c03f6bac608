"""A run's JSON Lines: written in step with the database, published by a rename.

A part passes through three states, and each step can be repeated after a crash at any point:

- ``writing``: lines go to ``articles/<name>.part`` and are synced *before* the transaction that says how long the file
  is. On start it is cut back to that length, so that a batch which was not committed is gone from both.
- ``publishing``: nothing more is written; where the file is to go is committed *before* it is renamed, so that a start
  that does not find it knows where it is.
- ``published``: the rename is synced *before* this is committed.

A part that the gate holds back goes the same way to ``quarantine/<name>`` and is ``quarantined``; what it says of
articles is taken back in the commit of the intent. `release` sends it on to ``articles/``, `reject` removes it.
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

from crawler.errors import StorageError, UsageError
from crawler.store import gatekeeping, lines, purging
from crawler.store import runs as all_runs
from crawler.store.faults import DAMAGED, storage_faults
from crawler.store.files import cut, make_folder, sync_folder, write_at, write_whole
from crawler.store.gatekeeping import Judgement
from crawler.store.holdings import Movements
from crawler.store.model import HeldPart, Part, Rejected, Released
from crawler.store.schema import parts, runs
from crawler.store.tallies import Tally

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from crawler.store.gatekeeping import Gate
    from crawler.store.model import Outcome, Run
    from crawler.store.purging import Eraser, Rewritten

ARTICLES = "articles"
QUARANTINE = "quarantine"
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
    """Give the parts in any of some states other than ``published``, in the order in which they were begun."""
    # Spelled out, not bound: the index over few rows serves only a query that says so itself.
    is_open = parts.c.state != sa.literal_column("'published'")
    rows = connection.execute(_PARTS.where(is_open, parts.c.state.in_(states)))
    return [Part(**row) for row in rows.mappings()]


def published(connection: sa.Connection, after: int = 0) -> Iterator[Part]:
    """Give the published parts in the order of publication; one that was held back at first comes when it came.

    Args:
        connection: to the database.
        after: the position behind which to begin.
    """
    query = _PARTS.where(parts.c.position > after).order_by(None).order_by(parts.c.position)
    with connection.execute(query, execution_options={"yield_per": 1000}) as rows:
        for row in rows.mappings():
            yield Part(**row)


def position_of(connection: sa.Connection, target: str) -> int:
    """Give the position of a published part; the last ones are looked at first. 0 if there is none."""
    query = sa.select(parts.c.position, parts.c.target).where(parts.c.position > 0).order_by(parts.c.position.desc())
    with connection.execute(query, execution_options={"yield_per": 10}) as rows:
        return next((int(position) for position, path in rows if path == target), 0)


def count_published(connection: sa.Connection, up_to: int) -> int:
    """Tell how many parts were published up to a position."""
    query = sa.select(sa.func.count()).where(parts.c.position > 0, parts.c.position <= up_to)
    return connection.scalar(query) or 0


def of_run(connection: sa.Connection, run_id: str) -> list[Part]:
    """Give the parts of a run, in the order in which they were begun."""
    seq = all_runs.seq_of(connection, run_id)
    rows = connection.execute(_PARTS.where(parts.c.run == seq).order_by(None).order_by(parts.c.number))
    return [Part(**row) for row in rows.mappings()]


def _update(connection: sa.Connection, part: Part, **values: Any) -> None:
    connection.execute(sa.update(parts).where(parts.c.seq == part.seq).values(**values))


class PartWriter:
    """Writes the parts of one run and publishes those of any.

    Args:
        transaction: begins one on the store's database, for the steps that need one of their own.
        folder: the site's.
        limits: when a part is full.
        gate: judges what is to be published; None lets everything pass.
        history: how many runs' parts a part is compared with.

    Attributes:
        held_back: the parts that the gate held back.
    """

    def __init__(
        self,
        transaction: Callable[[], AbstractContextManager[sa.Connection]],
        folder: Path,
        limits: Limits,
        gate: Gate | None = None,
        history: int = gatekeeping.HISTORY,
    ) -> None:
        self._transaction = transaction
        self._folder = folder
        self._limits = limits
        self._gate = gate
        self._history = history
        self._part: Part | None = None
        self._written: Part | None = None
        self._handle: int | None = None
        self.held_back: list[HeldPart] = []

    def _path(self, part: Part) -> Path:
        """Where a part is until it is published."""
        return self._folder / ARTICLES / (part.name + SUFFIX)

    # --- writing ---

    def resume(self, connection: sa.Connection, run: Run) -> None:
        """Go on with the part that a run left, if there is one.

        What the gate held back of it before it was cut short is held back still, and nobody may have been told.
        """
        of_run = [part for part in read(connection, "writing", "quarantined") if part.run == run.seq]
        left = [part for part in of_run if part.state == "writing"]
        told = {part.name for part in self.held_back}
        for part in of_run:
            if part.state == "quarantined" and part.name not in told:
                self.held_back.append(HeldPart(part.name, tuple(part.reasons or ())))
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

    def save(self, connection: sa.Connection, outcomes: Sequence[Outcome]) -> None:
        """Put the new length into the database, in the transaction that settles the units of these lines.

        Args:
            connection: in that transaction.
            outcomes: those whose lines were written, in their order.
        """
        if self._written is None:
            return
        self._written = self._saved(connection, self._written)
        lines.save(connection, self._written, outcomes)

    def _saved(self, connection: sa.Connection, part: Part) -> Part:
        if part.seq:
            _update(connection, part, length=part.length, records=part.records)
            return part
        row = sa.insert(parts).values(
            run=part.run,
            number=part.number,
            length=part.length,
            records=part.records,
            state=part.state,
            opened_at=part.opened_at,
            target=part.target,
        )
        return replace(part, seq=connection.scalars(row.returning(parts.c.seq)).one())

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

    def publish_open(self, now: datetime, hold: Sequence[str] = ()) -> set[int]:
        """Publish the part that is being written, if there is one, or hold it back.

        Args:
            now: when.
            hold: reasons to hold it back whatever the gate says.

        Returns:
            the units (`Unit.seq`) that are to be done again since it was held back.
        """
        held = self._publish(self._part, now, tuple(hold)) if self._part is not None else set()
        self.close()
        return held

    def _publish(self, part: Part, now: datetime, hold: tuple[str, ...]) -> set[int]:
        self._cut_back(part)
        path = self._path(part)
        with storage_faults(path), path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        judgement = self._judge(part, hold)
        reasons = list(judgement.reasons)
        place = QUARANTINE if reasons else ARTICLES
        part = replace(part, state="publishing", target=f"{place}/{part.name}", sha256=digest, reasons=reasons)
        held: set[int] = set()
        with self._transaction() as connection:
            told = {"metrics": judgement.metrics, "reasons": reasons or None}
            _update(connection, part, state=part.state, target=part.target, sha256=part.sha256, **told)
            if reasons:
                tally, movements = Tally(), Movements()
                run = all_runs.for_held(connection, now)
                held = lines.take_back(connection, part, run, tally, movements)
                tally.save(connection)
                movements.save(connection)
        self._finish(part, now)
        return held

    def _judge(self, part: Part, hold: tuple[str, ...]) -> Judgement:
        if self._gate is None and not hold:
            return Judgement()
        with self._transaction() as connection:
            if not lines.are_known(connection, part):  # it could not be taken back
                return Judgement()
            history = gatekeeping.history(connection, self._history) if self._gate else []
        if self._gate is None:
            return Judgement(reasons=hold)
        path = self._path(part)
        with storage_faults(path):
            judgement = gatekeeping.judge(self._gate, path, history)
        return replace(judgement, reasons=judgement.reasons + hold)

    def _finish(self, part: Part, now: datetime) -> None:
        """Do what follows the intent, as far as it is not done yet."""
        target = self._folder / part.target
        kept_back = part.target.startswith(f"{QUARANTINE}/")
        # A part that is released comes from the quarantine, or in a new file that lacks some of its lines.
        sources = [self._path(part)] if kept_back else [self._path(part), self._folder / QUARANTINE / part.name]
        with storage_faults(sources[0]):
            make_folder(target.parent)
            source = next((path for path in sources if path.exists()), None)
            if source is not None and not (target.exists() and source != sources[0]):
                source.rename(target)
            elif not target.exists():
                raise StorageError(
                    f"{target}: {part.records} records were to be published here, and are gone: {DAMAGED}"
                )
            sync_folder(target.parent)
            self._leave(sources, target)
        with self._transaction() as connection:
            if kept_back:
                _update(connection, part, state="quarantined")
            else:
                position = purging.next_position(connection)
                _update(connection, part, state="published", published_at=now, position=position)
                lines.forget(connection, part)
        if kept_back:
            self.held_back.append(HeldPart(part.name, tuple(part.reasons or ())))

    def _leave(self, sources: Sequence[Path], target: Path) -> None:
        """Make it durable that a part is in no other folder than its target's."""
        for path in sources:
            path.unlink(missing_ok=True)
            if path.parent != target.parent and path.parent.exists():
                sync_folder(path.parent)

    # --- what was held back ---

    def release(self, run_id: str, now: datetime) -> Released:
        """Publish what the gate held back of a run, without the lines that a later run wrote anew.

        A second time gives nothing and is no mistake: the first may have been cut short after it was decided.

        Raises:
            UsageError: nothing is held back of this run.
            StorageError: disk or database fail, or a file is gone.
        """
        records = dropped = 0
        files = []
        for part in self._held(run_id, lambda part: part.accepted_at is not None):
            with self._transaction() as connection:
                passed, numbers = lines.overtaken(connection, part)
            records += part.records - len(numbers)
            dropped += len(numbers)
            if len(numbers) == part.records:
                self._reject(part, accepted_at=now)
            else:
                files.append(self._release(part, passed, numbers, now))
        return Released(records, dropped, tuple(files))

    def _release(self, part: Part, passed: set[int], numbers: set[int], now: datetime) -> str:
        source = self._folder / part.target
        with storage_faults(source):
            if not source.exists():
                raise StorageError(f"{source}: {part.records} records were held back here, and are gone: {DAMAGED}")
            if numbers:
                make_folder(self._folder / ARTICLES)
                with source.open("rb") as file:
                    write_whole(self._path(part), lines.kept(file, numbers))
                source = self._path(part)
            with source.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            length = source.stat().st_size
        part = replace(
            part,
            state="publishing",
            target=f"{ARTICLES}/{part.name}",
            sha256=digest,
            records=part.records - len(numbers),
            length=length,
        )
        with self._transaction() as connection:
            values = {name: getattr(part, name) for name in ("state", "target", "sha256", "records", "length")}
            _update(connection, part, **values, accepted_at=now)
            tally, movements = Tally(), Movements()
            lines.bring_back(connection, part, passed, now, tally, movements)
            tally.save(connection)
            movements.save(connection)
        self._finish(part, now)
        return part.target

    def reject(self, run_id: str) -> Rejected:
        """Remove what the gate held back of a run; its units stay to be done.

        Raises:
            UsageError: nothing is held back of this run.
            StorageError: disk or database fail.
        """
        held = self._held(run_id, lambda part: part.state == "rejected")
        for part in held:
            self._reject(part)
        return Rejected(sum(part.records for part in held), tuple(part.target for part in held))

    def _reject(self, part: Part, **values: Any) -> None:
        with self._transaction() as connection:
            _update(connection, part, state="rejected", **values)
            lines.forget(connection, part)
        self._remove(self._folder / part.target)

    def _remove(self, path: Path) -> None:
        with storage_faults(path):
            path.unlink(missing_ok=True)
            if path.parent.exists():
                sync_folder(path.parent)

    def _held(self, run_id: str, decided: Callable[[Part], bool]) -> list[Part]:
        """Give the parts of a run that are held back; none where a decision that was cut short is complete by now."""
        with self._transaction() as connection:
            held = read(connection, "quarantined")
            those = of_run(connection, run_id)
        of_this = [part for part in held if part.run_id == run_id]
        if not of_this and not any(map(decided, those)):
            known = ", ".join(dict.fromkeys(part.run_id for part in held)) or "nothing"
            raise UsageError(f"run {run_id!r}: nothing of it is held back: held back is {known}")
        return of_this

    # --- what is to be nowhere ---

    def purge(self, eraser: Eraser, now: datetime) -> list[Rewritten]:
        """Take lines out of all files that are published or held back. Parts that are being written must not be open.

        Raises:
            StorageError: a file is gone or damaged, or cannot be written; those before it are purged.
        """
        with self._transaction() as connection:
            those = [*published(connection), *read(connection, "quarantined")]
        rewritten = (purging.rewrite(self._transaction, self._folder, part, eraser, now) for part in those)
        return [one for one in rewritten if one is not None]

    def sweep_media(self) -> list[str]:
        """Delete what of ``media/`` no line names any more that lines named which were taken out; give what it was.

        Raises:
            StorageError: something cannot be read or deleted.
        """
        with self._transaction() as connection:
            files = [part.target for part in (*published(connection), *read(connection, "quarantined"))]
        return purging.sweep_media(self._transaction, self._folder, files)

    # --- after a crash ---

    def recover(self, now: datetime) -> None:
        """Bring files and database into step again.

        Raises:
            StorageError: a file lacks bytes that are committed.
        """
        purging.recover(self._transaction, self._folder)
        with self._transaction() as connection:
            left = read(connection, "publishing", "writing")
            rejected = read(connection, "rejected")
        for part in left:
            if part.state == "publishing":
                self._finish(part, now)
            else:
                self._cut_back(part)
        self._remove_strangers({self._path(part) for part in left})
        for part in rejected:
            if (self._folder / part.target).exists():
                self._remove(self._folder / part.target)

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
            left = {*folder.glob(f"*.jsonl{SUFFIX}"), *folder.glob(f".*.jsonl{SUFFIX}.new")}
            for path in sorted(left - known):
                path.unlink()
