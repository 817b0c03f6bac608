"""How a site's own template departs from the default: a table of selectors, no code.

A theme overrides single fields. A field that it does not name, and one whose selectors select nothing on a page, is
read as on any other site.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from cssselect import SelectorError
from lxml import etree
from parsel.csstranslator import HTMLTranslator

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml.html import HtmlElement

KNOWN: Final[Mapping[str, tuple[str, ...]]] = {
    "article": (
        *("title", "date", "publisher", "views", "comment_count", "author", "source", "summary", "breadcrumbs"),
        *("body", "body_without", "page_title", "pager", "page_titles", "reactions", "related", "previous", "next"),
        *("tags", "comments"),
    ),
    "listing": ("name", "entries", "title", "summary", "cover", "category", "date", "pager", "children", "breadcrumbs"),
    "comments": ("entries", "author", "date", "text", "quote", "pager"),
    "home": ("categories",),
}
"""The fields that a theme can name, by table. In ``listing``, ``entries`` selects each entry's element and ``title`` to
``date`` start from it; so do ``author`` to ``quote`` in ``comments``."""

_XPATH: Final = re.compile(r"/|\.\.?/|\.\.$|\(|id\(")
_NAMESPACES: Final = {"re": "http://exslt.org/regular-expressions"}
_NOTHING: Final = etree.fromstring("<html/>")


@dataclass(frozen=True, slots=True)
class Selectors:
    """The selectors of one field, tried in order.

    Attributes:
        written: as the theme has them, without empty ones.
        final: whether the field is not looked for in any other way: an empty selector stands at the end. With nothing
            before it the site does not print the field.
    """

    written: tuple[str, ...]
    final: bool
    _compiled: tuple[etree.XPath, ...] = field(repr=False, compare=False)

    def __call__(self, node: HtmlElement) -> list[HtmlElement | str]:
        """What the first selector that selects anything selects.

        Args:
            node: the page's root, or the element of the entry that the field belongs to.

        Returns:
            elements, or strings where attributes or text are selected; blank strings are left out.
        """
        return self.hit(node)[1]

    def hit(self, node: HtmlElement) -> tuple[str | None, list[HtmlElement | str]]:
        """The selector that selects something, and what; None where none does.

        Args:
            node: as in a call.
        """
        for written, xpath in zip(self.written, self._compiled, strict=True):
            try:
                found = _as_list(xpath(node))
            except etree.XPathError:  # such as an unknown function in a predicate: a field is no reason to fail
                continue
            if found:
                return written, found
        return None, []


@dataclass(frozen=True, slots=True)
class Theme:
    """A site's template: selectors by field, for each kind of page.

    Attributes:
        name: what records of this site name as their extractor.
        article: selectors of an article page.
        listing: selectors of a category's list.
        comments: selectors of a comment page, and of the comments on an article page.
        home: selectors of the portal's home.
    """

    name: str
    article: Mapping[str, Selectors]
    listing: Mapping[str, Selectors]
    comments: Mapping[str, Selectors]
    home: Mapping[str, Selectors]


DEFAULT: Final = Theme("default", {}, {}, {}, {})
"""No departure from what is read without a theme."""


def load_theme(name: str, tables: Mapping[str, Mapping[str, str | list[str]]]) -> Theme:
    """Makes a theme of what a profile says.

    Args:
        name: the theme's name.
        tables: selectors by field, by table (`KNOWN`). A selector is XPath where it begins with ``/``, ``./``, ``../``,
            ``(`` or ``id(``, else CSS, in which ``::text`` and ``::attr(name)`` select strings. An empty one says that
            the field is not looked for any further.

    Raises:
        ValueError: a table or field is not known, or a selector cannot be used. Every fault is named at once.

    >>> theme = load_theme("paper", {"article": {"title": "h1.vt_th", "summary": ""}})
    >>> theme.article["title"].written
    ('h1.vt_th',)
    """
    faults: list[str] = []
    made: dict[str, dict[str, Selectors]] = {table: {} for table in KNOWN}
    for table, fields in tables.items():
        if table not in KNOWN:
            faults.append(f"{table} is unknown (known are {', '.join(KNOWN)})")
            continue
        if not hasattr(fields, "items"):
            faults.append(f"{table} = {fields!r}: a table of selectors is wanted, as in [{table}]")
            continue
        for name_of_field, value in fields.items():
            if name_of_field not in KNOWN[table]:
                faults.append(f"{table}.{name_of_field} is unknown (known are {', '.join(KNOWN[table])})")
                continue
            try:
                made[table][name_of_field] = _selectors(value)
            except ValueError as error:
                faults.append(f"{table}.{name_of_field} = {value!r}: {error}")
    if faults:
        raise ValueError("; ".join(faults))
    return Theme(name, **made)


def text_of_first(found: list[HtmlElement | str]) -> str | None:
    """The words of the first thing selected that has any, trimmed; None where none has.

    Args:
        found: what `Selectors` gave.
    """
    for one in found:
        words = (one if isinstance(one, str) else one.text_content()).strip()
        if words:
            return words
    return None


def _selectors(value: object) -> Selectors:
    written = [value] if isinstance(value, str) else value
    if not isinstance(written, list) or not written or not all(isinstance(one, str) for one in written):
        raise ValueError('a selector or a list of them is wanted, as in "h1.title" or ["h1.title", "h2"]')
    kept = [one.strip() for one in written if one.strip()]
    final = not written[-1].strip()
    if len(kept) != len(written) - final:
        raise ValueError("an empty selector ends the search; put it last, or leave it out")
    return Selectors(tuple(kept), final, tuple(map(_compile, kept)))


def _compile(written: str) -> etree.XPath:
    is_xpath = _XPATH.match(written) is not None
    try:
        path = written if is_xpath else HTMLTranslator().css_to_xpath(written)
        xpath = etree.XPath(path, namespaces=_NAMESPACES, smart_strings=False)
        xpath(_NOTHING)  # a function or prefix that is not known shows only now
    except (SelectorError, etree.XPathError, ValueError) as error:
        kind = "XPath" if is_xpath else "CSS (XPath begins with /, ./ or a bracket)"
        raise ValueError(f"{str(error).rstrip('.')}; mend the selector, which is read as {kind}") from None
    return xpath


def _as_list(found: object) -> list[HtmlElement | str]:
    """What an XPath gave, as a list: ``string()`` and ``count()`` give single values."""
    if isinstance(found, list):
        return [one for one in found if not isinstance(one, str) or one.strip()]
    words = str(found)
    return [words] if isinstance(found, str) and words.strip() else []
