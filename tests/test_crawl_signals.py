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
from typing import TYPE_CHECKING

import pytest

from crawler.commands.crawl import PATIENCE
from tests.crawling import QUICK, ROOT, command, environment
from tests.killing import REQUEST, Crawls, Ended
from tests.lots import in_lots
from tests.whole import Site

if TYPE_CHECKING:
    pass

LONGEST = 10
MOMENTS = 4
NORMAL, SLOW, SILENT = "name=&delay=0", "name=&delay=0.2", "name=silent&delay=0"
TERM, INT = signal.SIGTERM, signal.SIGINT
AT_ONCE = "interrupted: start again to go on"


def assert_interrupted(ended: Ended, words: str) -> None:
    assert (ended.code, ended.last_line) == (8, words), ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.seconds < LONGEST


def assert_goes_on(killing: Crawls, site: Site) -> None:
    """The next start comes to the end, and all is there."""
    ended = killing.run("backfill", site.data, site.url)
    assert ended.code == 0, ended.stderr
    site.assert_whole()


def in_order(number: signal.Signals) -> str:
    return f"interrupted by {number.name}: start again to go on"


def test_while_it_starts(killing: Crawls, site: Site) -> None:
    """In a process of its own, from the first of our modules on: what comes before is Python and Scrapy alone."""
    settings = [word for name, value in QUICK.items() for word in ("-s", f"{name}={value}")]
    signals = itertools.cycle([TERM, INT])
    for moment in ("crawler.commands.event_loop", "sqlalchemy", "crawler.spiders.base", "Enabled extensions:"):
        with subprocess.Popen(
            command("backfill", site.data, *settings, site=site.url),
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
    assert_goes_on(killing, site)


def test_again_and_again(killing: Crawls, site: Site) -> None:
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
        ended = killing.run("backfill", site.data, site.url, point=point, nth=nth, signals=signals)
        assert_interrupted(ended, words)
        site.see()
    assert_goes_on(killing, site)


def test_a_slow_site(killing: Crawls, site: Site) -> None:
    site.portal.control("delay=0.2")
    for nth, signals, words in [(4, [INT], in_order(INT)), (15, [TERM], in_order(TERM)), (15, [INT, TERM], AT_ONCE)]:
        ended = killing.run("backfill", site.data, site.url, point=REQUEST, nth=nth, signals=signals)
        assert_interrupted(ended, words)
    site.portal.control("delay=0")
    assert_goes_on(killing, site)


def test_a_silent_site(killing: Crawls, site: Site) -> None:
    site.portal.control("name=silent")
    ended = killing.run("backfill", site.data, site.url, point=REQUEST, nth=4, signals=[TERM])
    assert_interrupted(ended, in_order(TERM))
    assert ended.seconds > PATIENCE
    [report] = site.reports()
    assert (report["state"], report["reason"], report["exit_code"]) == ("interrupted", "forced", 8)
    once = [str(site.portal.log_file), len(site.portal.log()) + 3]
    ended = killing.run("backfill", site.data, site.url, once=once, later=[[0.2, INT], [0.5, TERM]])
    assert_interrupted(ended, AT_ONCE)
    site.portal.control("name=")
    assert_goes_on(killing, site)


def test_a_run_that_is_being_published_is_complete(killing: Crawls, site: Site) -> None:
    ended = killing.run("backfill", site.data, site.url, point="rename:before", nth=1, signals=[TERM])
    assert ended.code == 0, ended.stderr
    assert "102 articles new or changed" in ended.last_line
    site.assert_whole()


def test_twice_while_it_is_published(killing: Crawls, site: Site) -> None:
    ended = killing.run("backfill", site.data, site.url, point="rename:after", nth=1, signals=[TERM, INT])
    assert_interrupted(ended, AT_ONCE)
    assert_goes_on(killing, site)


@in_lots("--kills", MOMENTS)
def test_at_random_moments(killing: Crawls, site: Site, tmp_path: Path, lot: int, times: int) -> None:
    chance = random.Random(lot)
    for moment in range(times):
        # A silent site is waited for, eight seconds each time: only where there is time.
        server = chance.choice([NORMAL, NORMAL, SLOW, SILENT] if times > MOMENTS else [NORMAL, NORMAL, SLOW])
        site.portal.control(server)
        later = [[chance.uniform(0, 1.2), chance.choice([TERM, INT])]]
        if chance.random() < 0.3:
            later.append([chance.uniform(0, 0.2), chance.choice([TERM, INT])])
        ended = killing.run("backfill", site.data, site.url, later=later)
        print(f"{server}, {later}: {ended.code} after {ended.seconds:.1f} s: {ended.last_line}")
        if ended.code == 0:  # the end came first
            site.assert_whole()
            site = site.elsewhere(tmp_path / str(moment))
        else:
            assert ended.last_line.startswith("interrupted")
            assert_interrupted(ended, ended.last_line)
            site.see()
    site.portal.control(NORMAL)
    assert_goes_on(killing, site)


@pytest.mark.parametrize("signals", [[TERM], [TERM, INT]])
def test_the_demo_portal_ends_too(killing: Crawls, tmp_path: Path, signals: list[int]) -> None:
    ended = killing.run("backfill", tmp_path, "demo", point=REQUEST, nth=20, signals=signals)
    assert ended.code == 8, ended.stderr
    with socket.create_server(("127.0.0.1", int((tmp_path / "demo" / "port").read_text()))):
        pass
