"""Portals, each in a fork of a process that has imported what they need: to start one takes hundredths of a second.

``python -m tests.portals`` reads one order a line (JSON) and answers each with one line:

- ``{"start": ["--articles", "60"]}`` serves a portal, as ``python -m fixtures.portal --articles 60`` does →
  ``{"pid": 1234, "said": "READY http://127.0.0.1:40000/\\n"}``
- ``{"tell": ["--truth", "http://…/"]}`` waits for its end → ``{"code": 0, "said": "…"}``
- ``{"end": 1234}`` sends that portal SIGTERM → ``{"code": 0}``
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import traceback
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from fixtures.portal.__main__ import main as portal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).parents[1]


class Portals:
    """Gives the orders to such a process."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def start(self, words: Sequence[str]) -> tuple[int, str]:
        """Serve a portal: the id of its process, and its address."""
        said = self._order(start=words)
        word, _, url = said["said"].strip().partition(" ")
        assert word == "READY", "the portal did not start; its message is above"
        return said["pid"], url

    def tell(self, words: Sequence[str]) -> str:
        """What a portal prints that serves nothing."""
        said = self._order(tell=words)
        assert said["code"] == 0, "its message is above"
        return str(said["said"])

    def end(self, pid: int) -> int:
        """End a portal, and give its exit code."""
        return int(self._order(end=pid)["code"])

    def _order(self, **order: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


@contextmanager
def portals() -> Iterator[Portals]:
    """Keep the process that forks; its portals end with it."""
    # No line of the crawler runs there: coverage, which starts itself where it finds its variables, would slow it down.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.portals"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as process:
        yield Portals(process)
        process.communicate()


def carry_out(words: Sequence[str], out: int) -> NoReturn:
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), sys.stdin.fileno())
    os.dup2(out, sys.stdout.fileno())
    code: Any = 1
    try:
        portal(words)
        code = 0
    except SystemExit as end:
        code = end.code
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(code)


def start(words: Sequence[str]) -> tuple[int, int]:
    """Fork: the id of the process, and where what it says can be read."""
    said, out = os.pipe()
    child = os.fork()
    if not child:
        carry_out(words, out)
    os.close(out)
    return child, said


def ended(child: int) -> int:
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


class Process:
    """Carries out the orders.

    Attributes:
        running: the portals that nobody has ended.
    """

    def __init__(self) -> None:
        self.running: set[int] = set()

    def answer(self, order: dict[str, Any]) -> dict[str, Any]:
        if "end" in order:
            return {"code": self.end(order["end"])}
        if "tell" in order:
            child, out = start(order["tell"])
            with os.fdopen(out, encoding="utf-8") as pipe:
                return {"said": pipe.read(), "code": ended(child)}
        child, out = start([*order["start"], "--parent-pid", str(os.getpid())])
        self.running.add(child)
        with os.fdopen(out, encoding="utf-8") as pipe:
            return {"pid": child, "said": pipe.readline()}

    def end(self, child: int) -> int:
        self.running.remove(child)
        os.kill(child, signal.SIGTERM)
        return ended(child)


def main() -> None:
    process = Process()
    for line in sys.stdin:
        print(json.dumps(process.answer(json.loads(line))), flush=True)
    for child in list(process.running):
        process.end(child)


if __name__ == "__main__":
    main()
