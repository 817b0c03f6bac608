"""How many articles there are of each category, status and month, and what each run did to them: kept, not counted."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import sqlalchemy as sa

from crawler.store.model import Change, Holding
from crawler.store.schema import changes, holdings, months, upsert

if TYPE_CHECKING:
    from crawler.store.model import ArticleRow, What

NO_CATEGORY = -1
"""Stands for an unknown category in primary keys, which cannot be null."""


def place(catid: int | None) -> int:
    """Give the category as the tables name it."""
    return NO_CATEGORY if catid is None else catid


def month_of(row: ArticleRow) -> str | None:
    """Give the month in which an article says that it was published, ``2026-03``; None if it says nothing."""
    return row.date_published[:7] if row.date_published else None


def what(known: ArticleRow | None, row: ArticleRow, *, line: bool) -> What:
    """Tell what happened to an article.

    Args:
        known: its row before.
        row: its row now.
        line: whether there is a line of it for the consumer.
    """
    if known is None:
        return "new"
    if row.status != known.status:
        if row.status == "gone":
            return "gone"
        return "moved" if row.status == "moved" else "back"
    if row.revision != known.revision:
        return "changed"
    return "comments" if line else "unchanged"


class Movements:
    """What one transaction changes in these counts; saved in that transaction."""

    def __init__(self) -> None:
        self._holdings: Counter[tuple[int, str]] = Counter()
        self._months: Counter[str | None] = Counter()
        self._changes: Counter[tuple[int, int, What]] = Counter()

    def replace(self, before: ArticleRow | None, after: ArticleRow | None) -> None:
        """Count an article whose row is another now."""
        if before is not None:
            self._holdings[place(before.catid), before.status] -= 1
            self._months[month_of(before)] -= 1
        if after is not None:
            self._holdings[place(after.catid), after.status] += 1
            self._months[month_of(after)] += 1

    def note(self, run: int, catid: int | None, what: What, times: int = 1) -> None:
        """Count what a run (`Run.seq`) did to an article; -1 times takes it back."""
        self._changes[run, place(catid), what] += times

    def save(self, connection: sa.Connection) -> None:
        """Add them to what the database holds."""
        held = [
            {"catid": catid, "status": status, "articles": change}
            for (catid, status), change in self._holdings.items()
            if change
        ]
        changed = [
            {"run": run, "catid": catid, "what": what, "articles": change}
            for (run, catid, what), change in self._changes.items()
            if change
        ]
        dated = [{"month": month, "articles": change} for month, change in self._months.items() if month and change]
        for table, rows in ((holdings, held), (months, dated), (changes, changed)):
            if rows:
                connection.execute(upsert(connection.dialect.name, table, add=("articles",)), rows)


def read(connection: sa.Connection) -> list[Holding]:
    """Give how many articles there are, by category and status."""
    query = sa.select(holdings).where(holdings.c.articles > 0).order_by(holdings.c.catid, holdings.c.status)
    return [
        Holding(None if row.catid == NO_CATEGORY else row.catid, row.status, row.articles)
        for row in connection.execute(query)
    ]


def read_months(connection: sa.Connection) -> dict[str, int]:
    """Give how many articles there are of each month, the first month first."""
    query = sa.select(months.c.month, months.c.articles).where(months.c.articles > 0).order_by(months.c.month)
    return {row.month: row.articles for row in connection.execute(query)}


def read_changes(connection: sa.Connection, run: int) -> list[Change]:
    """Give what a run (`Run.seq`) did, by category."""
    query = sa.select(changes).where(changes.c.run == run, changes.c.articles > 0)
    return [
        Change(None if row.catid == NO_CATEGORY else row.catid, row.what, row.articles)
        for row in connection.execute(query.order_by(changes.c.catid, changes.c.what))
    ]
