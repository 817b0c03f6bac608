"""A crawl that is killed again and again, and started again each time: 0 lost, 0 twice, 0 torn.

``pytest tests/test_crawl_kill.py --kills 200`` kills more often. Each test is a lot of ten kills, most of them inside a
write, a commit or a publishing, some while the next start recovers from the one before; the log says where each fell.
"""

from __future__ import annotations

import random
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crawler.spiders.base import LEAST_WIDTH
from crawler.store.store import BATCH
from tests.crawling import QUICK
from tests.killing import REQUEST, Crawls
from tests.store.driver import STEPS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.whole import Site

KILLS = 10
A_LOT = 10
AGAIN = max(2 * int(QUICK["CONCURRENT_REQUESTS_PER_DOMAIN"]), LEAST_WIDTH) + BATCH
"""How many articles a kill may cost: what was under way, and what was not committed yet."""

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


def plans(chance: random.Random) -> Iterator[tuple[str, int]]:
    """Where the next starts are killed, and at which time that they come there."""
    while True:
        yield from chance.choice(RECOVERIES)
        yield REQUEST, chance.randint(1, 60)
        for point in chance.sample(STEPS, 2):
            yield point, chance.choice(IN_THE_MIDDLE.get(point.partition(":")[0], [2, 3]))


def test_killed_again_and_again(killing: Crawls, site: Site, tmp_path: Path, lot: int, kills: int) -> None:
    chance = random.Random(lot)
    planned = plans(chance)
    fell: list[str] = []
    recovering = 0
    while len(fell) < kills:
        point, nth = next(planned)
        if point == REQUEST and fell.count(REQUEST) + 1 > 0.3 * kills:
            continue
        before = site.requests
        ended = killing.run("backfill", site.data, site.url, point=point, nth=nth, signals=[signal.SIGKILL])
        site.see()
        assert site.again <= AGAIN, f"fetched again after a kill at {fell[-1:]}"
        if not ended.killed:
            assert ended.code == 0, ended.stderr
            site.assert_whole()
            site = site.elsewhere(tmp_path / str(len(fell)))
        elif site.requests:  # before the first request there is nothing to lose
            fell.append(point)
            recovering += before == site.requests
            print(f"kill {lot + len(fell)}: {point}, time {nth}, after {before} + {site.requests - before} requests")
    ended = killing.run("backfill", site.data, site.url)
    assert ended.code == 0, ended.stderr
    site.assert_whole()
    assert site.again <= AGAIN
    assert sum(point in STEPS for point in fell) >= 0.7 * kills
    assert recovering or kills < A_LOT
