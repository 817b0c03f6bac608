"""Commands as a person types them in a shell, in a folder like a fresh clone, each ``scrapy`` in a process of its own.

The process is a fork of one that has imported everything: ``python -m tests.typing_in SOCKET`` takes orders there, each
with the streams that the command is to have, and answers with its exit code. What stands for ``scrapy`` on the PATH
gives them. Where it is ended, so is the command.
"""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import traceback
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
READY = "READY\n"
LONGEST = 100
"""Seconds that a block may take."""

QUICK = ("-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=0")
"""What is added to commands that fetch: the portals that they read are nobody's."""
FETCHING = ("crawl", "extract", "probe")
FIRST = ["crawl", "portal", "-a", "site=demo", *QUICK]
"""What many pages begin with: carried out once, and copied."""
SMALL = ("-s", "DISCUZ_DEMO_ARTICLES=60")
"""What is added to other crawls of the demo, where that was not the first: they need not be large."""

ORDERING = """\
#!{python} -SE
import json, os, socket, sys
words = [*sys.argv[1:], *({quick} if sys.argv[1:2] and sys.argv[1] in {fetching} else ())]
order = json.dumps({{"words": words, "folder": os.getcwd(), "environment": dict(os.environ)}}).encode()
with socket.socket(socket.AF_UNIX) as server:
    server.connect({address!r})
    socket.send_fds(server, [order], [0, 1, 2])
    server.shutdown(socket.SHUT_WR)
    answer = server.recv(100)
sys.exit(int(answer or b"1"))
"""


class Shell:
    """A folder like a fresh clone, and a shell in it.

    Args:
        folder: an empty one.
        programs: what stands for the programs of the virtual environment.
    """

    def __init__(self, folder: Path, programs: Path) -> None:
        self.folder = folder
        for path in ROOT.iterdir():
            if path.name not in {"data", ".git", ".venv", "build"}:
                (folder / path.name).symlink_to(path)
        (folder / ".venv").mkdir()
        (folder / ".venv" / "bin").symlink_to(programs)
        self._environment = {
            "PATH": f"{programs}:/usr/bin:/bin",
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(ROOT),
            **{name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")},
        }
        self._behind: list[subprocess.Popen[bytes]] = []

    def keep_port(self, port: int) -> None:
        """Have the demo portal begin with this port, as if it had been the first that was free."""
        (self.folder / "data" / "demo").mkdir(parents=True)
        (self.folder / "data" / "demo" / "port").write_text(f"{port}\n", encoding="ascii")

    def run(self, words: str, **environment: str) -> tuple[int, str]:
        """Have bash carry out some lines, of which the first that fails is the last.

        What runs on behind does so until `close`.

        Returns:
            the exit code, and what is said on both streams.
        """
        said = self.folder / f".said-{len(self._behind)}"
        with said.open("wb") as out:
            shell = subprocess.Popen(
                ["bash", "-e", "-c", words],
                cwd=self.folder,
                env=self._environment | environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            self._behind.append(shell)
            code = shell.wait(LONGEST)
        return code, self.said()

    def said(self) -> str:
        """What the last lines have said so far."""
        return (self.folder / f".said-{len(self._behind) - 1}").read_text(encoding="utf-8")

    def close(self) -> None:
        """End what still runs behind."""
        for shell in self._behind:
            try:
                os.killpg(shell.pid, signal.SIGTERM)
            except ProcessLookupError:
                continue


@contextmanager
def programs(folder: Path) -> Iterator[Path]:
    """Keep the process that forks, and give the folder of what stands for the programs of a virtual environment.

    Args:
        folder: an empty one.
    """
    address = str(folder / "orders")
    binaries = folder / "bin"
    binaries.mkdir()
    for name, text in {
        "scrapy": ORDERING.format(python=sys.executable, address=address, quick=QUICK, fetching=FETCHING),
        "python": f'#!/bin/sh\nexec {sys.executable} "$@"\n',
        "activate": "",
    }.items():
        (binaries / name).write_text(text, encoding="utf-8")
        (binaries / name).chmod(0o755)
    (binaries / "python3").symlink_to("python")
    environment = {**os.environ, "PYTHONWARNINGS": "error", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.typing_in", address],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == READY, "it did not start; its message is above"
        yield binaries
        process.terminate()
    shutil.rmtree(binaries)


def carry_out(order: dict[str, Any], streams: list[int]) -> NoReturn:
    from scrapy.cmdline import execute  # noqa: PLC0415  (long imported; named here for whom only `Shell` concerns)

    for stream, standard in zip(streams, (0, 1, 2), strict=True):
        os.dup2(stream, standard)
    os.environ.clear()
    os.environ.update(order["environment"])
    os.chdir(order["folder"])
    cache = Path(sys.argv[1]).parent / "first"
    whole = Path("data", "demo", "whole")
    is_first = order["words"] == FIRST and not Path("data", "demo", "store.sqlite3").exists()
    if is_first:
        whole.touch()
    elif "site=demo" in order["words"] and not whole.exists():
        order["words"] += SMALL
    if is_first and cache.exists():
        shutil.copytree(cache, "data/demo", dirs_exist_ok=True)
        sys.stderr.write((cache / "said").read_text(encoding="utf-8"))
        os._exit(0)
    code: Any = 1
    try:
        execute(["scrapy", *order["words"]])
    except SystemExit as end:
        code = end.code
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        if is_first and not code:
            keep(Path("data", "demo"), cache)
        os._exit(code or 0)


def keep(folder: Path, cache: Path) -> None:
    """Keep what a first crawl has made, and what it has said."""
    shutil.copytree(folder, cache)
    log = next(cache.glob("runs/*/crawl.log")).read_text(encoding="utf-8")
    summary = json.loads(next(cache.glob("runs/*/report.json")).read_bytes())["summary"]
    (cache / "said").write_text(f"{log}{summary}\n", encoding="utf-8")


def oversee(asking: socket.socket) -> NoReturn:
    """Carry out one order in a process of its own; end that where nobody waits for it any more."""
    text, streams, _, _ = socket.recv_fds(asking, 1 << 20, 3)
    child = os.fork()
    if not child:
        asking.close()
        carry_out(json.loads(text), streams)
    for stream in streams:
        os.close(stream)
    watch = select.poll()
    ended = os.pidfd_open(child)
    watch.register(ended, select.POLLIN)
    watch.register(asking, select.POLLHUP)
    while all(descriptor != ended for descriptor, _ in watch.poll()):
        os.kill(child, signal.SIGTERM)
        watch.unregister(asking)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    with suppress(OSError):  # it is gone
        asking.sendall(str(code if code >= 0 else 128 - code).encode())
    os._exit(0)


def main() -> None:
    from crawler.interruption import leave, on_signal  # noqa: PLC0415  (only the process that forks needs them)
    from tests.forks import compile_statements, import_all  # noqa: PLC0415

    # As `crawler.commands` does before a crawl's imports.
    on_signal(leave)
    import_all()
    compile_statements()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(sys.argv[1])
        server.listen()
        sys.stdout.write(READY)
        sys.stdout.flush()
        while True:
            asking, _ = server.accept()
            if not os.fork():
                server.close()
                oversee(asking)
            asking.close()
            while _has_ended():
                pass


def _has_ended() -> bool:
    """Take note of one fork that has ended; False if none has."""
    try:
        child, _ = os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        return False
    return bool(child)


if __name__ == "__main__":
    main()
