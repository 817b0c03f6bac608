"""The demo site: a child process that answers, and ends when it should.

A stand-in for the portal is enough here; the real one is started by the tests of the commands.
"""

from __future__ import annotations

import socket
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest

from crawler import demo as module
from crawler.demo import HOST, Demo
from crawler.errors import ExitCode, StorageError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

PORTAL = """
    import http.server, os, sys
    server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2])), http.server.SimpleHTTPRequestHandler)
    assert sys.argv[3:5] == ["--parent-pid", str(os.getppid())], sys.argv
    open("arguments", "w").write(" ".join(sys.argv[5:]))
    print(f"READY http://127.0.0.1:{server.server_port}/", flush=True)
    server.serve_forever()
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Callable[[str], Path]:
    """Make a checkout whose portal is the source given."""

    def make(source: str) -> Path:
        portal = tmp_path / "checkout" / "fixtures" / "portal"
        portal.mkdir(parents=True)
        (portal.parent / "__init__.py").touch()
        (portal / "__init__.py").touch()
        (portal / "__main__.py").write_text(textwrap.dedent(source), encoding="utf-8")
        return tmp_path / "checkout"

    return make


def test_it_answers_until_it_is_stopped(checkout: Callable[[str], Path], tmp_path: Path) -> None:
    with Demo.start(tmp_path, checkout=checkout(PORTAL)) as demo:
        assert demo.url == f"http://{HOST}:{demo.port}/"
        with urlopen(demo.url) as response:
            assert response.status == 200
    assert demo.process.returncode is not None
    demo.stop()


def test_it_keeps_its_port(checkout: Callable[[str], Path], tmp_path: Path) -> None:
    sources = checkout(PORTAL)
    with Demo.start(tmp_path, checkout=sources) as first:
        pass
    with Demo.start(tmp_path, checkout=sources) as second:
        assert second.port == first.port
    assert (tmp_path / "demo" / "port").read_text() == f"{first.port}\n"


def test_a_kept_port_that_is_taken_gives_another_and_a_warning(
    checkout: Callable[[str], Path], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        (tmp_path / "demo").mkdir()
        (tmp_path / "demo" / "port").write_text(f"{port}\n")
        with Demo.start(tmp_path, checkout=checkout(PORTAL)) as demo:
            assert demo.port != port
    assert f"Port {port} of {tmp_path / 'demo' / 'port'} is taken" in caplog.text
    assert (tmp_path / "demo" / "port").read_text() == f"{port}\n", "it is the same one again next time"


@pytest.mark.parametrize("content", ["", "http", "99999\n"])
def test_a_port_file_that_holds_no_port_does_not_stop_it(
    checkout: Callable[[str], Path], tmp_path: Path, content: str
) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "port").write_text(content)
    with Demo.start(tmp_path, checkout=checkout(PORTAL)) as demo:
        assert 0 < demo.port < 65536


def test_what_is_asked_for_reaches_the_portal(checkout: Callable[[str], Path], tmp_path: Path) -> None:
    sources = checkout(PORTAL)
    with Demo.start(tmp_path, articles=7, faults=["reset", "slow"], checkout=sources):
        assert (sources / "arguments").read_text() == "--articles 7 --fault reset --fault slow"


def test_a_port_that_is_asked_for_and_taken_is_wrong_use(checkout: Callable[[str], Path], tmp_path: Path) -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"--port {port}: already in use"):
            Demo.start(tmp_path, port=port, checkout=checkout(PORTAL))


def test_away_from_a_checkout_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="run from a checkout") as caught:
        Demo.start(tmp_path, checkout=tmp_path)
    assert caught.value.exit_code == ExitCode.USAGE


@pytest.mark.parametrize(
    ("source", "words"),
    [("raise SystemExit('--fault x: unknown')", "--fault x: unknown"), ("print('hello')", "it said nothing")],
)
def test_a_portal_that_does_not_start_is_told_with_its_last_words(
    checkout: Callable[[str], Path], tmp_path: Path, source: str, words: str
) -> None:
    with pytest.raises(UsageError, match=f"did not start \\({words}\\)"):
        Demo.start(tmp_path, checkout=checkout(source))


def test_a_portal_that_stays_silent_is_given_up(
    checkout: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.2)
    with pytest.raises(UsageError, match="it said nothing"):
        Demo.start(tmp_path, checkout=checkout("import time; time.sleep(60)"))


def test_a_portal_that_ignores_the_signal_is_killed(
    checkout: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "GRACE", 0.2)
    stubborn = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + textwrap.dedent(PORTAL)
    demo = Demo.start(tmp_path, checkout=checkout(stubborn))
    demo.stop()
    assert demo.process.returncode == -9


def test_a_folder_that_cannot_be_written_is_a_storage_fault(checkout: Callable[[str], Path], tmp_path: Path) -> None:
    (tmp_path / "demo").write_text("a file where the folder should be")
    with pytest.raises(StorageError, match="DISCUZ_DATA_DIR"):
        Demo.start(tmp_path, checkout=checkout(PORTAL))
