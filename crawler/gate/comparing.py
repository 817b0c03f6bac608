"""What only other parts can tell of a part: who is usually named for what, which text is known, which dates fit."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Final

from crawler.gate.metrics import EVERY, MOST_TEXTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.gate.metrics import Metrics

Shares = dict[str, list[int]]
"""By category, how many show something, and of how many."""

_ROLES: Final = {"publishers": "authors", "authors": "publishers"}
_ALL: Final = 2**32
_TOLERANCE: Final = 7 * 24 * 60  # minutes that an article may be out of place: editors date back by a few days
_NEAREST: Final = 9  # articles with the next numbers below and above
_ODD: Final = 2  # of them that may have been dated back or ahead
_YOUNGEST: Final = 10  # where a history begins, as a part of it: a tenth of it may be older than the rest


def exchanged(part: Metrics, others: Sequence[Metrics]) -> Shares:
    """Count names that stand for publishers and are known as authors only, or the other way round."""
    known = {role: {name for other in others for name in other["names"].get(role, ())} for role in _ROLES}
    wrong = number = 0
    for role, other_role in _ROLES.items():
        for name, times in part["names"].get(role, {}).items():
            number += times
            wrong += times if name in known[other_role] - known[role] else 0
    return {EVERY: [wrong, number]} if number and all(known.values()) else {}


def repeated(part: Metrics, others: Sequence[Metrics]) -> Shares:
    """Count new articles that begin with the text of one that is known.

    Of long parts only the lowest of the numbers that stand for texts are kept: those compare with the lowest here.
    """
    known = {text for other in others for text in other["texts"]}
    if not known or not part["texts"]:
        return {}
    highest = min(max(other["texts"], default=0) if len(other["texts"]) >= MOST_TEXTS else _ALL for other in others)
    comparable = [text for text in part["texts"] if text <= highest]
    return {EVERY: [sum(text in known for text in comparable), len(comparable)]} if comparable else {}


def misplaced(part: Metrics, others: Sequence[Metrics]) -> Shares:
    """Count articles whose dates do not fit between those of articles with numbers below and above.

    Numbers are given out in the order in which articles are made, so that dates grow with them but for those that
    editors change. Each category counts for itself: some are imported from elsewhere, dates and all.
    """
    anchors = sorted({(aid, minutes) for other in others for aid, minutes, _ in other["anchors"]})
    aids = [aid for aid, _ in anchors]
    found: Shares = {}
    for aid, minutes, category in part["anchors"]:
        first, last = bisect_left(aids, aid), bisect_right(aids, aid)
        below = sorted(date for _, date in anchors[max(0, first - _NEAREST) : first])
        above = sorted(date for _, date in anchors[last : last + _NEAREST])
        early = len(below) == _NEAREST and minutes < below[_ODD] - _TOLERANCE
        late = len(above) == _NEAREST and minutes > above[-1 - _ODD] + _TOLERANCE
        if len(below) == _NEAREST or len(above) == _NEAREST:
            share = found.setdefault(category, [0, 0])
            share[0] += early or late
            share[1] += 1
    return found


def is_of_another_time(part: Metrics, others: Sequence[Metrics]) -> bool:
    """Tell whether most articles of a part are older than nearly all that are known.

    Editors filled in other things then, and wrote shorter.
    """
    known = sorted(aid for other in others for aid, _, _ in other["anchors"])
    if not known or not part["anchors"]:
        return False
    first = known[len(known) // _YOUNGEST]
    older: int = sum(aid < first for aid, _, _ in part["anchors"])
    return 2 * older > len(part["anchors"])
