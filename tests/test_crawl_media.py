"""Whole crawls that fetch pictures and files: each content once, where the record says, or the reason why it is not.

``pytest tests/test_crawl_media.py --kills 200`` kills more often.
"""

from __future__ import annotations

import hashlib
import json
import random
import signal
from collections import Counter
from gzip import compress
from typing import TYPE_CHECKING, Any

import pytest

from fixtures.portal import media
from tests.articles import page_showing, pictures
from tests.crawling import Crawl
from tests.killing import REQUEST
from tests.lots import in_lots
from tests.servers import Asked, Server, answer, redirect, text
from tests.whole import Site, truth_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import RunningPortal, StartPortal
    from tests.killing import Crawls, Ended
    from tests.servers import Answer

MEDIA = {"DISCUZ_MEDIA_ENABLED": "1"}
AID = 1
PAGE = f"/portal.php?mod=view&aid={AID}"
PNG = media.png("one")
KILLS = 4


@pytest.fixture(scope="module")
def behind(start_portal: StartPortal) -> RunningPortal:
    return start_portal(articles=60)


def is_media(path: str) -> bool:
    return path.startswith("/data/attachment/") or "mod=attachment" in path


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file that is kept, by its path below the site's folder; each is whole, and called by its content."""
    found = {str(path.relative_to(folder)): path.read_bytes() for path in folder.glob("media/*/*/*")}
    for path, content in found.items():
        digest = hashlib.sha256(content).hexdigest()
        assert path == f"media/{digest[:2]}/{digest[2:4]}/{digest}.{path.rpartition('.')[2]}"
    assert len({path.rpartition("/")[2].partition(".")[0] for path in found}) == len(found), "a content twice"
    return found


def named_in(records: list[dict[str, Any]]) -> dict[str, str]:
    """The SHA-256 of each file that records name, by its path."""
    return {
        file["local_path"]: file["sha256"]
        for record in records
        for file in (*record["images"], *record["attachments"])
        if file["local_path"]
    }


def skipped(folder: Path) -> dict[str, str]:
    """Why files are not there, by address."""
    lines = (folder / "media_skipped.jsonl").read_bytes().splitlines()
    return {line["url"]: line["reason"] for line in map(json.loads, lines)}


def report(folder: Path) -> dict[str, Any]:
    """The report of the last run."""
    found: dict[str, Any] = json.loads(max(folder.glob("runs/*/report.json")).read_bytes())
    return found


# --- the portal's own ---


@pytest.mark.parametrize(("robots", "fetched"), [("", "pictures"), ("robots-missing", "all")])
def test_it_finds_what_the_portal_has_and_asks_once(
    behind: RunningPortal, killing: Crawls, tmp_path: Path, robots: str, fetched: str
) -> None:
    """Discuz!'s own robots.txt forbids what is handed out by number; without one it is fetched, too."""
    behind.control(f"name={robots}")
    site = Site(behind, tmp_path, truth_of(behind, fetched))
    first = len(behind.log())
    assert killing.run("backfill", site.data, site.url, settings=MEDIA).code == 0
    site.assert_whole()
    second = len(behind.log())
    assert killing.run("backfill", site.data, site.url, settings=MEDIA).code == 0
    behind.control("name=")
    asked = Counter(line["path"] for line in behind.log()[first:second] if is_media(line["path"]))
    named = named_in(site.records())
    assert set(asked.values()) == {1}
    assert set(files_of(site.folder)) == set(named)
    assert not any(is_media(line["path"]) for line in behind.log()[second:])
    told, again = (one["media"] for one in site.reports())
    assert (told["fetched"], told["known"]) == (len(asked), 0)
    assert again["missing"] == {}
    offered = [file["url"] for record in site.truth for file in record.get("attachments", ())]
    reasons = Counter(skipped(site.folder).values())
    assert reasons == told["missing"]
    assert reasons["robots"] == (len(offered) if fetched == "pictures" else 0)
    assert reasons["offsite"] > 0
    assert any("mod=attachment" in path for path in asked) is (fetched == "all")


def test_one_content_is_one_file(behind: RunningPortal, killing: Crawls, tmp_path: Path) -> None:
    def alike(asked: Asked) -> Answer:
        return answer(200, media.JPEG, kind="image/png") if is_media(asked.path) else None

    with Server(alike, behind.url) as server:
        ended = killing.run("backfill", tmp_path, server.url, settings=MEDIA)
    assert ended.code == 0, ended.stderr
    folder = tmp_path / server.name
    assert set(files_of(folder).values()) == {media.JPEG}
    named = [record["images"] for record in Crawl(0, "", "", tmp_path).lines(server.name) if record.get("images")]
    assert len(named) > 10
    assert {image["local_path"] for images in named for image in images if image["sha256"]} == set(files_of(folder))
    assert report(folder)["media"]["stored"] == 1


# --- one article ---


class OneArticle:
    """A portal with an article that shows what a test wants, and what its files are answered with."""

    def __init__(self, behind: RunningPortal, killing: Crawls, data: Path) -> None:
        self.behind = behind
        self.killing = killing
        self.data = data
        self.table: dict[str, Answer | list[Answer]] = {}
        self.server = Server(self.table, behind.url)
        self.settings = dict(MEDIA)

    @property
    def folder(self) -> Path:
        return self.data / self.server.name

    def shows(self, body: str, headline: str = "") -> None:
        self.table[PAGE] = page_showing(self.behind.url, self.server.url, AID, body, headline)

    def crawl(self, *more: str, **order: Any) -> Ended:
        arguments = dict(word.split("=", 1) for word in more)
        return self.killing.run(
            "article", self.data, self.server.url, {"aid": str(AID)} | arguments, self.settings, **order
        )

    def read(self, *more: str, **order: Any) -> dict[str, Any]:
        """Crawl, and give the newest record."""
        ended = self.crawl(*more, **order)
        assert ended.code == 0, ended.stderr
        assert "Traceback" not in ended.stderr
        return Crawl(0, "", "", self.data).lines(self.server.name)[-1]


@pytest.fixture
def article(behind: RunningPortal, killing: Crawls, tmp_path: Path) -> Iterator[OneArticle]:
    one = OneArticle(behind, killing, tmp_path)
    with one.server:
        yield one


def endless(asked: Asked, connection: Any) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n" + PNG)
    for _ in range(100):
        connection.sendall(bytes(10_000))


def half(asked: Asked, connection: Any) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 40000\r\n\r\n" + PNG)


BOMB = compress(bytes(30_000_000))
LARGEST = 50_000
NOT_THERE: dict[str, tuple[Answer, str]] = {
    "a.png": (text("nothing", status=404), "http_404"),
    "b.png": (text("no", status=403), "http_403"),
    "c.png": (text("", status=200), "empty"),
    "d.png": (answer(200, b"<html><body>Please do not link here</body></html>"), "page"),
    "e.png": (answer(200, b"hotlinking is forbidden", kind="text/plain"), "no_picture"),
    "f.png": (answer(200, bytes(LARGEST + 1), kind="image/png"), "too_large"),
    "g.png": (endless, "too_large"),
    "h.png": (answer(200, BOMB, "Content-Encoding: gzip", kind="image/png"), "too_large"),
    "i.png": (half, "cut_off"),
    "j.png": (redirect("/j.png"), "redirects"),
    "k.png": (redirect("/member.php?mod=logging&action=login"), "login"),
    "l.png": (redirect("https://elsewhere.example/l.png"), "offsite"),
    "m.png": (redirect("file:///etc/passwd"), "scheme"),
    "n.png": (redirect("http://127.0.0.1:1/n.png"), "refused_address"),
    "uc_client/o.png": (answer(200, PNG, kind="image/png"), "robots"),
    "p.exe": (None, "type"),
    "q.png": (answer(200, b"%PDF-1.4\1\xff\xfe", kind="application/pdf"), "no_picture"),
    "u.php": (answer(200, media.JPEG, kind="image/jpeg"), "type"),
    "http://127.0.0.1:99999/r.png": (None, ""),
    "https://elsewhere.example/s.png": (None, "offsite"),
    "t.png": (
        answer(200, b'<html><div id=\'x\'></div><div id="messagetext" class="alert_error"><p>no</p></div>'),
        "notice",
    ),
}


def test_what_is_not_to_be_had_is_null_and_has_a_reason(article: OneArticle) -> None:
    """No article fails for it, and what is beside it is fetched."""
    names = [*NOT_THERE, "z.png", "y.png", "over.png"]
    article.shows(pictures(names))
    article.table |= {f"/{name}": said for name, (said, _) in NOT_THERE.items() if said}
    article.table["/z.png"] = redirect("/data/z.png?x=1", 302)
    article.table["/data/z.png?x=1"] = answer(200, PNG, kind="image/png")
    article.table["/y.png"] = [text("", "Retry-After: 0", status=503), answer(200, media.GIF, kind="image/png")]
    article.table["/robots.txt"] = text("User-agent: *\nDisallow: /uc_client/\n")
    article.settings |= {
        "DISCUZ_MEDIA_MAXSIZE": str(LARGEST),
        "DISCUZ_MEDIA_TYPES": "image/png,gif",
        "DISCUZ_MEDIA_COUNT": str(len(names) - 1),
        "RETRY_PRIORITY_ADJUST": "0",
    }
    record = article.read()
    root = article.server.url
    found = {image["url"].removeprefix(root): image["sha256"] for image in record["images"]}
    assert list(found) == names
    assert {name for name, digest in found.items() if digest} == {"z.png", "y.png"}
    assert set(files_of(article.folder).values()) == {PNG, media.GIF}
    expected = {name: reason for name, (_, reason) in NOT_THERE.items() if reason} | {"over.png": "too_many"}
    assert {url.removeprefix(root): reason for url, reason in skipped(article.folder).items()} == expected
    assert report(article.folder)["media"]["missing"] == Counter(expected.values()) + Counter(address=1)
    assert report(article.folder)["media"]["fetched"] == 2


def test_a_file_is_named_by_its_server_where_the_page_does_not(article: OneArticle) -> None:
    links = ["portal.php?mod=attachment&id=7", "portal.php?mod=attachment&id=8", "forum.php?mod=attachment&aid=MTI4"]
    labels = ["<b></b>", "公示.xls", "<b></b>"]
    article.shows("".join(f'<p><a href="{url}">{label}</a></p>' for url, label in zip(links, labels, strict=True)))
    named = 'Content-Disposition: attachment; filename="%B9%AB%CA%BE%B1%ED.xls"'  # 公示表.xls in GBK
    article.table |= {
        "/robots.txt": text("", status=404),
        f"/{links[0]}": answer(
            200, b"\xd0\xcf\x11\xe0 one", named.replace("%B9%AB%CA%BE%B1%ED", "%E5%85%AC"), kind="xls"
        ),
        f"/{links[1]}": answer(200, b"\xd0\xcf\x11\xe0 two", named, kind="xls"),
        f"/{links[2]}": answer(200, b"<html>a page</html>", named.replace("xls", "htm"), kind="text/html"),
    }
    before = article.read()["content_hash"]
    record = article.read()
    names = [
        (file["name"], file["size"], (file["local_path"] or "").rpartition(".")[2]) for file in record["attachments"]
    ]
    assert names == [("公.xls", 8, "xls"), ("公示.xls", 8, "xls"), ("公示表.htm", 19, "htm")]
    assert before == record["content_hash"]


def test_what_is_known_is_not_asked_for_again_though_the_article_changes(article: OneArticle) -> None:
    article.table |= {f"/{name}.png": answer(200, media.png(name), "ETag: abc", kind="image/png") for name in "abc"}
    article.shows(pictures(["a.png", "b.png"]))
    first = article.read()
    article.shows(pictures(["b.png", "c.png", "a.png"]), headline="改过的标题")
    second = article.read()
    assert [second["revision"], second["headline"]] == [2, "改过的标题"]
    assert named_in([first]).items() < named_in([second]).items()
    assert [article.server.paths.count(f"/{name}.png") for name in "abc"] == [1, 1, 1]
    told = report(article.folder)["media"]
    assert (told["fetched"], told["stored"], told["known"], told["missing"]) == (1, 1, 2, {})
    for path in article.folder.glob("media/*/*/*"):
        path.unlink()
    article.shows(pictures(["a.png"]), headline="又改过的标题")
    assert named_in([article.read()]).keys() == set(files_of(article.folder))
    assert article.server.paths.count("/a.png") == 2, "its content was lost"


def test_a_file_that_has_expired_is_asked_for_with_what_is_known_of_it(article: OneArticle) -> None:
    def served(asked: Asked) -> Answer:
        if asked.path == PAGE:
            return article.table[PAGE]  # type: ignore[return-value]
        if asked.path not in ("/a.png", "/b.png"):
            return None
        tag = '"2"' if asked.path == "/b.png" and asked.number else '"1"'
        if asked.header("If-None-Match") == tag:
            return answer(304, b"", f"ETag: {tag}")
        return answer(200, media.png(asked.path + tag), f"ETag: {tag}", kind="image/png")

    seen: Counter[str] = Counter()

    def counted(asked: Asked) -> Answer:
        number = seen[asked.path]
        seen[asked.path] += 1
        return served(Asked(**{**{name: getattr(asked, name) for name in Asked.__slots__}, "number": number}))

    article.server.table = counted
    article.settings["DISCUZ_MEDIA_EXPIRES"] = "3"
    article.shows(pictures(["a.png", "b.png"]))
    first = article.read()
    article.shows(pictures(["a.png", "b.png"]), headline="改过的标题")
    second = article.read(ahead=2 * 86_400)
    assert second["images"] == first["images"]
    assert seen["/a.png"] == seen["/b.png"] == 1
    article.shows(pictures(["a.png", "b.png"]), headline="又改过的标题")
    third = article.read(ahead=4 * 86_400)
    assert seen["/a.png"] == seen["/b.png"] == 2
    assert third["images"][0] == first["images"][0]
    assert third["images"][1]["sha256"] == hashlib.sha256(media.png('/b.png"2"')).hexdigest()
    assert third["revision"] == 3, "other bytes at the same address are no change of the article"
    told = report(article.folder)["media"]
    assert (told["fetched"], told["unchanged"], told["known"]) == (1, 1, 0)
    assert len(files_of(article.folder)) == 3


def test_other_hosts_are_asked_if_they_are_listed_and_told_of_the_page_if_the_profile_says_so(
    article: OneArticle,
) -> None:
    rules = text("User-agent: *\nDisallow: /private/\nCrawl-delay: 0.3\n")
    files: dict[str, Answer | list[Answer]] = {
        f"/{name}.png": answer(200, media.png(name), kind="image/png") for name in "abc"
    }
    with Server({"/robots.txt": rules, "/away.png": redirect(f"{article.server.url}here.png"), **files}) as other:
        there = other.url.replace("127.0.0.1", "localhost")
        names = [f"{there}{name}.png" for name in ("a", "b", "c", "away", "private/d")]
        article.table["/here.png"] = answer(200, media.png("here"), kind="image/png")
        article.shows(pictures([*names, "here.png"]))
        article.settings["DISCUZ_ALLOW_PRIVATE_ADDRESSES"] = "127.0.0.0/8,::1/128"
        first = article.read()
        assert [bool(image["sha256"]) for image in first["images"]] == [False] * 5 + [True]
        assert set(skipped(article.folder).values()) == {"offsite"}
        assert other.log == []
        (article.data / "sites").mkdir()
        profile = f'url = "{article.server.url}"\nmedia_hosts = ["localhost"]\nmedia_referrer = "page"\n'
        (article.data / "sites" / f"{article.server.name}.toml").write_text(profile)
        article.shows(pictures([*names, "here.png"]), headline="改过的标题")
        second = article.read(ahead=7200)
    assert [bool(image["sha256"]) for image in second["images"]] == [True] * 4 + [False, True]
    assert skipped(article.folder) == {names[-1]: "robots"}
    gaps = [after.time - before.time for before, after in zip(other.log, other.log[1:], strict=False)]
    assert (other.paths[0], len(gaps)) == ("/robots.txt", 4)
    assert min(gaps) > 0.25
    page = f"{article.server.url}portal.php?mod=view&aid={AID}"
    assert [asked.header("Referer") for asked in other.log] == [None, page, page, page, page]
    assert article.server.paths.count("/here.png") == 2, "it was another address that led there"


def test_a_host_that_does_not_answer_is_not_waited_for_again_and_again(article: OneArticle) -> None:
    with Server() as silent:
        there = silent.url.replace("127.0.0.1", "localhost")
    article.settings |= {
        "DISCUZ_MEDIA_HOSTS": "localhost",
        "DISCUZ_ALLOW_PRIVATE_ADDRESSES": "127.0.0.0/8,::1/128",
        "ROBOTSTXT_OBEY": "0",
        "CONCURRENT_REQUESTS_PER_DOMAIN": "1",
    }
    article.shows(pictures([f"{there}{number}.png" for number in range(6)]))
    article.read()
    assert Counter(skipped(article.folder).values()) == {"connection_refused": 3, "silent_host": 3}


def test_a_file_that_failed_is_not_asked_for_by_each_article_that_shows_it(article: OneArticle) -> None:
    article.table["/a.png"] = text("", status=404)
    for headline, ahead, times in (("", 0, 1), ("改过的标题", 600, 1), ("又改过的标题", 7200, 2)):
        article.shows(pictures(["a.png"]), headline=headline)
        article.read(ahead=ahead)
        assert article.server.paths.count("/a.png") == times
        assert report(article.folder)["media"]["missing"] == {"http_404": 1}


@pytest.mark.parametrize(
    ("setting", "value"),
    [("DISCUZ_MEDIA_MAXSIZE", "0"), ("DISCUZ_MEDIA_COUNT", "many"), ("DISCUZ_MEDIA_EXPIRES", "-1")],
)
def test_a_setting_that_cannot_be_read_is_named(article: OneArticle, setting: str, value: str) -> None:
    article.settings[setting] = value
    ended = article.crawl()
    assert (ended.code, ended.last_line.partition(":")[0]) == (2, f"{setting}={value!r}"), ended.stderr
    assert "Traceback" not in ended.stderr


def test_nothing_is_fetched_where_it_is_off_or_nothing_is_written(article: OneArticle) -> None:
    """Not by a crawl, unless it is asked for, nor by what only looks at pages."""
    article.shows(pictures(["a.png"]))
    page = article.server.url.removesuffix("/") + PAGE
    more = [f"DISCUZ_ALLOW_PRIVATE_ADDRESSES=127.0.0.1:{article.server.port}", "DISCUZ_CONTACT=a@b.c"]
    settings = [word for one in [*more, "DOWNLOAD_DELAY=0", "DISCUZ_MEDIA_ENABLED=1"] for word in ("-s", one)]
    for words in (["extract", page], ["probe", article.server.url]):
        assert article.killing.scrapy([*words, *settings]).code == 0
    assert article.crawl("dry_run=1").code == 0
    article.settings = {}
    article.read()
    assert PAGE in article.server.paths
    assert not any(is_media(path) or path == "/a.png" for path in article.server.paths)
    assert not (article.folder / "media").exists()
    assert not (article.folder / "media_skipped.jsonl").exists()


# --- ends ---

OF_FILES = {"fsync:before": (3, 40), "fsync:after": (3, 40), "rename:before": (1, 8), "rename:after": (1, 8)}
"""Where it is killed, and at which time that it comes there: nearly all syncs and renames are those of files."""
OTHERS = {"do_commit:before": (10, 40), "do_commit:after": (10, 40), REQUEST: (10, 60)}


@pytest.mark.timeout(300)
@in_lots("--kills", KILLS)
def test_killed_again_and_again(behind: RunningPortal, killing: Crawls, tmp_path: Path, lot: int, times: int) -> None:
    """While files are written, renamed and remembered, too: nothing is lost, nothing twice, nothing half."""
    chance = random.Random(lot)
    site = Site(behind, tmp_path / "0", truth_of(behind, "pictures"))
    fell: list[str] = []
    asked: Counter[str] = Counter()
    while len(fell) < times:
        points = OF_FILES if chance.random() < 0.7 else OTHERS
        point = chance.choice(list(points))
        seen = len(behind.log())
        ended = killing.run(
            "backfill",
            site.data,
            site.url,
            settings=MEDIA,
            point=point,
            nth=chance.randint(*points[point]),
            signals=[signal.SIGKILL],
        )
        site.see()
        kept = files_of(site.folder)
        asked.update(line["path"] for line in behind.log()[seen:] if is_media(line["path"]))
        assert {name: kept[name] for name in named_in(site.records())}.keys() == named_in(site.records()).keys()
        if ended.killed:
            fell.append(point)
            print(f"kill {lot + len(fell)}: {point}, {len(kept)} files, {len(list(left_in(site.folder)))} unfinished")
            continue
        assert ended.code == 0, ended.stderr
        assert_whole(site, asked, len(fell))
        site = site.elsewhere(tmp_path / str(len(fell)))
        asked.clear()
    ended = killing.run("backfill", site.data, site.url, settings=MEDIA)
    assert ended.code == 0, ended.stderr
    assert_whole(site, asked, len(fell))
    assert sum(point in OF_FILES for point in fell) >= 0.5 * times


def left_in(folder: Path) -> Iterator[Path]:
    """What is not finished."""
    return folder.glob("media/.new/*")


def assert_whole(site: Site, asked: Counter[str], kills: int) -> None:
    """Each file is there, no other is, and each was asked for once more at the most for each time that it was lost."""
    site.assert_whole()
    assert set(named_in(site.records())) == set(files_of(site.folder))
    assert not list(left_in(site.folder))
    assert max(asked.values(), default=0) <= 1 + kills


def test_an_article_whose_files_are_cut_off_waits_for_the_next_start(article: OneArticle) -> None:
    names = [f"{number}.png" for number in range(6)]
    article.table |= {f"/{name}": answer(200, media.png(name), kind="image/png") for name in names}
    article.shows(pictures(names))
    article.settings["CONCURRENT_REQUESTS_PER_DOMAIN"] = "1"
    ended = article.crawl(point=REQUEST, nth=9, signals=[signal.SIGTERM])
    assert ended.code == 8, ended.stderr
    assert "Traceback" not in ended.stderr
    assert not Crawl(0, "", "", article.data).lines(article.server.name)
    here = len(files_of(article.folder))
    assert 0 < here < len(names)
    assert all(image["sha256"] for image in article.read()["images"])
    asked = Counter(path for path in article.server.paths if path.endswith(".png"))
    assert len(asked) == len(names)
    assert max(asked.values()) == 1


def test_a_folder_that_cannot_be_written_ends_the_run(article: OneArticle) -> None:
    article.table["/a.png"] = answer(200, PNG, kind="image/png")
    article.shows(pictures(["a.png"]))
    (article.folder / "media").mkdir(parents=True)
    (article.folder / "media").chmod(0o500)
    ended = article.crawl(mortal=True)
    assert ended.code == 7, ended.stderr
    assert ended.last_line.startswith(f"{article.folder}/media/"), ended.last_line
    assert "Traceback" not in ended.stderr
    (article.folder / "media").chmod(0o700)
    assert article.read()["images"][0]["sha256"] == hashlib.sha256(PNG).hexdigest()
