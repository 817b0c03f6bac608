"""The record's description is what its schema says, and leaves no field out."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from crawler.record_docs import page
from tests.test_schema import DEFINED, SCHEMA

PAGE = (Path(__file__).parents[1] / "docs" / "record.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))


def test_the_file_is_what_the_schema_gives() -> None:
    assert page(SCHEMA) == PAGE, "write it anew: python -m crawler.record_docs > docs/record.md"


@pytest.mark.parametrize("name", DEFINED)
def test_every_field_of_every_object_is_in_it(name: str) -> None:
    described = re.findall(r"^\| `(\w+)` \|", SECTIONS[name], re.MULTILINE)
    assert described == [field.name for field in fields(DEFINED[name])]


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\(#(\w+)\)", PAGE))))
def test_every_object_that_it_links_to_has_a_section(link: str) -> None:
    assert link in SECTIONS


def is_nullable(about: dict[str, Any]) -> bool:
    """Whether a field may be null."""
    return (
        "null" in about.get("type", ())
        or None in about.get("enum", ())
        or any(is_nullable(branch) for branch in about.get("anyOf", ()))
    )


@pytest.mark.parametrize("name", DEFINED)
def test_a_field_that_may_be_null_says_when(name: str) -> None:
    for field, about in SCHEMA["$defs"][name]["properties"].items():
        assert bool(about.get("x-null")) == is_nullable(about), field
        assert about["description"]


def test_the_command_prints_it() -> None:
    printed = subprocess.run([sys.executable, "-m", "crawler.record_docs"], check=True, capture_output=True, timeout=60)
    assert printed.stdout.decode() == PAGE
