"""Articles that are blocked: nothing is remembered of them, and they are not to be read again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

import sqlalchemy as sa

from crawler.discuz.targets import Kind, Target, key
from crawler.store import articles
from crawler.store.schema import articles as article_rows
from crawler.store.schema import media, strays, units
from crawler.store.tallies import Sort

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from crawler.store.holdings import Movements
    from crawler.store.tallies import Tally

T = TypeVar("T")

BLOCKED: Final = "block_list"
"""Why a unit was skipped whose article is on the block list: ``blocked`` is what a firewall does."""
AT_ONCE: Final = 500
#: What went into ``skipped`` for another reason has no record either, and keeps it until it is looked at again.
_SETTLED: Final = frozenset({"done", "todo", "failed"})


def settle(connection: sa.Connection, aids: Collection[int], now: datetime, tally: Tally, movements: Movements) -> int:
    """Forget articles, and have their units skipped; give how many there were.

    Args:
        connection: in a transaction.
        aids: their numbers.
        now: when.
        tally: counts the units.
        movements: counts the articles.
    """
    count = 0
    for some in _few(sorted(aids)):
        keys = [key(Target(Kind.ARTICLE, aid)) for aid in some]
        rows = list(connection.execute(sa.select(units).where(units.c.key.in_(keys))))
        known = articles.of_units(connection, [row.seq for row in rows]) if rows else {}
        changed = []
        for row in rows:
            if row.seq in known:
                movements.replace(articles.row_of(known[row.seq]), None)
            elif row.state not in _SETTLED:
                continue
            tally.move(Sort(row.run, row.kind, row.state, row.reason), Sort(row.run, row.kind, "skipped", BLOCKED))
            changed.append({"unit": row.seq, "settled": row.settled_at or now})
        if changed:
            connection.execute(
                sa.update(units)
                .where(units.c.seq == sa.bindparam("unit"))
                .values(
                    state="skipped", reason=BLOCKED, next_at=None, payload=None, settled_at=sa.bindparam("settled")
                ),
                changed,
            )
            connection.execute(sa.delete(article_rows).where(article_rows.c.unit.in_([row["unit"] for row in changed])))
        connection.execute(sa.delete(strays).where(strays.c.aid.in_(some)))
        connection.execute(sa.delete(media).where(media.c.aid.in_(some), media.c.sha256.is_(None)))
        count += len(changed)
    return count


def forget_media(connection: sa.Connection, digests: Collection[str]) -> None:
    """Forget pictures and files whose content was deleted, by its SHA-256: the next article that shows one wants it."""
    for some in _few(sorted(digests)):
        connection.execute(sa.delete(media).where(media.c.sha256.in_(some)))


def _few(values: list[T]) -> Iterator[list[T]]:
    for first in range(0, len(values), AT_ONCE):
        yield values[first : first + AT_ONCE]
