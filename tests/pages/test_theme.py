"""A theme is a table of selectors: what it may hold, and what is said of what it may not."""

from __future__ import annotations

from typing import Any

import pytest
from parsel import Selector

from crawler.pages.theme import DEFAULT, KNOWN, load_theme, text_of_first

PAGE = """<html><body><h1 class="vt"> Low <b>water</b> </h1><h2 title="  "> </h2>
<p class="m"><a href="space-uid-3.html">Ada</a><span> 2031-5-3 </span></p></body></html>"""
ROOT = Selector(PAGE).root


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("h1.vt", "Low water"),
        ("p.m a::attr(href)", "space-uid-3.html"),
        ("p.m span::text", "2031-5-3"),
        ("//p[@class='m']/a", "Ada"),
        (".//p/a", "Ada"),
        ("./body/p/span", "2031-5-3"),
        ("(//a | //span)[2]", "2031-5-3"),
        ("//p//text()[re:test(., '^ ?[0-9]{4}-')]", "2031-5-3"),
        ("//h2/@title", None),
        ("h2", None),
        ("h3", None),
        (["h3", "h1"], "Low water"),
        (["h2::text", "h1"], "Low water"),
        (["h3", "h4"], None),
    ],
)
def test_a_selector_is_css_or_xpath_and_a_list_is_tried_in_order(written: str | list[str], words: str | None) -> None:
    title = load_theme("x", {"article": {"title": written}}).article["title"]
    assert text_of_first(title(ROOT)) == words
    assert not title.final


@pytest.mark.parametrize(
    ("written", "kept", "final"),
    [("", (), True), (["h1", ""], ("h1",), True), (" h1 ", ("h1",), False), (["h1", "h2"], ("h1", "h2"), False)],
)
def test_an_empty_selector_ends_the_search(written: str | list[str], kept: tuple[str, ...], final: bool) -> None:
    title = load_theme("x", {"article": {"title": written}}).article["title"]
    assert (title.written, title.final) == (kept, final)


def test_the_selector_that_selected_is_told() -> None:
    title = load_theme("x", {"article": {"title": ["h3", "h1", "h2"]}}).article["title"]
    assert title.hit(ROOT)[0] == "h1"
    assert load_theme("x", {"article": {"title": "h3"}}).article["title"].hit(ROOT) == (None, [])


def test_selectors_start_from_the_element_that_they_are_given() -> None:
    date = load_theme("x", {"listing": {"date": ["span"]}}).listing["date"]
    entry = ROOT.find(".//p")
    assert [text_of_first(date(node)) for node in (entry, ROOT.find(".//h1"))] == ["2031-5-3", None]


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ({"artikel": {"title": "h1"}}, ["artikel is unknown", "article, listing, comments, home"]),
        ({"article": {"titel": "h1"}}, ["article.titel is unknown", "title, date, publisher"]),
        ({"home": {"title": "h1"}}, ["home.title is unknown (known are categories)"]),
        ({"article": "h1"}, ["article = 'h1'", "[article]"]),
        ({"article": {"title": "h1["}}, ["article.title = 'h1['", "CSS"]),
        ({"article": {"title": "h1::first"}}, ["article.title", "CSS"]),
        ({"article": {"title": "//h1["}}, ["article.title = '//h1['", "XPath"]),
        ({"article": {"title": "(nope())"}}, ["article.title", "XPath"]),
        ({"article": {"title": "//x:h1"}}, ["article.title", "XPath"]),
        ({"listing": {"entries": 3}}, ["listing.entries = 3", "a selector or a list"]),
        ({"listing": {"entries": []}}, ["listing.entries = []", "a selector or a list"]),
        ({"listing": {"entries": ["dl", 3]}}, ["listing.entries", "a selector or a list"]),
        ({"article": {"title": ["", "h1"]}}, ["article.title", "put it last"]),
        ({"article": {"title": "h1[", "date": 1}, "x": {}}, ["article.title", "article.date", "x is unknown"]),
    ],
)
def test_every_fault_is_named_with_its_place_and_value(tables: Any, words: list[str]) -> None:
    with pytest.raises(ValueError, match=r"\S") as caught:
        load_theme("x", tables)
    assert [word for word in words if word not in str(caught.value)] == []


def test_a_selector_that_fails_on_a_page_selects_nothing_there() -> None:
    """What a predicate calls is only known where something is to be tried with it."""
    title = load_theme("x", {"article": {"title": ["//h1[nope()]", "h1"]}}).article["title"]
    assert title.hit(ROOT)[0] == "h1"


def test_every_known_field_can_be_overridden() -> None:
    theme = load_theme("x", {table: dict.fromkeys(fields, "p") for table, fields in KNOWN.items()})
    assert {table: tuple(getattr(theme, table)) for table in KNOWN} == KNOWN
    assert {getattr(DEFAULT, table) is not None and len(getattr(DEFAULT, table)) for table in KNOWN} == {0}
