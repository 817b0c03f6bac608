"""Asking for a page: what comes, what comes in its place, and who asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from scrapy.http import TextResponse

from crawler.spiders.judging import judge, location_of

if TYPE_CHECKING:
    from datetime import datetime

    from scrapy.http import Response

    from crawler.discuz.urls import Grammar, Target


class Unread(Exception):
    """A page that could not be read; never leaves the survey.

    Args:
        why: the name of a wall, ``robots``, ``moved``, ``unreachable``, ``http_500`` …
        text: its own words; where it moved to.
    """

    def __init__(self, why: str, text: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.text = text


@dataclass(frozen=True, slots=True)
class Answer:
    """A page as it came, and when."""

    response: TextResponse
    moment: datetime


class Rules(Protocol):
    """A robots.txt."""

    def allows(self, url: str) -> bool:
        """Tell whether an address may be asked for."""

    @property
    def crawl_delay(self) -> float | None:
        """Seconds between two requests, if it names them."""


class Fetcher(Protocol):
    """Whoever fetches pages.

    Attributes:
        requests: how many were asked for.
        comments_enabled: whether comments are to be read at all.
        latencies: seconds until each answer came.
    """

    requests: int
    comments_enabled: bool
    latencies: list[float]

    @property
    def rules(self) -> Rules | None:
        """robots.txt, as soon as it was read."""

    @property
    def robots_status(self) -> int | None:
        """HTTP status of robots.txt, None if it could not be had."""

    @property
    def delay(self) -> float:
        """Seconds between two requests of a crawl."""

    async def fetch(self, url: str, target: Target) -> Answer:
        """Fetch a page.

        Raises:
            Unread: it is not to be had, or something else stands in its place.
        """


def checked(response: Response, target: Target, grammar: Grammar) -> TextResponse:
    """Give a response back if it is the page that was asked for.

    Args:
        response: what came.
        target: what was asked for.
        grammar: how the site spells addresses.

    Raises:
        Unread: it is a wall, a redirect to something else, or no page at all.
    """
    verdict = judge(response, target, grammar)
    if verdict is not None:
        raise Unread(verdict.reason, verdict.text)
    if location := location_of(response):
        raise Unread("moved", response.urljoin(location))
    if not isinstance(response, TextResponse):
        raise Unread("no_text")
    return response
