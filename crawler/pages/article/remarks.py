"""The comments that an article page shows, and what they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crawler.pages.base import compiled, elements
from crawler.pages.comments import find_comments, read_comment
from crawler.pages.rules import Field, Rule

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from crawler.items import RawComment
    from crawler.pages.article.layout import Layout

XPATHS: Final = compiled(
    {
        "comments": 'id("comment_ul")/dl',
        "form": 'id("cform")//input[@type="hidden"]',
    },
)


def _read(layout: Layout, nodes: list[HtmlElement]) -> list[RawComment]:
    return [comment for node in nodes if (comment := read_comment(layout.page, node)) is not None]


def idtype(layout: Layout) -> tuple[str | None, str | None]:
    """What the comments belong to, where the form says that it is not the article: its kind and its number.

    Args:
        layout: the page.
    """
    inputs = {node.get("name"): node.get("value") for node in elements(XPATHS["form"], layout.root)}
    kind = inputs.get("idtype") or None
    return kind, inputs.get("id") if kind else None


def _printed(layout: Layout) -> list[RawComment]:
    if layout.page.theme.comments:
        return []
    return _read(layout, elements(XPATHS["comments"], layout.root))


def _anywhere(layout: Layout) -> list[RawComment]:
    if layout.is_default and not layout.page.theme.comments:
        return []
    return _read(layout, find_comments(layout.page))


FIELD: Final[Field[Layout]] = Field(
    (
        Rule('id("comment_ul")/dl', _printed),
        Rule("elements with id comment_N_li, or behind an anchor comment_anchor_N", _anywhere),
    ),
    lambda layout, found: _read(layout, [node for node in found if not isinstance(node, str)]),
)
