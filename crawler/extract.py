"""What one page gives, on its own: as ``scrapy extract`` prints it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from datetime import UTC
from typing import TYPE_CHECKING, Any, NamedTuple

from crawler import loaders
from crawler.discuz import walls
from crawler.discuz.urls import Grammar, Kind, Target
from crawler.errors import UsageError
from crawler.items import Article
from crawler.loaders.values import identifier
from crawler.middlewares.charset import charset_of, decoded
from crawler.pages import (
    DEFAULT,
    ArchiverPage,
    ArticlePage,
    BlogPage,
    CommentsPage,
    FeedPage,
    HomePage,
    ListingPage,
    ThreadPage,
    kind_of,
    parse,
)
from crawler.pages.address import printed_address
from crawler.pages.explain import explain
from crawler.pages.naming import Names
from crawler.sites.site import site_name, site_root
from crawler.text.measure import excess
from crawler.theming import theme_of

if TYPE_CHECKING:
    from datetime import datetime

    from parsel import Selector
    from scrapy.http import TextResponse

    from crawler.items import RawComments
    from crawler.pages import Theme
    from crawler.sites import Site


MENDS = {
    "discuz.aid": "give the address that names it, as in portal.php?mod=view&aid=…",
    "headline": 'name it in the profile of the site: [theme.article] title = "SELECTOR"',
}
"""What a person can do about an article that lacks what no record can be without."""
NOTHING: tuple[object, ...] = (None, "", [], {})
"""Values of a field that the page does not give."""


class Page(NamedTuple):
    """A parsed page, its address, and how its site's template departs from the default."""

    selector: Selector
    url: str
    theme: Theme


def readable(response: TextResponse) -> TextResponse:
    """Give a page as it is to be read.

    Raises:
        UsageError: it has more of something than any page has, and would be read for minutes.
    """
    response = decoded(response)
    if what := excess(response.text):
        raise UsageError(f"it has {what}, more than any page has; give the page alone, as its server sends it")
    return response


def own_address(response: TextResponse, theme: Theme = DEFAULT) -> str | None:
    """Find out the address of a saved page from what it says of itself.

    Args:
        response: the page, under any address.
        theme: how its template departs from the default.

    Returns:
        the address it prints; else, where it has a ``<base href>``, the one that its article's or category's number
        makes; else None.

    Raises:
        UsageError: it has more of something than any page has.
    """
    response = readable(response)
    printed = printed_address(response.text)
    if printed is not None:
        return printed
    selector = parse(response.text)
    kind = kind_of(selector, "", theme)
    if kind == "feed":
        return FeedPage(selector, "").raw().url or None
    if kind == "article":
        article = ArticlePage(selector, "", theme).raw()
        number, page, base = identifier(article.aid) or 0, article.page, article.base_url
    elif kind == "listing":
        listing = ListingPage(selector, "", theme).raw()
        number, page, base = listing.catid or 0, listing.page, listing.base_url
    else:
        return None
    try:
        return Grammar(root=site_root(base)).build(Target(Kind(kind), number, page)) if number and base else None
    except UsageError:  # a base that is no address
        return None


def describe(
    response: TextResponse,
    site: Site | None = None,
    *,
    fetched_at: datetime,
    status: int | None,
    explained: bool = False,
    comments_enabled: bool = True,
) -> dict[str, Any]:
    """Say what a page gives.

    Args:
        response: the page, under its own address.
        site: the site that it belongs to, None where nothing is known of it but what the page says.
        fetched_at: when it was fetched (aware), or a file's last change; relative dates count from here.
        status: its HTTP status, None if that is not known.
        explained: add ``explain``, which rule gave each field, and ``missing``, which line would mend the others.
        comments_enabled: whether comments are wanted.

    Returns:
        ``url``, ``kind``, and what this kind of page holds; JSON-able by `orjson`.

    Raises:
        UsageError: the site's theme is faulty, the page has more of something than any page has, or it is an article
            that no record can be made of.
    """
    response, charset = readable(response), charset_of(response)
    selector = parse(response.text)
    theme = theme_of(site) if site else DEFAULT
    grammar = grammar_of(HomePage(selector, response.url, theme), site)
    asked = grammar.parse(response.url)
    line: dict[str, Any] = {"url": response.url}
    location = response.headers.get("Location")
    elsewhere = response.urljoin(location.decode("latin-1")) if location else None
    verdict = walls.classify(
        status=status or 200,
        text=response.text,
        asked=asked.kind,
        location=grammar.parse(elsewhere) if elsewhere else None,
        phones=elsewhere is not None and walls.leads_to_phones(elsewhere, response.url, asked),
    )
    if verdict is not None:
        return line | {"kind": "wall", "wall": verdict.wall, "text": verdict.text}
    if elsewhere is not None:
        return line | {"kind": "moved", "moved_to": elsewhere}
    kind = kind_of(selector, response.url, theme)
    context = loaders.Context(
        site_name=site.name if site else site_name(grammar.root),
        grammar=grammar,
        fetched_at=fetched_at,
        zone=site.zone if site else None,
        http_status=status,
        encoding=charset.encoding,
        encoding_source=charset.source,
    )
    try:
        found = READERS.get(kind, _other)(Page(selector, response.url, theme), asked, context)
    except loaders.MandatoryError as error:
        raise UsageError(f"{error}; {MENDS[error.field]}") from error
    if found is None:
        return line | {"kind": "beyond_last"}
    if not comments_enabled:
        found = without_comments(found)
    line |= {"kind": kind, **found}
    if explained:
        values = asdict(line["record"]) if kind == "article" else found
        given = [name for name, value in values.items() if value not in NOTHING]
        missing = [name for name in values if name not in given]
        rules = explain(kind, selector, given, url=response.url, theme=theme, missing=missing)
        line["explain"] = {name: rule for name, rule in rules.items() if name in given}
        line["missing"] = {name: why for name, why in rules.items() if name in missing}
    return line


def grammar_of(page: HomePage, site: Site | None) -> Grammar:
    """Give the grammar by which a page's addresses are read.

    Args:
        page: any page.
        site: the site that it belongs to, if that is known. A page under an address that is none of the site's, as one
            that was saved before the site moved, keeps the root that it names.
    """
    said = Names(page).grammar
    if site is None:
        return said
    own = replace(said, root=site.url, aliases=site.aliases)
    at_home = own.below(page.url) is not None
    return replace(own if at_home else said, style=site.style or said.style)


def without_comments(found: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out the comments of what a page gives."""
    record = found.get("record")
    if isinstance(record, Article):
        return {**found, "record": replace(record, comments=None, comments_complete=False)}
    return {**found, "comments": None} if "comments" in found else dict(found)


def _article(page: Page, asked: Target, context: loaders.Context) -> dict[str, Any] | None:
    raw = ArticlePage(*page).raw()
    if loaders.beyond_last(raw, asked.page):
        return None
    return {"record": loaders.load_article([raw], raw.comments, context)}


def _listing(page: Page, asked: Target, context: loaders.Context) -> dict[str, Any] | None:
    raw = ListingPage(*page).raw()
    zone, _ = context.time_zone(raw.site)
    # Beyond the last page the list is empty; beyond the last that is served, that one comes again.
    if asked.kind is Kind.LISTING and asked.page > 1 and (not raw.entries or asked.page > raw.page):
        return None
    return {
        "catid": raw.catid,
        "name": raw.name,
        "entries": [loaders.listing_entry(entry, context, zone) for entry in raw.entries],
        "page": raw.page,
        "pages": raw.pages,
        "children": [{"name": link.text, "url": context.grammar.clean(link.url)} for link in raw.children],
    }


def _comments(page: Page, asked: Target, context: loaders.Context) -> dict[str, Any] | None:
    return _replies(CommentsPage(*page).raw(), asked, context)


def _thread(page: Page, asked: Target, context: loaders.Context) -> dict[str, Any] | None:
    return _replies(ThreadPage(*page).raw(), asked, context)


def _blog(page: Page, asked: Target, context: loaders.Context) -> dict[str, Any] | None:
    return _replies(BlogPage(*page).raw(), asked, context)


def _replies(raw: RawComments, asked: Target, context: loaders.Context) -> dict[str, Any] | None:
    # A page of comments beyond the last is empty, of a thread it is the last one again.
    if asked.page > 1 and (not raw.entries or asked.page > raw.page):
        return None
    return {
        "comments": loaders.load_comments(raw.entries, context, context.time_zone(raw.site)[0]),
        "page": raw.page,
        "pages": raw.pages,
        "count": raw.count,
    }


def _archiver(page: Page, _: Target, context: loaders.Context) -> dict[str, Any]:
    raw = ArchiverPage(*page).raw()
    return {
        "title": raw.title,
        "links": [{"text": link.text, "url": context.grammar.clean(link.url)} for link in raw.links],
        "page": raw.page,
        "pages": raw.pages,
        "full": context.grammar.clean(raw.full.url) if raw.full else None,
    }


def _home(page: Page, _: Target, context: loaders.Context) -> dict[str, Any]:
    raw = HomePage(*page).raw()
    return {
        "categories": [
            {"catid": catid, "name": link.text, "url": context.grammar.clean(link.url)}
            for catid, link in raw.categories
        ]
    }


def _feed(page: Page, _: Target, context: loaders.Context) -> dict[str, Any]:
    raw = FeedPage(page.selector, page.url).raw()
    return {"title": raw.title, "entries": [loaders.listing_entry(entry, context, UTC) for entry in raw.entries]}


def _other(*_: object) -> dict[str, Any]:
    return {}


READERS: Mapping[str, Callable[[Page, Target, loaders.Context], dict[str, Any] | None]] = {
    "article": _article,
    "listing": _listing,
    "comments": _comments,
    "thread": _thread,
    "blog": _blog,
    "archiver": _archiver,
    "home": _home,
    "feed": _feed,
}
"""By kind of page, what it holds; None beyond the last page."""
