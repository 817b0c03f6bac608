"""Character references that parsers leave alone: halves of a character, and such as were escaped once too often.

Browsers send what a site's charset lacks as ``&#…;``. Some old ones, and editors that think in UTF-16, send a character
beyond U+FFFF as two halves, each of which is nothing. Discuz! then escapes the ``&`` of what it takes for plain text:
always in ``dhtmlspecialchars`` of newer X3.4, only of numbers above 99999 in X3.1 to older X3.4
(``source/function/function_core.php``), so that readers see ``&#128512;`` in titles, comments and forum posts.
"""

from __future__ import annotations

import re
import sys
from html import unescape
from typing import Final

_FIRST: Final = r"&#(?:x0*(d[89ab][0-9a-f]{2})|0*(5[56]\d{3}));?"  # all are looked for by the first two characters
_SECOND: Final = r"&#(?:x0*(d[c-f][0-9a-f]{2})|0*(5[67]\d{3}));?"
_PAIR: Final = re.compile(_FIRST + _SECOND, re.IGNORECASE | re.ASCII)
_CONTROL: Final = re.compile(
    r"&#(?:x0*(?:[1-8bcef]|1[0-9a-f]|7f|8[1df]|9[0d]|fff[ef])(?![0-9a-f])"
    r"|0*(?:[1-8]|1[124-9]|2\d|3[01]|127|129|14[134]|157|6553[45])(?!\d));?",
    re.IGNORECASE | re.ASCII,
)
_REFERENCE: Final = re.compile(r"&#(?:x0*([0-9a-f]{2,6})|0*([0-9]{3,7}));", re.IGNORECASE | re.ASCII)

BEYOND_ASCII: Final = 0x80
BEYOND_BMP: Final = 0x10000


def whole(html: str) -> str:
    """The same markup with references to both halves of a character as one to all of it.

    Args:
        html: Markup.

    >>> whole("&#55357;&#56832; &#xD83D;")
    '&#128512; &#xD83D;'
    """
    return _PAIR.sub(_joined, html) if "&#" in html else html


def shown(html: str) -> str:
    """The same markup with whole characters, without references to control characters and what is none at all.

    Args:
        html: Markup.

    >>> shown("a&#8;b&#x1F;c&#9;d&#55357;&#56832;")
    'abc&#9;d&#128512;'
    """
    if "&#" in html:  # searched for once: that alone is a thirtieth of parsing
        html = _CONTROL.sub("", _PAIR.sub(_joined, html))
    return html.replace("\ufffe", "").replace("\uffff", "")


def resolved(text: str, first: int) -> str:
    """A text that shows references, with the characters that they are for.

    Args:
        text: A text, parsed already.
        first: The first code point that counts; references to characters before it are what somebody wrote.

    >>> resolved("&#128512; &#20013; &#60;", BEYOND_ASCII)
    '😀 中 &#60;'
    """
    if "&#" not in text:
        return text

    def character(reference: re.Match[str]) -> str:
        code = _code(reference[1], reference[2])
        return unescape(reference[0]) or reference[0] if first <= code <= sys.maxunicode else reference[0]

    return _REFERENCE.sub(character, whole(text))


def _code(hexadecimal: str | None, decimal: str | None) -> int:
    return int(hexadecimal, 16) if hexadecimal else int(decimal or 0)


def _joined(pair: re.Match[str]) -> str:
    high, low = _code(pair[1], pair[2]), _code(pair[3], pair[4])
    if not (0xD800 <= high < 0xDC00 <= low < 0xE000):
        return pair[0]
    return f"&#{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)};"
