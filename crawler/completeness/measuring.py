"""Putting the account together, from what a store counts."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Protocol

from crawler.completeness.account import Account, Row, Says
from crawler.completeness.rest import OPEN, rest_of
from crawler.discuz.walls import Wall

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from crawler.store.model import Category, Change, Holding, Unrecorded

_STATES: Final[Mapping[str, str]] = {
    Wall.MISSING_CATEGORY: "the site says that there is no such category",
    Wall.LOGIN: "guests may not read its list",
    Wall.NO_PERMISSION: "guests may not read its list",
    "closed": "its list is closed",
    "moved": "its address leads elsewhere",
}
"""Why a list that is not open proves nothing, by `Category.state`."""
_TO_ITS_END: Final = ""
"""`Category.complete_to` of a list that was walked to its last page."""


class Reader(Protocol):
    """The side of a store that is asked here."""

    def categories(self) -> list[Category]:
        """Every category as last seen."""

    def holdings(self) -> list[Holding]:
        """How many articles have a record."""

    def changes(self, run: int | str) -> list[Change]:
        """What a run did."""

    def unrecorded(self) -> list[Unrecorded]:
        """How many units gave no record."""


def measure(
    categories: Iterable[Category],
    holdings: Iterable[Holding],
    changes: Iterable[Change],
    unrecorded: Iterable[Unrecorded],
    *,
    only: Collection[int] = (),
) -> Account:
    """Say what there is, what is known, and what is missing.

    Args:
        categories: as last seen.
        holdings: articles with a record, by their own category.
        changes: what the run did, by the articles' own category.
        unrecorded: units without a record, by the category whose list named them.
        only: the categories to which the site's profile keeps; none for all of them.
    """
    ledger = _Ledger(categories)
    for holding in holdings:
        ledger.held[ledger.place(holding.catid)][holding.status] += holding.articles
    for change in changes:
        ledger.run[ledger.place(change.catid)][change.what] += change.articles
    for one in unrecorded:
        if one.kind == "article":
            ledger.rest[ledger.place(one.catid)][rest_of(one.state, one.reason)] += one.units
        elif one.state == "failed":
            ledger.unread[ledger.place(one.catid)] += one.units
    rows = [ledger.row(catid, set(only)) for catid in ledger.order()]
    if nowhere := ledger.nowhere():
        rows.append(nowhere)
    return Account(rows, _total(rows))


def measure_store(store: Reader, run: int | str, *, only: Collection[int] = ()) -> Account:
    """Say what a store knows of a site's completeness, and what a run did to it.

    Args:
        store: of the site.
        run: `crawler.store.Run.seq` or its id.
        only: the categories to which the site's profile keeps; none for all of them.

    Raises:
        StorageError: the store cannot be read.
    """
    return measure(store.categories(), store.holdings(), store.changes(run), store.unrecorded(), only=only)


class _Ledger:
    """What is counted of each category alone, and the tree by which it is added up."""

    def __init__(self, categories: Iterable[Category]) -> None:
        self.categories = {one.catid: one for one in categories if one.catid is not None}
        self.held: dict[int | None, Counter[str]] = defaultdict(Counter)
        self.run: dict[int | None, Counter[str]] = defaultdict(Counter)
        self.rest: dict[int | None, Counter[str]] = defaultdict(Counter)
        self.unread: Counter[int | None] = Counter()
        """Pages of its list that could not be read."""
        self.parents = {catid: self._parent(catid) for catid in self.categories}
        self.above = {catid: list(self._up(catid)) for catid in self.categories}
        self.below: dict[int, list[int]] = {catid: [catid] for catid in self.categories}
        for catid, above in self.above.items():
            for one in above:
                self.below[one].append(catid)

    def _parent(self, catid: int) -> int | None:
        """Give the category above one: none that is not known, and none in a circle of categories above each other."""
        at, seen = self._named(catid), {catid}
        while at is not None and at not in seen:
            seen.add(at)
            at = self._named(at)
        return None if at == catid else self._named(catid)

    def _named(self, catid: int) -> int | None:
        key = self.categories[catid].parent_key
        parent = int(key) if key is not None and key.isdecimal() else None
        return parent if parent in self.categories else None

    def _up(self, catid: int) -> Iterator[int]:
        """Give the categories above one, the nearest first."""
        at = self.parents[catid]
        while at is not None:
            yield at
            at = self.parents[at]

    def place(self, catid: int | None) -> int | None:
        """Give where something is counted: None for a category that is in no tree."""
        return catid if catid in self.categories else None

    def order(self) -> Iterator[int]:
        """Give top categories by number, each followed by those below it."""
        return iter(sorted(self.categories, key=lambda catid: [*self.above[catid][::-1], catid]))

    def _sum(self, counters: Mapping[int | None, Counter[str]], catids: Iterable[int]) -> Counter[str]:
        return sum((counters.get(catid, Counter()) for catid in catids), Counter())

    def row(self, catid: int, only: set[int]) -> Row:
        """Make the row of a category."""
        category, above = self.categories[catid], self.above[catid]
        row = Row(
            catid=catid,
            name=category.name,
            parent=above[0] if above else None,
            depth=len(above),
            says=Says.of(category),
            held=self._sum(self.held, self.below[catid]),
            run=self._sum(self.run, self.below[catid]),
            rest=self._sum(self.rest, self.below[catid]),
            as_of=next((one.walked_at for one in self._lists(catid) if one.walked_at), None),
        )
        if only and not only.intersection([catid, *above, *self.below[catid]]):
            return replace(row, asked=False, why="the profile does not ask for it")
        is_proved, why = self._proof(row)
        return replace(row, missing=row.open if is_proved else None, why=why)

    def _lists(self, catid: int) -> list[Category]:
        """Give the lists that name a category's articles: its own, then those above."""
        return [self.categories[one] for one in (catid, *self.above[catid])]

    def _proof(self, row: Row) -> tuple[bool, str]:
        """Tell whether it is known what a category holds, and why."""
        assert row.catid is not None
        own = self.categories[row.catid]
        doubts = [self._doubt(one) for one in self._lists(row.catid)]
        if "" not in doubts:
            # A category below a top one is not walked by itself: what is said of the list above it, is said of it.
            return False, doubts[0] if not row.depth or own.complete_to is not None else doubts[-1]
        if other := sum(sum(self.rest[one][rest] for rest in OPEN) for one in self.above[row.catid]):
            return False, f"{_articles(other)} not read that the list above names may lie in it"
        whole = self._lists(row.catid)[doubts.index("")]
        words = f"the list of {whole.name or whole.catid} was read to its end"
        return True, f"{words}, and all but {row.open:,} accounted for" if row.open else words

    def _doubt(self, category: Category) -> str:
        """Say why a list does not prove what it holds; nothing if it does."""
        if category.state != "open":
            return _STATES.get(category.state, f"its list is not open to us ({category.state})")
        if unread := self.unread[category.catid]:
            return f"{unread:,} pages of its list could not be read"
        return _doubt_of_walk(category) or self._gap(category, Says.of(category))

    def _gap(self, category: Category, says: Says) -> str:
        """Say how many articles of a list are nowhere to be found, by its own pager; nothing if none is."""
        assert category.catid is not None
        branch = self.below[category.catid]
        held = self._sum(self.held, branch) + self.held[None]  # of those any may lie here
        rest = self._sum(self.rest, branch) + self.rest[None]
        accounted = held["published"] + held["moved"] + rest.total()
        if says.at_least is None or says.at_least <= accounted:
            return ""
        return f"its list has at least {says.at_least:,} articles, and {accounted:,} are accounted for"

    def nowhere(self) -> Row | None:
        """Make the row of what lies in no category that is known; None if nothing does."""
        if not (self.held[None] or self.run[None] or self.rest[None]):
            return None
        return Row(
            catid=None,
            held=self.held[None],
            run=self.run[None],
            rest=self.rest[None],
            why="no list that is known names it",
        )


def _doubt_of_walk(category: Category) -> str:
    """Say why the last walk of a list does not prove what it holds; nothing if it does."""
    if category.complete_to is None:
        return "its list was not walked to its end"
    if category.complete_to != _TO_ITS_END:
        return f"its list was walked back to {category.complete_to} only"
    if category.end == "repeats":
        last = f"page {category.pages:,}" if category.pages else "its last page"
        return f"its list repeats {last} for every page beyond: what lies behind is not known"
    return "" if category.end == "empty" else "nobody looked behind the last page of its list"


def _says_of_all(lists: Sequence[Row]) -> Says:
    """Add up what lists say: a count where each of them is one, a least number where one of them is cut off."""
    counted = sum(row.says.articles or 0 for row in lists)
    if not counted:
        return Says()
    if all(row.says.is_exact for row in lists):
        return Says(listed=counted, end="empty")
    if any(row.says.end == "repeats" for row in lists):
        return Says(listed=counted, end="repeats")
    return Says(at_most=counted)


def _total(rows: Sequence[Row]) -> Row:
    """Add up the top categories, and what lies in none."""
    tops = [row for row in rows if not row.depth]
    lists = [row for row in tops if row.is_top]
    total = Row(
        catid=None,
        says=_says_of_all(lists),
        held=sum((Counter(row.held) for row in tops), Counter()),
        run=sum((Counter(row.run) for row in tops), Counter()),
        rest=sum((Counter(row.rest) for row in tops), Counter()),
    )
    unproved = [row for row in lists if row.missing is None]
    if not lists:
        return replace(total, why="no category is known")
    if unproved:
        return replace(total, why=f"not proved for {', '.join(f'{row.title} ({row.why})' for row in unproved)}")
    return replace(total, missing=total.open, why="each list was read to its end")


def _articles(number: int) -> str:
    return "1 article" if number == 1 else f"{number:,} articles"
