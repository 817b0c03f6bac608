"""Taking lines out of files that are published or held back: each file is the old one or the new one, whatever happens.

The steps of one file, each of which can be repeated after a crash:

1. the new file is written beside the old one, under a name that no reader looks for, and synced;
2. the intent is committed: which file becomes which, and what of ``media/`` it may be the last to name;
3. the file is renamed, and its folder synced;
4. the part's new length, and the line of ``published.jsonl`` that says so, are committed, and the intent is forgotten.

Intents and lines are facts (`crawler.store.facts`): there are few, and a store without them needs no new version.
"""

from __future__ import annotations

import hashlib
import os
import re
from contextlib import ExitStack
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Final, Protocol

import sqlalchemy as sa

from crawler.errors import StorageError
from crawler.store import facts, lines
from crawler.store.faults import DAMAGED, storage_faults
from crawler.store.files import sync_folder
from crawler.store.schema import parts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from contextlib import AbstractContextManager
    from datetime import datetime
    from pathlib import Path

    from crawler.store.model import Part

INTENT: Final = "purge"
MEDIA: Final = "purge_media"
PURGED: Final = "purged/"
"""Begins the names of the facts that are lines of ``published.jsonl``; behind it the line's position."""
CHUNK: Final = 2**20
OF_MEDIA: Final = re.compile(rb'"(media/[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{64}\.[0-9A-Za-z]{1,10})"')


class Eraser(Protocol):
    """Says what is to be left of a line; it knows records, and nothing of the store."""

    def change(self, line: bytes) -> bytes | None:
        """Give a line as it is to be, the same one if it stays; None to take it out.

        Raises:
            ValueError: it is no record.
        """

    def articles(self) -> Collection[int]:
        """Give the numbers of the articles that are wholly out, of which no line is to be written again."""


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What became of a file.

    Attributes:
        file: its path below the site's folder.
        removed: lines that went.
        changed: lines that are others now.
        records: lines that are left.
    """

    file: str
    removed: int
    changed: int
    records: int


@dataclass(frozen=True, slots=True)
class Purged:
    """What a purge did.

    Attributes:
        files: those that were rewritten, in the order of publication, then those that are held back.
        media: paths below the site's folder of files that were deleted, since no record names them any more.
        articles: how many known articles are not to be read again.
    """

    files: tuple[Rewritten, ...]
    media: tuple[str, ...] = ()
    articles: int = 0


@dataclass(slots=True)
class _Draft:
    """A file being read, and the new one, from the first line that differs."""

    records: int = 0
    removed: list[int] | None = None
    changed: int = 0
    media: set[str] | None = None
    sha256: str = ""
    length: int = 0
    was: str = ""


def names_of_media(line: bytes) -> set[str]:
    """Give the files of ``media/`` that a line names."""
    return {name.decode("ascii") for name in OF_MEDIA.findall(line)}


def _new_of(path: Path) -> Path:
    return path.with_name(f".{path.name}.new")


def draft(path: Path, eraser: Eraser, *, write: bool, length: int | None = None) -> _Draft:
    """Read a file, and write the new one beside it as soon as a line differs.

    Args:
        path: the file.
        eraser: says what is to be left.
        write: whether to write; else it is only told what would come.
        length: bytes to read; None for all.

    Raises:
        OSError: it cannot be read or written.
    """
    one = _Draft(removed=[], media=set())
    assert one.removed is not None
    assert one.media is not None
    old, new_digest, at, number = hashlib.sha256(), hashlib.sha256(), 0, 0
    new: IO[bytes] | None = None
    with ExitStack() as closing:
        file = closing.enter_context(path.open("rb"))
        for number, line in enumerate(file, 1):
            if length is not None and at >= length:
                break
            changed = eraser.change(line)
            if changed != line:
                one.media |= names_of_media(line) - names_of_media(changed or b"")
                one.changed += changed is not None
                if changed is None:
                    one.removed.append(number)
                if new is None and write:
                    new = closing.enter_context(_new_of(path).open("wb"))
                    _copy(path, at, new)
            if changed is not None:
                one.records += 1
                one.length += len(changed)
                new_digest.update(changed)
                if new is not None:
                    new.write(changed)
            old.update(line)
            at += len(line)
        if new is not None:
            new.flush()
            os.fsync(new.fileno())
    one.was, one.sha256 = old.hexdigest(), new_digest.hexdigest()
    return one


def _drafted(path: Path, eraser: Eraser, *, write: bool, length: int | None = None) -> _Draft:
    """Read a file as `draft` does.

    Raises:
        StorageError: it cannot be read or written, or holds a line that is no record.
    """
    with storage_faults(path):
        try:
            return draft(path, eraser, write=write, length=length)
        except ValueError as error:
            raise StorageError(f"{path}: a line of it is no record: {DAMAGED}") from error


def _copy(path: Path, length: int, new: IO[bytes]) -> None:
    with path.open("rb") as file:
        while length and (chunk := file.read(min(CHUNK, length))):
            new.write(chunk)
            length -= len(chunk)


def rewrite(
    transaction: Callable[[], AbstractContextManager[sa.Connection]],
    folder: Path,
    part: Part,
    eraser: Eraser,
    now: datetime,
) -> Rewritten | None:
    """Take lines out of a part's file; None if it stays as it is.

    Args:
        transaction: begins one on the store's database.
        folder: the site's.
        part: published or held back.
        eraser: says what is to be left.
        now: when.

    Raises:
        StorageError: the file is gone or damaged, or cannot be written.
    """
    path = folder / part.target
    one = _drafted(path, eraser, write=True)
    if part.sha256 not in {None, one.was}:
        _new_of(path).unlink(missing_ok=True)
        raise StorageError(f"{path}: its SHA-256 is not the one under which it was published: {DAMAGED}")
    if not one.removed and not one.changed:
        return None
    assert one.removed is not None
    intent = {
        "part": part.seq,
        "file": part.target,
        "run": part.run_id,
        "records": one.records,
        "length": one.length,
        "sha256": one.sha256,
        "purged_at": now.isoformat().replace("+00:00", "Z"),
        "replaces": part.sha256,
        "replaced_records": part.records,
        "removed": one.removed,
    }
    with transaction() as connection:
        facts.save(connection, INTENT, intent)
        left = {*facts.read(connection, MEDIA).get("files", ()), *(one.media or ())}
        if left:
            facts.save(connection, MEDIA, {"files": sorted(left)})
    recover(transaction, folder)
    return Rewritten(part.target, len(one.removed), one.changed, one.records)


def would_purge(folder: Path, those: Collection[Part], eraser: Eraser) -> list[Rewritten]:
    """Tell what a purge would change, without changing anything.

    Args:
        folder: the site's.
        those: its parts; of one that is being written what is committed counts.
        eraser: says what is to be left.

    Raises:
        StorageError: a file cannot be read.
    """
    found = []
    for part in those:
        name = part.target or f"articles/{part.name}.part"
        path = folder / name
        if not path.exists() and part.state != "published":  # it has just been renamed, or removed
            continue
        one = _drafted(path, eraser, write=False, length=part.length if part.state == "writing" else None)
        if one.removed or one.changed:
            found.append(Rewritten(name, len(one.removed or ()), one.changed, one.records))
    return found


def recover(transaction: Callable[[], AbstractContextManager[sa.Connection]], folder: Path) -> None:
    """Bring a rewriting to its end whose intent is committed; do away with one that did not come so far.

    Raises:
        StorageError: neither the old file nor the new one is there.
    """
    with transaction() as connection:
        intent = facts.read(connection, INTENT)
    if not intent:
        for place in ("articles", "quarantine"):
            for left in (folder / place).glob(".*.jsonl.new"):
                with storage_faults(left):
                    left.unlink()
        return
    path = folder / intent["file"]
    with storage_faults(path):
        if _new_of(path).exists():
            _new_of(path).replace(path)
        elif not path.exists():
            raise StorageError(f"{path}: {intent['records']} records were to be here, and are gone: {DAMAGED}")
        sync_folder(path.parent)
    with transaction() as connection:
        _settle(connection, intent)


def _settle(connection: sa.Connection, intent: dict[str, Any]) -> None:
    """Say in the database what a file is by now."""
    state, position = connection.execute(
        sa.select(parts.c.state, parts.c.position).where(parts.c.seq == intent["part"])
    ).one()
    values = {name: intent[name] for name in ("sha256", "records", "length")}
    connection.execute(sa.update(parts).where(parts.c.seq == intent["part"]).values(**values))
    if state != "published":
        lines.drop(connection, intent["part"], intent["removed"])
    elif position is not None:
        line = {name: value for name, value in intent.items() if name not in {"part", "length", "removed"}}
        facts.save(connection, f"{PURGED}{next_position(connection):012}", line)
    facts.forget(connection, INTENT)


def next_position(connection: sa.Connection) -> int:
    """Give the position of the next line of ``published.jsonl``: behind those of parts and of purges."""
    last = connection.scalar(sa.select(sa.func.max(parts.c.position))) or 0
    name = facts.last(connection, PURGED)
    return max(last, int(name) if name else 0) + 1


def entries(connection: sa.Connection) -> dict[int, dict[str, Any]]:
    """Give what purges did to published files, by the position of its line in ``published.jsonl``."""
    return {int(name): fact for name, fact in facts.under(connection, PURGED)}


def sweep_media(
    transaction: Callable[[], AbstractContextManager[sa.Connection]], folder: Path, files: Collection[str]
) -> list[str]:
    """Delete what of ``media/`` only lines named that are gone.

    Args:
        transaction: begins one on the store's database.
        folder: the site's.
        files: every file of lines, by its path below that folder.

    Returns:
        what was deleted, by its path below that folder.

    Raises:
        StorageError: something cannot be read or deleted.
    """
    with transaction() as connection:
        candidates = set(facts.read(connection, MEDIA).get("files", ()))
    if not candidates:
        return []
    unnamed = set(candidates)
    for name in files:
        with storage_faults(folder / name), (folder / name).open("rb") as file:
            for line in file:
                unnamed -= names_of_media(line)
        if not unnamed:
            break
    deleted = []
    for name in sorted(unnamed):
        path = folder / name
        with storage_faults(path):
            if path.exists():
                path.unlink()
                sync_folder(path.parent)
                deleted.append(name)
    return deleted
