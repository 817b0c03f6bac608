"""What must hold for any body, however broken."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler import text

BASE = "http://site.example/"

TAGS = [
    *("a", "b", "blockquote", "br", "caption", "center", "code", "dd", "del", "div", "dl", "dt", "em", "embed"),
    *("figcaption", "figure", "font", "form", "h1", "h2", "h3", "hr", "i", "img", "label", "li", "o:p", "object", "ol"),
    *("option", "p", "pre", "ruby", "s", "section", "select", "small", "span", "strike", "strong", "sub", "svg"),
    *("table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul"),
]
ATTRIBUTES = {"a": ' href="/page"', "img": ' src="/a.png"', "embed": ' src="/a.mp4"'}
WORDS = (
    "甲",
    "乙 ",
    "丙&amp;",
    "&lt;b&gt;",
    "x\ny",
    "\n",
    " ",
    "&nbsp;",
    "\u3000",
    "&#13;",
    '"',
    "\u200b丁",
    "😀",
    "'",
)

starts = st.sampled_from(TAGS).map(lambda tag: f"<{tag}{ATTRIBUTES.get(tag, '')}>")
ends = st.sampled_from(TAGS).map(lambda tag: f"</{tag}>")
bodies = st.lists(st.one_of(st.sampled_from(WORDS), starts, ends), max_size=40).map("".join)


def seen(words: str) -> str:
    """What is no space and has a width."""
    return re.sub(r"[\s\u200b]", "", words)


@settings(max_examples=400)
@given(bodies)
def test_no_text_is_lost_and_none_invented(html: str) -> None:
    nodes = text.fragment(html)
    assert seen("".join(text.paragraphs(nodes))) == seen("".join(nodes[0].itertext()))


@settings(max_examples=400)
@given(bodies)
def test_safe_html_says_the_same_and_is_its_own_safe_html(html: str) -> None:
    body = text.analyse(text.fragment(html), BASE)
    again = text.analyse(text.fragment(body.html), BASE)
    assert again.html == body.html
    assert again.paragraphs == body.paragraphs
    assert again.images == body.images
    assert {link.url for link in again.links} == {link.url for link in body.links}


@given(bodies)
def test_paragraphs_are_lines_with_words(html: str) -> None:
    for paragraph in text.paragraphs(text.fragment(html)):
        assert all(cell == text.clean_line(cell) for cell in paragraph.split("\t"))
        assert paragraph.strip()


@given(bodies, bodies)
def test_containers_are_read_one_after_the_other(first: str, second: str) -> None:
    nodes = [*text.fragment(first), *text.fragment(second)]
    assert text.paragraphs(nodes) == text.paragraphs(nodes[:1]) + text.paragraphs(nodes[1:])


@given(st.text(st.characters(), max_size=60))
def test_any_text_is_a_fragment(words: str) -> None:
    body = text.analyse(text.fragment(words), BASE)
    body.text.encode()
    body.html.encode()
