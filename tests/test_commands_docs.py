"""The reference of the commands leaves no command and no option out, and invents none."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.commands_docs import commands, options, page, parser_of
from tests.docs import section, tables

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
COMMANDS = commands()


def test_the_file_is_what_the_commands_say() -> None:
    assert page(COMMANDS) == PAGE, "write it anew: python -m crawler.commands_docs > docs/commands.md"


def test_every_module_of_the_room_that_is_a_command_is_in_it() -> None:
    sources = (ROOT / "crawler" / "commands").glob("*.py")
    modules = {path.stem for path in sources if "\nclass Command(" in path.read_text(encoding="utf-8")}
    told = re.findall(r"^## scrapy (\S+)$", PAGE, re.MULTILINE)
    assert {name.replace("-", "_") for name in told} == {name.replace("-", "_") for name in modules}


@pytest.mark.parametrize("name", COMMANDS)
def test_its_options_are_told_with_what_they_do(name: str) -> None:
    rows = [row for table in tables(section(PAGE, f"## scrapy {name}")) for row in table]
    told = {flag for row in rows for flag in re.findall(r"`(--?[\w-]+)", row[0])}
    own = [*options(parser_of(COMMANDS[name]), common=False)]
    assert told == {flag for action in own for flag in action.option_strings}
    assert all(row[1] for row in rows)


def test_what_all_have_is_told_once() -> None:
    [rows] = tables(section(PAGE, "## Options of all commands"))
    told = {flag for row in rows for flag in re.findall(r"`(--?[\w-]+)", row[0])}
    assert {"-h", "-s", "--set", "--logfile", "-L"} <= told


def test_the_command_prints_it() -> None:
    words = [sys.executable, "-m", "crawler.commands_docs"]
    printed = subprocess.run(words, check=True, capture_output=True, timeout=60, cwd=ROOT)
    assert printed.stdout.decode() == PAGE
