"""Comments: what pages print, as RECORD names it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crawler import text
from crawler.items import Comment
from crawler.loaders.faults import Faults
from crawler.loaders.values import identifier

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import tzinfo

    from lxml.html import HtmlElement

    from crawler.items import RawComment
    from crawler.loaders.context import Context

_QUOTED_NAME: Final = re.compile(r"[^\s:：,*\"<>&]{1,15}: ")


def load_comments(
    raws: Iterable[RawComment], context: Context, zone: tzinfo, faults: Faults | None = None
) -> list[Comment]:
    """The comments of an article, each once, by date and id.

    Args:
        raws: Comments in any order; the same one may come several times, from the article's pages and from its
            comment pages.
        context: The site, and how its pages were got.
        zone: The zone in which their dates are printed.
        faults: Takes note of those that cannot be loaded; a new one by default.
    """
    faults = faults or Faults("a page of comments", context.count)
    comments: dict[int, Comment] = {}
    for raw in raws:
        number = identifier(raw.cid)
        if number is None:
            faults.note("comments", f"no comment has the number {raw.cid!r}")
        elif number not in comments:
            comment = faults.value("comments", None, _comment, number, raw, context, zone)
            if comment is not None:
                comments[number] = comment
    return sorted(comments.values(), key=lambda comment: (comment.date or "", comment.id))


def _comment(number: int, raw: RawComment, context: Context, zone: tzinfo) -> Comment:
    when = context.when(raw.date, raw.date_title, zone)
    uid = context.grammar.parse(raw.author_url).number if raw.author_url else None
    return Comment(
        id=number,
        author=text.clean_line(raw.author) if raw.author else None,
        author_uid=uid or None,
        date=when.value.isoformat() if when else None,
        text=_words(raw.body),
        quote=_without_name(_words(raw.quote)) if raw.quote is not None else None,
    )


def _words(node: HtmlElement | None) -> str:
    if node is None:
        return ""
    if not len(node):  # most comments: no markup at all
        return text.clean_line(node.text or "")
    return "\n".join(text.paragraphs([node]))


def _without_name(quote: str) -> str:
    """The quoted words: ``portalcp_comment.php`` (X3.1-X3.5) puts "name: " before them.

    A name has at most 15 characters and none of these (``uc_client/model/user.php``, ``check_username``).
    """
    name = _QUOTED_NAME.match(quote)
    return quote[name.end() :] if name else quote
