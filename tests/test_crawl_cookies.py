"""Whole crawls of a site that shows itself to members only, by the cookies of its owner."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.request import Request, urlopen

import pytest

from fixtures.portal.site import MEMBER
from tests.crawling import QUICK, Crawl
from tests.killing import Ended, lasting
from tests.servers import Server, answer, redirect

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import RunningPortal, StartPortal

NAME, VALUE = MEMBER
SESSION = "Kq3vZ0"
"""What the portal gives every guest as a session."""
ALIAS = "127.0.0.2"


@pytest.fixture(scope="module")
def behind(start_portal: StartPortal) -> RunningPortal:
    return start_portal(articles=60, fault="login-wall")


@pytest.fixture(name="server")
def served(behind: RunningPortal) -> Iterator[Server]:
    with Server(behind=behind.url) as server:
        yield server


def profile(folder: Path, server: Server, *more: str, value: str = VALUE, mode: int = 0o600) -> Path:
    """Write a profile and its cookies; give the file of the cookies."""
    folder.mkdir(exist_ok=True)
    cookies = folder / "members.cookies.txt"
    cookies.write_text(
        f"# Netscape HTTP Cookie File\n#HttpOnly_{server.host}\tFALSE\t/\tFALSE\t4102444800\t{NAME}\t{value}\n"
        f"{ALIAS}\tFALSE\t/\tFALSE\t0\t{NAME}\t{value}\n",
        encoding="utf-8",
    )
    cookies.chmod(mode)
    lines = [f'url = "{server.url}"', "delay = 0", 'cookies = "members.cookies.txt"', *more]
    (folder / "members.toml").write_text("\n".join(lines), encoding="utf-8")
    return cookies


def scrapy(folder: Path, *words: str, **settings: str) -> Ended:
    """Run a command with the profiles of a folder."""
    given = QUICK | {
        "DISCUZ_DATA_DIR": str(folder / "data"),
        "DISCUZ_SITES_DIR": str(folder / "sites"),
        "DISCUZ_ALLOW_PRIVATE_ADDRESSES": "127.0.0.0/8",
        **settings,
    }
    return lasting().scrapy([*words, *(word for name, value in given.items() for word in ("-s", f"{name}={value}"))])


def page(behind: RunningPortal, path: str) -> bytes:
    """What a member is shown."""
    with urlopen(Request(f"{behind.url}{path[1:]}", headers={"Cookie": f"{NAME}={VALUE}"})) as response:
        return answer(200, response.read(), kind="text/html; charset=utf-8")


def test_a_crawl(behind: RunningPortal, tmp_path: Path) -> None:
    """All of the site is read, and nobody else is told: not even an alias of it, to which an article leads."""
    aids = [record["discuz"]["aid"] for record in behind.truth()]
    moved = f"/portal.php?mod=view&aid={aids[0]}"
    with Server({moved: page(behind, moved)}, host=ALIAS) as alias:
        table = {moved: redirect(f"{alias.url}{moved[1:]}", 302)}
        with Server(table, behind.url) as server:
            cookies = profile(tmp_path / "sites", server, f'aliases = ["{alias.url}"]')
            before = cookies.read_bytes()
            ended = scrapy(tmp_path, "crawl", "portal", "-a", "site=members", LOG_LEVEL="DEBUG", COOKIES_DEBUG="1")
    assert ended.code == 0, ended.stderr
    lines = Crawl(0, "", "", tmp_path / "data").lines("members")
    assert sorted(line["discuz"]["aid"] for line in lines) == sorted(aids)
    assert alias.paths == ["/robots.txt", moved]
    assert [asked.header("Cookie") for asked in alias.log] == [None] * 2
    assert all(f"{NAME}={VALUE}" in (asked.header("Cookie") or "").split("; ") for asked in server.log)
    assert f"Cookies sent to <GET {server.url}portal.php>: {NAME}" in ended.stderr
    assert "may be read by others" not in ended.stderr
    assert cookies.read_bytes() == before
    kept = [path.read_bytes().decode("utf-8", "replace") for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert not any(secret in text for secret in (VALUE, SESSION) for text in (*kept, ended.stdout, ended.stderr))


def test_a_probe_and_an_extract(behind: RunningPortal, server: Server, tmp_path: Path) -> None:
    profile(tmp_path / "sites", server, mode=0o644)
    article = f"{server.url}portal.php?mod=view&aid={behind.truth()[0]['discuz']['aid']}"
    probed = scrapy(tmp_path, "probe", "members")
    assert probed.code == 0, probed.stderr
    assert probed.last_line.startswith(f"{server.url} is ready: scrapy crawl portal -a site=members")
    extracted = scrapy(tmp_path, "extract", article, LOG_LEVEL="DEBUG", COOKIES_DEBUG="1")
    assert '"kind":"article"' in extracted.stdout
    assert f"cookies file {tmp_path / 'sites' / 'members.cookies.txt'} may be read by others" in extracted.stderr
    assert all(asked.header("Cookie") for asked in server.log)
    said = (probed.stdout, probed.stderr, extracted.stdout, extracted.stderr)
    assert not any(secret in stream for secret in (VALUE, SESSION) for stream in said)


def test_cookies_that_open_nothing(server: Server, tmp_path: Path) -> None:
    cookies = profile(tmp_path / "sites", server, value="expired1234")
    words = f"the cookies in {cookies} may have expired: log in at the site and export its cookies anew"
    crawled = scrapy(tmp_path, "crawl", "portal", "-a", "site=members")
    assert (crawled.code, words in crawled.last_line) == (4, True), crawled.stderr
    probed = scrapy(tmp_path, "probe", "members")
    assert (probed.code, words in probed.last_line) == (4, True), probed.stderr
    extracted = scrapy(tmp_path, "extract", f"{server.url}portal.php?mod=view&aid=5")
    assert (extracted.code, words in extracted.last_line) == (0, True), extracted.stderr
    assert '"wall":"login"' in extracted.stdout


@pytest.mark.parametrize("command", ["crawl", "probe", "extract"])
def test_cookies_that_cannot_be_used(server: Server, tmp_path: Path, command: str) -> None:
    cookies = profile(tmp_path / "sites", server)
    cookies.write_text(cookies.read_text(encoding="utf-8").replace("\t", " "), encoding="utf-8")
    words = {
        "crawl": ["portal", "-a", "site=members"],
        "probe": ["members"],
        "extract": [f"{server.url}portal.php?mod=view&aid=5"],
    }
    ended = scrapy(tmp_path, command, *words[command])
    assert ended.code == 2, ended.stderr
    assert f"cookies file {cookies}, line 2: 7 fields with tabs between them are wanted" in ended.last_line
    assert VALUE not in ended.stderr + ended.stdout
    assert server.log == []


def test_a_cache_that_would_write_them_down_is_refused(server: Server, tmp_path: Path) -> None:
    profile(tmp_path / "sites", server)
    ended = scrapy(tmp_path, "crawl", "portal", "-a", "site=members", HTTPCACHE_ENABLED="1")
    assert (ended.code, ended.last_line.startswith("HTTPCACHE_ENABLED would write")) == (2, True), ended.stderr


def test_what_an_address_tells_of_a_session_is_left_out(behind: RunningPortal, tmp_path: Path) -> None:
    """A member's links have a hash for forms, and those of one without cookies the session itself."""
    links = re.compile(rb"mod=view&(?:amp;)?aid=\d+")

    def change(body: bytes) -> bytes:
        return links.sub(rb"\g<0>&amp;sid=Se55ion&amp;formhash=f00dcafe", body)

    with Server(behind=behind.url, change=change) as server:
        profile(tmp_path / "sites", server)
        ended = scrapy(tmp_path, "crawl", "portal", "-a", "site=members", "-a", "limit=12")
    assert ended.code == 0, ended.stderr
    lines = Crawl(0, "", "", tmp_path / "data").lines("members")
    assert len(lines) == 12
    kept = [path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert not any(secret in content for secret in (b"Se55ion", b"f00dcafe") for content in kept)
