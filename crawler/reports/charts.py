"""The geometry of charts: where bars, lines of the grid and labels stand. Templates draw them as SVG.

What lies across is in percent of the chart's width, so that one drawing serves a phone and a wide screen, and nothing
in it is scaled; what lies along the height is in pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log10
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

HEIGHT: Final = 132
"""Of a chart with axes, in pixels."""
SPARK: Final = 22
"""Of a chart without axes, in pixels."""
LEAST: Final = 1.5
"""Pixels of a bar whose value is not 0: it must be seen beside a bar of a million."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar.

    Attributes:
        x: its left edge, percent.
        width: percent.
        y: its upper edge, pixels from the top.
        height: pixels; 0 only for the value 0.
        label: what it stands for.
        value: its value in words.
    """

    x: float
    width: float
    y: float
    height: float
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A label of an axis: in percent from the left, or in pixels from the top."""

    at: float
    text: str
    side: str = ""


@dataclass(frozen=True, slots=True)
class Columns:
    """A chart of bars side by side.

    Attributes:
        bars: from left to right.
        across: labels below.
        up: labels beside, the highest first.
        height: pixels.
    """

    bars: Sequence[Bar]
    across: Sequence[Mark]
    up: Sequence[Mark]
    height: int

    @property
    def outline(self) -> str:
        """All bars as one path in a box 100 wide, for pages that have hundreds of charts."""
        return "".join(f"M{bar.x} {self.height}V{bar.y}h{bar.width}V{self.height}z" for bar in self.bars if bar.height)


def steps(highest: float, most: int = 3) -> list[float]:
    """Give round values from 0 up to one that is not below the highest, as lines of a grid.

    >>> steps(37), steps(1), steps(0), steps(2_400)
    ([0, 20, 40], [0, 1], [0, 1], [0, 1000, 2000, 3000])
    >>> steps(0.037)
    [0, 0.02, 0.04]
    """
    if highest <= 0:
        return [0, 1]
    rough = highest / most
    power = 10.0 ** floor(log10(rough))
    step = next(power * times for times in (1, 2, 5, 10) if power * times >= rough * (1 - 1e-9))
    if isinstance(highest, int):
        step = max(step, 1)
    number = max(ceil(highest / step - 1e-9), 1)
    values = [round(step * at, 9) for at in range(number + 1)]
    return [int(value) if value == int(value) else value for value in values]


def columns(
    values: Sequence[tuple[str, float]],
    marks: Sequence[tuple[int, str]] = (),
    *,
    words: Callable[[float], str],
    height: int = HEIGHT,
) -> Columns:
    """Lay out bars side by side.

    Args:
        values: label and value of each, from left to right.
        marks: which of them has a label below, and which.
        words: says a value, beside the axis and of a bar.
        height: pixels.
    """
    grid = steps(max((value for _, value in values), default=0))
    top, number = grid[-1], len(values)
    gap = 0.15 if number <= 60 else 0.0
    bars = [
        _bar(at, number, gap, label, value / top * height if value else 0.0, words(value), height)
        for at, (label, value) in enumerate(values)
    ]
    across = [_mark((at + 0.5) / number * 100, text) for at, text in marks]
    return Columns(bars, across, [Mark(height - value / top * height, words(value)) for value in grid[::-1]], height)


def spark(values: Sequence[tuple[str, float]], *, words: Callable[[float], str], top: float | None = None) -> Columns:
    """Lay out small bars without axes.

    Args:
        values: label and value of each, from left to right.
        words: says a value.
        top: the value of the highest bar that there could be; None for the highest that there is.
    """
    highest = top or max((value for _, value in values), default=0) or 1
    number = max(len(values), 12)  # bars of two runs are no thicker than those of a dozen
    first = number - len(values)
    bars = [
        _bar(first + at, number, 0.2, label, value / highest * SPARK if value else 0.0, words(value), SPARK)
        for at, (label, value) in enumerate(values)
    ]
    return Columns(bars, (), [Mark(SPARK, "")], SPARK)


def _bar(at: int, number: int, gap: float, label: str, high: float, words: str, height: int) -> Bar:
    width = 100 / number
    tall = max(high, LEAST) if high else 0.0
    return Bar(
        x=round(at * width + width * gap / 2, 3),
        width=round(width * (1 - gap), 3),
        y=round(height - tall, 2),
        height=round(tall, 2),
        label=label,
        value=words,
    )


def _mark(at: float, text: str) -> Mark:
    """Place a label below; one near an edge leans inwards."""
    side = "first" if at < 4 else "last" if at > 96 else ""
    return Mark(round(at, 3), text, side)


def few(number: int, most: int) -> list[int]:
    """Choose some of so many places, evenly, the first among them.

    >>> few(10, 4), few(3, 4), few(0, 4)
    ([0, 3, 6, 9], [0, 1, 2], [])
    """
    step = max(ceil(number / most), 1)
    return list(range(0, number, step))
