"""End tags that end nothing: what browsers make of them, where libxml2 would lose text or a line's end.

Editors paste whole documents, and leave halves of paragraphs behind. Browsers go on after ``</body>`` and ``</html>``,
libxml2 leaves out what follows them. To browsers a ``</p>`` without its beginning is an empty paragraph and ``</br>`` a
line break, to libxml2 nothing, so that what stands before and after would be one line.
"""

from __future__ import annotations

import re
from typing import Final

from crawler.text.nesting import TAG

_BODY_END: Final = "</body"
_PLAIN_END: Final = re.compile(r"</body\s*>\s*</html\s*>\s*", re.IGNORECASE)
_DOCUMENT_ENDS: Final = re.compile(r"</(?:body|html)\b[^>]*>", re.IGNORECASE)
_COMPLAINT: Final = re.compile(r"Unexpected end tag : (?:p|br)\s*", re.IGNORECASE)

#: A paragraph ends where one of these begins or ends.
_END_PARAGRAPHS: Final = frozenset(
    {
        *("address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir"),
        *("div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6"),
        *("header", "hgroup", "hr", "li", "listing", "main", "menu", "nav", "ol", "plaintext", "pre", "search"),
        *("section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "xmp"),
    },
)


def unended(html: str) -> str:
    """The same page with nothing behind its end: where something is, the tags that end it are taken away.

    Args:
        html: A page or a piece of one.
    """
    end = html.find(_BODY_END)
    if end >= 0 and _PLAIN_END.fullmatch(html, end):
        return html
    return _DOCUMENT_ENDS.sub("", html)


def is_told(complaint: str) -> bool:
    """Whether what a parser complained of is what `mended` mends.

    Args:
        complaint: A message of libxml2's.
    """
    return _COMPLAINT.fullmatch(complaint) is not None


def mended(html: str) -> str:
    """The same page with an empty paragraph for each ``</p>`` that ends none, and a ``<br>`` for each ``</br>``.

    Args:
        html: A page or a piece of one.
    """
    parts: list[str] = []
    position = 0
    is_open = False  # whether a paragraph is
    for tag in TAG.finditer(html):
        name = (tag["name"] or "").lower()
        if name == "p":
            if not tag["end"]:
                is_open = not tag[0].endswith("/>")
            elif is_open:
                is_open = False
            else:
                parts += (html[position : tag.start()], "<p></p>")
                position = tag.end()
        elif name == "br" and tag["end"]:
            parts += (html[position : tag.start()], "<br>")
            position = tag.end()
        elif name in _END_PARAGRAPHS:
            is_open = False
    return "".join(parts) + html[position:]
