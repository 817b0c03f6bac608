"""How long a host that refuses to answer is left alone."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

LONGEST_STEP: Final = 300.0
"""Seconds up to which they grow."""
PATIENCE: Final = 3600.0
"""Seconds for which a run waits for a host that does nothing but refuse."""

TEN_YEARS: Final = 10 * 365 * 86_400.0
"""Whatever asks for more gets that."""

_SECONDS: Final = re.compile(r"\d+(\.\d*)?", re.ASCII)


def retry_after(value: str, *, now: datetime) -> float | None:
    """Read a ``Retry-After`` header (RFC 9110, 10.2.3).

    Args:
        value: of the header: seconds, or a date as in ``Tue, 24 Nov 2026 02:30:00 GMT``.
        now: what the server takes for now, which its ``Date`` tells: its clock may differ from ours.

    Returns:
        seconds, 0 for a date that has passed, ten years for more than that; None if it cannot be read.

    >>> from datetime import UTC, datetime
    >>> retry_after("Tue, 24 Nov 2026 02:30:00 GMT", now=datetime(2026, 11, 24, 2, 29, 30, tzinfo=UTC))
    30.0
    """
    value = value.strip()
    if _SECONDS.fullmatch(value):
        return min(float(value), TEN_YEARS)
    moment = http_date(value)
    return None if moment is None else min(max(0.0, (moment - now).total_seconds()), TEN_YEARS)


def http_date(value: str) -> datetime | None:
    """Read a date of HTTP in any of its three spellings; None if it is none.

    >>> http_date("Tuesday, 24-Nov-26 02:30:00 GMT") == http_date("Tue Nov 24 02:30:00 2026")
    True
    """
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


class Wait:
    """The time for which one host is left alone.

    Several refusals of requests that were under way together are one step back; only a request that was sent after the
    wait, and is refused again, is the next. Times are seconds of a monotonic clock.

    Args:
        backoff: seconds after a first refusal that names no time; each further one in a row doubles them.

    Attributes:
        until: the end of the wait, in the past where there is none.
    """

    def __init__(self, backoff: float) -> None:
        self._backoff = backoff
        self.until = -math.inf
        self._since = -math.inf
        self._first = -math.inf
        self._steps = 0

    def refuse(self, *, sent: float, now: float, asked: float | None) -> bool:
        """Note a refusal.

        Args:
            sent: when the request went out.
            now: when the refusal came.
            asked: seconds that it asks for, None if it names none.

        Returns:
            whether this is one more step back.
        """
        step = sent >= self._since
        if step:
            self._steps += 1
            self._since = now
            if self._steps == 1:
                self._first = now
            wait = self._grown(asked)
        else:
            wait = asked or 0.0
        self.until = max(self.until, now + wait)
        return step

    def _grown(self, asked: float | None) -> float:
        """Seconds of this step: as asked at first; a host that asks for too little has to be waited for longer."""
        doublings = self._steps - (1 if asked is None else 2)
        grown = min(self._backoff * 2.0 ** min(doublings, 30), LONGEST_STEP) if doublings >= 0 else 0.0
        return max(asked or 0.0, grown)

    def answer(self, *, sent: float) -> None:
        """Note an answer as it should be; those to requests from before the wait say nothing."""
        if sent >= self._since:
            self._steps = 0

    def hold(self, *, now: float, seconds: float) -> None:
        """Leave the host alone for a moment, though it has refused nothing."""
        self.until = max(self.until, now + seconds)

    def left(self, now: float) -> float:
        """Seconds until the end of the wait; 0 if it has passed."""
        return max(0.0, self.until - now)

    def too_long(self, now: float) -> bool:
        """Tell whether the host must be waited for longer, since its first refusal in a row, than a run waits."""
        return self._steps > 0 and now < self.until and self.until - self._first > PATIENCE
