"""What lies behind a list's last page, and what is done where a list does not show all that it holds.

Pure. ``portal_list.php`` shows at most ``maxpages`` pages (1,000 unless changed) and repeats the last of them for every
number beyond; its pager names no more of them either. A page behind the real last one is empty. So only an empty page
proves that a list was seen whole; a list of exactly ``maxpages`` full pages looks like a longer one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from crawler.spiders.walk import Sight

End = Literal["empty", "repeats"]
Sweep = Literal["auto", "on", "off"]
"""``-a sweep=``: whether article numbers that nothing names are tried."""


def behind(last: Sight, page: Sight) -> End | None:
    """Say what the page behind the last one proves: None if it is one more page.

    Args:
        last: the last page.
        page: the one behind it.
    """
    if not page.articles:
        return "empty"
    if page.shown < page.asked or page.articles == last.articles:
        return "repeats"
    return None


def proved(sight: Sight) -> End | None:
    """Say what a page proves that ended a walk by itself; None if the page behind it must be read."""
    if not sight.articles:
        return "empty"
    return "repeats" if sight.shown < sight.asked else None


def numbers_to_try(sweep: Sweep, *, needed: bool, whole_site: bool, known: int, highest: int, lowest: int) -> range:
    """Give the numbers among which those are tried that nothing names; empty for none.

    Args:
        sweep: what was asked for.
        needed: whether a list that was walked does not show all that it holds, and the links from article to article
            do not lead to the rest.
        whole_site: whether the job is the whole site, of all times.
        known: how many numbers are known.
        highest: of the known numbers, 0 for none.
        lowest: of the known numbers, 0 for none.
    """
    if sweep == "off" or not known:
        return range(0)
    if sweep == "on":
        return range(1, highest + 1)
    if not (needed and whole_site):
        return range(0)
    # A site's numbers have few holes; where most of them are, articles were never given those.
    for first in (1, lowest):
        tried = range(first, highest + 1)
        if 4 * (len(tried) - known) <= known:
            return tried
    return range(0)
