"""Lists in markup that nobody has seen, one test a field: each layout, spelling of addresses and kind of pager."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import pytest

from crawler.pages import ListingPage, kind_of, parse
from tests.pages.layouts import ENTRIES, LAYOUTS, NUMBERED, OWN_PAGER, PAGER, ROOT, SPELLINGS, URL, Layout, spelled

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.items import RawEntry, RawListing
    from tests.pages.layouts import Shown


class Case(NamedTuple):
    """A page of a list.

    Attributes:
        layout: its markup.
        spelling: how its articles are linked.
        pager: where its pager is.
        body: the classes of ``body``.
    """

    layout: Layout
    spelling: str
    pager: str
    body: str

    def __str__(self) -> str:
        return f"{self.layout.name}, {self.spelling}, pager {self.pager}{'' if self.body else ', no class'}"

    def page(self, entries: list[Shown]) -> str:
        """Its source."""
        above, below = PAGERS[self.pager]
        return self.layout.page(entries, above=above, below=below, body=self.body)


@cache
def read(case: Case) -> tuple[str, RawListing]:
    """The kind of a case's page, and what it holds."""
    page = parse(case.page(spelled(case.spelling)))
    return kind_of(page, URL), ListingPage(page, URL).raw()


BODY = "pg_list pg_list_1 pg_list_3"
PAGERS = {"below": ("", PAGER), "above and below": (PAGER, PAGER), "of its own": ("", OWN_PAGER), "none": ("", "")}
CASES = [
    *(Case(layout, how, "below", BODY) for layout in LAYOUTS for how in SPELLINGS),
    *(Case(layout, "dynamic", where, BODY) for layout in LAYOUTS for where in PAGERS if where != "below"),
    *(Case(layout, "dynamic", where, "") for layout in LAYOUTS for where in PAGERS),
]
every_case = pytest.mark.parametrize("case", CASES, ids=str)
every_layout = pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)

FIELDS: dict[str, Callable[[RawEntry, Shown], tuple[object, object]]] = {
    "title": lambda entry, shown: (entry.title, shown.title),
    "url": lambda entry, shown: (entry.url, f"{ROOT}{shown.printed}"),
    "date": lambda entry, shown: (entry.date_title or entry.date, f"{shown.date}{':00' if entry.date_title else ''}"),
    "summary": lambda entry, shown: (entry.summary or "", shown.summary),
    "cover": lambda entry, shown: (entry.thumbnail or "", shown.cover and f"{ROOT}{shown.cover}"),
    "category": lambda entry, shown: (entry.category.text if entry.category else "", shown.category[0]),
}


@every_case
def test_entries(case: Case) -> None:
    kind, raw = read(case)
    assert kind == "listing"
    told = case.spelling in NUMBERED
    assert [entry.aid for entry in raw.entries] == [shown.aid if told else None for shown in ENTRIES]


@pytest.mark.parametrize("field", FIELDS)
@every_case
def test_field(case: Case, field: str) -> None:
    for entry, shown in zip(read(case)[1].entries, spelled(case.spelling), strict=True):
        found, expected = FIELDS[field](entry, shown)
        assert found == ("" if field in case.layout.lacks else expected)


@every_case
def test_around(case: Case) -> None:
    raw = read(case)[1]
    assert (raw.catid, raw.name) == (3, "港口")
    assert (raw.page, raw.pages, raw.has_next) == ((1, 1, False) if case.pager == "none" else (1, 2, True))
    assert [link.text for link in raw.children] == ["渔汛", "码头"]
    assert [link.text for link in raw.siblings] == ["港口", "灯塔"]
    assert [link.text for link in raw.breadcrumbs] == ["海角日报", "门户", "新闻"]
    assert raw.links == []


@every_layout
def test_a_page_without_entries_is_empty(layout: Layout) -> None:
    """Beyond the last page there is a pager and no list: neither blocks nor the list of hot articles are one."""
    for below in (PAGER, OWN_PAGER):
        for body in (BODY, ""):
            source = parse(layout.page([], below=below, body=body))
            assert kind_of(source, URL) == "listing"
            raw = ListingPage(source, URL).raw()
            assert (raw.entries, raw.links) == ([], [])


@pytest.mark.parametrize("layout", [one for one in LAYOUTS if one.name != "marks in links"], ids=lambda one: one.name)
def test_a_list_of_one(layout: Layout) -> None:
    """Nothing beside it tells where its only entry ends. (Nor what a template puts behind all summaries.)"""
    for pager in ("", PAGER):
        (entry,) = ListingPage(parse(layout.page(ENTRIES[:1], below=pager)), URL).raw().entries
        for name, field in FIELDS.items():
            found, expected = field(entry, ENTRIES[0])
            assert found == ("" if name in layout.lacks else expected)
