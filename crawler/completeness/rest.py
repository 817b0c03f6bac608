"""Why an article that is known to be there, or was named, has no record: the reasons of units, put in few words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from crawler.discuz.walls import Wall

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.store.model import UnitState

Rest = Literal["absent", "elsewhere", "walled", "not_asked", "waiting", "failed", "unreachable", "held"]
"""Why an article has no record: the site has none under that number; it leads elsewhere; a wall or robots.txt keeps us
out; it lies outside of what was asked for, or is on the block list; its turn has not come; it failed and is tried
again; it failed until its tries were used up; the gate holds its record back."""

OPEN: Final[tuple[Rest, ...]] = ("waiting", "failed", "unreachable", "held")
"""Those are missing: the site has them, as far as anybody can tell. For the others there is nothing to be had."""

_RESTS: Final[Mapping[str, Rest]] = {
    Wall.MISSING_ARTICLE: "absent",
    Wall.MISSING_CATEGORY: "absent",
    "no_article": "absent",
    "moved": "elsewhere",
    "not_asked": "not_asked",
    "block_list": "not_asked",
    "robots": "walled",
    "noindex": "walled",
    Wall.CLOSED_CATEGORY: "walled",
    Wall.LOGIN: "walled",
    Wall.NO_PERMISSION: "walled",
    Wall.SITE_CLOSED: "walled",
    Wall.IP_REFUSED: "walled",
    Wall.PROXY_REFUSED: "walled",
    Wall.QUESTION: "walled",
    Wall.ANTITHEFT: "walled",
    Wall.NOTICE: "walled",
    Wall.CHALLENGE: "walled",
    Wall.CAPTCHA: "walled",
    Wall.BLOCKED: "walled",
}
"""By the reason of a unit that was skipped; any other is a fault of somebody's: unreachable."""


def rest_of(state: UnitState, reason: str) -> Rest:
    """Say why an article has no record, by how its unit stands.

    >>> rest_of("skipped", "robots"), rest_of("skipped", "http_502"), rest_of("failed", "login")
    ('walled', 'unreachable', 'failed')
    """
    if state == "todo":
        return "held" if reason == "quarantined" else "waiting"
    return _RESTS.get(reason, "unreachable") if state == "skipped" else "failed"
