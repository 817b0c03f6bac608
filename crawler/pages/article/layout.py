"""What the readers of an article page's fields share: fixed marks, the page's outline, and one another's values."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Final

from crawler.discuz.urls import Kind
from crawler.pages.article.line import NO_LINE, read_line
from crawler.pages.article.tokens import LONGEST, tokens
from crawler.pages.base import compiled, elements, first, strings, text_of
from crawler.pages.naming import Names
from crawler.pages.outline import Outline
from crawler.pages.rules import Reader

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lxml.html import HtmlElement

    from crawler.items import RawLink
    from crawler.pages.article.content import Content
    from crawler.pages.article.tokens import Token
    from crawler.pages.base import Page
    from crawler.pages.rules import Field

XPATHS: Final = compiled(
    {
        "cell": 'id("article_content")',
        "views": 'id("_viewnum")',
        "header": "ancestor::div[1]",
        "reactions": 'id("click_div")',
        "clicks": 'descendant::*[starts-with(@id, "click_aid_")]',
        "title": "/html/head/title/text() | /html/body//title/text()",
        "body": "/html/body",
        "touch": '//div[@class="wzview_top cl" or @class="wzview_top"]',
        "asides": (
            'id("comment") | id("comment_ul") | id("click_div") | id("trace_div") | id("ft") | id("toptb") | id("hd")'
            ' | id("um") | /descendant::form | /descendant::*[starts-with(@id, "comment_")]'
            ' | /descendant::*[starts-with(@id, "portal_block_")] | /descendant::*[@class="area"] | /descendant::footer'
        ),
        "articles": '//a[contains(@href, "aid=") or contains(@href, "article-")]',
    },
)

_ENTRIES: Final = frozenset({"li", "dl", "dd", "tr"})
_AID: Final = re.compile(r"(?:[?&]aid=|\barticle-)(\d{1,10})(?!\d)")


class Layout(Reader):
    """An article page as the readers of its fields see it.

    Attributes:
        page: the page.
        views: the view counter, ``em#_viewnum``.
        cell: ``#article_content``.
        reactions: ``#click_div``.
        clicks: the reactions in it, ``a#click_aid_<aid>_<n>``.
        header: the box around the counter: in the default template title and meta line.
        line: the default template's meta line.
    """

    def __init__(self, page: Page, fields: Mapping[str, Field[Layout]]) -> None:
        super().__init__(page.root, fields, page.theme.article)
        self.page = page
        root = page.root
        self.views = first(XPATHS["views"], root)
        self.cell = first(XPATHS["cell"], root)
        self.reactions = first(XPATHS["reactions"], root)
        self.clicks = [] if self.reactions is None else elements(XPATHS["clicks"], self.reactions)
        self.header = None if self.views is None else first(XPATHS["header"], self.views)
        self.line = NO_LINE if self.header is None else read_line(page, self.header)
        # Articles without a summary or a source are the rule: nobody shall look through all of their pages for them.
        self.is_default = (
            self.cell is not None
            and self.cell.tag == "td"
            and self.header is not None
            and self.header.get("class") == "h hm"
            and self.line.is_whole
        )

    @property
    def is_asked_for(self) -> bool:
        """Whether the page's address is that of an article."""
        return self.names.asked.kind is Kind.ARTICLE

    # --- order ----------------------------------------------------------------------------------------------------

    @cached_property
    def outline(self) -> Outline:
        """The page in document order."""
        body = first(XPATHS["body"], self.root)
        return Outline(self.root if body is None else body)

    @cached_property
    def names(self) -> Names:
        """What the page's links name."""
        return Names(self.page)

    @cached_property
    def window_title(self) -> str:
        """The ``title`` element's words without any space.

        It begins with the article's title, unless the owner's pattern puts something before it (``portal_view.php``,
        ``helper_seo.php``, X3.1-X3.5).
        """
        return "".join("".join(strings(XPATHS["title"], self.root)[:1]).split())

    @cached_property
    def heading(self) -> HtmlElement | None:
        """The element that holds the article's title; None where only its words are known."""
        title = self.take("title")
        return title if title is not None and not isinstance(title, str) else None

    @cached_property
    def after_heading(self) -> int:
        """The number of the first element after the heading, 0 where there is none."""
        if self.heading is None or self.heading not in self.outline:
            return 0
        return self.outline.end(self.heading)

    @cached_property
    def is_touch(self) -> bool:
        """Whether Discuz!'s own template for phones made the page (``touch/portal/view.htm``, X3.5)."""
        return first(XPATHS["touch"], self.root) is not None

    @cached_property
    def text_place(self) -> tuple[int, int] | None:
        """The numbers of the article's first piece of text in the outline and of the first one after it."""
        content: Content | None = self.take("body")
        return None if content is None else content.within(self.outline)

    # --- small print ----------------------------------------------------------------------------------------------

    @cached_property
    def small_print(self) -> list[Token]:
        """The values that stand between heading and text; those right before the heading, where there is no date."""
        outline = self.outline
        texts = outline.texts
        heading = self.heading if self.heading is not None and self.heading in outline else None
        begin = outline.last_text(heading) if heading is not None else 0
        place = self.text_place
        stop = place[0] if place is not None and place[0] >= begin else begin + 40
        summary = self.take("summary")
        between = [leaf for leaf in texts[begin:stop] if summary is None or not summary.holds(leaf)]
        found = tokens(leaf for leaf in between[:120] if len(leaf.text) <= LONGEST)
        if heading is not None and not any(token.is_date for token in found):
            first_of_heading = outline.first_text(heading)
            found = [*found, *tokens(texts[max(0, first_of_heading - 12) : first_of_heading])]
        return found

    @cached_property
    def small_print_elsewhere(self) -> list[Token]:
        """The values that stand after the text, or beside it, but not in comments and lists of other articles."""
        texts = self.outline.texts
        begin = self.text_place[1] if self.text_place is not None else len(texts)
        return tokens(leaf for leaf in texts[begin:] if len(leaf.text) <= LONGEST and not self.is_aside(leaf.holder))

    def in_text(self, node: HtmlElement) -> bool:
        """Whether an element is in the article's text.

        Args:
            node: any element.
        """
        place = self.text_place
        if place is None or node not in self.outline:
            return False
        return place[0] <= self.outline.first_text(node) and self.outline.last_text(node) <= place[1]

    def in_text_box(self, node: HtmlElement) -> bool:
        """Whether an element is in the text, or after it in the text's own box: what a template puts there is no field.

        Args:
            node: any element.
        """
        content: Content | None = self.take("body")
        if content is not None and content.stop is not None and content.anchor in node.iterancestors():
            return True
        return self.in_text(node)

    def is_elsewhere(self, node: HtmlElement) -> bool:
        """Whether an element is in comments, a block of the page builder, or the site's frame.

        Args:
            node: any element.
        """
        return node not in self.outline or bool(self._frames[self.outline.start(node)])

    @cached_property
    def _frames(self) -> bytearray:
        return self._covered(elements(XPATHS["asides"], self.root))

    def _covered(self, boxes: Iterable[HtmlElement]) -> bytearray:
        """For each number of the outline whether that element is in one of some boxes."""
        outline = self.outline
        covered = bytearray(len(outline.nodes))
        for box in boxes:
            if box in outline:
                start, end = outline.start(box), outline.end(box)
                covered[start:end] = b"\1" * (end - start)
        return covered

    def is_aside(self, node: HtmlElement) -> bool:
        """Whether an element is in comments, a block of the page builder, a list of articles, or the site's frame.

        Args:
            node: any element.
        """
        return node not in self.outline or bool(self._asides[self.outline.start(node)])

    @cached_property
    def _asides(self) -> bytearray:
        """Comments, blocks of the page builder, and entries that link other articles."""
        found = elements(XPATHS["asides"], self.root)
        own = self.take("aid")
        for link in elements(XPATHS["articles"], self.root):
            entry = next((one for one in islice(link.iterancestors(), 8) if one.tag in _ENTRIES), None)
            if entry is not None:
                found.append(entry)
            elif self.aid_of(link.get("href", "")) not in (None, own):
                box = link.getparent()
                found.append(link if box is None else box)
        return self._covered(found)

    # --- links ----------------------------------------------------------------------------------------------------

    def aid_of(self, href: str) -> str | None:
        """The aid in an address, None where it tells none.

        Args:
            href: as printed.
        """
        found = _AID.search(href)
        return found[1] if found else None

    def article_link(self, node: HtmlElement, text: str | None = None) -> RawLink:
        """A link to an article.

        Args:
            node: an ``a`` element.
            text: the article's title, where the link holds more than that.
        """
        link = self.page.link(node, aid=self.aid_of(node.get("href", "")))
        if text is not None:
            link.text = text
        return link


def links_in(found: list[HtmlElement | str]) -> list[HtmlElement]:
    """The links that a theme's selectors select: themselves, or what is in them.

    Args:
        found: what `crawler.pages.theme.Selectors` gave.
    """
    return [link for node in found if not isinstance(node, str) for link in node.iter("a") if link.get("href")]


def words_in(node: HtmlElement | str) -> str:
    """The words of what a theme's selectors select, trimmed.

    Args:
        node: an element or a string.
    """
    return node.strip() if isinstance(node, str) else text_of(node)


__all__ = ["XPATHS", "Layout", "elements", "first", "links_in", "strings", "text_of", "words_in"]
