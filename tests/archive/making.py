"""Records in few words, and files of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from crawler.archive import Exchange, record_of, warcinfo

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.store import Payload

NOW = datetime(2026, 3, 14, 15, 9, 26, 535000, tzinfo=UTC)
URL = "http://www.example.com/portal.php?mod=view&aid=5"
OK = (b"HTTP/1.1 200 OK", b"Content-Type: text/html")


def exchange(body: bytes = b"<p>page</p>", url: str = URL, after: int = 0, **values: Any) -> Exchange:
    given = {"head": OK} | values
    return Exchange(url=url, moment=NOW + timedelta(seconds=after), body=body, **given)


class Writer:
    """Makes a file of records.

    Args:
        path: of the file.
        info: what it says of all of them.
    """

    def __init__(self, path: Path, **info: str) -> None:
        self.path = path
        self.ends: list[int] = []
        self.payloads: dict[bytes, Payload] = {}
        self._put(warcinfo(path.name, NOW, info))

    def _put(self, data: bytes) -> None:
        with self.path.open("ab") as file:
            file.write(data)
            self.ends.append(file.tell())

    def add(self, one: Exchange) -> None:
        record = record_of(one, self.payloads.get)
        if record.payload is not None:
            self.payloads[record.payload.digest] = record.payload
        self._put(record.data)
