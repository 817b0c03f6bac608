"""Walls by their own markup, and pages that are none."""

from __future__ import annotations

from html import escape
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.discuz.urls import Grammar, Kind, Target
from crawler.discuz.walls import WORDS, Verdict, Wall, classify
from tests.captured import manifest, needs_captured, read

HEAD = "<head><title>Notice</title><script>var discuz_uid = '0', charset = 'utf-8';</script></head>"
LOGIN_FORM = (
    '<div id="messagelogin"></div><script>ajaxget("member.php?mod=logging&action=login", "messagelogin");</script>'
)


def notice(message: str, *, login: bool = False) -> str:
    """The notice of the desktop template."""
    return (
        f'<html>{HEAD}<body><div class="f_c altw"><div id="messagetext" class="alert_error"><p>{message}</p>'
        f'<p class="alert_btnleft"><a href="./">[ 返回 ]</a></p></div>{LOGIN_FORM if login else ""}</div></body></html>'
    )


def security(subject: str, message: str, *, reloads: bool = False) -> str:
    """The page of ``attackevasive``."""
    script = '<script>setTimeout("reload()", 1001);</script>' if reloads else ""
    return (
        f'<html><head><title>{subject}</title></head><body bgcolor="#FFFFFF">{script}<table><tr><td bgcolor="#EBEBEB">'
        f' <b style="font-size: 16px">{subject}</b> <br /><br />{message}<br /><br /></td></tr></table></body></html>'
    )


def page(body: str) -> str:
    """A page of Discuz! in its own or in another theme."""
    return f"<html>{HEAD}<body><a href='portal.php'>Home</a>{body}</body></html>"


NOTICES = [
    # kind asked for, status, message, with a login form, wall
    (Kind.ARTICLE, 404, "抱歉，您指定要查看的文章不存在或正在审核", False, Wall.MISSING_ARTICLE),
    (Kind.ARTICLE, 404, "words that no pack has", False, Wall.MISSING_ARTICLE),
    (Kind.ARTICLE, 200, "抱歉，您指定要查看的文章不存在或正在审核", False, Wall.MISSING_ARTICLE),
    (Kind.ARTICLE, 200, "抱歉，您指定要查看的文章不存在或正在審核", False, Wall.MISSING_ARTICLE),
    (Kind.ARTICLE, 200, "Specified article does not exist", False, Wall.MISSING_ARTICLE),
    (Kind.ARTICLE, 200, "bài viết bạn chỉ định không tồn tại hoặc đang được xem xét", False, Wall.MISSING_ARTICLE),
    (Kind.ARTICLE, 200, "words that no pack has", False, Wall.NOTICE),
    (Kind.ARTICLE, 200, "抱歉，门户功能尚未开启", False, Wall.NOTICE),
    (Kind.LISTING, 200, "抱歉，您指定要查看的分类不存在", False, Wall.MISSING_CATEGORY),
    (Kind.LISTING, 200, "抱歉，您指定要查看的分類不存在", False, Wall.MISSING_CATEGORY),
    (Kind.LISTING, 200, "ขออภัย! หมวดหมู่ที่คุณต้องการดูไม่มีอยู่", False, Wall.MISSING_CATEGORY),
    (Kind.LISTING, 200, "抱歉，您指定要查看的分类已关闭", False, Wall.CLOSED_CATEGORY),
    (Kind.LISTING, 200, "抱歉，您指定要查看的分類已關閉", False, Wall.CLOSED_CATEGORY),
    (Kind.LISTING, 200, "Specified category is closed", False, Wall.CLOSED_CATEGORY),
    (Kind.LISTING, 200, "ขออภัย! หมวดหมู่ที่คุณต้องการดูถูกปิด", False, Wall.CLOSED_CATEGORY),
    (Kind.LISTING, 200, "các thể loại bạn xác định đã bị đóng", False, Wall.CLOSED_CATEGORY),
    (Kind.LISTING, 200, "抱歉，您尚未正确指定要查看的分类", False, Wall.NOTICE),
    (Kind.COMMENTS, 200, "抱歉，您指定要查看的文章不存在", False, Wall.NOTICE),
    (Kind.ATTACHMENT, 200, "抱歉，指定下载的文件不存在", False, Wall.NOTICE),
    (Kind.TOPIC, 200, "抱歉，指定的专题不存在", False, Wall.NOTICE),
    (Kind.OTHER, 404, "抱歉，您尚未正确指定要查看的文章 ID", False, Wall.NOTICE),
    (Kind.ARTICLE, 200, "我们正在升级，今晚八点恢复", True, Wall.SITE_CLOSED),
    (Kind.LISTING, 200, "抱歉，本站点暂时关闭，详情请 <a href='mailto:a@b'>联系管理员</a>", True, Wall.SITE_CLOSED),
    (Kind.ARTICLE, 200, "抱歉，本站點暫時關閉", False, Wall.SITE_CLOSED),
    (Kind.ARTICLE, 200, "Sorry, the site is closed temporarily", False, Wall.SITE_CLOSED),
    (Kind.ARTICLE, 200, "您需要先登录才能继续本操作", True, Wall.LOGIN),
    (Kind.ARTICLE, 200, "您需要先登錄才能繼續本操作", True, Wall.LOGIN),
    (Kind.LISTING, 200, "抱歉，您所在的用户组(游客)无法进行此操作", True, Wall.LOGIN),
    (Kind.ARTICLE, 200, "You need to login first", False, Wall.LOGIN),
    (Kind.ARTICLE, 200, "คุณควรเข้าสู่ระบบก่อน", True, Wall.LOGIN),
    (Kind.ARTICLE, 200, "Bạn cần đăng nhập để tiếp tục!", True, Wall.LOGIN),
    (Kind.ARTICLE, 200, "抱歉，您的 IP 地址不在允许范围内，或您的账号被禁用", False, Wall.IP_REFUSED),
    (Kind.LISTING, 200, "抱歉，您的 IP 地址不在允許範圍內", False, Wall.IP_REFUSED),
    (Kind.ARTICLE, 200, "Sorry, your account or IP address is banned", False, Wall.IP_REFUSED),
]


@pytest.mark.parametrize(("asked", "status", "message", "login", "wall"), NOTICES)
def test_a_notice(asked: Kind, status: int, message: str, login: bool, wall: Wall) -> None:
    verdict = classify(status=status, text=notice(message, login=login), asked=asked)
    assert verdict is not None
    assert verdict.wall is wall
    assert verdict.text.startswith(message.partition("<")[0].strip())
    assert "返回" not in verdict.text


@pytest.mark.parametrize(
    "text",
    [
        page('<div class="jump_c">\n<p>您访问的页面无手机页面</p><p><a href="#">继续</a></p></div>'),
        '<root><![CDATA[<div class="tip"><dt id="messagetext"><p>您访问的页面无手机页面</p></dt></div>]]></root>',
        page('<section id="messagetext">您访问的页面无手机页面</section>'),
    ],
    ids=["mobile", "asynchronous", "theme"],
)
def test_a_notice_in_other_templates(text: str) -> None:
    assert classify(status=200, text=text, asked=Kind.ARTICLE) == Verdict(Wall.NOTICE, "您访问的页面无手机页面")


def test_the_words_of_a_notice_are_plain_and_short() -> None:
    script = '<script reload="1">setTimeout("x", 2000);</script>'
    verdict = classify(status=200, text=notice(f"今晚 22&#58;00 \n 恢复<br>{script}"), asked=Kind.ARTICLE)
    assert verdict == Verdict(Wall.NOTICE, "今晚 22:00 恢复")
    verdict = classify(status=200, text=notice("长" * 999), asked=Kind.ARTICLE)
    assert verdict == Verdict(Wall.NOTICE, "长" * WORDS)


@pytest.mark.parametrize(
    ("text", "wall"),
    [
        (security("频繁刷新限制", "请等待", reloads=True), Wall.REFRESH_LIMIT),
        (security("&#x9891;&#x7e41;&#x5237;&#x65b0;", "请等待", reloads=True), Wall.REFRESH_LIMIT),
        (security("words that no pack has", "…", reloads=True), Wall.REFRESH_LIMIT),
        (security("页面重载开启", "欢迎光临", reloads=True), Wall.COOKIE_CHECK),
        (security("頁面重載開啟", "歡迎光臨", reloads=True), Wall.COOKIE_CHECK),
        (security("&#x9875;&#x9762;&#x91cd;&#x8f7d;&#x5f00;&#x542f;", "…", reloads=True), Wall.COOKIE_CHECK),
        (security("เปิดการโหลดหน้าซ้ำ", "…", reloads=True), Wall.COOKIE_CHECK),
        (security("代理服务器访问限制", "请去除您的代理设置"), Wall.PROXY_REFUSED),
        (security("3 + 4 = ?", '<form action="/portal.php"><input name="secqsubmit"></form>'), Wall.QUESTION),
    ],
)
def test_the_pages_of_attackevasive(text: str, wall: Wall) -> None:
    verdict = classify(status=200, text=text, asked=Kind.ARTICLE)
    assert verdict is not None
    assert verdict.wall is wall
    assert verdict.text


BARE = (
    '<html><head><title>站点信息</title><meta name="description" content="System Message - Discuz! Board" /></head>'
    '<body><b style="font-size: 16px">站点信息</b><br /><br /><p style="text-align:left;">您的 IP 不行</p></html>'
)
SCRAMBLED = (
    "<script>_aaaaa = window;_bbbbb = location;_ccccc = 'href';_ddddd = 'replace';_eeeee = 'assign';"
    "ab=function(){'return ab';return '.php';};location[_ddddd](ab());</script>"
)


def test_an_address_that_is_refused_without_a_template() -> None:
    assert classify(status=200, text=BARE, asked=Kind.ARTICLE) == Verdict(Wall.IP_REFUSED, "您的 IP 不行")


@pytest.mark.parametrize("title", ["System", "Database", "Mobile System"])
@pytest.mark.parametrize("status", [200, 503])
def test_a_system_error(title: str, status: int) -> None:
    text = f"<html><body><h1>Discuz! {title} Error</h1><div class='info'>含有非法字符</div></body></html>"
    assert classify(status=status, text=text, asked=Kind.LISTING) == Verdict(Wall.SYSTEM_ERROR, "含有非法字符")


def test_the_script_of_the_anti_collection() -> None:
    assert classify(status=200, text=SCRAMBLED, asked=Kind.ARTICLE) == Verdict(Wall.ANTITHEFT, "")
    assert classify(status=200, text=page(SCRAMBLED), asked=Kind.ARTICLE) is None, "it comes alone"


def test_a_redirect_is_a_wall_only_if_it_leads_to_the_login_form() -> None:
    assert classify(status=302, text="", asked=Kind.ARTICLE, location=Target(Kind.LOGIN)) == Verdict(Wall.LOGIN, "")
    assert classify(status=302, text="", asked=Kind.ARTICLE, location=Target(Kind.OTHER)) is None
    assert classify(status=301, text="", asked=Kind.ARTICLE) is None


@pytest.mark.parametrize(
    ("status", "text", "wall"),
    [
        (521, "<script>document.cookie=('_')+'x';location.href=location.pathname</script>", Wall.CHALLENGE),
        (
            503,
            "<title>Just a moment...</title><script>window._cf_chl_opt={cUPMDTk:'/portal.php?mod=view'}</script>",
            Wall.CHALLENGE,
        ),
        (200, "<html><script>var arg1='0F';setCookie('acw_sc__v2', x)</script></html>", Wall.CHALLENGE),
        (200, "<html><h1>网站防火墙</h1><a href='http://safedog.test/'>x</a></html>", Wall.CHALLENGE),
        (404, "<html><head><title>404 Not Found</title></head><body>nginx</body></html>", Wall.NOT_DISCUZ),
        (502, "<html><title>502 Bad Gateway</title></html>", Wall.NOT_DISCUZ),
        (404, "<html>The requested URL /portal.php was not found on this server.</html>", Wall.NOT_DISCUZ),
        (200, "<html><title>域名出售</title></html>", Wall.NOT_DISCUZ),
        (200, "", Wall.EMPTY),
        (403, " \n ", Wall.EMPTY),
    ],
)
@pytest.mark.parametrize("asked", [Kind.ARTICLE, Kind.LISTING, Kind.COMMENTS, Kind.HOME, Kind.FEED])
def test_pages_that_are_not_discuz_s(status: int, text: str, wall: Wall, asked: Kind) -> None:
    verdict = classify(status=status, text=text, asked=asked)
    assert verdict is not None
    assert verdict.wall is wall


def test_feeds() -> None:
    assert classify(status=200, text='<?xml version="1.0"?><rss version="2.0"></rss>', asked=Kind.FEED) is None
    assert classify(status=200, text="RSS Disabled", asked=Kind.FEED) == Verdict(Wall.NOTICE, "RSS Disabled")


@pytest.mark.parametrize("asked", [Kind.ATTACHMENT, Kind.OTHER])
def test_files_may_hold_anything(asked: Kind) -> None:
    assert classify(status=200, text="\x00\x01PK", asked=asked) is None
    assert classify(status=200, text="", asked=Kind.ATTACHMENT) is None


QUOTES = "抱歉，您指定要查看的文章不存在或正在审核。您需要先登录才能继续本操作。频繁刷新限制 RSS Disabled Just a moment"
MARKUP = notice("抱歉，您指定要查看的文章不存在", login=True) + security("频繁刷新限制", "…", reloads=True) + SCRAMBLED
CONTENT = [
    '<td id="article_content">{}</td>',
    '<em id="_viewnum">5</em><div class="body">{}</div>',
    '<div class="bm_c xld"><dl class="bbda"><dt><a>{}</a></dt></dl></div>',
    '<div id="comment_ul"><dl><dd>{}</dd></dl></div>',
    '<div class="theme">{}</div>',
]


@pytest.mark.parametrize("content", CONTENT)
@pytest.mark.parametrize("asked", [Kind.ARTICLE, Kind.LISTING, Kind.COMMENTS, Kind.HOME])
def test_a_page_that_quotes_a_wall_is_none(content: str, asked: Kind) -> None:
    """Its words, its source as a text, or a script that names its ids."""
    for quoted in (QUOTES, escape(MARKUP), escape(MARKUP, quote=False), "<script>$('messagetext').focus()</script>"):
        assert classify(status=200, text=page(content.format(quoted)), asked=asked) is None


@pytest.mark.parametrize("content", CONTENT[:-1])
def test_content_outweighs_markup_that_was_pasted_into_it(content: str) -> None:
    assert classify(status=200, text=page(content.format(MARKUP)), asked=Kind.ARTICLE) is None


def test_a_theme_may_leave_out_discuz_s_name() -> None:
    text = "<html><body><a href='/portal.php?mod=list&catid=1'>News</a><script>document.cookie</script></body></html>"
    assert classify(status=200, text=text, asked=Kind.HOME) is None


PIECES = [
    "<script>",
    "</script>",
    "<p>",
    "</p>",
    'id="messagetext"',
    "<div ",
    ">",
    'class="jump_c"',
    "Discuz!",
    "&#x;",
    "&#",
]


@settings(deadline=None)
@given(
    st.one_of(st.text(), st.lists(st.sampled_from(PIECES)).map("".join)), st.integers(100, 599), st.sampled_from(Kind)
)
def test_no_page_is_too_strange(text: str, status: int, asked: Kind) -> None:
    verdict = classify(status=status, text=text, asked=asked)
    assert verdict is None or len(verdict.text) <= WORDS


# --- captured pages -----------------------------------------------------------------------------------------------

SHOWS = {
    "closed category": Wall.CLOSED_CATEGORY,
    "category that does not exist": Wall.MISSING_CATEGORY,
    "pending review": Wall.MISSING_ARTICLE,
    "missing article": Wall.MISSING_ARTICLE,
    "rewritten missing article": Wall.MISSING_ARTICLE,
    "no aid": Wall.NOTICE,
    "comments of missing article": Wall.NOTICE,
    "missing attachment": Wall.NOTICE,
    "site closed": Wall.SITE_CLOSED,
    "guests may not visit": Wall.LOGIN,
    "IP not in the allowed list": Wall.IP_REFUSED,
    "query with a quote": Wall.SYSTEM_ERROR,
    "misc.php for a spider UA": Wall.EMPTY,
    "plain nginx 404": Wall.NOT_DISCUZ,
    "attackevasive=1 second": Wall.REFRESH_LIMIT,
    "attackevasive=2": Wall.PROXY_REFUSED,
    "attackevasive=4 first": Wall.COOKIE_CHECK,
    "attackevasive=8": Wall.QUESTION,
}


def expected_of(entry: dict[str, Any], text: str) -> Wall | None:
    """What the capture's own description of a page says it is."""
    shows = entry["shows"]
    if "anti-collection" in shows:  # three views are free
        return Wall.ANTITHEFT if int(shows.rpartition("request no. ")[2].split()[0]) > 3 else None
    if "mobile UA" in shows and "无手机页面" in text:  # X3.4 has no such templates
        return Wall.NOTICE
    if "space" in shows and "messagelogin" in text:  # a site that shows members to members only
        return Wall.LOGIN
    return next((wall for words, wall in SHOWS.items() if shows.startswith(words)), None)


@needs_captured
@pytest.mark.parametrize("entry", manifest(), ids=lambda entry: entry["file"])
def test_captured_pages(entry: dict[str, Any]) -> None:
    grammar = Grammar("/".join(entry["url"].split("/")[:3]) + "/")
    text = read(entry["file"]).decode("gb18030" if "gbk" in entry["content_type"] else "utf-8", "replace")
    verdict = classify(
        status=entry["status"],
        text=text,
        asked=grammar.parse(entry["url"]).kind,
        location=grammar.parse(entry["location"]) if entry["location"] else None,
    )
    assert (verdict.wall if verdict else None) is expected_of(entry, text)
