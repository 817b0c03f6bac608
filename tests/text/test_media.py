"""Videos and sounds, in every way in which Discuz! and its editors embed them."""

from __future__ import annotations

import pytest

from crawler import text
from crawler.items import Media

BASE = "http://site.example/"


def media(html: str) -> tuple[list[str], list[str]]:
    """The addresses of the videos and of the sounds of a body."""
    body = text.analyse(text.fragment(html), BASE)
    return [video.url for video in body.videos], [audio.url for audio in body.audios]


@pytest.mark.parametrize(
    ("html", "url"),
    [
        ('<video src="v/a.mp4" controls></video>', BASE + "v/a.mp4"),
        ('<video><source src="a.mp4"><source src="a.webm"></video>', BASE + "a.mp4"),
        ('<iframe src="//player.example/v?id=1&amp;x=2"></iframe>', "http://player.example/v?id=1&x=2"),
        ('<embed src="http://v.example/a.swf" type="application/x-shockwave-flash">', "http://v.example/a.swf"),
        ('<embed src="http://v.example/a.rm" type="audio/x-pn-realaudio-plugin">', "http://v.example/a.rm"),
        ('<object data="http://v.example/a.swf"></object>', "http://v.example/a.swf"),
        (
            (
                '<object><param name="autostart" value="0"><param name="url" value="http://v.example/a.flv">'
                '<embed src="http://v.example/a.flv" type="video/x-ms-wmv"></embed></object>'
            ),
            "http://v.example/a.flv",
        ),
        (
            (
                "<span id=\"swf_x\"></span><script>$('swf_x').innerHTML=AC_FL_RunContent('width', '520', 'src', "
                "encodeURI('http://v.example/a.swf'), 'quality', 'high');</script>"
            ),
            "http://v.example/a.swf",
        ),
        (
            (
                "<script>$('x').innerHTML=AC_FL_RunContent('src', 'static/image/common/flvplayer.swf', 'flashvars', "
                "'file=http%3A%2F%2Fv.example%2Fa%20b.flv', 'wmode', 'transparent');</script>"
            ),
            "http://v.example/a b.flv",
        ),
        (
            (
                '<ignore_js_op><div id="flv_x" class="media"><div class="media_tips"><a href="http://v.example/a.flv">'
                'here</a></div></div><script>detectPlayer("flv_x", "flv", "http://v.example/a.flv", "5", "3");</script>'
                "</ignore_js_op>"
            ),
            "http://v.example/a.flv",
        ),
        (
            '<ignore_js_op><div class="media"><a href="http://v.example/a.flv">here</a></div></ignore_js_op>',
            "http://v.example/a.flv",
        ),
        ('<embed src="rtmp://v.example/live">', "rtmp://v.example/live"),
        ('<iframe data-src="http://v.example/embed/1" src="about:blank"></iframe>', "http://v.example/embed/1"),
        ('<video data-src="/v.mp4"></video>', BASE + "v.mp4"),
        ('<video><source data-src="/v.mp4"></video>', BASE + "v.mp4"),
        (
            (
                '<ignore_js_op><span id="flv_x"></span><script reload="1">document.getElementById(\'flv_x\').innerHTML='
                "(detectHtml5Support() ? \"<iframe src='https://v.example/embed/1' border='0'></iframe>\" : "
                "AC_FL_RunContent('width', '520', 'src', 'https://v.example/1.swf', 'quality', 'high'));</script>"
                "</ignore_js_op>"
            ),
            "https://v.example/embed/1",
        ),
        (
            (
                "<script>document.getElementById('flv_x').innerHTML="
                "(\"<iframe src='https://v.example/embed/1' width='9'></iframe>\");</script>"
            ),
            "https://v.example/embed/1",
        ),
        (
            (
                "<script>document.getElementById('flv_x').innerHTML="
                "(AC_FL_RunContent('width', '520', 'src', 'https://v.example/1.swf'));</script>"
            ),
            "https://v.example/1.swf",
        ),
        ("[flash]http://v.example/a.swf[/flash]", "http://v.example/a.swf"),
        ("[media=mp4,500,375] http://v.example/a.mp4 [/media]", "http://v.example/a.mp4"),
        ("[FLASH=500,375]http://v.example/a.swf?x=1&amp;y[/FLASH]", "http://v.example/a.swf?x=1&y"),
    ],
)
def test_a_video(html: str, url: str) -> None:
    assert media(f"<p>a{html}b</p>") == ([url], [])


@pytest.mark.parametrize(
    ("html", "url"),
    [
        ('<audio controls><source src="http://s.example/a" type="audio/mpeg"></audio>', "http://s.example/a"),
        ('<audio src="a.m4a"></audio>', BASE + "a.m4a"),
        ('<embed src="http://s.example/a.MP3?x=1">', "http://s.example/a.MP3?x=1"),
        ('<embed src="http://s.example/a" type="audio/mpeg">', "http://s.example/a"),
        (
            (
                '<object data="static/image/common/player.swf">'
                '<param name="menu" value="false">'
                '<param value="autostart=yes&bg=0x0&soundFile=http%3A%2F%2Fs.example%2Fa" name="FlashVars"></object>'
            ),
            "http://s.example/a",
        ),
        ('<script>detectPlayer("mp3_x", "mp3", "http://s.example/a", "400", "3");</script>', "http://s.example/a"),
        ("[audio]http://s.example/a[/audio]", "http://s.example/a"),
        ("[media=mp3,400,66]http://s.example/a.mp3[/media]", "http://s.example/a.mp3"),
    ],
)
def test_a_sound(html: str, url: str) -> None:
    assert media(f"<p>a{html}b</p>") == ([], [url])


@pytest.mark.parametrize(
    "html",
    [
        "<video></video>",
        "<iframe></iframe>",
        '<iframe src="javascript:void(0)"></iframe>',
        '<iframe src="about:blank"></iframe>',
        "<embed>",
        "<object></object>",
        '<object data="static/image/common/player.swf"></object>',
        "<script>alert('http://v.example/a.mp4')</script>",
        "<script>AC_FL_RunContent('width', '1')</script>",
        '<script>detectPlayer("x", "flv", "", "5", "3");</script>',
        '<script>detectPlayer("x")</script>',
        '<ignore_js_op><a href="http://v.example/a.flv">here</a></ignore_js_op>',
        '<div style="display:none"><video src="a.mp4"></video></div>',
        '<a href="http://v.example/a.mp4">a video</a>',
        "<script>document.write(\"<iframe src='http://ad.example/'></iframe>\")</script>",
        "[media]a.mp4[/media]",
        "[media]http://v.example/a.mp4[/flash]",
        "[flash]http://v.example/a.swf",
        '<ignore_js_op><div class="media"><div><div><div><a href="/a.flv">a</a></div></div></div></div></ignore_js_op>',
    ],
)
def test_nothing_embedded(html: str) -> None:
    assert media(html) == ([], [])


def test_each_once_and_in_order() -> None:
    nodes = text.fragment('<video src="2.mp4"></video><audio src="1.mp3"></audio><video src="1.mp4"></video>' * 2)
    assert text.videos(nodes, BASE) == [Media(BASE + "2.mp4"), Media(BASE + "1.mp4")]
    assert text.audios(nodes, BASE) == [Media(BASE + "1.mp3")]


@pytest.mark.parametrize(
    ("html", "safe"),
    [
        ('<video src="a.mp4" controls poster="javascript:x">no player</video>', f'<video src="{BASE}a.mp4"></video>'),
        (
            '<video><source src="a.mp4" type="video/mp4"><source></video>',
            f'<video><source src="{BASE}a.mp4"></video>',
        ),
        ('<video src="data:video/mp4,x"></video>', ""),
        ('<iframe src="http://p.example/"></iframe>', ""),
        ('<embed src="http://p.example/a.swf">', ""),
        ('<ignore_js_op><video src="a.mp4"></video></ignore_js_op>', ""),
    ],
)
def test_players_in_safe_html(html: str, safe: str) -> None:
    assert text.safe_html(text.fragment(html), BASE) == safe


def test_text_after_an_element_without_end_stays() -> None:
    assert text.paragraphs(text.fragment('<embed src="a.swf"><p>a</p><object><p>b</p>')) == ["a", "b"]


def test_a_code_is_no_text_and_what_is_none_is() -> None:
    body = text.analyse(text.fragment("<p>a[media=mp4]http://v.example/a.mp4[/media]b</p>[b]c[/b]"), BASE)
    assert body.paragraphs == ["ab", "[b]c[/b]"]
    assert body.html == "<p>ab</p>[b]c[/b]"
