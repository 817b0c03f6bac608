"""Whole crawls through a proxy: everything goes through it, and its password stays where it was said."""

from __future__ import annotations

import json
import subprocess
import sys
from base64 import b64encode
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.crawling import QUICK, ROOT, Crawl, allowing, crawl, crawl_afresh, environment
from tests.guarding import ask, asking
from tests.killing import lasting
from tests.servers import Proxy, Server
from tests.test_crawl_safety import VECTORS
from tests.test_crawl_tls import LIVES, Served, certificate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import RunningPortal, StartPortal

SECRET = "pa55:w@rd"
CREDENTIALS = "me:pa55%3Aw%40rd"
BASIC = f"Basic {b64encode(f'me:{SECRET}'.encode()).decode()}"
MISLED = """
import socket, sys
real = socket.getaddrinfo
socket.getaddrinfo = lambda host, *more: real("127.0.0.1" if host == "proxy.example.com" else host, *more)
from scrapy.cmdline import execute
execute(["scrapy", *sys.argv[1:]])
"""
"""Carries out a command where a name server says that the proxy is this machine; Twisted keeps what it finds first."""
HINTS = (SECRET, CREDENTIALS.partition(":")[2], BASIC.removeprefix("Basic "))


@pytest.fixture(scope="module")
def portal(start_portal: StartPortal) -> RunningPortal:
    return start_portal(articles=60)


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with Proxy(credentials=BASIC) as proxy:
        yield proxy


def settings(proxy: Proxy, *private: str) -> dict[str, str]:
    """What sets a proxy with its password, and lists its address beside others."""
    listed = ",".join(f"127.0.0.1:{port}" for port in (proxy.port, *(urlsplit(url).port for url in private)))
    at = f"http://{CREDENTIALS}@127.0.0.1:{proxy.port}"
    return {"DISCUZ_PROXY": at, "DISCUZ_ALLOW_PRIVATE_ADDRESSES": listed}


def given(values: dict[str, str]) -> list[str]:
    return [word for name, value in values.items() for word in ("-s", f"{name}={value}")]


def assert_kept_secret(folder: Path, *streams: str) -> None:
    kept = [path.read_bytes().decode("utf-8", "replace") for path in folder.rglob("*") if path.is_file()]
    assert kept
    assert not any(hint in text for hint in HINTS for text in (*kept, *streams))


def test_a_crawl(portal: RunningPortal, proxy: Proxy, tmp_path: Path) -> None:
    before = len(portal.log())
    done = crawl(
        "portal",
        tmp_path,
        settings=QUICK | settings(proxy, portal.url) | {"LOG_LEVEL": "DEBUG"},
        site=portal.url,
        limit="12",
    )
    assert done.code == 0, done.stderr
    assert sorted(f"{portal.url}{line['path'][1:]}" for line in portal.log()[before:]) == sorted(proxy.paths)
    assert len(Crawl(0, "", "", tmp_path).lines(f"127.0.0.1_{urlsplit(portal.url).port}")) == 12
    assert_kept_secret(tmp_path, done.stdout, done.stderr)


def test_a_probe_and_an_extract(portal: RunningPortal, proxy: Proxy) -> None:
    before = len(portal.log())
    article = f"{portal.url}portal.php?mod=view&aid=5"
    for words in (["probe", portal.url, "--json"], ["extract", article]):
        ended = lasting().scrapy([*words, *given(QUICK | settings(proxy, portal.url))])
        assert ended.code == 0, ended.stderr
        assert not any(hint in said for hint in HINTS for said in (ended.stdout, ended.stderr))
    assert [f"{portal.url}{line['path'][1:]}" for line in portal.log()[before:]] == proxy.paths
    assert json.loads(ended.stdout)["record"]["discuz"]["aid"] == 5


def test_a_site_with_https_is_asked_for_through_a_tunnel(proxy: Proxy, tmp_path: Path) -> None:
    site = Served(certificate(tmp_path, days=LIVES))
    values = settings(proxy, site.url) | {"DOWNLOAD_VERIFY_CERTIFICATES": "0"}
    (one,) = ask([f"{site.url}portal.php"], **values)
    site.close()
    assert one["status"] == 200
    assert set(proxy.paths) == {urlsplit(site.url).netloc}
    assert site.asked == ["/robots.txt", "/portal.php"]


def test_a_proxy_is_not_asked_for_what_is_nobodys(proxy: Proxy) -> None:
    names = ["metadata", "a.localhost", "printer.local", "metadata.google.internal", "router.home.arpa"]
    urls = [f"{scheme}://{host}:8080/" for host in (*VECTORS, *names) for scheme in ("http", "https")]
    answers = ask(urls, **settings(proxy))
    assert {one["url"]: one.get("error") for one in answers} == dict.fromkeys(urls, "RefusedAddress")
    assert proxy.log == []


def test_a_proxy_whose_name_leads_to_a_private_address(proxy: Proxy) -> None:
    urls = ["http://www.example.com/", "https://www.example.com/"]
    at = f"http://{CREDENTIALS}@proxy.example.com:{proxy.port}"
    words = [sys.executable, "-c", MISLED, *asking(urls, DISCUZ_PROXY=at)]
    done = subprocess.run(words, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=60, check=True)
    assert [one["error"] for one in json.loads(done.stdout)] == ["RefusedAddress"] * 2
    assert proxy.connections == 0


@pytest.mark.parametrize(
    ("spider", "value", "words"),
    [
        ("portal", f"https://{CREDENTIALS}@proxy.example.com", "is no address of an HTTP proxy"),
        ("article", f"http://{CREDENTIALS}@127.0.0.1:3128", "allow it with -s DISCUZ_ALLOW_PRIVATE_ADDRESSES"),
    ],
)
def test_one_that_cannot_be_used_ends_a_crawl(tmp_path: Path, spider: str, value: str, words: str) -> None:
    aids = {"aid": "1"} if spider == "article" else {}
    done = crawl(spider, tmp_path, settings=QUICK | {"DISCUZ_PROXY": value}, site="https://www.example.com/", **aids)
    assert (done.code, done.last_line.startswith("DISCUZ_PROXY='http")) == (2, True), done.stderr
    assert words in done.last_line
    assert not any(hint in done.stderr for hint in HINTS)


def test_what_the_environment_says_of_proxies_is_ignored(
    portal: RunningPortal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Server() as other:
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, other.url)
        monkeypatch.setenv("no_proxy", "")
        aids = ["-a", "aid=5", *allowing(portal.url), *given(QUICK)]
        done = crawl_afresh("article", tmp_path, *aids, site=portal.url)
    assert done.code == 0, done.stderr
    assert other.log == []
