"""Notices: what ``showmessage()`` prints in place of what was asked for.

The markup is that of ``template/default/common/showmessage.htm`` (for browsers, and for asynchronous requests in a
window of their own), ``touch/common/showmessage.htm`` and ``mobile/common/showmessage.htm`` (X2.0-X3.5). Themes keep
the ids, since scripts of the core look for them; one that does not still has the title of every notice.
"""

from __future__ import annotations

import re
from typing import Final

from crawler.discuz.targets import Kind
from crawler.discuz.walls.markup import live, says, words
from crawler.discuz.walls.packs import (
    CLOSED,
    LOG_IN,
    MISSING,
    NO_PHONES,
    NOT_FOR_GUESTS,
    NOTICE_TITLES,
    REFUSED,
    SHUT,
)
from crawler.discuz.walls.signs import is_discuz
from crawler.discuz.walls.wall import Verdict, Wall

_SIGNS: Final = ("messagetext", "jump_c", "alert_")
_NOTICE: Final = re.compile(
    r"""<(\w+)\b[^<>]*?\s(?:id\s*=\s*["']?messagetext|class\s*=\s*["']?jump_c)(?=["'\s>])[^<>]*>"""
    r"""(.*?)(?:</p\s*>|</\1\s*>|\Z)""",
    re.DOTALL | re.IGNORECASE,
)
_IN_A_WINDOW: Final = re.compile(
    r"""\A[\s\ufeff]*(?:<\?xml[^>]*>\s*)?<root>.*?<(div)\b[^<>]*?\sclass\s*=\s*["']?alert_(?:error|info)(?=["'\s>])[^<>]*>"""
    r"""(.*?)(?:</\1\s*>|\Z)""",
    re.DOTALL | re.IGNORECASE,
)
_TITLE: Final = re.compile(r"<title\b[^<>]*>([^<]*)", re.IGNORECASE)
_LOGIN_FORM: Final = "messagelogin"
# The links with which a phone may go on to the page for browsers: below the message (helper_mobile.php), or in it.
_GO_ON: Final = "forcemobile=1"
_LEAVE: Final = "mobile=no"


def notice(text: str, status: int, asked: Kind) -> Verdict | None:
    """Say what a notice means; None if the page is none.

    Args:
        text: a page without anything of what was asked for.
        status: HTTP status.
        asked: what kind of page was asked for.
    """
    if says(text, _SIGNS):
        shown = live(text)
        if found := _NOTICE.search(shown) or _IN_A_WINDOW.search(shown):
            message = words(found[2])
            can_go_on = shown.find(_GO_ON, found.start()) >= 0 or _LEAVE in found[2]
            return Verdict(_meant(message, text, status, asked, can_go_on=can_go_on), message, status)
    titled = _TITLE.search(text)
    title = titled[1].partition(" - ")[0].strip() if titled else ""
    if title in NOTICE_TITLES and is_discuz(text):
        missing = asked is Kind.ARTICLE and status == 404
        return Verdict(Wall.MISSING_ARTICLE if missing else Wall.NOTICE, title, status)
    return None


def _meant(message: str, text: str, status: int, asked: Kind, *, can_go_on: bool) -> Wall:
    said = message.casefold()
    wall = Wall.NOTICE
    if says(said, REFUSED):
        wall = Wall.IP_REFUSED
    elif says(said, SHUT):
        wall = Wall.SITE_CLOSED
    elif can_go_on or says(said, NO_PHONES):
        wall = Wall.MOBILE
    elif says(said, LOG_IN):
        wall = Wall.LOGIN
    elif says(said, NOT_FOR_GUESTS):
        wall = Wall.NO_PERMISSION
    elif _LOGIN_FORM in text:  # the reason for which a site is closed is its owner's own words
        wall = Wall.SITE_CLOSED
    elif asked is Kind.ARTICLE and (status == 404 or says(said, MISSING)):
        wall = Wall.MISSING_ARTICLE
    elif asked is Kind.LISTING and says(said, CLOSED):
        wall = Wall.CLOSED_CATEGORY
    elif asked is Kind.LISTING and says(said, MISSING):
        wall = Wall.MISSING_CATEGORY
    return wall
