"""The account for people: a table of few lines in the log, and words for the last line of a run."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from crawler.completeness.rest import OPEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from crawler.completeness.account import Account, Row

MOST_ROWS: Final = 20
"""Categories in the table; all of them are in the run's report."""
WORDS: Final[Mapping[str, str]] = {
    "waiting": "still to be read",
    "failed": "to be tried again",
    "unreachable": "not reachable",
    "held": "held back by the gate",
}


def _says(row: Row) -> str:
    """Say how many articles the site has: ``~40`` where only its pages tell, ``40+`` where those are cut off."""
    says = row.says
    if says.articles is None:
        return "-"
    if says.end == "repeats":
        return f"{max(says.listed or 0, says.at_least or 0) or says.articles:,}+"
    return f"{says.articles:,}" if says.is_exact else f"~{says.articles:,}"


def _missing(row: Row) -> str:
    if not row.asked:
        return "not asked"
    return "?" if row.missing is None else f"{row.missing:,}"


_COLUMNS: Final[Mapping[str, Callable[[Row], str]]] = {
    "site says": _says,
    "known": lambda row: f"{row.known:,}",
    "new": lambda row: _few(row.run, "new"),
    "changed": lambda row: _few(row.run, "changed", "back", "comments"),
    "gone": lambda row: _few(row.held, "gone"),
    "moved": lambda row: _few(row.held, "moved"),
    "absent": lambda row: _few(row.rest, "absent", "elsewhere"),
    "walled": lambda row: _few(row.rest, "walled"),
    "to do": lambda row: _few(row.rest, "waiting", "failed", "held"),
    "unreachable": lambda row: _few(row.rest, "unreachable"),
    "missing": _missing,
}


def missing_words(account: Account) -> str:
    """Say for the last line of a run what is missing; nothing if nothing is, as far as is known.

    Where that is not proved for every category it says so, since there may be more.
    """
    total = account.total
    if not total.open:
        return ""
    why = ", ".join(f"{total.rest[rest]:,} {WORDS[rest]}" for rest in OPEN if total.rest.get(rest))
    worst = max(account.rows, key=lambda row: (row.open, -row.depth), default=total)
    least = "at least " if account.unproved else ""
    return f"{least}{total.open:,} missing ({why}; most in {worst.title})"


def table(account: Account) -> list[str]:
    """Give the account as lines: one if there is no news and nothing missing, else a row for each category with any.

    A category of which it is not proved that nothing is missing shows ``?``, and is named with the reason; where there
    is no table, their number will do: they are the same at every run. One that the site's profile leaves out says so.
    """
    total = account.total
    says = f"{_says(total)} on the site, " if total.says.articles else ""
    missing = "nothing missing" if total.missing == 0 else missing_words(account) or "nothing missing that is known of"
    first = f"Completeness: {says}{total.known:,} known, {missing}"
    lines = [first]
    if rows := [row for row in account.rows if _is_news(row)]:
        shown = rows if len(rows) <= MOST_ROWS else [row for row in rows if not row.depth][:MOST_ROWS]
        lines += _aligned([_cells(row) for row in shown], ["", *_COLUMNS])
        if len(shown) < len(rows):
            lines.append(f"  and {len(rows) - len(shown):,} more, in the run's report")
        if account.unproved:
            lines.append(f"  not proved for {_named(account.unproved)}")
    elif unproved := len(account.unproved):
        lines = [f"{first}; not proved for {unproved:,} categor{'y' if unproved == 1 else 'ies'}, see the run's report"]
    return lines


def _is_news(row: Row) -> bool:
    """Tell whether a category has anything for a person to look at."""
    return bool(row.open or any(number for what, number in row.run.items() if what != "unchanged"))


def _named(rows: Sequence[Row]) -> str:
    by_reason: dict[str, list[str]] = {}
    for row in rows:
        by_reason.setdefault(row.why, []).append(row.title)
    told = []
    for why, titles in by_reason.items():
        more = f" and {len(titles) - 3:,} more" if len(titles) > 3 else ""
        told.append(f"{', '.join(titles[:3])}{more} ({why})")
    return "; ".join(told)


def _cells(row: Row) -> list[str]:
    return ["  " * (row.depth + 1) + row.title, *(cell(row) for cell in _COLUMNS.values())]


def _aligned(rows: Iterable[Sequence[str]], header: Sequence[str]) -> list[str]:
    """Set a table in columns: names to the left, numbers to the right. A column without any number is left out."""
    table = [header, *rows]
    kept = [at for at in range(len(header)) if at == 0 or any(row[at] not in {"", "-"} for row in table[1:])]
    widths = {at: max(_width(row[at]) for row in table) for at in kept}
    return [
        "  ".join(
            row[at] + _pad(row[at], widths[at]) if at == kept[0] else _pad(row[at], widths[at]) + row[at] for at in kept
        ).rstrip()
        for row in table
    ]


def _width(text: str) -> int:
    """Columns that a text takes on a terminal: Chinese characters take two.

    >>> _width("时政 1")
    6
    """
    return sum(1 + (unicodedata.east_asian_width(character) in "WF") for character in text)


def _pad(text: str, width: int) -> str:
    return " " * (width - _width(text))


def _few(counts: Mapping[str, int], *names: str) -> str:
    number = sum(counts.get(name, 0) for name in names)
    return f"{number:,}" if number else "-"
