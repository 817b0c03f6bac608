"""robots.txt in every form in which servers answer it: what may be read then, as RFC 9309 has it."""

from __future__ import annotations

import gzip
import socket
from contextlib import ExitStack
from dataclasses import dataclass, field
from time import sleep
from typing import TYPE_CHECKING, Any

import pytest

from tests.guarding import ask
from tests.servers import Asked, Server, answer, redirect, text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.servers import Answer

RULES = "User-agent: *\nDisallow: /secret/\nDisallow: /*mod=attachment\nAllow: /secret/open\nDisallow: /*.pdf$\n"
NOTHING = "User-agent: *\nDisallow: /\n"
EVERYTHING = "User-agent: *\nDisallow:\n"
LINE = b"Disallow: /x\n"
READ, FORBIDDEN, WITHHELD = "read", "forbidden", "withheld"


def long(size: int, last: bytes) -> bytes:
    """A robots.txt that is so many bytes long before its last line."""
    head = b"User-agent: *\n"
    filler = b"#" * ((size - len(head)) % len(LINE) - 1) + b"\n" if (size - len(head)) % len(LINE) else b""
    body = head + filler + LINE * ((size - len(head) - len(filler)) // len(LINE))
    assert len(body) == size
    return body + last


def silence(asked: Asked, connection: socket.socket) -> None:
    sleep(2)


def reset(asked: Asked, connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def endless(asked: Asked, connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nUser-agent: *\n")
    while True:
        connection.sendall(LINE * 1000)


@dataclass
class Case:
    """One robots.txt.

    Attributes:
        robots: what is answered, to one request after the other.
        wanted: what comes of each path.
        more: what other paths answer.
    """

    robots: Sequence[Answer]
    wanted: dict[str, str]
    more: Mapping[str, Answer] = field(default_factory=dict)


def all_of(wanted: str) -> dict[str, str]:
    return dict.fromkeys(["/", "/secret/1"], wanted)


OBEYED = {"/": READ, "/secret/1": FORBIDDEN}
HOPS = {f"/{n}": redirect(f"/{n + 1}") for n in range(1, 9)}

CASES: dict[str, Case] = {
    "200": Case(
        [text(RULES)],
        {
            "/": READ,
            "/secret/1": FORBIDDEN,
            "/secret/open": READ,
            "/forum.php?mod=attachment&aid=1": FORBIDDEN,
            "/forum.php?mod=view": READ,
            "/a.pdf": FORBIDDEN,
            "/a.pdf?x": READ,
            "/%73ecret/1": FORBIDDEN,
        },
    ),
    "everything": Case([text(EVERYTHING)], all_of(READ)),
    "nothing": Case([text(NOTHING)], all_of(FORBIDDEN)),
    "empty": Case([text("")], all_of(READ)),
    "204": Case([answer(204)], all_of(READ)),
    "206": Case([text(RULES, status=206)], OBEYED),
    "304": Case([answer(304)], all_of(READ)),
    "300 without a place": Case([answer(300, NOTHING.encode())], all_of(READ)),
    **{f"{n} redirects": Case([redirect("/1")], OBEYED, HOPS | {f"/{n}": text(RULES)}) for n in (1, 4, 5)},
    "6 redirects": Case([redirect("/1")], all_of(READ), HOPS | {"/6": text(RULES)}),
    "redirects in a circle": Case([redirect("/robots.txt")], all_of(READ)),
    "308": Case([redirect("/1", 308)], OBEYED, {"/1": text(RULES)}),
    "redirect to another host": Case([redirect("http://127.0.0.1:{other}/robots.txt")], OBEYED),
    "redirect to a page": Case([redirect("/login")], all_of(READ), {"/login": answer(200, b"<html>log in</html>")}),
    "redirect to a file": Case([redirect("file:///etc/passwd")], all_of(READ)),
    "redirect to a metadata service": Case([redirect("http://169.254.169.254/robots.txt")], all_of(WITHHELD)),
    **{
        str(status): Case([answer(status, NOTHING.encode())], all_of(READ))
        for status in (400, 401, 403, 404, 405, 410, 418, 451, 499)
    },
    **{str(status): Case([text(EVERYTHING, status=status)], all_of(WITHHELD)) for status in (500, 501, 502, 504, 521)},
    "503": Case([text(EVERYTHING, status=503)], all_of(WITHHELD)),
    "503 for hours": Case([text(EVERYTHING, "Retry-After: 7200", status=503)], all_of(WITHHELD)),
    "503 for a second": Case([text("", "Retry-After: 1", status=503), text(RULES)], OBEYED),
    "429": Case([text(EVERYTHING, "Retry-After: 7200", status=429)], all_of(WITHHELD)),
    "429 for a second": Case([text("", "Retry-After: 1", status=429), text(RULES)], OBEYED),
    "silence": Case([silence], all_of(WITHHELD)),
    "reset": Case([reset], all_of(WITHHELD)),
    "closed at once": Case([lambda asked, connection: None], all_of(WITHHELD)),
    "half of it": Case([text(RULES)[:-20]], all_of(WITHHELD)),
    "endless": Case([endless], all_of(WITHHELD)),
    "html": Case([answer(200, b"<!DOCTYPE html>\n<pre>\nUser-agent: *\nDisallow: /\n</pre>")], all_of(READ)),
    "html after blank lines": Case([answer(200, b"\r\n\r\n <html>\nUser-agent: *\nDisallow: /\n")], all_of(READ)),
    "html by its header only": Case([answer(200, RULES.encode())], OBEYED),
    "a picture": Case([answer(200, b"\x89PNG\r\n\x1a\n" + bytes(range(256)), kind="image/png")], all_of(READ)),
    "bom": Case([text(b"\xef\xbb\xbf" + RULES.encode())], OBEYED),
    "cr": Case([text(RULES.replace("\n", "\r"))], OBEYED),
    "crlf": Case([text(RULES.replace("\n", "\r\n"))], OBEYED),
    "no line end": Case([text("User-agent: *\nDisallow: /secret/")], OBEYED),
    "gzip": Case([text(gzip.compress(RULES.encode()), "Content-Encoding: gzip")], OBEYED),
    "gbk": Case([text("# 说明\nUser-agent: *\nDisallow: /secret/\n".encode("gbk"))], OBEYED),
    "control characters": Case([text("\0\x1b[2J\nUser-agent: *\nDisallow: /secret/\n")], OBEYED),
    "500 KiB": Case([text(long(500 * 1024 - 20, b"Disallow: /secret/\n"))], OBEYED),
    "501 KiB": Case([text(long(501 * 1024, b"Disallow: /secret/\n"))], {"/": READ, "/x": FORBIDDEN, "/secret/1": READ}),
    "half a line at 500 KiB": Case([text(long(500 * 1024 - 11, b"Disallow: /secret/\n"))], all_of(READ)),
    "one line of 1 MiB": Case([text(b"User-agent: *" + b" " * 2**20 + b"\nDisallow: /\n")], all_of(READ)),
    "for us": Case([text(f"{NOTHING}\nUser-agent: Discuz-Crawler\nDisallow: /secret/\n")], OBEYED),
    "for us and others": Case([text("User-agent: a\nUser-agent: discuz-crawler\nDisallow: /secret/\n")], OBEYED),
    "for us twice": Case(
        [text(f"User-agent: discuz-crawler\nDisallow: /a\n{NOTHING}User-agent: discuz-crawler\nDisallow: /secret/\n")],
        {**OBEYED, "/a": FORBIDDEN},
    ),
    "for others": Case([text("User-agent: googlebot\nDisallow: /\n")], all_of(READ)),
    "for a part of our name": Case([text("User-agent: crawler\nDisallow: /\n")], all_of(READ)),
    "case of names": Case([text("USER-AGENT: *\nDISALLOW: /secret/\n")], OBEYED),
    "case of paths": Case([text("User-agent: *\nDisallow: /Secret/\n")], all_of(READ)),
    "rules before any agent": Case([text(f"Disallow: /\n{EVERYTHING}")], all_of(READ)),
    "the longest rule": Case(
        [text("User-agent: *\nDisallow: /\nAllow: /secret/\nAllow: /$\n")],
        {"/": READ, "/secret/1": READ, "/other": FORBIDDEN},
    ),
    "many wildcards": Case([text("User-agent: *\nDisallow: /" + "*a" * 2000 + "\n")], all_of(READ)),
}


NEVER_WHOLE = {"silence", "half of it"}
"""Those whose last byte never comes."""


@pytest.fixture(scope="module")
def came() -> dict[str, dict[str, Any]]:
    """What comes of every path, by the name of its case: asked for in one process, each at a host of its own."""
    with ExitStack() as stack:
        other = stack.enter_context(Server({"/robots.txt": text(RULES)}))
        names: dict[str, tuple[str, str]] = {}
        for number, (name, case) in enumerate(CASES.items(), start=2):
            robots = [
                said.replace(b"{other}", str(other.port).encode()) if isinstance(said, bytes) else said
                for said in case.robots
            ]
            table = {"/robots.txt": robots, **case.more}
            server = stack.enter_context(Server(table, host=f"127.0.0.{number}"))
            for path in case.wanted:
                names[f"{server.url.rstrip('/')}{path}"] = name, path
        settings = {"DISCUZ_ALLOW_PRIVATE_ADDRESSES": "127.0.0.0/8"}
        dumb = [url for url, (name, _) in names.items() if name in NEVER_WHOLE]
        others = [url for url in names if url not in dumb]
        # Those are not waited for for a minute; the others may take as long as a busy machine does.
        came = ask(dumb, DOWNLOAD_TIMEOUT="1", **settings) + ask(others, **settings)
    answers: dict[str, dict[str, Any]] = {name: {} for name in CASES}
    for said in came:
        name, path = names[said["url"]]
        answers[name][path] = said
    return answers


def meaning(said: dict[str, Any]) -> str:
    if "status" in said:
        return READ
    kinds = {"IgnoreRequest": FORBIDDEN, "NotSent": WITHHELD}
    return kinds.get(said["error"], f"{said['error']}: {said['words']}")


@pytest.mark.parametrize("name", CASES)
def test_what_may_be_read(came: dict[str, dict[str, Any]], name: str) -> None:
    assert {path: meaning(said) for path, said in came[name].items()} == CASES[name].wanted
