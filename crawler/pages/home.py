"""The portal's home (``portal/index.htm``, X3.1-X3.5): a frame that owners fill with blocks of their own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crawler.discuz.urls import Kind
from crawler.items import RawHome, RawLink
from crawler.pages.base import Page, compiled, elements, text_of
from crawler.pages.naming import Names
from crawler.pages.notice import is_notice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

XPATHS: Final = compiled(
    {
        "navigation": 'id("nv")//li[starts-with(@id, "mn_P")]/a[@href]',
        "any_navigation": '//li[starts-with(@id, "mn_P")]//a[@href]',
        "menus": '//nav//a[@href] | //*[contains(@id, "nav") or contains(@class, "nav") or contains(@id, "menu")'
        ' or contains(@class, "menu") or @id="nv" or @id="dhnavs_li"]//a[@href]',
        "links": '/descendant::a[@href and not(starts-with(@href, "javascript:"))]',
    },
)

_NAVIGATION: Final = re.compile(r"mn_P(\d{1,10})$")
_LIST: Final = re.compile(r"\bmod=list\b.*?[?&]catid=(\d{1,10})(?!\d)|[?&]catid=(\d{1,10})\b.*?\bmod=list\b")


class HomePage(Page):
    """The portal's home, or any other page with the site's navigation."""

    @classmethod
    def matches(cls, page: Page) -> bool:
        """Whether a page is an application's front page: Discuz! sets ``body.pg_index`` on those.

        A template without these classes is known by the address that the page prints of itself.

        Args:
            page: Any page.
        """
        classes = page.classes
        if "pg_index" in classes:
            return True
        if is_notice(page) or any(name.startswith("pg_") for name in classes):
            return False
        names = Names(page)
        return names.is_of_discuz and names.asked.kind is Kind.HOME

    def raw(self) -> RawHome:
        """The categories that the page names, in order, and all links.

        The main navigation (``common/header.htm``) prints a category as ``li#mn_P<catid>``, whatever its address looks
        like; any other link to a list tells its catid only in the dynamic spelling. A category with a folder is linked
        by the folder alone, as anything else may be: such links count where a menu holds them.
        """
        selected = self._selected()
        if selected is not None:
            nodes, links = selected, elements(XPATHS["links"], self.root)
            return self._home([(self._catid(node), self.link(node)) for node in nodes], links, named=True)
        nodes = elements(XPATHS["navigation"], self.root) or elements(XPATHS["any_navigation"], self.root)
        categories = [(self._catid(node), self.link(node)) for node in nodes]
        links = elements(XPATHS["links"], self.root)
        known = {catid for catid, _ in categories}
        names = Names(self)
        for link in map(self.link, links):
            found = _LIST.search(link.url)
            if found is None or not link.text or names.category(link.url) is None:
                continue
            if (catid := int(found[1] or found[2])) not in known:
                known.add(catid)
                categories.append((catid, link))
        if not nodes:
            categories += self._folders({link.url for _, link in categories})
        return self._home(categories, links, named=bool(nodes))

    def _home(self, categories: list[tuple[int | None, RawLink]], links: list[HtmlElement], *, named: bool) -> RawHome:
        return RawHome(
            categories=categories,
            has_navigation=named,
            links=[self.link(node) for node in links],
            site=self.site(),
            base_url=self.base_url,
        )

    def _selected(self) -> list[HtmlElement] | None:
        """The links that the theme selects, or those in what it selects; None where it selects none."""
        selectors = self.theme.home.get("categories")
        if selectors is None:
            return None
        found = [one for one in selectors(self.root) if not isinstance(one, str)]
        links = [link for one in found for link in one.iter("a") if link.get("href")]
        return links if links or selectors.final else None

    @staticmethod
    def _catid(node: HtmlElement) -> int | None:
        """The number of the category that a link in the navigation leads to, where it is told."""
        for around in (node, *node.iterancestors("li")):
            found = _NAVIGATION.match(around.get("id", ""))
            if found is not None:
                return int(found[1])
        found = _LIST.search(node.get("href", ""))
        return int(found[1] or found[2]) if found is not None else None

    def _folders(self, known: set[str]) -> Iterator[tuple[None, RawLink]]:
        """The folders that a menu links to: of a page without Discuz!'s own navigation."""
        names = Names(self)
        for node in elements(XPATHS["menus"], self.root):
            href = node.get("href", "")
            target = names.category(href)
            link = self.link(node)
            if target is not None and target.number is None and text_of(node) and link.url not in known:
                known.add(link.url)
                yield None, link
