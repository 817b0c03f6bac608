"""A crawl that is told to end: exit 8 within ten seconds, a last line that says so, and the next start goes on.

``pytest tests/test_crawl_signals.py --kills 50`` tells it at so many random moments.
"""

from __future__ import annotations

import itertools
import random
import signal
import socket
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

import pytest

from crawler.commands.crawl import PATIENCE
from tests.crawling import QUICK, ROOT, command, environment
from tests.killing import REQUEST, Crawls, Ended, crawls
from tests.whole import Site, truth_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import RunningPortal, StartPortal

LONGEST = 10
MOMENTS = 4
TERM, INT = signal.SIGTERM, signal.SIGINT
AT_ONCE = "interrupted: start again to go on"


@pytest.fixture(scope="module")
def killing() -> Iterator[Crawls]:
    with crawls() as started:
        yield started


@pytest.fixture(scope="module")
def portal(start_portal: StartPortal) -> RunningPortal:
    return start_portal(articles=120)


@pytest.fixture(scope="module")
def truth(portal: RunningPortal) -> list[dict[str, Any]]:
    return truth_of(portal)


@pytest.fixture
def site(portal: RunningPortal, tmp_path: Path) -> Iterator[Site]:
    yield Site(portal, tmp_path)
    control(portal, "name=&delay=0")


def control(portal: RunningPortal, query: str) -> None:
    """Switch the portal's faults, or set its delay."""
    with urlopen(f"{portal.url}__fault__?{query}") as answer:
        assert answer.status == 200


def assert_interrupted(ended: Ended, words: str) -> None:
    assert (ended.code, ended.last_line) == (8, words), ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.seconds < LONGEST


def assert_goes_on(killing: Crawls, portal: RunningPortal, site: Site, truth: list[dict[str, Any]]) -> None:
    """The next start comes to the end, and all is there."""
    ended = killing.run("backfill", site.data, portal.url)
    assert ended.code == 0, ended.stderr
    site.assert_whole(truth)


def in_order(number: signal.Signals) -> str:
    return f"interrupted by {number.name}: start again to go on"


def test_while_it_starts(killing: Crawls, portal: RunningPortal, site: Site, truth: list[dict[str, Any]]) -> None:
    """In a process of its own, from the first of our modules on: what comes before is Python and Scrapy alone."""
    settings = [word for name, value in QUICK.items() for word in ("-s", f"{name}={value}")]
    signals = itertools.cycle([TERM, INT])
    for moment in ("crawler.commands.event_loop", "sqlalchemy", "crawler.spiders.base", "Enabled extensions:"):
        with subprocess.Popen(
            command("backfill", site.data, *settings, site=portal.url),
            cwd=ROOT,
            env=environment() | {"PYTHONPROFILEIMPORTTIME": "1"},  # says on stderr what has been imported
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stderr is not None
            said = []
            for line in process.stderr:
                said.append(line)
                if line.endswith(f" {moment}\n"):
                    process.send_signal(next(signals))
        assert process.returncode == 8, (moment, said[-1])
        assert said[-1].startswith("interrupted"), moment
        assert "Traceback" not in "".join(said)
    assert_goes_on(killing, portal, site, truth)


def test_again_and_again(killing: Crawls, portal: RunningPortal, site: Site, truth: list[dict[str, Any]]) -> None:
    """While it opens its store, seeds, reads and commits; some signals come twice."""
    for point, nth, signals, words in [
        ("do_commit:before", 2, [TERM], AT_ONCE),
        (REQUEST, 1, [INT], in_order(INT)),
        ("fetch:after", 3, [TERM], in_order(TERM)),
        ("pwrite:before", 3, [TERM, INT], AT_ONCE),
        ("do_commit:before", 6, [INT, TERM], AT_ONCE),
        (REQUEST, 5, [INT], in_order(INT)),
        ("fdatasync:after", 1, [TERM], in_order(TERM)),
    ]:
        ended = killing.run("backfill", site.data, portal.url, point=point, nth=nth, signals=signals)
        assert_interrupted(ended, words)
        site.see()
    assert_goes_on(killing, portal, site, truth)


def test_a_slow_site(killing: Crawls, portal: RunningPortal, site: Site, truth: list[dict[str, Any]]) -> None:
    control(portal, "delay=0.4")
    for nth, signals, words in [(4, [INT], in_order(INT)), (25, [TERM], in_order(TERM)), (15, [INT, TERM], AT_ONCE)]:
        ended = killing.run("backfill", site.data, portal.url, point=REQUEST, nth=nth, signals=signals)
        assert_interrupted(ended, words)
    control(portal, "delay=0")
    assert_goes_on(killing, portal, site, truth)


def test_a_silent_site(killing: Crawls, portal: RunningPortal, site: Site, truth: list[dict[str, Any]]) -> None:
    control(portal, "name=silent")
    ended = killing.run("backfill", site.data, portal.url, point=REQUEST, nth=4, signals=[TERM])
    assert_interrupted(ended, in_order(TERM))
    assert ended.seconds > PATIENCE
    ended = killing.run("backfill", site.data, portal.url, point=REQUEST, nth=4, signals=[INT], later=[[2.5, TERM]])
    assert_interrupted(ended, AT_ONCE)
    control(portal, "name=")
    assert_goes_on(killing, portal, site, truth)


def test_a_run_that_is_being_published_is_complete(
    killing: Crawls, portal: RunningPortal, site: Site, truth: list[dict[str, Any]]
) -> None:
    ended = killing.run("backfill", site.data, portal.url, point="rename:before", nth=1, signals=[TERM])
    assert ended.code == 0, ended.stderr
    assert "122 articles new or changed" in ended.last_line
    site.assert_whole(truth)


def test_twice_while_it_is_published(
    killing: Crawls, portal: RunningPortal, site: Site, truth: list[dict[str, Any]]
) -> None:
    ended = killing.run("backfill", site.data, portal.url, point="rename:after", nth=1, signals=[TERM, INT])
    assert_interrupted(ended, AT_ONCE)
    assert_goes_on(killing, portal, site, truth)


def test_at_random_moments(
    killing: Crawls,
    portal: RunningPortal,
    truth: list[dict[str, Any]],
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    moments = request.config.getoption("--kills") or MOMENTS
    chance = random.Random(moments)
    site = Site(portal, tmp_path / "0")
    for moment in range(moments):
        later = [[chance.uniform(0, 1.2), chance.choice([TERM, INT])]]
        if chance.random() < 0.3:
            later.append([chance.uniform(0, 0.2), chance.choice([TERM, INT])])
        ended = killing.run("backfill", site.data, portal.url, later=later)
        print(f"{later}: {ended.code} after {ended.seconds:.1f} s: {ended.last_line}")
        if ended.code == 0:  # the end came first
            site.assert_whole(truth)
            site = Site(portal, tmp_path / str(moment))
        else:
            assert ended.last_line.startswith("interrupted")
            assert_interrupted(ended, ended.last_line)
            site.see()
    assert_goes_on(killing, portal, site, truth)


@pytest.mark.parametrize("signals", [[TERM], [TERM, INT]])
def test_the_demo_portal_ends_too(killing: Crawls, tmp_path: Path, signals: list[int]) -> None:
    ended = killing.run("backfill", tmp_path, "demo", point=REQUEST, nth=20, signals=signals)
    assert ended.code == 8, ended.stderr
    with socket.create_server(("127.0.0.1", int((tmp_path / "demo" / "port").read_text()))):
        pass
