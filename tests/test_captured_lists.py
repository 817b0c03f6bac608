"""Lists, comment pages, homes and feeds of the captured sites against what is in their databases."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.pages import CommentsPage, FeedPage, HomePage, ListingPage, kind_of, parse
from tests import captured, permuting
from tests.captured import CAPTURED, needs_captured

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.items import RawEntry, RawListing

pytestmark = needs_captured

# Cut short of what a mobile template needs: those come with their own page objects.
PATTERNS = {"listing": "list-", "comments": "comment-c120", "home": "home", "feed": "rss"}
NO_LISTS = ("closed", "missing", "dynamic", "mobile")


class Case(NamedTuple):
    """A captured page, and whether it is read with everything in it permuted."""

    file: str
    permuted: bool


def entries(kind: str) -> list[Any]:
    """The captured pages of a kind, as they are and permuted."""
    return [
        pytest.param(Case(entry["file"], permuted), id=f"{entry['file']}{'-permuted' if permuted else ''}")
        for entry in captured.manifest()
        if entry["name"].startswith(PATTERNS[kind]) and not any(word in entry["name"] for word in NO_LISTS)
        for permuted in (False, True)
    ]


def page(case: Case) -> tuple[Any, str, dict[str, Any]]:
    """A page parsed, its address, and the manifest's entry."""
    entry = next(entry for entry in captured.manifest() if entry["file"] == case.file)
    text = captured.read(case.file).decode("gbk" if entry["site"] == "gbk" else "utf-8")
    url, host = entry["url"], urlsplit(entry["url"]).netloc
    if case.permuted:
        text, url = permuting.page(text, host), permuting.truth(url, host)
    return parse(text), url, entry


@cache
def categories(site: str, permuted: bool) -> dict[int, dict[str, Any]]:
    """The categories of a site by catid."""
    value = json.loads((CAPTURED / "truth" / f"{site}-categories.json").read_bytes())
    if permuted:
        value = permuting.truth(value, urlsplit(value[0]["url"]).netloc)
    return {category["catid"]: category for category in value}


@cache
def articles(site: str, permuted: bool) -> dict[int, dict[str, Any]]:
    """The articles whose truth is at hand, by aid."""
    found = captured.truth(site).values()
    if permuted:
        found = [permuting.truth(one, urlsplit(one["urls"]["dynamic"]).netloc) for one in found]  # type: ignore[assignment]  # a list will do
    return {article["aid"]: article for article in found}


class Listed(NamedTuple):
    """A listing as read, its category, and the page that was asked for."""

    raw: RawListing
    category: dict[str, Any]
    asked: int
    site: str
    permuted: bool


@cache
def listed(case: Case) -> Listed:
    selector, url, entry = page(case)
    assert kind_of(selector, url) == "listing"
    raw = ListingPage(selector, url).raw()
    assert raw.catid is not None
    asked = int(parse_qs(urlsplit(url).query).get("page", ["1"])[0])
    return Listed(raw, categories(entry["site"], case.permuted)[raw.catid], asked, entry["site"], case.permuted)


every_list = pytest.mark.parametrize("case", entries("listing"))


@every_list
def test_listing_names_its_category(case: Case) -> None:
    result = listed(case)
    assert result.raw.name == result.category["name"]
    ancestors: list[tuple[str, str]] = []
    up = result.category["upid"]
    known = categories(result.site, result.permuted)
    while up:
        ancestors.insert(0, (known[up]["name"], known[up]["url"]))
        up = known[up]["upid"]
    assert [(link.text, link.url) for link in result.raw.breadcrumbs[2:]] == ancestors


@every_list
def test_listing_pager(case: Case) -> None:
    result = listed(case)
    last = max(result.category["reachable_list_pages"], 1)
    assert result.raw.pages == last
    assert result.raw.page == min(result.asked, last)
    assert result.raw.has_next == (result.asked < last)


@every_list
def test_listing_entries(case: Case) -> None:
    """In order; articles of the same second may stand in each other's place, over page ends too."""
    result = listed(case)
    page = min(result.asked, result.category["maxpages"])
    start = (page - 1) * result.category["perpage"]
    aids = result.category["aids_newest_first"]
    expected = aids[start : start + result.category["perpage"]]
    shown = [entry.aid for entry in result.raw.entries]
    assert len(shown) == len(expected)
    swapped = [entry for entry, aid in zip(result.raw.entries, expected, strict=True) if entry.aid != aid]
    assert len({entry.date for entry in swapped}) <= 1
    near = aids[max(0, start - result.category["perpage"]) : start + 2 * result.category["perpage"]]
    assert {entry.aid for entry in swapped} <= set(near)


KNOWN: dict[str, Callable[[RawEntry, dict[str, Any]], bool]] = {
    "title": lambda entry, about: entry.title.split() == about["title"].split(),
    "date": lambda entry, about: entry.date == about["published_displayed"],
    "url": lambda entry, about: entry.url in {about["urls"]["dynamic"], about["urls"]["rewrite"]},
    "thumbnail": lambda entry, about: entry.thumbnail == about["cover"],
    "summary": lambda entry, about: (entry.summary or "").split() == (about["summary"] or "").split(),
    "category": lambda entry, about: entry.category is None or entry.category.text == about["category"],
}


@pytest.mark.parametrize("field", KNOWN)
@every_list
def test_listing_entry(case: Case, field: str) -> None:
    result = listed(case)
    known = articles(result.site, result.permuted)
    for entry in result.raw.entries:
        if entry.aid in known:
            assert KNOWN[field](entry, known[entry.aid]), entry


@every_list
def test_listing_category_labels(case: Case) -> None:
    """The list of a category with descendants names each entry's own category, any other list none."""
    result = listed(case)
    known = categories(result.site, result.permuted)
    children = [one["name"] for one in known.values() if one["upid"] == result.category["catid"]]
    assert sorted(link.text for link in result.raw.children) == sorted(children)
    by_name = {one["name"]: one["url"] for one in known.values()}
    for entry in result.raw.entries:
        assert (entry.category is not None) == bool(children)
        if entry.category is not None:
            assert entry.category.url == by_name[entry.category.text]


@pytest.mark.parametrize("case", entries("comments"))
def test_comment_page(case: Case) -> None:
    selector, url, entry = page(case)
    assert kind_of(selector, url) == "comments"
    raw = CommentsPage(selector, url).raw()
    asked = int(parse_qs(urlsplit(url).query)["page"][0])
    about = captured.truth(entry["site"])[entry["truth_aid"]]
    if case.permuted:
        about = permuting.truth(about, urlsplit(entry["url"]).netloc)
    newest = sorted(about["comments"], key=lambda one: (one["time"], one["cid"]), reverse=True)
    assert [int(one.cid) for one in raw.entries] == [one["cid"] for one in newest[(asked - 1) * 25 : asked * 25]]
    assert (raw.count, raw.pages, raw.page) == (120, 5, min(asked, 5))
    assert raw.article is not None
    assert raw.article.text == about["title"]


@pytest.mark.parametrize("case", entries("home"))
def test_home_names_the_top_categories(case: Case) -> None:
    selector, url, entry = page(case)
    assert kind_of(selector, url) == "home"
    raw = HomePage(selector, url).raw()
    known = categories(entry["site"], case.permuted)
    top = {one["catid"]: (one["name"], one["url"]) for one in known.values() if not one["upid"] and not one["closed"]}
    assert {catid: (link.text, link.url) for catid, link in raw.categories} == top


@pytest.mark.parametrize("case", entries("feed"))
def test_feed(case: Case) -> None:
    selector, url, entry = page(case)
    assert kind_of(selector, url) == "feed"
    raw = FeedPage(selector, url).raw()
    asked = parse_qs(urlsplit(url).query).get("catid")
    assert raw.catid == (int(asked[0]) if asked else None)
    assert len(raw.entries) == 20
    known = articles(entry["site"], case.permuted)
    for one in raw.entries:
        if one.aid in known:
            assert one.title == known[one.aid]["title"]


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(entry, id=entry["file"])
        for entry in captured.manifest()
        if entry["bytes"] and "mobile" not in entry["name"] and not entry["name"].startswith("attachment-direct")
    ],
)
def test_what_is_no_page_of_the_portal_is_told_apart(entry: dict[str, Any]) -> None:
    """No notice, wall or page of another application is taken for an article or a list."""
    text = captured.read(entry["file"]).decode("gbk" if entry["site"] == "gbk" else "utf-8", "replace")
    kind = kind_of(parse(text), entry["url"])
    assert (kind == "article") == (entry.get("views_shown") is not None)
    lists = entry["name"].startswith("list-") and not any(word in entry["name"] for word in NO_LISTS)
    assert (kind == "listing") == lists
    assert (kind == "feed") == entry["name"].startswith("rss")
