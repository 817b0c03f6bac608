"""How a run stands by what its store tells: what is left of it, category by category."""

from __future__ import annotations

import math
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from crawler.completeness import measure
from crawler.errors import StorageError
from crawler.store import units_in

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Sequence
    from datetime import date

    from crawler.completeness.account import Row
    from crawler.store import Run, StoreReader

EVERY: Final = 2.0  # seconds between two looks
SHARE: Final = 100
"""A look is followed by at least so many times its own duration: it takes a hundredth of the crawl at the most."""


class Asked(Protocol):
    """What a spider was asked for, as far as it bounds what is to be read."""

    @property
    def from_date(self) -> date | None:
        """The first day."""

    @property
    def limit(self) -> int | None:
        """The number of articles."""


class HasStore(Protocol):
    """The side of a spider that this sees."""

    asked: Asked

    run: Run
    store: StoreReader
    adopts: bool
    last_look: Callable[[StoreReader], object] | None


@dataclass(frozen=True, slots=True)
class Part:
    """What is left of a top category, those below it included.

    Attributes:
        name: as its pages print it.
        done: articles that the run has read.
        named: articles that wait to be read for the first time.
        unnamed: about how many more there are by what its list says of itself, where it was never walked to its end.
        pages: about how many pages name these.
    """

    name: str
    done: int
    named: int
    unnamed: int = 0
    pages: int = 0

    @property
    def left(self) -> int:
        """Articles that are still to be read."""
        return self.named + self.unnamed


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a run.

    Attributes:
        articles: that are to be read, known ones that are looked at again and those under way included.
        unnamed: about how many more lists will name that were never walked to their ends.
        pages: of lists that are to be read.
        parts: category by category.
    """

    articles: int
    unnamed: int
    pages: int
    parts: Sequence[Part]

    @property
    def total(self) -> int:
        """Articles that are to be read, about."""
        return self.articles + self.unnamed


class Standing:
    """Looks into a store from time to time, seldom where that takes long, and last before it is closed.

    Args:
        spider: whose run it is.

    Attributes:
        left: what the last look has shown; None before there was one, and of a dry run.
    """

    def __init__(self, spider: HasStore) -> None:
        self.left: Left | None = None
        self._spider = spider
        self._next = 0.0 if spider.run.seq else math.inf
        before = spider.last_look

        def look(store: StoreReader) -> None:
            if before is not None:
                before(store)
            if spider.run.seq:
                self._next = 0.0
            self.look()
            self._next = math.inf

        spider.last_look = look

    def look(self) -> Left | None:
        """Give what is left, as it was a short while ago."""
        begun = time.monotonic()
        if begun >= self._next:
            with suppress(StorageError):  # the crawl will say so itself
                self.left = self._read()
            ended = time.monotonic()
            self._next = ended + max(EVERY, (ended - begun) * SHARE)
        return self.left

    def _read(self) -> Left:
        store, run, asked = self._spider.store, self._spider.run, self._spider.asked
        counts, categories = store.counts(), store.categories()
        # Articles that an earlier run has left are this one's only once they are taken.
        todo = units_in(counts.total if self._spider.adopts else counts.run, kind="article", state="todo")
        account = measure(categories, store.holdings(), store.changes(run.seq), store.unrecorded())
        # Of a list that was walked before, only the beginning is; nobody can tell how much that is.
        unwalked = {one.catid for one in categories if one.complete_to is None}
        guessing = asked.from_date is None and asked.limit is None
        parts = [_part(row, unwalked if guessing else set()) for row in account.rows if not row.depth]
        named = units_in(counts.run, kind="listing", state="todo")
        unnamed = sum(part.unnamed for part in parts)
        if asked.limit is not None:
            todo = min(todo, max(asked.limit - sum(part.done for part in parts), 0))
        return Left(todo, unnamed, max(named, sum(part.pages for part in parts)), parts)


def _part(row: Row, unwalked: Container[int | None]) -> Part:
    known = row.known + sum(row.rest.values())
    unnamed = max((row.says.articles or 0) - known, 0) if row.catid in unwalked else 0
    pages = math.ceil(unnamed / row.says.per_page) if row.says.per_page else 0
    return Part(row.title, sum(row.run.values()), row.rest.get("waiting", 0), unnamed, pages)
