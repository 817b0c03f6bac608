"""Markup nested deeper than parsers read.

libxml2 drops everything, text too, that stands deeper than 2,048 elements (256 unless it is told to expect huge
trees), and says nothing. Editors that paste into what was pasted before do get there.
"""

from __future__ import annotations

import re
from typing import Final

#: A little below what libxml2 reads, for what is put around a piece of HTML.
DEEPEST: Final = 1900

#: What begins is read to its end or, where it has none, to the end of the page, as browsers do: so each character is
#: read once, whatever is left open.
TAG: Final = re.compile(
    r"""<(?:
        !--.*?(?:-->|\Z)
        | (?P<raw>script|style|textarea|title|xmp|iframe|noscript)\b.*?(?:</(?P=raw)\s*>|\Z)
        | (?P<end>/?)(?P<name>[a-z][^\s/>]*)(?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+')?+)*+>?
    )""",
    re.DOTALL | re.IGNORECASE | re.VERBOSE,
)
_VOID: Final = frozenset(
    {
        *("area", "base", "basefont", "bgsound", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param"),
        *("source", "track", "wbr"),
    },
)
#: Of these the next one ends the one before it, if that was left open.
_ENDS_ITSELF: Final = frozenset({"a", "dd", "dt", "li", "option", "p", "td", "th", "tr"})
#: Wrappers that do not end a line; other wrappers leave a line break behind.
_INLINE: Final = frozenset(
    {"b", "big", "code", "em", "font", "i", "o:p", "s", "small", "span", "strike", "strong", "sub", "sup", "tt", "u"},
)
#: Never taken away: what is in them is theirs.
_CONTENT: Final = frozenset({"a", "audio", "ignore_js_op", "object", "video"})


def shallow(html: str) -> str:
    """The same HTML with no element deeper than `DEEPEST`: deeper wrappers are taken away, what is in them stays.

    Costs next to nothing for a page that cannot be that deep.

    Args:
        html: A page or a piece of one.
    """
    if (tags := html.count("<")) <= DEEPEST or tags - html.count("</") <= DEEPEST:
        return html
    parts: list[str] = []
    opened: list[str] = []
    position = 0
    for tag in TAG.finditer(html):
        name = (tag["name"] or "").lower()
        if not name or name in _VOID:
            continue
        taken = _close(opened, name) if tag["end"] else _open(opened, name)
        if taken:
            parts += (html[position : tag.start()], "" if name in _INLINE else "<br>")
            position = tag.end()
    return "".join(parts) + html[position:] if parts else html


def _open(opened: list[str], name: str) -> bool:
    """Notes that an element begins; says whether its tag is taken away."""
    if name in _ENDS_ITSELF and opened and opened[-1] == name:
        opened.pop()
    opened.append(name)
    return len(opened) > DEEPEST and name not in _CONTENT


def _close(opened: list[str], name: str) -> bool:
    """Notes that an element ends; says whether its tag was taken away, so that its end tag must be, too."""
    for depth in range(len(opened), 0, -1):
        if opened[depth - 1] == name:
            del opened[depth - 1 :]
            return depth > DEEPEST and name not in _CONTENT
    return False
