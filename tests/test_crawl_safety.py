"""A crawl is not led into the network of the machine that it runs on: no connection is made, and the reason is said."""

from __future__ import annotations

import json
import socket
from contextlib import ExitStack
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.articles import page_showing, pictures
from tests.crawling import QUICK, Crawl, crawl
from tests.guarding import ask
from tests.servers import Server, redirect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import StartPortal
    from tests.killing import Crawls
    from tests.servers import Answer

LOOPBACK = [
    "127.0.0.1",
    "127.0.0.1.",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0x7F.0.0x0.1",
    "0177.0.0.1",
    "017700000001",
    "127.0.0.2",
    "127.255.255.254",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::0001]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "0",
    "0.0.0.0",
    "[::]",
]
ELSEWHERE = [
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.254",
    "192.168.0.1",
    "100.64.0.1",
    "169.254.169.254",
    "169.254.170.2",
    "2852039166",
    "[::ffff:169.254.169.254]",
    "[fe80::1]",
    "[fd00:ec2::254]",
    "[fec0::1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "198.18.0.1",
    "192.0.2.1",
    "224.0.0.1",
    "255.255.255.255",
]
VECTORS = [*LOOPBACK, *ELSEWHERE]
NAMED = ["user:password@127.0.0.1", "www.example.com@127.0.0.1"]


class Listener:
    """Listens at one port of both loopback addresses and counts who comes.

    With an answer for a path, it gives that and counts it apart: it is then the site, whose address is listed.
    """

    def __init__(self) -> None:
        self.connections = 0
        self.answers: dict[str, bytes] = {}
        self.paths: list[str] = []
        self._sockets = [socket.create_server(("127.0.0.1", 0))]
        self.port: int = self._sockets[0].getsockname()[1]
        if socket.has_ipv6:
            self._sockets.append(socket.create_server(("::1", self.port), family=socket.AF_INET6))
        for one in self._sockets:
            Thread(target=self._listen, args=(one,), daemon=True).start()

    def _listen(self, listening: socket.socket) -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            self.connections += 1
            with connection:
                path = connection.recv(65_536).split(b" ")[1:2]
                self.paths += [one.decode() for one in path]
                answer = self.answers.get(self.paths[-1] if path else "", b"HTTP/1.1 404 Not Found\r\n")
                connection.sendall(answer + b"Connection: close\r\n\r\n")

    def close(self) -> None:
        for one in self._sockets:
            one.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    with ExitStack() as stack:
        listening = Listener()
        stack.callback(listening.close)
        yield listening


def test_no_page_of_a_private_address_is_asked_for(listener: Listener) -> None:
    answers = ask([f"http://{host}:{listener.port}/portal.php" for host in VECTORS])
    assert {one["url"]: (one.get("error"), one.get("words")) for one in answers} == {
        one["url"]: ("RefusedAddress", "refused_address") for one in answers
    }
    assert listener.connections == 0


def test_a_name_before_the_host_hides_nothing(listener: Listener) -> None:
    assert all("error" in one for one in ask([f"http://{host}:{listener.port}/portal.php" for host in NAMED]))
    assert listener.connections == 0


def test_no_redirect_leads_to_a_private_address(listener: Listener) -> None:
    site = Listener()
    for number, host in enumerate(VECTORS):
        there = f"http://{host}:{listener.port}/portal.php"
        site.answers[f"/{number}"] = f"HTTP/1.1 302 Found\r\nLocation: {there}\r\n".encode()
    root = f"127.0.0.1:{site.port}"
    answers = ask([f"http://{root}/{number}" for number in range(len(VECTORS))], DISCUZ_ALLOW_PRIVATE_ADDRESSES=root)
    site.close()
    assert {one.get("error") for one in answers} == {"RefusedAddress"}
    assert len(set(site.paths) - {"/robots.txt"}) == len(VECTORS)
    assert listener.connections == 0


@pytest.mark.parametrize("way", ["printed", "redirect"])
def test_no_picture_comes_from_a_private_address(
    listener: Listener, killing: Crawls, start_portal: StartPortal, tmp_path: Path, way: str
) -> None:
    """Neither one whose address is printed nor one that the site redirects to it, and each has its reason."""
    there = [f"http://{host}:{listener.port}/{number}.png" for number, host in enumerate([*VECTORS, *NAMED])]
    table: dict[str, Answer] = {}
    with Server(table, start_portal(articles=60).url) as server:
        here = [f"{server.url}{number}.png" for number in range(len(there))]
        table |= {urlsplit(url).path: redirect(other) for url, other in zip(here, there, strict=True)}
        shown = here if way == "redirect" else there
        table["/portal.php?mod=view&aid=1"] = page_showing(server.behind, server.url, 1, pictures(shown))
        given = {"DISCUZ_MEDIA_ENABLED": "1", "DISCUZ_MEDIA_HOSTS": "*"}
        ended = killing.run("article", tmp_path, server.url, {"aid": "1"}, given)
    assert ended.code == 0, ended.stderr
    [record] = Crawl(0, "", "", tmp_path).lines(server.name)
    assert [image["url"] for image in record["images"]] == shown
    assert {image["sha256"] for image in record["images"]} == {None}
    lines = (tmp_path / server.name / "media_skipped.jsonl").read_bytes().splitlines()
    assert {line["url"]: line["reason"] for line in map(json.loads, lines)} == dict.fromkeys(shown, "refused_address")
    assert listener.connections == 0


def test_only_http_is_spoken(listener: Listener) -> None:
    root = f"127.0.0.1:{listener.port}"
    urls = "file:///etc/hostname", "data:,x", f"ftp://{root}/x", "s3://a/b"
    answers = ask(urls, DISCUZ_ALLOW_PRIVATE_ADDRESSES=root)
    assert {one.get("error") for one in answers} <= {"NotSupported", "NotSent"}
    assert listener.connections == 0


@pytest.mark.parametrize(("spider", "more"), [("portal", {}), ("article", {"aid": "1,2"})])
def test_a_crawl_of_a_private_address_says_how_to_allow_it(
    listener: Listener, tmp_path: Path, spider: str, more: dict[str, str]
) -> None:
    site = f"http://127.0.0.1:{listener.port}/"
    done = crawl(
        spider, tmp_path, settings={**QUICK, "DISCUZ_ALLOW_PRIVATE_ADDRESSES": "10.9.8.7:80"}, site=site, **more
    )
    assert done.code == 2
    assert done.last_line.endswith(f"allow it with -s DISCUZ_ALLOW_PRIVATE_ADDRESSES=127.0.0.1:{listener.port}")
    assert listener.connections == 0


def test_what_is_listed_is_connected_to(listener: Listener) -> None:
    url = f"http://127.0.0.1:{listener.port}/portal.php"
    listener.answers["/portal.php"] = b"HTTP/1.1 200 OK\r\n"
    (answer,) = ask([url], DISCUZ_ALLOW_PRIVATE_ADDRESSES=f"127.0.0.1:{listener.port}")
    assert answer == {"url": url, "status": 200}
    assert listener.connections > 0
