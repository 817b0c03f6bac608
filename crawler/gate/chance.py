"""How likely it is that chance alone made so few, or so many, of a handful of records show something.

Shares of small parts jump: of three articles, two without a picture mean nothing where half of all have none, and three
without a publisher mean damage where all have one. The number to be expected is a beta-binomial: how often something
happens is itself only known from so many records.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc, exp, lgamma, sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

ALIKE = 1.0
"""How many records' worth the rest of the site tells of one of its categories."""
MANY = 300
"""Records from which on the chances of each single number need not be worked out."""
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
class Group:
    """Records of which about as many are expected to show something as showed it before: a beta-binomial.

    Attributes:
        records: how many there are.
        a: how many showed it before, and a little more.
        b: how many did not, and a little more.
    """

    records: int
    a: float
    b: float

    @property
    def mean(self) -> float:
        """How many are expected."""
        return self.records * self.a / (self.a + self.b)

    @property
    def variance(self) -> float:
        """How far that may be off, squared."""
        both = self.a + self.b
        return self.records * self.a * self.b * (both + self.records) / (both * both * (both + 1))

    def chances(self) -> list[float]:
        """How likely each number is, from none to all."""
        whole = lgamma(self.records + 1) - _log_beta(self.a, self.b)
        return [
            exp(
                whole
                - lgamma(number + 1)
                - lgamma(self.records - number + 1)
                + _log_beta(number + self.a, self.records - number + self.b)
            )
            for number in range(self.records + 1)
        ]


@dataclass(frozen=True, slots=True)
class Expected:
    """How many records of all groups together are expected to show something."""

    groups: tuple[Group, ...]

    @property
    def records(self) -> int:
        """How many there are."""
        return sum(group.records for group in self.groups)

    @property
    def rate(self) -> float:
        """The share to be expected."""
        return sum(group.mean for group in self.groups) / self.records if self.groups else 0.0

    def at_most(self, count: int) -> float:
        """Tell how likely `count` or fewer are."""
        if self.records > MANY:
            return self._far_off(sum(group.mean for group in self.groups) - count)
        return sum(self._chances()[: count + 1])

    def at_least(self, count: int) -> float:
        """Tell how likely `count` or more are."""
        if self.records > MANY:
            return self._far_off(count - sum(group.mean for group in self.groups))
        return sum(self._chances()[count:])

    def _far_off(self, distance: float) -> float:
        """The chance of so many more, or fewer, than expected, where there are so many that all is smooth."""
        spread = sqrt(2 * sum(group.variance for group in self.groups))
        return erfc(max(0.0, distance - HALF) / spread) / 2

    def _chances(self) -> list[float]:
        """How likely each number is, from none to all, of all groups together."""
        chances = [1.0]
        for group in self.groups:
            more = [0.0] * (len(chances) + group.records)
            for number, chance in enumerate(group.chances()):
                for before, known in enumerate(chances):
                    more[before + number] += known * chance
            chances = more
        return chances


def expected(groups: Iterable[tuple[int, Share]], whole: Share) -> Expected:
    """Say how many records are to be expected that show something.

    Args:
        groups: for each group of records, how many there are now, and how many were and showed it before.
        whole: how many were and showed it before in all groups; a group that is hardly known is taken for like them.
    """
    found = []
    for now, before in groups:
        doubt = HALF * before.records / whole.records if whole.records else HALF
        a = before.count + doubt + ALIKE * whole.rate
        b = before.records - before.count + doubt + ALIKE * (1 - whole.rate)
        found.append(Group(now, a, b))
    return Expected(tuple(found))


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)
