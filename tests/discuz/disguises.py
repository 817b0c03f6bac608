"""What may differ about a page from one site to another, and changes nothing about what it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.fuzz.mutators import ATTRIBUTE, TAG, some

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

SCRIPT = re.compile(r"(<script\b.*?</script>|<style\b.*?</style>|<!--.*?-->)", re.DOTALL | re.IGNORECASE)
START = re.compile(r"<[a-zA-Z][^<>]*>")
SIMPLE = re.compile(r"[\w-]+")


def outside(text: str, change: Callable[[str], str]) -> str:
    """Change what lies outside of scripts, styles and comments."""
    return "".join(part if place % 2 else change(part) for place, part in enumerate(SCRIPT.split(text)))


def tags(text: str, rng: Random, change: Callable[[str], str]) -> str:
    """Change some tags."""
    return outside(text, lambda part: START.sub(lambda tag: change(tag[0]) if rng.random() < 0.7 else tag[0], part))


# --- markup -----------------------------------------------------------------------------------------------------------


def reorder_attributes(text: str, rng: Random) -> str:
    def reordered(tag: str) -> str:
        found = ATTRIBUTE.findall(tag)
        rest = ATTRIBUTE.sub("", tag)
        rng.shuffle(found)
        name = re.match(r"<[\w-]+", rest)
        assert name is not None
        return name[0] + "".join(found) + rest[name.end() :]

    return tags(text, rng, reordered)


def requote(text: str, rng: Random) -> str:
    def requoted(attribute: str) -> str:
        name, _, value = attribute.partition("=")
        bare = value.strip("\"'")
        quotes = ['"' * ('"' not in bare) or "'", "'" * ("'" not in bare) or '"']
        if SIMPLE.fullmatch(bare):
            quotes.append("")
        quote = rng.choice(quotes)
        return f"{name}={quote}{bare}{quote}"

    return tags(text, rng, lambda tag: ATTRIBUTE.sub(lambda attribute: requoted(attribute[0]), tag))


def space_out(text: str, rng: Random) -> str:
    space = rng.choice((" ", "\n", "\r\n\t", "  "))
    within = rng.choice(("=", " = ", "\n="))

    def spaced(tag: str) -> str:
        return ATTRIBUTE.sub(lambda found: space + found[0].strip().replace("=", within, 1), tag)

    return re.sub(r">(?=<(?!/script))", lambda end: end[0] + rng.choice(("", space)), tags(text, rng, spaced))


def minify(text: str, rng: Random) -> str:
    return outside(text, lambda part: re.sub(r">\s+<", "><", part))


def shout(text: str, rng: Random) -> str:
    def shouted(tag: str) -> str:
        tag = re.sub(r"^<[\w-]+", lambda name: name[0].upper(), tag)
        return ATTRIBUTE.sub(lambda found: found[0].partition("=")[0].upper() + "=" + found[0].partition("=")[2], tag)

    return outside(tags(text, rng, shouted), lambda part: re.sub(r"</[\w-]+", lambda end: end[0].upper(), part))


# --- around it --------------------------------------------------------------------------------------------------------

SCRIPTS = (
    '<script src="https://hm.example/hm.js?1"></script>',
    "<script>var _hmt = _hmt || []; (function(){var s = document.getElementsByTagName('script')[0];})();</script>",
    '<script type="text/javascript" reload="1">var cached = 1;</script>',
    "<script>function x(a){if(a<3&&a>1){document.write('<p>提示信息 messagetext</p>');}}</script>",
)


def add_scripts(text: str, rng: Random) -> str:
    for _ in range(rng.randint(1, 3)):
        text = rng.choice((text.replace("</head>", f"{rng.choice(SCRIPTS)}</head>", 1), text + rng.choice(SCRIPTS)))
    return text


def add_comments(text: str, rng: Random) -> str:
    comment = rng.choice(
        ("<!-- cached at 09:10 -->", '<!-- <div id="article_content_old"></div> -->', "<!--[if IE]><![endif]-->")
    )
    return outside(text, lambda part: part.replace("><", f">{comment}<", 1))


HEADERS = (
    '<div class="topbar cl"><a href="member.php?mod=logging&action=login">登录</a> <a href="#">注册</a></div>',
    '<header><ul><li><a href="portal.php">首页</a></li><li><a href="forum.php">没有权限的用户组</a></li></ul></header>',
    '<form action="search.php" method="post"><table><tr><td><input value="无手机页面"></td></tr></table></form>',
)
FOOTERS = (
    '<div class="links cl"><a href="http://other.example/">分类已关闭</a> 站点暂时关闭 文章不存在</div>',
    "<footer><p>© 海角日报 IP 地址不在 Powered by Discuz! X3.4</p></footer>",
    '<div id="gotop"><a href="#">返回顶部</a></div><script>var gotop = 1;</script>',
)


def dress(text: str, rng: Random) -> str:
    """Give it a header and a footer, as themes have them."""
    body = re.search(r"<body\b[^<>]*>", text, re.IGNORECASE)
    end = re.search(r"</body", text, re.IGNORECASE)
    if body is None or end is None or "discuz_uid" not in text:
        return text
    header, footer = rng.choice(HEADERS), rng.choice(FOOTERS)
    return text[: body.end()] + header + text[body.end() : end.start()] + footer + text[end.start() :]


def mark(text: str, rng: Random) -> str:
    return rng.choice(("\ufeff", "\n\n", " ")) + text


def swap_case_of_a_tag(text: str, rng: Random) -> str:
    """Spell some tags otherwise, wherever they stand."""
    return outside(
        text, lambda part: some(part, TAG, rng, lambda tag: re.sub(r"^</?\w+", lambda n: n[0].swapcase(), tag))
    )


DISGUISES: tuple[Callable[[str, Random], str], ...] = (
    reorder_attributes,
    requote,
    space_out,
    minify,
    shout,
    add_scripts,
    add_comments,
    dress,
    mark,
    swap_case_of_a_tag,
)

# --- words ------------------------------------------------------------------------------------------------------------

# Messages of the language packs: simplified and traditional Chinese, English, Thai, Vietnamese.
PACKS: tuple[tuple[str, ...], ...] = (
    (
        "抱歉，您指定要查看的文章不存在或正在审核",
        "抱歉，您指定要查看的文章不存在或正在審核",
        "Specified article does not exist",
        "ขออภัย, บทความที่คุณต้องการดูไม่มีอยู่ หรือรอการตรวจสอบ",
        "Có lỗi, bài viết bạn chỉ định không tồn tại hoặc đang được xem xét",
    ),
    (
        "抱歉，您指定要查看的分类不存在",
        "抱歉，您指定要查看的分類不存在",
        "Specified category does not exist",
        "ขออภัย, หมวดหมู่ที่คุณต้องการดูไม่มีอยู่",
        "Có lỗi, các thể loại bạn xác định không tồn tại",
    ),
    (
        "抱歉，您指定要查看的分类已关闭",
        "抱歉，您指定要查看的分類已關閉",
        "Specified category is closed",
        "ขออภัย, หมวดหมู่ที่คุณต้องการดูถูกปิด",
        "Có lỗi, các thể loại bạn xác định đã bị đóng",
    ),
    (
        "您需要先登录才能继续本操作",
        "您需要先登錄才能繼續本操作",
        "You need to login first",
        "คุณต้องเข้าสู่ระบบเพื่อดำเนินการต่อไป",
        "Bạn cần đăng nhập để tiếp tục!",
        "抱歉，您尚未登录，无法进行此操作",
        "ขออภัย, คุณยังไม่ได้เข้าระบบ, การดำเนินการนี้ไม่อาจเสร็จสิ้นได้",
    ),
    (
        "抱歉，您所在的用户组(游客)无法进行此操作",
        "抱歉，您所在的用戶組(遊客)無法進行此操作",
        "Your user group (Guest) does not allowed to do this operation.",
        "ขออภัย, กลุ่มสมาชิกของคุณ(ผู้เยี่ยมชม)ไม่สามารถดำเนินการสิ่งนี้ได้",
        "Xin lỗi, nhóm người dùng (Khách) không thể làm điều này",
        "抱歉，游客没有权限进行此操作",
        "Sorry, guests do not have permission to do this",
    ),
    (
        "抱歉，门户功能尚未开启",
        "抱歉，門戶功能尚未開啟",
        "Sorry, the portal feature is not open",
        "ขออภัย, คุณสมบัติพอร์ทัลถูกปิดใช้งาน",
        "Có lỗi, trang chủ đang đóng.",
        "抱歉，本站点暂时关闭，详情请 <a href='mailto:a@b.example'>联系管理员</a>",
        "抱歉，本站點暫時關閉，詳情請 <a href='mailto:a@b.example'>聯繫管理員</a>",
        "Sorry, the site is closed temporarily, contact <a href='mailto:a@b.example'> administrator</a> for details.",
        "Có lỗi, Trang web đang tạm thời đóng cửa, xin vui lòng Liên hệ với quản trị viên",
    ),
    (
        "抱歉，管理員設置了每日 23:00-06:00 不能進行此操作或訪問此頁面，請其他時間再試",
        "抱歉，管理员设置了每日 23:00-06:00 不能进行此操作或访问此页面，请其他时间再试",
        "Sorry, administrator set 23:00-06:00 daily, you can not operate or view this page now",
        "Có lỗi, Quản trị viên đã thiết lập mỗi ngày một 23:00-06:00 không thể làm điều này",
    ),
    (
        "ขออภัย! IP ของคุณถูกแบน หรือบัญชีถูกปิดใช้งาน ไม่สามารถเข้าใช้งานเว็บไซต์ได้",
        "抱歉，您的 IP 地址不在允许范围内，或您的账号被禁用，无法访问本站点",
        "抱歉，您的 IP 地址不在允許範圍內，或您的賬號被禁用，無法訪問本站點",
        "Sorry, your account or IP address is banned, you can not access the site.",
        "Có lỗi, Địa chỉ IP của bạn bị chặn hoặc tài khoản bị cấm, không thể truy cập vào trang web",
    ),
    (
        "您访问的页面无手机页面，是否进一步访问电脑版？",
        "您訪問的頁面無手機頁面，是否進一步訪問電腦版？",
        "You accessed a page in non-mobile mode. Whether need a further access to the computer version?",
        "หน้าที่คุณจะชมไม่มีหน้าสำหรับมือถือ, ต้องการใช้โหมดคอมพิวเตอร์?",
        "Bạn đang truy cập vào phiên bản đầy đủ, bạn vẫn muốn tiếp tục?",
    ),
    (
        "抱歉，您的请求来路不正确或表单验证串不符，无法提交",
        "抱歉，您的請求來路不正確或表單驗證串不符，無法提交",
        "Sorry, your request source is not correct",
    ),
    ("頁面重載開啟", "页面重载开启", "&#x9875;&#x9762;&#x91cd;&#x8f7d;&#x5f00;&#x542f;", "Page reload is enabled"),
)


def translate(text: str, rng: Random) -> str:
    """Print its message in another language."""
    for messages in PACKS:
        said = next((message for message in messages if message in text), None)
        if said is not None:
            return text.replace(said, rng.choice(messages))
    return text


def said_end(text: str) -> int:
    """Where a message ends that is in the language packs; 0 where there is none."""
    return max((text.find(message) + len(message) for pack in PACKS for message in pack if message in text), default=0)
