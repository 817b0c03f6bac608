"""Links and files of a body."""

from __future__ import annotations

import pytest

from crawler import text
from crawler.items import Attachment, Link

BASE = "http://site.example/"
FORUM = "forum.php?mod=attachment&aid=MQ"


@pytest.mark.parametrize(
    ("html", "link"),
    [
        ('<a href="a-1.html">b</a>', Link(BASE + "a-1.html", "b")),
        ('<a href="/x"> a<b>b</b><br>c </a>', Link(BASE + "x", "ab c")),
        ('<a href="/x"><div>a</div><div>b</div></a>', Link(BASE + "x", "a b")),
        ('<a href="/x"><section>a</section>b</a>', Link(BASE + "x", "a b")),
        ('<a href="/x">a<span style="display:none">b</span></a>', Link(BASE + "x", "a")),
        ('<a href="mailto:d@h">d@h</a>', Link("mailto:d@h", "d@h")),
        ('<a href="/x"><img src="/banner.png"></a>', Link(BASE + "x", "")),
        ('<a href="/a.png"><img src="/a.png">a</a>', Link(BASE + "a.png", "a")),
    ],
)
def test_a_link(html: str, link: Link) -> None:
    body = text.analyse(text.fragment(f"<p>{html}</p>"), BASE)
    assert body.links == [link]
    assert body.attachments == []


@pytest.mark.parametrize(
    "html",
    [
        "<a>a</a>",
        '<a name="x">a</a>',
        '<a href="#x">a</a>',
        '<a href="javascript:;">a</a>',
        '<a href="/x"></a>a',
        '<a href="/x"><span style="font-size:0">b</span></a>a',
        '<a href="/a.png"><img src="/a.png"></a>a',
        f'<a href="{FORUM}&amp;nothumb=yes"><img src="/a.png"></a>a',
        '<ignore_js_op><a href="/x">b</a></ignore_js_op>a',
        '<a href="/x" target="_blank" class="relatedlink">a</a>',
        f'<a href="{FORUM}&amp;nothumb=yes" class="xw1">a</a>',
    ],
)
def test_no_link(html: str) -> None:
    body = text.analyse(text.fragment(html), BASE)
    assert (body.links, body.attachments, body.paragraphs) == ([], [], ["a"])


def test_links_stand_in_the_order_of_their_beginnings() -> None:
    nodes = text.fragment('<a href="/1">a<span><a href="/2">b</a></span>c</a><a href="/3">d</a>')
    assert [link.url for link in text.links(nodes, BASE)] == [BASE + "1", BASE + "2", BASE + "3"]


@pytest.mark.parametrize(
    ("html", "attachment"),
    [
        (
            '<a href="portal.php?mod=attachment&id=3" target="_blank">a.xls</a>',
            Attachment(BASE + "portal.php?mod=attachment&id=3", "a.xls"),
        ),
        (
            (
                '<img src="static/image/filetype/zip.gif"><a href="data/attachment/a/b.zip" title="c.zip">'
                '<img src="static/image/filetype/zip.gif"></a>'
            ),
            Attachment(BASE + "data/attachment/a/b.zip", "c.zip"),
        ),
        ('<a href="data/attachment/a/b.zip"></a>', Attachment(BASE + "data/attachment/a/b.zip", "b.zip")),
        (
            (
                f'<ignore_js_op><span><a href="{FORUM}">a.doc</a> <em class="xg1">(2.5 KB, 下载次数: 12)</em></span>'
                "</ignore_js_op>"
            ),
            Attachment(BASE + FORUM, "a.doc", 2560),
        ),
        (
            (
                f'<ignore_js_op><dl class="tattl"><dd><p class="attnm"><a href="{FORUM}">a.doc</a></p>'
                "<p>423 Bytes, 下载次数: 3</p></dd></dl></ignore_js_op>"
            ),
            Attachment(BASE + FORUM, "a.doc", 423),
        ),
        (
            (
                '<ignore_js_op><dl class="tattl"><dt><img src="static/image/filetype/zip.gif"></dt><dd>'
                f'<p class="attnm"><a href="{FORUM}" id="aid1" target="_blank">a.zip</a>'
                '<div class="tip tip_4" style="display: none"><div class="tip_c"><p class="y">1-1</p><p>x</p></div>'
                '<div class="tip_horn"></div></div></p>'
                "<p>1.25 MB, x: <strong>10</strong>, y: 3</p><p></p></dd></dl></ignore_js_op>"
            ),
            Attachment(BASE + FORUM, "a.zip", 1310720),
        ),
        (
            f'<img src="static/image/filetype/zip.gif"><a href="{FORUM}" id="aid1">a.zip</a> <em>(12 KB, x: 3)</em>',
            Attachment(BASE + FORUM, "a.zip", 12288),
        ),
        (
            f'<ignore_js_op><a href="{FORUM}">a.doc</a><em></em></ignore_js_op>',
            Attachment(BASE + FORUM, "a.doc"),
        ),
    ],
)
def test_a_file(html: str, attachment: Attachment) -> None:
    body = text.analyse(text.fragment(html * 2), BASE)
    assert body.attachments == [attachment]
    assert body.links == []


def test_the_name_of_a_file_is_text() -> None:
    nodes = text.fragment('<p><a href="portal.php?mod=attachment&id=3">a.xls</a></p>')
    assert text.body_text(nodes) == "a.xls"
    assert text.attachments(nodes, BASE)[0].name == "a.xls"
