"""The comments that an article page shows, and what they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crawler.pages.base import compiled, elements, strings
from crawler.pages.comments import find_comments, read_comment
from crawler.pages.rules import Field, Rule

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from crawler.items import RawComment
    from crawler.pages.article.layout import Layout

XPATHS: Final = compiled(
    {
        "comments": 'id("comment_ul")/dl',
        "idtype": 'id("cform")/descendant::input[@name="idtype"]/@value',
        "id": 'id("cform")/descendant::input[@name="id"]/@value',
    },
)


def _read(layout: Layout, nodes: list[HtmlElement]) -> list[RawComment]:
    return [comment for node in nodes if (comment := read_comment(layout.page, node)) is not None]


def idtype(layout: Layout) -> tuple[str | None, str | None]:
    """What the comments belong to, where the form says that it is not the article: its kind and its number.

    Args:
        layout: the page.
    """
    kind = next((value for value in strings(XPATHS["idtype"], layout.root) if value), None)
    return kind, None if kind is None else next(iter(strings(XPATHS["id"], layout.root)), None)


def _printed(layout: Layout) -> list[RawComment]:
    if layout.page.theme.comments:
        return []
    return _read(layout, elements(XPATHS["comments"], layout.root))


def _anywhere(layout: Layout) -> list[RawComment]:
    return _read(layout, find_comments(layout.page))


def _themed(layout: Layout) -> list[RawComment]:
    return _anywhere(layout) if layout.page.theme.comments else []


FIELD: Final[Field[Layout]] = Field(
    [
        Rule('id("comment_ul")/dl', _printed),
        Rule("[theme.comments] entries", _themed),
    ],
    [Rule("elements with id comment_N_li, or behind an anchor comment_anchor_N", _anywhere)],
    lambda layout, found: _read(layout, [node for node in found if not isinstance(node, str)]),
)
