"""Comment pages: the default template's, the touch one's, and those of other makers, one test a field."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from crawler.pages import CommentsPage, kind_of, load_theme, parse
from crawler.pages.comments import find_comments
from tests.pages.cases import plain

if TYPE_CHECKING:
    from crawler.items import RawComments

ROOT = "http://harbour.example/"
URL = f"{ROOT}portal.php?mod=comment&id=41&idtype=aid"

# What every one of them prints: a member's comment that answers one, and a guest's of two lines. A third one waits for
# approval, and is shown to guests because a guest wrote it.
EXPECTED: dict[str, list[Any]] = {
    "cid": ["52", "51"],
    "author": ["望潮人", None],
    "author_url": [f"{ROOT}home.php?mod=space&uid=6", None],
    "date": ["2031-5-3 12:00", "2031-5-3 11:59"],
    "body": ["第一", "沙发好久不见"],
    "quote": ["第二: 抢到了", None],
}
QUOTE = '<div class="quote"><blockquote>第二: 抢到了</blockquote></div>'
SPACE = "home.php?mod=space&amp;uid=6"

DEFAULT = f"""<dl id="comment_52_li" class="ptm pbm bbda cl"><dt class="mbm"><span class="y xw0 xi2"><a
href="javascript:;" onclick="portal_comment_requote(52, '');">引用</a></span>
<a href="{SPACE}" class="xi2 xw1" c="1">望潮人</a> <span class="xg1 xw0">2031-5-3 12:00</span></dt>
<dd>{QUOTE}第一</dd></dl>
<dl id="comment_53_li"><dt>游客 <span class="xg1 xw0">2031-5-3 12:00</span> <b>(待审核)</b></dt><dd>广告</dd></dl>
<dl id="comment_51_li"><dt><span class="y"><a href="javascript:;">引用</a></span>ผู้มาเยือน
<span class="xg1 xw0">2031-5-3 11:59</span></dt><dd>沙发<br />好久不见</dd></dl>"""

TOUCH = f"""<ul><a name="comment_anchor_52"></a><li id="comment_52_li" class="doing_list_li list cl">
<div class="threadlist_top cl"><a href="{SPACE}&amp;do=profile&amp;mobile=2" class="avatar mimg z"><img
src="uc_server/avatar.php?uid=6&size=small" class="user_avatar"></a><div class="muser cl"><h3><a href="{SPACE}"
id="author_52" class="mmc">望潮人</a></h3><div class="mtime"><span>2031-5-3 12:00</span><div class="doing_listgl y">
</div></div></div></div><div id="comment_52" class="do_comment">{QUOTE}第一</div></li>
<li id="comment_53_li"><h3>游客</h3><div class="mtime"><span>2031-5-3 12:00<b>(待审核)</b></span></div>
<div id="comment_53" class="do_comment">广告</div></li>
<li id="comment_51_li"><div class="threadlist_top cl"><a href="javascript:;" class="avatar"><img src="x.gif"></a><div
class="muser cl"><h3>游客</h3><div class="mtime"><span>2031-5-3 11:59</span></div></div></div><div id="comment_51"
class="do_comment">沙发<br />好久不见</div></li></ul>"""

FACES = f"""<dl id="comment_52_li"><dt><a href="{SPACE}"><img src="face.gif"></a><h2><span class="y"></span><a
class="top" href="{SPACE}">望潮人</a></h2><span class="t">2031-5-3 12:00</span></dt><dd><div
class="q_quote"><blockquote>第二: 抢到了</blockquote></div>第一</dd></dl>
<dl id="comment_53_li"><dt>游客<span>2031-5-3 12:00</span><b>(待审核)</b></dt><dd>广告</dd></dl>
<dl id="comment_51_li"><dt><img src="face.gif"><h2>游客</h2><span class="t">2031-5-3 11:59</span></dt><dd>沙发<br
/>好久不见</dd></dl>"""

BOXES = f"""<div id="comment_52_li"><div class="face"><a href="{SPACE}" c="1"><img src="face.gif"></a></div>
<div class="r"><div class="cl"><span class="z"><a href="{SPACE}" c="1">望潮人</a><i>2031-5-3 12:00</i></span></div>
<div class="message">{QUOTE}第一</div></div></div>
<div id="comment_53_li"><i>2031-5-3 12:00</i><strong>(待审核)</strong><div class="message">广告</div></div>
<div id="comment_51_li" class="plnr"><div class="r"><span>游客<i>2031-5-3 11:59</i></span><div class="message">沙发<br
/>好久不见</div></div></div>"""

ANCHORS = f"""<ul><a name="comment_anchor_52"></a><li class="c"><div class="mn" id="div-52"><p>{QUOTE}第一</p><div
class="by"><a href="{SPACE}" c="1">望潮人</a><a>2031-5-3 12:00</a> <a href="javascript:;"
onclick="portal_comment_requote(52, '41')">引用</a></div></div></li>
<li class="c"><a name="comment_anchor_51"></a><div class="mn"><p>沙发<br />好久不见</p><div class="by">游客
<a>2031-5-3 11:59</a></div></div></li></ul>"""

BLOCKS = {"default": DEFAULT, "touch": TOUCH, "faces": FACES, "boxes": BOXES, "anchors alone": ANCHORS}

PAGER = (
    '<div class="pgs"><div class="pg"><a href="portal.php?mod=comment&amp;id=41&amp;idtype=aid&amp;page=1">1</a>'
    '<strong>2</strong><label><span title="共 2 页"> / 2 页</span></label></div></div>'
)
LINK = '<a href="portal.php?mod=view&amp;aid=41">灯塔守护者</a>'
HEADINGS = {
    "default": f'<h1 class="ph">{LINK}</h1><p>评论 (27)<span class="pipe">|</span></p>',
    "touch": f'<div class="wzview_top cl"><h2>{LINK}</h2><p>แสดงความคิดเห็น (27)</p></div>',
    "beside the word": f"<div><h2>{LINK}</h2><div><i>x</i>1235查看 <i>y</i>27评论</div></div>",
    "no heading": f"<strong>{LINK}</strong><p>Comments: 27</p>",
}


def page(blocks: str, heading: str = HEADINGS["default"], body: str = "pg_comment") -> str:
    script = "<script>var SITEURL = 'http://harbour.example/';</script>"
    return (
        f'<html><head><title>x</title>{script}</head><body class="{body}"><div id="ct">{heading}{blocks}{PAGER}</div>'
        '<a href="portal.php?mod=view&amp;aid=7">热门</a></body></html>'
    )


@cache
def read(name: str) -> RawComments:
    return CommentsPage(parse(page(BLOCKS[name])), URL).raw()


@pytest.mark.parametrize("field", EXPECTED)
@pytest.mark.parametrize("name", BLOCKS)
def test_field(name: str, field: str) -> None:
    assert plain([getattr(entry, field) for entry in read(name).entries]) == EXPECTED[field]


@pytest.mark.parametrize("heading", HEADINGS)
def test_what_they_are_about(heading: str) -> None:
    raw = CommentsPage(parse(page(DEFAULT, HEADINGS[heading])), URL).raw()
    assert raw.article is not None
    assert (raw.article.text, raw.article.url) == ("灯塔守护者", f"{ROOT}portal.php?mod=view&aid=41")
    assert (raw.count, raw.page, raw.pages) == (27, 2, 2)


@pytest.mark.parametrize("body", ["pg_comment", ""])
@pytest.mark.parametrize("name", BLOCKS)
def test_kind(name: str, body: str) -> None:
    assert kind_of(parse(page(BLOCKS[name], body=body)), URL) == "comments"
    assert kind_of(parse(page(BLOCKS[name], body="pg_view")), f"{ROOT}portal.php?mod=view&aid=41") != "comments"


def test_a_page_beyond_the_last_has_no_comments() -> None:
    source = parse(page(""))
    assert kind_of(source, URL) == "comments"
    raw = CommentsPage(source, URL).raw()
    assert (raw.entries, raw.count) == ([], 27)


def test_a_notice_is_no_comment_page() -> None:
    for notice in ('<div id="messagetext" class="alert_error"><p>x</p></div>', '<div class="jump_c"><p>x</p></div>'):
        assert kind_of(parse(page(notice, "")), URL) == "other"


def test_relative_dates_have_the_exact_one_beside_them() -> None:
    for block in (DEFAULT, TOUCH, BOXES):
        exact = block.replace("2031-5-3 12:00", '<span title="2031-5-3 12:00:31">昨天&nbsp;12:00</span>')
        first = CommentsPage(parse(page(exact)), URL).raw().entries[0]
        assert first.date_title == "2031-5-3 12:00:31"
        assert first.date.split() == ["昨天", "12:00"]


def test_a_theme_says_where_each_part_is() -> None:
    theme = load_theme(
        "x",
        {
            "comments": {
                "entries": "div.c",
                "author": "b.who",
                "date": "b.when",
                "text": "p",
                "quote": "q",
                "pager": "",
            }
        },
    )
    block = (
        '<div class="c"><a name="comment_anchor_8"></a><b class="who">甲</b><b class="when">于 2031-5-3 12:00</b>'
        "<p>一</p><q>二</q></div><div>x</div>"
    )
    raw = CommentsPage(parse(page(block)), URL, theme).raw()
    (entry,) = raw.entries
    assert plain([entry.cid, entry.author, entry.author_url, entry.date, entry.body, entry.quote]) == [
        "8",
        "甲",
        None,
        "2031-5-3 12:00",
        "一",
        "二",
    ]
    assert (raw.page, raw.pages) == (1, 1)


def test_comments_are_found_on_an_article_page() -> None:
    source = f'<div id="comment"><div id="comment_ul">{DEFAULT}</div><form id="comment_form_li"></form></div>'
    found = find_comments(CommentsPage(parse(source), URL))
    assert [node.get("id") for node in found] == ["comment_52_li", "comment_53_li", "comment_51_li"]
