"""The article's own number, wherever the core or one of its shared templates prints it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crawler.pages.base import compiled, strings
from crawler.pages.rules import Field, Rule

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml import etree

    from crawler.pages.article.layout import Layout

XPATHS: Final = compiled(
    {
        "form": 'id("cform")//input[@type="hidden"][@name="aid"]/@value',
        "favourite": 'id("a_favorite")/@href',
        "any_click": '//@id[starts-with(., "click_aid_")]',
        "any_form": '//form//input[@name="aid"]/@value',
        "tools": (
            '//a/@href[contains(., "type=article") or contains(., "action=article") or contains(., "idtype=aid")'
            ' or contains(., "ac=article&op=") or contains(., "ac=related&aid=")]'
        ),
        "quote": '//a/@onclick[contains(., "portal_comment_requote")]',
        "self": '//link[@rel="canonical"]/@href | //meta[@property="og:url"]/@content',
        "pager": '//input[@id="multipage_url"]/@value',
    },
)

_CLICK: Final = re.compile(r"click_aid_(\d{1,10})_")
_ID: Final = re.compile(r"[?&](?:id|aid)=(\d{1,10})(?!\d)")
_QUOTE: Final = re.compile(r"portal_comment_requote\(\s*\d+\s*,\s*'?(\d{1,10})(?!\d)")
_ADDRESS: Final = re.compile(r"(?:[?&]aid=|\barticle-)(\d{1,10})(?!\d)")
_DIGITS: Final = re.compile(r"\s*([1-9]\d{0,9})\s*\Z")


def _number(xpath: etree.XPath, expression: re.Pattern[str]) -> Callable[[Layout], str | None]:
    """The number that an expression finds in one of the strings that an XPath selects."""

    def read(layout: Layout) -> str | None:
        found = (expression.match(value) or expression.search(value) for value in strings(xpath, layout.root))
        return next((one[1] for one in found if one), None)

    return read


_RULES: Final = {
    "form": _DIGITS,
    "favourite": _ID,
    "any_click": _CLICK,
    "any_form": _DIGITS,
    "tools": _ID,
    "quote": _QUOTE,
    "self": _ADDRESS,
    "pager": _ADDRESS,
}


def _clicked(layout: Layout) -> str | None:
    found = _CLICK.match(layout.clicks[0].get("id", "")) if layout.clicks else None
    return found[1] if found else None


FIELD: Final[Field[Layout]] = Field(
    [
        Rule('id("click_div")//@id[starts-with(., "click_aid_")]', _clicked),
        *(Rule(XPATHS[name].path, _number(XPATHS[name], expression)) for name, expression in _RULES.items()),
    ],
)
