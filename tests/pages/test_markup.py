"""What owners, editors and old versions do to the default template's markup."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from parsel import Selector

from crawler.pages import ArticlePage, FeedPage, HomePage, ListingPage, kind_of, parse
from crawler.pages.base import Page, first, text_of
from crawler.pages.pager import XPATHS as PAGER
from crawler.pages.pager import Pager, read_pager
from tests.pages.cases import plain

if TYPE_CHECKING:
    from crawler.items import RawArticle, RawListing

URL = "http://harbour.example/portal.php?mod=view&aid=12"


def article(html: str) -> RawArticle:
    return ArticlePage(Selector(text=html), URL).raw()


def listing(html: str) -> RawListing:
    return ListingPage(Selector(text=html), URL).raw()


def header(*parts: str, title: str = "渡轮") -> str:
    line = '<span class="pipe">|</span>'.join(parts)
    return f'<div class="h hm"><h1 class="ph">{title}</h1><p class="xg1">{line}</p></div>'


VIEWS = '查看: <em id="_viewnum">7</em>'
MEMBER = '发布者: <a href="home.php?mod=space&amp;uid=3">码头</a>'


# --- addresses ---


@pytest.mark.parametrize(
    ("head", "base"),
    [
        ('<base href="http://harbour.example/bbs/">', "http://harbour.example/bbs/"),
        ('<base href="/bbs/">', "http://harbour.example/bbs/"),
        ('<base target="_blank">', URL),
        ("", URL),
    ],
)
def test_links_resolve_on_the_pages_base(head: str, base: str) -> None:
    page = Page(Selector(text=f"<html><head><title>x</title>{head}</head><body>x</body></html>"), URL)
    assert page.base_url == base


def test_words_before_the_page_do_not_hide_its_base() -> None:
    """Such as a PHP notice: the parser then puts the head's elements into the body."""
    page = Page(Selector(text='<p>Notice</p><base href="http://harbour.example/bbs/"><p>x</p>'), URL)
    assert page.base_url == "http://harbour.example/bbs/"
    assert Page(Selector(text="<p>Notice</p>"), URL).base_url == URL


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("article-3-1.html", "http://harbour.example/bbs/article-3-1.html"),
        (" portal.php?mod=view ", "http://harbour.example/bbs/portal.php?mod=view"),
        ("./", "http://harbour.example/bbs/"),
        ("news/../x.html", "http://harbour.example/bbs/x.html"),
        ("/x.html", "http://harbour.example/x.html"),
        ("//kyst.example/x", "http://kyst.example/x"),
        ("?page=2", "http://harbour.example/bbs/?page=2"),
        ("mailto:a@b.example", "mailto:a@b.example"),
        ("https://kyst.example/x", "https://kyst.example/x"),
        ("http://[", "http://["),
        ("//[", "//["),
        ("", "http://harbour.example/bbs/"),
    ],
)
def test_addresses(href: str, url: str) -> None:
    page = Page(Selector(text='<head><base href="http://harbour.example/bbs/"></head>'), URL)
    assert page.absolute(href) == url


# --- the site ---


def test_a_site_that_states_nothing() -> None:
    site = Page(Selector(text="<html><head><meta></head><body><div id=ft></div></body></html>"), URL).site()
    assert plain(site) == dict.fromkeys(("name", "generator", "charset", "icp", "gmt_offset", "template"))


def test_the_footer_tells_what_the_head_does_not() -> None:
    html = '<div id="ft">GMT-3:30, 2031 <p>琼ICP备20990017号</p><div id="frt"><em>X3.1</em></div></div>'
    site = Page(Selector(text=html), URL).site()
    assert (site.generator, site.icp, site.gmt_offset) == ("Discuz! X3.1", "琼ICP备20990017号", "GMT-3:30")


@pytest.mark.parametrize(
    ("meta", "charset"),
    [
        ('<meta charset="utf-8">', "utf-8"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=gbk">', "gbk"),
        ('<meta http-equiv="Content-Type" content="text/html">', None),
        ('<meta http-equiv="X-UA-Compatible" content="IE=edge">', None),
    ],
)
def test_charset(meta: str, charset: str | None) -> None:
    page = Page(Selector(text=f"<html><head>{meta}</head><body></body></html>"), URL)
    assert page.site().charset == charset
    assert page.meta("keywords") is None


# --- the meta line ---


def test_credits_are_what_has_a_label() -> None:
    """Plugins add to the line (hook ``view_article_subtitle``); who may manage articles sees links there."""
    plugin = '<script>var a = "作者: x";</script><!-- x --><a href="javascript:;">大字</a>'
    html = header("2030-1-2", MEMBER, VIEWS, "评论: 0", "来自: 晚报", plugin, "阅读时长: 3 分钟")
    raw = article(html)
    assert (raw.author, raw.source, raw.comment_count) == (None, "晚报", "0")


@pytest.mark.parametrize(
    ("parts", "author", "source", "url"),
    [
        (["原作者: 甲"], "甲", None, None),
        (["來源：乙"], None, "乙", None),
        (["Forfatter: Ada", "Kilde: Kyst"], "Ada", "Kyst", None),
        (["Kilde: Kyst"], None, None, None),
        (['Kilde: <a href="b" target="_blank">Kyst</a>'], None, "Kyst", "http://harbour.example/b"),
        (["ผู้เขียนต้นฉบับ: 甲", "จาก: 乙"], "甲", "乙", None),
        (["原作者: 甲", "原作者: 乙", "来自: 丙", "来自: 丁"], "甲", "丙", None),
        ([], None, None, None),
    ],
)
def test_author_and_source(parts: list[str], author: str | None, source: str | None, url: str | None) -> None:
    raw = article(header("2030-1-2", MEMBER, VIEWS, "评论: 0", *parts))
    assert (raw.author, raw.source, raw.source_url) == (author, source, url)


def test_no_publisher_no_comments() -> None:
    raw = article(header("2030-1-2", VIEWS))
    assert (raw.publisher, raw.comment_count, raw.date) == (None, None, "2030-1-2")


def test_a_heading_without_a_meta_line() -> None:
    raw = article("<div><h1>渡轮</h1></div>")
    assert (raw.title, raw.date) == ("渡轮", None)
    raw = article('<div><h2>x</h2><p><em id="_viewnum">3</em></p></div>')
    assert (raw.title, raw.views) == ("x", "3")


def test_a_page_without_anything() -> None:
    raw = article("<p>x</p>")
    assert (raw.title, raw.body_found, raw.aid, raw.reactions) == ("", False, None, [])


# --- the text ---

CELL = '<table class="vwtb"><tr><td id="article_content">{}</td></tr></table>'


def words(html: str) -> Any:
    return plain(article(html).body)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (CELL.format("一") + '<div id="click_div"></div>', ["一"]),
        (CELL.format("一") + " \n<!--[diy=x]--><div>二</div>", ["一"]),
        (CELL.format("一"), ["一"]),
        (CELL.format("一") + "<p>二</p>", ["一"]),
        (CELL.format("一</td><td>二") + '<div class="ptw pbw cl"></div>', ["一", "二"]),
        (CELL.format("一</td></tr></table>二<p>三</p>四") + '<div id="click_div">五</div>', ["一", "二三四"]),
        (CELL.format("一</td></tr></table><div><p>二</p>三") + '<div id="click_div">五</div>', ["一", "二三"]),
        (CELL.format("一</td></tr></table><!-- x -->二") + '<div class="o cl ptm pbm">五</div>', ["一", "二"]),
        (CELL.format("一<table><tr><td>二") + '三<div id="click_div">五</div>', ["一二三"]),
        (CELL.format("一") + '<div> <div id="click_div">五</div></div>', ["一"]),
        (CELL.format("一<div><table><tr><td>二") + '三<div id="click_div">五</div>', ["一二三"]),
    ],
)
def test_where_the_text_ends(html: str, expected: list[str]) -> None:
    assert words(html) == expected


def test_a_text_may_nest_thousands_deep() -> None:
    deep, end = "<div>" * 3000, "</div>" * 3000
    unclosed = "<div>" * 1500
    for page, expected in (
        (CELL.format(f"一</td></tr></table>{deep}二{end}") + '三<div id="click_div">五</div>', ["一", "二三"]),
        (CELL.format(f"一{deep}二{end}<table><tr><td>") + '三<div id="click_div">五</div>', ["一二三"]),
        (CELL.format(f"一</td></tr></table>{unclosed}二") + '三<div id="click_div">五</div>', ["一", "二三"]),
        (CELL.format(f"一{unclosed}<table><tr><td>二") + '三<div id="click_div">五</div>', ["一二三"]),
    ):
        assert plain(ArticlePage(parse(page), URL).raw().body) == expected


@pytest.mark.parametrize(
    ("html", "empty"), [("", True), (" &nbsp; ", True), ("<p></p>", True), ("x", False), ("<img src=x>", False)]
)
def test_an_empty_text(html: str, *, empty: bool) -> None:
    assert article(CELL.format(html)).body_empty is empty


# --- around it ---


def around(html: str) -> RawArticle:
    return article(f'<div class="d"><div id="click_div">{html}</div></div>')


def test_a_reaction_without_icon() -> None:
    assert around('<a id="click_aid_5_1"> 潮起 </a>').reactions == [("潮起", "0")]
    assert around('<a id="click_aid_5_1">潮起</a>').aid == "5"
    assert around('<a id="click_aid_x">潮起</a>').aid is None


@pytest.mark.parametrize(
    ("html", "previous", "following"),
    [
        ("", None, None),
        ("<em>x</em>", None, None),
        ('<em>x<a href="portal.php?mod=view&aid=4">甲</a></em>', "甲", None),
        ('<em>x<a href="portal.php?mod=view&aid=6">甲</a></em>', None, "甲"),
        ('<em>上一篇：<a href="a.html">甲</a></em>', "甲", None),
        ('<em>Bài sau:<a href="a.html">甲</a></em>', None, "甲"),
        ('<em>x<a href="a.html">甲</a></em>', None, None),
        ('<em>x<a href="portal.php?mod=view&aid=9">甲</a></em><em>y<a href="b.html">乙</a></em>', "甲", "乙"),
    ],
)
def test_neighbours(html: str, previous: str | None, following: str | None) -> None:
    reactions = '<div class="d"><div id="click_div"><a id="click_aid_5_1">x</a></div></div>'
    raw = article(f'<div>{reactions}<div class="pren pbm">{html}</div></div>')
    assert (raw.previous.text if raw.previous else None) == previous
    assert (raw.next.text if raw.next else None) == following


def test_the_favourite_button_tells_the_id_when_reactions_and_comments_are_off() -> None:
    assert article('<a id="a_favorite" href="home.php?mod=spacecp&amp;id=31&amp;x=1">收藏</a>').aid == "31"
    assert article('<a id="a_favorite" href="home.php?mod=spacecp">收藏</a>').aid is None


def test_related_articles_that_are_no_links_are_left_out() -> None:
    raw = article('<ul id="raid_div"><input type="hidden" value="5"><li>x</li><li><a href="a.html">甲</a></li></ul>')
    assert [(link.text, link.aid) for link in raw.related] == [("甲", "5")]


def test_an_id_that_is_no_comments() -> None:
    assert article('<div id="comment_ul"><dl id="comment_x"><dd>x</dd></dl><dl>y</dl></div>').comments == []


def test_a_comment_with_little_in_it() -> None:
    raw = article('<div id="comment_ul"><dl id="comment_5_li"></dl></div>').comments[0]
    assert (raw.cid, raw.author, raw.date, raw.body, raw.quote) == ("5", None, "", None, None)


def test_a_quote_without_blockquote() -> None:
    html = '<div id="comment_ul"><dl id="comment_5_li"><dd><div class="quote">甲: 一</div>二</dd></dl></div>'
    raw = article(html).comments[0]
    assert (plain(raw.body), plain(raw.quote)) == ("二", "甲: 一")


# --- lists ---


def test_a_list_names_its_category_by_the_feed_where_the_body_does_not() -> None:
    html = '<body class="pg_list"><div id="ct"><a href="portal.php?mod=rss&amp;catid=7">RSS</a></div></body>'
    assert listing(html).catid == 7
    assert listing('<body><a href="portal.php?mod=rss">RSS</a></body>').catid is None
    assert listing("<p>x</p>").catid is None


@pytest.mark.parametrize(
    ("html", "name"),
    [
        ('<div id="ct"><h1> 灯塔 </h1></div>', "灯塔"),
        ('<div id="pt"><div class="z"><a href="./">海角</a> <em>&rsaquo;</em> 灯塔 </div></div>', "灯塔"),
        ('<div id="pt"><div class="z"><a href="./">海角</a></div></div>', None),
        ('<div id="pt"><div class="z"></div></div>', None),
        ("<p>x</p>", None),
    ],
)
def test_the_name_of_a_category(html: str, name: str | None) -> None:
    assert listing(html).name == name


def test_an_entry_with_little_in_it() -> None:
    html = '<div id="ct"><div class="bm_c xld"><dl><dt><a href="a.html">甲</a></dt></dl></div></div>'
    entry = listing(html).entries[0]
    assert (entry.title, entry.aid, entry.date, entry.summary, entry.thumbnail) == ("甲", None, None, None, None)


def pager(html: str) -> Pager:
    node = Selector(text=f"<div class=pg>{html}</div>").root.find(".//div")
    return read_pager(node)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<strong>1</strong><a href=x>2</a><label><span title='共 9 页'> / 9 页</span></label>", Pager(1, 9, False)),
        ("<a href=x class=prev>&lt;</a><strong>3</strong><a href=x class=nxt>&gt;</a>", Pager(3, 3, True)),
        ("<strong>3</strong><a href=x>4</a><a href=x class=last>... 12</a>", Pager(3, 12, False)),
        ("<a href=x>1</a><a href=x>2</a>", Pager(1, 2, False)),
        ("<strong>8</strong><label><span title='共 5 页'> / 5 页</span></label>", Pager(8, 8, False)),
    ],
)
def test_pager(html: str, expected: Pager) -> None:
    assert pager(html) == expected


def test_no_pager_is_a_single_page() -> None:
    assert read_pager(None) == Pager(1, 1, False)
    assert first(PAGER["current"], Selector(text="<p>x</p>").root) is None


# --- homes and kinds ---


def test_a_category_that_the_navigation_gives_no_number() -> None:
    html = '<div id="nv"><ul><li id="mn_Pnews"><a href="news/">新闻</a></li></ul></div>'
    raw = HomePage(Selector(text=html), "http://harbour.example/").raw()
    assert [(catid, link.url) for catid, link in raw.categories] == [(None, "http://harbour.example/news/")]


@pytest.mark.parametrize(("menu", "below"), [('id="mn_P4"', []), ('id="mn_N52f"', []), ('class="on"', [4, 5])])
def test_the_navigation_names_no_categories_below_wherever_it_stands(menu: str, below: list[int]) -> None:
    """Discuz! numbers its entries (``common/header.htm``), in whatever box a template puts them."""
    items = "".join(f'<li {menu}><a href="portal.php?mod=list&catid={catid}">c{catid}</a></li>' for catid in (4, 5))
    html = f'<body class="pg_list pg_list_9"><div id="bar"><ul>{items}</ul></div><h3>c9</h3>'
    raw = ListingPage(parse(html), "http://harbour.example/portal.php?mod=list&catid=9").raw()
    assert [int(link.url.rpartition("=")[2]) for link in raw.children] == below


@pytest.mark.parametrize(
    ("href", "catid"),
    [
        ("portal.php?mod=list&catid=4", 4),
        ("portal.php?catid=5&page=2&mod=list", 5),
        ("portal.php?mod=view&aid=3", None),
    ],
)
def test_links_to_lists_on_a_home(href: str, catid: int | None) -> None:
    raw = HomePage(Selector(text=f'<a href="{href}">x</a>'), "http://harbour.example/").raw()
    assert [number for number, _ in raw.categories] == ([] if catid is None else [catid])


def test_a_feed_that_is_switched_off() -> None:
    """Discuz! answers "RSS Disabled" then (``portal_rss.php``)."""
    raw = FeedPage(Selector(text="<p>RSS Disabled</p>", type="xml"), URL).raw()
    assert (raw.title, raw.url, raw.catid, raw.entries) == (None, URL, None, [])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", "other"),
        ("<body class=pg_list><p>x</p>", "other"),
        ('<body class="pg_list pg_list_3"><p>x</p>', "listing"),
        ('<body class=pg_list><div id=ct><div class="bm_c xld"></div></div>', "listing"),
        ('<body class="pg_list pg_list_3"><div id=messagetext>x</div>', "other"),
        ('<body class="pg_index">', "home"),
        ('<div id=ct><h1><a href="x">y</a></h1></div>', "other"),
        ('<body class="pg_comment"><div id=ct><h1><a href="x">y</a></h1></div>', "comments"),
        (CELL.format("x"), "article"),
        ('<?xml version="1.0" encoding="gbk"?>\n<rss version="2.0"><channel></channel></rss>', "feed"),
        (f'<?xml version="1.0" encoding="utf-8"?>\n<root><![CDATA[{CELL.format("x")}]]></root>', "article"),
    ],
)
def test_kinds(text: str, kind: str) -> None:
    assert kind_of(parse(text), URL) == kind


def test_text_of_an_element_is_trimmed() -> None:
    root = Selector(text="<p> a <b>b</b> c\xa0</p><i> d </i>e").root
    assert text_of(root.find(".//p")) == "a b c"
    assert text_of(root.find(".//i")) == "d"
