"""An article's text as found on a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from crawler.pages.outline import Outline


@dataclass(slots=True)
class Content:
    """An article's text.

    Attributes:
        nodes: containers whose text and children are the text, in order.
        anchor: the element with which it begins on the page.
        stop: the first block after it, where that stands in `anchor`, too.
        place: the numbers of its first piece of text in the page's outline and of the first one after it, where it is
            only a part of `anchor`, or more than that.
        page_title: the page's title, where it is known as one only by its words and was taken out of the text.
        generic: whether it was taken for the text for its place and form alone.
    """

    nodes: list[HtmlElement]
    anchor: HtmlElement
    stop: HtmlElement | None = None
    place: tuple[int, int] | None = None
    page_title: str | None = None
    generic: bool = False

    def within(self, outline: Outline) -> tuple[int, int] | None:
        """The numbers of its first piece of text in the page's outline and of the first one after it.

        Args:
            outline: the page's.
        """
        if self.place is not None:
            return self.place
        if self.anchor not in outline:
            return None
        last = outline.last_text(self.anchor)
        if self.stop is not None and self.stop in outline:
            last = outline.first_text(self.stop)
        return outline.first_text(self.anchor), last
