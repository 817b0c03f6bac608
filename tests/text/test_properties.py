"""What must hold for any body, however broken."""

from __future__ import annotations

import re
import sys
from html.parser import HTMLParser
from itertools import count
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler import text

if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

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


def numbered(parts: list[str]) -> str:
    """The parts as one, with each "#" a number of its own."""
    numbers = count()
    return re.sub("#", lambda _: str(next(numbers)), "".join(parts))


#: Tags that begin or end more than a block, too; stray ends of all of them.
MORE_TAGS = [*TAGS, "body", "html", "head", "button", "center", "details", "font", "main", "menu", "q", "source", "wbr"]
WORD = "甲#乙"
sources = st.lists(
    st.one_of(
        st.just(WORD),
        st.sampled_from(MORE_TAGS).map(lambda tag: f"<{tag}{ATTRIBUTES.get(tag, '')}>"),
        st.sampled_from(MORE_TAGS).map(lambda tag: f"</{tag}>"),
    ),
    max_size=30,
).map(numbered)


@settings(max_examples=150)
@given(sources)
def test_each_word_of_the_source_is_there_once_and_in_its_place(html: str) -> None:
    words = re.findall(r"甲\d+乙", html)
    body = text.analyse(text.fragment(html), BASE)
    assert re.findall(r"甲\d+乙", "".join(body.paragraphs)) == words
    assert re.findall(r"甲\d+乙", re.sub("<[^>]*>", "", body.html)) == words
    assert re.findall(r"甲\d+乙", "".join(text.document(f"<html><body>{html}").itertext())) == words


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


names = st.sampled_from(
    [
        *("href", "src", "style", "onclick", "onerror", "data-src", "srcset", "file", "zoomfile", "alt", "width", "id"),
        *(
            "action",
            "formaction",
            "xlink:href",
            "poster",
            "background",
            "class",
            "srcdoc",
            "data",
            "colspan",
            "content",
        ),
    ]
)
values = st.sampled_from(
    [
        *(
            "javascript:alert(1)",
            "JAVA\nSCRIPT:alert(1)",
            " &#1;javascript:x",
            "data:text/html,<b>",
            "vbscript:x",
            "/a",
        ),
        *("//h/a.png", "http://h/?a=1&b", '" onload="x', "'><script>x</script>", "url(javascript:x)", "2", "file:///c"),
    ]
)
armed = st.lists(
    st.one_of(
        st.sampled_from(["甲", "</p>", "</a>", "</td>", "<!--", "-->", "<![CDATA[", "]]>", "</style>", "</script>"]),
        st.tuples(
            st.sampled_from([*TAGS, "script", "style", "iframe", "video", "source", "base", "meta", "math", "svg"]),
            st.lists(st.tuples(names, values), max_size=3),
        ).map(lambda tag: f"<{tag[0]}" + "".join(f' {name}="{value}"' for name, value in tag[1]) + ">"),
    ),
    max_size=15,
).map("".join)


class Reader(HTMLParser):
    """Reads safe HTML without mending anything: what is open, and what else than harmless markup there is."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.harm: list[Any] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {*HARMLESS, *EMPTY}:
            self.harm.append(tag)
        for name, value in attrs:
            is_address = name in {"href", "src"}
            if name not in {"href", "src", "alt", "width", "height", "colspan", "rowspan"}:
                self.harm.append(name)
            if is_address and not (value or "").startswith(("http://", "https://", "mailto:", "ftp://")):
                self.harm.append(value)
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.harm.append(f"</{tag}>")

    def handle_comment(self, data: str) -> None:
        self.harm.append(data)

    def handle_decl(self, decl: str) -> None:
        self.harm.append(decl)

    def handle_pi(self, data: str) -> None:
        self.harm.append(data)


EMPTY = {"br", "hr", "img", "source"}
HARMLESS = {
    *("a", "b", "strong", "i", "em", "u", "s", "strike", "del", "ins", "sub", "sup", "small", "code", "p", "div", "h1"),
    *("h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre", "figure", "figcaption"),
    *("table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th", "video", "audio"),
}


@settings(max_examples=150)
@given(armed)
def test_safe_html_is_harmless_and_whole(html: str) -> None:
    reader = Reader()
    reader.feed(text.safe_html(text.fragment(html), BASE))
    reader.close()
    assert reader.harm == []
    assert reader.open == []


def steps(html: str) -> int:
    """How many lines of the package's code run to read a body."""
    ran = 0

    def trace(frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal ran
        if "/crawler/text/" not in frame.f_code.co_filename:
            return None
        ran += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        body = text.analyse(text.fragment(html), BASE)
        text.credits(body.paragraphs)
    finally:
        sys.settrace(before)
    return ran


@pytest.mark.parametrize(
    "piece",
    [
        *("<div>a", "<p>a<br>b", "<b>a<i>b</b>c</i>", "<font>a", "<table><tr><td>a", "<td>a</tr></table>", "<ul><li>a"),
        *("<section>a</section>", "<a href=/x>a<span>", "<pre>a\n", "<h2><p>a", "</div></p></br>", "<img src=/a>"),
        *("<dl><dt>a<dd>b", "<object><param name=a value=b>", "<ignore_js_op><div class=media><a href=/x>a</a>"),
        *("<select><option>a", "<span style='font-size:0'>a<font size=3>b", "&#55357;&#56832;", "</body></html>a"),
        *("<p>编辑：张三（记者 李四）", "（记者 李四）", "<picture><source srcset=/a><img>"),
    ],
)
def test_twice_as_much_takes_twice_as_long(piece: str) -> None:
    assert steps(piece * 240) < 2.4 * steps(piece * 120) + 500
