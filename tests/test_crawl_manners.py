"""Whole crawls of sites that ask to be left alone, and of sites that are read only at night."""

from __future__ import annotations

import json
import signal
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path
from threading import Barrier
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

import pytest

from tests.crawling import Crawl
from tests.servers import Asked, Server, answer, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import RunningPortal, StartPortal
    from tests.killing import Beside, Crawls
    from tests.servers import Answer


@pytest.fixture(scope="module")
def behind(start_portal: StartPortal) -> RunningPortal:
    return start_portal(articles=60)


@pytest.fixture(name="server")
def served(behind: RunningPortal) -> Iterator[Server]:
    with Server(behind=behind.url) as server:
        yield server


def records(data: Path, server: Server) -> list[dict[str, Any]]:
    return Crawl(0, "", "", data).lines(server.name)


def stats(data: Path, server: Server) -> dict[str, Any]:
    """The stats of the last run."""
    report = max((data / server.name).glob("runs/*/report.json"))
    found: dict[str, Any] = json.loads(report.read_bytes())["stats"]
    return found


# --- Retry-After ---

BURST = 4
"""Requests that are under way together when a host refuses them."""


class Refusing:
    """A host that answers thirty requests, and refuses the next ones that are under way together.

    Args:
        behind: what answers the others.
        status: of the refusals.
        wait: seconds in its Retry-After; a ``date`` some two seconds ahead; nothing for no such header.

    Attributes:
        refused: the requests that it refused.
    """

    def __init__(self, behind: RunningPortal, status: int, wait: str) -> None:
        self.refused: list[Asked] = []
        self._status, self._wait = status, wait
        self._all_there = Barrier(BURST)
        self.server = Server(self._answer, behind.url)

    @property
    def least(self) -> float:
        """Seconds for which it asks to be left alone, or is left alone if it does not say."""
        return {"date": 1.0, "": BACKOFF}.get(self._wait) or float(self._wait)

    def _answer(self, asked: Asked) -> Answer:
        if len(self.server.log) <= 30 or len(self.refused) == BURST:
            return None
        self.refused.append(asked)
        self._all_there.wait(30)  # so that nothing is on the wire when the first of them is refused
        # A date has no parts of seconds, so that it may be a second less.
        date = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
        value = date if self._wait == "date" else self._wait
        return text("later", *([f"Retry-After: {value}"] if value else []), status=self._status)


BACKOFF = 1.5
REFUSALS = [(429, "1"), (503, "1"), (429, "date"), (503, "date"), (429, "")]
Refused = dict[tuple[int, str], tuple[Refusing, "Beside", Path]]


@pytest.fixture(scope="module")
def refused(behind: RunningPortal, killing: Crawls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Refused]:
    """Crawls of such hosts, which all wait at the same time."""
    settings = {"CONCURRENT_REQUESTS_PER_DOMAIN": str(BURST), "DISCUZ_BACKOFF": str(BACKOFF)}
    started: Refused = {}
    with ExitStack() as stack:
        for status, wait in REFUSALS:
            refusing = Refusing(behind, status, wait)
            server, data = stack.enter_context(refusing.server), tmp_path_factory.mktemp("refused")
            crawl = killing.start("backfill", data, server.url, settings=settings)
            stack.callback(crawl.wait)
            started[status, wait] = refusing, crawl, data
        yield started


@pytest.mark.parametrize(("status", "wait"), REFUSALS, ids=str)
def test_a_host_that_asks_for_it_is_left_alone(behind: RunningPortal, refused: Refused, status: int, wait: str) -> None:
    refusing, crawl, data = refused[status, wait]
    ended, server = crawl.wait(), refusing.server
    assert ended.code == 0, ended.stderr
    assert len(records(data, server)) == len(behind.truth(server.name))
    last = max(asked.time for asked in refusing.refused)
    after = min(asked.time for asked in server.log if asked.time > last)
    assert after - last >= refusing.least - 0.01
    told = stats(data, server)
    assert (told["discuz/pace/refused_count"], told["discuz/pace/wait_count"]) == (BURST, 1)
    assert 1 <= ended.stderr.count("it is left alone for") <= BURST


@pytest.mark.parametrize(("status", "code"), [(429, 4), (503, 3)])
def test_nobody_waits_for_longer_than_an_hour(
    behind: RunningPortal, killing: Crawls, tmp_path: Path, status: int, code: int
) -> None:
    closed = True

    def refuse(asked: Asked) -> Answer:
        return text("", "Retry-After: 7200", status=status) if closed and len(server.log) > 30 else None

    with Server(refuse, behind.url) as server:
        first = killing.run("backfill", tmp_path, server.url)
        assert first.code == code, first.stderr
        assert f"cannot be read: 127.0.0.1:{server.port} asks to be left alone until" in first.last_line
        asked = len(server.log)
        again = killing.run("backfill", tmp_path, server.url)
        assert (again.code, again.last_line) == (code, first.last_line)
        assert len(server.log) == asked, "inside a Retry-After"
        closed = False
        last = killing.run("backfill", tmp_path, server.url, ahead=7300)
        assert last.code == 0, last.stderr
        assert len(records(tmp_path, server)) == len(behind.truth(server.name))


def test_a_signal_does_not_wait_for_a_host(behind: RunningPortal, killing: Crawls, tmp_path: Path) -> None:
    with Server(
        lambda _: text("", "Retry-After: 600", status=429) if len(server.log) > 9 else None, behind.url
    ) as server:
        running = killing.start("backfill", tmp_path, server.url)
        while "it is left alone for" not in running.stderr:
            assert running.ended is None, running.stderr
            sleep(0.05)
        running.signal(signal.SIGTERM)
        begun = monotonic()
        ended = running.wait()
    assert (ended.code, monotonic() - begun < 7) == (8, True), ended.stderr
    assert "Traceback" not in ended.stderr
    assert not any("failed" in name for name in stats(tmp_path, server) if name.startswith("discuz/"))


def test_a_page_that_is_always_refused_is_left_for_the_next_run(
    behind: RunningPortal, killing: Crawls, tmp_path: Path
) -> None:
    never = f"/portal.php?mod=view&aid={behind.truth()[3]['discuz']['aid']}"
    with Server({never: text("", "Retry-After: 0", status=429)}, behind.url) as server:
        ended = killing.run("backfill", tmp_path, server.url, settings={"DISCUZ_BACKOFF": "0.1"})
    assert ended.code == 0, ended.stderr
    assert "1 left for the next run" in ended.last_line
    assert server.paths.count(never) == 6
    assert len(records(tmp_path, server)) == len(behind.truth(server.name)) - 1


# --- robots.txt ---


def test_a_crawl_delay_is_kept(behind: RunningPortal, killing: Crawls, tmp_path: Path) -> None:
    with Server({"/robots.txt": text("User-agent: *\nCrawl-delay: 0.3\n")}, behind.url) as server:
        ended = killing.run("backfill", tmp_path, server.url, {"limit": "4"})
    assert ended.code == 0, ended.stderr
    times = [asked.time for asked in server.log]
    assert times[-1] - times[0] >= 0.3 * (len(times) - 1) - 0.05
    assert min(after - before for before, after in pairwise(times)) >= 0.25


def test_a_crawl_delay_of_minutes_is_refused(killing: Crawls, tmp_path: Path) -> None:
    with Server({"/robots.txt": text("User-agent: *\nCrawl-delay: 120\n")}) as server:
        ended = killing.run("portal", tmp_path, server.url)
    assert ended.code == 4, ended.stderr
    assert ended.last_line == (
        f"site={server.url!r} cannot be read: {server.url}robots.txt asks for 120 s between two requests (its "
        "Crawl-delay): if you want to wait for so long, say delay = 120 in the site's profile"
    )
    assert server.paths == ["/robots.txt"]


def test_nothing_is_read_of_a_site_whose_rules_are_not_to_be_had(
    behind: RunningPortal, killing: Crawls, tmp_path: Path
) -> None:
    with Server({"/robots.txt": [text("", status=500)] * 3 + [text("")]}, behind.url) as server:
        ended = killing.run("backfill", tmp_path, server.url)
        assert ended.code == 3, ended.stderr
        assert f"cannot be read: {server.url}robots.txt is not to be had (HTTP 500)" in ended.last_line
        assert set(server.paths) == {"/robots.txt"}
        again = killing.run("backfill", tmp_path, server.url)
        assert again.code == 0, again.stderr
        assert len(records(tmp_path, server)) == len(behind.truth(server.name))


# --- windows ---


def profile(data: Path, server: Server, start: datetime, end: datetime) -> None:
    """Say that a site is read only between two moments."""
    (data / "sites").mkdir(exist_ok=True)
    window = f"{start:%H:%M}-{end:%H:%M}"
    text = f'url = "{server.url}"\ntime_zone = "UTC"\nwindow = "{window}"\ndelay = 0\n'
    (data / "sites" / "night.toml").write_text(text, encoding="utf-8")


def test_outside_of_its_window_a_site_is_left_alone(server: Server, killing: Crawls, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    profile(tmp_path, server, now + timedelta(hours=2), now + timedelta(hours=3))
    ended = killing.run("portal", tmp_path, "night")
    assert ended.code == 0, ended.stderr
    assert ended.last_line.startswith("night: not read outside of ")
    assert server.log == []
    assert not (tmp_path / "night" / "store.sqlite3").exists()


def test_when_its_window_closes_a_crawl_ends_in_order(
    behind: RunningPortal, server: Server, killing: Crawls, tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    end = (now + timedelta(minutes=30)).replace(second=0, microsecond=0)
    ahead = (end - now).total_seconds() - 3  # the process begins three seconds before its window closes
    profile(tmp_path, server, now - timedelta(hours=1), end)
    allowed = {"DISCUZ_ALLOW_PRIVATE_ADDRESSES": f"127.0.0.1:{server.port}", "DOWNLOAD_DELAY": "0.3"}
    ended = killing.run("backfill", tmp_path, "night", settings=allowed, ahead=ahead)
    assert ended.code == 8, ended.stderr
    assert "(UTC) has closed: start again within it to go on" in ended.last_line
    assert 0 < len(server.log) < 30
    assert server.log[-1].wall < now.timestamp() + 3 + 2  # what was on the wire may come late on a busy machine
    allowed["DOWNLOAD_DELAY"] = "0"
    again = killing.run("backfill", tmp_path, "night", settings=allowed)
    assert again.code == 0, again.stderr
    assert len(Crawl(0, "", "", tmp_path).lines("night")) == len(behind.truth("night"))


# --- noindex ---


@pytest.mark.parametrize("obey", ["0", "1"])
def test_an_article_that_asks_not_to_be_indexed(
    behind: RunningPortal, killing: Crawls, tmp_path: Path, obey: str
) -> None:
    aid = behind.truth()[3]["discuz"]["aid"]
    with urlopen(f"{behind.url}portal.php?mod=view&aid={aid}") as response:
        page = answer(200, response.read(), "X-Robots-Tag: noindex", kind="text/html; charset=utf-8")
    with Server({f"/portal.php?mod=view&aid={aid}": page}, behind.url) as server:
        ended = killing.run("article", tmp_path, server.url, {"aid": str(aid)}, {"DISCUZ_OBEY_NOINDEX": obey})
    assert ended.code == 0, ended.stderr
    assert len(records(tmp_path, server)) == (0 if obey == "1" else 1)
    assert ("1 skipped (noindex)" in ended.last_line) is (obey == "1")
