"""Listing pages, homes and feeds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from crawler import text
from crawler.loaders import Context, listing_entry
from crawler.loaders.values import NO_SUMMARY, plain_name
from crawler.pages import FeedPage, HomePage, ListingPage, kind_of
from tests.comparing.pages import bare, number_in, spelling
from tests.comparing.printed import date, in_its_zone, prints, says, unless, words

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    from crawler.items import RawEntry, RawFeed, RawHome, RawListing, RawSite
    from tests.comparing.pages import Captured, Pair

FEED_LENGTH = 20
FRONT = re.compile(r"list_(?:index|category)")


@dataclass(frozen=True, slots=True)
class ReadListing:
    """A listing as read, its category, and the page that was asked for."""

    page: Captured
    raw: RawListing
    entries: list[dict[str, Any]]
    category: dict[str, Any]
    asked: int

    @property
    def last(self) -> int:
        """The last page that can be reached."""
        pages: int = self.category["reachable_list_pages"]
        return max(pages, 1)

    @property
    def expected(self) -> tuple[list[int], list[int]]:
        """The articles of the page, and those around them."""
        page, length = min(self.asked, self.category["maxpages"]), self.category["perpage"]
        aids = self.category["aids_newest_first"]
        start = (page - 1) * length
        return aids[start : start + length], aids[max(0, start - length) : start + 2 * length]


@dataclass(frozen=True, slots=True)
class ReadHome:
    """A home as read."""

    page: Captured
    raw: RawHome


@dataclass(frozen=True, slots=True)
class ReadFeed:
    """A feed as read, and the number of the category whose articles it has."""

    page: Captured
    raw: RawFeed
    entries: list[dict[str, Any]]
    asked: int | None


def taken_for(page: Captured, kind: str) -> None:
    """Check that a page is taken for what it is.

    Raises:
        ValueError: It is not.
    """
    found = kind_of(page.selector, page.url)
    if found != kind:
        raise ValueError(f"taken for {found!r}")


def loaded(page: Captured, entries: list[RawEntry], site: RawSite | None) -> list[dict[str, Any]]:
    """Entries as they are printed by ``extract``; those of a feed, which has no `site`, are dated in UTC."""
    context = Context(
        site_name="captured",
        grammar=page.grammar,
        fetched_at=datetime(2026, 11, 23, 14, 0, tzinfo=UTC),
        category_ids={one["url"]: catid for catid, one in page.categories().items()},
    )
    zone: tzinfo = context.time_zone(site)[0] if site is not None else UTC
    return [listing_entry(entry, context, zone) for entry in entries]


@cache
def read_listing(page: Captured) -> ReadListing:
    """A page of a list.

    Raises:
        ValueError: It is not taken for one.
    """
    taken_for(page, "listing")
    raw = ListingPage(page.selector, page.url).raw()
    catid = number_in(page.url, "catid")
    folder = page.url.partition("?")[0].removesuffix("index.php")
    category = next(one for one in page.categories().values() if catid == one["catid"] or folder == one["url"])
    entries = loaded(page, raw.entries, raw.site)
    return ReadListing(page, raw, entries, category, number_in(page.url, "page") or 1)


@cache
def read_home(page: Captured) -> ReadHome:
    """A home.

    Raises:
        ValueError: It is not taken for one.
    """
    taken_for(page, "home")
    return ReadHome(page, HomePage(page.selector, page.url).raw())


@cache
def read_feed(page: Captured) -> ReadFeed:
    """A feed.

    Raises:
        ValueError: It is not taken for one.
    """
    taken_for(page, "feed")
    raw = FeedPage(page.selector, page.url).raw()
    return ReadFeed(page, raw, loaded(page, raw.entries, None), number_in(page.url, "catid"))


def settled(shown: list[dict[str, Any]], expected: list[int], near: list[int]) -> list[int | None]:
    """The numbers of entries, in the truth's order where that is not fixed.

    Articles of the same second may stand in each other's place, over page ends too.

    Args:
        shown: The entries.
        expected: The truth's numbers.
        near: The truth's numbers of this page and those around it.
    """
    aids = [entry["aid"] for entry in shown]
    if len(aids) != len(expected):
        return aids
    swapped = [entry for entry, aid in zip(shown, expected, strict=True) if entry["aid"] != aid]
    tied = len({entry["date"] for entry in swapped}) <= 1 and {entry["aid"] for entry in swapped} <= set(near)
    return list(expected) if tied and len(set(aids)) == len(aids) else aids


def name(result: ReadListing) -> list[Pair]:
    return [(plain_name(result.raw.name or ""), result.category["name"])]


def front(result: ReadListing) -> bool:
    """Whether it is a front page of a category: blocks, without a list of its own."""
    return FRONT.search(result.page.entry["name"]) is not None


def of_list(field: Callable[[ReadListing], list[Pair]]) -> Callable[[ReadListing], list[Pair]]:
    """A field that only pages with a list have."""
    return lambda result: [] if front(result) else field(result)


def breadcrumbs(result: ReadListing) -> list[Pair]:
    """The categories above it: after the site and the portal. Touch pages have none."""
    ancestors: list[tuple[str, str]] = []
    known = result.page.categories()
    up = result.category["upid"]
    while up:
        ancestors.insert(0, (known[up]["name"], known[up]["url"]))
        up = known[up]["upid"]
    found = [(plain_name(link.text), result.page.grammar.clean(link.url)) for link in result.raw.breadcrumbs[2:]]
    return unless(not result.page.touch, (found, ancestors), [])


def entries(result: ReadListing) -> list[Pair]:
    expected, near = result.expected
    return [(settled(result.entries, expected, near), expected)]


def children(result: ReadListing) -> list[Pair]:
    known = result.page.categories()
    below = [(one["name"], one["url"]) for one in known.values() if one["upid"] == result.category["catid"]]
    root = result.page.grammar.root
    printed = [(name, url) for name, url in below if says(result.page, url.removeprefix(root))]
    found = [(plain_name(link.text), result.page.grammar.clean(link.url)) for link in result.raw.children]
    return unless(not front(result) and not result.page.touch, (sorted(found), sorted(printed)), [])


def labels(result: ReadListing) -> list[Pair]:
    """The list of a category with descendants names each entry's own category, any other list none."""
    known = result.page.categories()
    parent = any(one["upid"] == result.category["catid"] for one in known.values())
    by_name = {one["name"]: one for one in known.values()}
    pairs: list[Pair] = []
    for entry in result.entries:
        found = entry["category"]
        about = result.page.articles().get(entry["aid"])
        name = about["category"] if about else found["name"] if found else None
        own = by_name.get(name or "")
        right = {key: own[key] for key in ("name", "url", "catid")} if own else None
        expected = right if parent or (found == right and not result.page.default) else None
        linked = own is not None and words(result.page).count(f">{bare(own['name'])}</a>") > 2
        pairs += unless(linked and not result.page.touch, (found, expected))
    return pairs


def of_entries(
    key: str, expected: Callable[[dict[str, Any]], Any], *, printed: Callable[[Captured, Any], bool] | None = None
) -> Callable[[ReadListing | ReadFeed], list[Pair]]:
    """A field of every entry whose article is known.

    Args:
        key: Its name.
        expected: It, of an article in the truth.
        printed: Whether a page has it; each one has, by default.
    """

    def pairs(result: ReadListing | ReadFeed) -> list[Pair]:
        known = result.page.articles()
        made: list[Pair] = []
        for entry in result.entries:
            if entry["aid"] in known:
                right = expected(known[entry["aid"]])
                made += unless(printed is None or printed(result.page, right), (entry[key], right))
        return made

    return pairs


def titles(result: ReadListing | ReadFeed) -> list[Pair]:
    """Some templates cut them."""
    pairs: list[Pair] = []
    for entry in result.entries:
        about = result.page.articles().get(entry["aid"])
        if about is not None:
            read, whole = bare(entry["title"]) or "", bare(about["title"]) or ""
            stem = read.removesuffix("...").removesuffix("…")
            cut = not says(result.page, f">{whole}<") and stem != read and whole.startswith(stem)
            pairs.append((read, read if cut else whole))
    return pairs


def summaries(result: ReadListing) -> list[Pair]:
    pairs: list[Pair] = []
    for entry in result.entries:
        about = result.page.articles().get(entry["aid"])
        if about is not None:
            whole = bare(about["summary"])
            expected = None if whole in NO_SUMMARY else whole
            pairs += unless(says(result.page, whole) and not result.page.touch, (bare(entry["summary"]), expected))
    return pairs


def thumbnails(result: ReadListing) -> list[Pair]:
    """The cover or the small picture that Discuz! made of it."""
    pairs: list[Pair] = []
    for entry in result.entries:
        about = result.page.articles().get(entry["aid"])
        if about is not None:
            cover = about["cover"]
            found = entry["thumbnail"] and text.original_image(entry["thumbnail"])[0]
            pairs += unless(bool(cover) and cover.rpartition("/")[2] in result.page.text, (found, cover))
    return pairs


def is_day(entry: dict[str, Any], about: dict[str, Any]) -> bool:
    """Whether the date that was read is the article's, to the day: out of several elements, say."""
    return bool(entry["date"]) and entry["date"][:19] == f"{about['published'][:10]}T00:00:00"


def entry_dates(result: ReadListing) -> list[Pair]:
    pairs: list[Pair] = []
    for entry in result.entries:
        about = result.page.articles().get(entry["aid"])
        if about is not None:
            printed = date(result.page, about)
            if printed is None and is_day(entry, about):
                continue
            pair = in_its_zone(result.raw.site, entry["date"], printed and printed.value)
            pairs += unless(prints(result.page, "dates", "listing"), pair)
    return pairs


def entry_dates_raw(result: ReadListing) -> list[Pair]:
    pairs: list[Pair] = []
    for entry in result.entries:
        about = result.page.articles().get(entry["aid"])
        if about is not None:
            printed, read = date(result.page, about), entry["date_raw"]
            if printed is None and is_day(entry, about):
                continue
            pair = (printed.words if printed and read and printed.words in read else read, printed and printed.words)
            pairs += unless(prints(result.page, "dates", "listing"), pair)
    return pairs


def spelled(result: ReadListing | ReadFeed) -> list[Pair]:
    """The addresses, in the site's own spelling."""
    return of_entries("url", lambda about: spelling(result.page, about))(result)


LISTING: dict[str, Callable[[ReadListing], list[Pair]]] = {
    "name": name,
    "breadcrumbs": breadcrumbs,
    "page": of_list(lambda result: [(result.raw.page, min(result.asked, result.last))]),
    "pages": of_list(lambda result: [(result.raw.pages, result.last)]),
    "has_next": of_list(lambda result: [(result.raw.has_next, result.asked < result.last)]),
    "children": children,
    "entries": of_list(entries),
    "entry.title": titles,
    "entry.url": spelled,
    "entry.date_raw": entry_dates_raw,
    "entry.date": entry_dates,
    "entry.thumbnail": thumbnails,
    "entry.summary": summaries,
    "entry.category": labels,
}


def top_categories(result: ReadHome) -> list[Pair]:
    """The top ones in the navigation, or with their number in a link, are named; all are of this site.

    A touch home has no navigation, one made of blocks only what is in them; of links that the maker of a theme left in
    it nobody can tell that they lead to nothing.
    """
    text, root = result.page.text, result.page.grammar.root
    known = result.page.categories()
    found = {(plain_name(link.text), result.page.grammar.clean(link.url)) for _, link in result.raw.categories}
    top = {
        (one["name"], one["url"])
        for one in known.values()
        if not one["upid"] and not one["closed"]
        if f"mn_P{one['catid']}" in text or re.search(rf"mod=list&(?:amp;)?catid={one['catid']}(?!\d)", text)
    }
    foreign = sorted(url for _, url in found if not url.startswith(root))
    numbers = {one["url"]: one["catid"] for one in known.values()}
    unnumbered = {
        link.url for catid, link in result.raw.categories if catid not in {None, numbers.get(link.url, catid)}
    }
    return [((foreign, sorted(top - found), sorted(unnumbered)), ([], [], []))]


HOME: dict[str, Callable[[ReadHome], list[Pair]]] = {"categories": top_categories}


def feed_entries(result: ReadFeed) -> list[Pair]:
    """The newest of the category; which ones all categories together have, the truth does not say."""
    if result.page.entry["name"].startswith("rss-first") and not result.entries:
        return []  # the first answer after its cache is emptied
    if result.asked is None:
        return [(len(result.entries), FEED_LENGTH)]
    aids = result.page.categories()[result.asked]["aids_newest_first"]
    return [(settled(result.entries, aids[:FEED_LENGTH], aids[: 2 * FEED_LENGTH]), aids[:FEED_LENGTH])]


def feed_dates(result: ReadFeed) -> list[Pair]:
    """To the second, in UTC."""
    pairs = of_entries("date", lambda about: about["published"])(result)
    return [(date and datetime.fromisoformat(date), datetime.fromisoformat(known)) for date, known in pairs]


FEED: dict[str, Callable[[ReadFeed], list[Pair]]] = {
    "catid": lambda result: [(result.raw.catid, result.asked)],
    "entries": feed_entries,
    "entry.title": titles,
    "entry.url": spelled,
    "entry.date": feed_dates,
    "entry.category": of_entries("category", lambda about: {"name": about["category"], "url": None, "catid": None}),
}
