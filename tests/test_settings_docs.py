"""The reference of the settings is what the file says, and says something of each."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from crawler import settings
from crawler.settings_docs import Setting, page, read

ROOT = Path(__file__).parents[1]
SOURCE = (ROOT / "crawler" / "settings.py").read_text(encoding="utf-8")
PAGE = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
ANEW = "write it anew: python -m crawler.settings_docs > docs/settings.md"


def test_the_file_is_what_the_settings_give() -> None:
    assert page(SOURCE, vars(settings)) == PAGE, ANEW


def test_every_setting_of_ours_is_in_it_once() -> None:
    told = re.findall(r"^\| `(DISCUZ_\w+)` \|", PAGE, re.MULTILINE)
    assert sorted(told) == sorted(name for name in vars(settings) if name.startswith("DISCUZ_"))


@pytest.mark.parametrize("setting", [*read(SOURCE)], ids=lambda setting: setting.name)
def test_a_setting_says_why(setting: Setting) -> None:
    assert setting.words or not setting.section, "say in a comment above or behind it what it is, its unit, and why"


def test_the_command_prints_it() -> None:
    words = [sys.executable, "-m", "crawler.settings_docs"]
    printed = subprocess.run(words, check=True, capture_output=True, timeout=60)
    assert printed.stdout.decode() == PAGE


def test_what_stands_above_and_behind_is_told() -> None:
    source = """\
A = 1  # of no section

# --- ours ---
# Above it.
B = None  # and behind
# Of some that follow.

C: list[str] = []  # seconds
D = {
    "x": 1,  # within
}
lower = 3  # no setting
# Goes
# on
E = 2
"""
    assert [*read(source)] == [
        Setting("A", "", "Of no section."),
        Setting("B", "ours", "Above it. And behind."),
        Setting("C", "ours", "Seconds."),
        Setting("D", "ours", ""),
        Setting("E", "ours", "Goes on."),
    ]


def test_values_are_written_as_they_are_typed() -> None:
    source = "# --- ours ---\nDISCUZ_A = True  # a|b\nDISCUZ_B = None  # b\nDISCUZ_C = {}  # c\n"
    values = {"DISCUZ_A": True, "DISCUZ_B": None, "DISCUZ_C": {"*": [0.5, 1]}}
    rows = [line for line in page(source, values).splitlines() if line.startswith("| `")]
    assert rows == [
        "| `DISCUZ_A` | `1` | A\\|b. |",
        "| `DISCUZ_B` | none | B. |",
        '| `DISCUZ_C` | `{"*": [0.5, 1]}` | C. |',
    ]
