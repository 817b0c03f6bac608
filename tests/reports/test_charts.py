"""Where bars stand, and what is said of them."""

from __future__ import annotations

import pytest

from crawler.reports.charts import HEIGHT, LEAST, SPARK, columns, spark
from crawler.reports.environment import number


@pytest.mark.parametrize("number_of_bars", [1, 2, 30, 300])
def test_bars_fill_the_width_and_do_not_overlap(number_of_bars: int) -> None:
    chart = columns([(str(at), at + 1) for at in range(number_of_bars)], words=number)
    assert chart.bars[0].x >= 0
    assert chart.bars[-1].x + chart.bars[-1].width <= 100.01
    for left, right in zip(chart.bars, chart.bars[1:], strict=False):
        assert left.x + left.width <= right.x + 0.01
    assert sum(bar.width for bar in chart.bars) > 80
    assert all(0 <= bar.y < HEIGHT and bar.y + bar.height == pytest.approx(HEIGHT, abs=0.02) for bar in chart.bars)


def test_heights_are_as_the_values_and_none_is_lost() -> None:
    chart = columns([("a", 1_000_000), ("b", 500_000), ("c", 1), ("d", 0)], words=number)
    assert [mark.text for mark in chart.up] == ["1,000,000", "500,000", "0"]
    heights = [bar.height for bar in chart.bars]
    assert heights == [HEIGHT, HEIGHT / 2, LEAST, 0]
    assert [bar.value for bar in chart.bars] == ["1,000,000", "500,000", "1", "0"]


def test_the_last_run_stands_at_the_right() -> None:
    chart = spark([("first", 1), ("last", 2)], words=number)
    assert [bar.height for bar in chart.bars] == [SPARK / 2, SPARK]
    assert chart.bars[-1].x + chart.bars[-1].width > 99
    assert chart.bars[0].x > 80, "two runs look like two, not like half of all"
    assert chart.outline.count("M") == 2
    assert spark([("a", 0.5)], words=number, top=1).bars[0].height == SPARK / 2
    assert spark([], words=number).bars == []
    assert columns([], words=number).bars == []


def test_labels_at_the_edges_lean_inwards() -> None:
    chart = columns([(str(at), 1) for at in range(100)], [(0, "a"), (50, "b"), (99, "c")], words=number)
    assert [(mark.text, mark.side) for mark in chart.across] == [("a", "first"), ("b", ""), ("c", "last")]
