"""Fixtures that any test may use: the fixture portal, served by a child process on loopback."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol
from urllib.request import urlopen

import hypothesis
import pytest

from tests import lots
from tests.killing import lasting
from tests.portals import portals
from tests.whole import Site, truth_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.killing import Crawls
    from tests.portals import Portals


# ``--hypothesis-profile long`` tries properties, and models of the store, twenty times as often.
hypothesis.settings.register_profile("long", max_examples=2000)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kills", type=int, help="how often each kill test kills; else each has its own number")
    parser.addoption("--full", type=int, help="how often each test of full disks fills one; else 4 times")
    parser.addoption("--fuzz", type=int, help="how many broken pages are read; else 80")
    parser.addoption("--damage-all", action="store_true", help="every kind of damage, and nights of every portal")
    parser.addoption("--changes", type=int, help="how often a portal changes over 20 runs; else 60 times over 3")
    parser.addoption("--clamp", type=int, help="articles of a category that shows 1,500 of them; else 200, and 60")
    parser.addoption("--polite", type=int, help="how many requests the pace is measured over; else some 30")
    parser.addoption("--export", type=int, help="how many records are exported and read again; else 600")
    parser.addoption("--matrix", action="store_true", help="crawl every kind of portal, not some of each")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    lots.parametrize(metafunc)


@dataclass(slots=True)
class RunningPortal:
    """A portal in a process of its own.

    Attributes:
        url: Its address, with a slash at the end.
        pid: The child's process id.
    """

    url: str
    pid: int
    _portals: Portals
    _options: list[str]
    _log: Path
    _told: dict[tuple[str, str, str], str] = field(default_factory=dict)
    _code: int | None = None

    def truth(self, site_name: str = "demo", fetched: str = "nothing", url: str = "") -> list[dict[str, Any]]:
        """The records that a full crawl must write, by article number.

        Args:
            site_name: the site's name in them.
            fetched: which media they have.
            url: the address at which it is met, if not its own.
        """
        about = url or self.url, site_name, fetched
        if about not in self._told:
            words = [*self._options, "--truth", about[0], "--site-name", site_name, "--fetched", fetched]
            self._told[about] = self._portals.tell(words)
        return [json.loads(line) for line in self._told[about].splitlines()]

    @property
    def log_file(self) -> Path:
        """Where a line is written for each request."""
        return self._log

    def log(self) -> list[dict[str, Any]]:
        """The requests so far, in order: ``time, method, path, status, user_agent, bytes, connection``."""
        return [json.loads(line) for line in self._log.read_text(encoding="utf-8").splitlines()]

    def control(self, query: str) -> None:
        """Switch faults on (``name=NAME``), all off (``name=``), or set the delay (``delay=0.2``)."""
        with urlopen(f"{self.url}__fault__?{query}") as answer:
            assert answer.status == 200

    def stop(self) -> int:
        """End the child and return its exit code; a second time does nothing."""
        if self._code is None:
            self._code = self._portals.end(self.pid)
        return self._code


class StartPortal(Protocol):
    """Starts a portal; keywords are the options of ``python -m fixtures.portal`` with underscores."""

    def __call__(self, **options: Any) -> RunningPortal: ...


#: Options of the server, which the content does not depend on.
_SERVING = {"port", "fault", "delay", "damage", "script_wall", "free", "lasts"}


def _flags(options: dict[str, Any]) -> list[str]:
    """Command-line flags: a list or tuple gives the flag once per item, True the flag alone."""
    pairs = ((f"--{name.replace('_', '-')}", value) for name, value in options.items())
    return [
        str(part)
        for flag, value in pairs
        for item in (value if isinstance(value, (list, tuple)) else [value])
        for part in ((flag,) if item is True else (flag, item))
    ]


@pytest.fixture(scope="session")
def start_portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartPortal]:
    """A function that starts portals; all of them end with the session."""
    with portals() as served:

        def start(**options: Any) -> RunningPortal:
            log = tmp_path_factory.mktemp("portal") / "requests.jsonl"
            pid, url = served.start([*_flags(options), "--log", str(log)])
            content = {name: value for name, value in options.items() if name not in _SERVING}
            return RunningPortal(url, pid, served, _flags(content), log)

        yield start


@pytest.fixture(scope="session")
def portal(start_portal: StartPortal) -> RunningPortal:
    """The portal of the demo, for tests that only read from it."""
    return start_portal()


@pytest.fixture(scope="session")
def small_portal(start_portal: StartPortal) -> RunningPortal:
    """One that a crawl comes to the end of quickly."""
    return start_portal(articles=100)


@pytest.fixture(scope="session")
def small_truth(small_portal: RunningPortal) -> list[dict[str, Any]]:
    """What it knows of itself, but for what its readers change."""
    return truth_of(small_portal)


@pytest.fixture
def site(small_portal: RunningPortal, small_truth: list[dict[str, Any]], tmp_path: Path) -> Iterator[Site]:
    """The small portal and an empty folder; the portal's faults end with the test."""
    yield Site(small_portal, tmp_path, small_truth)
    small_portal.control("name=&delay=0&damage=")


@pytest.fixture(scope="session")
def killing() -> Crawls:
    """Starts crawls that can be killed."""
    return lasting()
