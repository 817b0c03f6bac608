"""Spider arguments: checked at the edge, so that what comes after can rely on them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, get_args

import orjson

from crawler.errors import UsageError
from crawler.escaping import discreet
from crawler.spiders.clamp import Sweep

DAYS = re.compile(r"(\d{1,5})d")
RANGE = re.compile(r"(\d{1,10})(?:-(\d{1,10}))?")
MOST_AIDS = 1_000_000
EVERY = frozenset({"site", "dry_run", "if_running", "retry"})
"""Arguments that all spiders take."""
OF_SCRAPYD = frozenset({"_job", "_version"})
"""What scrapyd gives every spider beside what it was asked for: its own name of the start."""
NOT_PART_OF_THE_JOB = {"site", "dry_run", "if_running", *OF_SCRAPYD}


@dataclass(frozen=True, slots=True)
class Arguments:
    """What a spider was asked for. Dates are days in the site's own zone, both ends included."""

    site: str
    category: tuple[str, ...] = ()
    from_date: date | None = None
    until_date: date | None = None
    limit: int | None = None
    url: tuple[str, ...] = ()
    aid: tuple[int, ...] = ()
    sweep: Sweep = "auto"
    retry_skipped: bool = False
    dry_run: bool = False
    if_running_ok: bool = False


def day(value: str, today: date) -> date:
    """Read a day as typed.

    Args:
        value: an ISO date, or a number of days before today as in ``30d``.
        today: the day to count back from.

    Raises:
        ValueError: it is neither; the message says what is wanted.
    """
    if days := DAYS.fullmatch(value):
        return today - timedelta(days=int(days[1]))
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError("is no date: give one as in 2026-01-31, or a number of days as in 30d") from None


def _words(value: str) -> tuple[str, ...]:
    words = tuple(word.strip() for word in value.split(",") if word.strip())
    if not words:
        raise ValueError("is empty: give one, or several with commas between")
    return words


def _count(value: str) -> int:
    if not value.isdecimal() or int(value) < 1:
        raise ValueError("is no number of articles: give a whole number from 1 up")
    return int(value)


def _flag(value: str) -> bool:
    known = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
    if value.lower() not in known:
        raise ValueError("is neither yes nor no: give 1 or 0")
    return known[value.lower()]


def _if_running(value: str) -> bool:
    if value != "ok":
        raise ValueError("is not known: give ok, or leave it out")
    return True


def _retry(value: str) -> bool:
    if value != "skipped":
        raise ValueError("is not known: give skipped, to try again what stands in skipped.jsonl, or leave it out")
    return True


def _sweep(value: str) -> str:
    if value not in get_args(Sweep):
        raise ValueError("is not known: give auto, on to try every article number that nothing names, or off")
    return value


def _aids(value: str) -> tuple[int, ...]:
    aids: list[int] = []
    for word in _words(value):
        found = RANGE.fullmatch(word)
        if not found:
            raise ValueError(f"holds {word!r}, which is no article number: give numbers and ranges as in 12,40-80")
        first, last = int(found[1]), int(found[2] or found[1])
        if last < first or first < 1:
            raise ValueError(f"holds {word!r}, which is no range of article numbers: give the smaller number first")
        if last - first + len(aids) >= MOST_AIDS:
            raise ValueError(f"names more than {MOST_AIDS:,} articles: use the spider backfill for a whole site")
        aids.extend(range(first, last + 1))
    return tuple(dict.fromkeys(aids))


def _lines(value: str) -> tuple[str, ...]:
    try:
        text = Path(value).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"cannot be read ({error}): give a text file with one address or article number a line") from (
            error
        )
    lines = tuple(line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))
    if not lines:
        raise ValueError("names no article: give a text file with one address or article number a line")
    return lines


PARSERS: Mapping[str, Callable[[str, date], Any]] = {
    "site": lambda value, _: value,
    "category": lambda value, _: _words(value),
    "from_date": day,
    "until_date": day,
    "limit": lambda value, _: _count(value),
    "url": lambda value, _: _words(value),
    "aid": lambda value, _: _aids(value),
    "file": lambda value, _: _lines(value),
    "dry_run": lambda value, _: _flag(value),
    "if_running": lambda value, _: _if_running(value),
    "retry": lambda value, _: _retry(value),
    "sweep": lambda value, _: _sweep(value),
}


def parse(spider: str, accepted: frozenset[str], given: Mapping[str, str], today: date) -> Arguments:
    """Check what was given with ``-a`` and turn it into values.

    Args:
        spider: the spider's name, for errors.
        accepted: names that this spider takes, beside those that all take (`EVERY`).
        given: names and values as typed.
        today: the day that ``30d`` counts back from.

    Raises:
        UsageError: an argument that is not taken, a value that cannot be read, or values that contradict each other.
            The message names argument, value and mend.
    """
    accepted = accepted | EVERY
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name in OF_SCRAPYD:
            continue
        if name not in accepted:
            raise UsageError(
                f"{name}={value!r}: the spider {spider} takes no argument {name!r}, only {', '.join(sorted(accepted))}"
            )
        try:
            values[name] = PARSERS[name](value, today)
        except ValueError as error:
            raise UsageError(f"{name}={value!r} {error}") from error
    if not values.get("site"):
        raise UsageError("site is missing: give -a site=https://www.example.com/, a profile's name, or -a site=demo")
    _check_dates(given, values, today)
    _take_lines(values)
    values["if_running_ok"] = values.pop("if_running", False)
    values["retry_skipped"] = values.pop("retry", False)
    return Arguments(**values)


def _check_dates(given: Mapping[str, str], values: Mapping[str, Any], today: date) -> None:
    first, last = values.get("from_date"), values.get("until_date")
    # A day of grace: the site may live a zone further east than this machine.
    if first and first > today + timedelta(days=1):
        raise UsageError(f"from_date={given['from_date']!r} lies in the future: nothing can have been published since")
    if first and last and first > last:
        raise UsageError(
            f"from_date={given['from_date']!r} comes after until_date={given['until_date']!r}: exchange the two"
        )


def _take_lines(values: dict[str, Any]) -> None:
    """Sort a file's lines into article numbers and addresses, as if they had been typed."""
    for line in values.pop("file", ()):
        try:
            values["aid"] = (*values.get("aid", ()), *_aids(line))
        except ValueError:
            values["url"] = (*values.get("url", ()), line)


def job_of(spider: str, given: Mapping[str, str]) -> str:
    """Name the job that a spider and its arguments are: a run left unfinished is gone on with by the same job only.

    Arguments are taken as typed, so that ``from_date=30d`` is the same job tomorrow; but for names and passwords in
    addresses, which would be kept in the store.
    """
    kept = {name: discreet(",".join(_split(value))) for name, value in given.items() if name not in NOT_PART_OF_THE_JOB}
    return f"{spider} {orjson.dumps(kept, option=orjson.OPT_SORT_KEYS).decode()}"


def _split(value: str) -> Iterator[str]:
    return (word.strip() for word in value.split(","))
