"""The categories around one, on a page whose markup is not known: its own name, those below it, those beside it.

A list's page links to categories in menus: the site's navigation, the path, the categories below (``$cat[subs]``) and
those beside it, of which it is one itself (``$cat[others]``, ``category_remake()`` in
``source/function/function_portal.php``, X3.1-X3.5). So a menu that names the page's own category, or one above it, is
not the one of those below.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crawler.pages.base import compiled, elements, first, strings, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.html import HtmlElement

    from crawler.discuz.urls import Target
    from crawler.items import RawLink
    from crawler.pages.base import Page
    from crawler.pages.naming import Names


XPATHS: Final = compiled(
    {
        "navigation": 'id("nv")//a[@href] | //li[starts-with(@id, "mn_")]//a[@href]',
        "home": '//a[contains(concat(" ", @class, " "), " nvhm ") and @href]/..',
        "paged": 'ancestor::*[contains(concat(" ", @class, " "), " pg ")]',
        "links": ".//a[@href]",
        "title": "/html/head/title/text()",
        "headings": "//h1 | //h2 | //h3 | //h4 | //h5",
        "names": "//*[self::span or self::div or self::strong or self::a or self::p or self::li or self::em or self::b]"
        "[not(*)]",
    },
)

_CRUMBS: Final = re.compile(r"crumb|bread|location|position|weizhi|dqwz", re.IGNORECASE)
_PAGE: Final = re.compile(r"\s*-\s*\D{0,12}(\d{1,10})\D{0,12}\Z")
_AFTER: Final = frozenset(["", *" -_|,，—–·>»›第"])
"""What can stand behind the name in a title: a separator, or "page N"."""

_LONGEST: Final = 60
"""Characters of a category's name: the column has 255, no site uses them."""


class Around:
    """Tells the menus of a category's page apart.

    Attributes:
        own: what the page's own category can be named by: its number, its folder.
        above: the same of the categories above it.
    """

    def __init__(self, page: Page, names: Names, catids: list[int]) -> None:
        self._page = page
        self._names = names
        own = names.asked
        told: list[int | str] = [key for key in (own.number, own.name) if key]
        self.own = {*told, *catids[-1:]}
        self.above: set[int | str] = {key for key in catids if key not in self.own}
        folder = own.name.rpartition("/")[0]
        while folder:
            self.above.add(folder)
            folder = folder.rpartition("/")[0]

    def path(self) -> HtmlElement | None:
        """The element that holds the path from home to the page, None where the template prints none."""
        found = first(XPATHS["home"], self._page.root)
        if found is not None:
            return found
        boxes = self._page.root.iter("div", "ul", "ol", "p", "span")
        named = (box for box in boxes if _CRUMBS.search(f"{box.get('class', '')} {box.get('id', '')}"))
        return next((box for box in named if first(XPATHS["links"], box) is not None), None)

    def children(self, menus: Iterable[list[HtmlElement]]) -> list[RawLink]:
        """The categories below this one.

        Args:
            menus: links to categories in the content, those that stand side by side together.
        """
        crumbs = self.path()
        known = self._keys(elements(XPATHS["navigation"], self._page.root)) | self.above
        links = []
        for menu in menus:
            keys = self._keys(menu)
            on_path = crumbs is not None and any(crumbs is around for around in menu[0].iterancestors())
            if not on_path and not keys & (self.own | self.above) and not keys & known:
                links += menu
        return self._once(links)

    def siblings(self, menus: Iterable[list[HtmlElement]]) -> list[RawLink]:
        """The categories beside this one, itself among them.

        Args:
            menus: as in `children`.
        """
        return self._once([link for menu in menus if len(menu) > 1 and self._keys(menu) & self.own for link in menu])

    def name(self, entries: set[HtmlElement]) -> str | None:
        """The page's own category: what stands on the page and at the beginning of its title alike.

        ``portal_list.php`` (X3.1-X3.5) begins the title with the name, unless the owner has set another one.

        Args:
            entries: every element of the list's entries, which name other things.
        """
        titles = [" ".join(part.split()) for part in strings(XPATHS["title"], self._page.root)]
        title = titles[0] if titles else ""
        own = [link for link in elements(XPATHS["links"], self._page.root) if self._is_own(link)]
        for nodes in (elements(XPATHS["headings"], self._page.root), own, elements(XPATHS["names"], self._page.root)):
            for node in nodes:
                words = self._without_page(text_of(node))
                if words and len(words) <= _LONGEST and node not in entries and _begins(title, words):
                    return words
        name = self._page.site().name
        said = self._without_page(title.partition(" - ")[0])
        said = said.removesuffix(name).strip() if name and name != said else said
        return said or (text_of(own[0]) if own else None) or None

    def _without_page(self, words: str) -> str:
        """Words without the page's number, which ``helper_seo::get_title_page()`` puts behind a title (X3.1-X3.5)."""
        page = self._names.asked.page
        found = _PAGE.search(words) if page > 1 else None
        return words[: found.start()] if found is not None and int(found[1]) == page else words

    def _is_own(self, link: HtmlElement) -> bool:
        target = self._names.category(link.get("href", ""))
        return target is not None and self._key(target) in self.own and not elements(XPATHS["paged"], link)

    def _keys(self, links: Iterable[HtmlElement]) -> set[int | str]:
        targets = (self._names.category(link.get("href", "")) for link in links)
        return {self._key(target) for target in targets if target is not None}

    @staticmethod
    def _key(target: Target) -> int | str:
        return target.number if target.number is not None else target.name

    def _once(self, links: Iterable[HtmlElement]) -> list[RawLink]:
        """One link a category, the one with words; "more" beside a heading is not its name."""
        known: dict[int | str, RawLink] = {}
        for link in links:
            target = self._names.category(link.get("href", ""))
            if target is not None and text_of(link):
                known.setdefault(self._key(target), self._page.link(link))
        return list(known.values())


def _begins(title: str, words: str) -> bool:
    """Whether a page's title begins with these words, and with no longer ones."""
    rest = title.removeprefix(" ".join(words.split()))
    return rest != title and rest[:1] in _AFTER
