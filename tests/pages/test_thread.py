"""The thread behind an article (``forum/viewthread.htm``, X3.1-X3.5, and the touch one), one test a field."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from crawler.pages import ThreadPage, kind_of, parse
from tests.pages.cases import plain

if TYPE_CHECKING:
    from crawler.items import RawComments

ROOT = "http://harbour.example/"
URL = f"{ROOT}forum.php?mod=viewthread&tid=9"

EXPECTED: dict[str, list[Any]] = {
    "cid": ["102", "103"],
    "author": ["望潮人", None],
    "author_url": [f"{ROOT}home.php?mod=space&uid=6", None],
    "date": ["2031-5-3 12:00:31", "昨天\xa012:00"],
    "date_title": [None, "2031-5-2 12:00:31"],
    "body": ["第一 附件只留下了名字", "沙发"],
    "quote": ["抢到了", None],
}

QUOTE = (
    '<div class="quote"><blockquote><font size="2"><a href="forum.php?mod=redirect&amp;goto=findpost&amp;pid=101'
    '&amp;ptid=9" target="_blank"><font color="#999999">乙 发表于 2031-5-3 11:00</font></a></font><br />\n抢到了'
    "</blockquote></div><br />\n"
)
WORDS = f"""{QUOTE}<i class="pstatus"> 本帖最后由 望潮人 于 2031-5-3 12:05 编辑 </i><br />第一
<div class="attach_nopermission attach_tips"><div><h3><strong>本帖子中包含更多资源</strong></h3></div></div>
附件只留下了名字"""


def post(pid: int, member: str, date: str, words: str, *, floor: str) -> str:
    return f"""<div id="post_{pid}"><table id="pid{pid}" class="plhin"><tr><td class="pls"><div id="favatar{pid}"
class="pls cl favatar"><div class="pi"><div class="authi">{member}</div></div><div class="avatar"><a
href="home.php?mod=space&amp;uid=6"><img src="x"></a></div></div></td><td class="plc"><div class="pi"><strong>{floor}
</strong><div class="pti"><div class="authi"><img class="authicn vm"><em id="authorposton{pid}">发表于 {date}</em>
<span class="pipe">|</span><a href="forum.php?mod=viewthread&amp;tid=9&amp;authorid=6">只看该作者</a></div></div></div>
<div class="pct"><div class="pcb"><div class="t_fsz"><table><tr><td class="t_f" id="postmessage_{pid}">
{words}</td></tr></table></div><div id="comment_{pid}" class="cm"><p>点评</p></div></div></div></td></tr>
<tr><td class="plc plm"><div class="sign">签名</div></td></tr></table></div>"""


FIRST = '<a href="forum.php?mod=viewthread&amp;tid=9" id="postnum101">楼主</a>'
OTHER = '<a href="forum.php?mod=redirect&amp;goto=findpost&amp;ptid=9&amp;pid={0}" id="postnum{0}">沙发</a>'
MEMBER = '<a href="home.php?mod=space&amp;uid=6" target="_blank" class="xw1">望潮人</a>'
RELATIVE = '<span title="2031-5-2 12:00:31">昨天&nbsp;12:00</span>'
LOCKED = '<div id="post_104"><div class="authi">丙</div><div class="locked">内容自动屏蔽</div></div>'
PAGER = (
    '<div class="pgs"><div class="pg"><strong>1</strong><a href="forum.php?mod=viewthread&amp;tid=9&amp;page=2">2</a>'
    '<label><span title="共 2 页"> / 2 页</span></label><a href="x" class="nxt">下一页</a></div></div>'
)


def desktop(*, floors: bool = True, page: str = "1", body: str = "pg_viewthread") -> str:
    first, second, third = (FIRST, OTHER.format(102), OTHER.format(103)) if floors else ("", "", "")
    posts = [
        post(101, MEMBER, "2031-5-3 10:00", "文章本身", floor=first),
        post(102, MEMBER, "2031-5-3 12:00:31", WORDS, floor=second),
        LOCKED,
        post(103, '<a href="javascript:;">匿名</a>', RELATIVE, "沙发", floor=third),
    ]
    pager = PAGER.replace("<strong>1", f"<strong>{page}")
    return f"""<html><head><base href="{ROOT}" /></head><body id="nv_forum" class="{body}"><div id="pt"><a href="./">x
</a><a href="forum.php?mod=viewthread&amp;tid=9">渡轮停航</a></div><div id="ct">{pager}
<div id="postlist" class="pl bm"><table><tr><td class="pls"><div class="hm"><span class="xg1">查看:</span> <span
class="xi1">89</span><span class="pipe">|</span><span class="xg1">回复:</span> <span class="xi1">30</span></div></td><td
class="plc"><h1 class="ts"><span id="thread_subject">渡轮停航</span></h1></td></tr></table>{"".join(posts)}
<div id="postlistreply"><div id="post_new"></div></div></div></div></body></html>"""


def mobile_post(pid: int, member: str, date: str, words: str) -> str:
    return f"""<div class="plc cl" id="pid{pid}"><div class="avatar"><img src="x"></div><div class="display pi"><ul
class="authi"><li class="mtit"><span class="y">沙发</span><span class="z">{member}</span></li><li class="mtime">
<span class="y"><em>212</em></span>{date}</li></ul><div class="message">{words}</div></div></div>"""


TOUCH = f"""<html><head><base href="{ROOT}" /></head><body id="forum" class="pg_viewthread"><div class="viewthread">
{mobile_post(101, MEMBER, "2031-5-3 10:00", "文章本身")}{mobile_post(102, MEMBER, "2031-5-3 12:00:31", WORDS)}
{mobile_post(104, "丙", "2031-5-3 12:01", '<div class="quote">作者被禁止或删除 内容自动屏蔽</div>')}
{mobile_post(103, "匿名", "2031-5-3 12:02", "沙发")}</div>{PAGER}</body></html>"""


@cache
def read(source: str) -> RawComments:
    return ThreadPage(parse(source), URL).raw()


@pytest.mark.parametrize("field", EXPECTED)
def test_field(field: str) -> None:
    assert plain([getattr(entry, field) for entry in read(desktop()).entries]) == EXPECTED[field]


@pytest.mark.parametrize("field", ["cid", "author", "author_url", "body", "quote"])
def test_touch(field: str) -> None:
    assert plain([getattr(entry, field) for entry in read(TOUCH).entries]) == EXPECTED[field]


def test_touch_dates() -> None:
    assert [entry.date for entry in read(TOUCH).entries] == ["2031-5-3 12:00:31", "2031-5-3 12:02"]


def test_the_first_post_is_known_without_floors_too() -> None:
    """What looks like a robot is shown none: it is the first of the first page then."""
    assert [entry.cid for entry in read(desktop(floors=False)).entries] == ["102", "103"]
    assert [entry.cid for entry in read(desktop(floors=False, page="2")).entries] == ["101", "102", "103"]


def test_the_thread() -> None:
    raw = read(desktop())
    assert raw.article is not None
    assert (raw.article.text, raw.article.url) == ("渡轮停航", URL)
    assert (raw.count, raw.page, raw.pages) == (30, 1, 2)
    assert (read(TOUCH).count, read(TOUCH).article, read(TOUCH).pages) == (None, None, 2)


@pytest.mark.parametrize("source", [desktop(), desktop(body=""), TOUCH])
def test_kind(source: str) -> None:
    assert kind_of(parse(source), URL) == "thread"


def test_reading_leaves_the_page_as_it_was() -> None:
    source = parse(desktop())
    before = source.get()
    ThreadPage(source, URL).raw()
    assert source.get() == before
