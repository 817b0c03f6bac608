"""The captured pages: raw responses of real Discuz! sites and what went into their databases.

They are not part of the checkout. ``CRAWLER_CAPTURED`` names their folder; without it they are looked for beside the
checkout. Tests that need them carry `needs_captured` and are skipped where they are absent.
"""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest

CAPTURED = Path(
    os.environ.get("CRAWLER_CAPTURED") or Path(__file__).resolve().parents[2] / "shared" / "captured",
)

needs_captured = pytest.mark.skipif(
    not (CAPTURED / "manifest.json").is_file(),
    reason=f"no captured pages at {CAPTURED} (set CRAWLER_CAPTURED)",
)


@cache
def manifest() -> list[dict[str, Any]]:
    """Every captured response, in the order of capture; an empty list where there are none."""
    path = CAPTURED / "manifest.json"
    if not path.is_file():
        return []
    entries: list[dict[str, Any]] = json.loads(path.read_bytes())
    return entries


@cache
def truth(site: str) -> dict[int, dict[str, Any]]:
    """What is in the database of a captured site, by aid; empty where there is no such file.

    Args:
        site: The name of its folder, such as the ``site`` of a manifest entry.
    """
    path = CAPTURED / "truth" / f"{site}.jsonl"
    if not path.is_file():
        return {}
    articles = (json.loads(line) for line in path.read_bytes().splitlines())
    return {article["aid"]: article for article in articles}


def read(name: str) -> bytes:
    """The raw body of a captured response.

    Args:
        name: The ``file`` of a manifest entry.
    """
    return (CAPTURED / name).read_bytes()
