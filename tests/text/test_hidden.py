"""Which text a reader sees."""

from __future__ import annotations

import pytest

from crawler import text


@pytest.mark.parametrize(
    "noise",
    [
        '<font class="jammer">X</font>',
        '<font class="a jammer b">X</font>',
        '<span style="display:none">X</span>',
        '<span style="color:red; DISPLAY : none !important;">X</span>',
        '<span style="display:none"><b style="display:inline">X</b></span>',
        "<span hidden>X</span>",
        '<span style="visibility:hidden">X</span>',
        '<span style="visibility: collapse">X</span>',
        '<span style="font-size:0">X</span>',
        '<span style="font-size:0px">X</span>',
        '<span style="font-size:1px">X</span>',
        '<span style="font-size:.5pt">X</span>',
        '<span style="font-size:0em">X</span>',
        '<span style="font-size:0"><span style="font-size:2em">X</span></span>',
        '<span style="text-indent:-9999px">X</span>',
        '<span style="position:absolute;left:-9999px">X</span>',
        '<span style="position:fixed;top:-999.5px">X</span>',
        '<div class="vm_pagetitle xw1">X</div>',
        "<script>X</script>",
        "<style>X</style>",
        "<!-- X -->",
        "<noscript>X</noscript>",
        "<iframe>X</iframe>",
        "<video>X</video>",
        "<ignore_js_op>X<br><p>X</p><b>X</b></ignore_js_op>",
        '<div class="a_af"><a href="/x">X</a></div>',
        '<div class="a_pr">X</div><div class="a_pt">X</div><div class="a_pb">X</div>',
        '<div class="attach_nopermission attach_tips"><h3>X</h3><p>X<a href="/x">X</a></p><span>x</span></div>',
        "<em onclick=\"copycode($('code_1'));\">X</em>",
        '<div class="guestviewthumb"><img file="/a.png"><br><a href="/login">X</a></div>',
        '<font color="#FFFFFF" size="0">X</font>',
        '<font size="1" color="white">X</font>',
        '<div style="height:0; overflow:hidden">X</div>',
        '<span style="overflow: hidden; max-width: 0px">X</span>',
        '<div id="js_content"><i style="visibility:hidden">X</i></div>',
        "<!--[if gte mso 9]><xml><w:WordDocument>X</w:WordDocument></xml><![endif]-->",
        "<xml><w:View>X</w:View></xml>",
        "<template>X</template>",
    ],
)
def test_what_is_not_seen_is_left_out(noise: str) -> None:
    body = text.analyse(text.fragment(f"<p>a{noise}b</p>"))
    assert "X" not in body.text
    assert "X" not in body.html
    assert "".join(body.paragraphs) == "ab"


@pytest.mark.parametrize(
    "seen",
    [
        '<font class="jammers">X</font>',
        '<span style="display:block">X</span>',
        '<span style="visibility:hidden"><span style="visibility:visible">X</span></span>',
        '<span style="font-size:0"><span style="font-size:14px">X</span></span>',
        '<span style="font-size:0"><span style="font-size:medium">X</span></span>',
        '<span style="font-size:0"><font size="3">X</font></span>',
        '<font size="3">X</font>',
        '<span style="font-size:10px">X</span>',
        '<span style="font-size:0.9em">X</span>',
        '<span style="font-size:smaller">X</span>',
        '<span style="text-indent:-2em">X</span>',
        '<span style="left:-9999px">X</span>',
        '<span style="position:absolute;left:10px">X</span>',
        '<span style="font-family:;;;">X</span>',
        '<span title="display:none">X</span>',
        '<span class="a_afx a-af">X</span>',
        "<em onclick='x()'>X</em>",
        '<font color="#ffffff">X</font>',
        '<font size="0">X</font>',
        '<font color="red" size="1">X</font>',
        '<span style="color:#fff;background:#c00">X</span>',
        '<span style="height:0">X</span>',
        '<span style="overflow:hidden;height:1em">X</span>',
        '<span id="js_content" style="visibility: hidden;">X</span>',
        "<![if !supportLists]>X<![endif]>",
        '<?xml:namespace prefix = o ns = "urn:x" />X',
        '<st1:chsdate w:st="on">X</st1:chsdate>',
        "<ruby><rb>X</rb></ruby>",
    ],
)
def test_what_is_seen_is_kept(seen: str) -> None:
    assert text.paragraphs(text.fragment(f"<p>a{seen}b</p>")) == ["aXb"]


def test_what_follows_hidden_text_is_seen() -> None:
    nodes = text.fragment('<p><i style="visibility:hidden">X<b>X</b>X</i>a<i style="font-size:0">X<b>X</b></i>b</p>c')
    assert text.paragraphs(nodes) == ["ab", "c"]


def test_a_picture_has_no_letters() -> None:
    nodes = text.fragment(
        '<p style="font-size:0"><img src="/a.png"></p><p style="visibility:hidden"><img src="/b.png"></p>'
    )
    assert [image.url for image in text.images(nodes, "http://h/")] == ["http://h/a.png"]
