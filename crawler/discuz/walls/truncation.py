"""Pages that break off before their end, though the transfer did not fail: a cache or a script gave up half-way."""

from __future__ import annotations

import re
from typing import Final

_TAIL: Final = 2000
_HEAD: Final = 1000
# What stands below all content in the templates of the core (common/footer.htm) and of most themes.
_FOOTER: Final = re.compile(
    r"""<footer\b|\b(?:id|class)\s*=\s*["']?(?:ft|frt|flk|footer|scrolltop)(?=["'\s>])""", re.IGNORECASE
)
_HALF_A_TAG: Final = re.compile(r"<[a-z/!][^<>]*\Z", re.IGNORECASE)
_LEFT_OPEN: Final = 2
"""Blocks: an article may leave one open by itself."""
_DIVS: Final = re.compile(r"<(/?)div\b", re.IGNORECASE)


def breaks_off(text: str) -> bool:
    """Tell whether a page of Discuz!'s templates lacks its end.

    All of them end with ``</html>`` (``common/footer.htm``, ``touch/common/footer.htm``, X2.0-X3.5), but themes may
    leave it out, as HTML allows: a page is only taken for broken off if it also ends within a tag or leaves blocks
    open, and nothing of a footer has come. Answers to asynchronous requests are no whole pages, and end otherwise.

    Args:
        text: the page.
    """
    if "</html" in text[-_TAIL:] or "<html" not in text[:_HEAD].lower():
        return False
    if "</html" in text.lower() or _FOOTER.search(text):
        return False
    if _HALF_A_TAG.search(text):
        return True
    divs = _DIVS.findall(text)
    return divs.count("") - divs.count("/") >= _LEFT_OPEN


def feed_breaks_off(text: str) -> bool:
    """Tell whether a feed lacks its end: XML has one (``portal_rss.php``)."""
    return "</rss" not in text[-_TAIL:]
