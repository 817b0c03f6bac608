"""Markup of pages, as far as walls are told by it: searched, never parsed."""

from __future__ import annotations

import re
from html import unescape
from typing import Final

from crawler.discuz.walls.wall import WORDS

_MARKUP: Final = re.compile(
    r"<(script|style)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)|<[^<>]*>|<[a-z/!][^<>]*\Z", re.DOTALL | re.IGNORECASE
)
_QUOTED: Final = re.compile(
    r"<(script|style|textarea|xmp)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL | re.IGNORECASE
)


def words(markup: str) -> str:
    """Give the words of a piece of markup: printable, on one line, and cut at `WORDS` characters.

    >>> words("<p>Closed<br>until <b>22&#58;00</b></p><script>x</script>")
    'Closed until 22:00'
    """
    text = " ".join(unescape(_MARKUP.sub(" ", markup)).split())[: 2 * WORDS]
    return " ".join("".join(filter(str.isprintable, text)).split())[:WORDS]


def live(text: str) -> str:
    """Give a page without what only looks like markup: what stands in scripts, comments and fields of text.

    >>> live("<p>a</p><!-- <p>b</p> --><script>'<p>c</p>'</script>")
    '<p>a</p>'
    """
    return _QUOTED.sub("", text)


def says(said: str, parts: tuple[str, ...]) -> bool:
    """Tell whether one of the parts stands in what is said."""
    return any(part in said for part in parts)
