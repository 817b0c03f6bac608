"""The lengths of texts: a distribution by category, in steps of 19 %."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from crawler.gate.chance import NONE, Share, expected
from crawler.gate.metrics import UNKNOWN, length_of, step_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.gate.metrics import Metrics
    from crawler.gate.thresholds import Thresholds

_CUTS: Final = (1, 2, 4)
"""Below the threshold, its half and its quarter: of a text that is cut short only the beginning may be left."""


@dataclass(frozen=True, slots=True)
class Lengths:
    """How many texts there are of each step, by category."""

    steps: dict[str, dict[int, int]]

    @classmethod
    def of(cls, metrics: Metrics) -> Self:
        """Take them from a part's metrics."""
        found = metrics["lengths"].items()
        return cls({category: {int(step): count for step, count in steps.items()} for category, steps in found})

    @property
    def texts(self) -> int:
        """How many there are."""
        return sum(sum(steps.values()) for steps in self.steps.values())

    def median(self) -> int:
        """The median length in characters, to the step; 0 without a text."""
        every = sorted((step, count) for steps in self.steps.values() for step, count in steps.items())
        left = (self.texts + 1) // 2
        for step, count in every:
            left -= count
            if left <= 0:
                return length_of(step)
        return 0

    def shorter(self, length: float) -> dict[str, Share]:
        """Count those that are shorter, by category."""
        bound = step_of(int(length))
        return {
            category: Share(sum(count for step, count in steps.items() if step < bound), sum(steps.values()))
            for category, steps in self.steps.items()
        }

    def judge(self, history: Sequence[Lengths], thresholds: Thresholds) -> str | None:
        """Say how far the median is from the usual one, if by more than is tolerated and than chance brings about.

        Args:
            history: of earlier parts.
            thresholds: what is tolerated; the floor is a number of characters.
        """
        setting, (threshold, floor) = thresholds.limit("length")
        if not self.texts:
            return None
        usual, now = _together(history), self.median()
        words = f"length: the median text of {self.texts:,} articles has {now:,} characters"
        if self.texts >= thresholds.fewest and now < floor and usual.median() >= floor * bool(usual.texts):
            return f"{words}, {floor:,.0f} are wanted anywhere ({setting}, floor)"
        if not usual.texts:
            return None
        wanted = threshold * usual.median()
        known = {category for category in self.steps if category in usual.steps or category == UNKNOWN}
        judged = Lengths({category: self.steps[category] for category in known})
        for cut in _CUTS if judged.texts and judged.median() < wanted else ():
            before, whole = usual.shorter(wanted / cut), sum(usual.shorter(wanted / cut).values(), NONE)
            groups = [
                (int(share.records), whole if category == UNKNOWN else before[category])
                for category, share in judged.shorter(wanted / cut).items()
            ]
            short = sum(share.count for share in judged.shorter(wanted / cut).values())
            if expected(groups, whole).at_least(int(short)) < thresholds.chance:
                medians = f"usually {usual.median():,}, at least {wanted:,.0f} wanted"
                return f"{words}, {medians} ({setting}={[threshold, floor]})"
        return None


def _together(history: Sequence[Lengths]) -> Lengths:
    added: dict[str, dict[int, int]] = {}
    for part in history:
        for category, steps in part.steps.items():
            into = added.setdefault(category, {})
            for step, count in steps.items():
                into[step] = into.get(step, 0) + count
    return Lengths(added)
