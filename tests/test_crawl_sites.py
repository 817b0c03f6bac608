"""Whole crawls of portals that are given by their address: what is found, and what it costs them."""

from __future__ import annotations

import json
import re
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from operator import itemgetter
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest

from crawler.store import open_store
from tests.crawling import QUICK, crawl, differences

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import StartPortal

ARTICLE = re.compile(r"/portal\.php\?mod=view&aid=(\d+)$")
COMMENTS = re.compile(r"mod=comment")


def name_of(url: str) -> str:
    return url.removeprefix("http://").rstrip("/").replace(":", "_")


def test_a_backfill_costs_a_tenth_more_than_its_articles(start_portal: StartPortal, tmp_path: Path) -> None:
    portal = start_portal(articles=400)
    ended = crawl("backfill", tmp_path, site=portal.url, settings=QUICK)
    assert ended.code == 0, ended.stderr
    requests = [entry["path"] for entry in portal.log()]
    records = ended.lines(name_of(portal.url))
    single = {record["discuz"]["aid"] for record in records if len(record["pages"]) == 1}
    further = [path for path in requests if re.search(r"mod=view&aid=\d+&page=", path)]
    comments = [path for path in requests if COMMENTS.search(path)]
    several = len(records) - len(single)
    report = json.loads(next(ended.folder(name_of(portal.url)).glob("runs/*/report.json")).read_bytes())
    proofs = report["plan"]["requests"]["proof"]  # the page behind the last one of each list, which proves its end
    cost = (len(requests) - len(further) - len(comments) - several - proofs) / len(single)
    print(f"{len(requests)} requests, {len(comments)} of them for comments; {cost:.3f} for a single-page article")
    assert cost <= 1.10
    assert proofs <= report["plan"]["requests"]["listing"] / 5


def test_no_page_is_asked_for_twice(start_portal: StartPortal, tmp_path: Path) -> None:
    portal = start_portal(articles=60)
    assert crawl("backfill", tmp_path, site=portal.url, settings=QUICK).code == 0
    paths = [entry["path"] for entry in portal.log()]
    assert sorted(path for path in set(paths) if paths.count(path) > 1) == []


def test_an_edited_article_gets_a_second_revision_only_if_an_editor_changed_it(
    start_portal: StartPortal, tmp_path: Path
) -> None:
    portal = start_portal(articles=60)
    name = name_of(portal.url)
    first = crawl("article", tmp_path, site=portal.url, aid="1", settings=QUICK)
    again = crawl("article", tmp_path, site=portal.url, aid="1", settings=QUICK)
    assert (first.code, again.code) == (0, 0)
    assert len(again.lines(name)) == 1
    assert "0 articles new or changed" in again.last_line


def test_robots_that_keep_us_out_of_everything_are_a_wall(start_portal: StartPortal, tmp_path: Path) -> None:
    portal = start_portal(articles=60, fault="robots-all")
    ended = crawl("portal", tmp_path, site=portal.url, settings=QUICK)
    assert ended.code == 4, ended.stderr
    assert "robots" in ended.last_line
    assert [entry["path"] for entry in portal.log()] == ["/robots.txt"]


@pytest.mark.parametrize(("fault", "wall"), [("closed-site", "site_closed"), ("login-wall", "login")])
def test_a_site_behind_a_wall(start_portal: StartPortal, tmp_path: Path, fault: str, wall: str) -> None:
    portal = start_portal(articles=60, fault=fault)
    ended = crawl("portal", tmp_path, site=portal.url, settings=QUICK)
    assert ended.code == 4, ended.stderr
    assert f"behind a wall ({wall})" in ended.last_line
    assert ended.lines(name_of(portal.url)) == []


def test_two_starts_at_once_are_one_run(start_portal: StartPortal, tmp_path: Path) -> None:
    portal = start_portal(articles=60)
    with open_store(tmp_path / name_of(portal.url)):
        refused = crawl("portal", tmp_path, site=portal.url, settings=QUICK)
        accepted = crawl("portal", tmp_path, site=portal.url, if_running="ok", settings=QUICK)
    assert (refused.code, accepted.code) == (6, 0)
    assert portal.log() == []


def test_dates_bound_what_is_read(start_portal: StartPortal, tmp_path: Path) -> None:
    portal = start_portal(articles=80)
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
    portal = start_portal(articles=60)
    settings = QUICK | {"DISCUZ_COMMENTS_ENABLED": "0"}
    ended = crawl("backfill", tmp_path, site=portal.url, settings=settings)
    assert ended.code == 0, ended.stderr
    records = [record for record in ended.lines(name_of(portal.url)) if record["status"] == "published"]
    assert {record["comments"] for record in records} == {None}
    assert max(record["comment_count"] for record in records) > 20
    assert not [entry for entry in portal.log() if COMMENTS.search(entry["path"])]


def test_a_feed_of_scrapys_own_holds_this_processs_records(start_portal: StartPortal, tmp_path: Path) -> None:
    portal = start_portal(articles=60)
    feed = tmp_path / "mine.jsonl"
    ended = crawl("article", tmp_path, "-O", str(feed), site=portal.url, aid="1-3", settings=QUICK)
    assert ended.code == 0, ended.stderr
    mine = [json.loads(line) for line in feed.read_text(encoding="utf-8").splitlines()]
    assert sorted(mine, key=itemgetter("id")) == sorted(ended.lines(name_of(portal.url)), key=itemgetter("id"))
    assert "\\u" not in feed.read_text(encoding="utf-8")


def test_a_dry_run_says_what_it_would_take_and_takes_nothing(start_portal: StartPortal, tmp_path: Path) -> None:
    portal = start_portal(articles=60)
    ended = crawl("portal", tmp_path, site=portal.url, dry_run="1", settings=QUICK)
    assert ended.code == 0, ended.stderr
    assert re.search(
        r"dry run: the lists have \d+ pages and name about \d+ articles: about \d+ requests", ended.last_line
    )
    assert not [entry for entry in portal.log() if ARTICLE.search(entry["path"])]
    assert ended.lines(name_of(portal.url)) == []
    assert sorted(path.name for path in ended.folder(name_of(portal.url)).iterdir()) == ["lock", "store.sqlite3"]


def test_a_dry_run_counts_what_is_known_and_what_waits(start_portal: StartPortal, tmp_path: Path) -> None:
    portal = start_portal(articles=60)
    name = name_of(portal.url)

    def dry(spider: str, **arguments: str) -> str:
        ended = crawl(spider, tmp_path, site=portal.url, dry_run="1", settings=QUICK, **arguments)
        assert ended.code == 0, ended.stderr
        return ended.last_line.partition("dry run: ")[2]

    some = crawl("portal", tmp_path, site=portal.url, limit="40", settings=QUICK)
    assert some.code == 0, some.stderr
    [left] = re.findall(r"(\d+) left for the next run", some.last_line)
    assert f", {left} that earlier runs left are read: about " in dry("portal")
    assert len(crawl("portal", tmp_path, site=portal.url, settings=QUICK).lines(name)) > 40
    # A page is taken for full: of what the last ones lack, nobody knows.
    told = re.fullmatch(
        r"the lists have (\d+) pages and name about \d+ articles, about (\d+) of which are to be read: about (\d+) "
        r"requests, .*",
        dry("backfill"),
    )
    assert told is not None
    pages, new, requests = map(int, told.groups())
    assert (new < 20, requests) == (True, pages + new)
    assert "about 5 requests" in dry("article", aid="1-3", retry="skipped")
    with closing(sqlite3.connect(tmp_path / name / "store.sqlite3")) as store:
        store.execute("UPDATE articles SET next_at = 0 WHERE aid IN (20, 21)")
        store.commit()
    assert ", 2 are due to be looked at again: about " in dry("portal")


@pytest.mark.parametrize("spider", ["backfill", "portal"])
def test_a_limit_leaves_the_rest_for_later(start_portal: StartPortal, tmp_path: Path, spider: str) -> None:
    portal = start_portal(articles=60)
    name = name_of(portal.url)
    some = crawl(spider, tmp_path, site=portal.url, limit="7", settings=QUICK)
    assert (some.code, len(some.lines(name))) == (0, 7), some.stderr
    # Lists are not walked further than it takes to name so many.
    assert len([entry for entry in portal.log() if "page=" in entry["path"]]) <= 7
    rest = crawl("portal", tmp_path, site=portal.url, settings=QUICK)
    assert rest.code == 0, rest.stderr
    assert differences(rest.lines(name), portal.truth(name)) == {}


def test_a_dry_run_leaves_an_interrupted_run_as_it_is(start_portal: StartPortal, tmp_path: Path) -> None:
    portal = start_portal(articles=60)
    name = name_of(portal.url)
    cut = crawl("backfill", tmp_path, site=portal.url, settings=QUICK | {"CLOSESPIDER_PAGECOUNT": "30"})
    assert cut.code == 8, cut.stderr
    for spider in ("backfill", "portal"):
        dry = crawl(spider, tmp_path, site=portal.url, dry_run="1", settings=QUICK)
        assert (dry.code, dry.lines(name)) == (0, []), dry.stderr
    rest = crawl("backfill", tmp_path, site=portal.url, settings=QUICK)
    assert rest.code == 0, rest.stderr
    assert len({record["provenance"]["run_id"] for record in rest.lines(name)}) == 1
    assert [entry["path"] for entry in portal.log()].count("/portal.php?mod=list&catid=12&page=2") == 1


def test_what_was_skipped_is_tried_again_when_asked_for(start_portal: StartPortal, tmp_path: Path) -> None:
    portal = start_portal(articles=60, fault="404-all")
    name = name_of(portal.url)
    settings = QUICK | {"DISCUZ_GATE_ENABLED": "0"}
    first = crawl("backfill", tmp_path, site=portal.url, settings=settings)
    assert first.code == 0, first.stderr
    assert "skipped (missing_article)" in first.last_line
    portal.control("name=")
    again = crawl("portal", tmp_path, site=portal.url, settings=settings)
    assert again.lines(name) == []
    retried = crawl("article", tmp_path, site=portal.url, retry="skipped", settings=settings)
    assert retried.code == 0, retried.stderr
    assert differences(retried.lines(name), portal.truth(name)) == {}


def test_a_front_page_in_place_of_a_list_hides_nothing(start_portal: StartPortal, tmp_path: Path) -> None:
    portal = start_portal(articles=120, front=True)
    name = name_of(portal.url)
    ended = crawl("portal", tmp_path, site=portal.url, settings=QUICK)
    assert ended.code == 0, ended.stderr
    assert differences(ended.lines(name), portal.truth(name)) == {}
    before = len(portal.log())
    assert "0 articles new or changed" in crawl("portal", tmp_path, site=portal.url, settings=QUICK).last_line
    assert len(portal.log()) - before == 2


def test_a_long_run_looks_for_what_is_new_itself(start_portal: StartPortal, tmp_path: Path) -> None:
    portal = start_portal(articles=60, live=0, delay=0.05)
    name = name_of(portal.url)
    known = {record["discuz"]["aid"] for record in portal.truth(name)}
    settings = QUICK | {"CONCURRENT_REQUESTS_PER_DOMAIN": "2", "DISCUZ_LATEST_EVERY": "0.01"}
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(crawl, "backfill", tmp_path, site=portal.url, settings=settings)
        wait_for(lambda: sum(bool(ARTICLE.search(entry.get("path", ""))) for entry in portal.log()) >= 5)
        with urlopen(f"{portal.url}__live__?changes=4&deeds=insert") as answer:
            assert answer.status == 200
        ended = running.result()
    assert ended.code == 0, ended.stderr
    new = {entry["change"]["aid"] for entry in portal.log() if "change" in entry}
    assert len(new) == 4
    assert {record["discuz"]["aid"] for record in ended.lines(name)} == known | new
    report = json.loads(next(ended.folder(name).glob("runs/*/report.json")).read_bytes())
    assert report["plan"]["requests"]["latest"] >= 1


def wait_for(what: Callable[[], bool]) -> None:
    """Look until something has come about."""
    end = monotonic() + 60
    while not what():
        assert monotonic() < end
        sleep(0.05)
