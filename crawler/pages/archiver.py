"""Discuz!'s text-only copies: ``archiver/index.php`` and ``source/archiver``, X3.1-X3.5.

They hold the forum alone, boards and threads: nothing of the portal, not even links to it. A thread in it has its posts
without their numbers, so that they cannot be told from other comments of the same minute: they are not read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crawler.items import RawArchiver
from crawler.pages.base import Page, compiled, elements, first, text_of
from crawler.pages.pager import number

if TYPE_CHECKING:
    from lxml.html import HtmlElement

XPATHS: Final = compiled(
    {
        "content": 'id("content")',
        "here": 'id("nav")',
        "full": 'id("end")//a[@href]',
        "links": ".//li/a[@href]",
        "pager": '*[@class="page"]',
        "pages": "a[@href]",
        "current": "strong",
    },
)


class ArchiverPage(Page):
    """A text-only copy: the boards of the forum, the threads of a board, or the posts of a thread."""

    @classmethod
    def matches(cls, page: Page) -> bool:
        """Whether a page is one of them: their ``<base href>`` is the folder ``archiver/``.

        Args:
            page: Any page.
        """
        return page.base_url.endswith("/archiver/") and first(XPATHS["here"], page.root) is not None

    def raw(self) -> RawArchiver:
        """The page's links, and the address of the full version."""
        here = first(XPATHS["here"], self.root)
        full = first(XPATHS["full"], self.root)
        content = first(XPATHS["content"], self.root)
        links = elements(XPATHS["links"], content) if content is not None else []
        page, pages = self._pages(content)
        return RawArchiver(
            title=None if here is None else text_of(here).rpartition("›")[2].strip() or None,
            links=[self.link(node) for node in links],
            page=page,
            pages=pages,
            full=None if full is None else self.link(full),
            site=self.site(),
            base_url=self.base_url,
        )

    @staticmethod
    def _pages(content: HtmlElement | None) -> tuple[int, int]:
        """Number of the page and of the last one that its pager names (``arch_multi()``, ``function_forum.php``)."""
        pager = first(XPATHS["pager"], content) if content is not None else None
        if pager is None:
            return 1, 1
        current = _numbers(elements(XPATHS["current"], pager))
        page = current[0] if current else 1
        return page, max([page, *_numbers(elements(XPATHS["pages"], pager))])


def _numbers(nodes: list[HtmlElement]) -> list[int]:
    return [found for node in nodes if (found := number(text_of(node)))]
