"""What the links of a page name: where only an address tells an article's link from any other.

For pages whose markup is not known: the site's root and the style of its addresses are learned from the page itself.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

from crawler.discuz.urls import Grammar, Kind, Target, learn_style
from crawler.errors import UsageError
from crawler.pages.address import printed_address
from crawler.pages.base import compiled, strings
from crawler.sites.site import site_root

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.pages.base import Page

XPATHS: Final = compiled(
    {
        "variables": '//script[contains(., "REPORTURL") or contains(., "SITEURL")]/text()',
        "hrefs": '//a/@href[not(starts-with(., "javascript:")) and not(starts-with(., "#"))]',
    },
)

_SCRIPTS: Final = re.compile(r"/(?:portal|forum|home|member)\.php\?mod=")
_NOWHERE: Final = "http://site.invalid/"
"""The root of a page of which not even the address is known: relative links still tell what they name."""


class Names:
    """What the addresses on a page name.

    Attributes:
        grammar: reads them; its root is the site's, its style is what the page's links speak for.
        is_of_discuz: whether the page has the variables that every header of Discuz!'s prints, or links to its scripts.
        is_said: whether the page itself says what it was asked for as.
        asked: what the page itself was asked for as, by the address that it prints of itself, else by `Page.url`.
    """

    def __init__(self, page: Page) -> None:
        self._page = page
        script = "".join(strings(XPATHS["variables"], page.root))
        hrefs = [page.absolute(href) for href in strings(XPATHS["hrefs"], page.root)]
        self.is_of_discuz = bool(script) or any(_SCRIPTS.search(href) for href in hrefs)
        self.is_said = False
        self.grammar = _grammar(_roots(page), hrefs)
        self.asked = self._asked(script)

    def _asked(self, script: str) -> Target:
        own = self.grammar.parse(self._page.url)
        printed = printed_address(script)
        # An answer that a cache or a mirror kept is still the page that it says it is.
        said = self.grammar.parse(printed) if printed is not None else own
        if said.kind in {Kind.OTHER, Kind.HOME} and own.kind is not Kind.OTHER:
            return own
        self.is_said = printed is not None
        return said

    def target(self, href: str) -> Target:
        """What a link names.

        Args:
            href: as printed.
        """
        return self.grammar.parse(self._page.absolute(href))

    def article(self, href: str) -> Target | None:
        """The first page of the article that a link names; None where it names something else.

        Args:
            href: as printed.
        """
        target = self.target(href)
        return replace(target, page=1) if target.kind is Kind.ARTICLE else None

    def category(self, href: str) -> Target | None:
        """The first page of the list that a link names; None where it names something else.

        Args:
            href: as printed.
        """
        target = self.target(href)
        return replace(target, page=1) if target.kind is Kind.LISTING else None


def _roots(page: Page) -> list[str]:
    """Where the site's root can be, most certain first.

    What links resolve against, if the page states it; else only the address of the page is left, which may lie in a
    category's folder.
    """
    stated = [page.base_url] if page.base_url != page.url else [page.url, urljoin(page.url, "/")]
    roots: list[str] = []
    for url in stated:
        try:
            roots.append(site_root(url))
        except UsageError:
            continue
    return list(dict.fromkeys(roots)) or [_NOWHERE]


def _grammar(roots: Iterable[str], hrefs: list[str]) -> Grammar:
    """The grammar of the root under which most links name an article or a list."""
    grammars = [Grammar(root) for root in roots]
    best = max(grammars, key=lambda grammar: sum(_is_numbered(grammar.parse(href)) for href in hrefs))
    return replace(best, style=learn_style(hrefs, best.root))


def _is_numbered(target: Target) -> bool:
    return target.number is not None and target.kind in {Kind.ARTICLE, Kind.LISTING}
