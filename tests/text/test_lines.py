"""Lines and paragraphs: what space is, and how rows and cells become lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.text.lines import Paragraphs, clean_line, collapse, storable


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", ""),
        ("一", "一"),
        (" \t一\r\n二 ", "一 二"),
        ("\u3000\u3000一\xa0\u3000 二\xa0", "一 二"),
        ("\ufeff一\u200b", "一"),
        (" \u200b \ufeff ", ""),
        ("ก\u200bข", "ก\u200bข"),
        ("a\0b", "ab"),
        ("a\ud800b", "ab"),
        ("\ud83d\ude00", "😀"),
    ],
)
def test_clean_line(text: str, line: str) -> None:
    assert clean_line(text) == line


@given(st.text(st.characters(), max_size=40))
def test_a_clean_line_is_clean(text: str) -> None:
    line = clean_line(text)
    assert clean_line(line) == line
    assert line == line.strip()
    assert "\n" not in line
    assert "  " not in line
    line.encode()


@given(st.text(max_size=40))
def test_only_nul_is_lost_from_storable_text(text: str) -> None:
    assert storable(text) == text.replace("\0", "")


@given(st.text(max_size=40))
def test_collapsing_keeps_what_is_no_space(text: str) -> None:
    assert collapse(text).replace(" ", "") == "".join(text.split()).strip("\u200b\u2060\ufeff")


def rows(*rows_of_cells: list[list[str]]) -> list[str]:
    """The paragraphs of a table whose cells are lists of lines."""
    paragraphs = Paragraphs()
    for cells in rows_of_cells:
        paragraphs.open_row()
        for cell in cells:
            paragraphs.open_cell()
            for line in cell:
                paragraphs.add(line)
                paragraphs.end_line()
        paragraphs.close_row()
    return paragraphs.result()


def test_a_line_ends_once() -> None:
    paragraphs = Paragraphs()
    paragraphs.end_line()
    paragraphs.add(" ")
    paragraphs.end_line()
    paragraphs.add("a ")
    paragraphs.add(" b")
    assert paragraphs.result() == ["a b"]


@pytest.mark.parametrize(
    ("cells", "lines"),
    [
        ([["a"], ["b"]], ["a\tb"]),
        ([["a"], [], ["c"]], ["a\t\tc"]),
        ([["a", "b"], ["c"]], ["a b\tc"]),
        ([[], ["a", "b"]], ["a", "b"]),
        ([["\xa0"], [" "]], []),
        ([], []),
    ],
    ids=["cells", "a blank one between", "lines in a cell", "a frame", "blank", "empty"],
)
def test_a_row_is_a_line(cells: list[list[str]], lines: list[str]) -> None:
    assert rows(cells) == lines


def test_a_table_in_a_frame() -> None:
    paragraphs = Paragraphs()
    paragraphs.add("before")
    paragraphs.open_row()
    paragraphs.open_cell()
    paragraphs.add("title")
    paragraphs.open_row()
    for word in ("a", "b"):
        paragraphs.open_cell()
        paragraphs.add(word)
    paragraphs.close_row()
    paragraphs.close_row()
    paragraphs.add("after")
    assert paragraphs.result() == ["before", "title", "a\tb", "after"]
