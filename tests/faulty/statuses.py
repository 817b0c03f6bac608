"""Bad answers by their status: redirects, and hosts that ask for patience."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

from tests.servers import answer, redirect, text

if TYPE_CHECKING:
    import socket

    from tests.faulty.wire import Fault
    from tests.servers import Answer, Asked


def _to(there: str, status: int = 302) -> Fault:
    return lambda page: redirect(there, status)


def raw_redirect(there: bytes) -> bytes:
    """A redirect to what no address is spelled as."""
    return b"HTTP/1.1 302 Found\r\nLocation: " + there + b"\r\nContent-Length: 0\r\n\r\n"


NOWHERE: dict[str, Fault] = {
    "redirect to a file": _to("file:///etc/passwd"),
    "redirect to a script": _to("javascript:alert(1)"),
    "redirect to data": _to("data:text/html,<h1>x</h1>"),
    "redirect to nothing": lambda page: raw_redirect(b""),
    "redirect to spaces": lambda page: raw_redirect(b"   "),
    "redirect to NUL": lambda page: raw_redirect(b"\0"),
    "redirect to a host that is none": _to("http://["),
    "redirect to a port that is none": _to("http://www.example.com:99999/"),
}

PRIVATE: dict[str, Fault] = {
    "redirect to loopback": _to("http://127.0.0.1/portal.php?mod=view&aid=1"),
    "redirect to localhost": _to("http://localhost:8080/"),
    "redirect to loopback in one number": _to("http://2130706433/"),
    "redirect to IPv6 loopback": _to("http://[::1]/"),
    "redirect to the metadata service": _to("http://169.254.169.254/latest/meta-data/", 301),
    "redirect into the site's network": _to("http://192.168.1.10/portal.php?mod=view&aid=1", 301),
}


def _to_itself(asked: Asked, connection: socket.socket) -> None:
    connection.sendall(redirect(asked.path, 302))


def _chain(page: bytes) -> Answer:
    """Redirects to the same article, each with another session id."""

    def serve(asked: Asked, connection: socket.socket) -> None:
        path, _, number = asked.path.partition("&sid=")
        connection.sendall(redirect(f"{path}&sid={int(number or 0) + 1}", 302))

    return serve


LOOPS: dict[str, Fault] = {
    "redirect to itself": lambda page: _to_itself,
    "redirects without an end": _chain,
}

NO_PAGE: dict[str, tuple[Fault, str]] = {
    "300": (lambda page: answer(300, page, "Location: /portal.php"), "http_300"),
    "302 without a place": (lambda page: answer(302, page), "http_302"),
    "304": (lambda page: answer(304, b""), "http_304"),
    "400": (lambda page: text("bad", status=400), "http_400"),
    "500": (lambda page: answer(500, b"<h1>500 Internal Server Error</h1>"), "http_500"),
    "521": (lambda page: answer(521, b"<h1>Web server is down</h1>"), "http_521"),
    "999": (lambda page: answer(999, page), "http_999"),
    "204": (lambda page: answer(204, b""), "empty"),
}
"""Whatever else they say."""

MOVED: dict[str, tuple[Fault, str]] = {
    "redirect to another site": (_to("http://www.example.com/a/b.html"), "http://www.example.com/a/b.html"),
    "redirect to the board": (_to("/forum.php?mod=viewthread&tid=7"), "{root}forum.php?mod=viewthread&tid=7"),
    "redirect to another article": (_to("/portal.php?mod=view&aid=999999"), "{root}portal.php?mod=view&aid=999999"),
    "redirect to what is spelled with controls": (
        lambda page: raw_redirect(b"/a\x1b[2J\x07b"),
        "{root}a%1B%5B2J%07b",
    ),
    "redirect to what is no UTF-8": (lambda page: raw_redirect(b"/\xd0\xc2"), "{root}%D0%C2"),
}
"""To where it leads."""


def http_date(seconds: float) -> str:
    """A date so far from now."""
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)
