"""A captured page: what was asked for, its text, and what is known of its site; as it is, or permuted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from crawler.discuz.urls import Grammar, Kind, Style, learn_style
from crawler.pages import parse
from tests import permuting
from tests.captured import Capture

if TYPE_CHECKING:
    from collections.abc import Iterable

    from parsel import Selector

Pair = tuple[Any, Any]
"""What was read, and what it should be."""

_HREF = re.compile(r"""\bhref=["']?([^"'\s>]+)""")
_NOTICE = re.compile(r"""\bid=["'](?:messagetext|messagelogin)["']|\bclass=["']jump_c["']""")
_TOUCH = re.compile(r"""\bclass=["'](?:foot flex-box|wzview_body)\b""")
_KINDS = {Kind.ARTICLE: "article", Kind.LISTING: "listing", Kind.COMMENTS: "comments", Kind.HOME: "home"}
_FEW = 12


@dataclass(frozen=True)
class Captured:
    """A captured page.

    Attributes:
        capture: The folder that it is in.
        file: Its name there.
        permuted: Whether host, numbers and words are replaced by others, in the page and in the truth.
    """

    capture: Capture
    file: str
    permuted: bool = False

    @cached_property
    def entry(self) -> dict[str, Any]:
        """What the manifest says of it."""
        return self.capture.entries[self.file]

    @property
    def site(self) -> str:
        """The site's name."""
        site: str = self.entry["site"]
        return site

    @property
    def host(self) -> str:
        """``host:port`` of the site, as captured."""
        url: str = self.entry["url"]
        return urlsplit(url).netloc

    @cached_property
    def url(self) -> str:
        """The address that was asked for."""
        url: str = self.true(self.entry["url"])
        return url

    @cached_property
    def touch(self) -> bool:
        """Whether it is made with the template for mobiles."""
        return self.entry["name"].startswith("m-") or _TOUCH.search(self.capture.text(self.file)) is not None

    @cached_property
    def default(self) -> bool:
        """Whether it is made with a template of Discuz!'s own for desktops, of X3 or later: these print everything."""
        return not self.touch and 'id="_viewnum"' in self.text

    @cached_property
    def text(self) -> str:
        """The decoded body."""
        text = self.capture.text(self.file)
        return permuting.page(text, self.host) if self.permuted else text

    @cached_property
    def selector(self) -> Selector:
        """The page, parsed."""
        return parse(self.text)

    @cached_property
    def grammar(self) -> Grammar:
        """How the site spells its addresses."""
        host = permuting.HOST if self.permuted else self.host
        return Grammar(f"http://{host}/", style(self.capture, self.site))

    @property
    def about(self) -> dict[str, Any]:
        """What is in the database of the article that it shows or belongs to."""
        aid: int = self.entry["truth_aid"] or number_in(self.entry["url"], "id") or 0
        about: dict[str, Any] = self.true(self.capture.truth(self.site)[aid])
        return about

    def true(self, value: Any) -> Any:
        """A value of the truth or the manifest, as this page should have it."""
        return permuting.truth(value, self.host) if self.permuted else value

    def articles(self) -> dict[int, dict[str, Any]]:
        """The articles of the site whose truth is at hand, by aid."""
        return truths(self.capture, self.site, self.permuted)

    def categories(self) -> dict[int, dict[str, Any]]:
        """The categories of the site, by catid."""
        return categories(self.capture, self.site, self.permuted)

    def __str__(self) -> str:
        return f"{self.file}{'-permuted' if self.permuted else ''}"


@cache
def truths(capture: Capture, site: str, permuted: bool) -> dict[int, dict[str, Any]]:
    """The articles of a site, by aid."""
    found: Iterable[dict[str, Any]] = capture.truth(site).values()
    if permuted:
        found = [permuting.truth(one, urlsplit(one["urls"]["dynamic"]).netloc) for one in found]
    return {article["aid"]: article for article in found}


@cache
def categories(capture: Capture, site: str, permuted: bool) -> dict[int, dict[str, Any]]:
    """The categories of a site, by catid."""
    found: Iterable[dict[str, Any]] = capture.categories(site)
    if permuted:
        found = [permuting.truth(one, urlsplit(one["url"]).netloc) for one in found]
    return {category["catid"]: category for category in found}


@cache
def style(capture: Capture, site: str) -> Style:
    """How a site spells its addresses: what the links on some of its pages tell, as in a crawl."""
    files = [entry for entry in capture.manifest if entry["site"] == site and kind(capture, entry["file"]) == "listing"]
    hrefs: list[str] = []
    for entry in files[:_FEW]:
        hrefs += _HREF.findall(capture.text(entry["file"]))
    root = "{0.scheme}://{0.netloc}/".format(urlsplit(files[0]["url"])) if files else ""
    return learn_style(hrefs, root) if files else Style.DYNAMIC


@cache
def kind(capture: Capture, file: str) -> str:
    """What kind of page a captured response must be taken for, by how it was made.

    Args:
        capture: The folder that it is in.
        file: Its name there.

    Returns:
        "article", "listing", "comments", "home", "feed"; "other" for walls, notices and pages of other applications.
    """
    entry = capture.entries[file]
    if "kind" in entry:
        return str(entry["kind"])
    if entry["status"] != 200 or not entry["bytes"] or not re.search("html|xml", entry["content_type"] or ""):
        return "other"
    if entry.get("views_shown") is not None and not entry["name"].removeprefix("m-").startswith(("forum", "blog")):
        return "article"
    text = capture.text(file)
    if "mod=rss" in entry["url"]:
        return "feed"
    asked = Grammar("{0.scheme}://{0.netloc}/".format(urlsplit(entry["url"]))).parse(entry["url"])
    # A mobile page has no counter that the manifest knows of; a wall has no text.
    if _NOTICE.search(text) or (asked.kind is Kind.ARTICLE and not _TOUCH.search(text)):
        return "other"
    return _KINDS.get(asked.kind, "other")


def all_pages(capture: Capture, what: str, *, permuted: bool = True) -> list[Captured]:
    """The captured pages of a kind, as they are and, if asked for, permuted.

    Args:
        capture: The folder.
        what: The kind.
        permuted: Whether each one comes again, permuted.
    """
    return [
        Captured(capture, entry["file"], again)
        for entry in capture.manifest
        if kind(capture, entry["file"]) == what
        for again in ((False, True) if permuted else (False,))
    ]


def bare(text: str | None) -> str | None:
    """A text without any space: as texts are compared."""
    return None if text is None else "".join(text.split())


def number_in(url: str, name: str) -> int | None:
    """A number in the query of an address."""
    values = parse_qs(urlsplit(url).query).get(name)
    return int(values[0]) if values and values[0].isdecimal() else None


def spelling(page: Captured, about: dict[str, Any]) -> str:
    """The address of an article as its site spells it: an article that is a file is always spelled so."""
    urls: dict[str, str] = about["urls"]
    if "static" in urls and urls["static"].removeprefix(page.grammar.root) in page.text + page.url:
        return urls["static"]
    return urls["rewrite" if page.grammar.style.article else "dynamic"]
