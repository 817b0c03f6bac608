"""What lies in a run's folder: its report, written and read back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

from crawler.escaping import printable_json
from crawler.store.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

REPORT: Final = "report.json"
PAGE: Final = "report.html"
SECTIONS: Final = ("site", "completeness", "plan", "traffic", "fields", "gate", "media", "browser", "months", "stats")
"""Parts of a report that hold others: where one is anything else, somebody else wrote it."""


def load(path: Path) -> dict[str, Any]:
    """Give the object that a JSON file holds; empty if there is none that can be read."""
    try:
        value = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return {}
    return value if isinstance(value, dict) else {}


def read(folder: Path) -> dict[str, Any]:
    """Give the report that is in a run's folder; empty if there is none that can be read."""
    report = load(folder / REPORT)
    return report if all(isinstance(report.get(name), dict | None) for name in SECTIONS) else {}


def write(folder: Path, report: Mapping[str, Any]) -> None:
    """Write a run's report.

    Raises:
        StorageError: it cannot be written.
    """
    text = orjson.dumps(report, default=str, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
    write_whole(folder / REPORT, [printable_json(text)])
