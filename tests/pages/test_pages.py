"""Every page object gives what `fixtures/pages` says, one test a field."""

from __future__ import annotations

import pytest

from crawler.pages import kind_of, parse
from crawler.pages.base import Page
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


@pytest.mark.parametrize(
    ("head", "body", "template"),
    [
        ('<link href="data/cache/style_1_common.css" />', "", None),
        ('<link href="template/paper/style.css" /><script src="data/cache/common.js"></script>', "", "paper"),
        ('<script src="./template/paper_2/a.js"></script>', '<img src="http://h/template/paper_2/b.png" />', "paper_2"),
        ("", '<img src="template/default/logo.png" />', None),
        ("", '<img src="http://elsewhere.example/template/paper/b.png" />', None),
        ('<link href="static/image/mobile/style.css" />', "", "touch"),
        ('<link href="template/default/touch/style.css" />', "", "touch"),
        ('<link href="static/image/mobile/style.css" /><link href="template/app/a.css" />', "", "app"),
    ],
)
def test_the_template_is_where_its_styles_scripts_and_pictures_lie(head: str, body: str, template: str | None) -> None:
    page = Page(parse(f'<html><head><base href="http://h/" />{head}</head><body>{body}</body></html>'), "http://h/")
    assert page.site().template == template
