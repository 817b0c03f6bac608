"""Walls by their own markup, and pages that are none."""

from __future__ import annotations

from html import escape
from typing import Any
from urllib.parse import urljoin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.discuz.urls import Grammar, Kind, Target
from crawler.discuz.walls import WORDS, Verdict, Wall, classify, leads_to_phones
from tests.captured import manifest, needs_captured, read
from tests.wall_pages import wall_pages

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
    (Kind.ARTICLE, 200, "抱歉，门户功能尚未开启", False, Wall.SITE_CLOSED),
    (Kind.HOME, 200, "Sorry, the portal feature is not open", False, Wall.SITE_CLOSED),
    (Kind.LISTING, 200, "抱歉，管理员设置了每日 1:00-6:00 不能进行此操作或访问此页面", True, Wall.SITE_CLOSED),
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
    (Kind.ARTICLE, 200, "抱歉，您尚未登录，没有权限进行此操作", True, Wall.LOGIN),
    (Kind.LISTING, 200, "抱歉，您所在的用户组(游客)无法进行此操作", True, Wall.NO_PERMISSION),
    (Kind.ARTICLE, 200, "抱歉，本帖要求阅读权限高于 20 才能浏览", True, Wall.NO_PERMISSION),
    (Kind.ARTICLE, 200, "Sorry, guests do not have permission to do this", False, Wall.NO_PERMISSION),
    (Kind.ARTICLE, 200, "您訪問的頁面無手機頁面，是否進一步訪問電腦版？", False, Wall.MOBILE),
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
        page('<div class="jump_c">\n<p>未定义操作</p><p><a href="#">继续</a></p></div>'),
        page('<div class="jump_c"><p>未定义操作</p></div><a href="portal.php?mobile=no">电脑版</a>'),
        '<root><![CDATA[<div class="tip"><dt id="messagetext"><p>未定义操作</p></dt></div>]]></root>',
        '<root><![CDATA[<h3>x</h3><div class="c altw"><div class="alert_error">未定义操作</div></div>]]></root>',
        page('<section id="messagetext">未定义操作</section>'),
    ],
    ids=["mobile", "with a way to the desktop", "asynchronous", "in a window", "theme"],
)
def test_a_notice_in_other_templates(text: str) -> None:
    assert classify(status=200, text=text, asked=Kind.ARTICLE) == Verdict(Wall.NOTICE, "未定义操作")


@pytest.mark.parametrize(
    "more",
    ['<a href="portal.php?mod=view&aid=7&forcemobile=1">x</a>', "", '<br><a href="?aid=7&mobile=no">继续访问</a>'],
)
def test_a_notice_that_there_is_no_page_for_phones(more: str) -> None:
    """It has words of its own, and a way to the page for browsers."""
    said = "words that no pack has" if more else "您访问的页面无手机页面"
    text = page(f'<div class="jump_c"><p>{said}{more}</p></div>')
    verdict = classify(status=200, text=text, asked=Kind.ARTICLE)
    assert verdict is not None
    assert verdict.wall is Wall.MOBILE


@pytest.mark.parametrize("title", ["提示信息", "Message", "คำแนะนำ"])
def test_a_notice_of_a_template_that_only_keeps_the_title(title: str) -> None:
    text = page("<div class='tips'>很抱歉</div>").replace("<title>Notice", f"<title>{title} - 海角日报")
    assert classify(status=200, text=text, asked=Kind.ARTICLE) == Verdict(Wall.NOTICE, title)
    assert classify(status=404, text=text, asked=Kind.ARTICLE) == Verdict(Wall.MISSING_ARTICLE, title, 404)
    assert classify(status=404, text=text, asked=Kind.LISTING) == Verdict(Wall.NOTICE, title, 404)


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
    assert classify(status=status, text=text, asked=Kind.LISTING) == Verdict(Wall.SYSTEM_ERROR, "含有非法字符", status)


def test_the_script_of_the_anti_collection() -> None:
    assert classify(status=200, text=SCRAMBLED, asked=Kind.ARTICLE) == Verdict(Wall.ANTITHEFT, "")
    assert classify(status=200, text=page(SCRAMBLED), asked=Kind.ARTICLE) is None, "it comes alone"


def test_a_redirect_is_a_wall_only_if_it_leads_to_the_login_form_or_to_phones() -> None:
    assert classify(status=302, text="", asked=Kind.ARTICLE, location=Target(Kind.LOGIN)) == Verdict(
        Wall.LOGIN, "", 302
    )
    assert classify(status=302, text="", asked=Kind.ARTICLE, location=Target(Kind.OTHER)) is None
    assert classify(status=301, text="", asked=Kind.ARTICLE) is None
    assert classify(status=301, text="", asked=Kind.ARTICLE, phones=True) == Verdict(Wall.MOBILE, "", 301)


SEVEN = Target(Kind.ARTICLE, 7)


@pytest.mark.parametrize(
    ("there", "target", "phones"),
    [
        ("http://www.a.example/portal.php?mod=view&aid=7&mobile=2", SEVEN, True),
        ("http://www.a.example/portal.php?mobile=yes&mod=view&aid=7", SEVEN, True),
        ("http://www.a.example/portal.php?mod=view&aid=7&mobile=no", SEVEN, False),
        ("http://www.a.example/misc.php?mod=mobile", SEVEN, True),
        ("http://www.a.example/misc.php?mod=faq", SEVEN, False),
        ("http://www.a.example/plugin/mobile.php?id=7", SEVEN, True),
        ("http://www.a.example/article-7-1.html", SEVEN, False),
        ("http://m.a.example/article/7.html", SEVEN, True),
        ("http://wap.a.example/index.php", SEVEN, True),
        ("http://m.a.example", SEVEN, True),
        ("http://m.a.example/special/2031-spring/", SEVEN, False),  # an article's outer address
        ("http://m.a.example/article/17.html", SEVEN, False),
        ("http://m.other.example/7", SEVEN, False),
        ("http://m.other.example/?mobile=2", SEVEN, False),
        ("http://m.a.example/news/", Target(Kind.LISTING, name="news"), True),
        ("http://[", SEVEN, False),
    ],
)
def test_redirects_for_phones(there: str, target: Target, phones: bool) -> None:
    url = "http://www.a.example/news/" if target.number is None else "http://www.a.example/portal.php?mod=view&aid=7"
    assert leads_to_phones(there, url, target) is phones


def test_a_site_that_is_for_phones_only_is_no_wall() -> None:
    assert not leads_to_phones("http://m.a.example/?aid=7", "http://wap.a.example/portal.php?mod=view&aid=7", SEVEN)


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
        (200, "<html><title>网站防火墙</title><img src='http://404.safedog.cn/x.png'></html>", Wall.BLOCKED),
        (403, "<title>403</title><!-- event_id: 5d41402abc TYPE: A -->", Wall.BLOCKED),
        (200, "<html><script src='https://static.geetest.com/gt.js'></script></html>", Wall.CAPTCHA),
        (403, "<script>window._cf_chl_opt={cType: 'interactive'}</script>", Wall.CAPTCHA),
        (404, "<html><head><title>404 Not Found</title></head><body>nginx</body></html>", Wall.HTTP_ERROR),
        (502, "<html><title>502 Bad Gateway</title></html>", Wall.HTTP_ERROR),
        (521, "<html><title>521: Web server is down</title><div id='cf-error-details'></div></html>", Wall.HTTP_ERROR),
        (404, "<html>The requested URL /portal.php was not found on this server.</html>", Wall.HTTP_ERROR),
        (404, page("<h1>404</h1>"), Wall.HTTP_ERROR),
        (500, page('<td id="article_content">half of it</td>'), Wall.HTTP_ERROR),
        (200, "<html><title>域名出售</title></html>", Wall.NOT_DISCUZ),
        (200, "<html><title>x</title><p>document.cookie = 1; location.reload()</p></html>", Wall.NOT_DISCUZ),
        (200, "", Wall.EMPTY),
        (200, " \n ", Wall.EMPTY),
        (403, " \n ", Wall.HTTP_ERROR),
        (500, "", Wall.HTTP_ERROR),
    ],
)
@pytest.mark.parametrize("asked", [Kind.ARTICLE, Kind.LISTING, Kind.COMMENTS, Kind.HOME, Kind.FEED])
def test_pages_that_are_not_discuz_s(status: int, text: str, wall: Wall, asked: Kind) -> None:
    verdict = classify(status=status, text=text, asked=asked)
    assert verdict is not None
    assert verdict.wall is wall


def test_the_reason_of_an_error_is_its_status() -> None:
    found = [classify(status=status, text="", asked=Kind.ARTICLE) for status in (403, 404, 500, 200)]
    assert [verdict.reason for verdict in found if verdict] == ["http_403", "http_404", "http_500", "empty"]


# --- pages that break off -----------------------------------------------------------------------------------------

WHOLE = page('<div id="wp"><div id="ct"><td id="article_content"><p>正文</p></td></div></div><div id="ft">x</div>')


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        (WHOLE, False),
        (WHOLE.upper().replace("ARTICLE_CONTENT", "article_content"), False),
        (WHOLE.replace("</html>", ""), False),  # as HTML allows
        (WHOLE.replace("</body></html>", ""), False),
        (WHOLE.replace("</html>", "</html>" + "<script>x</script>" * 200), False),
        (WHOLE[: WHOLE.index("</p></td>")], True),
        (WHOLE[: WHOLE.index("文</p>")], True),
        (WHOLE[: WHOLE.index("article_content") + 5], True),
        (WHOLE[: WHOLE.index('<div id="ft"') + 12], False),  # all that is read of it has come
        (WHOLE[WHOLE.index("<a href") :].partition("</td>")[0], False),  # no whole page
        (f"<?xml version='1.0'?><root><![CDATA[{WHOLE[WHOLE.index('<div id=') :].partition('</td>')[0]}", False),
        (WHOLE.replace("<p>正文", "<div><p>正文").replace("</body></html>", ""), False),
    ],
)
@pytest.mark.parametrize("asked", [Kind.ARTICLE, Kind.LISTING])
def test_pages_that_break_off(text: str, broken: bool, asked: Kind) -> None:
    assert classify(status=200, text=text, asked=asked) == (Verdict(Wall.TRUNCATED, "") if broken else None)


def test_a_wall_that_breaks_off_is_still_that_wall() -> None:
    text = notice("抱歉，您指定要查看的文章不存在")
    verdict = classify(status=200, text=text[: text.index("</p>")], asked=Kind.ARTICLE)
    assert verdict == Verdict(Wall.MISSING_ARTICLE, "抱歉，您指定要查看的文章不存在")


def test_a_theme_without_an_end_may_have_an_article_that_leaves_a_block_open() -> None:
    text = WHOLE.replace("</body></html>", "").replace('<div id="ft">x</div>', "<p>End</p>")
    assert classify(status=200, text=text.replace("正文", "<div>正文"), asked=Kind.ARTICLE) is None


def test_feeds() -> None:
    assert classify(status=200, text="<rss><channel><item>", asked=Kind.FEED) == Verdict(Wall.TRUNCATED, "")
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


@pytest.mark.parametrize(
    "piece",
    [
        *("<", "<!--", "<script>", "<title> ", "<div id=", "<h1>", "</b>", "location"),
        *('<b style="font-size: 16px">', '<div id="messagetext">', '<root><div class="alert_error">'),
    ],
)
def test_no_page_is_too_long(piece: str) -> None:
    """What is searched takes time in proportion to its length, whatever repeats in it: else this would not end."""
    for signs in ("messagetext alert_ ", '<body bgcolor="#FFFFFF">'):
        classify(status=200, text=signs + piece * (200_000 // len(piece)), asked=Kind.ARTICLE)


# --- fixtures -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(wall_pages()))
def test_walls_under_fixtures(name: str) -> None:
    verdict = wall_pages()[name].verdict()
    assert verdict is not None
    assert verdict.wall is wall_pages()[name].wall


def test_each_wall_has_a_page() -> None:
    assert {page.wall for page in wall_pages().values()} == set(Wall)


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
    "misc.php for a spider UA": Wall.HTTP_ERROR,
    "plain nginx 404": Wall.HTTP_ERROR,
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
        return Wall.MOBILE
    if (entry["location"] or "").endswith("misc.php?mod=mobile"):
        return Wall.MOBILE
    if "space" in shows and "messagelogin" in text:  # a site that shows members to members only
        return Wall.LOGIN
    return next((wall for words, wall in SHOWS.items() if shows.startswith(words)), None)


@needs_captured
@pytest.mark.parametrize("entry", manifest(), ids=lambda entry: entry["file"])
def test_captured_pages(entry: dict[str, Any]) -> None:
    grammar = Grammar("/".join(entry["url"].split("/")[:3]) + "/")
    text = read(entry["file"]).decode("gb18030" if "gbk" in entry["content_type"] else "utf-8", "replace")
    target, location = grammar.parse(entry["url"]), entry["location"]
    verdict = classify(
        status=entry["status"],
        text=text,
        asked=target.kind,
        location=grammar.parse(location) if location else None,
        phones=bool(location) and leads_to_phones(urljoin(entry["url"], location), entry["url"], target),
    )
    assert (verdict.wall if verdict else None) is expected_of(entry, text)
