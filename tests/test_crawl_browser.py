"""Whole crawls of portals behind walls that only a script passes, with Chromium; and without, where it may not."""

from __future__ import annotations

import json
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from tests.browsing import ON, browse, needs_browser
from tests.crawling import QUICK, Crawl, crawl, differences
from tests.servers import Server, answer
from tests.whole import site_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import RunningPortal, StartPortal
    from tests.servers import Answer, Asked

PERMISSION = "the editor-in-chief, by mail of 2026-11-02"


def report_of(ended: Crawl, site: str) -> dict[str, Any]:
    (path,) = ended.folder(site).glob("runs/*/report.json")
    report: dict[str, Any] = json.loads(path.read_bytes())
    return report


def by_browser(records: list[dict[str, Any]]) -> list[str]:
    """Which records came by the browser; what a truth cannot know of them is taken out."""
    return [record["id"] for record in records if record.get("provenance", {}).pop("via", None) == "browser"]


def permitting(portal: RunningPortal, data: Path) -> dict[str, str]:
    """Write the profile ``allowed``, and give the settings that a crawl of it takes."""
    folder = data / "sites"
    folder.mkdir(parents=True)
    (folder / "allowed.toml").write_text(f'url = "{portal.url}"\npermission = "{PERMISSION}"\n', encoding="utf-8")
    return QUICK | {"DISCUZ_ALLOW_PRIVATE_ADDRESSES": portal.url.removeprefix("http://").rstrip("/")}


# --- a cookie -------------------------------------------------------------------------------------------------------


@needs_browser
@pytest.mark.parametrize(
    ("wall", "lasts", "pages"),
    [("cookie-521", 0, 1), ("cookie", 45, 3)],
    ids=["for-good", "asked-for-anew"],
)
def test_one_page_wins_the_cookie_for_all(
    start_portal: StartPortal, tmp_path: Path, wall: str, lasts: int, pages: int
) -> None:
    portal = start_portal(articles=60, script_wall=wall, lasts=lasts)
    site = site_of(portal)
    ended = crawl("backfill", tmp_path, site=portal.url, settings=QUICK | ON)
    assert ended.code == 0, ended.stderr
    records, truth, log = ended.lines(site), portal.truth(site), portal.log()
    assert len(by_browser(records)) < pages
    by_browser(truth)
    assert differences(records, truth) == {}
    report = report_of(ended, site)
    assert report["browser"]["pages"] == report["browser"]["passed"] == pages
    # The wall's script and what it leads to: everything else are plain requests, with the name that won the cookie.
    assert report["browser"]["requests"] == pages
    assert {line["user_agent"] for line in log} == {log[0]["user_agent"]}
    assert "discuz-crawler" in log[0]["user_agent"]
    assert report["plan"]["sent"] == len(log)
    assert report["browser"]["seconds"] > 0
    assert report["browser"]["memory_mib"] > 0
    if not lasts:
        assert [line["status"] for line in log].count(521) == 1
        assert report["plan"]["repeated"] == 1


# --- anti-collection ------------------------------------------------------------------------------------------------


@needs_browser
def test_with_permission_each_article_is_signed(start_portal: StartPortal, tmp_path: Path) -> None:
    """The first views are free for everyone; from then on each page of an article is signed by its script."""
    portal = start_portal(articles=60, script_wall="antitheft", free=54)
    settings = permitting(portal, tmp_path) | ON
    ended = crawl("backfill", tmp_path, site="allowed", settings=settings)
    assert ended.code == 0, ended.stderr
    records, truth, log = ended.lines("allowed"), portal.truth("allowed"), portal.log()
    signed = [line for line in log if "_dsign=" in line["path"]]
    through = by_browser(records)
    by_browser(truth)
    assert differences(records, truth) == {}
    assert 8 <= len(through) <= len(signed) < len(records) / 2
    report = report_of(ended, "allowed")
    assert report["browser"]["pages"] == report["browser"]["requests"] == len(signed)
    # All of it has come by the downloader, and so by its gate.
    assert report["plan"]["sent"] == len(log)
    assert report["site"]["permission"] == PERMISSION
    assert not any("_dsign" in json.dumps(record) for record in records)


@pytest.mark.parametrize("settings", [ON, {}], ids=["on", "off"])
@needs_browser
def test_without_permission_nothing_is_collected(
    start_portal: StartPortal, tmp_path: Path, settings: dict[str, str]
) -> None:
    portal = start_portal(articles=60, script_wall="antitheft")
    site = site_of(portal)
    ended = crawl("backfill", tmp_path, site=portal.url, settings=QUICK | settings)
    assert ended.code == 4, ended.stderr
    assert ended.lines(site) == []
    assert 'permission = "who, when"' in ended.last_line
    assert "(antitheft)" in ended.last_line
    report = report_of(ended, site)
    assert report["browser"]["pages"] == 0
    assert report["site"]["permission"] is None
    assert not any("_dsign=" in line["path"] for line in portal.log())


@needs_browser
def test_pages_of_a_run_are_limited_and_the_next_start_goes_on(start_portal: StartPortal, tmp_path: Path) -> None:
    portal = start_portal(articles=60, script_wall="antitheft")
    settings = permitting(portal, tmp_path) | ON | {"DISCUZ_BROWSER_PAGES": "2"}
    first, second = (crawl("article", tmp_path, site="allowed", aid="20-22", settings=settings) for _ in range(2))
    assert (first.code, second.code) == (8, 0), first.stderr
    assert "DISCUZ_BROWSER_PAGES" in first.last_line
    records = second.lines("allowed")
    assert len(records) == len({record["id"] for record in records}) == 3
    assert len(by_browser(records)) == 3


# --- without a browser ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wall", ["cookie", "cookie-521"])
def test_without_the_browser_the_wall_says_how_to_get_it(start_portal: StartPortal, tmp_path: Path, wall: str) -> None:
    portal = start_portal(articles=60, script_wall=wall)
    ended = crawl("portal", tmp_path, site=portal.url, settings=QUICK)
    assert ended.code == 4, ended.stderr
    assert "start again with -s DISCUZ_BROWSER_ENABLED=1" in ended.last_line
    assert "Traceback" not in ended.stderr
    assert ended.lines(site_of(portal)) == []


def test_a_permission_without_the_browser_says_so(start_portal: StartPortal, tmp_path: Path) -> None:
    portal = start_portal(articles=60, script_wall="antitheft")
    ended = crawl("backfill", tmp_path, site="allowed", settings=permitting(portal, tmp_path))
    assert ended.code == 4, ended.stderr
    assert "start again with -s DISCUZ_BROWSER_ENABLED=1" in ended.last_line


@needs_browser
def test_a_browser_that_is_not_there_is_said_before_anything_is_asked_for(tmp_path: Path) -> None:
    with Server() as server:
        ended = crawl("portal", tmp_path, site=server.url, settings=QUICK | ON | {"DISCUZ_BROWSER_EXECUTABLE": "/none"})
        assert ended.code == 2, ended.stderr
        assert "/none" in ended.last_line
        assert "Traceback" not in ended.stderr
        assert server.log == []


@needs_browser
def test_a_browser_that_does_not_start_ends_the_crawl(start_portal: StartPortal, tmp_path: Path) -> None:
    portal = start_portal(articles=60, script_wall="cookie")
    program = shutil.which("true") or ""
    ended = crawl("portal", tmp_path, site=portal.url, settings=QUICK | ON | {"DISCUZ_BROWSER_EXECUTABLE": program})
    assert ended.code == 2, ended.stderr
    assert "Chromium does not start" in ended.last_line
    assert "Traceback" not in ended.stderr
    assert "never retrieved" not in ended.stderr


# --- walls that are not passed --------------------------------------------------------------------------------------

ARTICLE = "portal.php?mod=view&aid={}"
BEHIND = answer(200, b'<td id="article_content">behind it</td>')
"""What a page of content has in it, as far as a wall is told from one."""


def wall_of(script: str) -> bytes:
    """A page that is told to be a wall by its markup, and runs a script."""
    return answer(200, f"<html><script>/* __jsl_clearance */{script}</script></html>".encode())


def asked_again(asked: Asked, script: str) -> Answer:
    """A wall whose script has the page asked for again, with a cookie."""
    return BEHIND if "seen=1" in (asked.header("Cookie") or "") else wall_of(f"document.cookie='seen=1';{script}")


@needs_browser
def test_a_page_takes_no_more_than_it_may() -> None:
    walls = {
        f"/{ARTICLE.format(1)}": wall_of("for(;;);"),
        f"/{ARTICLE.format(2)}": wall_of("var all=[];setInterval(()=>{all.push(new Uint8Array(4e7).fill(1))},20)"),
    }
    with Server(walls) as server:
        browsed = browse(
            *(server.url + path[1:] for path in walls),
            DISCUZ_ALLOW_PRIVATE_ADDRESSES=f"{server.host}:{server.port}",
            DISCUZ_BROWSER_TIMEOUT="1.5",
            DISCUZ_BROWSER_MEMORY="500",
        )
    assert [one["body"].encode() for one in browsed.came] == [page.partition(b"\r\n\r\n")[2] for page in walls.values()]
    assert [code for code, _ in browsed.ended] == [4] * len(walls)
    for (_, words), name in zip(browsed.ended, ["TIMEOUT", "MEMORY"], strict=True):
        assert f"DISCUZ_BROWSER_{name}" in words
    assert (browsed.stat("page_count"), browsed.stat("passed_count")) == (len(walls), 0)


@needs_browser
def test_a_page_that_leads_nowhere_is_left_and_a_browser_that_dies_is_started_again() -> None:
    scripts = {
        1: "location.reload()",
        2: "for (let number = 0; number < 40; number++) fetch('/' + number)",
        3: "document.write('<script src=/die.js><' + '/script>')",
    }

    def table(asked: Asked) -> Answer:
        if asked.path == "/die.js":
            for process in psutil.Process().children(recursive=True):
                with suppress(psutil.NoSuchProcess):
                    if "chrom" in process.name():
                        process.kill()
        for aid, script in scripts.items():
            if asked.path == f"/{ARTICLE.format(aid)}":
                return wall_of(script)
        return asked_again(asked, "location.reload()") if "aid=" in asked.path else answer(404)

    with Server(table) as server:
        browsed = browse(
            *(server.url + ARTICLE.format(aid) for aid in (*scripts, 4)),
            DISCUZ_ALLOW_PRIVATE_ADDRESSES=f"{server.host}:{server.port}",
        )
        assert server.paths.count(f"/{ARTICLE.format(1)}") == 1 + 5
    assert [code for code, _ in browsed.ended] == [4, 4]
    for (_, words), why in zip(browsed.ended, ["a wall again, 5 times", "more than 30 things"], strict=True):
        assert why in words
    *_, died, passed = browsed.came
    assert died["error"] == "NotSent"
    assert passed["flags"] == ["browser"]


@needs_browser
def test_only_what_a_wall_needs_is_fetched_and_only_as_robots_allow() -> None:
    wanted = """
        alert('a page that waits for a person to close this would wait for ever');
        var left = 9, done = () => { if (!--left) location.reload() };
        for (const [name, attribute, address] of [['script', 'src', '/own.js'], ['script', 'src', '/data/no.js'],
            ['img', 'src', '/a.png'], ['link', 'href', '/a.css'], ['video', 'src', '/a.mp4']]) {
            const one = document.createElement(name);
            one.onload = one.onerror = done;
            if (name == 'link') one.rel = 'stylesheet';
            one[attribute] = address;
            document.documentElement.append(one);
        }
        fetch('/own.json').then(done, done);
        fetch('/form', {method: 'POST', body: 'a=b'}).then(done, done);
        new WebSocket('ws://' + location.host + '/socket').onclose = done;
        navigator.serviceWorker ? navigator.serviceWorker.register('/own.js').then(done, done) : done();
        new FontFace('f', 'url(/a.woff)').load();
        window.open('/window');
    """

    def table(asked: Asked) -> Answer:
        if asked.path == "/robots.txt":
            return answer(200, b"User-agent: *\nDisallow: /data/", kind="text/plain")
        if "aid=1" in asked.path:
            return asked_again(asked, wanted)
        return answer(200, b"{}", kind="text/javascript")

    with Server(table) as server:
        browsed = browse(server.url + ARTICLE.format(1), DISCUZ_ALLOW_PRIVATE_ADDRESSES=f"{server.host}:{server.port}")
        (came,) = browsed.came
        assert (came["status"], came["flags"]) == (200, ["browser"])
        assert "behind it" in came["body"]
        article = f"/{ARTICLE.format(1)}"
        assert sorted(set(server.paths) - {"/window"}) == sorted({"/robots.txt", article, "/own.js", "/own.json"})
        assert server.paths.count(article) == 2
        assert {asked.head.split(" ")[0] for asked in server.log} == {"GET"}
        assert {asked.header("User-Agent") for asked in server.log} == {server.log[0].header("User-Agent")}
        assert browsed.stat("blocked_count") >= 4


@needs_browser
def test_a_wall_that_asks_for_a_person_is_left_to_one() -> None:
    """Whatever its scripts could do."""
    leads_on = '<script>document.cookie="seen=1";location.reload()</script>'
    question = f"""<html><body bgcolor="#FFFFFF">{leads_on}<b style="font-size: 16px">1 + 1</b> <br /><br />?<br />
        <form method="get" action="misc.php"><input name="secqsubmit" value="yes" /></form>"""
    login = f'<html><body>{leads_on}<div id="messagetext"><p>请先登录</p></div><div id="messagelogin"></div>'
    walls = {f"/{ARTICLE.format(aid)}": page for aid, page in enumerate((question, login), 1)}
    with Server({path: [answer(200, page.encode()), BEHIND] for path, page in walls.items()}) as server:
        allowed = {"DISCUZ_ALLOW_PRIVATE_ADDRESSES": f"{server.host}:{server.port}"}
        browsed = browse(*(server.url + path[1:] for path in walls), **allowed)
    assert [one["body"] for one in browsed.came] == list(walls.values())
    assert browsed.stat("page_count") == 0
