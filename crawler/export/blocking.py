"""The block list of an export, which may be about several sites."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from crawler.discuz.urls import Grammar, Style
from crawler.errors import UsageError
from crawler.export.reading import read, sources
from crawler.privacy import LeavesOut
from crawler.sites.site import site_root

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.export.reading import Place
    from crawler.privacy import BlockList


def grammar_of(place: Place, style: Style = Style.DYNAMIC, *, needed: bool) -> Grammar | None:
    """Give how the addresses of a site are read; None if nothing tells its root.

    Args:
        place: the site; a bare folder's root is told by its first record.
        style: its rewrite rules, as far as known.
        needed: whether there are addresses to read: else nothing is read for them.

    Raises:
        StorageError: a published file cannot be read.
    """
    root = place.url or (_told_by_records(place) if needed else "")
    return Grammar(root, style) if root else None


def _told_by_records(place: Place) -> str:
    for line in read(sources([place])):
        record = line.record
        url = next((one["url"] for one in record.get("breadcrumbs") or ()), None) or _top(record.get("url") or "")
        if url:
            try:
                return site_root(url)
            except UsageError:
                continue
    return ""


def _top(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/" if parts.netloc else ""


class Blocking:
    """Leaves out what is blocked of each site.

    Args:
        lists: the block list of each site, by its name.
        places: the sites.

    Raises:
        UsageError: an address is of a site and names no article.
        StorageError: a published file cannot be read.

    Attributes:
        of_sites: what leaves out, by the site's name; of sites of which nothing is blocked there is none.
    """

    def __init__(self, lists: dict[str, BlockList], places: Sequence[Place]) -> None:
        self.of_sites: dict[str, LeavesOut] = {}
        for place in places:
            listed = lists[place.name]
            grammar = grammar_of(place, needed=bool(listed.addresses))
            if blocks := listed.of_site(place.name, grammar, strict=False):
                self.of_sites[place.name] = LeavesOut(blocks, grammar)

    def __call__(self, record: dict[str, Any]) -> dict[str, Any] | None:
        """Give a record without what is blocked; None if all of it is."""
        leaves_out = self.of_sites.get(str(record["id"]).rpartition(":")[0])
        return record if leaves_out is None else leaves_out(record)

    @property
    def articles(self) -> int:
        """How many records were left out."""
        return sum(one.articles for one in self.of_sites.values())

    @property
    def comments(self) -> int:
        """How many comments were left out of records that stay."""
        return sum(one.comments for one in self.of_sites.values())
