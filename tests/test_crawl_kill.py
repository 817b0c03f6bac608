"""A crawl that is killed again and again, and started again each time: 0 lost, 0 twice, 0 torn.

``pytest tests/test_crawl_kill.py --kills 200`` kills more often. Each test is a lot of ten kills, most of them inside a
write, a commit or a publishing, some while the next start recovers from the one before; the log says where each fell.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import signal
from collections import Counter
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from crawler.spiders.base import LEAST_WIDTH
from crawler.store.store import BATCH
from tests.crawling import QUICK, Crawl, differences
from tests.killing import REQUEST, STORE_POINTS, Crawls, crawls

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import RunningPortal, StartPortal

ARTICLES = 120
KILLS = 10
A_LOT = 10
WIDTH = max(2 * int(QUICK["CONCURRENT_REQUESTS_PER_DOMAIN"]), LEAST_WIDTH)
ARTICLE = re.compile(r"mod=view&aid=(\d+)$")
COUNTED = {"view_count"}
"""What reading an article changes of it: the truth holds for the first reading."""

RECOVERIES = [
    (("pwrite:torn", 3), ("ftruncate:before", 2)),
    (("pwrite:torn", 3), ("ftruncate:after", 2)),
    (("fdatasync:after", 2), ("ftruncate:before", 2)),
    (("pwrite:after", 3), ("fsync:before", 1)),
    (("rename:before", 1), ("rename:before", 1)),
    (("rename:before", 1), ("rename:after", 1)),
    (("rename:after", 1), ("fsync:before", 1)),
    (("rename:after", 1), ("do_commit:after", 2)),
    (("do_commit:before", 30), ("do_commit:before", 3)),
    (("replace:before", 2), ("replace:after", 1)),
]
"""Where a crawl is killed, at which time that it comes there, and where the next start, while it puts that right.

The first write and the first cut are those of the lock.
"""
IN_THE_MIDDLE = {"rename": [1], "replace": [2, 3, 4], "do_commit": [20, 30, 40], "pwrite": [3, 4], "ftruncate": [1, 2]}
"""At which time points are passed in the middle or at the end of a crawl, not at its start."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "lot" in metafunc.fixturenames:
        kills = metafunc.config.getoption("--kills") or KILLS
        metafunc.parametrize(("lot", "kills"), [(lot, min(A_LOT, kills - lot)) for lot in range(0, kills, A_LOT)])


@pytest.fixture(scope="module")
def killing() -> Iterator[Crawls]:
    with crawls() as started:
        yield started


@pytest.fixture(scope="module")
def portal(start_portal: StartPortal) -> RunningPortal:
    return start_portal(articles=ARTICLES)


def site_of(portal: RunningPortal) -> str:
    return portal.url.removeprefix("http://").rstrip("/").replace(":", "_")


@pytest.fixture(scope="module")
def truth(portal: RunningPortal) -> list[dict[str, Any]]:
    return [without_counts(record) for record in portal.truth(site_of(portal))]


def without_counts(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in COUNTED}


def plans(chance: random.Random) -> Iterator[tuple[str, int]]:
    """Where the next starts are killed, and at which time that they come there."""
    while True:
        yield from chance.choice(RECOVERIES)
        yield REQUEST, chance.randint(1, 60)
        for point in chance.sample(STORE_POINTS, 2):
            yield point, chance.choice(IN_THE_MIDDLE.get(point.partition(":")[0], [2, 3]))


class Site:
    """One crawl, from the first start to the one that comes to the end."""

    def __init__(self, portal: RunningPortal, data: Path) -> None:
        self.portal = portal
        self.crawl = Crawl(0, "", "", data)
        self.name = site_of(portal)
        self.published: set[str] = set()
        self.asked: Counter[str] = Counter()
        self.begun = self.requests = len(portal.log())

    def see(self) -> tuple[int, int]:
        """Look at the files and at the server's log after a start has ended.

        Returns:
            how many requests this crawl has made, and how many articles this start asked for that an earlier one had.
        """
        ids = [record["id"] for record in self.crawl.lines(self.name)]
        assert len(ids) == len(set(ids)), "twice"
        assert self.published <= set(ids), "gone"
        self.published = set(ids)
        log = self.portal.log()
        asked = Counter(found[1] for line in log[self.requests :] if (found := ARTICLE.search(line["path"])))
        again = sum(count for aid, count in asked.items() if aid in self.asked)
        assert max(asked.values(), default=1) == 1, "one start asked twice"
        self.asked += asked
        self.requests = len(log)
        return self.requests - self.begun, again

    def assert_whole(self, truth: list[dict[str, Any]]) -> None:
        """Every record once and as the portal knows it, and the list of files agrees with the files."""
        assert differences([without_counts(record) for record in self.crawl.lines(self.name)], truth) == {}
        folder = self.crawl.folder(self.name)
        listed = [json.loads(line) for line in (folder / "published.jsonl").read_bytes().splitlines()]
        assert [part["file"] for part in listed] == sorted(
            f"articles/{path.name}" for path in folder.glob("articles/*")
        )
        for part in listed:
            content = (folder / part["file"]).read_bytes()
            assert part["sha256"] == hashlib.sha256(content).hexdigest()
            assert part["records"] == content.count(b"\n") == len(content.splitlines())


def test_killed_again_and_again(
    killing: Crawls, portal: RunningPortal, truth: list[dict[str, Any]], tmp_path: Path, lot: int, kills: int
) -> None:
    chance = random.Random(lot)
    planned = plans(chance)
    fell: list[str] = []
    recovering = 0
    site = Site(portal, tmp_path / "0")
    while True:
        point, nth = next(planned)
        if point == REQUEST and fell.count(REQUEST) + 1 > 0.3 * kills:
            continue
        order = {"point": point, "nth": nth, "signals": [signal.SIGKILL]} if len(fell) < kills else {}
        ended = killing.run("backfill", site.crawl.data, portal.url, **order)
        before = site.requests - site.begun
        requests, again = site.see()
        # What was under way, and what was not committed yet.
        assert again <= WIDTH + BATCH, f"after a kill at {fell[-1:]}"
        if ended.killed and not requests:
            continue  # before the first request there is nothing to lose
        if ended.killed:
            fell.append(point)
            recovering += before > 0 and requests == before
            print(f"kill {lot + len(fell)}: {point}, time {nth}, after {before} + {requests - before} requests")
            continue
        assert ended.code == 0, ended.stderr
        site.assert_whole(truth)
        if len(fell) >= kills:
            break
        site = Site(portal, tmp_path / str(len(fell)))
    assert sum(point in STORE_POINTS for point in fell) >= ceil(0.7 * kills)
    assert recovering or kills < A_LOT


def test_another_job_publishes_what_a_killed_one_had_committed(
    killing: Crawls, portal: RunningPortal, truth: list[dict[str, Any]], tmp_path: Path
) -> None:
    site = Site(portal, tmp_path)
    killed = killing.run("backfill", tmp_path, portal.url, point=REQUEST, nth=100, signals=[signal.SIGKILL])
    assert killed.killed
    site.see()
    ended = killing.run("portal", tmp_path, portal.url)
    assert ended.code == 0, ended.stderr
    _, again = site.see()
    assert again <= WIDTH + BATCH
    site.assert_whole(truth)
    runs = {record["provenance"]["run_id"].rpartition("-")[2] for record in site.crawl.lines(site.name)}
    assert runs == {"backfill", "portal"}
