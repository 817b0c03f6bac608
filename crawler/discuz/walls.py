"""Is this the page that was asked for, or something that stands before it?

Discuz! says no in few forms: a notice (``template/default/common/showmessage.htm``), a page that its core prints
without a template, the pages of ``attackevasive`` (``source/include/misc/misc_security.php``), the script of its
anti-collection. Each is known by its markup, never by words alone, since an article may quote them. Words only tell
apart what has the same markup: which of its notices it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from html import unescape
from typing import TYPE_CHECKING

from crawler.discuz.targets import Kind

if TYPE_CHECKING:
    from crawler.discuz.targets import Target


class Wall(StrEnum):
    """What stands before the page."""

    MISSING_ARTICLE = "missing_article"
    """404 with a notice (200 on X3.1): never there, deleted, pending or ignored."""
    MISSING_CATEGORY = "missing_category"
    CLOSED_CATEGORY = "closed_category"
    LOGIN = "login"
    """Guests are barred, from here or from everywhere."""
    SITE_CLOSED = "site_closed"
    IP_REFUSED = "ip_refused"
    REFRESH_LIMIT = "refresh_limit"
    """``attackevasive`` 1: ask again after a second."""
    PROXY_REFUSED = "proxy_refused"
    """``attackevasive`` 2: a proxy has added its headers."""
    COOKIE_CHECK = "cookie_check"
    """``attackevasive`` 4: ask again with the cookie that came with it."""
    QUESTION = "question"
    """``attackevasive`` 8: a sum for a person to answer."""
    ANTITHEFT = "antitheft"
    """防采集: a script that adds a signature to the address. The owner says "no collection" with it."""
    SYSTEM_ERROR = "system_error"
    NOTICE = "notice"
    """Any other notice."""
    EMPTY = "empty"
    CHALLENGE = "challenge"
    """A CDN or a firewall wants a browser, or a person, to prove itself."""
    NOT_DISCUZ = "not_discuz"
    """Nothing of Discuz! is in it: a server's own error page, a parked domain, another program."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A wall and its own words, at most `WORDS` characters of them."""

    wall: Wall
    text: str


WORDS = 200

# --- signs ----------------------------------------------------------------------------------------------------------

# One of them is on every page of content in Discuz!'s own templates, none of them on a wall.
CONTENT = ('id="article_content"', 'id="_viewnum"', 'id="comment_ul"', 'class="bm_c xld"', 'id="portalview"')

# On every page that has Discuz!'s header; a theme may leave out the name, not the script variable.
DISCUZ = ("discuz_uid", "Discuz!")
# Links of Discuz!'s own. A firewall's page may name one of them, as the address that it guards.
LINKS = ("portal.php", "forum.php", "home.php", "member.php")

# A notice: in the desktop template, in its answer to asynchronous requests (dt), and in the template for mobiles.
NOTICE_IDS = ('id="messagetext"', 'class="jump_c"')
NOTICE = re.compile(r'<(\w+) (?:id="messagetext"[^>]*|class="jump_c")>(.*?)(?:</p>|</\1>)', re.DOTALL)
LOGIN_FORM = 'id="messagelogin"'

# What the core says where it has no template: of use for refused addresses only, up to X3.4
# (source/class/helper/helper_sysmessage.php).
BARE = '<meta name="description" content="System Message - Discuz! Board" />'
BARE_WORDS = re.compile(r'<p style="text-align:left;">(.*?)</p>', re.DOTALL)

# show_error() and mobile_show_error() in source/class/discuz/discuz_error.php.
SYSTEM_ERROR = re.compile(r"<h1>Discuz! (?:Mobile )?(?:System|Database) Error</h1>(.*)", re.DOTALL)

# securitymessage() in misc_security.php: the same page for all four, with a form, a script that reloads, or nothing.
SECURITY = re.compile(
    r'<body bgcolor="#FFFFFF">.{0,999}?<b style="font-size: 16px">(.*?)</b>\s*<br /><br />(.*?)<br />', re.DOTALL
)
QUESTION_FORM = 'name="secqsubmit"'
RELOADS = 'setTimeout("reload()", 1001)'

# make_js() in source/class/helper/helper_antitheft.php: a page of nothing but one script, in which an address is
# scrambled; each of these five is in it, under names that change with every answer.
ANTITHEFT = re.compile(r"_\w{5} = (window|location|'href'|'replace'|'assign');")
ANTITHEFT_PARTS = 5

# portal_rss.php ends with one of these instead of a feed.
NO_FEED = ("RSS Disabled", "Specified article not found")

# What the pages of Cloudflare, 加速乐, Alibaba Cloud, 云锁, 宝塔, 安全狗 and 360 have in them, and what any page may
# have that wants a browser or a person to prove itself.
FIREWALLS = (
    "_cf_chl_opt",
    "cf-browser-verification",
    "cf-error-details",
    "__jsl_clearance",
    "acw_sc__v2",
    "aliyun_waf",
    "yunsuo_session_verify",
    "btwaf",
    "safedog",
    "WZWS-RAY",
)
PROOFS = ("document.cookie", "geetest", "hcaptcha", "g-recaptcha", "TencentCaptcha")

# --- words ----------------------------------------------------------------------------------------------------------

# Parts of the messages in lang_message.php and lang_security.php of the packs in simplified and traditional Chinese,
# English, Thai and Vietnamese, in lower case.
REFUSED = ("ip 地址不在", "ip 位址不在", "ip address is banned", "ip ของคุณ", "địa chỉ ip")
SHUT = (
    *("站点暂时关闭", "站點暫時關閉", "网站暂时关闭", "網站暫時關閉"),
    *("the site is closed", "เว็บไซต์นี้ถูกปิด", "trang web đang tạm thời đóng"),
)
LOG_IN = (
    *("登录", "登錄", "登入", "用户组", "用戶組", "login", "log in", "logged in", "user group"),
    *("เข้าสู่ระบบ", "เข้าระบบ", "กลุ่มสมาชิก", "đăng nhập", "nhóm người dùng"),
)
CLOSED = ("已关闭", "已關閉", "is closed", "ถูกปิด", "đã bị đóng")
MISSING = ("不存在", "not exist", "ไม่มีอยู่", "không tồn tại")
RELOADED = ("重载", "重載", "reload", "โหลดหน้า", "tải lại")

MARKUP = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)


def classify(*, status: int, text: str, asked: Kind, location: Target | None = None) -> Verdict | None:
    """Tell what stands before a page; None if it is the page that was asked for, or at least no wall.

    Costs a few searches for fixed strings on a page of content.

    Args:
        status: HTTP status.
        text: the decoded body; empty for a body that is no text.
        asked: what kind of page was asked for.
        location: what the address names to which the response redirects. Of redirects only those to the login form
            are walls; what any other one means, its target says.
    """
    if 300 <= status < 400:
        return Verdict(Wall.LOGIN, "") if location is not None and location.kind is Kind.LOGIN else None
    if any(sign in text for sign in CONTENT):
        return None
    return notice(text, status, asked) or page_of_the_core(text) or nothing_asked_for(text, status, asked)


def notice(text: str, status: int, asked: Kind) -> Verdict | None:
    """Say what a notice means; None if the page is none."""
    found = NOTICE.search(text) if any(sign in text for sign in NOTICE_IDS) else None
    if found is None:
        return None
    message = words(found[2])
    said = message.casefold()
    wall = Wall.NOTICE
    if says(said, REFUSED):
        wall = Wall.IP_REFUSED
    elif says(said, SHUT):
        wall = Wall.SITE_CLOSED
    elif says(said, LOG_IN):
        wall = Wall.LOGIN
    elif LOGIN_FORM in text:  # the reason for which a site is closed is its owner's own words
        wall = Wall.SITE_CLOSED
    elif asked is Kind.ARTICLE and (status == 404 or says(said, MISSING)):
        wall = Wall.MISSING_ARTICLE
    elif asked is Kind.LISTING and says(said, CLOSED):
        wall = Wall.CLOSED_CATEGORY
    elif asked is Kind.LISTING and says(said, MISSING):
        wall = Wall.MISSING_CATEGORY
    return Verdict(wall, message)


def page_of_the_core(text: str) -> Verdict | None:
    """Recognise the pages that Discuz! prints without a template."""
    if BARE in text:
        return Verdict(Wall.IP_REFUSED, "".join(map(words, BARE_WORDS.findall(text)[:1])))
    if found := SYSTEM_ERROR.search(text):
        return Verdict(Wall.SYSTEM_ERROR, words(found[1]))
    if found := SECURITY.search(text):
        return security(text, words(found[1]), words(found[2]))
    if len(set(ANTITHEFT.findall(text))) == ANTITHEFT_PARTS and text.lstrip().startswith("<script"):
        return Verdict(Wall.ANTITHEFT, "")
    return None


def security(text: str, subject: str, message: str) -> Verdict:
    """Tell the pages of ``attackevasive`` apart: two of them differ in their words only."""
    if QUESTION_FORM in text:
        return Verdict(Wall.QUESTION, subject)
    wall = Wall.PROXY_REFUSED
    if RELOADS in text:
        wall = Wall.COOKIE_CHECK if says(subject.casefold(), RELOADED) else Wall.REFRESH_LIMIT
    return Verdict(wall, f"{subject}: {message}"[:WORDS])


def nothing_asked_for(text: str, status: int, asked: Kind) -> Verdict | None:
    """Judge a page that has no wall of Discuz!'s on it: is it one of Discuz!'s pages at all?"""
    if (
        asked is Kind.ATTACHMENT
        or (asked is Kind.OTHER and text and status < 400)
        or (asked is Kind.FEED and "<rss" in text)
        or any(sign in text for sign in DISCUZ)
    ):
        return None
    linked = any(link in text for link in LINKS)
    wall = None if linked and status < 400 else Wall.NOT_DISCUZ
    if not text.strip():
        wall = Wall.EMPTY
    elif text.strip() in NO_FEED:
        wall = Wall.NOTICE
    elif any(sign in text for sign in (FIREWALLS if linked else FIREWALLS + PROOFS)):
        wall = Wall.CHALLENGE
    return Verdict(wall, words(text)) if wall else None


def says(said: str, parts: tuple[str, ...]) -> bool:
    """Tell whether one of the parts stands in what is said."""
    return any(part in said for part in parts)


def words(markup: str) -> str:
    """Give the words of a piece of markup, on one line and cut at `WORDS` characters."""
    return " ".join(unescape(MARKUP.sub(" ", markup)).split())[:WORDS]
