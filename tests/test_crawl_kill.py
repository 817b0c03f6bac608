"""A crawl that is killed again and again, and started again each time: 0 lost, 0 twice, 0 torn.

``pytest tests/test_crawl_kill.py --kills 200`` kills more often. Each test is a lot of ten kills, most of them inside a
write, a commit or a publishing, some while the next start recovers from the one before; the log says where each fell.
"""

from __future__ import annotations

import random
import signal
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crawler.spiders.base import LEAST_WIDTH
from crawler.store.store import BATCH
from tests.crawling import QUICK
from tests.killing import REQUEST, Crawls
from tests.lots import A_LOT, in_lots
from tests.shifting import Weeks
from tests.store.driver import STEPS
from tests.whole import ARTICLE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conftest import StartPortal
    from tests.killing import Ended
    from tests.whole import Site

KILLS = 10
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


def plans(chance: random.Random) -> Iterator[tuple[str, int]]:
    """Where the next starts are killed, and at which time that they come there."""
    while True:
        yield from chance.choice(RECOVERIES)
        yield REQUEST, chance.randint(1, 60)
        for point in chance.sample(STEPS, 2):
            yield point, chance.choice(IN_THE_MIDDLE.get(point.partition(":")[0], [2, 3]))


@in_lots("--kills", KILLS)
def test_killed_again_and_again(killing: Crawls, site: Site, tmp_path: Path, lot: int, times: int) -> None:
    chance = random.Random(lot)
    planned = plans(chance)
    fell: list[str] = []
    recovering = 0
    while len(fell) < times:
        point, nth = next(planned)
        if point == REQUEST and fell.count(REQUEST) + 1 > 0.3 * times:
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
    assert sum(point in STEPS for point in fell) >= 0.7 * times
    assert recovering or times < A_LOT


# --- what the gate holds back ---

HOLDING = [
    ("rename:before", 1),
    ("rename:after", 1),
    ("replace:before", 2),
    ("replace:after", 3),
    ("do_commit:before", 3),
    ("do_commit:after", 4),
    ("do_commit:before", 25),
    ("fsync:after", 2),
    ("fdatasync:after", 2),
    (REQUEST, 60),
]
"""Where a crawl is killed that gives damaged articles, or those that were, and where a release of them is."""


class Killed:
    """What is started again and again until a start comes to its end.

    Args:
        killing: starts it.
        chance: draws where each is killed.

    Attributes:
        fell: where they were.
    """

    def __init__(self, killing: Crawls, chance: random.Random) -> None:
        self.killing = killing
        self.chance = chance
        self.fell: list[str] = []

    def crawl(self, spider: str, site: Site, code: int = 0) -> None:
        assert self._until_it_ends(partial(self.killing.run, spider, site.data, site.url), site) == code

    def release(self, run: str, site: Site) -> None:
        words = ["report", site.folder.name, "--accept", run, "-s", f"DISCUZ_DATA_DIR={site.data}"]
        fell = len(self.fell)
        code = self._until_it_ends(partial(self.killing.scrapy, words), site)
        # One that was killed after all was done finds nothing more to do.
        assert code == 0 or (code == 2 and fell < len(self.fell))
        assert not list(site.folder.glob(f"quarantine/{run}*"))

    def _until_it_ends(self, start: Callable[..., Ended], site: Site) -> int:
        while True:
            point, nth = self.chance.choice(HOLDING)
            held = set(site.folder.glob("quarantine/*"))
            ended = start(point=point, nth=nth, signals=[signal.SIGKILL])
            site.see()
            if held != set(site.folder.glob("quarantine/*")):
                site.forget()  # they are to be fetched again
            print(f"{point}, time {nth}: {ended.code}, {site.again} again, {ended.last_line}")
            assert site.again <= AGAIN, f"fetched again after a kill at {self.fell[-1:]}"
            if not ended.killed:
                return ended.code
            self.fell.append(point)


@pytest.mark.timeout(300)
@in_lots("--kills", KILLS, every=5)
@pytest.mark.parametrize("accepted", [False, True])
def test_killed_while_articles_are_held_back(
    killing: Crawls, site: Site, tmp_path: Path, lot: int, times: int, *, accepted: bool
) -> None:
    """While they go into quarantine, while they are released or fetched again, and while they come in a second time."""
    killed = Killed(killing, random.Random(f"{accepted} {lot}"))
    while len(killed.fell) < times:
        site = site.elsewhere(tmp_path / str(len(killed.fell)))
        site.portal.control("damage=bodies-notice")
        killed.crawl("backfill", site, code=5)
        assert not site.records()
        # A run that was killed after all was done is not gone on with: the next one fetches what is held back again.
        runs = sorted({path.name.rpartition("-")[0] for path in site.folder.glob("quarantine/*")})
        site.portal.control("damage=")
        if accepted:
            for run in runs:
                killed.release(run, site)
        else:
            site.forget()
        killed.crawl("portal", site)
        if not accepted:
            site.assert_whole()
            for run in runs:
                killed.release(run, site)
        assert {record["id"] for record in site.records()} == {record["id"] for record in site.truth}


# --- scheduled runs ---

ROUNDS_OF_CHANGES = {"DISCUZ_RESWEEP_DAYS": "3", "DISCUZ_GATE_ENABLED": "0"}  # no site changes as much as this portal


@pytest.mark.timeout(300)
@in_lots("--kills", KILLS, every=3)
def test_killed_in_scheduled_runs(
    killing: Crawls, start_portal: StartPortal, tmp_path: Path, lot: int, times: int
) -> None:
    """While they read what is news, look again at what is known, and find articles edited, moved and gone."""
    chance = random.Random(lot)
    weeks = Weeks(start_portal, killing, tmp_path, articles=80, seed=lot + 1)
    assert weeks.run("backfill", settings=ROUNDS_OF_CHANGES).code == 0
    fell = 0
    while fell < times:
        weeks.later(timedelta(hours=chance.choice([1, 6, 24, 48])))
        weeks.change(changes=15)
        asked: set[str] = set()
        ended = None
        while ended is None or ended.killed:
            point, nth = chance.choice([(REQUEST, chance.randint(1, 40)), (chance.choice(STEPS), chance.randint(1, 4))])
            seen = len(weeks.portal.log())
            ended = weeks.run("portal", settings=ROUNDS_OF_CHANGES, point=point, nth=nth, signals=[signal.SIGKILL])
            new = [found[1] for line in weeks.portal.log()[seen:] if (found := ARTICLE.search(line.get("path", "")))]
            print(f"kill {fell}: {point}, time {nth}: {ended.code}, {len(new)} articles: {ended.last_line}")
            assert len(new) - len(set(new) - asked) <= AGAIN
            asked.update(new)
            fell += ended.killed
        assert ended.code == 0, ended.stderr
    for days in (1, 2, 2, 11, 14, 2, 2):
        weeks.later(timedelta(days=days))
        ended = weeks.run("portal", settings=ROUNDS_OF_CHANGES)
        assert ended.code == 0, ended.stderr
    assert weeks.misread() == {}
    assert weeks.behind() == {}
