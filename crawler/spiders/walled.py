"""What walls a run has met, and what follows from them: for a category, for the whole site, and in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from crawler.discuz.urls import Kind, key
from crawler.discuz.walls import BROWSER_MAY_PASS, BROWSER_NEEDS_PERMISSION, Wall
from crawler.middlewares import browser_check
from crawler.sites.cookies import doubt

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrapy.settings import BaseSettings

    from crawler.discuz.targets import Target
    from crawler.discuz.walls import Verdict
    from crawler.sites import Site
    from crawler.store import Unit

IN_A_ROW: Final = 3
"""So many different pages in a row that meet a wall, and none that is read, are no chance any more."""

CONTENT: Final = frozenset({Kind.ARTICLE, Kind.LISTING, Kind.FEED})
"""What a run is about: a home that may be read does not tell that anything else may."""

LISTS_ONLY: Final = frozenset({Wall.CLOSED_CATEGORY, Wall.MISSING_CATEGORY})
"""Walls before a category behind which its articles still open by their own addresses (``portal_view.php``)."""

MENDS: Final[Mapping[Wall, str]] = {
    Wall.LOGIN: "its pages are for members; ask its owner for leave to read them",
    Wall.NO_PERMISSION: "its pages are for members of certain groups; ask its owner for leave to read them",
    Wall.SITE_CLOSED: "start again when it is open",
    Wall.IP_REFUSED: "ask its owner to let your address in",
    Wall.PROXY_REFUSED: "it wants no proxy between: read it from a machine without one",
    Wall.QUESTION: "only a person may answer its question (attackevasive 8): ask its owner to let your address in",
    Wall.REFRESH_LIMIT: "say delay = 2 or more in its profile",
    Wall.COOKIE_CHECK: "it asks for its cookie again and again: see that COOKIES_ENABLED is on",
    Wall.MOBILE: "it takes us for a phone: give a USER_AGENT that does not look like one",
    Wall.CAPTCHA: "only a person may solve it: say a longer delay in its profile, or ask its owner to let you in",
    Wall.BLOCKED: "its firewall lets nobody like us in: say a longer delay in its profile, or ask its owner",
    Wall.HTTP_ERROR: "say a longer delay in its profile, or ask its owner to let you in",
}
"""What a person can do about walls that keep us out."""
PASSED_NOT: Final = "the browser did not pass it: try it in yours, then ask its owner to let you in"


def mend(wall: Wall, site: Site, settings: BaseSettings) -> str:
    """Say what a person can do about a wall.

    Args:
        wall: the wall.
        site: where it stands.
        settings: the crawler's.
    """
    if wall is Wall.LOGIN and site.cookies is not None:
        return doubt(site)
    if wall in BROWSER_MAY_PASS | BROWSER_NEEDS_PERMISSION:
        return browser_check.mend(wall, settings, permitted=site.permission is not None) or PASSED_NOT
    return MENDS.get(wall, "")


class Bar(NamedTuple):
    """Why no more of a category is read; whether that holds for its articles, too."""

    reason: str
    articles: bool


class WallsMet:
    """The walls that one run has met.

    Attributes:
        words: of the last one that keeps us out, empty while there was none.
        has_read: whether an article, a list or a feed was read all the same.
    """

    def __init__(self) -> None:
        self.words = ""
        self.has_read = False
        self._row: set[str] = set()
        self._bars: dict[int, Bar] = {}
        self._told: set[str] = set()

    def passed(self, target: Target) -> None:
        """Note that a page was no wall."""
        self.has_read = self.has_read or target.kind in CONTENT
        self.answered()

    def answered(self) -> None:
        """Note that nothing stood between us and Discuz!, whatever it said."""
        self._row.clear()

    def lasts(self, target: Target) -> bool:
        """Note that a page was a wall, and tell whether `IN_A_ROW` of them are by now."""
        self._row.add(key(target))
        return len(self._row) >= IN_A_ROW

    def bar(self, target: Target, verdict: Verdict) -> Bar | None:
        """Note a wall that stands before a category; give what follows, None if that was known or is nothing.

        Behind the first page, where a guest may read no further, only the list ends: what it named is there.

        Args:
            target: names the page of the list.
            verdict: the wall.
        """
        if target.number is None:  # its address tells its folder only: nothing else is known to be of it
            return None
        bar = Bar(verdict.reason, articles=target.page == 1 and verdict.wall not in LISTS_ONLY)
        known = self._bars.get(target.number)
        if known is not None and known.articles >= bar.articles:
            return None
        self._bars[target.number] = bar
        return bar

    def bars(self, unit: Unit) -> str:
        """Say why a unit is passed over; empty if it is not."""
        bar = self._bars.get(unit.catid) if unit.catid is not None else None
        return bar.reason if bar is not None and (bar.articles or unit.kind == "listing") else ""

    def tell(self, site: Site, verdict: Verdict, settings: BaseSettings) -> str:
        """Put a wall that keeps us out into words, for the last line of a run that ends for it.

        Args:
            site: the site.
            verdict: the wall.
            settings: the crawler's.
        """
        said = "; ".join(filter(None, (verdict.text, mend(verdict.wall, site, settings))))
        self.words = f"site={site.url!r} is behind a wall ({verdict.reason}){': ' if said else ''}{said}"
        return self.words

    def is_new(self, verdict: Verdict) -> bool:
        """Tell whether this is the first wall of its kind in this run."""
        is_new = verdict.reason not in self._told
        self._told.add(verdict.reason)
        return is_new
