"""Whose the lines of a part are, and what was known before: enough to take back a part that the gate holds back.

A line of a part that is written has a row here; a published part has none any more. When a part is held back, its
articles become again what they were before (`take_back`), and their units are to be done by a later run. When it is
released, those that still stand like that become what its lines say (`bring_back`); of the others a later run wrote
newer lines, so that these here would be published twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from crawler.store import articles
from crawler.store.holdings import NO_CATEGORY, place, what
from crawler.store.schema import lines, units
from crawler.store.tallies import Sort

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from crawler.store.holdings import Movements
    from crawler.store.model import Outcome, Part
    from crawler.store.tallies import Tally

AT_ONCE = 500
QUARANTINED = "quarantined"

_UNITS = sa.select(units.c.seq, units.c.run, units.c.kind, units.c.state, units.c.reason, units.c.settled_at).where(
    units.c.seq.in_(sa.bindparam("seqs", expanding=True))
)


def save(connection: sa.Connection, part: Part, outcomes: Sequence[Outcome]) -> None:
    """Remember whose the last lines of a part are.

    Args:
        connection: in the transaction that commits the lines.
        part: with these lines counted.
        outcomes: those with a line, in their order.
    """
    first = part.records - len(outcomes) + 1
    rows = [_row(part.seq, number, outcome) for number, outcome in enumerate(outcomes, first)]
    if rows:
        connection.execute(sa.insert(lines), rows)


def _row(part: int, number: int, outcome: Outcome) -> dict[str, Any]:
    row, known = outcome.article, outcome.unit.known
    return {
        "part": part,
        "number": number,
        "unit": outcome.unit.seq,
        "catid": place(row.catid) if row else NO_CATEGORY,
        "what": what(known, row, line=True) if row else "",
        "payload": dict(outcome.unit.payload) or None,
        "kept": dict(outcome.kept or {}) or None,
        "before": articles.freeze(known) if known else None,
    }


def forget(connection: sa.Connection, part: Part) -> None:
    """Forget the lines of a part that is not to be taken back."""
    connection.execute(sa.delete(lines).where(lines.c.part == part.seq))


def are_known(connection: sa.Connection, part: Part) -> bool:
    """Tell whether every line of a part has a row: not in one begun by a version of the store that had none."""
    counted = connection.scalar(sa.select(sa.func.count()).where(lines.c.part == part.seq))
    return counted == part.records


def _of_part(connection: sa.Connection, part: Part) -> Iterator[list[sa.Row[Any]]]:
    """Give the rows of a part in order, some at a time."""
    last = 0
    query = sa.select(lines).where(lines.c.part == part.seq).order_by(lines.c.number).limit(AT_ONCE)
    while rows := list(connection.execute(query.where(lines.c.number > last))):
        yield rows
        last = rows[-1].number


def take_back(connection: sa.Connection, part: Part, held_run: int, tally: Tally, movements: Movements) -> set[int]:
    """Make the articles of a part what they were before it, and have them done again.

    Args:
        connection: in the transaction that decides to hold the part back.
        part: which one.
        held_run: `Run.seq` of the run under which their units wait.
        tally: counts the units.
        movements: counts the articles.

    Returns:
        the units, by `Unit.seq`.
    """
    taken: set[int] = set()
    for rows in _of_part(connection, part):
        first = {}
        for row in rows:
            if row.what:
                movements.note(part.run, _catid(row), row.what, -1)
            if row.unit not in taken:
                taken.add(row.unit)
                first[row.unit] = row
        if not first:
            continue
        standing = articles.of_units(connection, first)
        before = {unit: articles.thaw(row.before) if row.before else None for unit, row in first.items()}
        for seq, values in before.items():
            movements.replace(_article(standing.get(seq)), _article(values))
        articles.put(connection, before)
        connection.execute(
            sa.update(lines)
            .where(lines.c.part == sa.bindparam("of_part"), lines.c.number == sa.bindparam("at"))
            .values(after=sa.bindparam("now_put_away")),
            [
                {
                    "of_part": part.seq,
                    "at": row.number,
                    "now_put_away": articles.freeze(standing[seq]) if seq in standing else None,
                }
                for seq, row in first.items()
            ],
        )
        for unit in connection.execute(_UNITS, {"seqs": list(first)}):
            tally.move(_sort(unit), Sort(held_run, unit.kind, "todo", QUARANTINED))
        _change_units(
            connection,
            [
                {
                    "unit": seq,
                    "run": held_run,
                    "state": "todo",
                    "reason": QUARANTINED,
                    "tries": 0,
                    "next_at": None,
                    "settled_at": None,
                    "payload": row.payload,
                }
                for seq, row in first.items()
            ],
        )
    return taken


def overtaken(connection: sa.Connection, part: Part) -> tuple[set[int], set[int]]:
    """Tell which articles of a part that is held back were done by a later run, or stand differently since.

    Returns:
        their units (`Unit.seq`), and the numbers of their lines, from 1.
    """
    seen: set[int] = set()
    passed: set[int] = set()
    numbers: set[int] = set()
    for rows in _of_part(connection, part):
        first = {row.unit: row for row in reversed(rows) if row.unit not in seen}
        seen |= first.keys()
        if first:
            standing = articles.of_units(connection, first)
            states = {row.seq: row.state for row in connection.execute(_UNITS, {"seqs": list(first)})}
            passed |= {
                unit
                for unit, row in first.items()
                if states[unit] == "done" or not _stands(standing.get(unit), row.before)
            }
        numbers |= {row.number for row in rows if row.unit in passed}
    return passed, numbers


def bring_back(
    connection: sa.Connection, part: Part, passed: set[int], now: datetime, tally: Tally, movements: Movements
) -> None:
    """Make the articles of a part what its lines say, and their units done; forget its lines.

    Args:
        connection: in the transaction that decides to publish the part.
        part: which one.
        passed: units that are `overtaken`.
        now: when.
        tally: counts the units.
        movements: counts the articles.
    """
    seen = set(passed)
    for rows in _of_part(connection, part):
        first = {}
        for row in rows:
            if row.unit in passed:
                continue
            if row.what:
                movements.note(part.run, _catid(row), row.what)
            if row.unit not in seen:
                seen.add(row.unit)
                first[row.unit] = row
        if not first:
            continue
        standing = articles.of_units(connection, first)
        after = {unit: articles.thaw(row.after) if row.after else None for unit, row in first.items()}
        for seq, values in after.items():
            movements.replace(_article(standing.get(seq)), _article(values))
        articles.put(connection, after)
        changed = []
        kept = {row.unit: row.kept for row in rows if row.unit in first}
        for unit in connection.execute(_UNITS, {"seqs": list(first)}):
            tally.move(_sort(unit), Sort(unit.run, unit.kind, "done"))
            changed.append(
                {
                    "unit": unit.seq,
                    "run": unit.run,
                    "state": "done",
                    "reason": "",
                    "tries": 0,
                    "next_at": None,
                    "settled_at": unit.settled_at or now,
                    "payload": kept[unit.seq],
                }
            )
        _change_units(connection, changed)
    forget(connection, part)


def _change_units(connection: sa.Connection, rows: list[dict[str, Any]]) -> None:
    connection.execute(sa.update(units).where(units.c.seq == sa.bindparam("unit")), rows)


def _sort(unit: Any) -> Sort:
    return Sort(unit.run, unit.kind, unit.state, unit.reason)


def _article(values: dict[str, Any] | None) -> Any:
    return None if values is None else articles.row_of(values)


def _catid(row: sa.Row[Any]) -> int | None:
    return None if row.catid == NO_CATEGORY else row.catid


def _stands(standing: dict[str, Any] | None, before: dict[str, Any] | None) -> bool:
    if standing is None or before is None:
        return standing is before is None
    was = articles.thaw(before)
    return all(standing[name] == was[name] for name in articles.TELLING)


def kept(path_lines: Iterator[bytes], numbers: set[int]) -> Iterator[bytes]:
    """Leave out the lines of these numbers, from 1."""
    return (line for number, line in enumerate(path_lines, 1) if number not in numbers)


def drop(connection: sa.Connection, part: int, numbers: Collection[int]) -> None:
    """Forget lines that were taken out of a part which is held back; those behind them have other numbers now.

    What was known before an article's first line passes on to its next one.

    Args:
        connection: in the transaction that says how long the part is now.
        part: its `Part.seq`.
        numbers: of the lines, from 1.
    """
    out = set(numbers)
    if not out:
        return
    query = sa.select(lines.c.number, lines.c.unit, lines.c.payload, lines.c.before, lines.c.after)
    rows = list(connection.execute(query.where(lines.c.part == part).order_by(lines.c.number)))
    first: dict[int, Any] = {}
    heirs: dict[int, Any] = {}
    for row in rows:
        first.setdefault(row.unit, row)
        if row.number not in out:
            heirs.setdefault(row.unit, row)
    for unit, heir in heirs.items():
        if (old := first[unit]).number != heir.number:
            values = {"payload": old.payload, "before": old.before, "after": old.after}
            connection.execute(
                sa.update(lines).where(lines.c.part == part, lines.c.number == heir.number).values(**values)
            )
    for some in [sorted(out)[at : at + AT_ONCE] for at in range(0, len(out), AT_ONCE)]:
        connection.execute(sa.delete(lines).where(lines.c.part == part, lines.c.number.in_(some)))
    left = [row.number for row in rows if row.number not in out]
    moved = [{"at": number, "now": place} for place, number in enumerate(left, 1) if place != number]
    if moved:
        # In their order, so that each finds its new number free.
        statement = sa.update(lines).where(lines.c.part == part, lines.c.number == sa.bindparam("at"))
        connection.execute(statement.values(number=sa.bindparam("now")), moved)
