"""Every page object gives what `fixtures/pages` says, one test a field."""

from __future__ import annotations

import pytest

from crawler.pages import kind_of
from tests.pages import cases

FIELDS = [
    pytest.param(case, field, id=f"{case}-{field}")
    for case in cases.names()
    for field in cases.expected(case).get("raw", ())
]


@pytest.mark.parametrize("case", cases.names())
def test_the_kind_is_told_from_the_markup(case: str) -> None:
    assert kind_of(cases.selector(case), cases.meta(case)["url"]) == cases.expected(case)["kind"]


@pytest.mark.parametrize(("case", "field"), FIELDS)
def test_a_field_is_read_as_printed(case: str, field: str) -> None:
    assert cases.plain(getattr(cases.raw(case), field)) == cases.expected(case)["raw"][field]


@pytest.mark.parametrize("case", [case for case in cases.names() if "raw" in cases.expected(case)])
def test_every_field_is_expected(case: str) -> None:
    assert set(cases.plain(cases.raw(case))) == set(cases.expected(case)["raw"])


@pytest.mark.parametrize("case", [case for case in cases.names() if "raw" in cases.expected(case)])
def test_reading_leaves_the_page_as_it_was(case: str) -> None:
    parsed, url = cases.selector(case), cases.meta(case)["url"]
    page = cases.PAGES[kind_of(parsed, url)](parsed, url)
    before = parsed.get()
    assert cases.plain(page.raw()) == cases.plain(page.raw())
    assert parsed.get() == before
