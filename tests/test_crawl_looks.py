"""Whole crawls that look at known articles again, at another time: what they write, feed, remember and say."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

import pytest

from crawler.store import read_store
from tests.crawling import QUICK, Crawl, command
from tests.killing import lasting
from tests.whole import site_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import RunningPortal, StartPortal

NO_GATE = {"DISCUZ_GATE_ENABLED": "0"}
"""A site of which all articles are gone is what the gate is for."""


@pytest.fixture
def portal(start_portal: StartPortal) -> Iterator[RunningPortal]:
    running = start_portal(articles=60)
    yield running
    running.stop()


def fault(portal: RunningPortal, name: str) -> None:
    with urlopen(f"{portal.url}__fault__?name={name}") as answer:
        assert answer.status == 200


def crawl_later(
    hours: float, spider: str, data: Path, portal: RunningPortal, *more: str, settings: dict[str, str], **given: str
) -> Crawl:
    """Run a spider to its end, so many hours from now."""
    words = [word for name, value in (QUICK | settings).items() for word in ("-s", f"{name}={value}")]
    _, _, _, *words = command(spider, data, *words, *more, site=portal.url, **given)
    ended = lasting().scrapy(words, ahead=hours * 3600)
    return Crawl(ended.code, ended.stdout, ended.stderr, data)


def of(crawl: Crawl, portal: RunningPortal, status: str) -> list[dict[str, Any]]:
    return [line for line in crawl.lines(site_of(portal)) if line["status"] == status]


def test_articles_that_are_gone_and_come_back(portal: RunningPortal, tmp_path: Path) -> None:
    def look(hours: float, *more: str) -> Crawl:
        ended = crawl_later(hours, "article", tmp_path, portal, *more, settings=NO_GATE, aid="1-3")
        assert ended.code == 0, ended.stderr
        return ended

    look(0)
    fault(portal, "404-all")
    for hours in (1, 40):
        ended = look(hours)
        assert "0 articles new or changed, 3 not found any more, looked for again" in ended.last_line
    feed = tmp_path / "mine.jsonl"
    ended = look(80, "-O", str(feed))
    assert "0 articles new or changed, 3 gone" in ended.last_line
    gone = of(ended, portal, "gone")
    assert sorted(line["discuz"]["aid"] for line in gone) == [1, 2, 3]
    assert {(line["revision"], line["provenance"]["http_status"]) for line in gone} == {(2, 404)}
    assert sorted(json.loads(line)["id"] for line in feed.read_bytes().splitlines()) == sorted(
        line["id"] for line in gone
    )
    look(90)
    fault(portal, "")
    ended = look(100)
    assert "3 articles new or changed" in ended.last_line
    assert sorted(line["revision"] for line in of(ended, portal, "published")) == [1, 1, 1, 3, 3, 3]


def test_the_gate_does_not_let_a_whole_site_be_gone(portal: RunningPortal, tmp_path: Path) -> None:
    settings: dict[str, str] = {}
    assert crawl_later(0, "backfill", tmp_path, portal, settings=settings).code == 0
    fault(portal, "404-all")
    for hours in (1, 40):
        crawl_later(hours, "article", tmp_path, portal, settings=settings, aid="1-50")
    ended = crawl_later(80, "article", tmp_path, portal, settings=settings, aid="1-50")
    assert ended.code == 5, ended.stderr
    assert "the gate holds back quarantine/" in ended.last_line
    assert of(ended, portal, "gone") == []


def test_what_is_due_is_looked_at_by_the_scheduled_job(portal: RunningPortal, tmp_path: Path) -> None:
    """The site does not change; what is known is made to differ from it."""
    settings = {"DISCUZ_REVISIT_DAYS": "100000"}
    first = crawl_later(0, "portal", tmp_path, portal, settings=settings)
    assert first.code == 0, first.stderr
    folder = tmp_path / site_of(portal)
    commented = next(line for line in first.lines(site_of(portal)) if line.get("comments"))
    newest, aid = commented["comments"][-1], commented["discuz"]["aid"]
    others = [line for line in of(first, portal, "published") if not line["comments"] and len(line["pages"]) == 1]
    edited, other = (line["discuz"]["aid"] for line in others[:2])
    with closing(sqlite3.connect(folder / "store.sqlite3")) as database:
        database.execute("update articles set next_at = null")
        database.execute("update articles set next_at = 0 where aid in (?, ?, ?)", (aid, edited, other))
        database.execute("update articles set comment_ids = json_remove(comment_ids, '$[#-1]') where aid = ?", (aid,))
        database.execute("update articles set content_hash = 'x' where aid = ?", (edited,))
        database.execute("update articles set content_hash = 'x', extractor = 1 where aid = ?", (other,))
        database.commit()
    asked = len(portal.log())
    feed = tmp_path / "mine.jsonl"
    ended = crawl_later(2, "portal", tmp_path, portal, "-O", str(feed), settings=settings)
    assert ended.code == 0, ended.stderr
    assert "1 articles new or changed, 1 with new comments" in ended.last_line
    mine = {line["kind"]: line for line in map(json.loads, feed.read_bytes().splitlines())}
    assert (mine["article"]["discuz"]["aid"], mine["article"]["revision"]) == (edited, 2)
    assert (mine["comments"]["id"], mine["comments"]["comments"]) == (commented["id"], [newest])
    paths = [entry["path"] for entry in portal.log()[asked:]]
    assert sum("mod=view" in path and "page=" not in path for path in paths) == 3
    report = json.loads(next(iter(sorted(folder.glob("runs/*/report.json"))[1:])).read_bytes())
    assert report["stats"]["discuz/plan/revisit_count"] == 3
    assert report["stats"]["discuz/request/revisit_count"] == 3
    with read_store(folder) as store:
        changes = {change.what: change.articles for change in store.changes(report["run_id"])}
    assert changes == {"changed": 1, "comments": 1, "unchanged": 1}
