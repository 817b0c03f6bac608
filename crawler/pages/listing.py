"""A category's list: ``portal/list.htm`` of the default template, its front-page variants, the touch one, and others.

The default markup is read by its own anchors. Where a template has another one, the list is what repeats itself around
links to articles (`crawler.pages.repeats`).
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Final

from crawler.discuz.urls import Kind
from crawler.items import RawEntry, RawLink, RawListing
from crawler.pages.base import Page, compiled, elements, first, strings, text_of
from crawler.pages.entry import EntryReader
from crawler.pages.layout import Layout, catids
from crawler.pages.notice import is_notice
from crawler.pages.pager import SINGLE, Pager, find_pager, read_pager
from crawler.pages.pictures import cover_of
from crawler.pages.theme import text_of_first

if TYPE_CHECKING:
    from lxml.html import HtmlElement

XPATHS: Final = compiled(
    {
        "body": "/html/body/@class",
        "feed": '//a[contains(@href, "mod=rss")]/@href',
        "publish": '//a[contains(@href, "mod=portalcp") and contains(@href, "ac=article")]/@href',
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
        "any_link": ".//a[@href]",
        "pager": 'id("ct")//div[contains(concat(" ", @class, " "), " pgs ")]/div[@class="pg"]',
        "children": 'id("ct")//div[contains(concat(" ", @class, " "), " bm_c ")'
        ' and contains(concat(" ", @class, " "), " bbda ")]/a[@href]',
        "siblings": 'id("ct")/div[contains(concat(" ", @class, " "), " sd ")]'
        '/div[@class="bm"]/div[@class="bm_c"]/ul[contains(concat(" ", @class, " "), " xl2 ")]/li/a[@href]',
        "links": 'id("ct")//a[@href and not(starts-with(@href, "javascript:"))]',
        "touch": '//div[contains(concat(" ", @class, " "), " wzlist ")]',
        "touch_entry": "li",
        "touch_link": "a[@href]",
        "touch_title": './/*[contains(concat(" ", @class, " "), " mtit ")]',
        "touch_date": './/*[contains(concat(" ", @class, " "), " mtime ")]',
        "touch_cover": './/*[contains(concat(" ", @class, " "), " mimg ")]//img/@src',
        "touch_name": '//body[contains(concat(" ", @class, " "), " pg_list ")]'
        '/div[contains(concat(" ", @class, " "), " header ")]/h2',
        "touch_children": 'id("dhnavs_li")//a[@href]',
        "touch_siblings": 'id("dhnav_li")//a[@href]',
        "every_link": '//body/descendant::a[@href and not(starts-with(@href, "javascript:"))]',
    },
)

_MOST_STEPS: Final = 30
_CATID: Final = re.compile(r"[?&]catid=(\d{1,10})(?!\d)")
_AID: Final = re.compile(r"(?:[?&]aid=|\barticle-)(\d{1,10})(?!\d)")


class ListingPage(Page):
    """One page of a category's list."""

    @classmethod
    def matches(cls, page: Page) -> bool:
        """Whether a page is a category's, and not the notice for a missing or closed one.

        ``body`` says ``pg_list`` on all of these, and in desktop templates names the category in a further class. A
        template without that is known by the address that the page prints of itself, together with a list or a pager.

        Args:
            page: Any page.
        """
        classes = page.classes
        if "pg_list" in classes:
            if is_notice(page):
                return False
            if catids(page) or any(first(XPATHS[anchor], page.root) is not None for anchor in ("list", "touch")):
                return True
            return cls._is_list(Layout(page))
        if is_notice(page) or any(name.startswith("pg_") for name in classes):
            return False
        return cls._is_list(Layout(page))

    @staticmethod
    def _is_list(layout: Layout) -> bool:
        """Whether a page without the marks of a list was asked for as one, and is no notice that stands in for it."""
        if layout.names.asked.kind is not Kind.LISTING:
            return False
        if layout.is_paged or layout.found.items:
            return True
        return (layout.names.is_said or layout.has_class) and not layout.is_called_notice

    def raw(self) -> RawListing:
        """The page's values as printed.

        A page beyond the last has no entries; one beyond ``maxpages`` shows the last allowed page's entries again. Both
        give themselves away by `page`, which is not the page that was asked for. The front-page templates
        (``list_index.htm``, ``list_category_onerank.htm``, ``list_category_tworanks.htm``) have neither list nor pager:
        their links are in `links`, and the categories that head their blocks are the children.
        """
        entries = self._entries()
        pager = self._pager()
        return RawListing(
            catid=self._catid(),
            name=self._name(),
            entries=entries or [],
            page=pager.current,
            pages=pager.last,
            has_next=pager.has_next,
            breadcrumbs=self._breadcrumbs(),
            children=self._children(),
            siblings=self._siblings(),
            links=self._links() if entries is None and not self._layout.is_paged else [],
            site=self.site(),
            base_url=self.base_url,
        )

    # --- what the markup is ---

    @cached_property
    def _default(self) -> HtmlElement | None:
        """The default template's list."""
        return first(XPATHS["list"], self.root)

    @cached_property
    def _touch(self) -> HtmlElement | None:
        """The touch template's list."""
        return first(XPATHS["touch"], self.root)

    @cached_property
    def _layout(self) -> Layout:
        """The page as one whose markup is not known."""
        return Layout(self, self._pager_element)

    @cached_property
    def _is_known(self) -> bool:
        """Whether the default template's or the touch one's anchors are there, so that what they lack is not there."""
        if self._default is not None:
            return first(XPATHS["name"], self.root) is not None
        return self._touch is not None or first(XPATHS["touch_name"], self.root) is not None

    @cached_property
    def _reader(self) -> EntryReader:
        return EntryReader(self, self._layout.names, self.theme.listing, self._layout.categories)

    # --- the category ---

    def _catid(self) -> int | None:
        """The category's id: the last of ``body``'s classes, else the one in the address of its feed or of the page.

        ``portal_list.php`` (X3.1-X3.5) makes them ``pg_list_<top> pg_list_<parent> pg_list_<own>``.
        """
        if told := catids(self):
            return told[-1]
        for links in ("feed", "publish"):
            found = (_CATID.search(href) for href in strings(XPATHS[links], self.root))
            catid = next((int(one[1]) for one in found if one is not None), None)
            if catid is not None:
                return catid
        asked = self._layout.names.asked
        if asked.kind is Kind.LISTING and asked.number is not None:
            return asked.number
        return self._layout.paged_category

    def _name(self) -> str | None:
        if (own := self._selected("name")) is not None:
            return own[0]
        heading = first(XPATHS["name"], self.root)
        if heading is None:
            heading = first(XPATHS["touch_name"], self.root)
        if heading is not None and first(XPATHS["any_link"], heading) is None:
            return text_of(heading)
        return self._here() or self._layout.name

    def _here(self) -> str | None:
        """The end of the path, which is bare text: the only place where a front page names its category."""
        path = first(XPATHS["here"], self.root)
        if path is None or not len(path):
            return None
        return (path[-1].tail or "").strip() or None

    def _breadcrumbs(self) -> list[RawLink]:
        if (own := self._selected_links("breadcrumbs")) is not None:
            return own
        links = [self.link(node) for node in elements(XPATHS["path"], self.root)]
        if len(links) > _MOST_STEPS:  # no path is that long
            return []
        if links or self._is_known:
            return links
        path = self._layout.around.path()
        return (
            []
            if path is None
            else [link for node in elements(XPATHS["any_link"], path) if (link := self.link(node)).text]
        )

    def _children(self) -> list[RawLink]:
        if (own := self._selected_links("children")) is not None:
            return own
        for anchor in ("children", "touch_children"):
            if nodes := elements(XPATHS[anchor], self.root):
                return [self.link(node) for node in nodes]
        return [] if self._is_known else self._layout.children

    def _siblings(self) -> list[RawLink]:
        for anchor in ("siblings", "touch_siblings"):
            if nodes := elements(XPATHS[anchor], self.root):
                return [self.link(node) for node in nodes]
        return [] if self._is_known else self._layout.siblings

    def _links(self) -> list[RawLink]:
        nodes = elements(XPATHS["links"], self.root) or elements(XPATHS["every_link"], self.root)
        return [self.link(node) for node in nodes]

    # --- the pager ---

    @cached_property
    def _pager_element(self) -> HtmlElement | None:
        selectors = self.theme.listing.get("pager")
        if selectors is not None:
            found = next((one for one in selectors(self.root) if not isinstance(one, str)), None)
            if found is not None or selectors.final:
                return found
        found = first(XPATHS["pager"], self.root)
        return found if found is not None else find_pager(self.root)

    def _pager(self) -> Pager:
        selectors = self.theme.listing.get("pager")
        if self._pager_element is None and selectors is not None and selectors.final:
            return SINGLE
        if self._pager_element is not None or self._is_known:
            return read_pager(self._pager_element)
        return self._layout.paged

    # --- entries ---

    def _entries(self) -> list[RawEntry] | None:
        """The articles of the list, in order; None where there is no list at all."""
        selectors = self.theme.listing.get("entries")
        if selectors is not None:
            nodes = [one for one in selectors(self.root) if not isinstance(one, str)]
            if nodes or selectors.final:
                return self._reader.read_all(([node], False) for node in nodes)
        if self._default is not None:
            nodes = elements(XPATHS["entry"], self._default)
            entries = [entry for node in nodes if (entry := self._entry(node)) is not None]
            if entries or first(XPATHS["any_link"], self._default) is None:
                return entries
        if self._touch is not None:
            nodes = elements(XPATHS["touch_entry"], self._touch)
            return [entry for node in nodes if (entry := self._touch_entry(node)) is not None]
        return self._reader.read_all((item.nodes, item.tails) for item in self._layout.found.items) or None

    def _entry(self, node: HtmlElement) -> RawEntry | None:
        """One article of the list; None where the element links to nothing.

        ``dl``: title in ``dt``; in the first ``dd`` the cover (``div.atc``) and the summary; in the second one the
        category, only in the list of one with descendants, and the date. A template that keeps the ``dl`` and puts the
        title elsewhere is read by what its links name.
        """
        if self.theme.listing or not len(node) or node[0].tag != "dt":
            return self._reader.read([node])
        title = first(XPATHS["title"], node)
        if title is None:
            return self._reader.read([node])
        summary = first(XPATHS["summary"], node)
        covers = strings(XPATHS["cover"], node)
        category = first(XPATHS["category"], node)
        date = first(XPATHS["date"], node)
        if summary is None and date is None and (entry := self._reader.read([node])) is not None:
            return entry
        titles = strings(XPATHS["exact_date"], date) if date is not None and len(date) else []
        cover = covers[0] if covers else cover_of(node.iter("img"), [])  # X1.5 gives the picture no class
        return RawEntry(
            title=text_of(title),
            url=self.absolute(title.get("href", "")),
            aid=self._aid(title.get("href", "")),
            date=text_of(date) if date is not None else None,
            date_title=titles[0] if titles else None,
            summary=text_of(summary) if summary is not None else None,
            thumbnail=self.absolute(cover) if cover else None,
            category=self.link(category) if category is not None else None,
            highlight=title.get("style"),
        )

    def _touch_entry(self, node: HtmlElement) -> RawEntry | None:
        """One article of the touch template's list (``touch/portal/list.htm``, X3.5): a link around everything."""
        link = first(XPATHS["touch_link"], node)
        title = first(XPATHS["touch_title"], node)
        if link is None or title is None or self.theme.listing:
            return self._reader.read([node])
        date = first(XPATHS["touch_date"], node)
        covers = strings(XPATHS["touch_cover"], node)
        return RawEntry(
            title=text_of(title),
            url=self.absolute(link.get("href", "")),
            aid=self._aid(link.get("href", "")),
            date=text_of(date) if date is not None else None,
            thumbnail=self.absolute(covers[0]) if covers else None,
            highlight=link.get("style"),
        )

    def _aid(self, href: str) -> int | None:
        """The article's number, where its address tells it: in an owner's own style the other links show how."""
        if found := _AID.search(href):
            return int(found[1])
        target = self._layout.names.article(href)
        return None if target is None else target.number

    # --- the theme ---

    def _selected(self, name: str) -> tuple[str | None] | None:
        """The words that the theme selects; None where the field is read in another way."""
        selectors = self.theme.listing.get(name)
        if selectors is None:
            return None
        words = text_of_first(selectors(self.root))
        return (words,) if words is not None or selectors.final else None

    def _selected_links(self, name: str) -> list[RawLink] | None:
        """The links that the theme selects, or those in what it selects; None where they are read in another way."""
        selectors = self.theme.listing.get(name)
        if selectors is None:
            return None
        found = [one for one in selectors(self.root) if not isinstance(one, str)]
        nodes = [link for one in found for link in one.iter("a") if link.get("href")]
        return [self.link(node) for node in nodes] if nodes or selectors.final else None
