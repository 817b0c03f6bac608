"""What a WARC file says was served."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.exceptions import ArchiveLoadFailed

from crawler.archive.fields import ORIGINAL
from crawler.archive.members import Damage, Member, members
from crawler.archive.writing import VIA

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

PAYLOAD: Final = "WARC-Payload-Digest"
DIGESTS: Final = {"sha256": 32, "sha1": 20, "md5": 16, "sha512": 64}
"""Of which payloads can be checked, and how many bytes they have."""


@dataclass(frozen=True, slots=True)
class Served:
    """A response as it was served.

    Attributes:
        path: of its file.
        offset: where its record begins there.
        url: what was asked for.
        moment: when (aware).
        status: of HTTP.
        fields: of its head, in order.
        body: in its content encoding; empty in one that refers to an earlier record.
        digest: of the payload as the record tells it; empty if it does not.
        refers_to: address and date of the record that has the payload, None where this one has it.
        via: by what it came, if not by a plain request.
        info: what its file says of all its records.
    """

    path: Path
    offset: int
    url: str
    moment: datetime
    status: int
    fields: tuple[tuple[bytes, bytes], ...]
    body: bytes
    digest: str = ""
    refers_to: tuple[str, str] | None = None
    via: str | None = None
    info: Mapping[str, str] = field(default_factory=dict)

    @property
    def date(self) -> str:
        """When, as ``WARC-Date`` to the second."""
        return f"{self.moment:%Y-%m-%dT%H:%M:%SZ}"


def read_warc(path: Path, offset: int = 0) -> Iterator[Served | Damage]:
    """Give the responses of a file in their order, and what of it cannot be read.

    Args:
        path: of the file; one that is being written will do.
        offset: of the record to begin with.

    Raises:
        UsageError: it cannot be read at all.
    """
    info: Mapping[str, str] = {}
    for one in members(path, offset):
        if isinstance(one, Damage):
            yield one
            continue
        try:
            record, body = _parsed(one)
        except (ArchiveLoadFailed, ValueError, EOFError) as error:
            yield Damage(one.offset, f"no record can be read here ({error})")
            continue
        if record.rec_type == "warcinfo":
            info = _info(body)
        elif record.rec_type in {"response", "revisit"} and record.http_headers is not None:
            yield _served(path, one.offset, record, body, info)


def _parsed(member: Member) -> tuple[Any, bytes]:
    """Parse a record, and give it with its body."""
    record = next(ArchiveIterator(BytesIO(member.data)))
    return record, record.raw_stream.read()


def _info(body: bytes) -> dict[str, str]:
    lines = body.decode("utf-8", "replace").splitlines()
    pairs = (line.partition(":") for line in lines if ":" in line)
    return {name.strip(): value.strip() for name, _, value in pairs}


def _served(path: Path, offset: int, record: Any, body: bytes, info: Mapping[str, str]) -> Served | Damage:
    about = record.rec_headers
    url, date, digest = (about.get_header(name) or "" for name in ("WARC-Target-URI", "WARC-Date", PAYLOAD))
    try:
        moment = moment_of(date)
        status = int(record.http_headers.get_statuscode())
    except ValueError:
        return Damage(offset, f"the record of {url or 'nothing'} lacks its date or its status")
    refers_to = None
    if record.rec_type == "revisit":
        refers_to = (about.get_header("WARC-Refers-To-Target-URI") or "", about.get_header("WARC-Refers-To-Date") or "")
    else:
        chunked, body = body, _without_chunks(record, body)
        if not is_payload(body, digest) and not is_payload(chunked, digest):
            return Damage(offset, f"the payload of {url} is not the one that was archived (its digest is another)")
    return Served(
        path=path,
        offset=offset,
        url=url.strip("<>"),
        moment=moment,
        status=status,
        fields=tuple((_bytes(name), _bytes(value)) for name, value in record.http_headers.headers),
        body=body,
        digest=digest,
        refers_to=refers_to,
        via=about.get_header(VIA),
        info=info,
    )


def _without_chunks(record: Any, body: bytes) -> bytes:
    """Give a body without its chunks, which some programs archive; it may come without them all the same."""
    if (record.http_headers.get_header("Transfer-Encoding") or "").lower() != "chunked":
        return body
    reader, pieces = ChunkedDataReader(BytesIO(body)), []
    while piece := reader.read():
        pieces.append(piece)
    return b"".join(pieces)


def moment_of(date: str) -> datetime:
    """Read a ``WARC-Date``.

    Raises:
        ValueError: it is none.
    """
    moment = datetime.fromisoformat(date)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def is_payload(body: bytes, told: str) -> bool:
    """Tell whether a payload has the digest that is told of it; one that cannot be checked is taken for it."""
    name, _, value = told.partition(":")
    size = DIGESTS.get(name.lower())
    if size is None:
        return True
    digest = hashlib.new(name.lower(), body, usedforsecurity=False).digest()
    return value.lower() == digest.hex() or value.upper().rstrip("=") == base64.b32encode(digest).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return text.encode("latin-1", "replace")


def original(served: Served) -> tuple[tuple[bytes, bytes], ...]:
    """Give the fields of a response without those that tell how it came over the wire."""
    return tuple(pair for pair in served.fields if not pair[0].lower().startswith(ORIGINAL.lower()))
