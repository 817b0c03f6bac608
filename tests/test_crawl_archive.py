"""Whole crawls whose every response is archived, and read again without a request.

``pytest tests/test_crawl_archive.py --kills 50`` kills more often.
"""

from __future__ import annotations

import json
import random
import signal
import zlib
from collections import Counter
from datetime import timedelta
from gzip import compress
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

import brotli  # type: ignore[import-untyped]
import pytest

from fixtures.portal.site import MEMBER
from tests.crawling import Crawl
from tests.killing import REQUEST
from tests.lots import in_lots
from tests.servers import Server, answer, redirect, text
from tests.shifting import Weeks
from tests.test_crawl_cookies import SESSION, profile, scrapy
from tests.warcs import archived, entries, files_of, paths_of
from tests.whole import Site, truth_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import RunningPortal, StartPortal
    from tests.killing import Crawls, Ended

WARC = {"DISCUZ_WARC_ENABLED": "1"}
MEDIA = WARC | {"DISCUZ_MEDIA_ENABLED": "1"}
KILLS = 3


@pytest.fixture(scope="module")
def behind(start_portal: StartPortal) -> RunningPortal:
    return start_portal(articles=60)


def reread(killing: Crawls, folder: Path) -> Ended:
    """Put the records together from a site's archive."""
    words = ["extract", "--records", "-s", f"DISCUZ_DATA_DIR={folder.parent}", "--from-warc"]
    return killing.scrapy([*words, *map(str, files_of(folder))])


def assert_the_same(records: list[dict[str, Any]], again: list[dict[str, Any]]) -> None:
    """The same records, to the last field."""
    assert len({record["id"] for record in again}) == len(again)
    assert {record["id"]: record for record in again} == {record["id"]: record for record in records}


# --- what is in it ---


def chunked(head: str, body: bytes) -> bytes:
    """The bytes of an answer in chunks of odd sizes, with a trailer."""
    pieces = [body[start : start + 1234] for start in range(0, len(body), 1234)]
    chunks = b"".join(b"%x;a=b\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return f"HTTP/1.1 200 Fine\r\n{head}\r\n\r\n".encode() + chunks + b"0\r\nX-Trailer: 1\r\n\r\n"


def test_every_response_is_archived_as_it_came(behind: RunningPortal, killing: Crawls, tmp_path: Path) -> None:
    """In chunks, packed, refused at first, redirected, not there, with odd fields; robots.txt, too."""
    aids = [record["discuz"]["aid"] for record in behind.truth() if len(record.get("pages", ())) == 1][:5]
    at = {aid: f"/portal.php?mod=view&aid={aid}" for aid in aids}
    elsewhere = f"/portal.php?aid={aids[3]}&mod=view"
    with Server(behind=behind.url) as server:
        pages = {}
        for aid, path in at.items():
            with urlopen(f"{behind.url}{path[1:]}") as response:
                pages[aid] = response.read().replace(behind.url.encode(), server.url.encode())
        odd = [
            "Content-Encoding: gzip",
            "x-B: 1",
            "X-b: 2",
            "X-Name: \xb3\xc9",
            "Set-Cookie: a=s3cret; path=/",
            "x-B: 1",
        ]
        sent = {
            at[aids[0]]: [chunked("transfer-encoding: chunked\r\nContent-Type: text/html", pages[aids[0]])],
            at[aids[1]]: [answer(200, compress(pages[aids[1]]), *odd)],
            at[aids[2]]: [
                text("later", "Retry-After: 0", status=503),
                answer(200, brotli.compress(pages[aids[2]]), "Content-Encoding: br"),
            ],
            at[aids[3]]: [redirect(f"{server.url}{elsewhere[1:]}", 302)],
            elsewhere: [answer(200, pages[aids[3]])],
            at[aids[4]]: [answer(404, b"nothing")],
            "/robots.txt": [text("User-agent: *\nDisallow:\n")],
        }
        server.table = sent
        given = {"aid": ",".join(map(str, aids))}
        dry = killing.run("article", tmp_path, server.url, given | {"dry_run": "1"}, WARC)
        assert dry.code == 0, dry.stderr
        assert not (tmp_path / server.name / "warc").exists()
        asked = len(server.log)
        ended = killing.run("article", tmp_path, server.url, given, WARC)
    assert ended.code == 0, ended.stderr
    found = archived(tmp_path / server.name)
    assert paths_of(found, server.url) == Counter(one.path for one in server.log[asked:])
    for path, answers in sent.items():
        kept = [one.head + one.body for one in found if one.url == f"{server.url}{path[1:]}"]
        assert kept == [as_archived(one, pages[aids[0]]) for one in answers], path
    assert all(one.headers["WARC-IP-Address"] == "127.0.0.1" for one in found)
    told = json.loads(max((tmp_path / server.name).glob("runs/*/report.json")).read_bytes())
    size = sum(path.stat().st_size for path in files_of(tmp_path / server.name))
    assert told["archive"] == {"files": 1, "records": len(found), "revisits": 0, "bytes": size}
    asking = [one.head for path in files_of(tmp_path / server.name) for one in entries(path) if one.kind == "request"]
    assert all(b"User-Agent: Mozilla/5.0 (compatible; discuz-crawler" in head for head in asking)
    lines = killing.scrapy(["extract", "--from-warc", *map(str, files_of(tmp_path / server.name))])
    assert (lines.code, lines.stderr) == (0, "")
    kinds = Counter((line["status"], line["kind"]) for line in map(json.loads, lines.stdout.splitlines()))
    assert kinds >= Counter({(200, "article"): 4, (302, "moved"): 1, (404, "wall"): 1, (503, "wall"): 1})
    again = reread(killing, tmp_path / server.name)
    assert again.code == 0
    assert f"article/{aids[4]} of the archive gives no record (http_404)" in again.stderr
    published = Crawl(0, "", "", tmp_path).lines(server.name)
    assert len(published) == 4
    assert_the_same(published, [json.loads(line) for line in again.stdout.splitlines()])


def as_archived(sent: bytes, page: bytes) -> bytes:
    """What the archive holds of the bytes of an answer."""
    head, _, body = sent.partition(b"\r\n\r\n")
    if b"chunked" in head:
        head, body = head.replace(b"transfer-encoding", b"X-Archive-Orig-transfer-encoding"), page
    return head.replace(b"s3cret", b"withheld") + b"\r\n\r\n" + body


def test_no_secret_is_in_it(start_portal: StartPortal, tmp_path: Path) -> None:
    """Neither the cookies of a member nor the sessions that a site gives."""
    portal = start_portal(articles=60, fault="login-wall")
    with Server(behind=portal.url) as server:
        profile(tmp_path / "sites", server)
        ended = scrapy(tmp_path, "crawl", "portal", "-a", "site=members", "-a", "limit=5", **WARC)
        assert ended.code == 0, ended.stderr
        assert all(asked.header("Cookie") for asked in server.log)
    found = [one for path in files_of(tmp_path / "data" / "members") for one in entries(path)]
    assert any(b"=withheld" in one.head for one in found)
    assert any(b"@example.com" in one.body for one in found if one.kind == "warcinfo")
    kept = [str(one.headers).encode() + one.head + one.body for one in found]
    assert not any(secret.encode() in one for secret in (MEMBER[1], SESSION) for one in kept)


# --- several runs ---


def test_several_runs_are_read_together(start_portal: StartPortal, killing: Crawls, tmp_path: Path) -> None:
    """While articles change, and what has not is answered with 304: each is as it was last, and is no new revision."""
    weeks = Weeks(start_portal, killing, tmp_path, articles=60, seed=1, style="static")
    settings = WARC | {"DISCUZ_GATE_ENABLED": "0", "DISCUZ_RESWEEP_DAYS": "0"}
    for hours in (0, 6, 25):
        weeks.later(timedelta(hours=hours))
        weeks.change(changes=15)
        ended = weeks.run("portal", settings=settings)
        assert ended.code == 0, ended.stderr
    (folder,) = (path for path in tmp_path.iterdir() if (path / "warc").is_dir())
    found = archived(folder)
    assert {one.status for one in found} >= {200, 304}
    assert any(one.kind == "revisit" for one in found)
    last: dict[str, dict[str, Any]] = {}
    for line in Crawl(0, "", "", tmp_path).lines(folder.name):
        if line["kind"] == "article" and line["status"] == "published":
            last[line["id"]] = line
    assert max(line["revision"] for line in last.values()) > 1
    before = (folder / "store.sqlite3").read_bytes()
    again = {line["id"]: line for line in map(json.loads, reread(killing, folder).stdout.splitlines())}
    told = ("revision", "content_hash", "headline", "article_body", "url", "main_image", "breadcrumbs", "attachments")
    assert {key: [again[key][name] for name in told] for key in last} == {
        key: [line[name] for name in told] for key, line in last.items()
    }
    assert (folder / "store.sqlite3").read_bytes() == before
    (newest,) = files_of(folder)[-1:]
    alone = killing.scrapy(["extract", "--from-warc", str(newest)])
    assert alone.code == 2
    assert "which none of the files has: give its file, too (an earlier run's, most likely)" in alone.stderr
    assert "Traceback" not in alone.stderr


# --- damaged ---


def test_what_of_a_damaged_archive_can_be_read_is_read(behind: RunningPortal, killing: Crawls, tmp_path: Path) -> None:
    site = Site(behind, tmp_path, [])
    ended = killing.run("portal", site.data, site.url, {"limit": "5"}, WARC)
    assert ended.code == 0, ended.stderr
    (path,) = files_of(site.folder)
    data = path.read_bytes()
    path.write_bytes(data[:-700])
    for more in ([], ["--records"]):
        said = killing.scrapy(["extract", *more, "-s", f"DISCUZ_DATA_DIR={site.data}", "--from-warc", str(path)])
        assert said.code == 2
        assert said.stderr.count("\n") == 1
        assert f"extract: --from-warc {path}: at byte " in said.stderr
        assert "the record is cut off after" in said.stderr
        assert len(said.stdout.splitlines()) >= 4
    assert zlib.decompressobj(31).decompress(data).startswith(b"WARC/1.1")


def test_a_full_disk_ends_the_run_and_the_next_goes_on(behind: RunningPortal, killing: Crawls, tmp_path: Path) -> None:
    site = Site(behind, tmp_path, truth_of(behind))
    ended = killing.run("backfill", site.data, site.url, settings=WARC, limit=250_000)
    assert ended.code == 7, ended.stderr
    assert "limit on file sizes" in ended.last_line
    assert "Traceback" not in ended.stderr
    site.see()
    ended = killing.run("backfill", site.data, site.url, settings=WARC)
    assert ended.code == 0, ended.stderr
    site.assert_whole()
    archived(site.folder)
    assert not list(site.folder.glob("warc/*.part"))


# --- killed ---

OF_ARCHIVE = {
    "pwrite:torn": (3, 90),
    "pwrite:before": (3, 90),
    "pwrite:after": (3, 90),
    "fdatasync:before": (1, 8),
    "fdatasync:after": (1, 8),
}
"""Where it is killed, and at which time that it comes there: nearly all writes are those of the archive."""
OF_MEDIA = {"rename:before": (1, 25), "rename:after": (1, 25), "fsync:after": (3, 60)}
OTHERS = {"do_commit:before": (10, 40), "do_commit:after": (10, 40), REQUEST: (10, 90)}


@pytest.mark.timeout(300)
@in_lots("--kills", KILLS)
def test_killed_again_and_again(behind: RunningPortal, killing: Crawls, tmp_path: Path, lot: int, times: int) -> None:
    """While responses are appended and pictures renamed, too: nothing is lost, nothing twice, nothing half."""
    chance = random.Random(lot)
    site = Site(behind, tmp_path / "0", truth_of(behind, "pictures"))
    fell: list[str] = []
    seen = len(behind.log())
    while len(fell) < times:
        points = OF_ARCHIVE if len(fell) % 2 == 0 else chance.choice([OF_MEDIA, OF_MEDIA, OTHERS])
        point = chance.choice(list(points))
        order: dict[str, Any] = {"point": point, "nth": chance.randint(*points[point]), "signals": [signal.SIGKILL]}
        ended = killing.run("backfill", site.data, site.url, settings=MEDIA, **order)
        site.see()
        archived(site.folder)
        if ended.killed:
            fell.append(point)
            print(f"kill {lot + len(fell)}: {point}, time {order['nth']}, {len(files_of(site.folder))} files")
            continue
        assert ended.code == 0, ended.stderr
        assert_whole(killing, site, behind.log()[seen:])
        site, seen = site.elsewhere(tmp_path / str(len(fell))), len(behind.log())
    ended = killing.run("backfill", site.data, site.url, settings=MEDIA)
    assert ended.code == 0, ended.stderr
    assert_whole(killing, site, behind.log()[seen:])
    assert sum(point in OF_ARCHIVE for point in fell) >= times // 2


def assert_whole(killing: Crawls, site: Site, log: list[dict[str, Any]]) -> None:
    """Every record is there once, and so is every response that one was made of; no response is archived twice."""
    site.assert_whole()
    assert not list(site.folder.glob("warc/*.part"))
    asked = Counter(line["path"] for line in log)
    kept = paths_of(archived(site.folder), site.url)
    assert kept.keys() == asked.keys(), "not archived, or never asked for"
    assert all(kept[path] <= asked[path] for path in kept), "twice"
    ended = reread(killing, site.folder)
    assert (ended.code, ended.stderr) == (0, "")
    assert_the_same(site.records(), [json.loads(line) for line in ended.stdout.splitlines()])
