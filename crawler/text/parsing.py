"""HTML text → elements."""

from __future__ import annotations

import re
from typing import Final, cast

from lxml.etree import ElementDefaultClassLookup, HTMLParser, XMLSyntaxError, fromstring
from lxml.html import HtmlComment, HtmlElement, HtmlEntity, HtmlProcessingInstruction

from crawler.text.entities import shown
from crawler.text.lines import storable
from crawler.text.mending import is_told, mended, unended
from crawler.text.nesting import shallow

#: The classes of `lxml.html` without those for form fields: lxml then finds the class of an element without calling
#: Python, and it asks each time that an element is touched.
_CLASSES: Final = ElementDefaultClassLookup(
    element=HtmlElement,
    comment=HtmlComment,
    pi=HtmlProcessingInstruction,
    entity=HtmlEntity,
)
_NOTHING: Final = "<html/>"
#: Marks of the byte order, one for each file of the software that somebody saved with one, and space: text before
#: ``<html>`` would begin the body.
_BEFORE: Final = "\ufeff \t\r\n"
#: Control characters: browsers show nothing of them, and lxml takes none back into a tree once it has given it out.
_CONTROLS: Final = bytes({*range(9), *range(14, 32), 127})
#: More of them, as UTF-8: to a terminal U+009B is what ESC and "[" are.
_MORE_CONTROLS: Final = re.compile(rb"\xc2[\x80-\x9f]")
_SPACES: Final = bytes.maketrans(b"\v\f", b"  ")
#: What GB18030 decoders make of a3a0, by which some editors write the full-width space.
_OTHER_SPACE: Final = "\ue5e5"


def document(html: str) -> HtmlElement:
    """Parses a whole page, however deep, into the tree that `parsel.Selector` makes of it.

    Args:
        html: The decoded source.

    Returns:
        The ``html`` element; an empty one where there is nothing to parse.
    """
    root = _parsed(shallow(html).strip().lstrip(_BEFORE))
    return _parsed(_NOTHING) if root is None else root  # all of it may be a comment


def fragment(html: str) -> list[HtmlElement]:
    """Parses a piece of HTML, however deep.

    Args:
        html: Markup as it may stand in a ``body``.

    Returns:
        One container with the content, as the functions of `crawler.text` take it.
    """
    return list(_parsed(shallow(f"<html><body>{storable(html)}")).iterchildren("body"))


def _parsed(html: str) -> HtmlElement:
    source = unended(shown(html)).replace(_OTHER_SPACE, "\u3000")
    root, complaints = _read(source)
    if any(map(is_told, complaints)):
        root, _ = _read(mended(source))
    return root


def _read(html: str) -> tuple[HtmlElement, list[str]]:
    """The tree of a page, and what libxml2 complained of."""
    # However large: how large a page may be, the downloader decides, and the cost of depth is bounded by `shallow`.
    parser = HTMLParser(recover=True, encoding="utf-8", no_network=True, huge_tree=True)
    parser.set_element_class_lookup(_CLASSES)
    source = _MORE_CONTROLS.sub(b"", html.encode().translate(_SPACES, _CONTROLS)) or _NOTHING.encode()
    try:
        root = cast("HtmlElement", fromstring(source, parser))
    except XMLSyntaxError as error:
        if not str(error).startswith("unknown error"):
            raise
        # What lxml 6.1 makes of a lack of memory; of markup this parser never complains so.
        raise MemoryError("no memory for the tree of a page") from error
    return root, [entry.message for entry in parser.error_log]
