"""What time it is: the one place that asks the system, so that a test process can put another clock in its place.

Call it through the module, ``clock.utc_now()``: a name imported from here would keep the clock that was there first.
"""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Give the time, aware, in UTC."""
    return datetime.now(UTC)
