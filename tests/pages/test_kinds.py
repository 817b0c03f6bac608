"""What kind of page a page is: the class of its body, the address that it prints, what is on it."""

from __future__ import annotations

import base64

import pytest

from crawler.pages import FeedPage, kind_of, parse

ROOT = "http://harbour.example/"
LIST = f"{ROOT}portal.php?mod=list&catid=3"
ENTRY = '<ul><li><a href="portal.php?mod=view&amp;aid=4">灯塔</a> 2031-5-3</li></ul>'


def page(body: str, content: str, address: str = "", title: str = "港口 - 海角") -> str:
    printed = base64.b64encode(address.encode()).decode()
    script = f"<script>var REPORTURL = '{printed}';</script>" if address else ""
    head = f'<title>{title}</title><base href="{ROOT}" />{script}'
    return f'<html><head>{head}</head><body id="nv_portal" class="{body}">{content}</body></html>'


@pytest.mark.parametrize(
    ("source", "url", "kind"),
    [
        (page("pg_list pg_list_3", ""), LIST, "listing"),
        (page("pg_list", ENTRY), LIST, "listing"),
        (page("pg_list", ""), LIST, "listing"),
        (page("bg", ENTRY), LIST, "listing"),
        (page("bg", "", LIST), LIST, "listing"),
        (page("bg", ENTRY), f"{ROOT}news/", "listing"),
        (page("bg", ""), f"{ROOT}news/", "other"),
        (page("bg", ""), LIST, "other"),
        (page("pg_topic", ENTRY), f"{ROOT}portal.php?mod=topic&topicid=1", "topic"),
        (page("pg_space", ENTRY), f"{ROOT}home.php?mod=space&uid=3", "other"),
        (page("pg_forumdisplay", ENTRY), f"{ROOT}forum.php?mod=forumdisplay&fid=3", "other"),
    ],
)
def test_kind(source: str, url: str, kind: str) -> None:
    assert kind_of(parse(source), url) == kind


@pytest.mark.parametrize("notice", ['<div id="messagetext"><p>x</p></div>', '<div class="jump_c"><p>x</p></div>'])
@pytest.mark.parametrize("body", ["pg_list", "pg_view", "pg_comment", "pg_topic", "pg_viewthread", "bg"])
def test_a_notice_is_none_of_them(body: str, notice: str) -> None:
    assert kind_of(parse(page(body, notice)), LIST) == "other"


@pytest.mark.parametrize("title", ["提示信息", "提示資訊", "คำแนะนำ", "Thông báo", "Message"])
def test_a_template_s_own_notice_is_known_by_its_title(title: str) -> None:
    source = page("pg_list", "<p>抱歉，您指定要查看的分类已关闭</p>", LIST, f"{title} -  海角 - Powered by Discuz!")
    assert kind_of(parse(source), LIST) == "other"
    listed = page("pg_list", ENTRY, LIST, f"{title} -  海角")
    assert kind_of(parse(listed), LIST) == "listing"


@pytest.mark.parametrize(
    "text",
    [
        '<?xml version="1.0" encoding="gbk"?>\n<rss version="2.0"><channel></channel></rss>',
        '\ufeff\n<rss version="2.0"><channel></channel></rss>',
        '<?xml version="1.0"?><?xml-stylesheet href="x.xsl"?><rss><channel><item><title>a & b</title></item></channel>',
    ],
)
def test_a_feed(text: str) -> None:
    assert kind_of(parse(text), ROOT) == "feed"


@pytest.mark.parametrize("text", ["RSS Disabled", "Specified article not found", "", "<rss></rss>", "<p><rss></p>"])
def test_what_stands_in_for_a_feed(text: str) -> None:
    assert kind_of(parse(text), f"{ROOT}portal.php?mod=rss") == "other"


def test_a_feed_that_was_just_emptied() -> None:
    """The first call after the cache expired (``portal_rss.php``, X3.1-X3.5)."""
    text = f"<rss><channel><title>海角</title><link>{LIST}</link></channel></rss>"
    raw = FeedPage(parse(text), ROOT).raw()
    assert (raw.title, raw.catid, raw.entries) == ("海角", 3, [])


def test_quotes_in_a_feed_lose_the_backslash_that_the_cache_gave_them() -> None:
    words = r"Tom O\'Neil: \"A &amp; B\" \\ C:\temp"
    item = (
        f"<item><title>{words}</title><link>{ROOT}portal.php?mod=view&amp;aid=9</link><author>O\\'Neil</author></item>"
    )
    (entry,) = FeedPage(parse(f"<rss><channel>{item}</channel></rss>"), ROOT).raw().entries
    assert (entry.title, entry.author, entry.aid) == (r"""Tom O'Neil: "A & B" \ C:\temp""", "O'Neil", 9)
