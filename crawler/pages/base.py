"""What all pages share: compiled XPaths, resolving of links, and what a page says of its site.

A page is parsed once, by whoever made the selector; nothing here parses again. XPaths are compiled when the module is
imported and mostly start at ``id(…)``, which libxml2 answers from a table instead of walking the page.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final, cast
from urllib.parse import urljoin

from lxml import etree

from crawler.items import RawLink, RawSite
from crawler.pages.theme import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml.html import HtmlElement
    from parsel import Selector

    from crawler.pages.theme import Theme

XPaths = dict[str, etree.XPath]
"""The selectors of one kind of page by name, compiled."""

_ICP: Final = re.compile(r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]ICP[备備证證]\d+号(?:-\d+)?")
_TEMPLATE: Final = re.compile(
    r"(?:\./|/)?(?:template/(?P<name>(?!default/(?!touch/))[\w-]+)/|static/(?P<mobile>js|image)/mobile/)", re.ASCII
)
_OFFSET: Final = re.compile(r"GMT\s*[+-]\s*\d{1,2}(?:[.:]\d{1,2})?")
_SITE_URL: Final = re.compile(r"\bSITEURL\s*=\s*'(https?://[^']+/)'")
_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)


def compiled(table: Mapping[str, str]) -> XPaths:
    """Compiles a table of XPaths once, at import.

    Args:
        table: XPath by name.

    Returns:
        The same names with callables that take an element; string results are plain ``str``.
    """
    return {name: etree.XPath(xpath, smart_strings=False) for name, xpath in table.items()}


def elements(xpath: etree.XPath, node: HtmlElement) -> list[HtmlElement]:
    """The elements that an XPath selects from a node.

    Args:
        xpath: A compiled XPath that selects elements.
        node: Where a relative XPath starts.
    """
    return cast("list[HtmlElement]", xpath(node))


def first(xpath: etree.XPath, node: HtmlElement) -> HtmlElement | None:
    """The first element that an XPath selects, None when there is none.

    Args:
        xpath: A compiled XPath that selects elements.
        node: Where a relative XPath starts.
    """
    found = elements(xpath, node)
    return found[0] if found else None


def strings(xpath: etree.XPath, node: HtmlElement) -> list[str]:
    """The strings (attribute values or text nodes) that an XPath selects.

    Args:
        xpath: A compiled XPath that selects attributes or text.
        node: Where a relative XPath starts.
    """
    return cast("list[str]", xpath(node))


def text_of(node: HtmlElement) -> str:
    """All text inside an element as printed, without the space at its ends.

    Args:
        node: An element; its tail does not belong to it.
    """
    if len(node) == 0:
        return (node.text or "").strip()
    return node.text_content().strip()


_SITE: Final = compiled(
    {
        "head": "/html/head/meta | /html/head/base",
        "base": "//base[@href]",
        "variables": '//script[contains(., "SITEURL")]/text()',
        "body": "/html/body/@class",
        "notice": 'id("messagetext")',
        "footer": 'id("ft")',
        "icp": 'id("ft")//a[contains(@href, "miit")]',
        "version": 'id("frt")//em',
        "assets": '/html/head/link/@href | /html/head/script/@src | //img/@src[contains(., "template/")]',
    },
)


class Page:
    """A parsed page and the address at which it was fetched.

    Attributes:
        root: The ``html`` element.
        url: The address at which the page was fetched.
        base_url: What relative links resolve against: ``<base href>``, which Discuz! sets to the site's root on every
            full page (``common/header_common.htm``, X3.1-X3.5); where a template leaves that out, the variable
            ``SITEURL`` of the same file, since the core prints links for the root all the same; else `url`.
        theme: How the site's template departs from the default.
    """

    def __init__(self, selector: Selector, url: str, theme: Theme = DEFAULT) -> None:
        self.root: HtmlElement = selector.root
        self.url = url
        self.theme = theme
        self._head = elements(_SITE["head"], self.root)
        self.base_url = self._find_base()

    def _find_base(self) -> str:
        for node in self._head:
            if node.tag == "base" and node.get("href"):
                return self._resolve(self.url, node.get("href", ""))
        if not self._head:  # text before <html> moves the whole head into the body
            base = first(_SITE["base"], self.root)
            if base is not None:
                return self._resolve(self.url, base.get("href", ""))
        root = _SITE_URL.search("".join(strings(_SITE["variables"], self.root)))
        return root[1] if root is not None else self.url

    def absolute(self, href: str) -> str:
        """The address that a link of this page leads to.

        Args:
            href: An ``href`` or ``src`` as printed, entities already resolved.

        Returns:
            An absolute address, or what was printed where no address can be made of it.
        """
        return self._resolve(self.base_url, href.strip())

    @staticmethod
    def _resolve(base: str, href: str) -> str:
        # urljoin costs as much as everything else about a link, and nearly all are one of these two
        if href.startswith(("http://", "https://")):
            return href
        if base.endswith("/") and href[:1].isalpha() and ":" not in href and "./" not in href:
            return base + href
        try:
            return urljoin(base, href)
        except ValueError:  # such as "http://[", typed by an editor
            return href

    def link(self, node: HtmlElement, aid: str | None = None) -> RawLink:
        """A link as printed.

        Args:
            node: An ``a`` element.
            aid: The article's id, where the page prints it beside the link.
        """
        return RawLink(text=text_of(node), url=self.absolute(node.get("href", "")), aid=aid)

    @property
    def classes(self) -> list[str]:
        """The classes of ``body``: Discuz! names there what was asked for, ``pg_view`` or ``pg_list``."""
        return " ".join(strings(_SITE["body"], self.root)).split()

    @property
    def is_notice(self) -> bool:
        """Whether the page is a notice in place of what was asked for (``common/showmessage.htm``, X3.1-X3.5)."""
        return first(_SITE["notice"], self.root) is not None

    def site(self) -> RawSite:
        """What the page says of its site.

        Head: ``meta[application-name]`` is the site's name (``common/header.htm``), ``meta[generator]`` names the
        version. Footer (``common/footer.htm``): the version again, the ICP number in a link to the ministry's site, and
        the zone in which the page's times are printed. Owners strip both; what is not there is None.
        """
        meta: dict[str, str] = {}
        charset: str | None = None
        for node in self._head:
            content = node.get("content")
            if node.get("charset"):
                charset = node.get("charset")
            elif content and node.get("http-equiv", "").lower() == "content-type":
                found = _CHARSET.search(content)
                charset = found[1] if found else charset
            elif content and node.get("name"):
                meta[node.get("name", "").lower()] = content
        site = RawSite(
            name=meta.get("application-name"),
            generator=meta.get("generator"),
            charset=charset,
            template=self._template(),
        )
        footer = first(_SITE["footer"], self.root)
        if footer is not None:
            self._read_footer(footer, site)
        return site

    def _template(self) -> str | None:
        """The template's directory, by where the page's own styles, scripts and pictures lie.

        The default one's for desktops lie elsewhere, in ``static`` and ``data/cache``; the one for mobiles has its own
        folders there (``touch/common/header.htm``, X3.4-X3.5), and is called "touch".
        """
        directories: Counter[str] = Counter()
        for address in strings(_SITE["assets"], self.root):
            if (found := _TEMPLATE.match(address.removeprefix(self.base_url))) is not None:
                directories["touch" if found["mobile"] or found["name"] == "default" else found["name"]] += 1
        own = [name for name, _ in directories.most_common() if name != "touch"]
        return own[0] if own else "touch" if directories else None

    def _read_footer(self, footer: HtmlElement, site: RawSite) -> None:
        words = text_of(footer)
        offset = _OFFSET.search(words)
        site.gmt_offset = offset[0] if offset else None
        link = first(_SITE["icp"], footer)
        icp = _ICP.search(words) if link is None else None
        site.icp = text_of(link) if link is not None else icp[0] if icp else None
        if site.generator is None:
            version = first(_SITE["version"], footer)
            site.generator = None if version is None else f"Discuz! {text_of(version)}"

    def meta(self, name: str) -> str | None:
        """The content of a ``meta`` element of the head.

        Args:
            name: Its ``name``, in lower case.
        """
        for node in self._head:
            if node.get("name", "").lower() == name:
                return node.get("content")
        return None
