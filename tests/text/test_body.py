"""A body's paragraphs and safe HTML: what ends a line, what is kept, what is mended."""

from __future__ import annotations

import pytest

from crawler import text

BASE = "http://site.example/"


def read(html: str) -> tuple[list[str], str]:
    """The paragraphs and the safe HTML of a piece of HTML."""
    body = text.analyse(text.fragment(html), BASE)
    return body.paragraphs, body.html


@pytest.mark.parametrize(
    ("html", "paragraphs"),
    [
        ("a", ["a"]),
        ("<p>a</p><p>b</p>", ["a", "b"]),
        ("a<div>b</div>c", ["a", "b", "c"]),
        ("a<br>b<br><br>c", ["a", "b", "c"]),
        ("<ul><li>a</li><li>b</li></ul>", ["a", "b"]),
        ("<dl><dt>a</dt><dd>b</dd></dl>", ["a", "b"]),
        ("<h2>a</h2>b<hr>c", ["a", "b", "c"]),
        ("<section>a</section><section>b</section>", ["a", "b"]),
        ("<center>a</center>b", ["a", "b"]),
        ("<blockquote>a</blockquote>b", ["a", "b"]),
        ("<figure>a<figcaption>b</figcaption></figure>", ["a", "b"]),
        ("<pre>a\nb\r\nc</pre>", ["a", "b", "c"]),
        ("<p>a\nb</p>", ["a b"]),
        ("a<span>b</span><b>c</b><o:p>d</o:p><font>e</font>", ["abcde"]),
        ("a<!-- x -->b<?php x ?>c", ["abc"]),
        ("<p>&nbsp; &nbsp; a　　b&nbsp;</p><p>&nbsp;</p>", ["a b"]),
        ("<p>&lt;b&gt; &amp;amp; &quot;</p>", ['<b> &amp; "']),
        ("&#128512;&#134071;", ["😀𠮷"]),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>&nbsp;</td><td></td></tr></table>", ["a\tb"]),
        ("<table><tr><td><p>a</p><p>b</p></td><td>c</td></tr></table>", ["a b\tc"]),
        ("<table><tr><td><p>a</p><p>b</p></td></tr></table>", ["a", "b"]),
        ("<table><caption>a</caption><tr><td>b</td><td>c</td></tr></table>", ["a", "b\tc"]),
        ("<table><tr><td>a<table><tr><td>b</td><td>c</td></tr></table></td></tr></table>", ["a", "b\tc"]),
        ("<button>a</button><label>b</label>", ["ab"]),
        ("<menu><li>a<li>b</menu><dir><li>c</dir>", ["a", "b", "c"]),
        ("<listing>a\nb</listing><xmp><b>c</b></xmp>", ["a", "b", "<b>c</b>"]),
        ("a</p>b</br>c</BR>d", ["a", "b", "c", "d"]),
        ("<p>a<div>b</div></p>c", ["a", "b", "c"]),
        ("<span>a</span></p><span>b</span></p>", ["a", "b"]),
        ("<table><tr><td>a</p>b</td><td>c</td></tr></table>", ["a b\tc"]),
        ("a</body></html>b<p>c</p></BODY></HTML>d", ["ab", "c", "d"]),
        ("a</div></td></tr></table>b", ["ab"]),
        ("<div/>a<span/>b<a name='x'/>c<p/>d", ["abc", "d"]),
        ("<ruby>漢<rp>(</rp><rt>hàn</rt><rp>)</rp></ruby>H<sub>2</sub>O<wbr>x", ["漢(hàn)H2Ox"]),
        ("a\u200bb\u00adc\ufeffd", ["a\u200bb\u00adc\ufeffd"]),
        ("\u200b\u3000a\ufeff\xa0\u2003", ["a"]),
        ("<section><section>a</section><section><p>b<br></p></section></section>", ["a", "b"]),
        ("<p><br></p><p>&nbsp;</p><p>　　</p>a", ["a"]),
    ],
)
def test_what_ends_a_line(html: str, paragraphs: list[str]) -> None:
    assert read(html)[0] == paragraphs


@pytest.mark.parametrize(
    ("html", "safe"),
    [
        ("<p>a</p>\n<p></p>", "<p>a</p>\n<p></p>"),
        (' <p class="x" style="color:red" onclick="x()" align="left" id="p">a</p> ', "<p>a</p>"),
        ("<span></span><font>a</font><o:p>b</o:p><center>c</center>", "ab<br>c"),
        ("<section><section><p>a</p></section></section>", "<p>a</p>"),
        ("<h1>a</h1><pre>b</pre><code>c</code>", "<h1>a</h1><pre>b</pre><code>c</code>"),
        ("<b></b><b> </b><b>a</b><b><br></b>", " <b>a</b><br>".strip()),
        ("a<br>\n<br>b<hr>", "a<br>\n<br>b<hr>"),
        ("<sub>a</sub><sup>b</sup><del>c</del><ins>d</ins><small>e</small>",) * 2,
        ('<a href="/x" target="_blank" onclick="y()">a</a>', f'<a href="{BASE}x">a</a>'),
        ('<a href="javascript:x()">a</a><a name="y">b</a>', "ab"),
        (
            '<table width="9"><tr><td colspan="2" rowspan="1" bgcolor="red">a</td></tr></table>',
            '<table><tbody><tr><td colspan="2" rowspan="1">a</td></tr></tbody></table>',
        ),
        ("<pre>\n\na\n b</pre>", "<pre>a\n b</pre>"),
        ("<pre><br>a</pre>",) * 2,
        ("<p>a&nbsp;&lt;b&gt;&amp;amp;\"'</p>", "<p>a&nbsp;&lt;b&gt;&amp;amp;\"'</p>"),
        ("<form><input value=x><select><option>a</option></select></form>", "a"),
        ("<svg><text>a</text></svg><math><mi>b</mi></math>", "ab"),
    ],
)
def test_what_is_kept(html: str, safe: str) -> None:
    assert read(html)[1] == safe


@pytest.mark.parametrize(
    ("html", "safe"),
    [
        ("<p>a<section>b</section>c</p>d", "<p>a<br>b<br>c</p>d"),
        ("<p>a<section><p>b</p>c</section>d</p>e", "<p>a</p><p>b</p>c<br>d<br>e"),
        ("<b>a<div>b</div>c</b>", "<b>a</b><div><b>b</b></div><b>c</b>"),
        ("<b>a<i>b</b>c</i>", "<b>a<i>b</i></b>c"),
        ("<b>a<span><b>b</b></span>c</b>d", "<b>abc</b>d"),
        ('<a href="/1">a<span><a href="/2">b</a></span>c</a>', (f'<a href="{BASE}1">a</a><a href="{BASE}2">b</a>'
         f'<a href="{BASE}1">c</a>')),
        ("<h2>a<section><h3>b</h3></section></h2>", "<h2>a</h2><h3>b</h3>"),
        ("<h2>a<section><p>b</p></section></h2>", "<h2>a</h2><p>b</p>"),
        ("<ul><li>a<div><li>b</ul>", "<ul><li>a<div></div></li><li>b</li></ul>"),
        ("<dl><dt>a<p><dd>b<div><dt>c</dl>", "<dl><dt>a<p></p></dt><dd>b<div></div></dd><dt>c</dt></dl>"),
        ("<td>a</td><td>b</td>", "<div>a</div><div>b</div>"),
        ("<tr><td>a</td></tr>", "<div><div>a</div></div>"),
        ("<caption>a</caption><tbody>b</tbody>", "<div>a</div><div>b</div>"),
        (
            "<table>a<tr>b<td>c</td></tr>d</table>",
            "<table><tbody><tr><td>a</td></tr><tr><td>b</td><td>c</td></tr><tr><td>d</td></tr></tbody></table>",
        ),
        (
            "<table><td>a</td><thead><tr><th>b</th></tr></thead><tr><p>c</p><td>d</td></table>",
            ("<table><tbody><tr><td>a</td></tr></tbody><thead><tr><th>b</th></tr></thead>"
            "<tbody><tr><td><p>c</p></td><td>d</td></tr></tbody></table>"),
        ),
        (
            "<table><tr><td>a</td></tr>x<caption>b</caption></table>",
            "<table><tbody><tr><td>a</td></tr><tr><td>x</td></tr></tbody><caption>b</caption></table>",
        ),
        (
            "<table><tr><span><tr><td>a</td></tr></span></tr><br><img src='/i.png'></table>",
            "<table><tbody><tr></tr><tr><td>a</td></tr><tr><td><br><img src=\"" + BASE + 'i.png"></td></tr></tbody>'
            "</table>",
        ),
        ("<table>\n<tr>&nbsp;<td>a</td>\n</tr></table>", "<table>\n<tbody><tr><td>a</td>\n</tr></tbody></table>"),
        ("<table><hr></table>", "<table><tbody><tr><td><hr></td></tr></tbody></table>"),
        ("<ul><pre>a</pre></ul>", "<ul></ul><pre>a</pre>"),
        ("<li>a</li><dd>b</dd>", "<div>a</div><div>b</div>"),
        ("<ul><li>a<blockquote><li>b</blockquote></ul>",
         "<ul><li>a<blockquote><div>b</div></blockquote></li></ul>"),
        ("<ul><li><table><tr><td><li>a</td></tr></table></ul>",
         "<ul><li><table><tbody><tr><td><div>a</div></td></tr></tbody></table></li></ul>"),
        ("<menu><li>a</menu>", "<ul><li>a</li></ul>"),
        ("<p>a<hr>b</p>", "<p>a</p><hr>b<p></p>"),
    ],
)  # fmt: skip
def test_what_is_mended(html: str, safe: str) -> None:
    assert read(html)[1] == safe
    assert read(safe)[1] == safe
    assert read(safe)[0] == read(html)[0]


def test_containers_follow_one_another() -> None:
    first, second = text.fragment("a<b>b</b>")[0], text.fragment("<p>c</p>")[0]
    first.tail = second.tail = "x"
    body = text.analyse([first, second], BASE)
    assert (body.paragraphs, body.text, body.html) == (["ab", "c"], "ab\n\nc", "a<b>b</b><p>c</p>")
    assert text.analyse([first, first]).html == "a<b>b</b><br>a<b>b</b>"


def test_an_empty_body() -> None:
    for nodes in ([], text.fragment(""), text.fragment("<p> </p><!-- -->")):
        body = text.analyse(nodes, BASE)
        assert (body.paragraphs, body.text, body.images, body.links) == ([], "", [], [])


def test_each_part_is_what_the_whole_says() -> None:
    nodes = text.fragment(
        '<p>a <a href="/x">b</a><img src="/i.png"></p><a href="portal.php?mod=attachment&id=1">c</a>'
        '<video src="/v.mp4"></video><audio src="/s.mp3"></audio>'
    )
    body = text.analyse(nodes, BASE)
    assert text.paragraphs(nodes) == body.paragraphs == ["a b", "c"]
    assert text.body_text(nodes) == body.text == "a b\n\nc"
    assert text.safe_html(nodes, BASE) == body.html
    assert text.images(nodes, BASE) == body.images
    assert text.attachments(nodes, BASE) == body.attachments
    assert text.videos(nodes, BASE) == body.videos
    assert text.audios(nodes, BASE) == body.audios
    assert text.links(nodes, BASE) == body.links
    assert all((body.images, body.attachments, body.videos, body.audios, body.links))


VECTORS = [
    "<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<img src="javascript:alert(1)">',
    '<a href="java&#10;script:alert(1)">a</a>',
    '<a href=" &#14; javascript:alert(1)">a</a>',
    '<a href="data:text/html,<script>alert(1)</script>">a</a>',
    '<a href="vbscript:x">a</a>',
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<style>@import 'javascript:alert(1)'</style>",
    '<div style="background:url(javascript:alert(1))">a</div>',
    '<table background="javascript:alert(1)"><tr><td>a</td></tr></table>',
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    '<video poster="javascript:alert(1)" src="javascript:alert(1)"></video>',
    '<form action="javascript:alert(1)"><button formaction="javascript:alert(1)">a</button></form>',
    "<base href=javascript:alert(1)//><link rel=stylesheet href=javascript:alert(1)>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<textarea><script>alert(1)</script></textarea>",
    "<title><script>alert(1)</script></title>",
    '<a href="http://h/" onmouseover="alert(1)" style="x:expression(alert(1))">a</a>',
    '<img alt="&quot; onerror=alert(1) x=&quot;" src="/a.png">',
    '<a href="/&quot; onclick=alert(1) x=&quot;">a</a>',
    '<td colspan="&quot;><script>alert(1)</script>">a</td>',
]


@pytest.mark.parametrize("vector", VECTORS)
def test_safe_html_is_safe(vector: str) -> None:
    for html in (vector, f"<table><tr><td>{vector}</td></tr></table>", f"<p><b>{vector}"):
        for node in text.fragment(read(html)[1])[0].iter():
            assert node.tag not in {
                "script",
                "style",
                "iframe",
                "object",
                "embed",
                "form",
                "base",
                "link",
                "meta",
                "svg",
            }
            for name, value in node.attrib.items():
                assert name in {"href", "src", "alt", "width", "height", "colspan", "rowspan"}
                assert name not in {"href", "src"} or value.startswith(("http://", "https://", "mailto:"))
