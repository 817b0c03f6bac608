"""References to characters: halves that are joined, and those that software escaped once too often."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import text
from crawler.text.entities import BEYOND_ASCII, BEYOND_BMP, resolved, whole


@pytest.mark.parametrize(
    ("html", "read"),
    [
        ("&#128512;&#x20BB7;", "😀𠮷"),
        ("&#55357;&#56832;", "😀"),
        ("&#xD83D;&#xDE00;", "😀"),
        ("&#xd83d;&#56832;", "😀"),
        ("&#55357&#56832x", "😀x"),
        ("&#00055357;&#x0de00;", "😀"),
        ("&#55357;", "\ufffd"),
        ("a&#56832;b", "a\ufffdb"),
        ("&#56832;&#55357;", "\ufffd\ufffd"),
        ("&#55357; &#56832;", "\ufffd \ufffd"),
        ("&#55357;&#55357;&#56832;", "\ufffd😀"),
        ("&#128;&#130;&#133;&#147;&#148;&#150;&#151;&#159;", "€‚…“”–—Ÿ"),
        ("&#65292;&#x3002;&hellip;&mdash;&ldquo;&rdquo;&bull;&middot;", "，。…—“”•·"),
        ("&#38229", "镕"),
        ("&#1114112;&#xFFFFFFFF;", "\ufffd\ufffd"),
        ("&#0;", "\ufffd"),
        ("a\ue5e5b", "a b"),
    ],
)
def test_references_are_their_characters(html: str, read: str) -> None:
    assert text.paragraphs(text.fragment(html)) == [read]
    assert text.clean_line(text.document(f"<html><body>{html}").text_content()) == read


def test_a_description_of_a_picture_is_read_alike() -> None:
    nodes = text.fragment('<img src="/a.png" alt="&#55357;&#56832;">')
    assert [image.alt for image in text.images(nodes, "http://h/")] == ["😀"]


@pytest.mark.parametrize(
    ("shown", "line", "paragraph"),
    [
        ("&#128512;", "😀", "😀"),
        ("&#x1F600;", "😀", "😀"),
        ("&#55357;&#56832;", "😀", "😀"),
        ("朱&#38229;", "朱镕", "朱&#38229;"),
        ("&#150;", "–", "&#150;"),
        ("&#60;b&#62; &#39;", "&#60;b&#62; &#39;", "&#60;b&#62; &#39;"),
        ("&#9999999; &#; &#x; &#128512", "&#9999999; &#; &#x; &#128512", "&#9999999; &#; &#x; &#128512"),
        ("&#131071;", "&#131071;", "&#131071;"),
    ],
)
def test_what_was_escaped_twice(shown: str, line: str, paragraph: str) -> None:
    assert text.clean_line(shown) == line
    body = text.analyse(text.fragment(shown.replace("&", "&amp;")))
    assert body.paragraphs == [paragraph]
    assert body.html == paragraph.replace("&", "&amp;")


@given(st.text(max_size=20), st.characters(min_codepoint=0x10000, exclude_categories=["Cn"]))
def test_halves_of_any_character_are_joined(words: str, character: str) -> None:
    units = character.encode("utf-16-be")
    halves = "".join(f"&#{int.from_bytes(units[place : place + 2])};" for place in (0, 2))
    assert resolved(words + halves, BEYOND_BMP) == resolved(words, BEYOND_BMP) + character


@given(st.text(st.sampled_from("&#xX;0123456789abcdefDE "), max_size=40))
def test_what_is_no_reference_stays(words: str) -> None:
    assert resolved(words, BEYOND_ASCII).isascii() or "&#" in words
    assert whole(words) == words or "&#" in words
