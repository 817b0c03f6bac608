"""The pager, ``div.pg``: one helper of the core prints it for lists, articles and comments alike."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from crawler.pages.base import compiled, elements, first, strings, text_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_NUMBER: Final = re.compile(r"(?<!\d)\d{1,10}(?!\d)")

XPATHS: Final = compiled(
    {
        "current": "strong",
        "total": "label/span/@title",
        "links": "a[@href]",
        "next": 'a[contains(concat(" ", @class, " "), " nxt ")]',
        "any": '//div[contains(@class, "pg") and contains(concat(" ", normalize-space(@class), " "), " pg ")]'
        "[strong or a[@href]]",
    },
)


@dataclass(frozen=True, slots=True)
class Pager:
    """Where a page stands among its neighbours.

    `current` is the page that the server counted as shown: beyond the last page, and beyond a category's ``maxpages``,
    it is the last one and so differs from the page that was asked for.
    """

    current: int = 1
    last: int = 1
    has_next: bool = False


MOST_PAGES: Final = 1_000_000
"""Of anything: ten million articles fill fewer. What says that there are more says nothing."""
SINGLE: Final = Pager()
"""What holds without a pager: it is left out where everything fits on one page."""


def read_pager(node: HtmlElement | None) -> Pager:
    """Reads a pager.

    ``helper_page::multi`` (``source/class/helper/helper_page.php``, X3.1-X3.5) prints the current page as
    ``strong``, up to ten numbers around it, ``a.first`` and ``a.last`` (whose words may name more pages than can be
    reached), the number of reachable pages in ``label span`` and its title, and ``a.nxt`` unless the current page is
    the last. With an ajax target the label is left out: then the highest number in sight stands for the last page.

    Args:
        node: The ``div.pg`` element, or None where the page has none.
    """
    if node is None:
        return SINGLE
    current = first(XPATHS["current"], node)
    here = number(text_of(current)) if current is not None else 1
    has_next = first(XPATHS["next"], node) is not None
    totals = strings(XPATHS["total"], node)
    last = number(totals[0]) if totals else 0
    if not 0 < last <= MOST_PAGES:
        numbers = [number(text_of(link)) for link in elements(XPATHS["links"], node)]
        last = max([here, *(one for one in numbers if one <= MOST_PAGES)])
    return Pager(current=here, last=max(last, here), has_next=has_next)


def find_pagers(root: HtmlElement) -> list[HtmlElement]:
    """The pagers of a page, wherever its template puts them: above and below a list they are the same.

    Args:
        root: the page.
    """
    return elements(XPATHS["any"], root)


def find_pager(root: HtmlElement) -> HtmlElement | None:
    """The first pager of a page, wherever its template puts it.

    Args:
        root: the page.
    """
    return first(XPATHS["any"], root)


def number(words: str) -> int:
    """The first number in some words, 0 where there is none of at most ten digits: a database holds no longer ones.

    Args:
        words: such as "... 46".
    """
    found = _NUMBER.search(words)
    return int(found[0]) if found else 0
