"""Every stat that the code counts is described in ``docs/stats.md``, and none that it does not count."""

from __future__ import annotations

import ast
import re
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import pytest

from crawler.extensions.textfile import GAUGES

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "stats.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (`discuz/[^|]+`) \|", re.MULTILINE)
HOLE = re.compile(r"<\w+>")
PATTERN_OF_A_STAT = re.compile(r"discuz/[\w*]+(/[\w*]+)*")
READS = {"figures.py"}
"""Files that read stats by patterns, and count nothing."""


def told(node: ast.AST) -> str:
    """A text as the code spells it, with ``*`` for what is put into it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(told(part) if isinstance(part, ast.Constant) else "*" for part in node.values)
    return ""


@cache
def counted() -> dict[str, str]:
    """Every stat that the code names, by its pattern, with the file that does."""
    found = {}
    for path in (ROOT / "crawler").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        inner = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in ast.walk(tree):
            name = "" if id(node) in inner else told(node)
            if PATTERN_OF_A_STAT.fullmatch(name) and path.name not in READS and name != "discuz/aid":
                found[name] = str(path.relative_to(ROOT))
    return found


def rows() -> list[str]:
    return [HOLE.sub("*", name) for cell in ROW.findall(PAGE) for name in re.findall(r"`(discuz/[^`]+)`", cell)]


def test_there_are_stats_to_describe() -> None:
    assert len(counted()) > 30
    assert len(rows()) == len(set(rows())) > 30


@pytest.mark.parametrize("name", sorted(counted()))
def test_what_is_counted_is_described(name: str) -> None:
    """``discuz/browser/{what}`` by those that it may be, each in a row of its own, and others by a row for several."""
    assert any(fnmatchcase(row, name) or fnmatchcase(name, row) for row in rows()), f"{counted()[name]} counts {name}"


@pytest.mark.parametrize("row", sorted(rows()))
def test_what_is_described_is_counted(row: str) -> None:
    assert any(fnmatchcase(row, name) for name in counted())


def test_every_number_for_prometheus_is_described() -> None:
    page = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    described = set(re.findall(r"^\| `(discuz_\w+)(?:\{[^}]*\})?` \|", page, re.MULTILINE))
    assert described == set(GAUGES)
    for name, (_, labels) in GAUGES.items():
        assert all(f"`{name}{{{label}}}`" in page for label in labels)
