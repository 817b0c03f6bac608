"""A category's list: ``portal/list.htm`` of the default template and its front-page variants, X3.1-X3.5."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crawler.items import RawEntry, RawListing
from crawler.pages.base import Page, compiled, elements, first, strings, text_of
from crawler.pages.pager import read_pager

if TYPE_CHECKING:
    from lxml.html import HtmlElement

XPATHS: Final = compiled(
    {
        "body": "/html/body/@class",
        "feed": '//a[contains(@href, "mod=rss")]/@href',
        "name": 'id("ct")//h1',
        "path": 'id("pt")//a[@href]',
        "here": 'id("pt")/div[last()]',
        "list": 'id("ct")//div[contains(concat(" ", @class, " "), " bm_c ")'
        ' and contains(concat(" ", @class, " "), " xld ")]',
        "entry": "dl",
        "title": "dt//a[@href]",
        "summary": 'dd[contains(concat(" ", @class, " "), " xs2 ")]',
        "cover": './/img[contains(concat(" ", @class, " "), " tn ")]/@src',
        "category": 'dd/label/a[@href and not(contains(@href, "portalcp"))]',
        "date": 'dd/span[contains(concat(" ", @class, " "), " xg1 ")]',
        "exact_date": ".//span/@title",
        "pager": 'id("ct")//div[contains(concat(" ", @class, " "), " pgs ")]/div[@class="pg"]',
        "children": 'id("ct")//div[contains(concat(" ", @class, " "), " bm_c ")'
        ' and contains(concat(" ", @class, " "), " bbda ")]/a[@href]',
        "siblings": 'id("ct")/div[contains(concat(" ", @class, " "), " sd ")]'
        '/div[@class="bm"]/div[@class="bm_c"]/ul[contains(concat(" ", @class, " "), " xl2 ")]/li/a[@href]',
        "links": 'id("ct")//a[@href and not(starts-with(@href, "javascript:"))]',
    },
)

_CATEGORY: Final = re.compile(r"pg_list_(\d+)")
_CATID: Final = re.compile(r"[?&]catid=(\d+)")
_AID: Final = re.compile(r"(?:[?&]aid=|\barticle-)(\d+)")


class ListingPage(Page):
    """One page of a category's list."""

    @classmethod
    def matches(cls, page: Page) -> bool:
        """Whether a page is a category's of a desktop template, and not the notice for a missing or closed one.

        ``body`` says ``pg_list`` on all of these; the category itself is named in a further class.

        Args:
            page: Any page.
        """
        if "pg_list" not in page.classes or page.is_notice:
            return False
        return bool(_catids(page.root)) or first(XPATHS["list"], page.root) is not None

    def raw(self) -> RawListing:
        """The page's values as printed.

        A page beyond the last has no entries; one beyond ``maxpages`` shows the last allowed page's entries again. Both
        give themselves away by `page`, which is not the page that was asked for. The front-page templates
        (``list_index.htm``, ``list_category_onerank.htm``, ``list_category_tworanks.htm``) have neither list nor pager:
        their links are in `links`.
        """
        pager = read_pager(first(XPATHS["pager"], self.root))
        name = first(XPATHS["name"], self.root)
        found = first(XPATHS["list"], self.root)
        return RawListing(
            catid=self._catid(),
            name=text_of(name) if name is not None else self._here(),
            entries=[
                entry
                for node in (elements(XPATHS["entry"], found) if found is not None else [])
                if (entry := self._entry(node)) is not None
            ],
            page=pager.current,
            pages=pager.last,
            has_next=pager.has_next,
            breadcrumbs=[self.link(node) for node in elements(XPATHS["path"], self.root)],
            children=[self.link(node) for node in elements(XPATHS["children"], self.root)],
            siblings=[self.link(node) for node in elements(XPATHS["siblings"], self.root)],
            links=[] if found is not None else [self.link(node) for node in elements(XPATHS["links"], self.root)],
            site=self.site(),
            base_url=self.base_url,
        )

    def _catid(self) -> int | None:
        """The category's id: the last of ``body``'s classes, else the one in the address of its feed.

        ``portal_list.php`` (X3.1-X3.5) makes them ``pg_list_<top> pg_list_<parent> pg_list_<own>``.
        """
        if catids := _catids(self.root):
            return catids[-1]
        feeds = (_CATID.search(href) for href in strings(XPATHS["feed"], self.root))
        return next((int(feed[1]) for feed in feeds if feed is not None), None)

    def _here(self) -> str | None:
        """The end of the path, which is bare text: the only place where a front page names its category."""
        path = first(XPATHS["here"], self.root)
        if path is None or not len(path):
            return None
        return (path[-1].tail or "").strip() or None

    def _entry(self, node: HtmlElement) -> RawEntry | None:
        """One article of the list; None where the element links to nothing.

        ``dl``: title in ``dt``; in the first ``dd`` the cover (``div.atc``) and the summary; in the second one the
        category, only in the list of one with descendants, and the date.
        """
        title = first(XPATHS["title"], node)
        if title is None:
            return None
        aid = _AID.search(title.get("href", ""))
        summary = first(XPATHS["summary"], node)
        covers = strings(XPATHS["cover"], node)
        category = first(XPATHS["category"], node)
        date = first(XPATHS["date"], node)
        titles = strings(XPATHS["exact_date"], date) if date is not None and len(date) else []
        return RawEntry(
            title=text_of(title),
            url=self.absolute(title.get("href", "")),
            aid=int(aid[1]) if aid else None,
            date=text_of(date) if date is not None else None,
            date_title=titles[0] if titles else None,
            summary=text_of(summary) if summary is not None else None,
            thumbnail=self.absolute(covers[0]) if covers else None,
            category=self.link(category) if category is not None else None,
            highlight=title.get("style"),
        )


def _catids(root: HtmlElement) -> list[int]:
    names = " ".join(strings(XPATHS["body"], root)).split()
    return [int(found[1]) for name in names if (found := _CATEGORY.fullmatch(name)) is not None]
