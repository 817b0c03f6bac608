"""What is remembered of articles that have a record."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from crawler.store.holdings import what
from crawler.store.model import ArticleRow, Known
from crawler.store.schema import articles, meta, units, upsert

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from crawler.store.holdings import Movements
    from crawler.store.model import Outcome

REMEMBERED = (
    "aid",
    "status",
    "content_hash",
    "revision",
    "date_published",
    "catid",
    "comment_count",
    "last_comment_id",
    "next_at",
    "missing_since",
    "missing_times",
    "extractor",
    "comment_ids",
    "validators",
)
SEEN = (*REMEMBERED, "first_seen", "last_seen")
MOMENTS = ("next_at", "missing_since", "first_seen", "last_seen")
TELLING = ("status", "content_hash", "revision", "last_comment_id", "comment_ids")
"""What changes in a row whenever there is a line of it."""
HIGHEST = "highest_aid"


def save(connection: sa.Connection, outcomes: Iterable[Outcome], now: datetime, run: int, movements: Movements) -> None:
    """Remember the article rows that outcomes bring, and count what the run (`Run.seq`) did."""
    rows = []
    for outcome in outcomes:
        row, known = outcome.article, outcome.unit.known
        if row is None:
            continue
        rows.append(
            {name: getattr(row, name) for name in REMEMBERED}
            | {"unit": outcome.unit.seq, "first_seen": now, "last_seen": now}
            # Of millions of articles that nobody looks at again, nobody asks whether they have changed.
            | ({} if row.next_at else {"validators": None})
        )
        movements.replace(known, row)
        movements.note(run, row.catid, what(known, row, line=outcome.line is not None))
    if rows:
        connection.execute(upsert(connection.dialect.name, articles, keep=("first_seen",)), rows)
        _raise_highest(connection, max(row["aid"] for row in rows))


def _raise_highest(connection: sa.Connection, aid: int) -> None:
    if aid > (highest(connection) or 0):
        connection.execute(upsert(connection.dialect.name, meta), [{"name": HIGHEST, "value": str(aid)}])


def highest(connection: sa.Connection) -> int | None:
    """Give the highest number of an article that ever had a record: kept, since a search would read the table."""
    value = connection.scalar(sa.select(meta.c.value).where(meta.c.name == HIGHEST))
    return None if value is None else int(value)


def revisions(connection: sa.Connection, keys: Collection[str]) -> dict[int, int]:
    """Give the revisions of articles that have a record, by their numbers.

    Args:
        connection: to the database.
        keys: of their units.
    """
    joined = sa.select(articles.c.aid, articles.c.revision).join_from(articles, units, units.c.seq == articles.c.unit)
    return {row.aid: row.revision for row in connection.execute(joined.where(units.c.key.in_(keys)))}


# --- with their units ---


def known_columns() -> list[sa.Label[Any]]:
    """Columns for `known_of`, under names that do not clash with those of units."""
    return [articles.c[name].label(f"known_{name}") for name in SEEN]


def known_of(row: sa.Row[Any]) -> Known | None:
    """Read an article out of a row that holds `known_columns` and its unit's ``key``."""
    if row.known_aid is None:
        return None
    seen = {name: getattr(row, f"known_{name}") for name in SEEN}
    return Known(key=row.key, **seen)


# --- put away and back ---


def freeze(row: ArticleRow | Mapping[str, Any]) -> dict[str, Any]:
    """Make a row JSON-able, as it stands in the table; `thaw` gives it back."""
    values = {name: getattr(row, name) for name in SEEN} if isinstance(row, ArticleRow) else row
    return {name: value.timestamp() if isinstance(value := values[name], datetime) else value for name in SEEN}


def thaw(frozen: Mapping[str, Any]) -> dict[str, Any]:
    """Give the values of a row that `freeze` made JSON-able; what its version of the store did not have is null."""
    values: dict[str, Any] = dict.fromkeys(SEEN) | dict(frozen)
    for name in MOMENTS:
        if values[name] is not None:
            values[name] = datetime.fromtimestamp(values[name], UTC)
    if values["comment_ids"] is not None:
        values["comment_ids"] = tuple(values["comment_ids"])
    return values


def row_of(values: Mapping[str, Any]) -> ArticleRow:
    """Give an article row by its values; its key is left out."""
    return ArticleRow(key="", **{name: values[name] for name in REMEMBERED})


def of_units(connection: sa.Connection, units: Collection[int]) -> dict[int, dict[str, Any]]:
    """Give the rows of the articles of some units, by `Unit.seq`; few enough for one query."""
    rows = connection.execute(sa.select(articles).where(articles.c.unit.in_(units)))
    return {row["unit"]: dict(row) for row in rows.mappings()}


def put(connection: sa.Connection, rows: Mapping[int, Mapping[str, Any] | None]) -> None:
    """Make the rows of some units say exactly that; None: there is none."""
    there = [{"unit": unit, **values} for unit, values in rows.items() if values is not None]
    if there:
        connection.execute(upsert(connection.dialect.name, articles), there)
    gone = [unit for unit, values in rows.items() if values is None]
    if gone:
        connection.execute(sa.delete(articles).where(articles.c.unit.in_(gone)))
