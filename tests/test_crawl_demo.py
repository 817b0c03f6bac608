"""The main job, end to end: the demo portal into JSON Lines, compared with what it knows of itself."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.crawling import ROOT, Crawl, command, crawl_afresh, differences
from tests.killing import lasting

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OFF = {"DISCUZ_REVISIT_DAYS": "0", "DISCUZ_RESWEEP_DAYS": "0"}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    """A first crawl of the demo portal, on an empty store."""
    return crawl_afresh("portal", tmp_path_factory.mktemp("data"), site="demo")


@pytest.fixture(scope="module")
def truth(demo: Crawl) -> list[dict[str, Any]]:
    """What the portal knows of itself at the address that the crawl met it at."""
    url = f"http://127.0.0.1:{(demo.folder() / 'port').read_text().strip()}/"
    printed = subprocess.run(
        [sys.executable, "-m", "fixtures.portal", "--truth", url, "--site-name", "demo"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return [json.loads(line) for line in printed.stdout.splitlines()]


def test_it_ends_well_and_says_so(demo: Crawl) -> None:
    assert demo.code == 0, demo.stderr
    assert demo.last_line.startswith("demo: ")
    assert "new or changed" in demo.last_line


def test_every_record_equals_the_truth(demo: Crawl, truth: list[dict[str, Any]]) -> None:
    records = demo.lines()
    assert len(records) == len({record["id"] for record in records}) >= 400
    assert differences(records, truth) == {}


@pytest.fixture
def lines_of_published(demo: Crawl) -> Iterator[dict[str, Any]]:
    return (json.loads(line) for line in (demo.folder() / "published.jsonl").read_bytes().splitlines())


def test_the_files_are_those_of_the_contract(demo: Crawl, lines_of_published: Iterator[dict[str, Any]]) -> None:
    folder = demo.folder()
    [part] = lines_of_published
    run_id = part["run"]
    assert run_id.endswith("-portal")
    assert part["records"] == len(demo.lines())
    assert (folder / part["file"]).is_file()
    assert not list(folder.glob("articles/*.part"))
    report = json.loads((folder / "runs" / run_id / "report.json").read_bytes())
    assert report["exit_code"] == 0
    assert (folder / "runs" / run_id / "crawl.log").stat().st_size > 0
    tree = [json.loads(line) for line in (folder / "categories.jsonl").read_bytes().splitlines()]
    assert {category["name"] for category in tree if category["parent_key"]}
    reasons = {json.loads(line)["reason"] for line in (folder / "skipped.jsonl").read_bytes().splitlines()}
    assert "closed_category" in reasons


def crawl_again(demo: Crawl, data: Path, *, ahead: float = 0, **settings: str) -> tuple[int, dict[str, Any], int]:
    """Crawl when nothing is new, from a copy of the first crawl: the requests it took, its plan, and top categories.

    Args:
        demo: the first crawl.
        data: the folder for the copy.
        ahead: how many hours later.
        settings: the crawl's.
    """
    shutil.copytree(demo.data, data, dirs_exist_ok=True)
    words = [word for name, value in (OFF | settings).items() for word in ("-s", f"{name}={value}")]
    _, _, _, *words = command("portal", data, *words, site="demo")
    ended = lasting().scrapy(words, ahead=ahead * 3600)
    assert ended.code == 0, ended.stderr
    assert "demo: 0 articles new or changed" in ended.last_line
    again = Crawl(ended.code, ended.stdout, ended.stderr, data)
    assert again.lines() == demo.lines()
    report = json.loads(max(again.folder().glob("runs/*/report.json")).read_bytes())
    tree = map(json.loads, (again.folder() / "categories.jsonl").read_bytes().splitlines())
    tops = [category for category in tree if not category["parent_key"] and category["state"] == "open"]
    return report["stats"]["downloader/request_count"], report["plan"], len(tops)


def test_a_second_crawl_finds_nothing_new_for_two_requests(demo: Crawl, tmp_path: Path) -> None:
    requests, plan, _ = crawl_again(demo, tmp_path)
    made = {purpose: number for purpose, number in plan["requests"].items() if number}
    assert made == {"robots": 1, "feed": 1}
    assert requests == 2


def test_where_feeds_are_not_trusted_it_asks_for_the_lists(demo: Crawl, tmp_path: Path) -> None:
    requests, plan, tops = crawl_again(demo, tmp_path, DISCUZ_FEED_TRUST="0")
    assert (plan["requests"]["listing"], plan["requests"]["feed"]) == (tops, 0)
    assert requests <= tops + 3


def test_what_revisits_and_sweep_ask_for_comes_on_top_and_is_itemised(demo: Crawl, tmp_path: Path) -> None:
    """All articles are older than what is looked at again, and all pages are due by then."""
    settings = {"DISCUZ_REVISIT_DAYS": "30", "DISCUZ_RESWEEP_DAYS": "0.5"}
    requests, plan, tops = crawl_again(demo, tmp_path, ahead=20, **settings)
    assert plan["planned"]["sweep"] == plan["requests"]["sweep"] > 20
    assert plan["planned"]["revisit"] == plan["requests"]["revisit"] == 0
    assert requests - plan["requests"]["sweep"] <= tops + 3


def test_the_facts_of_a_live_article_are_all_there(demo: Crawl) -> None:
    """A page of a live portal, saved as text, named these; the demo portal prints them in its own markup."""
    [record] = [line for line in demo.lines() if line["date_published_raw"] == "2019-10-17 20:34"]
    assert record["headline"] == "周德睿发表署名文章《奋力打好高质量脱贫的决胜之战》"
    assert record["publisher"]["name"] == "sexgang"
    assert record["date_published"] == "2019-10-17T20:34:00+08:00"
    assert (record["view_count"], record["comment_count"], record["comments"]) == (611, 0, [])
    assert record["is_based_on"] == {"name": "常德新闻联播", "url": None}
    assert record["description"] == "第六个全国扶贫日"
    assert record["credits"] == {
        "出品": ["常德全媒"],
        "一审": ["傅品红"],
        "二审": ["刘连松"],
        "终审": ["陈章楷"],
    }
    assert list(record["reactions"]) == ["路过", "雷人", "握手", "鲜花", "鸡蛋"]
    assert record["site"]["icp"] == "湘ICP备17005265号"
    assert record["site"]["generator"] == "Discuz! X3.4"
    assert "新闻|" in record["article_body"]  # telephone lines are text, not staff
