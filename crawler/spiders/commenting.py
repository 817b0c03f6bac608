"""Reading comments: those that an article's page shows, and the rest from where it keeps them."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from crawler import loaders
from crawler.discuz.urls import Kind, Target
from crawler.loaders.values import identifier
from crawler.middlewares.answers import TOO_LARGE
from crawler.pages import BlogPage, CommentsPage, ThreadPage
from crawler.spiders.base import UnitSpider
from crawler.spiders.policy import UnitEnded
from crawler.spiders.unwritten import are_all_read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crawler.items import RawArticle, RawComment
    from crawler.store import Known

COMMENT_PAGES: Mapping[Kind, type[CommentsPage | ThreadPage | BlogPage]] = {
    Kind.COMMENTS: CommentsPage,
    Kind.THREAD: ThreadPage,
    Kind.BLOG: BlogPage,
}
"""Where the comments of an article may be kept (``portal_view.php``, X3.1-X3.5), and how they are read there."""


MOST_PAGES = 1000
"""Pages of an article's comments that are read; 25,000 comments."""
MOST_READ = 30_000_000
"""Characters of them all: 450 pages of a thread."""
BARREN = 2
"""Pages in a row without a comment that is new, after which none is expected."""


class Comments(NamedTuple):
    """The comments of an article, and whether they are all that the site shows."""

    entries: list[RawComment]
    complete: bool


class Place(NamedTuple):
    """Where the comments of an article are.

    Attributes:
        target: the first page of them.
        counted: how many the site counts; None where it prints no number.
        more: whether the article's page does not show all.
        further: whether that page is to be read.
    """

    target: Target
    counted: int | None
    more: bool
    further: bool


class CommentReader(UnitSpider):
    """Reads the comments of an article."""

    async def comments_of(self, article: RawArticle, aid: int, known: Known | None = None) -> Comments:
        """Give the comments of an article, fetching those that its page does not show.

        Args:
            article: its first page.
            aid: its number.
            known: its last record, where only comments are wanted that no line tells of; others may come along.

        Raises:
            UnitEnded: a page of them cannot be read this time.
        """
        place = self.place_of_comments(article, aid)
        if not place.further or _are_enough(place, article.comments, known):
            return Comments(article.comments, complete=not place.more)
        further = await self._pages_of(place, known)
        in_blog = place.target.kind is Kind.BLOG
        return Comments([*further.entries, *(() if in_blog else article.comments)], further.complete)

    def place_of_comments(self, article: RawArticle, aid: int) -> Place:
        """Find out where the comments of an article are.

        Args:
            article: its first page.
            aid: its number.
        """
        count = loaders.count(article.comment_count)
        shown = len(article.comments)
        target = self.grammar.parse(article.comments_url) if article.comments_url else Target(Kind.COMMENTS, aid)
        more = count > shown if count is not None else shown >= loaders.MOST_ON_A_PAGE
        # Of a blog's comments the article's page names the blogger as author, whoever wrote them.
        wanted = more or (target.kind is Kind.BLOG and shown > 0)
        return Place(target, count, more, wanted and target.kind in COMMENT_PAGES)

    async def _pages_of(self, place: Place, known: Known | None) -> Comments:
        """Read the pages of comments, from the first, for as long as they bring any and there are not too many."""
        target = place.target
        entries: list[RawComment] = []
        met: set[str] = set()
        read = barren = 0
        number = last = 1
        while number <= last:
            try:
                response = await self.fetch(replace(target, page=number))
            except UnitEnded as end:
                # robots.txt, comments that are no longer shown, or a page of them that nobody can read: the article is.
                if end.state == "skipped" or end.reason == TOO_LARGE:
                    return Comments(entries, complete=False)
                raise
            page = self.as_page(COMMENT_PAGES[target.kind], response).raw()
            entries += map(_detached, page.entries)
            if _are_enough(place, entries, known):
                return Comments(entries, complete=False)
            barren = 0 if any(entry.cid not in met for entry in page.entries) else barren + 1
            met.update(entry.cid for entry in page.entries)
            read += len(response.text)
            number, last = number + 1, page.pages
            if barren >= BARREN or number > MOST_PAGES or read > MOST_READ:
                self.logger.warning("%s: its comments are left at page %d of %d", response.url, number - 1, last)
                return Comments(entries, complete=number > last)
        return Comments(entries, complete=True)


def _detached(comment: RawComment) -> RawComment:
    """Cut a comment's words out of its page, which would stay in memory as long as they do."""
    return replace(comment, body=deepcopy(comment.body), quote=deepcopy(comment.quote))


def _are_enough(place: Place, entries: Sequence[RawComment], known: Known | None) -> bool:
    """Tell whether all that are wanted are among some comments.

    An article's own come newest first; a thread's replies do not.
    """
    if known is None or place.target.kind is not Kind.COMMENTS:
        return False
    numbers = {number for entry in entries if (number := identifier(entry.cid)) is not None}
    return are_all_read(known, numbers, place.counted)
