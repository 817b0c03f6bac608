"""Why an article that is known is read again because of what a list says of it.

Pure. A list prints the same ``dateline`` as the article's own page (``portal_list.php``, ``portal_view.php``), so that
another date means that an editor has changed it since, or that one of the two pages is read wrongly; the second must
not cost requests at every run. A whole list that is off by the same time is in another zone (`shift`), and a site whose
lists turned out to say something else than its articles for good is believed no more (`Belief`).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Literal

from crawler.discuz.walls import Wall

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.spiders.seen import Seen
    from crawler.store import Standing

Why = Literal["redated", "back", "elsewhere"]

NONE = timedelta()
QUARTER = timedelta(minutes=15)
FARTHEST = timedelta(hours=26)
"""Two clocks on Earth differ by no more."""
FEW = 3
"""Articles that must be off by the same time before that is taken for another zone."""
REST = timedelta(hours=1)
"""An article that was read a moment ago is not read again on the word of a list that may be older than that."""
WRONG = 5
"""Words of lists that turned out to be wrong, before they are believed no more."""


@dataclass(frozen=True, slots=True)
class Belief:
    """What became of the articles that were read again because a list said something else of them.

    Attributes:
        right: of how many it was so.
        wrong: of how many it was not.
    """

    right: int = 0
    wrong: int = 0

    def __bool__(self) -> bool:
        """Whether the next one is worth a request."""
        return self.wrong < WRONG or self.wrong <= 4 * self.right

    def learn(self, *, right: bool) -> Belief:
        """Count one more."""
        return Belief(self.right + right, self.wrong + (not right))


def is_news(known: Standing | None) -> bool:
    """Tell whether an article that a list names has still to be read for the first time."""
    return known is None or known.state in {"todo", "failed"} or known.reason == "not_asked"


def off_by(one: Seen, known: str | None) -> timedelta | None:
    """Give by how much the date that a list prints is later than the one of the record, to the minute.

    What both pages print is compared as it stands, since both are read in the same zone, whichever that is. Where one
    of them prints no time, by the day.

    Args:
        one: as the list names it.
        known: ``date_published`` of the record.

    Returns:
        None where the two cannot be compared.
    """
    if one.when is None or one.precision in {None, "relative"} or known is None:
        return None
    record = datetime.fromisoformat(known)
    listed = one.when.astimezone(record.tzinfo) if one.absolute else one.when
    listed, record = (moment.replace(tzinfo=None, second=0, microsecond=0) for moment in (listed, record))
    if one.precision == "day" or record.time() == time():
        return timedelta(days=(listed.date() - record.date()).days)
    return listed - record


def shift(differences: Iterable[timedelta | None]) -> timedelta:
    """Give the time by which a whole list is off, because it is in another zone than its articles."""
    counted = Counter(one for one in differences if one is not None)
    if not counted:
        return NONE
    [(most, times)] = counted.most_common(1)
    is_zone = most % QUARTER == NONE and abs(most) <= FARTHEST
    return most if is_zone and times >= FEW and 2 * times > counted.total() else NONE


def why_again(
    one: Seen,
    known: Standing,
    *,
    now: datetime,
    usual: timedelta = NONE,
    believed: bool = True,
    elsewhere: bool = False,
    thorough: bool = False,
) -> Why | None:
    """Say why an article that a list names is to be read again; None if it is not.

    Args:
        one: as the list names it.
        known: what is known of it.
        now: aware.
        usual: by how much the list is off (`shift`).
        believed: whether a list's word is reason enough (`Belief`).
        elsewhere: whether it lies in another category than its record says.
        thorough: try also what could never be read: a list names what can be.
    """
    if known.state not in {"done", "skipped"}:
        return None  # it will be read anyway
    if known.status is None:
        # Discuz! answers alike for what was deleted and for what waits to be let through.
        let_through = thorough or _came_since(known.settled_at, one, now)
        return "back" if known.reason == Wall.MISSING_ARTICLE and let_through else None
    rests = known.last_seen is not None and now - known.last_seen < REST
    if known.status == "gone":
        return None if rests else "back"
    if known.status != "published":
        return None  # lists name what leads elsewhere for as long as it does
    # What came after our last visit was not so then, whatever is wrong with our reading.
    if off_by(one, known.date_published) not in {None, NONE, usual} and (
        _came_since(known.last_seen, one, now) or (believed and not rests)
    ):
        return "redated"
    return "elsewhere" if elsewhere and believed and not rests else None


def _came_since(moment: datetime | None, one: Seen, now: datetime) -> bool:
    return one.when is not None and moment is not None and moment < one.when <= now
