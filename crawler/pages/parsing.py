"""From a response's text to a selector, for what is not plain HTML."""

from __future__ import annotations

import re
from typing import Final

from parsel import Selector

from crawler.text import document
from crawler.text.entities import whole

_ENVELOPE: Final = re.compile(r"\s*<\?xml[^>]*>\s*<root><!\[CDATA\[(?P<html>.*)\]\]>\s*</root>\s*", re.DOTALL)
# Half a surrogate pair that stands alone: libxml2 takes it for a character, which then cannot be read.
_HALF: Final = re.compile(
    r"&#(?:x0*d[89a-f][0-9a-f]{2}|0*5(?:529[6-9]|5[3-9]\d\d|6\d{3}|7[0-2]\d\d|73[0-3]\d|734[0-3]));", re.IGNORECASE
)
# An ampersand that begins no reference, as in an address that a plugin put in: the parser would drop what follows.
_BARE: Final = re.compile(r"&(?!#?\w{1,10};)")
_FEED: Final = re.compile(r"[\s\ufeff]*(?:<\?xml\b[^>]*>\s*)*<rss\b")


def parse(text: str) -> Selector:
    """Parses a page as what it is.

    Args:
        text: The decoded body.

    Returns:
        A feed parsed as XML; everything else as HTML, without the XML envelope in which Discuz! answers asynchronous
        requests (``inajax=1``: ``common/header_ajax.htm``, ``common/footer_ajax.htm``, X3.1-X3.5), and with nothing
        nested so deep that the parser would drop it.
    """
    if _FEED.match(text):
        return Selector(text=_HALF.sub("\ufffd", _BARE.sub("&amp;", whole(text))), type="xml")
    envelope = _ENVELOPE.fullmatch(text)
    return Selector(root=document(envelope["html"] if envelope else text), type="html")
