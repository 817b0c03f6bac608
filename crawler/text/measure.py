"""How much of anything a page may have: what has more is no page, and would take minutes and all memory to be read.

A few kilobytes that are packed well become a million elements, which take a gigabyte; some ways through libxml2 and
ammonia take a time that grows with the square of what they read. The largest pages of Discuz! are those of forum
threads: twenty posts, some 65,000 characters and 2,600 tags (X3.4).
"""

from __future__ import annotations

import re
from typing import Final

MOST_CHARACTERS: Final = 1_000_000
MOST_TAGS: Final = 30_000
"""Of elements: each takes about a kilobyte, and one with attributes two."""
MOST_REFERENCES: Final = 100_000
"""Of ``&``: ammonia 0.3 takes a second for twice as many in a row."""
MOST_ATTRIBUTES: Final = 5_000
"""Of one element: libxml2 2.14 takes a tenth of a second for them, and a minute for twenty times as many."""

#: Of shorter pages, and of those with fewer characters that part attributes, a tag takes a second or two at the worst.
_FEW_CHARACTERS: Final = 60_000
_FEW_PARTS: Final = 20_000
_PARTING: Final = " \n\t\r\f/\"'"
#: What may begin a tag, end one, or change what the next character is in it; runs of anything else.
_SIGN: Final = re.compile(r"<[a-z]|\s+|[>\"'=/]|[^\s/>\"'=<]+|<", re.IGNORECASE)
_NONE: Final = -1_000_000_000


def excess(html: str) -> str:
    """Say of what a page has more than any page has; empty if it is one that can be read.

    Costs next to nothing for a page of the usual size.

    Args:
        html: A page.

    >>> excess("<p>x</p>"), excess("<b>" * 60_000)
    ('', '60,000 tags')
    """
    for number, most, what in (
        (len(html), MOST_CHARACTERS, "characters"),
        (html.count("<"), MOST_TAGS, "tags"),
        (html.count("&"), MOST_REFERENCES, "character references"),
    ):
        if number > most:
            return f"{number:,} {what}"
    if len(html) <= _FEW_CHARACTERS or sum(map(html.count, _PARTING)) <= _FEW_PARTS:
        return ""
    return f"a tag of more than {MOST_ATTRIBUTES:,} attributes" if _attributes(html) > MOST_ATTRIBUTES else ""


def _attributes(html: str) -> int:
    """The most attributes that a tag may have, wherever in the page tags are taken to begin.

    A tag may stand in what looks like a comment, a script or the value of another one's attribute, and parsers differ
    in what they take for those. So each ``<`` before a letter counts as a beginning. Whatever has begun, once two of
    them are in the same state they stay together: one number for each state is enough.
    """
    most = 0
    # Attributes so far of the tags in which this stands: among names, behind "=", and within either kind of quotes.
    names, behind = _NONE, _NONE
    within = {'"': _NONE, "'": _NONE}
    for found in _SIGN.finditer(html):
        sign = found[0]
        if sign == ">":
            names = behind = _NONE
        elif sign in within:
            names = max(names, within[sign] + 1)
            within[sign], behind = behind, _NONE
        elif sign == "=":
            names, behind = behind, names
        elif sign.isspace():
            names += 1
        else:
            names, behind = max(names, behind) + (sign == "/"), _NONE
            if sign[0] == "<" and len(sign) > 1:
                names = max(names, 0)
        most = max(most, names)
    return most
