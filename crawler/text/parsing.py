"""HTML text → elements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml.html import HTMLParser, document_fromstring

from crawler.text.lines import storable
from crawler.text.nesting import shallow

if TYPE_CHECKING:
    from lxml.html import HtmlElement


def fragment(html: str) -> list[HtmlElement]:
    """Parses a piece of HTML, however deep.

    Args:
        html: Markup as it may stand in a ``body``.

    Returns:
        One container with the content, as the functions of `crawler.text` take it.
    """
    page = shallow(f"<html><body>{storable(html)}").encode()
    document = document_fromstring(page, parser=HTMLParser(encoding="utf-8", huge_tree=True))
    return list(document.iterchildren("body"))
