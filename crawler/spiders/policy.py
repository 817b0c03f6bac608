"""What is done about a page that is not the one asked for, and about a request that brought none."""

from __future__ import annotations

import errno
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from twisted.internet.error import ConnectError, ConnectionAborted, ConnectionDone, ConnectionLost

from crawler.discuz.targets import Kind
from crawler.discuz.walls import REFUSALS, Wall
from crawler.middlewares.address import REFUSED, RefusedAddress
from crawler.middlewares.answers import TOO_LARGE, BadAnswer
from crawler.middlewares.manners import NotSent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twisted.python.failure import Failure

    from crawler.discuz.walls import Verdict

End = Literal["failed", "skipped"]
"""How a unit ends without a record: ``failed`` comes back later, ``skipped`` does not."""


CERTIFICATE = "certificate"
"""The reason of a unit whose site has a certificate that cannot be trusted; OpenSSL's errors have the word, too."""


OUT_OF_MEMORY = "out_of_memory"
"""The reason of a unit whose page there was no memory for."""
OUT_OF_FILES = "out_of_files"
"""The reason of a unit for which no connection could be opened, since too many are."""


NO_ANSWER: tuple[tuple[type[Exception], str], ...] = (
    (DownloadTimeoutError, "timeout"),
    (DownloadCancelledError, TOO_LARGE),  # for no other reason does Scrapy break off a download
    (ResponseDataLossError, "cut_off"),
    (DownloadConnectionRefusedError, "connection_refused"),
    (CannotResolveHostError, "unknown_host"),
    (ConnectError, "unreachable"),
    (MemoryError, OUT_OF_MEMORY),
)
"""Reasons of units that got no answer, by the errors of Scrapy's downloader and of Twisted."""


NO_MORE = {errno.EMFILE, errno.ENFILE}
"""The system opens no more for this process, or for anybody."""


class Action(StrEnum):
    """What a wall means for the unit that met it, and for the crawl."""

    SKIP = "skip"
    """The thing is not there for us: the unit is over, its reason is kept."""
    RETRY = "retry"
    """It may be there another time: the unit fails and comes back."""
    PATIENCE = "patience"
    """Some page may meet it now and then: the unit fails and comes back; where it lasts, the crawl ends."""
    BROWSER = "browser"
    """A browser may pass it (`BROWSER_MAY_PASS`). Where there is none, or it did not, it is as with `PATIENCE`."""
    CATEGORY = "category"
    """What else there is of this category is over, too; the rest of the site is read."""
    STOP = "stop"
    """Nobody is served, or we are not: the crawl ends and says so."""

    @property
    def end(self) -> End:
        """How the unit ends."""
        return "skipped" if self in {Action.SKIP, Action.CATEGORY} else "failed"


POLICY: Mapping[Wall, Action] = {
    Wall.MISSING_ARTICLE: Action.SKIP,
    Wall.MISSING_CATEGORY: Action.CATEGORY,
    Wall.CLOSED_CATEGORY: Action.CATEGORY,
    Wall.NO_PERMISSION: Action.SKIP,
    Wall.LOGIN: Action.SKIP,
    Wall.NOTICE: Action.SKIP,
    Wall.SITE_CLOSED: Action.PATIENCE,  # told by its login form alone: a plugin's notice before one article looks alike
    Wall.IP_REFUSED: Action.STOP,
    Wall.PROXY_REFUSED: Action.STOP,
    Wall.QUESTION: Action.STOP,
    Wall.ANTITHEFT: Action.STOP,
    Wall.REFRESH_LIMIT: Action.PATIENCE,
    Wall.COOKIE_CHECK: Action.PATIENCE,
    Wall.MOBILE: Action.PATIENCE,
    Wall.CHALLENGE: Action.BROWSER,
    Wall.CAPTCHA: Action.PATIENCE,
    Wall.BLOCKED: Action.PATIENCE,
    Wall.SYSTEM_ERROR: Action.RETRY,
    Wall.HTTP_ERROR: Action.RETRY,
    Wall.EMPTY: Action.RETRY,
    Wall.TRUNCATED: Action.RETRY,
    Wall.NOT_DISCUZ: Action.RETRY,
}
"""What is done about each wall, wherever it stands; `WHERE` tells the places where something else is."""

WHERE: Mapping[tuple[Wall, Kind], Action] = {
    # Nothing of the core's asks for a login before one article: that is a plugin's, or a notice in the owner's words.
    (Wall.LOGIN, Kind.ARTICLE): Action.RETRY,
    (Wall.LOGIN, Kind.LISTING): Action.CATEGORY,
    (Wall.LOGIN, Kind.HOME): Action.STOP,
    (Wall.NO_PERMISSION, Kind.LISTING): Action.CATEGORY,
    (Wall.NO_PERMISSION, Kind.HOME): Action.STOP,
    # A notice that nobody knows may be gone tomorrow; a category that shows one is left alone for a day anyway.
    (Wall.NOTICE, Kind.ARTICLE): Action.RETRY,
}

KEEPS_OUT: frozenset[str] = frozenset(
    {
        *(str(wall) for wall, action in POLICY.items() if action in {Action.STOP, Action.PATIENCE, Action.BROWSER}),
        *(Wall.LOGIN, Wall.NO_PERMISSION),
        *(f"http_{status}" for status in REFUSALS),
    }
)
"""Reasons that say: it is there, and not for us. A run that met nothing else could not read the site."""


ALL_PAGES = frozenset({Kind.HOME, Kind.LISTING, Kind.ARTICLE, Kind.FEED})
"""Where guests are barred from these, the core bars them from everything (``discuz_application.php``)."""


def action_on(verdict: Verdict, asked: Kind) -> Action:
    """Say what is done about a wall.

    Args:
        verdict: the wall.
        asked: what kind of page it stands before.
    """
    wall = verdict.wall
    if wall is Wall.LOGIN and verdict.is_redirect and asked in ALL_PAGES:
        return Action.STOP
    if wall is Wall.HTTP_ERROR and verdict.status in REFUSALS:
        return Action.PATIENCE
    return WHERE.get((wall, asked), POLICY[wall])


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


class Walled(UnitEnded):
    """A wall keeps us out.

    Args:
        state: as above.
        reason: as above.
        words: for a person: which site, which wall, what to do.
    """

    def __init__(self, state: End, reason: str, words: str) -> None:
        super().__init__(state, reason)
        self.words = words


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


class NotModified(UnitEnded):
    """The page is the one that was read before, as the server says.

    Args:
        url: its address.
    """

    def __init__(self, url: str) -> None:
        super().__init__("failed", "http_304")
        self.url = url


def why_not(error: BaseException) -> UnitEnded:
    """Say how a unit ends whose request brought no response."""
    if isinstance(error, UnitEnded):
        return error
    if isinstance(error, NotSent):
        return Withheld(error.reason)
    if isinstance(error, IgnoreRequest) and not isinstance(error, RefusedAddress):
        words = str(error)
        return UnitEnded("skipped", "robots" if "robots.txt" in words else words or "ignored")
    return UnitEnded("failed", _failed(error))


def _failed(error: BaseException) -> str:
    """Say in a word why a request failed that may succeed another time."""
    if isinstance(error, RefusedAddress):  # what a name resolves to may be another address tomorrow
        return REFUSED
    if CERTIFICATE in str(error):
        return CERTIFICATE
    if isinstance(error, BadAnswer):
        return error.reason
    if (
        isinstance(error, OSError | ConnectError)
        and {getattr(error, "errno", 0), getattr(error, "osError", 0)} & NO_MORE
    ):
        return OUT_OF_FILES
    if isinstance(error, DownloadFailedError):
        return _lost(error)
    return next((why for kind, why in NO_ANSWER if isinstance(error, kind)), type(error).__name__)


def _lost(error: DownloadFailedError) -> str:
    """Say in a word why a connection brought no answer.

    Args:
        error: as Scrapy raises it, in place of one of Twisted's that lists its reasons.
    """
    reasons: list[Failure] = getattr(error.__cause__, "reasons", [])
    values = [one.value for one in reasons]
    for value in values:
        if isinstance(value, BadAnswer):
            return value.reason
        if isinstance(value, ConnectionLost | ConnectionDone | ConnectionAborted):
            return "connection_lost"
    return "tls" if any(type(value).__module__.startswith("OpenSSL") for value in values) else "no_http"
