"""The captured pages: raw responses of real Discuz! sites and what went into their databases.

They are not part of the checkout. ``CRAWLER_CAPTURED`` names their folder; without it they are looked for beside the
checkout. Tests that need them carry `needs_captured` and are skipped where they are absent.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from crawler.text.decoding import decide


@dataclass(frozen=True)
class Capture:
    """A folder of captured pages, by default the one that the tests use.

    Attributes:
        folder: holds ``manifest.json``, ``truth/<site>.jsonl``, ``truth/<site>-categories.json`` and the pages.
    """

    folder: Path

    @cached_property
    def manifest(self) -> list[dict[str, Any]]:
        """Every captured response that is at hand, in the order of capture; an empty list where there are none."""
        path = self.folder / "manifest.json"
        if not path.is_file():
            return []
        entries: list[dict[str, Any]] = json.loads(path.read_bytes())
        return [entry for entry in entries if (self.folder / entry["file"]).is_file()]

    @cached_property
    def entries(self) -> dict[str, dict[str, Any]]:
        """The captured responses by file."""
        return {entry["file"]: entry for entry in self.manifest}

    @cached_property
    def sites(self) -> list[str]:
        """The sites, in the order of capture."""
        return list(dict.fromkeys(entry["site"] for entry in self.manifest))

    @cached_property
    def _truths(self) -> dict[str, dict[int, dict[str, Any]]]:
        return {}

    def truth(self, site: str) -> dict[int, dict[str, Any]]:
        """What is in the database of a captured site, by aid; empty where there is no such file.

        Args:
            site: The name of its folder, such as the ``site`` of a manifest entry.
        """
        if site not in self._truths:
            path = self.folder / "truth" / f"{site}.jsonl"
            lines = path.read_bytes().splitlines() if path.is_file() else []
            self._truths[site] = {article["aid"]: article for article in map(json.loads, lines)}
        return self._truths[site]

    def categories(self, site: str) -> list[dict[str, Any]]:
        """The categories in the database of a captured site.

        Args:
            site: The ``site`` of a manifest entry.
        """
        path = self.folder / "truth" / f"{site}-categories.json"
        categories: list[dict[str, Any]] = json.loads(path.read_bytes()) if path.is_file() else []
        return categories

    def read(self, name: str) -> bytes:
        """The raw body of a captured response.

        Args:
            name: The ``file`` of a manifest entry.
        """
        return (self.folder / name).read_bytes()

    def text(self, name: str) -> str:
        """The decoded body of a captured response.

        Args:
            name: The ``file`` of a manifest entry.
        """
        body = self.read(name)
        return body.decode(decide(body, self.entries[name]["content_type"]).codec, "replace")


CAPTURED = Path(
    os.environ.get("CRAWLER_CAPTURED") or Path(__file__).resolve().parents[2] / "shared" / "captured",
)
HERE = Capture(CAPTURED)

# The captured pages belong to other people's sites and are no part of the project, so that a clone has none; where they
# are, `.ci/run` fails if a test of them is skipped.
needs_captured = pytest.mark.skipif(
    not (CAPTURED / "manifest.json").is_file(),
    reason=f"no captured pages at {CAPTURED} (set CRAWLER_CAPTURED)",
)


def manifest() -> list[dict[str, Any]]:
    """Every captured response, in the order of capture; an empty list where there are none."""
    return HERE.manifest


def truth(site: str) -> dict[int, dict[str, Any]]:
    """What is in the database of a captured site, by aid; empty where there is no such file.

    Args:
        site: The name of its folder, such as the ``site`` of a manifest entry.
    """
    return HERE.truth(site)


def read(name: str) -> bytes:
    """The raw body of a captured response.

    Args:
        name: The ``file`` of a manifest entry.
    """
    return HERE.read(name)
