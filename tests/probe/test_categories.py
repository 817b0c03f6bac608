"""Categories are met by folder, by number, in menus and in paths, and make one tree."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from crawler.discuz.urls import Grammar
from crawler.items import RawEntry, RawLink, RawListing
from crawler.probe.categories import Categories
from crawler.probe.findings import Category, Findings

GRAMMAR = Grammar("http://a.example/")


def link(name: str) -> RawLink:
    """A link to a category: by its number, or by its folder."""
    number = name.isdecimal()
    return RawLink(f"C{name}", f"http://a.example/portal.php?mod=list&catid={name}" if number else f"{name}/")


def listing(catid: int | None, pages: int = 1, entries: int = 10, **more: Any) -> RawListing:
    """A category's first page."""
    named = [RawEntry(str(number), f"portal.php?mod=view&aid={number}", number) for number in range(1, entries + 1)]
    return replace(RawListing(catid, None, named, 1, pages, has_next=pages > 1), **more)


@pytest.fixture
def findings() -> Findings:
    return Findings("http://a.example/", "a.example", None, "2031-05-06T01:10:30+00:00")


@pytest.fixture
def tree(findings: Findings) -> Categories:
    return Categories(findings)


def one(tree: Categories, name: str, catid: int | None = None) -> Category:
    category = tree.add(link(name), GRAMMAR, catid=catid)
    assert category
    return category


def shape(tree: Categories, findings: Findings) -> list[tuple[str, str | None]]:
    """Names with those of their parents, in order."""
    tree.sum_up()
    names = {category.url: category.name for category in findings.categories}
    return [(category.name, names.get(category.parent or "")) for category in findings.categories]


def test_what_is_no_list_is_no_category(tree: Categories, findings: Findings) -> None:
    assert tree.add(RawLink("home", "portal.php"), GRAMMAR) is None
    assert findings.categories == []


def test_a_category_with_two_addresses_is_one(tree: Categories, findings: Findings) -> None:
    folder, child = one(tree, "news"), one(tree, "3")
    assert one(tree, "1", catid=1) is not folder
    tree.add(link("3"), GRAMMAR, parent=one(tree, "1"))
    tree.learn(folder, listing(1), GRAMMAR)
    assert (folder.catid, folder.folder) == (1, "news")
    assert child.parent == folder.url
    assert shape(tree, findings) == [("Cnews", None), ("C3", "Cnews")]


def test_children_and_paths_make_a_tree(tree: Categories, findings: Findings) -> None:
    top, deep = one(tree, "1"), one(tree, "9")
    tree.learn(top, listing(1, children=[link("2"), link("3")]), GRAMMAR)
    tree.learn(deep, listing(9, breadcrumbs=[RawLink("home", "portal.php"), link("1"), link("2"), link("9")]), GRAMMAR)
    assert shape(tree, findings) == [("C1", None), ("C2", "C1"), ("C9", "C2"), ("C3", "C1")]


def test_a_page_names_those_beside_its_category(tree: Categories, findings: Findings) -> None:
    tree.learn(one(tree, "1"), listing(1, siblings=[link("1"), link("5")], children=[link("2")]), GRAMMAR)
    tree.learn(one(tree, "2"), listing(2, siblings=[link("2"), link("3")], breadcrumbs=[link("1"), link("2")]), GRAMMAR)
    assert shape(tree, findings) == [("C1", None), ("C2", "C1"), ("C3", "C1"), ("C5", None)]


def test_a_menu_of_the_site_is_taken_for_no_children(tree: Categories, findings: Findings) -> None:
    top, _ = one(tree, "1"), one(tree, "5")
    tree.learn(top, listing(1, children=[link("2")]), GRAMMAR)
    tree.learn(one(tree, "2"), listing(2, children=[link("1"), link("5")]), GRAMMAR)
    assert shape(tree, findings) == [("C1", None), ("C2", "C1"), ("C5", None)]


def test_no_ring_loses_a_category(tree: Categories, findings: Findings) -> None:
    tree.learn(one(tree, "1"), listing(1, children=[link("2")]), GRAMMAR)
    tree.learn(one(tree, "2"), listing(2, children=[link("3")]), GRAMMAR)
    tree.learn(one(tree, "3"), listing(3, breadcrumbs=[link("3"), link("2"), link("1")]), GRAMMAR)
    assert sorted(name for name, _ in shape(tree, findings)) == ["C1", "C2", "C3"]


def test_those_at_the_top_are_read_first_and_children_of_a_front_page_next(tree: Categories) -> None:
    top, front = one(tree, "1"), one(tree, "2")
    tree.add(link("3"), GRAMMAR, parent=top)
    assert tree.next_to_read() is top
    tree.learn(top, listing(1, children=[link("3")]), GRAMMAR)
    assert tree.next_to_read() is front
    tree.learn(front, listing(2, entries=0, children=[link("4")], links=[link("4")]), GRAMMAR)
    assert front.state == "front_page"
    assert [category.name for category in (tree.next_to_read(), tree.next_to_read()) if category] == ["C4", "C3"]
    assert tree.next_to_read() is None


def test_a_list_holds_what_its_children_hold(tree: Categories, findings: Findings) -> None:
    tree.learn(one(tree, "1"), listing(1, pages=4, children=[link("2")]), GRAMMAR)
    tree.learn(one(tree, "2"), listing(2, pages=3), GRAMMAR)
    tree.learn(one(tree, "5"), listing(5, entries=3), GRAMMAR)
    tree.sum_up()
    assert (findings.lists.articles, findings.lists.pages, findings.lists.complete) == (43, 5, True)


def test_a_list_that_was_not_read_may_hold_more(tree: Categories, findings: Findings) -> None:
    tree.learn(one(tree, "1"), listing(1, pages=4), GRAMMAR)
    one(tree, "5")
    tree.sum_up()
    assert (findings.lists.articles, findings.lists.complete) == (40, False)


def test_no_list_tells_no_number(tree: Categories, findings: Findings) -> None:
    one(tree, "1")
    tree.sum_up()
    assert (findings.lists.articles, findings.lists.complete) == (None, False)
