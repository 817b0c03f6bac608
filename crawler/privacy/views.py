"""A text as patterns read it, and where its characters stand in the original."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

#: Full-width forms as people type them in Chinese, one character for one; spaces of every width.
_PLAIN: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | dict.fromkeys(
    (0xA0, 0x2002, 0x2003, 0x3000), 0x20
)
#: Hyphens and dashes of every length between the groups of a number.
_DASHES: Final = dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2212), 0x2D)
_TABLE: Final = _PLAIN | _DASHES
_UNSEEN: Final = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")


class View(NamedTuple):
    """A text in plain characters.

    Attributes:
        text: what patterns read.
        places: where each of its characters stands in the original, and where that ends; None where it is the same.
    """

    text: str
    places: list[int] | None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Give where characters of the view stand in the original."""
        if self.places is None:
            return start, end
        return self.places[start], self.places[end - 1] + 1


def view(text: str) -> View:
    """Make full-width characters plain, and leave out those that nobody sees.

    >>> view("１３８\u200b－").text
    '138-'
    """
    if text.isascii():
        return View(text, None)
    plain = text.translate(_TABLE)
    if not _UNSEEN.search(plain):
        return View(plain, None)
    places = [place for place, character in enumerate(plain) if not _UNSEEN.match(character)]
    return View("".join(plain[place] for place in places), places)
