"""Tables for a person: plain in a pipe, in colours on a terminal, and safe to show on either."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from crawler.extensions import sheet
from crawler.extensions.sheet import Row, Section, draw, show, waiting

SECTIONS = [
    Section("Head", [Row(("a", "b" * 200), "good"), Row(("中文", "[red]c"))], ("x", "y")),
    Section("Empty", []),
    Section("", [Row(("evil\x1b[2J",), "bad")]),
]


def test_a_pipe_gets_plain_lines_that_are_not_wrapped(capsys: pytest.CaptureFixture[str]) -> None:
    show(SECTIONS)
    assert capsys.readouterr().out.split("\n") == [
        "Head",
        "x     y",
        f"a     {'b' * 200}",
        "中文  [red]c",
        "",
        "evil\\x1b[2J",
        "",
    ]


def test_a_terminal_gets_colours_and_wrapped_lines() -> None:
    paper = StringIO()
    draw(Console(file=paper, force_terminal=True, width=40, color_system="standard"), SECTIONS)
    drawn = paper.getvalue()
    assert "\x1b[1mHead" in drawn
    assert "\x1b[32ma" in drawn
    assert "\x1b[2J" not in drawn
    assert max(len(line) for line in drawn.split("\n")) < 80


def test_nothing_is_shown_while_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    with waiting("Reading") as tell:
        tell("home")
    assert capsys.readouterr() == ("", "")


def test_what_is_under_way_is_shown_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    paper = StringIO()
    console = Console(file=paper, force_terminal=True, width=60)
    monkeypatch.setattr(sheet, "open_console", lambda: console)
    with waiting("Reading") as tell:
        tell("home")
        tell("category [bold]\x1b[2J")
    assert "Reading · 2 · category [bold]\\x1b[2J" in paper.getvalue()
