"""The timer lines that a probe prints can be pasted as they are."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

from crawler.probe.timer import timer_lines
from tests.crawling import environment

ROOT = Path(__file__).parents[2]


def test_the_line_for_cron_starts_the_site(tmp_path: Path) -> None:
    """It is carried out as cron does: the five fields off, escaped per cents as they are, by ``sh``."""
    (tmp_path / "sites 100%").mkdir()
    (tmp_path / "sites 100%" / "night.toml").write_text(
        'url = "https://www.example.com/"\nwindow = "00:00-00:01"\ntime_zone = "Etc/GMT+1"\n', encoding="utf-8"
    )
    given = {
        "DISCUZ_DATA_DIR": str(tmp_path / "data"),
        "DISCUZ_SITES_DIR": str(tmp_path / "sites 100%"),
        "DISCUZ_PROXY": "http://me:secret@proxy.example:3128",
        "LOG_LEVEL": "DEBUG",
    }
    first, second, _ = timer_lines("night", given, python=sys.executable, folder=ROOT)
    fields, line = re.fullmatch(r"for cron:    (\d+ \* \* \* \*)  (.*)", first).groups()  # type: ignore[union-attr]
    assert 0 <= int(fields.split()[0]) <= 59
    assert not re.search(r"(?<!\\)%", line)
    assert "secret" not in line
    assert "LOG_LEVEL" not in line
    words = shlex.split(line.replace("\\%", "%"))
    assert words[:3] == ["cd", str(ROOT), "&&"]
    done = subprocess.run(
        ["/bin/sh", "-c", line.replace("\\%", "%")], env=environment(), capture_output=True, text=True, check=False
    )
    # Nobody to turn to is named: the line was understood, and nothing is asked of anybody.
    assert (done.returncode, "DISCUZ_CONTACT is not set" in done.stderr) == (2, True), done.stderr
    assert second.startswith("for systemd: systemctl enable --now crawler@night.timer")


def test_sites_have_minutes_of_their_own() -> None:
    minutes = {timer_lines(f"s{number}", {}, python="python", folder=ROOT)[0].split()[2] for number in range(300)}
    assert len(minutes) > 50
