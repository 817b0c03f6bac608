"""How likely it is that chance alone made so few, or so many, of a handful of records show something.

Shares of small parts jump: of three articles, two without a picture mean nothing where half of all have none, and three
without a publisher mean damage where all have one. The number to be expected is a beta-binomial: how often something
happens is itself only known from so many records.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, lgamma, log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

ALIKE = 1.0
"""How many records' worth the rest of the site tells of one of its categories."""
HALF = 0.5
"""Before anything is known, as Jeffreys has it: half a record with, half a record without."""


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `records` show something.

    Both may be fractions: a long part counts as one of fewer records.
    """

    count: float
    records: float

    @property
    def rate(self) -> float:
        """How many do on average, half a record with and half a record without added.

        >>> Share(0, 9).rate
        0.05
        """
        return (self.count + HALF) / (self.records + 2 * HALF)

    def __add__(self, other: Share) -> Share:
        return Share(self.count + other.count, self.records + other.records)


NONE = Share(0, 0)


@dataclass(frozen=True, slots=True)
class Expected:
    """How many of `records` are expected to show something, and how far that may be off."""

    records: int
    mean: float
    variance: float

    @property
    def rate(self) -> float:
        """The share to be expected."""
        return self.mean / self.records if self.records else 0.0

    def at_most(self, count: int) -> float:
        """Tell how likely `count` or fewer are."""
        return _lower_tail(count, self.records, self.mean, self.variance)

    def at_least(self, count: int) -> float:
        """Tell how likely `count` or more are."""
        return _lower_tail(self.records - count, self.records, self.records - self.mean, self.variance)


def expected(groups: Iterable[tuple[int, Share]], whole: Share) -> Expected:
    """Say how many records are to be expected that show something.

    Args:
        groups: for each group of records, how many there are now, and how many were and showed it before.
        whole: how many were and showed it before in all groups; a group that is hardly known is taken for like them.
    """
    records, mean, variance = 0, 0.0, 0.0
    for now, before in groups:
        a = before.count + ALIKE * whole.rate
        b = before.records - before.count + ALIKE * (1 - whole.rate)
        both = a + b
        records += now
        mean += now * a / both
        variance += now * a * b * (both + now) / (both * both * (both + 1))
    return Expected(records, mean, variance)


def _lower_tail(count: int, records: int, mean: float, variance: float) -> float:
    """The chance of at most `count`, by the beta-binomial of this mean and variance."""
    if count >= records:
        return 1.0
    if count < 0:
        return 0.0
    rate = min(max(mean / records, 1e-12), 1 - 1e-12)
    spread = variance / (records * rate * (1 - rate))
    correlation = (spread - 1) / (records - 1) if records > 1 else 0.0
    both = 1 / correlation - 1 if correlation > 1e-9 else inf
    logs = [_log_chance(number, records, rate, both) for number in range(count + 1)]
    highest = max(logs)
    return min(1.0, exp(highest) * sum(exp(each - highest) for each in logs))


def _log_chance(count: int, records: int, rate: float, both: float) -> float:
    ways = lgamma(records + 1) - lgamma(count + 1) - lgamma(records - count + 1)
    if both == inf:
        return ways + count * log(rate) + (records - count) * log(1 - rate)
    a, b = rate * both, (1 - rate) * both
    return ways + _log_beta(count + a, records - count + b) - _log_beta(a, b)


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)
