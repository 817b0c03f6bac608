"""What a second reader says of an archive: FastWARC, which shares no code with what writes it, and ``gzip -t``."""

from __future__ import annotations

import subprocess
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastwarc.warc import ArchiveIterator, WarcRecordType

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Entry:
    """A record.

    Attributes:
        kind: ``response``, ``revisit``, ``request`` or ``warcinfo``.
        headers: of the record.
        head: of the HTTP message, as it is written.
        body: behind it.
    """

    kind: str
    headers: dict[str, str]
    head: bytes
    body: bytes

    @property
    def url(self) -> str:
        """What was asked for."""
        return self.headers.get("WARC-Target-URI", "")

    @property
    def status(self) -> int:
        """Of HTTP."""
        return int(self.head.split(b" ", 2)[1])


def files_of(folder: Path) -> list[Path]:
    """Give the files of a site's archive that are closed."""
    return sorted(folder.glob("warc/*.warc.gz"))


def entries(path: Path) -> list[Entry]:
    """Give every record of a file; each can be read, and its digests are right."""
    subprocess.run(["gzip", "-t", str(path)], check=True, capture_output=True)
    found = []
    with path.open("rb") as file:
        for record in ArchiveIterator(file, parse_http=False):
            headers = dict(record.headers)
            assert record.verify_block_digest(), headers
            content = record.reader.read()
            assert len(content) == int(headers["Content-Length"])
            kind = headers["WARC-Type"]
            head, sign, body = content.partition(b"\r\n\r\n") if kind != "warcinfo" else (b"", b"", content)
            found.append(Entry(kind, headers, head + sign, body))
    with path.open("rb") as file:
        for record in ArchiveIterator(file, parse_http=True, record_types=WarcRecordType.response):
            assert record.verify_payload_digest(), record.headers
    assert found[0].kind == "warcinfo"
    assert found[0].headers["WARC-Filename"] == path.name
    return found


def archived(folder: Path) -> list[Entry]:
    """Give every response of a site's archive; what refers to an earlier one finds it, and no record comes twice."""
    found = [entry for path in files_of(folder) for entry in entries(path)]
    names = Counter(entry.headers["WARC-Record-ID"] for entry in found)
    assert max(names.values(), default=1) == 1
    served = [entry for entry in found if entry.kind in {"response", "revisit"}]
    there: set[tuple[str, str, str]] = set()
    for entry in served:
        headers = entry.headers
        if entry.kind == "response":
            there.add((headers["WARC-Target-URI"], headers["WARC-Date"], headers["WARC-Payload-Digest"]))
        else:
            first = headers["WARC-Refers-To-Target-URI"], headers["WARC-Refers-To-Date"]
            assert (*first, headers["WARC-Payload-Digest"]) in there, headers
            assert not entry.body
    answered = Counter(entry.headers["WARC-Concurrent-To"] for entry in found if entry.kind == "request")
    assert answered == Counter(entry.headers["WARC-Record-ID"] for entry in served)
    return served


def paths_of(found: Iterable[Entry], root: str) -> Counter[str]:
    """Count responses by path."""
    return Counter("/" + entry.url.removeprefix(root) for entry in found)
