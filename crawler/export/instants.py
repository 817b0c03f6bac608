"""Dates of the record as moments."""

from __future__ import annotations

from datetime import UTC, datetime


def instant(text: str | None) -> datetime | None:
    """Give the moment that an ISO 8601 text with offset names, in UTC; None where a date cannot hold it.

    >>> instant("2024-05-01T00:30:00+08:00").isoformat()
    '2024-04-30T16:30:00+00:00'
    >>> instant("0001-01-01T00:30:00+08:00")
    """
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
