"""Pages of firewalls and CDNs, which know nothing of Discuz!.

Told by names in their scripts, cookies, links and comments, never by what they say, in three kinds: what wants a
person, what wants nobody, and what wants no more than a browser. The same maker has pages of each.
"""

from __future__ import annotations

import re
from typing import Final

from crawler.discuz.walls.markup import says, words
from crawler.discuz.walls.wall import Verdict, Wall

_CAPTCHAS: Final = (
    *("geetest", "hcaptcha", "h-captcha", "g-recaptcha", "recaptcha/api", "captcha-delivery.com", "px-captcha"),
    # Tencent Cloud, Alibaba Cloud, 宝塔, 云锁
    *("TencentCaptcha", "TCaptcha.js", "acw_sc__v3", "aliyunCaptcha", "AliyunCaptcha", "nocaptcha"),
    *("huadong_296d626f", "yanzheng_", "verifyimg"),
)
_BLOCKS: Final = (
    # Cloudflare, Imperva, Sucuri, Akamai
    *(
        "cf-error-details",
        "Incapsula incident ID",
        "sucuri-firewall-block",
        "sucuri_firewall_block",
        "errors.edgesuite.net",
    ),
    # Alibaba Cloud, Tencent Cloud, Huawei Cloud, Baidu
    *(
        "errors.aliyun.com",
        "/image/405.png",
        "waf.tencent",
        "waf-static.tencent",
        "hwclouds.com",
        "/.well-known/yunjiasu-cgi/",
    ),
    # 安全狗, 创宇盾, 知道创宇, 加速乐, 安全宝, 云盾, 云锁, 玄武盾
    *(
        "404.safedog.cn",
        "safedogsite",
        "365cyd.com",
        "ks-waf-error",
        "ks_waf_error",
        "notice-jiasule",
        "static.jiasule.com",
    ),
    *("aqb_cc/error", "yundun.com", "yunsuologo", "dbappwaf"),
)
_BLOCKED: Final = re.compile(
    # 宝塔, D盾 and others that are a title and a sentence; 雷池 signs its pages with a comment.
    r"<title>\s*(?:网站防火墙|D盾_拦截提示|WTS-WAF)[^<]*</title|<!--\s*event[ _]id:",
    re.IGNORECASE,
)
_CHALLENGES: Final = (
    # Cloudflare, 加速乐, Alibaba Cloud, 云锁
    *(
        "_cf_chl_opt",
        "cf-browser-verification",
        "jschl_vc",
        "__jsl_clearance",
        "acw_sc__v2",
        "aliyun_waf_",
        "_waf_bd8ce2ce37",
    ),
    *("yunsuo_session_verify", "security_session_verify", "security_verify_data"),
    # 360, 宝塔, Baidu, Tencent EdgeOne, 雷池, 瑞数
    *("WZWS-RAY", "wzwschallenge", "btwaf", "renji_296d626f", "yjs_js_security_passport", "yjs_use_ob"),
    *("__tst_status", "EO_Bot_Ssid", "SafeLineChallenge", "/.safeline/challenge", "$_ts=window"),
    # DDoS-Guard, Imperva, Sucuri, AWS, testcookie-nginx-module
    *(
        "/.well-known/ddos-guard/",
        "_Incapsula_Resource",
        "sucuri_cloudproxy_js",
        "awsWafCookieDomainList",
        "slowAES.decrypt",
    ),
)
_INTERACTIVE: Final = re.compile(r"""\bcType\s*:\s*["']interactive["']""")
_MACHINERY: Final = re.compile(
    r"<(script|style|textarea)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)|<title\b[^<>]*>[^<]*</title|<[a-z/!][^<>]*(?:>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
# A script that builds its words from pieces still sets a cookie and asks again; the page says next to nothing.
_SETS_COOKIE: Final = re.compile(r"""document\s*(?:\.\s*cookie|\[\s*["']cookie["']\s*\])\s*=""")
_ASKS_AGAIN: Final = re.compile(
    r"\blocation\s*(?:\.\s*(?:href|pathname)\s*)?=|\blocation\s*\.\s*(?:reload|replace|assign)\s*\(|\blocation\s*\["
)
_FEW_WORDS: Final = 100


def firewall(text: str, status: int, *, strange: bool) -> Verdict | None:
    """Say what a page of a firewall wants; None if it is none.

    Args:
        text: a page that has nothing of Discuz!'s templates.
        status: HTTP status.
        strange: whether nothing on it leads to Discuz!, so that any script that sets a cookie is a firewall's.
    """
    shown = words(text)
    machinery = "".join(match[0] for match in _MACHINERY.finditer(text))
    challenges = says(machinery, _CHALLENGES)
    if says(machinery, _CAPTCHAS) or _INTERACTIVE.search(machinery):
        wall = Wall.CAPTCHA
    # Cloudflare dresses the site's own 5xx alike.
    elif not challenges and status < 500 and (says(machinery, _BLOCKS) or _BLOCKED.search(machinery)):
        wall = Wall.BLOCKED
    elif challenges or (strange and len(shown) < _FEW_WORDS and _sets_cookie(machinery)):
        wall = Wall.CHALLENGE
    else:
        return None
    return Verdict(wall, shown, status)


def _sets_cookie(machinery: str) -> bool:
    return bool(_SETS_COOKIE.search(machinery) and _ASKS_AGAIN.search(machinery))
