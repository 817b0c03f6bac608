"""Text as lines: what space is, and how pieces of text become paragraphs."""

from __future__ import annotations

from typing import Final

from crawler.text.entities import BEYOND_ASCII, resolved

#: Characters without width that editors and anti-copy scripts leave behind: no space to ``str.split``, yet nothing to
#: read. They are cut off at the ends of a line only: inside, Thai and Khmer break words with them.
_INVISIBLE: Final = "\u200b\u2060\ufeff"
_TRIMMED: Final = _INVISIBLE + " "


def clean_line(text: str) -> str:
    r"""One line of a text: spaces collapsed to one and trimmed, characters that no file can hold left out.

    Every space of Unicode counts, no-break and ideographic ones too.

    Args:
        text: Any text; NUL and lone surrogates in it are dropped, surrogates in pairs are joined, and what shows as a
            reference to a character beyond ASCII is that character.

    >>> clean_line(" 一\u3000 二\xa0\n")
    '一 二'
    """
    return collapse(storable(resolved(text, BEYOND_ASCII)))


def storable(text: str) -> str:
    r"""The text without NUL and lone surrogates, which UTF-8, SQL and JSON readers refuse.

    >>> storable("a\ud83d\ude00\ud83d\0b") == "a😀b"
    True
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    return text.replace("\0", "")


def collapse(text: str) -> str:
    """Collapses spaces to one and trims them, and characters without width, at the ends."""
    line = " ".join(text.split())
    if line and (line[0] in _INVISIBLE or line[-1] in _INVISIBLE):
        return line.strip(_TRIMMED)
    return line


class Paragraphs:
    """Builds paragraphs out of pieces of text, line ends, and the rows and cells of tables.

    The cells of a row are one paragraph, joined by tabs: a cell is a line, and what ends a line inside it becomes a
    space. A row with a single filled cell is no row of data but a frame around paragraphs, which stay as they are.
    """

    def __init__(self) -> None:
        self._done: list[str] = []
        self._line: list[str] = []
        self._rows: list[tuple[list[str], list[list[str]]]] = []  # what was done before the row, and its cells

    def add(self, text: str) -> None:
        """Adds a piece of text to the line."""
        self._line.append(text)

    def end_line(self) -> None:
        """Ends the line; one without words leaves nothing."""
        if self._line:
            line = collapse("".join(self._line))
            self._line.clear()
            if line:
                self._done.append(line)

    def open_row(self) -> None:
        """Begins a row of a table; text goes into its cells only."""
        self.end_line()
        self._rows.append((self._done, []))

    def open_cell(self) -> None:
        """Begins a cell of the row that was begun last."""
        self.end_line()
        self._done = []
        self._rows[-1][1].append(self._done)

    def close_row(self) -> None:
        """Ends the row that was begun last."""
        self.end_line()
        self._done, cells = self._rows.pop()
        filled = [cell for cell in cells if cell]
        if len(filled) == 1:
            self._done.extend(filled[0])
        elif filled:
            self._done.append("\t".join(map(" ".join, cells)))

    def result(self) -> list[str]:
        """The paragraphs so far, outside of any row."""
        self.end_line()
        return self._done
