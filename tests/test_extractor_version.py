"""The extractor's version: raised whenever a page that has not changed gives another content hash.

Otherwise the next crawl of every site would take our change for its editors', and write each article anew.
``python -m tests.test_extractor_version`` writes the hashes down again, after `EXTRACTOR_VERSION` has been raised.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from crawler.loaders import EXTRACTOR_VERSION, extractor_stamp
from tests.captured import HERE, needs_captured
from tests.comparing.articles import read
from tests.comparing.pages import all_pages
from tests.pages import cases
from tests.test_loaders import ROOT, record_of

if TYPE_CHECKING:
    from collections.abc import Iterator

WRITTEN = Path(__file__).with_name("extractor_version.json")


def in_the_repository() -> dict[str, list[str]]:
    """By case, a digest of the page and the hash of its record."""
    names = [name for name in cases.names() if cases.expected(name)["kind"] == "article" and not is_wall(name)]
    return {name: [digest((cases.ROOT / name / "page.html").read_bytes()), hash_of(name)] for name in names}


def is_wall(name: str) -> bool:
    """Whether a case is no article for a crawl, whatever is printed on it."""
    return name.startswith("wall_")


def hash_of(name: str) -> str:
    found = record_of(name).content_hash
    assert found is not None
    return found


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def captured() -> Iterator[tuple[str, str]]:
    """A digest of each captured page, and the hash of its record."""
    for page in all_pages(HERE, "article"):
        if not page.permuted:
            yield digest(HERE.read(page.file)), read(page).article.content_hash or ""


def of_all_captured() -> list[str]:
    """A digest of all captured pages, and one of all their hashes: they are too many to keep one by one."""
    found = sorted(captured())
    return [digest("".join(part).encode()) for part in zip(*found, strict=True)]


def written() -> Any:
    return json.loads(WRITTEN.read_bytes())


def check(name: str, now: list[str], then: list[str] | None) -> None:
    if now != then:
        same_page = then is not None and now[0] == then[0]
        assert not (same_page and written()["version"] == EXTRACTOR_VERSION), (
            f"{name} gives another hash: raise EXTRACTOR_VERSION in crawler/loaders/version.py, then {__doc__}"
        )
        pytest.fail(f"{name} is not written down: {__doc__}")


@pytest.mark.parametrize("name", in_the_repository())
def test_a_page_that_gives_another_hash_raises_the_version(name: str) -> None:
    check(name, in_the_repository()[name], written()["pages"].get(name))


@needs_captured
def test_captured_pages_that_give_other_hashes_raise_the_version() -> None:
    check("the captured pages", of_all_captured(), written()["captured"])


def test_the_version_is_the_one_that_is_written_down() -> None:
    assert written()["version"] == EXTRACTOR_VERSION


@pytest.mark.parametrize(
    "other",
    [
        (["https://www.example.com/"], None, None),
        ([ROOT, "https://www.example.com/"], None, None),
        ([ROOT], "Asia/Bangkok", None),
        ([ROOT], None, {"article": {"title": "h2"}}),
        ([ROOT], None, {"listing": {"title": "h1"}}),
    ],
)
def test_the_stamp_tells_what_we_read_with(other: tuple[list[str], str | None, Any]) -> None:
    theme = {"article": {"title": "h1"}}
    stamps = {extractor_stamp([ROOT], None, None), extractor_stamp([ROOT], None, theme), extractor_stamp(*other)}
    assert len(stamps) == 3
    assert all(0 <= stamp < 2**31 for stamp in stamps)


def test_the_stamp_is_the_same_for_the_same() -> None:
    tables = {"article": {"title": "h1", "date": "p"}}, {"article": {"date": "p", "title": "h1"}}
    first, second = (extractor_stamp([ROOT], "Asia/Shanghai", one) for one in tables)
    assert first == second


if __name__ == "__main__":
    kept = {"version": EXTRACTOR_VERSION, "pages": in_the_repository(), "captured": of_all_captured()}
    WRITTEN.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
