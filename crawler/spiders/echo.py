"""Noticing that the pages of a list come again, and that it has no end though its pager leads on and on.

Pure. Discuz! tells that a page is the last one again by the number that its pager marks (`crawler.spiders.clamp`);
templates that mark the number that was asked for, and servers that answer anything with anything, do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Iterable

CERTAIN = 3
"""Pages that have come again until it is no chance: exactly a pageful that is published between two requests, or while
a walk was interrupted, shows the same articles on the next page once."""


@dataclass(frozen=True, slots=True)
class Echo:
    """What a walk keeps of the pages that it has read.

    A page is held against the one before it and, as in Brent's algorithm, against the one with the last power of two
    for its number: so any circle is noticed, however long it is and wherever it begins, in about twice as many pages.

    Attributes:
        mark: of the page with the last power of two, which articles it names.
        last: of the page before, likewise.
        times: how many pages have come again.
    """

    mark: int = 0
    last: int = 0
    times: int = 0

    def hear(self, page: int, articles: Iterable[int | str]) -> Echo:
        """Take in a page.

        Args:
            page: its number, one more than that of the page before.
            articles: that it names; their order does not matter.
        """
        said = crc32("\n".join(sorted(map(str, articles))).encode())
        again = page > 1 and said in {self.mark, self.last}
        return Echo(self.mark if page & (page - 1) else said, said, self.times + again)

    @property
    def is_certain(self) -> bool:
        """Whether what comes are the same pages again and again."""
        return self.times >= CERTAIN
