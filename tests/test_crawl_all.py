"""``scrapy crawl-all``: many sites, a process each, one summary; whatever becomes of one, the others are read."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.crawling import QUICK
from tests.killing import STREAMS, Beside, Crawls

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import RunningPortal, StartPortal

CONTACT = ["-s", "DISCUZ_CONTACT=tests@example.com"]


@pytest.fixture(scope="module")
def tiny(start_portal: StartPortal) -> RunningPortal:
    return start_portal(articles=60)


@pytest.fixture
def dead() -> str:
    """An address at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}/"


def words(data: Path, *more: str) -> list[str]:
    given = QUICK | {"DISCUZ_DATA_DIR": str(data), "DISCUZ_ALLOW_PRIVATE_ADDRESSES": "127.0.0.0/8"}
    return ["crawl-all", *(word for name, value in given.items() for word in ("-s", f"{name}={value}")), *more]


def profile(data: Path, name: str, url: str, text: str = "") -> None:
    (data / "sites").mkdir(parents=True, exist_ok=True)
    (data / "sites" / f"{name}.toml").write_text(f'url = "{url}"\ndelay = 0\n{text}', encoding="utf-8")


def summed_up(data: Path) -> dict[str, dict[str, Any]]:
    return {one["site"]: one for one in json.loads((data / "crawl-all.json").read_bytes())["sites"]}


def published(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for path in folder.glob("articles/*.jsonl") for line in path.read_bytes().splitlines()]


def beside(killing: Crawls, folder: Path, command: list[str]) -> Beside:
    """Start a command and do not wait for its end."""
    folder.mkdir()
    said = {name: folder / name for name in STREAMS}
    started = killing.order(words=command, beside=True, **{name: str(path) for name, path in said.items()})
    return Beside(killing, started["pid"], said)


def wait_until(true: Callable[[], Any]) -> None:
    for _ in range(600):
        if true():
            return
        time.sleep(0.05)
    pytest.fail("it did not come about")


def test_two_are_due_and_one_of_them_is_dead(killing: Crawls, tiny: RunningPortal, dead: str, tmp_path: Path) -> None:
    """One summary, the right exit code, and the healthy one is published."""
    profile(tmp_path, "dead", dead)
    profile(tmp_path, "well", tiny.url)
    profile(tmp_path, "off", tiny.url, "enabled = false\n")
    profile(tmp_path, "night", tiny.url, f'window = "{_other_hours()}"\ntime_zone = "UTC"\n')
    metrics = ["-s", f"DISCUZ_METRICS_DIR={tmp_path / 'metrics'}"]
    end = killing.scrapy(words(tmp_path, "--due", "-s", "RETRY_TIMES=0", *metrics))
    assert end.code == 3, end.stderr
    told = summed_up(tmp_path)
    assert {name: (one["state"], one["exit_code"]) for name, one in told.items()} == {
        "dead": ("ended", 3),
        "well": ("ended", 0),
        "night": ("window", None),
    }
    lines = published(tmp_path / "well")
    assert len(lines) == len(tiny.truth()) == told["well"]["new"]
    assert Path(told["well"]["log"]).name == "crawl.log"
    assert dead in told["dead"]["words"]
    assert "cannot be read" in told["dead"]["words"], "the last line of its crawl"
    rows = [line.split() for line in end.stdout.splitlines()]
    assert ["well", "well", str(len(lines))] in [row[:3] for row in rows]
    assert ["dead", "not", "reached", "(3)"] in [row[:4] for row in rows]
    assert end.last_line == ("crawl-all: 2 of 3 sites started, 1 well, not reached (3): dead, 1 outside its hours")
    assert "crawler" not in end.stderr, "what crawls log stays out of it"
    assert "finished" in (tmp_path / ".crawl-all" / "well.log").read_text()
    numbers = {path.name: path.read_text() for path in (tmp_path / "metrics").iterdir()}
    assert sorted(numbers) == ["crawl_all.prom", "crawler_dead_portal.prom", "crawler_well_portal.prom"]
    assert 'discuz_crawl_all_sites{outcome="exit_3"} 1.0' in numbers["crawl_all.prom"]
    assert 'discuz_run_exit_code{job="portal",site="dead"} 3.0' in numbers["crawler_dead_portal.prom"]

    again = killing.scrapy(words(tmp_path, "--due", "--json"))
    assert (again.code, json.loads(again.stdout)["exit_code"]) == (0, 0), again.stderr
    assert {one["state"] for one in json.loads(again.stdout)["sites"]} == {"not_due", "window"}
    assert "the next is dead, at " in again.last_line
    quiet = killing.scrapy(words(tmp_path, "--due", "--quiet"))
    assert (quiet.code, quiet.stdout, quiet.stderr) == (0, "", "")


def _other_hours() -> str:
    hour = (time.gmtime().tm_hour + 12) % 24
    return f"{hour:02}:00-{(hour + 1) % 24:02}:00"


def test_a_crawl_that_is_killed_one_that_is_stopped_and_a_second_crawl_all(
    killing: Crawls, tiny: RunningPortal, tmp_path: Path
) -> None:
    """Whatever ends a crawl or all of them, the next start goes on; a second crawl-all starts no site twice."""
    tiny.control("delay=1")  # so that both are still under way
    data = tmp_path / "data"
    profile(data, "one", tiny.url)
    profile(data, "two", tiny.url.replace("127.0.0.1", "localhost"))
    both = beside(killing, tmp_path / "both", words(data))
    logs = [data / ".crawl-all" / f"{name}.log" for name in ("one", "two")]
    wait_until(lambda: all(log.is_file() and "Spider opened" in log.read_text() for log in logs))
    other = killing.scrapy(words(data))
    assert other.code == 0, other.stderr
    assert other.last_line == "crawl-all: 0 of 2 sites started, 2 waits for another crawl-all"
    os.kill(int((data / "one" / "lock").read_text()), signal.SIGKILL)
    both.signal(signal.SIGTERM)
    end = both.wait()
    assert end.code == 8, end.stderr
    assert end.last_line.endswith("interrupted (8): one, two, interrupted by SIGTERM: start again to go on")
    told = summed_up(data)
    assert (told["one"]["signal"], told["one"]["exit_code"]) == ("SIGKILL", 8)
    assert (told["two"]["signal"], told["two"]["exit_code"]) == (None, 8), "in good order"
    assert told["two"]["words"].startswith("interrupted by SIGTERM")
    assert "one   interrupted (SIGKILL)" in end.stdout

    tiny.control("delay=0")
    _, *settings = words(data)
    end = killing.scrapy(["crawl", "portal", "-a", "site=one", *settings])
    assert end.code == 0, end.stderr
    lines = published(data / "one")
    assert len(lines) == len({line["id"] for line in lines}) == len(tiny.truth())


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--job", "nosuch"], "--job 'nosuch' is not known: give one of article, backfill, portal"),
        (["-a", "category=3"], "category='3': the spider portal takes no argument 'category'"),
        (["-a", "site=demo"], "-a site=demo: sites are given without -a"),
        (["-a", "nothing"], "-a nothing: give each as NAME=VALUE"),
        (["nosuch"], "site='nosuch' is not known"),
        (["--nosuch"], "crawl-all: unknown option --nosuch"),
        (["-s", "nothing"], "Invalid -s value"),
        (["-s", "DISCUZ_CONTACT="], "DISCUZ_CONTACT is not set: say who reads the sites"),
        (["-s", "DISCUZ_OVERLAP=many"], "DISCUZ_OVERLAP='many': a whole number from 1 up"),
        (["-s", "DISCUZ_METRICS_FILE=a.prom"], "DISCUZ_METRICS_FILE is one site's own"),
        (["-s", "DISCUZ_STORE_URL=sqlite:///x", "a", "demo"], "DISCUZ_STORE_URL is one site's own"),
    ],
)
def test_wrong_use_starts_nothing(killing: Crawls, tmp_path: Path, given: list[str], said: str) -> None:
    profile(tmp_path, "a", "https://a.example.com/")
    end = killing.scrapy(words(tmp_path, *given))
    assert (end.code, said in end.last_line) == (2, True), end.stderr
    assert "Traceback" not in end.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["sites"]


def test_without_profiles_it_says_how_to_make_one(killing: Crawls, tmp_path: Path) -> None:
    end = killing.scrapy(words(tmp_path))
    assert (end.code, end.stdout) == (0, "")
    assert "scrapy probe https://www.example.com/ --save makes one" in end.last_line


def test_a_data_folder_that_cannot_be_used(killing: Crawls, tmp_path: Path) -> None:
    profile(tmp_path, "a", "https://a.example.com/")
    (tmp_path / "file").touch()
    sites = ["-s", f"DISCUZ_SITES_DIR={tmp_path / 'sites'}"]
    end = killing.scrapy(words(tmp_path / "file", *sites))
    assert (end.code, "not readable and writable for this user" in end.last_line) == (7, True), end.stderr
