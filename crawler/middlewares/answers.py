"""What middlewares have to tell of answers that nobody can read."""

from __future__ import annotations

from typing import Final

TOO_LARGE: Final = "too_large"
"""The reason of a unit whose page is larger than any page, or has no end: as it comes, unpacked, or its head alone."""


class BadAnswer(Exception):
    """An answer that came and cannot be read; it may be another one the next time.

    Args:
        reason: in a word, for stats and lists.
        words: the same for a person.
    """

    def __init__(self, reason: str, words: str) -> None:
        super().__init__(words)
        self.reason = reason
