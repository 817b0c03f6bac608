"""SIGTERM and SIGINT where there is nothing to bring to an end: leave at once, with the exit code and the last line.

Imports nothing slow: the handlers must be there before anything that is.
"""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn

from crawler.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

LAST_LINE = "interrupted: start again to go on"
STDERR = 2


def on_signal(handler: Callable[[int, FrameType | None], None]) -> None:
    """Have SIGTERM and SIGINT call `handler` from now on."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, handler)


def leave(*_: object) -> NoReturn:
    """End this process at once; a signal handler.

    Whatever was interrupted does not go on, and need not: what must be durable is so without a last word. The line
    goes past ``sys.stderr``, which may be what was interrupted, and must not be entered a second time.
    """
    with suppress(OSError):
        os.write(STDERR, f"{LAST_LINE}\n".encode())
    os._exit(ExitCode.INTERRUPTED)
