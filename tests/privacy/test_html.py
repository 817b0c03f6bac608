"""Safe HTML says the same as the plain text of it, and stays well-formed."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.privacy import Kind
from crawler.privacy.finding import redact
from crawler.privacy.html import redact_address, redact_html

EVERY = frozenset(Kind)


class Reader(HTMLParser):
    """Tells tags and text of markup."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


@pytest.mark.parametrize(
    ("html", "redacted"),
    [
        ("<p>电话13800138000</p>", "<p>电话[手机号]</p>"),
        ("<p>138<b>0013</b>8000</p>", "<p>[手机号]<b></b></p>"),
        ("<p><b>138</b> <i>0013</i>\n 8000 转</p>", "<p><b>[手机号]</b><i></i> 转</p>"),
        ("<p>138&nbsp;0013&#160;8000</p>", "<p>[手机号]</p>"),
        ("<p>138</p><p>00138000</p>", "<p>138</p><p>00138000</p>"),
        ("1380013<br>8000", "1380013<br>8000"),
        ("QQ：<span>12345678</span>&amp;", "QQ：<span>[QQ号]</span>&amp;"),
        ("<table><tr><td>QQ</td><td>12345678</td></tr></table>", "<table><tr><td>QQ</td><td>[QQ号]</td></tr></table>"),
        (
            '<a href="mailto:a@example.com?subject=1&amp;x=2">a@example.com</a>',
            '<a href="mailto:[邮箱]?subject=1&amp;x=2">[邮箱]</a>',
        ),
        ('<a href="tel:+86-138-0013-8000" rel="nofollow">打</a>', '<a href="tel:[手机号]" rel="nofollow">打</a>'),
        ("<a href='sms:13800138000'>打</a>", '<a href="sms:[手机号]">打</a>'),
        (
            '<img src="http://www.example.com/13800138000.jpg" alt="王13800138000">',
            '<img src="http://www.example.com/13800138000.jpg" alt="王[手机号]">',
        ),
        ('<img src="a.jpg" alt="&quot;13800138000&quot;">', '<img src="a.jpg" alt="&quot;[手机号]&quot;">'),
        (
            '<a href="http://wpa.qq.com/msgrd?v=3&amp;uin=12345678&amp;site=qq">QQ</a>',
            '<a href="http://wpa.qq.com/msgrd?v=3&amp;uin=[QQ号]&amp;site=qq">QQ</a>',
        ),
        ('<a href="http://www.example.com/13800138000">看</a>', '<a href="http://www.example.com/13800138000">看</a>'),
        ("a &lt; 13800138000 &gt; b", "a &lt; [手机号] &gt; b"),
        ("&#x31;&#51;800138000", "[手机号]"),
        ("<!-- 13800138000 -->甲", "<!-- 13800138000 -->甲"),
    ],
)
def test_markup(html: str, redacted: str) -> None:
    assert redact_html(html, EVERY) == redacted
    assert redact_html(redacted, EVERY) == redacted


@pytest.mark.parametrize(
    ("address", "redacted"),
    [
        ("mailto:a%40example.com", "mailto:[邮箱]"),
        ("mailto:", "mailto:"),
        ("tel:110", "tel:110"),
        ("tel:010-88886666", "tel:[电话]"),
        ("tel:4008008820", "tel:[热线]"),
        ("tencent://message/?uin=12345678&Menu=yes", "tencent://message/?uin=[QQ号]&Menu=yes"),
        ("http://www.example.com/?mail=a@example.com&x=1", "http://www.example.com/?mail=[邮箱]&x=1"),
        ("http://www.example.com/?phone=13800138000", "http://www.example.com/?phone=[手机号]"),
        ("http://www.example.com/?id=13800138000", "http://www.example.com/?id=13800138000"),
        ("http://www.example.com/?uin=12345678", "http://www.example.com/?uin=12345678"),
    ],
)
def test_addresses(address: str, redacted: str) -> None:
    assert redact_address(address, EVERY)[0] == redacted


def safe(html: str) -> str:
    """As records have it, with links that call."""
    return nh3.clean(html, url_schemes={"http", "https", "mailto", "tel"}, link_rel=None)


PIECES = st.sampled_from(
    [
        *(
            "13800138000",
            "138",
            "0013",
            "8000",
            " ",
            "\n",
            "&nbsp;",
            "&amp;",
            "&lt;",
            "电话",
            "QQ：",
            "12345678",
            "微信号",
        ),
        *(
            "a@example.com",
            "<b>",
            "</b>",
            "<p>",
            "</p>",
            "<br>",
            '<img alt="13800138000">',
            '<a href="tel:13800138000">',
        ),
        *(
            "</a>",
            "<td>",
            "</table>",
            "11010519491231002X",
            "<span>",
            "</span>",
            '<i title="&lt;a@example.com">',
            "</i>",
        ),
    ]
)


@given(st.lists(PIECES, max_size=25).map("".join).map(safe))
def test_it_stays_well_formed_and_says_what_the_plain_text_says(html: str) -> None:
    redacted = redact_html(html, EVERY)
    assert read(redacted).tags == read(html).tags
    assert safe(redacted) == redacted
    assert redact_html(redacted, EVERY) == redacted
    # Without inline elements the text of both is the same, line by line.
    plain = re.sub(r"</?(?:b|i|span|a|img)\b[^>]*>", "", html)
    lines = [re.sub(r"[ \n\xa0]+", " ", "".join(read(line).words)) for line in re.split(r"<[^>]*>", plain)]
    parts = re.split(r"<(?!/?(?:b|i|span|a|img)\b)[^>]*>", redacted)
    shown = [re.sub(r"[ \n\xa0]+", " ", "".join(read(line).words)) for line in parts]
    assert shown == [redact(line, EVERY)[0] for line in lines]
