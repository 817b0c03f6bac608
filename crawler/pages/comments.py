"""Comments: the blocks that article pages and comment pages print alike, and the comment page itself."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import TYPE_CHECKING, Final

from crawler.items import RawComment, RawComments
from crawler.pages.base import Page, compiled, elements, first, strings, text_of
from crawler.pages.pager import read_pager

if TYPE_CHECKING:
    from lxml.html import HtmlElement

XPATHS: Final = compiled(
    {
        "entries": 'id("ct")//dl[starts-with(@id, "comment_")]',
        "author": 'dt/a[contains(@href, "space")]',
        "date": 'dt/span[contains(concat(" ", @class, " "), " xg1 ")]',
        "exact_date": ".//span/@title",
        "body": "dd",
        "quote": 'div[@class="quote"]',
        "quoted": ".//blockquote",
        "article": 'id("ct")//h1/a[@href]',
        "count": 'id("ct")//h1/following-sibling::p[1]',
        "pager": 'id("ct")//div[@class="pg"]',
    },
)

_CID: Final = re.compile(r"comment_(\d+)")
_COUNT: Final = re.compile(r"\((\d+)\)")


def read_comment(page: Page, node: HtmlElement) -> RawComment | None:
    """Reads one comment.

    ``portal/comment_li.htm`` (X3.1-X3.5) prints ``dl#comment_<cid>_li``: in ``dt`` a link to the author's space (a
    guest has a word in the interface's language instead) and the date, which where dates are relative holds the exact
    one in an inner ``span[title]``; in ``dd`` the words, after ``div.quote`` where it answers another one.

    Args:
        page: The page that holds it, for resolving links.
        node: The ``dl`` element.

    Returns:
        None when the element's id is not a comment's.
    """
    cid = _CID.match(node.get("id", ""))
    if cid is None:
        return None
    author = first(XPATHS["author"], node)
    date = first(XPATHS["date"], node)
    titles = strings(XPATHS["exact_date"], date) if date is not None and len(date) else []
    body = first(XPATHS["body"], node)
    quote = None
    if body is not None and len(body) and first(XPATHS["quote"], body) is not None:
        body, quote = _apart(body)
    return RawComment(
        cid=cid[1],
        author=None if author is None else text_of(author),
        author_url=None if author is None else page.absolute(author.get("href", "")),
        date="" if date is None else text_of(date),
        date_title=titles[0] if titles else None,
        body=body,
        quote=quote,
    )


def _apart(body: HtmlElement) -> tuple[HtmlElement, HtmlElement]:
    """The words and what they answer to, set apart on a copy: the page itself stays as it was parsed."""
    body = deepcopy(body)
    quote = elements(XPATHS["quote"], body)[0]
    quote.drop_tree()
    quoted = first(XPATHS["quoted"], quote)
    return body, quote if quoted is None else quoted


class CommentsPage(Page):
    """All comments of an article or topic, 25 a page, newest first (``portal/comment.htm``, X3.1-X3.5)."""

    @classmethod
    def matches(cls, page: Page) -> bool:
        """Whether a page is a comment page, and not the notice that stands in for one.

        Args:
            page: Any page.
        """
        return "pg_comment" in page.classes and not page.is_notice

    def raw(self) -> RawComments:
        """The page's values as printed. A page beyond the last has no entries, and its pager names the last."""
        pagers = elements(XPATHS["pager"], self.root)
        pager = read_pager(pagers[0] if pagers else None)
        article = first(XPATHS["article"], self.root)
        heading = first(XPATHS["count"], self.root)
        count = _COUNT.search(text_of(heading)) if heading is not None else None
        comments = (read_comment(self, node) for node in elements(XPATHS["entries"], self.root))
        return RawComments(
            entries=[comment for comment in comments if comment is not None],
            page=pager.current,
            pages=pager.last,
            count=int(count[1]) if count else None,
            article=None if article is None else self.link(article),
            site=self.site(),
            base_url=self.base_url,
        )
