"""What is done about a page that is not the one asked for, and about a request that brought none."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from scrapy.exceptions import IgnoreRequest

from crawler.discuz.walls import Wall
from crawler.middlewares.address import REFUSED, RefusedAddress
from crawler.middlewares.manners import NotSent

if TYPE_CHECKING:
    from collections.abc import Mapping


End = Literal["failed", "skipped"]
"""How a unit ends without a record: ``failed`` comes back later, ``skipped`` does not."""


CERTIFICATE = "certificate"
"""The reason of a unit whose site has a certificate that cannot be trusted; OpenSSL's errors have the word, too."""


class Action(StrEnum):
    """What a wall means for the unit that met it, and for the crawl."""

    SKIP = "skip"
    """The thing is not there for us: the unit is over, its reason is kept."""
    RETRY = "retry"
    """It may be there another time: the unit fails and comes back."""
    STOP = "stop"
    """Nobody is served, or we are not: the crawl ends and says so."""


POLICY: Mapping[Wall, Action] = {
    Wall.MISSING_ARTICLE: Action.SKIP,
    Wall.MISSING_CATEGORY: Action.SKIP,
    Wall.CLOSED_CATEGORY: Action.SKIP,
    Wall.NOTICE: Action.SKIP,
    Wall.LOGIN: Action.STOP,
    Wall.SITE_CLOSED: Action.STOP,
    Wall.IP_REFUSED: Action.STOP,
    Wall.PROXY_REFUSED: Action.STOP,
    Wall.QUESTION: Action.STOP,
    Wall.ANTITHEFT: Action.STOP,
    Wall.REFRESH_LIMIT: Action.RETRY,
    Wall.COOKIE_CHECK: Action.RETRY,
    Wall.SYSTEM_ERROR: Action.RETRY,
    Wall.EMPTY: Action.RETRY,
    Wall.CHALLENGE: Action.STOP,
    Wall.NOT_DISCUZ: Action.RETRY,
}


class UnitEnded(Exception):
    """Raised while a unit is read, to end it; never leaves the spider.

    Args:
        state: ``failed`` comes back later, ``skipped`` does not.
        reason: a short word or phrase for ``skipped.jsonl`` and the stats.
    """

    def __init__(self, state: End, reason: str) -> None:
        super().__init__(reason)
        self.state = state
        self.reason = reason


class Withheld(UnitEnded):
    """The request never went out.

    Args:
        reason: as above.
    """

    def __init__(self, reason: str) -> None:
        super().__init__("failed", reason)


class Moved(UnitEnded):
    """The site redirects to something else.

    Args:
        there: where to, absolute.
        status: of the response.
    """

    def __init__(self, there: str, status: int) -> None:
        super().__init__("skipped", "moved")
        self.there = there
        self.status = status


class Missing(UnitEnded):
    """The site says that there is no such article.

    Args:
        status: of the response.
    """

    def __init__(self, status: int) -> None:
        super().__init__("skipped", str(Wall.MISSING_ARTICLE))
        self.status = status


def why_not(error: BaseException) -> UnitEnded:
    """Say how a unit ends whose request brought no response."""
    if isinstance(error, UnitEnded):
        return error
    if isinstance(error, NotSent):
        return Withheld(error.reason)
    if isinstance(error, RefusedAddress):  # what a name resolves to may be another address tomorrow
        return UnitEnded("failed", REFUSED)
    if CERTIFICATE in str(error):
        return UnitEnded("failed", CERTIFICATE)
    if isinstance(error, IgnoreRequest):
        words = str(error)
        return UnitEnded("skipped", "robots" if "robots.txt" in words else words or "ignored")
    return UnitEnded("failed", type(error).__name__)
