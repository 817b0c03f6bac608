"""The hours of a day in which a site may be read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Self

_TIME = r"([01]\d|2[0-3]):[0-5]\d"
_HOURS = re.compile(rf"(?P<start>{_TIME})\s*[-–]\s*(?P<end>{_TIME}|24:00)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Window:
    """From one time of day to another, over midnight where the second is the earlier one.

    Attributes:
        start: the first moment, by the site's clocks.
        end: the first moment that is outside again.
    """

    start: time
    end: time

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what a profile says.

        Raises:
            ValueError: it is not like ``23:00-06:00``.

        >>> str(Window.parse("23:00-06:00"))
        '23:00-06:00'
        """
        found = _HOURS.fullmatch(text.strip())
        if found is None or found["start"] == found["end"].replace("24:", "00:"):
            raise ValueError("two times of day are wanted, as in '23:00-06:00'")
        start, end = (time.fromisoformat(found[name].replace("24:", "00:")) for name in ("start", "end"))
        return cls(start, end)

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"

    def __contains__(self, local: datetime) -> bool:
        """Tell whether a moment, aware and in the site's zone, lies within."""
        now = local.time()
        if self.start < self.end:
            return self.start <= now < self.end
        return now >= self.start or now < self.end

    def left(self, local: datetime) -> timedelta:
        """Give the time until the end; clocks that are put forward or back in between are reckoned with.

        Args:
            local: a moment within, aware and in the site's zone.
        """
        end = datetime.combine(local.date(), self.end, local.tzinfo)
        if end <= local:
            end = datetime.combine(local.date() + timedelta(days=1), self.end, local.tzinfo)
        return end.astimezone(UTC) - local.astimezone(UTC)
