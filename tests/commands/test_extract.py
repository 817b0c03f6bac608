"""``scrapy extract``: one JSON line for what each page gives, over pages of the fixture portal."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from scrapy.settings import Settings

from crawler.commands.extract import Command
from crawler.demo import CHECKOUT
from tests.crawling import allowing
from tests.killing import lasting

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import RunningPortal, StartPortal
    from tests.killing import Ended


@dataclass(frozen=True, slots=True)
class Said:
    """What the command said."""

    code: int
    lines: list[dict[str, Any]]
    error: str


@pytest.fixture
def extract(capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path) -> Callable[..., Said]:
    """Run the command in this process: nothing is fetched, so that no reactor is needed."""

    def run(*arguments: str | Path, **settings: object) -> Said:
        command = Command()
        command.settings = Settings()
        command.settings.setmodule("crawler.settings", priority="project")
        command.settings.setdict({"DISCUZ_DATA_DIR": str(tmp_path / "data"), **settings})
        parser = argparse.ArgumentParser()
        command.add_options(parser)
        options, rest = parser.parse_known_args([str(argument) for argument in arguments])
        command.process_options(rest, options)
        assert not command.requires_crawler_process
        command.run(rest, options)
        out, error = capsysbinary.readouterr()
        return Said(command.exitcode, [json.loads(line) for line in out.splitlines()], error.decode())

    return run


@pytest.fixture
def save(tmp_path: Path) -> Callable[[str, str], Path]:
    """Save the page at an address under a name."""

    def store(url: str, name: str = "page.html") -> Path:
        try:
            with urlopen(url) as response:
                body = response.read()
        except HTTPError as error:
            with error:
                body = error.read()
        (tmp_path / name).write_bytes(body)
        return tmp_path / name

    return store


def single(truth: list[dict[str, Any]]) -> dict[str, Any]:
    """A record whose article is on one page, with comments and pictures."""
    return next(
        record
        for record in truth
        if record["status"] == "published"
        and len(record["pages"]) == 1
        and record["images"]
        and 0 < record["comment_count"] <= 20
        and "mod=view" in record["url"]
    )


@pytest.mark.parametrize(("case", "kind"), [("comments", "comments"), ("article_full", "article")])
def test_comments_that_are_switched_off_are_left_out(extract: Callable[..., Said], case: str, kind: str) -> None:
    folder = CHECKOUT / "fixtures" / "pages" / case
    url = json.loads((folder / "meta.json").read_bytes())["url"]
    for enabled in (True, False):
        [line] = extract("--url", url, folder / "page.html", DISCUZ_COMMENTS_ENABLED=enabled).lines
        comments = line.get("record", line)["comments"]
        assert (line["kind"], bool(comments), comments is None) == (kind, enabled, not enabled)


def test_an_article_gives_its_record(
    portal: RunningPortal, save: Callable[..., Path], extract: Callable[..., Said]
) -> None:
    truth = single(portal.truth("demo"))
    page = save(truth["url"])
    os.utime(page, (1_700_000_000, 1_700_000_000))
    said = extract(page)
    assert (said.code, said.error) == (0, "")
    (line,) = said.lines
    assert (line["file"], line["url"], line["kind"]) == (str(page), truth["url"], "article")
    record = line["record"]
    of_the_crawl = {"id", "breadcrumbs", "discuz", "provenance", "counts_observed_at", "view_count", "main_image"}
    assert {name: record[name] for name in truth.keys() - of_the_crawl} == {
        name: value for name, value in truth.items() if name not in of_the_crawl
    }
    assert record["provenance"]["fetched_at"] == datetime.fromtimestamp(1_700_000_000, UTC).isoformat()
    assert (record["provenance"]["run_id"], record["provenance"]["http_status"]) == (None, None)
    host = portal.url.split("/")[2]
    assert record["id"] == f"{host.replace(':', '_')}:{truth['discuz']['aid']}"


@pytest.mark.parametrize("charset", ["gbk", "big5"])
def test_a_page_in_another_charset_is_read_by_what_it_declares(
    charset: str, start_portal: StartPortal, save: Callable[..., Path], extract: Callable[..., Said]
) -> None:
    portal = start_portal(articles=60, charset=charset)
    truth = single(portal.truth())
    (line,) = extract(save(truth["url"])).lines
    assert line["record"]["headline"] == truth["headline"]
    assert line["record"]["article_body"] == truth["article_body"]
    assert line["record"]["provenance"]["encoding_source"] == "meta"
    portal.stop()


@pytest.mark.parametrize(
    ("path", "kind", "fields"),
    [
        ("portal.php", "home", {"categories"}),
        ("news/", "listing", {"catid", "name", "entries", "page", "pages", "children"}),
        ("portal.php?mod=rss", "feed", {"title", "entries"}),
        ("home.php?mod=space&uid=3", "other", set()),
        ("portal.php?mod=view&aid=999999", "wall", {"wall", "text"}),
        ("portal.php?mod=list&catid=2&page=999", "beyond_last", set()),
    ],
)
def test_each_kind_of_page_has_its_own_line(
    path: str,
    kind: str,
    fields: set[str],
    portal: RunningPortal,
    save: Callable[..., Path],
    extract: Callable[..., Said],
) -> None:
    url = portal.url + path
    said = extract(save(url), "--url", url)
    assert (said.code, said.error) == (0, "")
    (line,) = said.lines
    assert line["kind"] == kind
    assert set(line) == {"file", "url", "kind"} | fields
    assert all(line[field] for field in fields)


def test_a_page_of_comments_gives_them(
    portal: RunningPortal, save: Callable[..., Path], extract: Callable[..., Said]
) -> None:
    truth = next(record for record in portal.truth() if (record["comment_count"] or 0) > 25)
    number = truth["discuz"]["aid"]
    url = f"{portal.url}portal.php?mod=comment&id={number}&idtype=aid&page="
    first, second, beyond = extract(*(save(f"{url}{page}", f"{page}.html") for page in (1, 2, 99))).lines
    assert (first["count"], first["page"], second["page"]) == (truth["comment_count"], 1, 2)
    assert first["comments"] == truth["comments"][-25:], "the newest, oldest first as in a record"
    assert second["comments"] == truth["comments"][-50:-25]
    assert beyond["kind"] == "beyond_last"


def test_the_thread_behind_an_article_gives_its_comments(
    portal: RunningPortal, save: Callable[..., Path], extract: Callable[..., Said]
) -> None:
    truth = next(record for record in portal.truth() if record["discuz"]["tid"])
    url = f"{portal.url}forum.php?mod=viewthread&tid={truth['discuz']['tid']}"
    (line,) = extract(save(url), "--url", url).lines
    assert line["kind"] == "thread"
    # A thread prints seconds, and quotes none of the replies.
    said = [
        [(one["id"], one["author"], one["text"]) for one in comments]
        for comments in (line["comments"], truth["comments"])
    ]
    assert said[0] == said[1]


def test_the_second_page_of_an_article_gives_that_page(
    portal: RunningPortal, save: Callable[..., Path], extract: Callable[..., Said]
) -> None:
    truth = next(record for record in portal.truth() if len(record["pages"]) > 1)
    second, beyond = extract(
        save(truth["pages"][1]["url"], "2.html"),
        save(f"{portal.url}portal.php?mod=view&aid={truth['discuz']['aid']}&page=99", "99.html"),
    ).lines
    assert second["record"]["url"] == truth["url"]
    assert second["record"]["article_body"] in truth["article_body"]
    assert beyond["kind"] == "beyond_last"


def test_addresses_may_come_from_a_table(
    portal: RunningPortal, save: Callable[..., Path], extract: Callable[..., Said], tmp_path: Path
) -> None:
    home = save(f"{portal.url}portal.php", "home.html")
    feed = save(f"{portal.url}portal.php?mod=rss", "rss.xml")
    table = tmp_path / "urls.tsv"
    table.write_text(f"home.html\t{portal.url}\n\n{feed}\t{portal.url}portal.php?mod=rss\n", encoding="utf-8")
    said = extract(home, feed, "--urls", table)
    assert [line["url"] for line in said.lines] == [portal.url, f"{portal.url}portal.php?mod=rss"]


def test_a_page_that_names_no_address_tells_it_by_its_number(
    portal: RunningPortal, save: Callable[..., Path], extract: Callable[..., Said]
) -> None:
    """Sites without the "report" script: the site root is in ``base``, the number in the page."""
    addresses = [single(portal.truth())["url"], f"{portal.url}portal.php?mod=list&catid=2"]
    pages = [save(url, f"{number}.html") for number, url in enumerate(addresses)]
    for page in pages:
        page.write_bytes(page.read_bytes().replace(b"REPORTURL", b"R"))
    assert [line["url"] for line in extract(*pages).lines] == addresses


def test_a_feed_has_the_address_of_what_it_is_the_feed_of(
    portal: RunningPortal, save: Callable[..., Path], extract: Callable[..., Said]
) -> None:
    (line,) = extract(save(f"{portal.url}portal.php?mod=rss&catid=2")).lines
    assert (line["kind"], line["url"]) == ("feed", f"{portal.url}portal.php?mod=list&catid=2")


def test_explain_names_the_rule_of_each_field(
    portal: RunningPortal, save: Callable[..., Path], extract: Callable[..., Said]
) -> None:
    page = save(single(portal.truth())["url"])
    listing = save(f"{portal.url}portal.php?mod=list&catid=2", "list.html")
    article, category = extract(page, listing, "--explain").lines
    assert article["explain"]["headline"] == 'id("_viewnum")/ancestor::div[1]/h1'
    given = {name for name, value in article["record"].items() if value}
    assert given - set(article["explain"]) <= {"kind", "status", "revision", "provenance"}
    assert "entries" in category["explain"]


def test_explain_says_what_would_mend_a_missing_field(extract: Callable[..., Said], tmp_path: Path) -> None:
    article, listing = tmp_path / "article.html", tmp_path / "list.html"
    article.write_text('<h1>Title</h1><table><tr><td id="article_content">Words</td></tr></table>')
    listing.write_text('<body class="pg_list pg_list_3"><div id="ct"><h1>News</h1><div class="bm_c xld"></div></div>')
    table = tmp_path / "urls.tsv"
    table.write_text(
        "article.html\thttp://a.example/portal.php?mod=view&aid=3\n"
        "list.html\thttp://a.example/portal.php?mod=list&catid=3\n"
    )
    said = extract(article, listing, "--urls", table, "--explain").lines
    assert said[0]["missing"]["description"].endswith('; to mend it: [theme.article] summary = "a selector"')
    assert said[0]["missing"]["images"].endswith("none there")
    assert "headline" not in said[0]["missing"]
    assert said[1]["missing"]["entries"] == 'not found; to mend it: [theme.listing] entries = "a selector"'


def test_an_article_without_a_number_anywhere_is_told(
    portal: RunningPortal, save: Callable[..., Path], extract: Callable[..., Said], tmp_path: Path
) -> None:
    page = tmp_path / "bare.html"
    page.write_text('<div><h1>Title</h1></div><table><tr><td id="article_content">Words</td></tr></table>')
    said = extract(page, "--url", "http://www.example.com/news/today.html")
    assert said.code == 2
    assert said.error == (
        f"extract: {page}: no article id on http://www.example.com/news/today.html; "
        "give the address that names it, as in portal.php?mod=view&aid=…\n"
    )


def test_an_article_without_a_heading_is_told_with_the_line_that_would_mend_it(
    extract: Callable[..., Said], tmp_path: Path
) -> None:
    page = tmp_path / "bare.html"
    page.write_text('<table><tr><td id="article_content">Words</td></tr></table>')
    said = extract(page, "--url", "http://www.example.com/article-3-1.html")
    assert said.code == 2
    assert said.error.endswith('name it in the profile of the site: [theme.article] title = "SELECTOR"\n')


@pytest.mark.parametrize("more", [[], ["--url", "http://www.example.com/article-3-1.html"]])
def test_a_page_that_would_be_read_for_minutes_is_told(
    extract: Callable[..., Said], tmp_path: Path, more: list[str]
) -> None:
    page = tmp_path / "large.html"
    page.write_text("<b>" * 60_000)
    said = extract(page, *more)
    assert said.code == 2
    assert said.error.startswith(f"extract: {page}: it has 60,000 tags, more than any page has; ")


PROFILE = """url = "{url}"
time_zone = "Europe/London"
style = {{ article = "read/{{id}}.html" }}

[theme.article]
title = "h1.ph::text"
"""


@pytest.fixture
def sites(tmp_path: Path) -> Path:
    """A folder for profiles, as ``DISCUZ_SITES_DIR``."""
    folder = tmp_path / "sites"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("given", [False, True])
def test_a_page_is_read_by_the_profile_of_its_site(
    given: bool, portal: RunningPortal, save: Callable[..., Path], extract: Callable[..., Said], sites: Path
) -> None:
    truth = single(portal.truth())
    page = save(truth["url"])
    (sites / "harbour.toml").write_text(PROFILE.format(url=portal.url), encoding="utf-8")
    asked = ["--site", "harbour"] if given else []
    (line,) = extract(page, "-s", f"DISCUZ_SITES_DIR={sites}", *asked).lines
    record = line["record"]
    aid = truth["discuz"]["aid"]
    assert record["id"] == f"harbour:{aid}"
    assert record["url"] == f"{portal.url}read/{aid}.html"
    assert record["date_published_raw"] == truth["date_published_raw"]
    assert record["date_published"][:16] == truth["date_published"][:16]
    assert record["date_published"][-6:] in {"+00:00", "+01:00"}
    assert (record["provenance"]["time_zone_source"], record["provenance"]["extractor"]) == ("profile", "harbour")
    assert record["headline"] == truth["headline"]


def test_a_page_of_another_address_keeps_its_own_root_under_a_given_site(
    portal: RunningPortal, save: Callable[..., Path], extract: Callable[..., Said], sites: Path
) -> None:
    """As a page that was saved before its site moved."""
    truth = single(portal.truth())
    page = save(truth["url"])
    (sites / "harbour.toml").write_text('url = "https://www.example.com/"', encoding="utf-8")
    (line,) = extract(page, "-s", f"DISCUZ_SITES_DIR={sites}", "--site", "harbour").lines
    assert (line["record"]["id"], line["record"]["url"]) == (f"harbour:{truth['discuz']['aid']}", truth["url"])
    (line,) = extract(page, "--site", "demo").lines
    assert (line["record"]["id"], line["record"]["url"]) == (truth["id"], truth["url"])


@pytest.mark.parametrize(
    ("profile", "words"),
    [
        ("delay = -1\n", "harbour.toml: delay = -1: seconds from 0 to 3600 are wanted"),
        ('[theme.article]\ntitel = "h1"\n', "harbour.toml: theme.article.titel is unknown"),
    ],
)
def test_a_faulty_profile_is_told_for_its_pages_only(
    profile: str,
    words: str,
    portal: RunningPortal,
    save: Callable[..., Path],
    extract: Callable[..., Said],
    sites: Path,
) -> None:
    page = save(single(portal.truth())["url"])
    other = save(f"{portal.url}portal.php", "other.html")
    table = sites / "urls.tsv"
    table.write_text(f"{other}\thttp://other.example/portal.php\n", encoding="utf-8")
    (sites / "harbour.toml").write_text(f'url = "{portal.url}"\n{profile}', encoding="utf-8")
    said = extract(page, other, "-s", f"DISCUZ_SITES_DIR={sites}", "--urls", table)
    assert (said.code, [line["file"] for line in said.lines]) == (2, [str(other)])
    assert words in said.error
    assert said.error.count("\n") == 1


BROKEN = {
    "empty": b"",
    "blank": b"\n \n",
    "nul": b"\0" * 1000,
    "noise": bytes(range(256)) * 40,
    "cut": b"<!DOCTYPE html><html><head><title>a</ti",
    "comment": b"<!-- <html><body>",
    "charset": b"<meta charset=no-such-charset><p>\xff\xfe",
    "utf16": "<html><body><h1>标题</h1></body></html>".encode("utf-16"),
    "feed": b'<?xml version="1.0"?><rss version="2.0"><channel><item><title>a</title>',
    "feed_without_root": b'<?xml version="1.0"?><rss',
    "base": b'<base href="http://["><h1>a</h1><div id="article_content">b</div>',
    "script_base": b'<base href="javascript:x"><h1>a</h1><div id="article_content">b</div>',
    "numbers": b'<h1>a</h1><em id="_viewnum">' + b"9" * 5000 + b'</em><a id="click_aid_' + b"9" * 5000 + b'_1">x</a>',
    "deep": b"<div>" * 20000 + b"deep",
    "surrogate": b"<h1>&#55357;</h1><div id=article_content>&#xD800;</div>",
}


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("address", ["portal.php?mod=view&aid=3", "portal.php", "portal.php?mod=rss"])
def test_a_page_that_is_broken_gives_a_line_and_the_next_is_read(
    name: str, address: str, extract: Callable[..., Said], tmp_path: Path
) -> None:
    broken, good = tmp_path / "broken.html", tmp_path / "good.html"
    broken.write_bytes(BROKEN[name])
    good.write_text('<script src="portal.php">discuz_uid</script>')
    table = tmp_path / "urls.tsv"
    table.write_text(f"broken.html\thttp://a.example/{address}\ngood.html\thttp://a.example/portal.php\n")
    said = extract(broken, good, "--urls", table)
    assert said.lines[-1]["file"] == str(good)
    assert len(said.lines) + said.error.count("\n") == 2
    assert said.code in {0, 2}, said.error
    assert "a bug" not in said.error


def test_a_bug_of_ours_is_one_line_too(
    extract: Callable[..., Said], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError("body")

    monkeypatch.setattr("crawler.commands.extract.describe", fail)
    page = tmp_path / "page.html"
    page.write_text("<p>")
    said = extract(page, "--url", "http://a.example/portal.php")
    assert said.code == 1
    assert said.error.startswith(f"extract: {page}: a bug ended the reading (KeyError: 'body'); please report it")
    assert said.error.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "extract: nothing to extract from; give saved pages or addresses"),
        (["missing.html"], "extract: missing.html: No such file or directory; give a saved page or an http(s) address"),
        (["plain.html"], "extract: plain.html: the page does not tell its address; give it with --url or --urls"),
        (["plain.html", "--from-warcs", "a.warc"], "extract: unknown option --from-warcs; see scrapy extract --help"),
        (["plain.html", "--from-warc", "a.warc"], "extract: plain.html: no page or other option goes with --from-warc"),
        (["--from-warc", "a.warc"], "extract: --from-warc a.warc: No such file or directory: give a WARC file"),
        (["--from-warc", "plain.html"], "extract: --from-warc plain.html: no WARC file: give one that begins with"),
        (
            ["--from-warc", "a.warc", "--url", "http://a/"],
            "extract: --url http://a/: an archive knows its own addresses",
        ),
        (["--records"], "extract: --records is for --from-warc FILE …, which is not given"),
        (
            ["--records", "--explain", "--from-warc", "a"],
            "extract: --explain says what single pages give; leave it out",
        ),
        (["plain.html", "plain.html", "--url", "http://a/"], "extract: --url http://a/ is for one page, 2 are given"),
        (["plain.html", "--url", "today.html"], "--url='today.html' is not an address"),
        (["plain.html", "--urls", "missing.tsv"], "extract: missing.tsv: No such file"),
        (["plain.html", "--site", "nosuch"], "site='nosuch' is not known: give an address"),
        (["."], "extract: .: Is a directory; give a saved page or an http(s) address"),
        (
            ["plain.html", "--urls", "plain.html"],
            "extract: --urls plain.html, line 1: '<p>plain</p>' is not of the form",
        ),
    ],
)
def test_wrong_use_is_told_in_one_line(
    arguments: list[str], words: str, extract: Callable[..., Said], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plain.html").write_text("<p>plain</p>")
    said = extract(*arguments)
    assert (said.code, said.lines) == (2, [])
    assert said.error.startswith(words)
    assert said.error.count("\n") == 1


def test_the_commands_are_listed() -> None:
    listed = subprocess.run([sys.executable, "-m", "scrapy"], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert "Print what pages give, one JSON line each" in listed.stdout
    assert "Keep the demo portal running until Ctrl-C" in listed.stdout


def test_help_says_what_it_takes() -> None:
    done = scrapy("--help")
    assert done.code == 0
    assert "its file's last change" in " ".join(done.stdout.split())


def scrapy(*arguments: str) -> Ended:
    """Run the command in a process of its own, as quickly as can be."""
    return lasting().scrapy(["extract", *arguments, *allowing("harbour"), "-s", "DOWNLOAD_DELAY=0"], unclosed=True)


def test_pages_on_the_web_are_fetched(portal: RunningPortal, save: Callable[..., Path]) -> None:
    page = save(f"{portal.url}portal.php")
    host = portal.url.split("/")[2]
    missing = f"{portal.url}portal.php?mod=view&aid=999999"
    polite = ["-s", "DISCUZ_CONTACT=tests@example.com", "-s", f"DISCUZ_ALLOW_PRIVATE_ADDRESSES={host}"]
    moved = next(record for record in portal.truth() if record["status"] == "moved")
    done = scrapy(portal.url, str(page), missing, moved["url"], *polite)
    assert (done.code, done.stderr) == (0, "")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(line["file"], line["kind"]) for line in lines] == [
        (portal.url, "home"),
        (str(page), "home"),
        (missing, "wall"),
        (moved["url"], "moved"),
    ]
    assert lines[3]["moved_to"] == moved["moved_to"]
    assert lines[2]["wall"] == "missing_article"
    asked = portal.log()[-1]
    assert "tests@example.com" in asked["user_agent"]


def test_what_cannot_be_fetched_is_told(portal: RunningPortal) -> None:
    forbidden = f"{portal.url}api/connect.php"
    done = scrapy(forbidden, "-s", "DISCUZ_CONTACT=tests@example.com")
    assert (done.code, done.stdout) == (4, "")
    assert done.stderr.splitlines()[-1].startswith(f"{forbidden}: ")
    picture = next(image["url"] for record in portal.truth() for image in record["images"])
    done = scrapy(picture, "-s", "DISCUZ_CONTACT=tests@example.com")
    assert (done.code, done.stdout) == (2, "")
    assert done.stderr == f"{picture}: what comes is no page; give the address of one\n"
    nobody = "http://127.0.0.1:1/"
    done = scrapy(nobody, "-s", "DISCUZ_CONTACT=tests@example.com", "-s", "RETRY_TIMES=0")
    assert (done.code, done.stdout) == (3, "")
    assert f"{nobody}: cannot be reached" in done.stderr.splitlines()[-1]


def test_nobody_is_asked_without_a_contact(portal: RunningPortal) -> None:
    done = scrapy(portal.url)
    assert (done.code, done.stdout) == (2, "")
    assert "DISCUZ_CONTACT is not set" in done.stderr
    assert done.stderr.count("\n") == 1
