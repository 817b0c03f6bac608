"""Killed while a part is held back, released or rejected: every article is published once in the end."""

from __future__ import annotations

import random
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.store import driver, gated
from tests.store.helpers import lines_of
from tests.store.test_kill import ROOT, Crawl, aids_published, assert_whole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KILLS = 10
STEPS = 12
POINTS = [
    f"{name}:{when}" for name in ("do_commit", "fsync", "rename", "replace", "unlink") for when in ("before", "after")
]


@pytest.fixture(scope="module")
def driving() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.store.gated"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.communicate()


@pytest.fixture
def crawl(driving: subprocess.Popen[str], tmp_path: Path) -> Crawl:
    return Crawl(driving, tmp_path / "site")


def assert_nothing_twice(folder: Path, before: set[int], point: str) -> set[int]:
    seen = aids_published(folder)
    assert len(seen) == len(set(seen)), f"twice, after a kill at {point}"
    assert before <= set(seen), f"gone, after a kill at {point}"
    for path in folder.glob("quarantine/*.jsonl"):
        lines_of(path)
    return set(seen)


def settle(site: Crawl, chance: random.Random) -> None:
    """Have everything done that there is to do, without a kill."""
    assert site.order("last", damaged=False) == {"code": 0}
    while gated.held(site.folder):
        assert site.order("", decide=chance.choice(["release", "reject"])) == {"code": 0}
    assert site.order("last", damaged=False) == {"code": 0}
    assert_whole(site.folder)
    assert list(site.folder.glob("quarantine/*")) == []


def test_killed_while_a_gate_holds_back(crawl: Crawl, request: pytest.FixtureRequest) -> None:
    """Crawls of damaged and of good pages and decisions in any order, each killed somewhere."""
    wanted = request.config.getoption("--kills") or KILLS
    chance = random.Random(wanted)
    fell: Counter[str] = Counter()
    steps = 0
    while fell.total() < wanted:
        site = crawl.elsewhere(f"site{steps}")
        before: set[int] = set()
        for _ in range(STEPS):
            point = POINTS[steps % len(POINTS)]
            steps += 1
            if gated.held(site.folder) and chance.random() < 0.6:
                what = chance.choice(["release", "release", "reject"])
                answer = site.order("", decide=what, point=point, nth=chance.randint(1, 6))
            else:
                what = chance.choice(["damaged", "damaged", "good"])
                answer = site.order(
                    chance.choice("ab"), damaged=what == "damaged", point=point, nth=chance.choice([1, 2, 3, 5, 8, 13])
                )
            assert answer in ({"code": 0}, {"killed": True})
            fell[what] += "killed" in answer
            before = assert_nothing_twice(site.folder, before, f"{what} {point}")
        settle(site, chance)
    print(dict(fell))
    assert wanted < 2 * KILLS or {"damaged", "release", "reject"} <= {what for what, times in fell.items() if times}


@pytest.mark.parametrize("then", ["do_commit:after", "fsync:before", "rename:after", "unlink:before"])
@pytest.mark.parametrize(("what", "refetched"), [("release", False), ("release", True), ("reject", False)])
def test_killed_at_every_point_of_a_decision(crawl: Crawl, what: str, refetched: bool, then: str) -> None:
    assert crawl.order("a", damaged=True, point="do_commit:after", nth=34) == {"killed": True}
    assert crawl.order("b", damaged=False, point="do_commit:after", nth=12 if refetched else 5) == {"killed": True}
    assert gated.held(crawl.folder)
    before = assert_nothing_twice(crawl.folder, set(), "")
    killed = 0
    for nth in range(1, 40):
        answer = crawl.order("", decide=what, point=then, nth=nth)
        before = assert_nothing_twice(crawl.folder, before, f"{then} {nth}")
        killed += "killed" in answer
        if not gated.held(crawl.folder) and "killed" not in answer:
            break
    assert killed or not then.startswith(("do_commit", "fsync")), "not every decision renames or removes"
    settle(crawl, random.Random(1))
    assert sorted(aids_published(crawl.folder)) == driver.with_record()
