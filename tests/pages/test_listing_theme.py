"""A theme's selectors for lists: each overrides one field, and what it does not select is read as on any other page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crawler.pages import ListingPage, load_theme, parse
from tests.pages.layouts import ENTRIES, LAYOUTS, ROOT, URL

if TYPE_CHECKING:
    from crawler.items import RawListing

CARDS = next(layout for layout in LAYOUTS if layout.name == "cards")
STRANGE = """<div id="o"><div class="one"><b>甲</b><a href="portal.php?mod=view&amp;aid=4"><u>夜市</u></a><tt>3 Mai</tt>
<q>一</q><samp data-x="a.jpg"></samp><cite>渔汛</cite></div><div class="one"><b>乙</b><a
href="x.html"><u>停航</u></a></div>
<div class="here"><a href="portal.php">门户</a><a href="news/">新闻</a></div><h6>港湾</h6><p class="kids"><a
href="a/">上</a><a href="b/">下</a></p><p class="pages"><strong>2</strong><a href="x">3</a></p></div>"""


def read(source: str, **fields: str) -> RawListing:
    return ListingPage(parse(source), URL, load_theme("x", {"listing": fields})).raw()


def strange(**fields: str) -> RawListing:
    return read(
        f'<html><head><base href="{ROOT}"></head><body class="pg_list pg_list_3">{STRANGE}</body></html>', **fields
    )


def test_entries_and_their_parts() -> None:
    raw = strange(entries="div.one", title="a", date="tt", summary="q", cover="samp::attr(data-x)", category="cite")
    first, second = raw.entries
    assert (first.title, first.url, first.aid) == ("夜市", f"{ROOT}portal.php?mod=view&aid=4", 4)
    assert (first.date, first.summary, first.thumbnail) == ("3 Mai", "一", f"{ROOT}a.jpg")
    assert first.category is not None
    assert first.category.text == "渔汛"
    assert (second.title, second.url, second.aid) == ("停航", f"{ROOT}x.html", None)
    assert (second.date, second.summary, second.thumbnail, second.category) == (None, None, None, None)


def test_a_title_may_be_words_or_stand_beside_its_link() -> None:
    assert [entry.title for entry in strange(entries="div.one", title="b::text").entries] == ["甲"]
    beside = strange(entries="div.one", title="b")
    assert [(entry.title, entry.aid) for entry in beside.entries] == [("甲", 4)]


def test_around_the_list() -> None:
    raw = strange(name="h6", children="p.kids", breadcrumbs="div.here a", pager="p.pages")
    assert raw.name == "港湾"
    assert [link.text for link in raw.children] == ["上", "下"]
    assert [link.url for link in raw.breadcrumbs] == [f"{ROOT}portal.php", f"{ROOT}news/"]
    assert (raw.page, raw.pages) == (2, 3)


def test_what_is_said_not_to_be_there_is_not_looked_for() -> None:
    silent = dict.fromkeys(["summary", "cover", "category", "date"], "")
    for entry in read(CARDS.page(), **silent).entries:
        assert (entry.summary, entry.thumbnail, entry.category, entry.date) == (None, None, None, None)
    raw = read(CARDS.page(), name="", children="", breadcrumbs="", pager="")
    assert (raw.name, raw.children, raw.breadcrumbs, raw.pages) == (None, [], [], 1)
    assert read(CARDS.page(), entries="").entries == []


@pytest.mark.parametrize("field", ["entries", "title", "summary", "cover", "category", "date", "name", "pager"])
def test_a_selector_that_selects_nothing_changes_nothing(field: str) -> None:
    raw = read(CARDS.page(), **{field: "kbd.x"})
    plain = read(CARDS.page())
    assert (raw.entries, raw.name, raw.pages) == (plain.entries, plain.name, plain.pages)
    assert [entry.title for entry in raw.entries] == [shown.title for shown in ENTRIES]


def test_one_field_of_an_unknown_layout() -> None:
    raw = read(CARDS.page(), date="em")
    assert {entry.date for entry in raw.entries} == {"读 9"}
    assert [entry.title for entry in raw.entries] == [shown.title for shown in ENTRIES]
