"""From a response's text to a selector, for what is not plain HTML."""

from __future__ import annotations

import re
from typing import Final

from parsel import Selector

from crawler.text import document

_ENVELOPE: Final = re.compile(r"\s*<\?xml[^>]*>\s*<root><!\[CDATA\[(?P<html>.*)\]\]>\s*</root>\s*", re.DOTALL)
_FEED: Final = re.compile(r"\s*<\?xml[^>]*>\s*<rss\b")


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
        return Selector(text=text, type="xml")
    envelope = _ENVELOPE.fullmatch(text)
    return Selector(root=document(envelope["html"] if envelope else text), type="html")
