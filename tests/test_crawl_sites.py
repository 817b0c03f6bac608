"""Whole crawls of portals that are given by their address: what is found, and what it costs them."""

from __future__ import annotations

import json
import re
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crawler.store import open_store
from tests.crawling import QUICK, crawl, differences

if TYPE_CHECKING:
    from tests.conftest import StartPortal

ARTICLE = re.compile(r"/portal\.php\?mod=view&aid=(\d+)$")
COMMENTS = re.compile(r"mod=comment")


def name_of(url: str) -> str:
    return url.removeprefix("http://").rstrip("/").replace(":", "_")


def test_a_backfill_costs_a_tenth_more_than_its_articles(start_portal: StartPortal, tmp_path: Path) -> None:
    portal = start_portal(articles=450)
    ended = crawl("backfill", tmp_path, site=portal.url, settings=QUICK)
    assert ended.code == 0, ended.stderr
    requests = [entry["path"] for entry in portal.log()]
    records = ended.lines(name_of(portal.url))
    single = {record["discuz"]["aid"] for record in records if len(record["pages"]) == 1}
    further = [path for path in requests if re.search(r"mod=view&aid=\d+&page=", path)]
    comments = [path for path in requests if COMMENTS.search(path)]
    several = len(records) - len(single)
    cost = (len(requests) - len(further) - len(comments) - several) / len(single)
    print(f"{len(requests)} requests, {len(comments)} of them for comments; {cost:.3f} for a single-page article")
    assert cost <= 1.10


def test_no_page_is_asked_for_twice(start_portal: StartPortal, tmp_path: Path) -> None:
    portal = start_portal(articles=80)
    assert crawl("backfill", tmp_path, site=portal.url, settings=QUICK).code == 0
    paths = [entry["path"] for entry in portal.log()]
    assert sorted(path for path in set(paths) if paths.count(path) > 1) == []


def test_an_edited_article_gets_a_second_revision_only_if_an_editor_changed_it(
    start_portal: StartPortal, tmp_path: Path
) -> None:
    portal = start_portal(articles=80)
    name = name_of(portal.url)
    first = crawl("article", tmp_path, site=portal.url, aid="1", settings=QUICK)
    again = crawl("article", tmp_path, site=portal.url, aid="1", settings=QUICK)
    assert (first.code, again.code) == (0, 0)
    assert len(again.lines(name)) == 1
    assert "0 articles new or changed" in again.last_line


def test_robots_that_keep_us_out_of_everything_are_a_wall(start_portal: StartPortal, tmp_path: Path) -> None:
    portal = start_portal(articles=80, fault="robots-all")
    ended = crawl("portal", tmp_path, site=portal.url, settings=QUICK)
    assert ended.code == 4, ended.stderr
    assert "robots" in ended.last_line
    assert [entry["path"] for entry in portal.log()] == ["/robots.txt"]


@pytest.mark.parametrize(("fault", "wall"), [("closed-site", "site_closed"), ("login-wall", "login")])
def test_a_site_behind_a_wall(start_portal: StartPortal, tmp_path: Path, fault: str, wall: str) -> None:
    portal = start_portal(articles=80, fault=fault)
    ended = crawl("portal", tmp_path, site=portal.url, settings=QUICK)
    assert ended.code == 4, ended.stderr
    assert f"behind a wall ({wall})" in ended.last_line
    assert ended.lines(name_of(portal.url)) == []


def test_two_starts_at_once_are_one_run(start_portal: StartPortal, tmp_path: Path) -> None:
    portal = start_portal(articles=80)
    with open_store(tmp_path / name_of(portal.url)):
        refused = crawl("portal", tmp_path, site=portal.url, settings=QUICK)
        accepted = crawl("portal", tmp_path, site=portal.url, if_running="ok", settings=QUICK)
    assert (refused.code, accepted.code) == (6, 0)
    assert portal.log() == []


def test_dates_bound_what_is_read(start_portal: StartPortal, tmp_path: Path) -> None:
    portal = start_portal(articles=120)
    name = name_of(portal.url)
    truth = [record for record in portal.truth(name) if record["status"] == "published"]
    days = sorted(record["date_published"][:10] for record in truth)
    first, last = days[len(days) // 3], days[2 * len(days) // 3]
    ended = crawl("backfill", tmp_path, site=portal.url, from_date=first, until_date=last, settings=QUICK)
    assert ended.code == 0, ended.stderr
    wanted = {record["id"] for record in truth if first <= record["date_published"][:10] <= last}
    read = {record["id"] for record in ended.lines(name) if record["status"] == "published"}
    assert read == wanted


def test_comments_that_are_switched_off_are_not_fetched(start_portal: StartPortal, tmp_path: Path) -> None:
    portal = start_portal(articles=80)
    settings = QUICK | {"DISCUZ_COMMENTS_ENABLED": "0"}
    ended = crawl("backfill", tmp_path, site=portal.url, settings=settings)
    assert ended.code == 0, ended.stderr
    records = [record for record in ended.lines(name_of(portal.url)) if record["status"] == "published"]
    assert {record["comments"] for record in records} == {None}
    assert max(record["comment_count"] for record in records) > 20
    assert not [entry for entry in portal.log() if COMMENTS.search(entry["path"])]


def test_a_feed_of_scrapys_own_holds_this_processs_records(start_portal: StartPortal, tmp_path: Path) -> None:
    portal = start_portal(articles=80)
    feed = tmp_path / "mine.jsonl"
    ended = crawl("article", tmp_path, "-O", str(feed), site=portal.url, aid="1-3", settings=QUICK)
    assert ended.code == 0, ended.stderr
    mine = [json.loads(line) for line in feed.read_text(encoding="utf-8").splitlines()]
    assert sorted(mine, key=itemgetter("id")) == sorted(ended.lines(name_of(portal.url)), key=itemgetter("id"))
    assert "\\u" not in feed.read_text(encoding="utf-8")


def test_a_dry_run_says_what_it_would_take_and_takes_nothing(start_portal: StartPortal, tmp_path: Path) -> None:
    portal = start_portal(articles=80)
    ended = crawl("portal", tmp_path, site=portal.url, dry_run="1", settings=QUICK)
    assert ended.code == 0, ended.stderr
    assert re.search(
        r"dry run: the lists have \d+ pages and name about \d+ articles: about \d+ requests", ended.last_line
    )
    assert not [entry for entry in portal.log() if ARTICLE.search(entry["path"])]
    assert ended.lines(name_of(portal.url)) == []


def test_a_limit_leaves_the_rest_for_later(start_portal: StartPortal, tmp_path: Path) -> None:
    portal = start_portal(articles=80)
    name = name_of(portal.url)
    some = crawl("backfill", tmp_path, site=portal.url, limit="7", settings=QUICK)
    assert (some.code, len(some.lines(name))) == (0, 7), some.stderr
    rest = crawl("portal", tmp_path, site=portal.url, settings=QUICK)
    assert rest.code == 0, rest.stderr
    assert differences(rest.lines(name), portal.truth(name)) == {}
