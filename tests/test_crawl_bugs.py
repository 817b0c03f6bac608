"""A bug outside of all units: exit code 1, what was read is there, the rest is left, and the last line says so."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.crawling import QUICK
from tests.whole import Site, truth_of

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from tests.conftest import RunningPortal, StartPortal
    from tests.killing import Crawls

SPIDER = {"SPIDER_MODULES": "tests.failing"}
UNDER_WAY = 2 * int(QUICK["CONCURRENT_REQUESTS_PER_DOMAIN"])
"""Articles at most that had been begun, and had pages or comments yet to come."""
ENDED = "a bug of ours ended the crawl ({}): please report it with the log; start again to go on"
MEANWHILE = "; a bug of ours showed meanwhile: please report it with the log"


@pytest.fixture(scope="module")
def portal(start_portal: StartPortal) -> RunningPortal:
    """As small as can be."""
    return start_portal(articles=60)


@pytest.fixture(scope="module")
def truth(portal: RunningPortal) -> list[dict[str, Any]]:
    """What it knows of itself."""
    return truth_of(portal)


@pytest.fixture
def site(portal: RunningPortal, truth: list[dict[str, Any]], tmp_path: Path) -> Site:
    """It, and an empty folder."""
    return Site(portal, tmp_path, truth)


def is_told(stderr: str, words: str) -> bool:
    """Whether the last line ends so, and the traceback comes before it."""
    log, _, last_line = stderr.rstrip("\n").rpartition("\n")
    return last_line.endswith(words) and "\nTraceback " in log and "tests.failing.Bug" in log


@pytest.mark.parametrize("place", ["seed", "supply", "upkeep", "finish"])
def test_the_next_start_goes_on_where_a_bug_has_ended_a_run(killing: Crawls, site: Site, place: str) -> None:
    ended = killing.run("portal", site.data, site.url, settings=SPIDER | {"FAILS_IN": place})
    assert (ended.code, is_told(ended.stderr, ENDED.format(f"Bug({place!r})"))) == (1, True), ended.stderr
    site.see()
    assert (len(site.records()) > 20) == (place != "seed"), "what was read is published"
    [report] = site.reports()
    assert (report["exit_code"], report["state"]) == (1, "interrupted")
    ended = killing.run("portal", site.data, site.url)
    assert ended.code == 0, ended.stderr
    site.assert_whole()
    assert site.again <= UNDER_WAY
    assert len(site.reports()) == 1


@pytest.mark.parametrize(
    ("place", "arguments", "error"), [("start", {}, "'start_error'"), ("survey", {"dry_run": "1"}, "Bug('survey')")]
)
def test_a_bug_where_nothing_is_read_yet(
    killing: Crawls, site: Site, place: str, arguments: dict[str, str], error: str
) -> None:
    ended = killing.run("portal", site.data, site.url, arguments, settings=SPIDER | {"FAILS_IN": place})
    assert (ended.code, is_told(ended.stderr, ENDED.format(error))) == (1, True), ended.stderr


@pytest.mark.parametrize(
    ("setting", "component", "place"),
    [("EXTENSIONS", "FailsWhenMade", "made"), ("ITEM_PIPELINES", "FailsToOpen", "open_spider")],
)
def test_a_component_that_keeps_a_crawl_from_beginning(
    killing: Crawls, site: Site, setting: str, component: str, place: str
) -> None:
    more = {setting: json.dumps({f"tests.failing.{component}": 1})}
    ended = killing.run("portal", site.data, site.url, settings=more)
    assert (ended.code, is_told(ended.stderr, ENDED.format(f"Bug({place!r})"))) == (1, True), ended.stderr
    assert "cannot be kept" not in ended.stderr


@pytest.mark.parametrize(
    "settings",
    [SPIDER | {"FAILS_IN": "closed"}, {"EXTENSIONS": json.dumps({"tests.failing.FailsWhenOpened": 1})}],
    ids=["closed", "opened"],
)
def test_a_bug_that_scrapy_catches_is_told_of_and_everything_is_done(
    killing: Crawls, site: Site, settings: dict[str, str]
) -> None:
    ended = killing.run("portal", site.data, site.url, settings=settings)
    assert (ended.code, is_told(ended.stderr, MEANWHILE)) == (1, True), ended.stderr
    site.assert_whole()
