"""The gate with its thresholds, as the store asks it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Self

from crawler.gate.judge import judge
from crawler.gate.metrics import measure
from crawler.gate.thresholds import Thresholds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from crawler.gate.metrics import Metrics


_OFF: Final = {"", "0", "false", "no", "none", "off"}


class Gate:
    """Judges what is to be published.

    Args:
        thresholds: what is tolerated.
    """

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Self | None:
        """Make the gate that the settings ask for, None where they ask for none.

        Raises:
            UsageError: a setting is wrong.
        """
        switch = str(settings["DISCUZ_GATE_ENABLED"]).lower()
        return cls(Thresholds.of(settings)) if switch not in _OFF else None

    def __init__(self, thresholds: Thresholds) -> None:
        self.thresholds = thresholds

    def measure(self, lines: Iterable[bytes]) -> Metrics:
        """Measure a part; see `crawler.gate.metrics.measure`."""
        return measure(lines)

    def judge(self, metrics: Metrics, history: Sequence[Metrics]) -> list[str]:
        """Say why a part should not be published; see `crawler.gate.judge.judge`."""
        return judge(metrics, history, self.thresholds)
