"""Is this the page that was asked for, or something that stands before it?

Discuz! says no in few forms: a notice (``template/default/common/showmessage.htm``), a page that its core prints
without a template, the pages of ``attackevasive`` (``source/include/misc/misc_security.php``), the script of its
anti-collection. Before it stand firewalls and the server's own errors. Each is known by its markup, never by words
alone, since an article may quote them. Words only tell apart what has the same markup: which of its notices it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crawler.discuz.targets import Kind
from crawler.discuz.walls.core import page_of_the_core
from crawler.discuz.walls.firewalls import firewall
from crawler.discuz.walls.markup import words
from crawler.discuz.walls.notices import notice
from crawler.discuz.walls.phones import leads_to_phones
from crawler.discuz.walls.signs import has_content, is_discuz, links_to_discuz
from crawler.discuz.walls.truncation import breaks_off, feed_breaks_off
from crawler.discuz.walls.wall import BROWSER_MAY_PASS, BROWSER_NEEDS_PERMISSION, REFUSALS, WORDS, Verdict, Wall

if TYPE_CHECKING:
    from crawler.discuz.targets import Target

__all__ = [
    "BROWSER_MAY_PASS",
    "BROWSER_NEEDS_PERMISSION",
    "REFUSALS",
    "WORDS",
    "Verdict",
    "Wall",
    "classify",
    "leads_to_phones",
]

NO_PAGES: Final = frozenset({Kind.FEED, Kind.ATTACHMENT, Kind.OTHER})
"""What need not be a page of Discuz!'s templates."""
NO_FEED: Final = ("RSS Disabled", "Specified article not found")
"""``portal_rss.php`` ends with one of these instead of a feed."""


def classify(
    *, status: int, text: str, asked: Kind, location: Target | None = None, phones: bool = False
) -> Verdict | None:
    """Tell what stands before a page; None if it is the page that was asked for, or at least no wall.

    Costs a few searches for fixed strings on a page of content.

    Args:
        status: HTTP status.
        text: the decoded body; empty for a body that is no text.
        asked: what kind of page was asked for.
        location: what the address names to which the response redirects. Of redirects only those to the login form
            and those for phones are walls; what any other one means, its target says.
        phones: whether it is one for phones (`leads_to_phones`).
    """
    if 300 <= status < 400:
        if location is not None and location.kind is Kind.LOGIN:
            return Verdict(Wall.LOGIN, "", status)
        return Verdict(Wall.MOBILE, "", status) if phones else None
    if has_content(text):
        verdict = None
    else:
        verdict = notice(text, status, asked) or page_of_the_core(text, status) or _stranger(text, status, asked)
    if verdict is None and status >= 400:
        return Verdict(Wall.HTTP_ERROR, words(text), status)
    if verdict is None and asked not in NO_PAGES and breaks_off(text):
        return Verdict(Wall.TRUNCATED, "", status)
    return verdict


def _stranger(text: str, status: int, asked: Kind) -> Verdict | None:
    """Judge a page that has no wall of Discuz!'s on it: is it one of Discuz!'s pages at all?"""
    if status < 400 and (asked is Kind.ATTACHMENT or (asked is Kind.OTHER and text)):
        return None
    if asked is Kind.FEED and "<rss" in text:
        return Verdict(Wall.TRUNCATED, "", status) if feed_breaks_off(text) else None
    if is_discuz(text):
        return None
    said = text.strip()
    if not said or said in NO_FEED:
        return Verdict(Wall.NOTICE if said else Wall.EMPTY, said, status) if said or status < 400 else None
    linked = links_to_discuz(text)
    if found := firewall(text, status, strange=not linked):
        return found
    return None if linked or status >= 400 else Verdict(Wall.NOT_DISCUZ, words(text), status)
