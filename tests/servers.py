"""A server on loopback that answers as a table says, byte by byte, and may stand before a whole portal.

What the table does not name is asked of the portal behind it, with every address of the portal replaced by the server's
own: a whole crawl then meets a fault exactly where a test wants it.
"""

from __future__ import annotations

import socket
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection, HTTPException
from select import select
from threading import Lock, Thread
from time import monotonic, time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from http.client import HTTPResponse
    from typing import Self

LONGEST_HEAD = 65_536
PASSED_ON = {"cookie", "if-modified-since", "if-none-match"}
"""What the portal behind is told of a request, beside its method and path."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came in.

    Attributes:
        time: by the monotonic clock, when its head was complete.
        wall: the same in seconds of the epoch.
        path: with its query.
        head: all of it, as it came.
        connection: on which connection, counted from 1.
        open: how many connections were open then.
        number: how many requests for this path came before it.
    """

    time: float
    wall: float
    path: str
    head: str
    connection: int
    open: int
    number: int

    def header(self, name: str) -> str | None:
        """A header's value, None where it was not sent."""
        return next((value for key, value in _fields(self.head) if key.lower() == name.lower()), None)


if TYPE_CHECKING:
    Serve = Callable[[Asked, socket.socket], None]
    """Does to a connection what it likes; the connection is closed afterwards."""
    Answer = bytes | Serve | None
    """Bytes of a whole answer; None for what the portal behind the server answers."""
    Table = Callable[[Asked], Answer] | Mapping[str, Answer | Sequence[Answer]]
    """By path, an answer, or answers for one request after the other, of which the last stays."""


def answer(status: int = 200, body: bytes = b"", *headers: str, kind: str = "text/html") -> bytes:
    """The bytes of an answer that keeps the connection open."""
    lines = [f"HTTP/1.1 {status} Said So", f"Content-Type: {kind}", *headers, f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def text(body: str | bytes, *headers: str, status: int = 200) -> bytes:
    """The bytes of an answer in plain text, as a robots.txt comes."""
    return answer(status, body if isinstance(body, bytes) else body.encode(), *headers, kind="text/plain")


def redirect(there: str, status: int = 301) -> bytes:
    """The bytes of a redirect."""
    return answer(status, b"", f"Location: {there}")


@dataclass
class Server:
    """Serves until it is closed; a context manager.

    Args:
        table: what it answers.
        behind: address of the portal that answers everything else, with a slash at its end; empty for 404.
        host: a loopback address.
        change: what becomes of the body of each page that the portal behind answers.

    Attributes:
        log: what was asked, in order.
        port: where it listens.
        connections: how many there were.
    """

    table: Table = field(default_factory=dict)
    behind: str = ""
    host: str = "127.0.0.1"
    change: Callable[[bytes], bytes] = bytes
    log: list[Asked] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        self._lock = Lock()
        self.connections = 0
        self._open: set[socket.socket] = set()
        self._listening = socket.create_server((self.host, 0))
        self.port: int = self._listening.getsockname()[1]
        Thread(target=self._listen, daemon=True).start()

    @property
    def url(self) -> str:
        """Its root, with a slash at its end."""
        return f"http://{self.host}:{self.port}/"

    @property
    def name(self) -> str:
        """The name of the site that is given by this address."""
        return f"{self.host}_{self.port}"

    @property
    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [asked.path for asked in self.log]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Serve no more, and end every connection."""
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        with self._lock:
            for connection in tuple(self._open):
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self.connections += 1
                self._open.add(connection)
                number = self.connections
            Thread(target=self._serve, args=(connection, number), daemon=True).start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        with ExitStack() as stack:
            stack.enter_context(connection)
            stack.callback(self._open.discard, connection)
            stack.enter_context(suppress(OSError, HTTPException))
            behind = HTTPConnection(urlsplit(self.behind).netloc) if self.behind else None
            if behind is not None:
                stack.callback(behind.close)
            for head in _heads(connection):
                said = self._answer(self._note(head, number))
                if said is None:
                    said = self._pass_on(head, behind) if behind is not None else answer(404, b"nothing here")
                if not isinstance(said, bytes):
                    said(self.log[-1], connection)
                    return
                connection.sendall(said)
                if b"content-length" not in said.partition(b"\r\n\r\n")[0].lower():
                    return

    def _note(self, head: str, connection: int) -> Asked:
        path = head.split(" ", 2)[1]
        with self._lock:
            number = sum(asked.path == path for asked in self.log) if not callable(self.table) else 0
            asked = Asked(monotonic(), time(), path, head, connection, len(self._open), number)
            self.log.append(asked)
        return asked

    def _answer(self, asked: Asked) -> Answer:
        if callable(self.table):
            return self.table(asked)
        said = self.table.get(asked.path)
        if said is None or isinstance(said, bytes) or callable(said):
            return said
        return said[min(asked.number, len(said) - 1)]

    def _pass_on(self, head: str, behind: HTTPConnection) -> bytes:
        """What the portal behind answers, as if it stood here."""
        method, path, _ = head.split(" ", 2)
        ours, theirs = urlsplit(self.url).netloc, urlsplit(self.behind).netloc
        kept = {name: value for name, value in _fields(head) if name.lower() in PASSED_ON}
        behind.request(method, path, headers={"Host": theirs, "Connection": "keep-alive", **kept})
        return _again(behind.getresponse(), ours, theirs, self.change)


@dataclass
class Proxy(Server):
    """An HTTP proxy: passes on what is asked for by a whole address, and opens tunnels.

    Args:
        credentials: the value of ``Proxy-Authorization`` that it wants; empty for none.
    """

    credentials: str = ""

    def _answer(self, asked: Asked) -> Answer:
        if self.credentials and asked.header("Proxy-Authorization") != self.credentials:
            return answer(407, b"", "Proxy-Authenticate: Basic")
        method, there, _ = asked.head.split(" ", 2)
        if method == "CONNECT":
            return partial(_tunnel, there)
        parts = urlsplit(there)
        with closing(HTTPConnection(parts.netloc)) as onward:
            kept = {name: value for name, value in _fields(asked.head) if not name.lower().startswith("proxy-")}
            onward.request(method, urlunsplit(("", "", *parts[2:])), headers=kept)
            return _again(onward.getresponse())


def _tunnel(there: str, _asked: Asked, client: socket.socket) -> None:
    """Pass bytes to and fro until one side has no more."""
    host, _, port = there.rpartition(":")
    with socket.create_connection((host, int(port))) as onward:
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        ends = {client: onward, onward: client}
        while True:
            for end in select(list(ends), [], [])[0]:
                data = end.recv(LONGEST_HEAD)
                if not data:
                    return
                ends[end].sendall(data)


def _fields(head: str) -> Iterator[tuple[str, str]]:
    """The header fields of a request."""
    for line in head.split("\r\n")[1:]:
        name, _, value = line.partition(":")
        yield name, value.strip()


def _again(response: HTTPResponse, ours: str = "", theirs: str = "", change: Callable[[bytes], bytes] = bytes) -> bytes:
    """An answer as it came, but for one host's name in place of the other's, and for a change of its body."""
    body = change(response.read().replace(theirs.encode(), ours.encode()))
    kept = [(name, value) for name, value in response.getheaders() if name.lower() != "content-length"]
    headers = [f"{name}: {value.replace(theirs, ours)}" for name, value in kept]
    lines = [f"HTTP/1.1 {response.status} {response.reason}", *headers, f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def _heads(connection: socket.socket) -> Iterator[str]:
    """The heads of requests without a body, one after another, until the other side has no more."""
    buffer = b""
    while True:
        while b"\r\n\r\n" not in buffer:
            more = connection.recv(LONGEST_HEAD)
            if not more or len(buffer) > LONGEST_HEAD:
                return
            buffer += more
        head, _, buffer = buffer.partition(b"\r\n\r\n")
        yield head.decode("latin-1")
