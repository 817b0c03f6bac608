"""The meta line of the default template: parts between ``span.pipe`` in a fixed order (``portal/view.htm``)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from crawler.items import RawLink
from crawler.pages import labels
from crawler.pages.base import compiled, first

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from crawler.pages.base import Page

XPATHS: Final = compiled({"line": 'p[em[@id="_viewnum"]][span[@class="pipe"]]'})

_LAST_NUMBER: Final = re.compile(r"(\d+)\s*$")


class Date(NamedTuple):
    """A date as printed, and the exact one that goes with a relative one."""

    text: str
    title: str | None = None


@dataclass(slots=True)
class Line:
    """What a meta line says; None is what it does not."""

    date: Date | None = None
    publisher: RawLink | None = None
    views: str | None = None
    comment_count: str | None = None
    comments_url: str | None = None
    author: str | None = None
    source: RawLink | None = None

    @property
    def is_whole(self) -> bool:
        """Whether all that the default template always prints is there: what is not, the page does not say."""
        return bool(self.date and self.publisher and self.views and self.comment_count)


NO_LINE: Final = Line()
"""What a page without such a line says."""


@dataclass(slots=True)
class _Part:
    """What stands between two ``span.pipe`` of the meta line."""

    text: str = ""
    elements: list[HtmlElement] = field(default_factory=list)

    def link(self, needle: str = "") -> HtmlElement | None:
        """Its first link whose address has `needle` in it."""
        return next((node for node in self.elements if node.tag == "a" and needle in node.get("href", "")), None)

    def find(self, identifier: str) -> HtmlElement | None:
        """Its element with this id."""
        return next(
            (inner for node in self.elements for inner in node.iter() if inner.get("id") == identifier),
            None,
        )


def read_line(page: Page, header: HtmlElement) -> Line:
    """Reads the meta line in a header.

    Date, publisher, views, comments, then the author if any, then the source if any, then what plugins add.

    Args:
        page: the page, for resolving links.
        header: the box around title and meta line.

    Returns:
        An empty one where there is no such line.
    """
    node = first(XPATHS["line"], header)
    if node is None:
        return NO_LINE
    parts = _parts(node)
    line = Line()
    date = parts[0]
    if words := date.text.strip():
        line.date = Date(words, next((one.get("title") for one in date.elements if one.get("title")), None))
    views = next(index for index, part in enumerate(parts) if part.find("_viewnum") is not None)
    line.views = labels.split(parts[views].text)[1]
    publisher = next((link for part in parts[1:views] if (link := part.link("space")) is not None), None)
    if publisher is not None:
        line.publisher = page.link(publisher)
    rest = parts[views + 1 :]
    if rest and (count := _LAST_NUMBER.search(rest[0].text)) is not None:
        line.comment_count = count[1]
        every = rest[0].link()
        line.comments_url = page.absolute(every.get("href", "")) if every is not None else None
        rest = rest[1:]
    _read_credits(page, line, [part for part in rest if labels.split(part.text)[0]])
    return line


def _read_credits(page: Page, line: Line, parts: list[_Part]) -> None:
    """Author and source, told apart by their labels.

    Where the language is unknown: by their order, and by the link that only a source can be.
    """
    for index, part in enumerate(parts):
        label, value = labels.split(part.text)
        link = part.link()
        known = label in labels.AUTHOR or label in labels.SOURCE
        if label in labels.SOURCE or (not known and (index == 1 or (link is not None and link.get("target")))):
            if line.source is None and value:
                line.source = RawLink(value, page.absolute(link.get("href", "")) if link is not None else "")
        elif label in labels.AUTHOR or len(parts) == 2:
            line.author = line.author or value


def _parts(line: HtmlElement) -> list[_Part]:
    """The meta line cut at its ``span.pipe``."""
    parts = [_Part(line.text or "")]
    for node in line:
        if node.tag == "span" and node.get("class") == "pipe":
            parts.append(_Part(node.tail or ""))
            continue
        part = parts[-1]
        if isinstance(node.tag, str) and node.tag != "script":
            part.text += node.text_content()
            part.elements.append(node)
        part.text += node.tail or ""
    return parts
