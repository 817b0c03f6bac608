"""``scrapy demo``, as a process of its own, over the real fixture portal."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING
from urllib.request import urlopen

import psutil
import pytest

from crawler.demo import CHECKOUT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.killing import Crawls


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start ``scrapy demo`` with further arguments; it is interrupted at the end."""
    started = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "scrapy", "demo", "-s", f"DISCUZ_DATA_DIR={tmp_path}", *arguments],
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


def url_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().split()[0]


def test_it_serves_until_interrupted(demo: Callable[..., subprocess.Popen[str]]) -> None:
    process = demo("--articles", "60")
    url = url_of(process)
    with urlopen(url) as response:
        assert response.status == 200
    (portal,) = psutil.Process(process.pid).children()
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=30)
    assert (process.returncode, stderr) == (0, "")
    assert not portal.is_running(), "the portal ends with the command"


def test_it_listens_where_it_is_told(demo: Callable[..., subprocess.Popen[str]]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert url_of(demo("--port", str(port), "--articles", "60")) == f"http://127.0.0.1:{port}/"


def test_a_portal_that_breaks_down_is_told(demo: Callable[..., subprocess.Popen[str]], tmp_path: Path) -> None:
    process = demo("--articles", "60")
    url_of(process)
    (portal,) = psutil.Process(process.pid).children()
    portal.kill()
    _, stderr = process.communicate(timeout=30)
    assert process.returncode == 1
    assert stderr == f"demo: the portal broke down; see {tmp_path / 'demo' / 'portal.log'}\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["extra"], "demo: unknown argument 'extra'; see scrapy demo --help"),
        (["--port", "70000"], "'70000' is no port; give a number from 1 to 65535"),
        (["--fault", "no-such-fault"], "no-such-fault"),
    ],
)
def test_wrong_use_is_told_in_one_line(killing: Crawls, tmp_path: Path, arguments: list[str], words: str) -> None:
    ended = killing.scrapy(["demo", "-s", f"DISCUZ_DATA_DIR={tmp_path}", *arguments])
    assert ended.code == 2
    assert words in ended.last_line
    assert "Traceback" not in ended.stderr
