"""What of the heads of requests and responses is archived: everything but secrets.

Of a request only fields that are known to hold none are kept. Of a response all are, in their order and to the byte;
what ``Set-Cookie`` sets is left out, since it may be the session of somebody who is logged in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit, urlunsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ASKED: Final = (
    b"User-Agent",
    b"Accept",
    b"Accept-Language",
    b"Accept-Encoding",
    b"Referer",
    b"If-None-Match",
    b"If-Modified-Since",
    b"Range",
)
"""Fields of a request that are archived, if they were sent."""
SECRET: Final = frozenset({b"set-cookie", b"set-cookie2"})
WITHHELD: Final = b"withheld"
"""Stands for the value of a cookie."""
FRAMING: Final = b"transfer-encoding"
LENGTH: Final = b"content-length"
ORIGINAL: Final = b"X-Archive-Orig-"
"""What the names of fields begin with that tell how a body came over the wire, and not how it is archived."""
PORTS: Final = {"http": 80, "https": 443}


def served_head(lines: Sequence[bytes]) -> bytes:
    """Give the head of a response as it is archived.

    A body is archived without its chunks, since every reader counts its bytes: fields that speak of them get a name
    that says so.

    Args:
        lines: status line and fields as they came, without their ends.
    """
    fields = _unfolded(lines[1:])
    chunked = any(_name(field) == FRAMING for field in fields)
    renamed = {FRAMING, LENGTH} if chunked else set()
    kept = [
        _without_values(field) if (name := _name(field)) in SECRET else ORIGINAL + field if name in renamed else field
        for field in fields
    ]
    return b"\r\n".join([*lines[:1], *kept, b"", b""])


def _unfolded(lines: Iterable[bytes]) -> list[bytes]:
    """Give fields with the lines that go on with them, as some old servers fold them."""
    fields: list[bytes] = []
    for line in lines:
        if fields and line[:1] in {b" ", b"\t"}:
            fields[-1] += b"\r\n" + line
        else:
            fields.append(line)
    return fields


def _name(field: bytes) -> bytes:
    return field.partition(b":")[0].strip().lower()


def _without_values(field: bytes) -> bytes:
    """Leave the value out of a ``Set-Cookie``; its name, and how long and where it holds, tell what a site does.

    >>> _without_values(b"Set-Cookie: auth=1a2b; path=/; HttpOnly")
    b'Set-Cookie: auth=withheld; path=/; HttpOnly'
    """
    name, _, value = field.partition(b":")
    pair, sign, attributes = value.strip().partition(b";")
    cookie, equals, _ = pair.partition(b"=")
    kept = cookie.strip() + b"=" + WITHHELD if equals else WITHHELD  # what has no name is all value
    return name + b": " + kept + sign + b" ".join(attributes.splitlines())


def asked_head(method: str, url: str, fields: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Give the head of a request as it is archived.

    Args:
        method: as in ``GET``.
        url: what was asked for.
        fields: that were sent, by name.
    """
    parts = urlsplit(url)
    path = urlunsplit(("", "", parts.path or "/", parts.query, "")).encode("ascii", "backslashreplace")
    sent: dict[bytes, bytes] = {name.lower(): value for name, value in fields}
    lines = [method.encode() + b" " + path + b" HTTP/1.1", b"Host: " + _host(url).encode("ascii", "backslashreplace")]
    lines += [name + b": " + sent[name.lower()] for name in ASKED if name.lower() in sent]
    return b"\r\n".join([*lines, b"", b""])


def _host(url: str) -> str:
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    return host if parts.port in {None, PORTS.get(parts.scheme)} else f"{host}:{parts.port}"


def address(url: str) -> str:
    """Give an address as it is archived: without name, password and fragment, which no server is sent in it.

    >>> address("http://me:secret@[::1]:8080/a?b=1#c")
    'http://[::1]:8080/a?b=1'
    """
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, parts.query, ""))
