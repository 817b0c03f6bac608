"""The walls by name, and what is said of one that was met."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Wall(StrEnum):
    """What stands before the page."""

    MISSING_ARTICLE = "missing_article"
    """404 with a notice (200 on X3.1): never there, deleted, pending or ignored."""
    MISSING_CATEGORY = "missing_category"
    CLOSED_CATEGORY = "closed_category"
    LOGIN = "login"
    """A redirect to the login form, which bars guests from everything, or a notice that asks for a login."""
    NO_PERMISSION = "no_permission"
    """The group of guests may not read this; other groups may, and guests may read other things."""
    SITE_CLOSED = "site_closed"
    """The whole site, for now or at this hour of the day, or its portal alone."""
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
    MOBILE = "mobile"
    """We are taken for a phone: sent to a site for phones, or told that there is none."""
    EMPTY = "empty"
    """No bytes."""
    TRUNCATED = "truncated"
    """The page breaks off before its end."""
    CHALLENGE = "challenge"
    """A CDN or a firewall wants a browser: a script sets a cookie and asks again."""
    CAPTCHA = "captcha"
    """A CDN or a firewall wants a person."""
    BLOCKED = "blocked"
    """A CDN or a firewall wants nobody like us."""
    HTTP_ERROR = "http_error"
    """A status from 400 on, with a page that says no more than that; the reason names the status."""
    NOT_DISCUZ = "not_discuz"
    """Nothing of Discuz! is in it: a parked domain, another program."""


BROWSER_MAY_PASS: Final[frozenset[Wall]] = frozenset({Wall.CHALLENGE})
"""What stops scripts and lets browsers through, without anybody's doing: a browser may be asked to pass."""
BROWSER_NEEDS_PERMISSION: Final[frozenset[Wall]] = frozenset({Wall.ANTITHEFT})
"""What a browser would pass, too, but says that the owner does not want collection: with their permission only."""

REFUSALS: Final[frozenset[int]] = frozenset({401, 403, 405, 406, 412, 418, 429, 451, 468, 493})
"""HTTP statuses that say no to us; 412, 468 and 493 are those of firewalls (瑞数, 雷池, Tencent Cloud)."""

WORDS: Final = 200
"""Characters of a wall's own words that are kept."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A wall that was met.

    Attributes:
        wall: which one.
        text: its own words, `WORDS` characters at most.
        status: HTTP status with which it came.
    """

    wall: Wall
    text: str
    status: int = 200

    @property
    def reason(self) -> str:
        """Why a unit that met it gave nothing, in one word: the wall's name, or the status where that is all it says.

        >>> Verdict(Wall.NOTICE, "").reason, Verdict(Wall.HTTP_ERROR, "", 502).reason
        ('notice', 'http_502')
        """
        return f"http_{self.status}" if self.wall is Wall.HTTP_ERROR else str(self.wall)

    @property
    def is_redirect(self) -> bool:
        """Whether it was a redirect that led to it."""
        return 300 <= self.status < 400
