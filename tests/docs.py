"""The pages of the documentation, and what stands in them between fences."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))

_FENCE = re.compile(r"^(?P<fence>`{3,})(?P<info>[^\n`]*)\n(?P<text>.*?)^(?P=fence)[ \t]*$", re.MULTILINE | re.DOTALL)
_EXIT = re.compile(r"\bexit=(\d)\b")


@dataclass(frozen=True, slots=True)
class Block:
    """What stands between two fences.

    Attributes:
        path: the page.
        line: of the first fence, from 1.
        language: what it is, the first word behind the fence.
        text: it, with a line break at the end.
        code: the exit code that is announced for it, behind the fence or in a comment above: ``exit=5``.
        shown: the text block that follows at once: what the block prints, or a part of it.
    """

    path: Path
    line: int
    language: str
    text: str
    code: int = 0
    shown: str = ""

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line}"


def blocks(path: Path, *languages: str) -> Iterator[Block]:
    """Give the blocks of a page in these languages, all without any, in order."""
    page = path.read_text(encoding="utf-8")
    found = [*_FENCE.finditer(page)]
    for place, match in enumerate(found):
        language = match["info"].split()[0] if match["info"].strip() else ""
        if languages and language not in languages:
            continue
        above = page[: match.start()].rstrip().rpartition("\n")[2]
        announced = _EXIT.search(match["info"]) or (_EXIT.search(above) if above.startswith(("%", "<!--")) else None)
        after = found[place + 1] if place + 1 < len(found) else None
        follows = (
            after is not None and after["info"].strip() == "text" and not page[match.end() : after.start()].strip()
        )
        yield Block(
            path,
            page.count("\n", 0, match.start()) + 1,
            language,
            match["text"],
            int(announced[1]) if announced else 0,
            after["text"] if after is not None and follows else "",
        )


def tables(page: str) -> list[list[list[str]]]:
    """Give the tables of a page: rows of cells, the head left out. A bar within a cell is written ``\\|``."""
    found = re.findall(r"^\|.*\|\n\|[-|: ]+\|\n((?:\|.*\|\n?)*)", page, re.MULTILINE)
    return [
        [
            [cell.replace(r"\|", "|").strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            for line in rows.splitlines()
        ]
        for rows in found
    ]


def section(page: str, heading: str) -> str:
    """Give what stands below a heading, up to the next of its rank."""
    level, _, words = heading.partition(" ")
    found = re.search(
        rf"^{level} {re.escape(words)}\n(.*?)(?=^#{{1,{len(level)}}} |\Z)", page, re.MULTILINE | re.DOTALL
    )
    assert found, f"no heading {heading!r}"
    return found[1]
