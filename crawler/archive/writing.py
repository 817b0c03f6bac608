"""Records of the archive, each in a gzip member of its own: what was served, what was asked for, and by whom."""

from __future__ import annotations

import base64
import hashlib
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.archive.fields import address, asked_head, served_head
from crawler.store import Payload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

VERSION: Final = "1.1"
REVISIT: Final = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
VIA: Final = "X-Crawler-Via"
"""A field of our own: by what a response came, if not by a plain request of the crawl."""
ASKED: Final = "application/http; msgtype=request"
SERVED: Final = "application/http; msgtype=response"
FIELDS: Final = "application/warc-fields"
USUAL: Final = 6
PACKED: Final = 1
"""How hard gzip tries: what is packed already does not get any smaller."""
PACKED_KINDS: Final = (b"image/", b"video/", b"audio/", b"application/zip", b"application/x-rar", b"application/pdf")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A response and what it answers.

    Attributes:
        url: what was asked for.
        moment: when the response was there (aware).
        head: of the response, its lines as they came, without their ends.
        body: of the response, without chunks, in its content encoding.
        method: of the request.
        asked: fields of the request; those that hold secrets are not archived.
        ip: address of the server, None if that is not known.
        via: by what it came, if not by a plain request.
    """

    url: str
    moment: datetime
    head: Sequence[bytes]
    body: bytes
    method: str = "GET"
    asked: Iterable[tuple[bytes, bytes]] = ()
    ip: str | None = None
    via: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """An exchange as it is archived.

    Attributes:
        data: the record of the response and that of the request, each a gzip member.
        payload: what a later response of the same content refers to, None where nothing does.
        revisit: whether it refers to an earlier one itself.
    """

    data: bytes
    payload: Payload | None
    revisit: bool


class _Head(StatusAndHeaders):  # type: ignore[misc]  # warcio has no types
    """A head that is written to the byte: the library's own would write what is no ASCII as %XX."""

    def __init__(self, head: bytes) -> None:
        super().__init__("-", [])  # an empty one would be looked for in the payload
        self._head = head

    def compute_headers_buffer(self, header_filter: object = None) -> None:  # noqa: ARG002  (warcio's signature)
        self.headers_buff = self._head


class _Writer(WARCWriter):  # type: ignore[misc]  # as above
    """Adds no digests: they are in the fields."""

    def ensure_digest(self, record: object, block: bool = True, payload: bool = True) -> None:
        pass


def date_of(moment: datetime) -> str:
    """Give a moment as ``WARC-Date``, to the millisecond."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"


def record_of(exchange: Exchange, earlier: Callable[[bytes], Payload | None]) -> Record:
    """Make the records of an exchange.

    Args:
        exchange: what is archived.
        earlier: gives what names the record that has a payload already, by SHA-256.
    """
    url, date, body = address(exchange.url), date_of(exchange.moment), exchange.body
    digest = hashlib.sha256(body).digest()
    known = earlier(digest) if body else None
    head = served_head(exchange.head)
    block = hashlib.sha256(head)
    fields = {"WARC-Date": date, "WARC-Record-ID": _name(), "WARC-Payload-Digest": _told(digest)}
    if exchange.ip is not None:
        fields["WARC-IP-Address"] = exchange.ip
    if exchange.via is not None:
        fields[VIA] = exchange.via
    if known is not None:
        fields |= {
            "WARC-Profile": REVISIT,
            "WARC-Refers-To-Target-URI": known.url,
            "WARC-Refers-To-Date": known.date,
        }
    else:
        block.update(body)
    fields["WARC-Block-Digest"] = _told(block.digest())
    served = _member(
        "response" if known is None else "revisit",
        url,
        fields,
        body=body if known is None else b"",
        head=head,
        level=PACKED if _is_packed(exchange.head) else USUAL,
    )
    asking = asked_head(exchange.method, exchange.url, exchange.asked)
    more = {"WARC-Date": date, "WARC-Record-ID": _name(), "WARC-Concurrent-To": fields["WARC-Record-ID"]}
    more["WARC-Block-Digest"] = _told(hashlib.sha256(asking).digest())
    asked = _member("request", url, more, head=asking)
    payload = Payload(digest, url, date) if body and known is None else None
    return Record(served + asked, payload, known is not None)


def warcinfo(name: str, moment: datetime, fields: Mapping[str, str]) -> bytes:
    """Make the record that a file begins with.

    Args:
        name: of the file.
        moment: when it was begun (aware).
        fields: what is said of all its records; those without a value are left out.
    """
    lines = "".join(f"{key}: {' '.join(value.split())}\r\n" for key, value in fields.items() if value)
    body = lines.encode()
    about = {"WARC-Date": date_of(moment), "WARC-Filename": name, "WARC-Record-ID": _name()}
    about["WARC-Block-Digest"] = _told(hashlib.sha256(body).digest())
    return _member("warcinfo", "", about, body=body)


def _member(
    kind: str, url: str, fields: dict[str, str], *, body: bytes = b"", head: bytes = b"", level: int = USUAL
) -> bytes:
    plain = BytesIO()
    writer = _Writer(plain, gzip=False, warc_version=VERSION)
    about: dict[str, Any] = {"payload": BytesIO(body), "length": len(body), "warc_headers_dict": fields}
    if head:
        about["http_headers"] = _Head(head)
    kinds = {"request": ASKED, "warcinfo": FIELDS}
    writer.write_record(writer.create_warc_record(url, kind, warc_content_type=kinds.get(kind, SERVED), **about))
    packer = zlib.compressobj(level, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    return packer.compress(plain.getbuffer()) + packer.flush()


def _is_packed(head: Sequence[bytes]) -> bool:
    for field in head[1:]:
        name, _, value = field.partition(b":")
        name, value = name.strip().lower(), value.strip().lower()
        if (name == b"content-encoding" and value != b"identity") or (
            name == b"content-type" and value.startswith(PACKED_KINDS)
        ):
            return True
    return False


def _told(digest: bytes) -> str:
    return f"sha256:{base64.b32encode(digest).decode()}"


def _name() -> str:
    return f"<urn:uuid:{uuid4()}>"
