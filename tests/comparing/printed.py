"""What of the truth a page prints at all: what it does not print cannot be read from it, and must not be guessed.

A template that is not Discuz!'s own leaves out what its maker did not want, and prints dates in ways of its own. Where
somebody has looked at what a site's templates print, ``truth/<site>-printed.json`` says it; else the page itself does.
"""

from __future__ import annotations

import html
import json
import re
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from crawler.discuz.dates import parse_offset
from tests.comparing.pages import bare

if TYPE_CHECKING:
    from crawler.items import RawSite
    from tests.captured import Capture
    from tests.comparing.pages import Captured, Pair


class Printed(NamedTuple):
    """A date as a page prints it."""

    words: str
    value: str
    precision: str


# From the most exact to the least; with leading zeros and without.
FORMS = {
    "second": ("{0:%Y-%m-%d %H:%M:%S}", "{0.year}-{0.month}-{0.day} {0:%H:%M:%S}"),
    "minute": (
        "{0.year}-{0.month}-{0.day} {0:%H:%M}",
        "{0:%Y-%m-%d %H:%M}",
        "{0:%Y/%m/%d %H:%M}",
        "{0.year}年{0.month}月{0.day}日 {0:%H:%M}",
    ),
    "day": (
        "{0.year}-{0.month}-{0.day}",
        "{0:%Y-%m-%d}",
        "{0:%Y/%m/%d}",
        "{0:%Y.%m.%d}",
        "{0.year}年{0.month}月{0.day}日",
        "{0:%Y年%m月%d日}",
        "{0.day} {0:%b} {0.year}",
        "{0:%d %b %Y}",
        "{0:%b} {0.day}, {0.year}",
    ),
}
LEFT_OUT = {"second": {}, "minute": {"second": 0}, "day": {"second": 0, "minute": 0, "hour": 0}}


@cache
def about(capture: Capture, site: str) -> dict[str, dict[str, dict[str, Any]]]:
    """What is known of a site's templates: by ``desktop`` and ``touch``, kind of page, and field."""
    path = capture.folder / "truth" / f"{site}-printed.json"
    known: dict[str, dict[str, dict[str, Any]]] = json.loads(path.read_bytes()) if path.is_file() else {}
    return known


def prints(page: Captured, field: str, kind: str = "article") -> bool:
    """Whether pages like this one print a field, as far as somebody has looked."""
    known = about(page.capture, page.site)
    return bool(known.get("touch" if page.touch else "desktop", {}).get(kind, {}).get(field, True))


@cache
def words(page: Captured) -> str:
    """A page's source without any space, its references resolved."""
    return bare(html.unescape(html.unescape(page.text))) or ""


@cache
def spaced(page: Captured) -> str:
    """A page's source with nothing but plain spaces."""
    return re.sub(r"\s|&nbsp;", " ", page.text)


def says(page: Captured, text: str | None) -> bool:
    """Whether a page has a text anywhere."""
    return bool(text) and (bare(html.unescape(text or "")) or "") in words(page)


def links_to(page: Captured, aid: int | None) -> bool:
    """Whether a page has a link to an article."""
    return aid is not None and re.search(rf"(?:\baid=|\barticle-){aid}(?!\d)", uncommented(page)) is not None


@cache
def uncommented(page: Captured) -> str:
    """A page's source without what its template has commented out."""
    return re.sub(r"<!--.*?-->", "", page.text, flags=re.DOTALL)


def unless(printed: bool, pair: Pair, empty: Any = None) -> list[Pair]:
    """A pair; where the field is not printed, none for what is empty, and a wrong one for what is guessed wrong."""
    read, expected = pair
    return [] if not printed and read == empty and expected != empty else [pair]


def date(page: Captured, truth: dict[str, Any]) -> Printed | None:
    """How a page prints the date of an article, None if it does not.

    Args:
        page: The page.
        truth: What is in the database.
    """
    moment = datetime.fromisoformat(truth["published"])
    displayed: str = truth["published_displayed"]
    precision = ("day", "minute", "second")[displayed.count(":")]
    candidates = [(displayed, precision), *((form.format(moment), name) for name in FORMS for form in FORMS[name])]
    source = spaced(page)
    for text, exact in candidates:
        if text in source and re.search(rf"(?<!\d){re.escape(text)}(?!\d)", source):
            return Printed(text, moment.replace(**LEFT_OUT[exact]).isoformat(), exact)  # type: ignore[arg-type]  # numbers all
    return None


def in_its_zone(site: RawSite | None, read: str | None, expected: str | None) -> Pair:
    """Two dates to compare: without their offsets where the page does not state its zone."""
    if site is not None and parse_offset(site.gmt_offset) is None and read and expected:
        return read[:19], expected[:19]
    return read, expected
