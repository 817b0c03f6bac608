"""Lists, comment pages, homes and feeds of the captured sites against what is in their databases."""

from __future__ import annotations

from typing import Any

import pytest

from crawler.pages import kind_of, parse
from tests.captured import HERE, needs_captured
from tests.comparing import comments, lists
from tests.comparing.pages import Captured, all_pages, kind

pytestmark = needs_captured


def pages(what: str) -> list[Captured]:
    """The captured pages of a kind, as they are and permuted."""
    return all_pages(HERE, what)


@pytest.mark.parametrize("field", lists.LISTING)
@pytest.mark.parametrize("page", pages("listing"), ids=str)
def test_listing(page: Captured, field: str) -> None:
    for found, expected in lists.LISTING[field](lists.read_listing(page)):
        assert found == expected


@pytest.mark.parametrize("field", comments.FIELDS)
@pytest.mark.parametrize("page", pages("comments"), ids=str)
def test_comments(page: Captured, field: str) -> None:
    for found, expected in comments.FIELDS[field](comments.read(page)):
        assert found == expected


@pytest.mark.parametrize("field", lists.HOME)
@pytest.mark.parametrize("page", pages("home"), ids=str)
def test_home(page: Captured, field: str) -> None:
    for found, expected in lists.HOME[field](lists.read_home(page)):
        assert found == expected


@pytest.mark.parametrize("field", lists.FEED)
@pytest.mark.parametrize("page", pages("feed"), ids=str)
def test_feed(page: Captured, field: str) -> None:
    for found, expected in lists.FEED[field](lists.read_feed(page)):
        assert found == expected


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(entry, id=entry["file"])
        for entry in HERE.manifest
        if entry["bytes"] and not entry["name"].startswith("attachment-direct")
    ],
)
def test_what_is_no_page_of_the_portal_is_told_apart(entry: dict[str, Any]) -> None:
    """No notice, wall or page of another application is taken for an article or a list."""
    found = kind_of(parse(HERE.text(entry["file"])), entry["url"])
    expected = kind(HERE, entry["file"])
    for one in ("article", "listing", "feed"):
        assert (found == one) == (expected == one)
