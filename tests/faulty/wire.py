"""Bad answers on the wire: connections that end or wait, and what is no HTTP.

Each is made of the page that should have come, as bytes or as what is done to the connection.
"""

from __future__ import annotations

import socket
import struct
from contextlib import suppress
from time import monotonic, sleep
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.servers import Answer, Asked

    Fault = Callable[[bytes], Answer]

LONGEST = 20.0
"""Seconds after which a connection that is kept waiting is let go, whatever the other side does."""
HTML = b"Content-Type: text/html; charset=utf-8\r\n"
OK = b"HTTP/1.1 200 OK\r\n"


def head(length: int, *lines: bytes, first: bytes = OK) -> bytes:
    """The head of a page of so many bytes, with lines of its own; -1 for one that tells no length."""
    told = [b"Content-Length: %d" % length] if length >= 0 else []
    return first + HTML + b"".join(line + b"\r\n" for line in [*lines, *told]) + b"\r\n"


def whole(page: bytes, *lines: bytes, first: bytes = OK) -> bytes:
    """A page with lines of its own in its head."""
    return head(len(page), *lines, first=first) + page


def reset(connection: socket.socket) -> None:
    """End a connection as a crash does: lingering zero seconds makes the kernel send RST."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def gone(connection: socket.socket) -> bool:
    """Wait a moment; tell whether the other side has hung up."""
    connection.settimeout(0.2)
    try:
        return not connection.recv(1, socket.MSG_PEEK)
    except TimeoutError:
        return False
    except OSError:
        return True


def sending(before: bytes, then: Callable[[socket.socket], None] | None = None) -> Answer:
    """Send something, do something, and close the connection."""

    def serve(_: Asked, connection: socket.socket) -> None:
        connection.sendall(before)
        if then is not None:
            then(connection)

    return serve


def wait(connection: socket.socket) -> None:
    """Say nothing more until the other side hangs up."""
    begun = monotonic()
    while not gone(connection) and monotonic() - begun < LONGEST:
        pass


def forever(part: bytes, pause: float = 0.0) -> Callable[[socket.socket], None]:
    """Send the same again and again until the other side hangs up."""

    def send(connection: socket.socket) -> None:
        begun = monotonic()
        connection.settimeout(LONGEST)
        with suppress(OSError):
            while monotonic() - begun < LONGEST:
                connection.sendall(part)
                sleep(pause)

    return send


def chunk(part: bytes, size: bytes | None = None) -> bytes:
    """A chunk, with a size that is true or not."""
    return (b"%x" % len(part) if size is None else size) + b"\r\n" + part + b"\r\n"


def chunked(*parts: bytes) -> bytes:
    """The beginning of an answer in chunks."""
    return head(-1, b"Transfer-Encoding: chunked") + b"".join(parts)


def dripping(page: bytes) -> Answer:
    """A byte a second."""
    return sending(head(len(page)) + page[:1], forever(page[1:2], 1.0))


HALF = b"<html><head><title>"
END = chunk(b"")

LOST: dict[str, Fault] = {
    "closed without a word": lambda page: sending(b""),
    "reset without a word": lambda page: sending(b"", reset),
    "reset in the status line": lambda page: sending(b"HTTP/1.1 2", reset),
    "reset amid the head": lambda page: sending(OK + HTML[:20], reset),
    "closed amid the head": lambda page: sending(OK + HTML),
    "TLS in place of HTTP": lambda page: sending(b"\x15\x03\x03\x00\x02\x02\x28"),
}
"""Before there is an answer."""

CUT: dict[str, Fault] = {
    "reset amid the body": lambda page: sending(head(len(page)) + page[: len(page) // 2], reset),
    "short body": lambda page: sending(head(len(page)) + page[:-500]),
    "a byte short": lambda page: sending(head(len(page)) + page[:-1]),
    "no body at all": lambda page: sending(head(len(page))),
    "chunks without an end": lambda page: sending(chunked(chunk(page))),
    "cut within a chunk": lambda page: sending(chunked(chunk(page)[:-700])),
    "chunk shorter than its size": lambda page: sending(chunked(chunk(page, b"ffff"), END)),
    "size that is no number": lambda page: sending(chunked(chunk(page, b"zz"), END)),
    "negative size": lambda page: sending(chunked(chunk(page, b"-5"), END)),
    "endless size": lambda page: sending(chunked(b"0" * 100_000)),
    "endless trailers": lambda page: sending(chunked(chunk(page), b"0\r\n"), forever(b"X-More: 1\r\n" * 1000)),
}
"""Amid the page."""

SLOW: dict[str, Fault] = {
    "silence": lambda page: sending(b"", wait),
    "silence after the status line": lambda page: sending(OK, wait),
    "silence after the head": lambda page: sending(head(len(page)), wait),
    "silence before the last byte": lambda page: sending(whole(page)[:-1], wait),
    "length without a body": lambda page: sending(head(len(page)), wait),
    "one byte a second": dripping,
    "head of one byte a second": lambda page: sending(OK, forever(b"X", 1.0)),
    "chunks of one byte a second": lambda page: sending(chunked(), forever(chunk(b"x"), 1.0)),
    "no end of chunks of nothing": lambda page: sending(chunked(chunk(page)), forever(b"", 0.2)),
}

ENDLESS: dict[str, Fault] = {
    "endless body": lambda page: sending(head(-1) + page, forever(page)),
    "endless chunks": lambda page: sending(chunked(), forever(chunk(page))),
    "length of a terabyte": lambda page: sending(head(10**12) + page, wait),
}

LONG_HEADS: dict[str, Fault] = {
    "endless head": lambda page: sending(OK, forever(b"X-More: and more\r\n" * 1000)),
    "endless line of a head": lambda page: sending(OK, forever(b"X" * 10_000)),
    "endless folded line": lambda page: sending(OK + b"X-More: 1\r\n", forever(b" and more\r\n" * 1000)),
    "100 without an end": lambda page: sending(b"", forever(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000)),
    "103 without an end": lambda page: sending(b"", forever(b"HTTP/1.1 103 Early\r\nLink: <a>\r\n\r\n" * 1000)),
    "line of 1 MiB in a head": lambda page: whole(page, b"X-Long: " + b"x" * 2**20),
    "head of 10,000 lines": lambda page: whole(page, *(b"X-%d: more and more and more" % n for n in range(10_000))),
    "NUL bytes": lambda page: sending(b"\0" * 100_000),
}

NO_HTTP: dict[str, Fault] = {
    "lengths that differ": lambda page: whole(page, b"Content-Length: 5"),
    "negative length": lambda page: OK + HTML + b"Content-Length: -5\r\n\r\n" + page,
    "length that is no number": lambda page: OK + HTML + b"Content-Length: many\r\n\r\n" + page,
    "transfer coding that nobody knows": lambda page: whole(page, b"Transfer-Encoding: gzip"),
    "status that is no number": lambda page: whole(page, first=b"HTTP/1.1 OK OK\r\n"),
    "status line without a status": lambda page: whole(page, first=b"HTTP/1.1\r\n"),
    "version that is none": lambda page: whole(page, first=b"HTTP/x 200 OK\r\n"),
    "HTTP/0.9": sending,
    "preface of HTTP/2": lambda page: sending(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\x12\4\0\0\0\0\0"),
    "header whose name is none": lambda page: whole(page, b"\xff: 1"),
    "SSH": lambda page: sending(b"SSH-2.0-OpenSSH_9.2\r\n"),
}

READ: dict[str, Fault] = {
    "line without a colon in a head": lambda page: whole(page, b"no colon here"),
    "NUL in a head": lambda page: whole(page, b"X-Nul: a\0b"),
    "bytes of no charset in a head": lambda page: whole(page, b"X-Bytes: \xff\xfe\x80"),
    "folded line in a head": lambda page: whole(page, b"X-Folded: a", b" b", b"\tc"),
    "the same length twice": lambda page: whole(page, b"Content-Length: %d" % len(page)),
    "head that ends its lines with LF": lambda page: whole(page).replace(b"\r\n", b"\n", 4),
    "status line without words": lambda page: whole(page, first=b"HTTP/1.1 200\r\n"),
    "HTTP/1.0": lambda page: sending(whole(page, first=b"HTTP/1.0 200 OK\r\n")),
    "a 100 and a 103 before it": lambda page: b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\n\r\n" + whole(page),
    "chunks with extensions and trailers": lambda page: sending(
        chunked(chunk(page, b"%x;a=b" % len(page)), b"0\r\nX-Trailer: 1\r\n\r\n")
    ),
    "more than its length": lambda page: sending(whole(page) + b"and more"),
    "no length": lambda page: sending(head(-1) + page),
}
"""Odd, and the page all the same."""
