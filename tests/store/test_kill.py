"""Killed at every point of a write, a commit and a publishing, and with the disk full: 0 lost, 0 twice, 0 torn."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from crawler.store import read_store, units_in
from tests.store import driver
from tests.store.helpers import lines_of, published

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
KILLS = 30

POINTS = [f"{name}:{when}" for name in driver.POINTS for when in ("before", "after")] + ["pwrite:torn"]


class Crawl:
    """One site, and the process that crawls it when ordered to."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self.process = process
        self.folder = folder

    def order(self, job: str, **order: Any) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"folder": str(self.folder), "job": job, **order}) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def elsewhere(self, name: str) -> Crawl:
        return Crawl(self.process, self.folder / name)


@pytest.fixture(scope="module")
def driving() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.store.driver"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.communicate()


@pytest.fixture
def crawl(driving: subprocess.Popen[str], tmp_path: Path) -> Crawl:
    return Crawl(driving, tmp_path / "site")


def aids_published(folder: Path) -> list[int]:
    """What a consumer sees who globs at any moment."""
    return [record["aid"] for path in folder.glob("articles/*.jsonl") for record in lines_of(path)]


def assert_whole(folder: Path) -> None:
    """Every article once, nothing left over, and the lists agree."""
    assert sorted(published(folder)) == driver.with_record()
    assert list(folder.glob("articles/*.part")) == []
    skipped = lines_of(folder / "skipped.jsonl")
    assert sorted(line["number"] for line in skipped) == [aid for aid in driver.articles() if aid % driver.SKIPPED == 0]
    with read_store(folder) as store:
        total = store.counts().total
        assert units_in(total, state="done", kind="article") == len(driver.with_record())
        assert units_in(total, state="todo") == units_in(total, state="failed") == 0


def test_killed_at_every_point(crawl: Crawl, request: pytest.FixtureRequest) -> None:
    """A crawl is killed again and again until it ends; then another one, until there were enough kills."""
    wanted = request.config.getoption("--kills") or KILLS
    chance = random.Random(wanted)
    fell: list[str] = []
    starts = 0
    while len(fell) < wanted:
        site = crawl.elsewhere(f"site{starts}")
        before: set[int] = set()
        answer = {"killed": True}
        while "killed" in answer:
            point = POINTS[starts % len(POINTS)]
            # Another job now and then: it first has to publish what the killed one had committed.
            job = "b" if chance.random() < 0.2 else "a"
            answer = site.order(job, point=point, nth=chance.choice([1, 1, 2, 3, 5]))
            seen = aids_published(site.folder)
            assert len(seen) == len(set(seen)), f"twice, after a kill at {point}"
            assert before <= set(seen), f"gone, after a kill at {point}"
            before = set(seen)
            starts += 1
            if "killed" in answer:
                fell.append(point)
                print(f"kill {len(fell)}: {point}, {len(seen)} articles published")
        assert answer == {"code": 0}
        assert site.order("last") == {"code": 0}
        assert_whole(site.folder)
    assert wanted < 2 * len(POINTS) or set(fell) == set(POINTS)


@pytest.mark.parametrize("job", ["a", "b"])
@pytest.mark.parametrize(
    ("point", "then"),
    [
        ("pwrite:torn", "ftruncate:before"),
        ("pwrite:torn", "ftruncate:after"),
        ("pwrite:after", "fsync:before"),
        ("fdatasync:after", "do_commit:before"),
        ("rename:before", "rename:before"),
        ("rename:before", "rename:after"),
        ("rename:after", "fsync:before"),
        ("rename:after", "do_commit:after"),
        ("fsync:after", "replace:before"),
    ],
)
def test_killed_again_while_recovering(crawl: Crawl, point: str, then: str, job: str) -> None:
    fell = []
    for nth in (3, 2, 1):
        fell.append("killed" in crawl.order("a", point=point, nth=nth))
        fell.append("killed" in crawl.order(job, point=then, nth=1))
    assert fell.count(True) >= 2, "it has to die in the recovery, too"
    assert crawl.order(job) == {"code": 0}
    assert crawl.order("last") == {"code": 0}
    assert_whole(crawl.folder)


@pytest.mark.parametrize("limit", [0, 5_000, 30_000, 36_000, 45_000, 70_000, 110_000])
def test_a_full_disk_is_said_and_the_next_start_goes_on(crawl: Crawl, limit: int) -> None:
    answer = crawl.order("a", limit=limit)
    assert answer["code"] == 7
    assert str(crawl.folder) in answer["words"]
    assert "ulimit -f" in answer["words"]
    assert crawl.order("a") == {"code": 0}
    assert_whole(crawl.folder)


def test_a_disk_that_stays_full_stays_the_same(crawl: Crawl) -> None:
    for limit in (40_000, 40_000, 50_000, 36_000, 60_000):
        assert crawl.order("a", limit=limit)["code"] == 7
    assert crawl.order("a") == {"code": 0}
    assert_whole(crawl.folder)
