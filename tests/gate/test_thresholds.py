"""Thresholds: what the settings say, and what is wrong about them."""

from __future__ import annotations

from typing import Any

import pytest
from scrapy.utils.project import get_project_settings

from crawler import settings
from crawler.errors import UsageError
from crawler.gate import Gate, Limit, Thresholds

DEFAULTS = vars(settings)


def test_the_projects_settings_can_be_read() -> None:
    gate = Gate.of(get_project_settings())
    assert gate is not None
    assert gate.thresholds.limit("coverage.publisher") == ("DISCUZ_GATE_COVERAGE", Limit(0.6, 0.0))
    assert gate.thresholds.limit("coverage.article_body") == ("DISCUZ_GATE_COVERAGE", Limit(0.7, 0.5))
    assert gate.thresholds.limit("alike.headline") == ("DISCUZ_GATE_ALIKE", Limit(0.4, 0.6))
    assert gate.thresholds.limit("language.zh") == ("DISCUZ_GATE_LANGUAGE", Limit(0.6, 0.0))


@pytest.mark.parametrize("off", [False, "0", "False", "no", 0, None, ""])
def test_there_is_none_where_none_is_asked_for(off: object) -> None:
    assert Gate.of({**DEFAULTS, "DISCUZ_GATE_ENABLED": off}) is None


@pytest.mark.parametrize("on", [True, "1", "true", 1])
def test_there_is_one_else(on: object) -> None:
    assert Gate.of({**DEFAULTS, "DISCUZ_GATE_ENABLED": on}) is not None


def test_the_command_line_gives_json() -> None:
    given = {"DISCUZ_GATE_COVERAGE": '{"*": [0.5, 0.1]}', "DISCUZ_GATE_GENERIC": "[0.1, 0.2]", "DISCUZ_GATE_RUNS": "5"}
    thresholds = Thresholds.of({**DEFAULTS, **given})
    assert thresholds.coverage == {"*": Limit(0.5, 0.1)}
    assert thresholds.limits["generic"] == Limit(0.1, 0.2)
    assert thresholds.runs == 5


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("RUNS", "many", "no JSON"),
        ("RUNS", 0, "a number from 1"),
        ("RUNS", True, "a number from 1"),
        ("CHANCE", 2, "a number from 0 to 1"),
        ("CHANCE", None, "a number from 0 to 1"),
        ("FEWEST", "[]", "a number from 1"),
        ("LENGTH", 0.5, "two numbers"),
        ("LENGTH", [0.5], "two numbers"),
        ("LENGTH", [0.5, "20"], "two numbers"),
        ("LENGTH", [-1, 20], "two numbers"),
        ("LENGTH", "[0.5, 20", "no JSON"),
        ("COVERAGE", [0.5, 0], "two numbers for each field"),
        ("COVERAGE", {"publisher": [0.5, 0]}, "two numbers for each field"),
        ("COVERAGE", {"*": [0.5, 0], "publishers": [0.5, 0]}, "two numbers for each field"),
        ("COVERAGE", {"*": 0.5}, "two numbers"),
        ("ALIKE", {"headline": [0.5, 0]}, "two numbers for each field"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: Any, words: str) -> None:
    with pytest.raises(UsageError, match=f"^DISCUZ_GATE_{name}.*{words}"):
        Thresholds.of({**DEFAULTS, f"DISCUZ_GATE_{name}": value})
