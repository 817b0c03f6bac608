"""An article page: ``portal/view.htm`` of the default template and of owners' own, X3.1-X3.5."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from parsel import Selector

from crawler.items import RawArticle
from crawler.pages.article import around, body, heading, identity, meta, others, path, remarks, summary
from crawler.pages.article.layout import Layout
from crawler.pages.base import Page, compiled, first, text_of
from crawler.pages.content import is_empty
from crawler.pages.theme import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from lxml.html import HtmlElement

    from crawler.pages.article.content import Content
    from crawler.pages.article.line import Date
    from crawler.pages.rules import Field
    from crawler.pages.theme import Theme

    Take = Callable[[str], Any]

FIELDS: Final[Mapping[str, Field[Layout]]] = {
    "aid": identity.FIELD,
    "title": heading.FIELD,
    "date": meta.DATE,
    "publisher": meta.PUBLISHER,
    "views": meta.VIEWS,
    "comment_count": meta.COMMENT_COUNT,
    "comments_url": meta.COMMENTS_URL,
    "author": meta.AUTHOR,
    "source": meta.SOURCE,
    "summary": summary.FIELD,
    "breadcrumbs": path.FIELD,
    "body": body.FIELD,
    "page_title": around.PAGE_TITLE,
    "pager": around.PAGER,
    "page_titles": around.PAGE_TITLES,
    "reactions": around.REACTIONS,
    "related": others.RELATED,
    "neighbours": others.NEIGHBOURS,
    "previous": others.PREVIOUS,
    "next": others.NEXT,
    "tags": around.TAGS,
    "comments": remarks.FIELD,
}
"""How each field of an article page is read."""

XPATHS: Final = compiled(
    {
        "marks": 'id("article_content") | id("portalview") | id("_viewnum")',
    },
)


class ArticlePage(Page):
    """One page of an article.

    Attributes:
        found: by field of `FIELDS`, which rule gave its value, once `raw` has read the page.
    """

    def __init__(self, selector: Selector, url: str, theme: Theme = DEFAULT) -> None:
        super().__init__(selector, url, theme)
        self.found: Mapping[str, str] = {}

    @classmethod
    def of(cls, page: Selector | HtmlElement, url: str, theme: Theme = DEFAULT) -> ArticlePage:
        """An article page of what is at hand: the parsed page, or its root element.

        Args:
            page: either.
            url: the address at which it was fetched.
            theme: how the site's template departs from the default.
        """
        return cls(page if isinstance(page, Selector) else Selector(root=page, type="html"), url, theme)

    @classmethod
    def matches(cls, page: Page) -> bool:
        """Whether a page is an article's, and not the notice that stands in for one.

        Args:
            page: Any page.
        """
        if page.is_notice:
            return False
        if first(XPATHS["marks"], page.root) is not None:
            return True
        layout = Layout(page, FIELDS)
        wanted = 1 if "pg_view" in page.classes else 2
        if layout.heading is None or (wanted == 2 and not layout.is_asked_for):
            return False
        return sum(layout.take(name) is not None for name in ("date", "publisher", "views", "comment_count")) >= wanted

    def raw(self) -> RawArticle:
        """The page's values as printed; a value that the page does not print is None or empty."""
        layout = Layout(self, FIELDS)
        self.found = layout.found
        take = layout.take
        raw = RawArticle(aid=take("aid"), page=1, title="", base_url=self.base_url, url=self.url, site=self.site())
        raw.extractor = self.theme.name
        raw.keywords = self.meta("keywords")
        self._read_body(raw, take)
        self._read_header(raw, take)
        raw.breadcrumbs = take("breadcrumbs") or []
        raw.page_title = take("page_title")
        self._read_pages(raw, take)
        raw.reactions = take("reactions") or []
        raw.tags = take("tags") or []
        raw.previous, raw.next = take("previous"), take("next")
        raw.related = take("related") or []
        raw.comments = take("comments") or []
        raw.comments_idtype, raw.comments_id = remarks.idtype(layout)
        return raw

    def _read_body(self, raw: RawArticle, take: Take) -> None:
        content: Content | None = take("body")
        if content is None:
            return
        raw.body = content.nodes
        raw.body_found = True
        raw.body_empty = is_empty(raw.body)
        if content.generic:
            raw.extractor = "generic"

    def _read_header(self, raw: RawArticle, take: Take) -> None:
        title: HtmlElement | str | None = take("title")
        if title is not None:
            raw.title = title if isinstance(title, str) else text_of(title)
        date: Date | None = take("date")
        if date is not None:
            raw.date, raw.date_title = date
        publisher = take("publisher")
        if publisher is not None:
            raw.publisher, raw.publisher_url = publisher.text, publisher.url or None
        raw.views = take("views")
        raw.comment_count = take("comment_count")
        raw.comments_url = take("comments_url")
        raw.author = take("author")
        source = take("source")
        if source is not None:
            raw.source, raw.source_url = source.text, source.url or None
        printed: summary.Summary | None = take("summary")
        raw.summary = None if printed is None else printed.text

    def _read_pages(self, raw: RawArticle, take: Take) -> None:
        pages: around.Pages | None = take("pager")
        if pages is not None:
            raw.page, raw.page_count = pages.pager.current, pages.pager.last
            raw.pages = pages.entries
        raw.pages = take("page_titles") or raw.pages
