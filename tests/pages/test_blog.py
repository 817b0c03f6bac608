"""The blog behind an article (``home/space_blog_view.htm``, X3.1-X3.5, and the touch one)."""

from __future__ import annotations

import pytest

from crawler.pages import BlogPage, kind_of, parse
from tests.pages.cases import plain

ROOT = "http://harbour.example/"
URL = f"{ROOT}home.php?mod=space&uid=3&do=blog&id=7"

DESKTOP = """<div id="comment_ul" class="xld xlda"><a name="comment_anchor_58"></a><dl id="comment_58_li">
<dd class="m avt"><a href="home.php?mod=space&amp;uid=6" c="1"><img src="face.gif"></a></dd><dt><span class="y xw0"><a
href="home.php?mod=spacecp&amp;ac=comment&amp;op=reply&amp;cid=58" id="c_58_reply">回复</a></span>
<a href="home.php?mod=space&amp;uid=6" id="author_58">望潮人</a> <span class="xg1 xw0">2031-5-3 12:00</span></dt>
<dd id="comment_58"><div class="quote"><blockquote><b>乙</b>: 抢到了</blockquote></div>第一</dd></dl>
<dl id="comment_59_li"><dd class="m avt"><img src="hidden.gif"></dd><dt><a href="home.php?mod=space&amp;uid=5"
id="author_59">丙</a> <span class="xg1 xw0">2031-5-3 12:01</span> <b>(待审核)</b></dt><dd id="comment_59">无</dd></dl>
<dl id="comment_60_li"><dd class="m avt"><img src="x.gif"></dd><dt>匿名 <span class="xg1 xw0">2031-5-3 12:02</span>
</dt><dd id="comment_60">沙发</dd></dl></div>"""
TOUCH = """<ul><li id="comment_58_li"><h3><a href="home.php?mod=space&amp;uid=6" id="author_58">望潮人</a></h3>
<div class="mtime"><span>2031-5-3 12:00</span><div><a href="home.php?mod=spacecp&amp;ac=comment&amp;cid=58">回</a></div>
</div><div id="comment_58" class="do_comment"><div class="quote"><blockquote><b>乙</b>: 抢到了</blockquote></div>
第一</div></li><li id="comment_60_li"><h3>匿名</h3><div class="mtime"><span>2031-5-3 12:02</span></div>
<div id="comment_60">沙发</div></li></ul>"""


def page(blocks: str) -> str:
    return f"""<html><head><base href="{ROOT}" /></head><body id="nv_home" class="pg_space"><div id="ct"><h1 class="ph">
望潮记</h1><div id="blog_article" class="d cl">一篇日志</div><h3>评论 (<span id="comment_replynum">23</span>)</h3>
{blocks}<div class="pgs"><div class="pg"><strong>1</strong><a href="x">2</a><label><span title="共 2 页"> / 2 </span>
</label></div></div></div></body></html>"""


@pytest.mark.parametrize("blocks", [DESKTOP, TOUCH])
def test_comments(blocks: str) -> None:
    raw = BlogPage(parse(page(blocks)), URL).raw()
    fields = ("cid", "author", "author_url", "date", "body", "quote")
    assert [plain([getattr(entry, field) for field in fields]) for entry in raw.entries] == [
        ["58", "望潮人", f"{ROOT}home.php?mod=space&uid=6", "2031-5-3 12:00", "第一", "乙: 抢到了"],
        ["60", None, None, "2031-5-3 12:02", "沙发", None],
    ]


def test_the_blog() -> None:
    source = parse(page(DESKTOP))
    assert kind_of(source, URL) == "blog"
    raw = BlogPage(source, URL).raw()
    assert raw.article is not None
    assert (raw.article.text, raw.count, raw.page, raw.pages) == ("望潮记", 23, 1, 2)
    bare = BlogPage(parse("<p>x</p>"), URL).raw()
    assert (bare.article, bare.count, bare.entries) == (None, None, [])
