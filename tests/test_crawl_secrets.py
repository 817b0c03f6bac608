"""What a person types in confidence is told to those whom it is for, and kept nowhere: passwords, and the contact.

Cookies and the proxy's password have tests of their own (`test_crawl_cookies`, `test_crawl_proxy`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.crawling import QUICK, crawl
from tests.killing import Ended, lasting
from tests.servers import Server

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import RunningPortal, StartPortal

SECRET = "s3cret"
CONTACT = "ops-4711@example.org"


@pytest.fixture(scope="module")
def behind(start_portal: StartPortal) -> RunningPortal:
    return start_portal(articles=60)


def test_a_crawl(behind: RunningPortal, tmp_path: Path) -> None:
    with Server(behind=behind.url) as server:
        named = f"http://me:{SECRET}@{urlsplit(server.url).netloc}/portal.php?mod=view&aid=5"
        settings = QUICK | {"DISCUZ_CONTACT": CONTACT, "LOG_LEVEL": "DEBUG"}
        done = crawl("article", tmp_path, settings=settings, site=server.url, url=f"{named},{named}&page=2")
    assert done.code == 0, done.stderr
    assert [line["url"] for line in done.lines(server.name)] == [f"{server.url}portal.php?mod=view&aid=5"]
    assert all((asked.header("User-Agent") or "").endswith(f"(+{CONTACT})") for asked in server.log)
    assert "'USER_AGENT': 'Mozilla/5.0 (compatible; discuz-crawler/" in done.stderr
    kept = {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert kept.keys() >= {"store.sqlite3", "crawl.log", "report.json"}
    told = [*kept.values(), done.stdout.encode(), done.stderr.encode()]
    assert not any(secret in text for secret in (SECRET.encode(), CONTACT.encode()) for text in told)


@pytest.mark.parametrize(
    "words",
    [
        ["crawl", "portal", "-a", f"site=http://me:{SECRET}@www.example.com/"],
        ["crawl", "portal", "-a", "site=members"],
        ["crawl", "article", "-a", "site=http://127.0.0.1:9/", "-a", f"url=http://me:{SECRET}@www.example.com/x"],
        ["crawl", "portal", "-a", "site=demo", "-a", f"limit=http://me:{SECRET}@x/"],
        ["probe", f"http://me:{SECRET}@www.example.com/"],
        ["extract", f"http://me:{SECRET}@www.example.com/portal.php"],
    ],
    ids=["site", "profile", "url", "argument", "probe", "extract"],
)
def test_a_password_in_an_address_is_not_repeated(tmp_path: Path, words: list[str]) -> None:
    sites = tmp_path / "data" / "sites"
    sites.mkdir(parents=True)
    (sites / "members.toml").write_text(f'url = "http://me:{SECRET}@www.example.com/"\n', encoding="utf-8")
    given = {**QUICK, "DISCUZ_DATA_DIR": str(tmp_path / "data")}
    ended: Ended = lasting().scrapy([*words, *(w for name, value in given.items() for w in ("-s", f"{name}={value}"))])
    assert ended.code == 2, ended.stderr
    assert "://***@" in ended.last_line
    assert SECRET not in ended.stdout + ended.stderr
    kept = [path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file() and path.suffix != ".toml"]
    assert not any(SECRET.encode() in content for content in kept)
