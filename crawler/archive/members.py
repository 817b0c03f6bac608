"""The records of a WARC file, one after another, as far as they can be read.

A file that is written to, or whose writer was killed, ends in half a record; one that lay on a bad disk has a hole.
What is whole is given, and what is not is told: the library itself takes the end of what it can read for the end.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final

from crawler.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAGIC: Final = b"\x1f\x8b\x08"
FIRST: Final = b"WARC/"
CHUNK: Final = 256 * 1024
LARGEST: Final = 256 * 1024 * 1024
"""Bytes of a record, unpacked; pictures and files of a crawl have 20 MiB at most."""
LONGEST_HEAD: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Damage:
    """What of a file cannot be read.

    Attributes:
        offset: where it begins, in bytes.
        words: what is wrong with it.
    """

    offset: int
    words: str


@dataclass(frozen=True, slots=True)
class Member:
    """A record.

    Attributes:
        offset: where it begins in its file.
        data: the record, unpacked.
    """

    offset: int
    data: bytes


def members(path: Path, offset: int = 0) -> Iterator[Member | Damage]:
    """Give the records of a file in their order, and what lies between that is none.

    Args:
        path: of a file of records that are packed one by one, or not at all.
        offset: where to begin; that of a record.

    Raises:
        UsageError: it cannot be read, or is no WARC file.
    """
    try:
        with path.open("rb") as file:
            start = file.read(len(FIRST))
            if start and not start.startswith((MAGIC, FIRST)):
                raise UsageError(f"{path}: no WARC file: give one that begins with {FIRST.decode()}, or packed by gzip")
            file.seek(offset)
            yield from _packed(file, offset) if start.startswith(MAGIC) else _plain(file, offset)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}: give a WARC file that can be read") from error


class _Unreadable(Exception):
    pass


def _packed(file: BinaryIO, offset: int) -> Iterator[Member | Damage]:
    while True:
        file.seek(offset)
        try:
            data, length = _member(file)
        except EOFError:
            if length := file.seek(0, 2) - offset:
                yield Damage(offset, f"the record is cut off after {length:,} bytes")
            return
        except (zlib.error, _Unreadable) as error:
            following = _next_magic(file, offset + 1)
            yield Damage(offset, f"no record can be read here ({error})")
            if following is None:
                return
            offset = following
            continue
        if not data.startswith(FIRST):
            yield Damage(offset, "what is packed here is no record")
        elif _length(data) > len(data):
            yield Damage(offset, "the record lacks its end")
        elif _length(data) + len(FIRST) < len(data):
            yield Damage(offset, "more than one record is packed here: pack them one by one (warcio recompress)")
            return
        else:
            yield Member(offset, data)
        offset += length


def _member(file: BinaryIO) -> tuple[bytes, int]:
    """Unpack what begins here; give it with how many bytes of the file it takes.

    Raises:
        EOFError: the file ends before it does.
        zlib.error: it is damaged.
        _Unreadable: it is too large.
    """
    part = zlib.decompressobj(16 + zlib.MAX_WBITS)
    pieces: list[bytes] = []
    size = taken = 0
    while not part.eof:
        chunk = part.unconsumed_tail or file.read(CHUNK)
        if not chunk:
            raise EOFError
        if not part.unconsumed_tail:
            taken += len(chunk)
        piece = part.decompress(chunk, CHUNK * 16)
        size += len(piece)
        if size > LARGEST:
            raise _Unreadable(f"it has more than {LARGEST:,} bytes")
        pieces.append(piece)
    return b"".join(pieces), taken - len(part.unused_data)


def _next_magic(file: BinaryIO, offset: int) -> int | None:
    """Find the next place where a record may begin."""
    file.seek(offset)
    before = b""
    while chunk := file.read(CHUNK):
        window = before + chunk
        place = window.find(MAGIC)
        while place >= 0:
            if _begins_record(window[place:]):
                return offset - len(before) + place
            place = window.find(MAGIC, place + 1)
        before = window[-1024:]
        offset += len(chunk)
    return None


def _begins_record(data: bytes) -> bool:
    try:
        return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(data[:1024], len(FIRST)) == FIRST
    except zlib.error:
        return False


def _plain(file: BinaryIO, offset: int) -> Iterator[Member | Damage]:
    while head := file.read(LONGEST_HEAD):
        length = _length(head)
        if length < 0:
            yield Damage(offset, "no record can be read here")
            return
        if length > LARGEST:
            yield Damage(offset, f"the record has more than {LARGEST:,} bytes")
        else:
            file.seek(offset)
            data = file.read(length)
            if len(data) < length:
                yield Damage(offset, f"the record is cut off after {len(data):,} bytes")
                return
            yield Member(offset, data)
        offset += length
        file.seek(offset)


def _length(data: bytes) -> int:
    """Give the bytes that a record says it has, with the two empty lines at its end; -1 where it does not say."""
    head, sign, _ = data[:LONGEST_HEAD].partition(b"\r\n\r\n")
    if not head.startswith(FIRST) or not sign:
        return -1
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length" and value.strip().isdigit():
            return len(head) + len(sign) + int(value) + len(b"\r\n\r\n")
    return -1
