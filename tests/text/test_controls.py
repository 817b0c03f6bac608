"""Control characters: nothing of them is shown, and no tree holds any."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.text import document

CONTROLS = [*range(1, 9), 11, 12, *range(14, 32), 127, 0x81, 0x8D, 0x8F, 0x90, 0x9D, 0xFFFE, 0xFFFF]
LETTERS_IN_REFERENCES = sorted({*range(0x80, 0xA0)}.difference(CONTROLS))
"""Control characters; as references they stand for what Windows has in their place (HTML, 13.2.5.80)."""


@given(st.lists(st.sampled_from(["a", "<p>", "&#9;", "&#65;", "&#1234;", *map(chr, CONTROLS)])))
def test_what_a_tree_says_can_be_put_into_a_tree(pieces: list[str]) -> None:
    root = document("<p title='x'>" + "".join(pieces))
    for node in list(root.iter()):
        node.text, node.tail = node.text, node.tail
        for name, value in node.attrib.items():
            node.set(name, value)


@pytest.mark.parametrize("code", CONTROLS)
@pytest.mark.parametrize("form", ["&#{:d};", "&#{:d} ", "&#x{:x};", "&#X00{:X};", "{:c}"])
def test_a_control_character_is_not_there(code: int, form: str) -> None:
    root = document(f"<p title='{form.format(code)}'>a{form.format(code)}b</p>")
    assert "".join(root.itertext()).replace(" ", "") == "ab"
    assert [node.get("title", "").strip() for node in root.iter("p")] == [""]


@pytest.mark.parametrize("code", LETTERS_IN_REFERENCES)
def test_one_of_them_is_not_there_as_itself(code: int) -> None:
    root = document(f"<p title='{code:c}'>a{code:c}b &#{code};</p>")
    words = "".join(root.itertext())
    assert words.startswith("ab ")
    assert words.isprintable()
    assert [node.get("title") for node in root.iter("p")] == [""]


def test_other_references_stay() -> None:
    assert "".join(document("<p>&#9;&#10;&#80;&#x1F600;&#x80;&#128;&#1F;").itertext()).strip() == "P😀€€F;"
