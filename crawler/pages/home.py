"""The portal's home (``portal/index.htm``, X3.1-X3.5): a frame that owners fill with blocks of their own."""

from __future__ import annotations

import re
from typing import Final

from crawler.items import RawHome, RawLink
from crawler.pages.base import Page, compiled, elements

XPATHS: Final = compiled(
    {
        "navigation": 'id("nv")//li[starts-with(@id, "mn_P")]/a[@href]',
        "links": '//a[@href and not(starts-with(@href, "javascript:"))]',
    },
)

_NAVIGATION: Final = re.compile(r"mn_P(\d+)$")
_LIST: Final = re.compile(r"\bmod=list\b.*?[?&]catid=(\d+)|[?&]catid=(\d+)\b.*?\bmod=list\b")


class HomePage(Page):
    """The portal's home, or any other page with the site's navigation."""

    @classmethod
    def matches(cls, page: Page) -> bool:
        """Whether a page is an application's front page: Discuz! sets ``body.pg_index`` on those.

        Args:
            page: Any page.
        """
        return "pg_index" in page.classes

    def raw(self) -> RawHome:
        """The categories that the page names, in order, and all links.

        The main navigation (``common/header.htm``) prints a category as ``li#mn_P<catid>``, whatever its address looks
        like; any other link to a list tells its catid only in the dynamic spelling.
        """
        links = [self.link(node) for node in elements(XPATHS["links"], self.root)]
        categories: list[tuple[int | None, RawLink]] = []
        for node in elements(XPATHS["navigation"], self.root):
            item = node.getparent()
            catid = None if item is None else _NAVIGATION.match(item.get("id", ""))
            categories.append((int(catid[1]) if catid else None, self.link(node)))
        known = {catid for catid, _ in categories}
        for link in links:
            found = _LIST.search(link.url)
            if found is None:
                continue
            catid_ = int(found[1] or found[2])
            if catid_ not in known:
                known.add(catid_)
                categories.append((catid_, link))
        return RawHome(categories=categories, links=links, site=self.site(), base_url=self.base_url)
