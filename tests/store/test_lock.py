"""One holder at a time, free again however the holder ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from crawler.errors import RunningError
from crawler.store.lock import Lock

if TYPE_CHECKING:
    from pathlib import Path

HOLD = """
import sys, time
from pathlib import Path
from crawler.store.lock import Lock
lock = Lock(Path(sys.argv[1]))
print("held", flush=True)
time.sleep(60)
"""


def test_a_lock_is_free_again_after_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with subprocess.Popen([sys.executable, "-c", HOLD, path], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(RunningError, match=rf"{tmp_path}: .*process {holder.pid}\): wait"):
            Lock(path)
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    Lock(path).release()


def test_the_file_stays_and_names_the_last_holder(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    path.write_bytes(b"123456789 and more\n")
    Lock(path).release()
    assert path.read_text() == f"{os.getpid()}\n"


def test_a_lock_that_names_nobody_is_respected_too(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    lock = Lock(path)
    path.write_bytes(b"")
    with pytest.raises(RunningError, match="process unknown"):
        Lock(path)
    lock.release()
