"""Runs that meet: two at once, one after another that was cut short, and those that take up what earlier ones left."""

from __future__ import annotations

import json
import re
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crawler.store.frontier import WAITS
from tests.killing import REQUEST, Crawls
from tests.test_crawl_kill import AGAIN
from tests.whole import ARTICLE, Site, truth_of

if TYPE_CHECKING:
    from tests.conftest import StartPortal

AT_ONCE = 2
DAY = 86_400
BARE = {"RETRY_TIMES": "0", "DISCUZ_GATE_ENABLED": "0"}


# --- two at once ---


def test_two_starts_at_the_same_moment(killing: Crawls, site: Site, tmp_path: Path) -> None:
    for number in range(AT_ONCE):
        site = site.elsewhere(tmp_path / str(number))
        started = killing.start("backfill", site.data, site.url)
        ended = sorted((killing.run("portal", site.data, site.url), started.wait()), key=lambda end: end.code)
        assert [end.code for end in ended] == [0, 6], [end.stderr for end in ended]
        assert re.fullmatch(
            re.escape(str(site.folder))
            + r": another run of this site is under way \(process (\d+|unknown)\): wait for its end, or stop it",
            ended[1].last_line,
        )
        site.assert_whole()


def test_a_start_while_another_runs(killing: Crawls, site: Site) -> None:
    """Whoever is kept out touches nothing, says who is inside, and may take that for success."""
    site.portal.control("delay=0.3")  # for long enough, until it is told to hurry
    before = len(site.portal.log())
    running = killing.start("backfill", site.data, site.url)
    while len(site.portal.log()) < before + 20:
        assert running.ended is None
        time.sleep(0.05)
    holder = (site.folder / "lock").read_text().strip()
    for arguments, code in (({}, 6), ({"if_running": "ok"}, 0)):
        for spider in ("portal", "backfill"):
            ended = killing.run(spider, site.data, site.url, arguments)
            assert (ended.code, f"(process {holder})" in ended.last_line) == (code, True), ended.stderr
    site.portal.control("delay=0")
    assert running.wait().code == 0, running.wait().stderr
    site.assert_whole()
    assert len(list(site.folder.glob("runs/*"))) == 1


# --- one after another ---


Job = tuple[str, dict[str, str]]
WHOLE: Job = "backfill", {}
LATEST: Job = "portal", {}
A_PART: Job = "backfill", {"category": "1"}
KILL, TERM = signal.SIGKILL, signal.SIGTERM


@pytest.mark.parametrize(
    ("cut", "then", "runs"),
    [
        pytest.param((WHOLE, KILL), WHOLE, ["backfill"], id="the same job goes on with its run"),
        pytest.param((LATEST, TERM), LATEST, ["portal"], id="the scheduled one too"),
        pytest.param((WHOLE, TERM), LATEST, ["backfill", "portal"], id="another takes up what it left"),
        pytest.param((A_PART, KILL), WHOLE, ["backfill", "backfill"], id="a part and then the whole"),
    ],
)
def test_a_run_after_one_that_was_cut_short(
    killing: Crawls,
    site: Site,
    cut: tuple[Job, signal.Signals],
    then: Job,
    runs: list[str],
) -> None:
    (spider, arguments), number = cut
    ended = killing.run(spider, site.data, site.url, arguments, point=REQUEST, nth=80, signals=[number])
    assert ended.code == {KILL: -KILL, TERM: 8}[number], ended.stderr
    site.see()
    assert not site.records()
    spider, arguments = then
    ended = killing.run(spider, site.data, site.url, arguments)
    assert ended.code == 0, ended.stderr
    site.assert_whole()
    assert site.again <= (AGAIN if number == KILL else 0)
    assert [part["run"].rpartition("-")[2] for part in site.listed()] == runs


def test_a_start_that_finds_a_killed_backfill_publishes_its_articles_first(killing: Crawls, site: Site) -> None:
    """Whatever becomes of it itself: here it cannot read the site."""
    killing.run("backfill", site.data, site.url, point=REQUEST, nth=100, signals=[signal.SIGKILL])
    committed = site.committed().total()
    assert committed >= 50
    site.portal.control("name=500-all")
    assert killing.run("portal", site.data, site.url, settings={"RETRY_TIMES": "0"}).code == 3
    site.portal.control("name=")
    site.see()
    assert len(site.records()) == committed
    ended = killing.run("portal", site.data, site.url)
    assert ended.code == 0, ended.stderr
    site.assert_whole()


# --- what fails ---


def test_failed_units_come_back_at_their_times(killing: Crawls, start_portal: StartPortal, tmp_path: Path) -> None:
    portal = start_portal(articles=60)
    site = Site(portal, tmp_path, truth_of(portal))

    def asked(ahead: float, **arguments: str) -> int:
        """How many articles a run asks for, at that time."""
        before = len(site.portal.log())
        ended = killing.run("portal", site.data, site.url, arguments, BARE, ahead=ahead)
        assert ended.code in {0, 3}, ended.stderr  # 3: it read nothing but these
        return sum(bool(ARTICLE.search(line["path"])) for line in site.portal.log()[before:])

    site.portal.control("name=500-articles")
    all_of_them = asked(0)
    assert all_of_them > 50
    ahead = 0.0
    for wait in WAITS:
        assert asked(ahead + wait.total_seconds() - 30) == 0
        ahead += wait.total_seconds() + 1
        assert asked(ahead) == all_of_them
    site.portal.control("name=")
    assert asked(ahead + 365 * DAY) == 0
    skipped = [json.loads(line) for line in (site.folder / "skipped.jsonl").read_bytes().splitlines()]
    assert {(line["state"], line["reason"], line["tries"]) for line in skipped if line["kind"] == "article"} == {
        ("skipped", "http_500", len(WAITS))
    }
    assert asked(ahead + 366 * DAY, retry="skipped") == all_of_them
    site.assert_whole()
