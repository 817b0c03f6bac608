"""A report in tables for a person, and a line that says what is under way while it is made."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING, Final, Literal

from rich.console import Console
from rich.status import Status
from rich.table import Table
from rich.text import Text

from crawler.escaping import printable
from crawler.extensions.terminal import log_above, open_console

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Mood = Literal["plain", "good", "bad", "dim"]

STYLES: Final[dict[Mood, str]] = {"plain": "", "good": "green", "bad": "red", "dim": "dim"}
UNWRAPPED: Final = 100_000
"""Columns of what is no terminal: lines are for other programs to cut."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; its mood colours the first cell."""

    cells: Sequence[str]
    mood: Mood = "plain"


@dataclass(frozen=True, slots=True)
class Section:
    """A table with a heading.

    Attributes:
        title: the heading, "" for none.
        rows: all with the same number of cells.
        header: names of the columns, none if they need none.
    """

    title: str
    rows: Sequence[Row]
    header: Sequence[str] = ()


def show(sections: Sequence[Section]) -> None:
    """Write a report to standard output: in colours and wrapped on a terminal, plain anywhere else."""
    if sys.stdout.isatty():
        draw(Console(), sections)
        return
    paper = StringIO()
    draw(Console(file=paper, width=UNWRAPPED, force_terminal=False, color_system=None), sections)
    sys.stdout.write("\n".join(line.rstrip() for line in paper.getvalue().split("\n")))


def draw(console: Console, sections: Sequence[Section]) -> None:
    """Draw tables, one below the other."""
    for number, section in enumerate(section for section in sections if section.rows):
        if number:
            console.print()
        if section.title:
            console.print(Text(printable(section.title), style="bold"))
        grid = Table.grid(padding=(0, 2, 0, 0))
        columns = max(len(row.cells) for row in section.rows)
        for column in range(columns):
            # What stands last may be long; all else is short, and easier to find in one line.
            grid.add_column(no_wrap=column < columns - 1, overflow="fold")
        if section.header:
            grid.add_row(*(Text(name, style="dim") for name in section.header))
        for row in section.rows:
            first, *rest = map(printable, row.cells)
            grid.add_row(Text(first, style=STYLES[row.mood]), *map(Text, rest))
        console.print(grid)


@contextmanager
def waiting(title: str) -> Iterator[Callable[[str], None]]:
    """Show on a terminal what is under way, until the end of the block; nothing anywhere else.

    Args:
        title: what all of it is.

    Yields:
        what is to be told each step.
    """
    console = open_console()
    if not console.is_interactive:
        yield lambda _: None
        return
    steps = 0
    with log_above(console), Status(Text(title), console=console) as status:

        def tell(step: str) -> None:
            nonlocal steps
            steps += 1
            status.update(Text(f"{title} · {steps} · {printable(step)}", no_wrap=True, overflow="ellipsis"))

        yield tell
