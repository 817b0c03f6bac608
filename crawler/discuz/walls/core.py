"""What Discuz!'s core prints without a template."""

from __future__ import annotations

import re
from typing import Final

from crawler.discuz.walls.markup import says, words
from crawler.discuz.walls.packs import HURRIED, RELOADED
from crawler.discuz.walls.wall import WORDS, Verdict, Wall

# None of these pages has the header of a template, in which this variable is set.
_TEMPLATE: Final = "discuz_uid"

# Of use for refused addresses only, up to X3.4 (source/class/helper/helper_sysmessage.php, and
# source/function/function_sysmessage.php before X2.5, which has no paragraph).
_BARE: Final = "System Message - Discuz! Board"
_BARE_PAGE: Final = re.compile(r"<meta\b[^<>]*System Message - Discuz! Board", re.IGNORECASE)
_BARE_WORDS: Final = re.compile(r"</b\s*>(.*?)(?:</td\b|\Z)", re.DOTALL | re.IGNORECASE)

# show_error() and mobile_show_error() in source/class/discuz/discuz_error.php; "General" where X3.5 tells no more.
_ERROR: Final = re.compile(
    r"""<(h1|td\b[^<>]*?\sid\s*=\s*["']?bodytitle["']?[^<>]*)>\s*Discuz!\s+(?:Mobile\s+)?"""
    r"""(?:System|Database|General)\s+Error\s*</(?:h1|td)\s*>(.*)""",
    re.DOTALL | re.IGNORECASE,
)

_ERROR_WORDS: Final = re.compile(r"""<div\s+class\s*=\s*["']?info["']?\s*>(.*?)</div""", re.DOTALL | re.IGNORECASE)

# securitymessage() in source/include/misc/misc_security.php: the same page for all four, with a form, a script that
# reloads, or nothing; in answer to an asynchronous request only its words.
_SECURITY_PAGE: Final = re.compile(
    r"""<body\b[^<>]*\bbgcolor\s*=\s*["']?#ffffff\b|\bid\s*=\s*["']?attackevasive_1\b""", re.IGNORECASE
)
_SECURITY_WORDS: Final = re.compile(
    r"<b\b[^<>]*font-size:\s*16px[^<>]*>(.{0,999}?)</b\s*>(.*?)(?:</td\b|</div\b|\]\]>|\Z)", re.DOTALL | re.IGNORECASE
)
_QUESTION_FORM: Final = "secqsubmit"
_RELOADS: Final = re.compile(r"""setTimeout\s*\(\s*["']reload\(\)["']""")

# make_js() in source/class/helper/helper_antitheft.php: a page of nothing but one script, in which an address is
# scrambled; each of these five is in it, in any order, under names that change with every answer.
_ANTITHEFT: Final = re.compile(r"""_\w{5}\s*=\s*(window|location|["']href["']|["']replace["']|["']assign["'])\s*;""")
_ANTITHEFT_PARTS: Final = 3
"""So many of them are enough for a page of nothing but a script: it may have been cut off."""


def page_of_the_core(text: str, status: int) -> Verdict | None:
    """Recognise the pages that Discuz! prints without a template; None for any other.

    Args:
        text: a page without anything of what was asked for.
        status: HTTP status.
    """
    if _TEMPLATE in text:
        return None
    if _BARE in text and _BARE_PAGE.search(text):
        return Verdict(Wall.IP_REFUSED, words(told[1]) if (told := _BARE_WORDS.search(text)) else "", status)
    if "Discuz!" in text and (found := _ERROR.search(text)):
        told = _ERROR_WORDS.search(found[2])  # before it X3.5 tells the time, and our own address
        return Verdict(Wall.SYSTEM_ERROR, words(told[1] if told else found[2]), status)
    if _SECURITY_PAGE.search(text) and (found := _SECURITY_WORDS.search(text)):
        return _security(text, words(found[1]), words(found[2]), status)
    if len(set(_ANTITHEFT.findall(text))) >= _ANTITHEFT_PARTS and not words(text):
        return Verdict(Wall.ANTITHEFT, "", status)
    return None


def _security(text: str, subject: str, message: str, status: int) -> Verdict:
    """Tell the pages of ``attackevasive`` apart: two of them differ in their words only."""
    if _QUESTION_FORM in text:
        return Verdict(Wall.QUESTION, subject, status)
    said = subject.casefold()
    wall = Wall.PROXY_REFUSED
    if says(said, RELOADED):
        wall = Wall.COOKIE_CHECK
    elif _RELOADS.search(text) or says(said, HURRIED):
        wall = Wall.REFRESH_LIMIT
    return Verdict(wall, f"{subject}: {message}"[:WORDS], status)
