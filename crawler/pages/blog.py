"""The blog behind an article: ``home/space_blog_view.htm`` and ``home/space_comment_li.htm``, X3.1-X3.5.

An article that was made of a blog has no comments of its own: its page shows the blog's newest 20, and links to it.
There they go under the blogger's name: ``portal_view.php`` prints ``uid`` and ``username`` of what ``home_comment``
keeps as ``authorid`` and ``author``. The blog's own page has it right.
"""

from __future__ import annotations

from typing import Final

from crawler.discuz.urls import Kind
from crawler.items import RawComments, RawLink
from crawler.pages.base import Page, compiled, first, text_of
from crawler.pages.comments import find_comments, read_comment
from crawler.pages.naming import Names
from crawler.pages.notice import is_notice
from crawler.pages.pager import find_pager, number, read_pager

XPATHS: Final = compiled(
    {
        "text": 'id("blog_article")',
        "count": 'id("comment_replynum")',
        "title": "//h1[contains(concat(' ', @class, ' '), ' ph ')]",
    },
)


class BlogPage(Page):
    """One page of a blog's comments, as a page of comments.

    Attributes of what `raw` gives: ``page`` and ``pages`` are those of the comments, oldest first, 20 a page
    (``space_blog.php``, X3.1-X3.5); a page beyond the last has no entries. ``count`` is how many there are, pending
    ones, which are left out, among them.
    """

    @classmethod
    def matches(cls, page: Page) -> bool:
        """Whether a page is a blog's.

        Args:
            page: Any page.
        """
        if is_notice(page):
            return False
        if first(XPATHS["text"], page.root) is not None:
            return True
        return "pg_space" in page.classes and Names(page).asked.kind is Kind.BLOG

    def raw(self) -> RawComments:
        """The comments on the page."""
        pager = read_pager(find_pager(self.root))
        comments = (read_comment(self, node) for node in find_comments(self))
        count = first(XPATHS["count"], self.root)
        title = first(XPATHS["title"], self.root)
        return RawComments(
            entries=[comment for comment in comments if comment is not None],
            page=pager.current,
            pages=pager.last,
            count=number(text_of(count)) if count is not None else None,
            article=None if title is None else RawLink(text=text_of(title), url=self.url),
            site=self.site(),
            base_url=self.base_url,
        )
