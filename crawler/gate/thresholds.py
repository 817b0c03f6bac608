"""What is tolerated: the settings ``DISCUZ_GATE_…`` as one frozen value."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from crawler.errors import UsageError
from crawler.gate.traits import FIELDS

PREFIX: Final = "DISCUZ_GATE_"


class Limit(NamedTuple):
    """How far a metric may be from what is usual, and where it is never right.

    Attributes:
        threshold: for what should be there, the least part of the usual share; for trouble, how much more of the
            records may show it than usually do.
        floor: the least share of what should be there, the greatest share of trouble, whatever is usual.
    """

    threshold: float
    floor: float


LIMITS: Final = (
    "LENGTH",
    "LANGUAGE",
    "PRECISION",
    "REPLACEMENT",
    "GARBLED",
    "ESCAPED",
    "GENERIC",
    "TITLE",
    "COMMENTS",
    "FUTURE",
    "NOW",
    "ORDER",
    "PLACE",
    "EXCHANGED",
    "REPEATED",
    "WALLS",
    "UNREADABLE",
    "LISTS",
    "CHANGED",
    "GONE",
    "RECORDS",
    "AGE",
)
"""Settings of two numbers. ``COVERAGE`` and ``ALIKE`` name fields, with two numbers each."""
ALIKE: Final = {"headline", "article_body", "date_published"}
REST: Final = "*"
"""The fields that have no numbers of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """What is tolerated.

    Attributes:
        runs: how many runs what is usual is taken from.
        chance: damage is what chance brings about more rarely than this.
        fewest: records from which on floors hold.
        coverage: by field; `REST` for the others.
        alike: by field.
        limits: of the other metrics, by name.
    """

    runs: int
    chance: float
    fewest: int
    coverage: Mapping[str, Limit]
    alike: Mapping[str, Limit]
    limits: Mapping[str, Limit]

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Thresholds:
        """Read the settings.

        Args:
            settings: values by name; of the command line they are JSON.

        Raises:
            UsageError: a value is none.
        """
        return cls(
            runs=int(_number(settings, "RUNS", least=1)),
            chance=_number(settings, "CHANCE", most=1),
            fewest=int(_number(settings, "FEWEST", least=1)),
            coverage=_by_field(settings, "COVERAGE", {REST, *FIELDS}),
            alike=_by_field(settings, "ALIKE", ALIKE, every=True),
            limits={name.lower(): _limit(settings, name) for name in LIMITS},
        )

    def limit(self, metric: str) -> tuple[str, Limit]:
        """Give the setting that a metric goes by, and its numbers."""
        kind, _, field = metric.partition(".")
        if kind == "coverage":
            return f"{PREFIX}COVERAGE", self.coverage.get(field, self.coverage[REST])
        if kind == "alike":
            return f"{PREFIX}ALIKE", self.alike[field]
        return PREFIX + kind.upper(), self.limits[kind]


def _value(settings: Mapping[str, Any], name: str) -> Any:
    value = settings[PREFIX + name]
    if isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            raise _wrong(name, value, "it is no JSON") from None
    return value


def _wrong(name: str, value: object, why: str) -> UsageError:
    return UsageError(f"{PREFIX}{name}={value!r}: {why}; see crawler/settings.py for what it means")


def _number(settings: Mapping[str, Any], name: str, *, least: float = 0, most: float | None = None) -> float:
    value = _value(settings, name)
    if (
        not isinstance(value, int | float)
        or isinstance(value, bool)
        or value < least
        or (most is not None and value > most)
    ):
        raise _wrong(name, value, f"a number from {least:g}{f' to {most:g}' if most is not None else ''} is wanted")
    return value


def _pair(name: str, value: object) -> Limit:
    match value:
        case [int() | float() as threshold, int() | float() as floor] if threshold >= 0 and floor >= 0:
            return Limit(threshold, floor)
    raise _wrong(name, value, "two numbers are wanted, threshold and floor")


def _limit(settings: Mapping[str, Any], name: str) -> Limit:
    return _pair(name, _value(settings, name))


def _by_field(settings: Mapping[str, Any], name: str, fields: set[str], *, every: bool = False) -> dict[str, Limit]:
    """Two numbers for each field: for every one, or for the rest of them and for some."""
    value = _value(settings, name)
    needed = fields if every else {REST}
    if not isinstance(value, Mapping) or not needed <= value.keys() <= fields:
        raise _wrong(name, value, f"two numbers for each field are wanted, of {', '.join(sorted(fields))}")
    return {field: _pair(f"{name}[{field!r}]", pair) for field, pair in value.items()}
