"""Whether there is a browser to start, and what is to be done where there is none. Imports nothing of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from crawler.discuz.walls import BROWSER_MAY_PASS, BROWSER_NEEDS_PERMISSION, Wall
from crawler.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from scrapy.settings import BaseSettings

ENABLED: Final = "DISCUZ_BROWSER_ENABLED"
EXECUTABLE: Final = "DISCUZ_BROWSER_EXECUTABLE"
NAMES: Final = ("chromium", "google-chrome")
"""Browsers that Playwright can drive, as distributions name them."""
INSTALL: Final = "pip install 'playwright>=1.58'"
"""What the extra ``browser`` adds; this project's own name is another one's where packages are published."""
INSTALL_CHROMIUM: Final = "apt-get install chromium, or playwright install chromium"

NUMBERS: Final[Mapping[str, tuple[Callable[[Any], float], int, int]]] = {
    "DISCUZ_BROWSER_CONCURRENCY": (int, 1, 2),
    "DISCUZ_BROWSER_TIMEOUT": (float, 1, 600),
    "DISCUZ_BROWSER_MEMORY": (int, 256, 65_536),
    "DISCUZ_BROWSER_COOKIES": (int, 1, 1_000_000),
    "DISCUZ_BROWSER_PAGES": (int, 1, 1_000_000),
}
"""Settings: how each is read, and the least and the most that it may be."""

_OWN: Final = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


def check_browser(settings: BaseSettings) -> None:
    """See that the browser can be started, if it is switched on; costs a second where only Playwright has one.

    Raises:
        UsageError: Playwright or Chromium is missing, or a setting of the browser's cannot be used.
    """
    if not settings.getbool(ENABLED):
        return
    for name, (number, least, most) in NUMBERS.items():
        try:
            usable = least <= number(settings[name]) <= most
        except (TypeError, ValueError):
            usable = False
        if not usable:
            raise UsageError(f"{name}={settings[name]!r} cannot be used: a number from {least} to {most} is wanted")
    if not is_installed():
        raise UsageError(f"{ENABLED} is set and Playwright, which drives the browser, is missing: {INSTALL}")
    given = settings[EXECUTABLE]
    if given is not None:
        if not os.access(given, os.X_OK) or not Path(given).is_file():
            raise UsageError(f"{EXECUTABLE}={given!r} is no program that can be started: give Chromium's full path")
        return
    if on_path() is None and not _has_own():
        raise UsageError(
            f"{ENABLED} is set and there is no Chromium: {INSTALL_CHROMIUM}, or give its path with -s {EXECUTABLE}=…"
        )


def is_installed() -> bool:
    """Tell whether Playwright is."""
    return find_spec("playwright") is not None


def on_path() -> str | None:
    """Give the first of `NAMES` that is on the ``PATH``, None if none is."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def _has_own() -> bool:
    """Tell whether Playwright has downloaded a Chromium. Only its driver knows, which another process has to start."""
    done = subprocess.run([sys.executable, "-c", _OWN], capture_output=True, text=True, check=False)  # noqa: S603
    return Path(done.stdout.strip()).is_file()


def mend(wall: Wall, settings: BaseSettings, *, permitted: bool) -> str:
    """Say what would let the browser beyond a wall, for the last line of a run that the wall has ended.

    Args:
        wall: the wall.
        settings: the crawler's.
        permitted: whether the site's owner allows what the wall forbids.

    Returns:
        nothing for a wall that is no browser's business, or that the browser has met in vain.
    """
    if wall in BROWSER_NEEDS_PERMISSION and not permitted:
        return (
            "with its anti-collection (防采集) the owner says no to crawlers: ask for permission, and state it in the "
            'profile as permission = "who, when"'
        )
    if wall not in BROWSER_MAY_PASS | BROWSER_NEEDS_PERMISSION or settings.getbool(ENABLED):
        return ""
    install = "" if is_installed() else f"{INSTALL}, and "
    chromium = "" if on_path() or settings[EXECUTABLE] else f"{INSTALL_CHROMIUM}, and "
    return f"a browser can pass it: {install}{chromium}start again with -s {ENABLED}=1"
