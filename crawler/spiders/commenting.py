"""Reading comments: those that an article's page shows, and the rest from where it keeps them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from crawler import loaders
from crawler.discuz.urls import Kind, Target
from crawler.pages import BlogPage, CommentsPage, ThreadPage
from crawler.spiders.base import UnitSpider
from crawler.spiders.policy import UnitEnded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.items import RawArticle, RawComment

COMMENT_PAGES: Mapping[Kind, type[CommentsPage | ThreadPage | BlogPage]] = {
    Kind.COMMENTS: CommentsPage,
    Kind.THREAD: ThreadPage,
    Kind.BLOG: BlogPage,
}
"""Where the comments of an article may be kept (``portal_view.php``, X3.1-X3.5), and how they are read there."""


class Comments(NamedTuple):
    """The comments of an article, and whether they are all that the site shows."""

    entries: list[RawComment]
    complete: bool


class CommentReader(UnitSpider):
    """Reads the comments of an article."""

    async def comments_of(self, article: RawArticle, aid: int) -> Comments:
        """Give the comments of an article, fetching those that its page does not show.

        Args:
            article: its first page.
            aid: its number.

        Raises:
            UnitEnded: a page of them cannot be read this time.
        """
        count = loaders.count(article.comment_count)
        shown = len(article.comments)
        target = self.grammar.parse(article.comments_url) if article.comments_url else Target(Kind.COMMENTS, aid)
        in_blog = target.kind is Kind.BLOG
        more = count > shown if count is not None else shown >= loaders.MOST_ON_A_PAGE
        # Of a blog's comments the article's page names the blogger as author, whoever wrote them.
        if not (more or (in_blog and shown)) or target.kind not in COMMENT_PAGES:
            return Comments(article.comments, complete=not more)
        further = await self._pages_of(target)
        return Comments([*further.entries, *(() if in_blog else article.comments)], further.complete)

    async def _pages_of(self, target: Target) -> Comments:
        """Read all pages of comments, from the first."""
        entries: list[RawComment] = []
        number = last = 1
        while number <= last:
            try:
                response = await self.fetch(replace(target, page=number))
            except UnitEnded as end:
                if end.state == "skipped":  # robots.txt, or comments that are no longer shown: the article still is
                    return Comments(entries, complete=False)
                raise
            page = self.as_page(COMMENT_PAGES[target.kind], response).raw()
            entries += page.entries
            number, last = number + 1, page.pages
        return Comments(entries, complete=True)
