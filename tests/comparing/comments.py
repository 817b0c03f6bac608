"""Comment pages: ``mod=comment``, 25 a page, newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from crawler.loaders import Context, load_comments
from crawler.pages import CommentsPage
from tests.comparing.lists import taken_for
from tests.comparing.pages import bare, number_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.items import Comment, RawComments
    from tests.comparing.pages import Captured, Pair

PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class ReadComments:
    """A page of comments as read.

    Attributes:
        page: The page.
        raw: Its values as printed.
        comments: What the record makes of them, by number.
        expected: Those in the database that should be on it, newest first.
        asked: The page that was asked for.
        truth: What is in the database of the article.
    """

    page: Captured
    raw: RawComments
    comments: dict[int, Comment]
    expected: list[dict[str, Any]]
    asked: int
    truth: dict[str, Any]

    @property
    def last(self) -> int:
        """The number of pages."""
        return max(-(-int(self.truth["comment_count"]) // PER_PAGE), 1)


@cache
def read(page: Captured) -> ReadComments:
    """A page of comments.

    Raises:
        ValueError: It is not taken for one.
    """
    taken_for(page, "comments")
    raw = CommentsPage(page.selector, page.url).raw()
    context = Context(site_name="captured", grammar=page.grammar, fetched_at=datetime(2026, 11, 23, 14, 0, tzinfo=UTC))
    loaded = load_comments(raw.entries, context, context.time_zone(raw.site)[0])
    asked = number_in(page.url, "page") or 1
    about = page.about
    newest = sorted(about["comments"], key=lambda one: (one["time"], one["cid"]), reverse=True)
    expected = newest[(asked - 1) * PER_PAGE : asked * PER_PAGE]
    return ReadComments(page, raw, {one.id: one for one in loaded}, expected, asked, about)


def of_each(
    found: Callable[[Comment], Any], expected: Callable[[dict[str, Any]], Any]
) -> Callable[[ReadComments], list[Pair]]:
    """A field of every comment that should be on the page.

    Args:
        found: It, of a comment.
        expected: It, of one in the truth.
    """
    return lambda result: [
        (found(result.comments[one["cid"]]) if one["cid"] in result.comments else "missing", expected(one))
        for one in result.expected
    ]


FIELDS: dict[str, Callable[[ReadComments], list[Pair]]] = {
    "entries": lambda result: [([int(one.cid) for one in result.raw.entries], [one["cid"] for one in result.expected])],
    "count": lambda result: [(result.raw.count, result.truth["comment_count"])],
    "page": lambda result: [(result.raw.page, min(result.asked, result.last))],
    "pages": lambda result: [(result.raw.pages, result.last)],
    "article": lambda result: [(result.raw.article.text if result.raw.article else None, result.truth["title"])],
    "entry.author": of_each(lambda one: one.author, lambda truth: truth["author"] or None),
    "entry.author_uid": of_each(lambda one: one.author_uid, lambda truth: truth["uid"] or None),
    "entry.date": of_each(lambda one: (one.date or "")[:16], lambda truth: truth["time"][:16]),
    "entry.text": of_each(lambda one: bare(one.text), lambda truth: bare(truth["text"])),
    "entry.quote": of_each(lambda one: bare(one.quote), lambda truth: bare(truth.get("quote"))),
}
