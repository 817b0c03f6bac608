"""Pictures: the best address, the thumbnail, and what is no picture of the article."""

from __future__ import annotations

import pytest

from crawler import text
from crawler.items import Image

BASE = "http://site.example/bbs/"
STORED = "data/attachment/portal/201701/01/a.png"
NONE = 'src="static/image/common/none.gif"'


def pictures(html: str) -> list[Image]:
    """The pictures of a body."""
    return text.images(text.fragment(html), BASE)


@pytest.mark.parametrize(
    ("attributes", "image"),
    [
        ('src="a.png"', Image(BASE + "a.png")),
        ('src="//img.example/a.png"', Image("http://img.example/a.png")),
        (f'{NONE} zoomfile="z.png" file="f.png" data-src="d.png"', Image(BASE + "z.png")),
        (f'{NONE} file="f.png" data-src="d.png"', Image(BASE + "f.png")),
        (f'{NONE} data-src="http://w.example/640?wx_fmt=jpeg"', Image("http://w.example/640?wx_fmt=jpeg")),
        ('zoomfile="" file="" src="a.png"', Image(BASE + "a.png")),
        ('zoomfile="javascript:;" src="a.png"', Image(BASE + "a.png")),
        ('src="a.png" alt=" b " width="600" height="20px"', Image(BASE + "a.png", "b", 600, 20)),
        ('src="a.png" alt="" width="100%" height=""', Image(BASE + "a.png")),
        ('src="a.png" width="59.5"', Image(BASE + "a.png", width=59)),
        (f'src="{STORED}.thumb.jpg"', Image(BASE + STORED, thumb_url=f"{BASE}{STORED}.thumb.jpg")),
        (
            f'{NONE} zoomfile="{STORED}" file="{STORED}.thumb.jpg"',
            Image(BASE + STORED, thumb_url=f"{BASE}{STORED}.thumb.jpg"),
        ),
        (f'zoomfile="{STORED}" src="data/attachment/other.png.thumb.jpg"', Image(BASE + STORED)),
        (
            'zoomfile="forum.php?mod=attachment&amp;aid=MQ&amp;nothumb=yes" src="forum.php?mod=attachment&amp;aid=MQ"',
            Image(BASE + "forum.php?mod=attachment&aid=MQ&nothumb=yes"),
        ),
        (f'{NONE} data-original="a.png"', Image(BASE + "a.png")),
        ('src="/grey.gif" data-lazy-src="a.png"', Image(BASE + "a.png")),
        ('src="/img/blank.gif" lazyload="a.png"', Image(BASE + "a.png")),
        ('src="data:image/gif;base64,AA" data-url="a.png"', Image(BASE + "a.png")),
        (f'{NONE} _src="a.png"', Image(BASE + "a.png")),
        ('src="a.png" _src="b.png" data-url="c.html"', Image(BASE + "a.png")),
        ('srcset="s.png 480w, l.png 1024w, m.png 800w"', Image(BASE + "l.png")),
        ('srcset="s.png, l.png 2x" src="a.png"', Image(BASE + "a.png")),
        ('data-srcset="s.png"', Image(BASE + "s.png")),
        ('src="data\\attachment\\a.png"', Image(BASE + "data/attachment/a.png")),
        ('src="data/attachment/album/blank.gif"', Image(BASE + "data/attachment/album/blank.gif")),
    ],
)
def test_a_picture(attributes: str, image: Image) -> None:
    assert pictures(f"<p><img {attributes}></p>") == [image]


@pytest.mark.parametrize(
    "attributes",
    [
        "",
        NONE,
        'src="static/image/smiley/default/smile.gif"',
        'src="http://other.example/static/image/smiley/a.gif"',
        'src="http://other.example/face.gif" smilieid="12"',
        'src="data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="',
        'src="file:///C:/Temp/a.png"',
        'src="http://["',
        'src="template/x/img/none.gif"',
        'src="http://other.example/lazyload.gif"',
        'srcset="" data-original=" "',
    ],
)
def test_no_picture(attributes: str) -> None:
    nodes = text.fragment(f"<p>a<img {attributes}>b</p>")
    assert text.images(nodes, BASE) == []
    assert text.safe_html(nodes, BASE) == "<p>ab</p>"


def test_each_once_and_in_order() -> None:
    assert pictures('<img src="b.png" alt="1"><img src="a.png"><img src="b.png" alt="2">') == [
        Image(BASE + "b.png", "1"),
        Image(BASE + "a.png"),
    ]


def test_a_forum_picture_in_an_ignored_block_counts() -> None:
    html = (
        f'<ignore_js_op><img id="aimg_1" {NONE} zoomfile="{STORED}" file="{STORED}.thumb.jpg"><div class="tip" '
        f'style="position:absolute;display:none"><a href="forum.php?mod=attachment&amp;aid=MQ">x</a><img src="y.png">'
        "</div></ignore_js_op>a"
    )
    body = text.analyse(text.fragment(html), BASE)
    assert body.images == [Image(BASE + STORED, thumb_url=f"{BASE}{STORED}.thumb.jpg")]
    assert (body.attachments, body.links, body.html) == ([], [], "a")


def test_a_picture_in_safe_html_has_its_best_address() -> None:
    nodes = text.fragment(
        f'<a href="{STORED}"><img {NONE} file="{STORED}.thumb.jpg" alt="&quot;" width="50%" onclick="x()"></a>'
    )
    url = BASE + STORED
    assert text.safe_html(nodes, BASE) == f'<a href="{url}"><img src="{url}" alt="&quot;" width="50%"></a>'


def test_a_source_serves_where_the_picture_has_no_address() -> None:
    sources = '<source srcset="a.webp 1x, b.webp 2x" type="image/webp"><source srcset="c.png">'
    assert pictures(f"<picture>{sources}<img src='a.png'></picture>") == [Image(BASE + "a.png")]
    assert pictures(f"<picture>{sources}<img alt='x'></picture>") == [Image(BASE + "c.png", "x")]


def test_what_guests_are_shown() -> None:
    nodes = text.fragment(
        f'<div class="guestviewthumb"><img id="aimg_1" aid="1" {NONE} file="{STORED}" makefile="forum.php?mod=image">'
        '<br><a href="member.php?mod=logging&amp;action=login">x</a></div>'
    )
    body = text.analyse(nodes, BASE)
    assert (body.paragraphs, body.links) == ([], [])
    assert body.images == [Image(BASE + STORED)]
    assert body.html == f'<div><img src="{BASE}{STORED}"><br></div>'
