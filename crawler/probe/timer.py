"""The lines that have a new site read from now on: one for cron, one for systemd."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final
from zlib import crc32

from crawler.escaping import discreet

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

KEPT: Final = "DISCUZ_"
"""Settings that a scheduled crawl needs as they were given now: who reads, and where things lie."""


def timer_lines(name: str, given: Mapping[str, str], *, python: str, folder: Path) -> list[str]:
    """Say how to have a site read every hour.

    Args:
        name: of its profile.
        given: settings that were given with ``-s``; values with a password are left out, for a crontab is no place
            for one.
        python: path of the interpreter.
        folder: where ``scrapy`` was called, which relative paths start from.

    Returns:
        lines to be shown, each with what it is for before it.
    """
    words = [python, "-m", "scrapy", "crawl", "portal", "-a", f"site={name}", "-a", "if_running=ok"]
    for setting, value in sorted(given.items()):
        if setting.startswith(KEPT) and discreet(value) == value:
            words += ["-s", f"{setting}={value}"]
    line = f"cd {shlex.quote(str(folder))} && {shlex.join(words)}"
    return [
        # cron takes a bare % for the end of the line.
        f"for cron:    {_minute(name)} * * * *  {line.replace('%', chr(92) + '%')}",
        f"for systemd: systemctl enable --now crawler@{name}.timer   (units: deploy/systemd)",
        "neither is needed where a timer runs: scrapy crawl-all --due",
    ]


def _minute(name: str) -> int:
    """Give a site's minute of the hour: always the same, and not that of all the others."""
    return crc32(name.encode()) % 60
