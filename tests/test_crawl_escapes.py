"""Whole crawls of a portal whose words would steer a terminal: they are in no log, in no report, and on no stream."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest

from tests.crawling import QUICK, Crawl, crawl
from tests.killing import lasting
from tests.servers import Server, answer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import RunningPortal, StartPortal

FORGED = "2026-01-01 00:00:00 [scrapy] INFO: forged"
STEERING = f"\x1b[2J\x1b]0;owned\x07\x9b31m\x7f\x08\u202e\u2066\u2028\u200b\n{FORGED}\r"
REFERENCES = "".join(f"&#{ord(mark)};" for mark in STEERING if not mark.isprintable())
UNSAFE = [mark for mark in STEERING if not mark.isprintable() and mark != "\n"]
CLOSED = (
    '<html><head><title>-</title></head><body><div id="messagetext" class="alert_info"><p>站点暂时关闭'
    f"{STEERING}{REFERENCES}</p></div><a href='portal.php'>Discuz!</a></body></html>"
)


def spoilt(body: bytes) -> bytes:
    """A page on which headlines, categories and notices bring what steers a terminal."""
    page = body.decode("utf-8")
    for word in ("时政", "</h1>", "不存在", "市图书馆", "</title>"):
        page = page.replace(word, f"{STEERING}{REFERENCES}{word}")
    return page.encode("utf-8")


def assert_safe(*streams: bytes) -> None:
    for stream in streams:
        text = stream.decode("utf-8")
        assert [mark for mark in UNSAFE if mark in text] == []
        assert not any(line.startswith(FORGED) for line in text.splitlines())


@pytest.fixture(scope="module")
def behind(start_portal: StartPortal) -> RunningPortal:
    return start_portal(articles=60)


@pytest.fixture(name="server")
def served(behind: RunningPortal) -> Iterator[Server]:
    aids = [record["discuz"]["aid"] for record in behind.truth()[:2]]
    away = f"http://www.example.com/\x1b[2J\x9b31m{escape(FORGED)}"
    table = {f"/portal.php?mod=view&aid={aids[0]}": answer(302, b"", f"Location: {away}")}
    with Server(table, behind.url, change=spoilt) as server:
        yield server


def everything(done: Crawl, server: Server) -> list[bytes]:
    """What a person looks at after a crawl."""
    runs = done.folder(server.name) / "runs"
    kept = [path.read_bytes() for path in runs.glob("*/*") if path.name in {"crawl.log", "report.json"}]
    assert len(kept) == 2
    return [*kept, done.stdout.encode(), done.stderr.encode()]


@pytest.mark.parametrize("level", ["INFO", "DEBUG"])
def test_a_crawl(server: Server, tmp_path: Path, level: str) -> None:
    settings = QUICK | {"LOG_LEVEL": level, "DISCUZ_PROGRESS_INTERVAL": "0.2"}
    done = crawl("portal", tmp_path, settings=settings, site=server.url, limit="20")
    assert done.code == 0, done.stderr
    assert_safe(*everything(done, server))
    assert r"\u202e" in done.stderr, "it is seen"
    categories = (done.folder(server.name) / "categories.jsonl").read_bytes().splitlines()
    names = [json.loads(line)["name"] for line in categories]
    assert any("\u202e" in name for name in names), "what is kept says what the page says"


def test_a_wall(behind: RunningPortal, tmp_path: Path) -> None:
    with Server(lambda asked: None if "robots" in asked.path else answer(200, CLOSED.encode()), behind.url) as server:
        done = crawl("portal", tmp_path, settings=QUICK, site=server.url)
    assert done.code == 4, done.stderr
    assert_safe(*everything(done, server))
    assert "forged" in done.last_line


def test_what_is_printed(server: Server, tmp_path: Path) -> None:
    page, article = tmp_path / "page.html", f"{server.url}portal.php?mod=view&aid=5"
    with urlopen(article) as response:
        page.write_bytes(response.read())
    allowed = ["-s", f"DISCUZ_ALLOW_PRIVATE_ADDRESSES=127.0.0.1:{server.port}"]
    quick = [word for name, value in QUICK.items() for word in ("-s", f"{name}={value}")]
    for words in (
        ["extract", str(page), "--url", article, "--explain"],
        ["extract", str(tmp_path / "none\u202e.html")],
        ["extract", *allowed, *quick, article],
        ["probe", server.url, *allowed, *quick],
        ["probe", server.url, "--json", *allowed, *quick],
    ):
        ended = lasting().scrapy(words)
        said = ended.stdout + ended.stderr
        assert_safe(said.encode())
        assert r"\u202e" in said, "it is seen"
