"""The pages under ``fixtures/pages``, one folder a case: bytes, what they hold, and where from."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from lxml.etree import _Element
from parsel import Selector

from crawler.pages import ArticlePage, CommentsPage, FeedPage, HomePage, ListingPage, kind_of

ROOT = Path(__file__).resolve().parents[2] / "fixtures" / "pages"
PAGES: dict[str, Any] = {
    "article": ArticlePage,
    "listing": ListingPage,
    "comments": CommentsPage,
    "home": HomePage,
    "feed": FeedPage,
}


def names() -> list[str]:
    """All cases that hold a page of a portal."""
    return sorted(path.parent.name for path in ROOT.glob("*/expected.json"))


def meta(case: str) -> dict[str, Any]:
    """Where the page is from."""
    value: dict[str, Any] = json.loads((ROOT / case / "meta.json").read_bytes())
    return value


def expected(case: str) -> dict[str, Any]:
    """What the page holds: its kind, its raw values, and values of its record."""
    value: dict[str, Any] = json.loads((ROOT / case / "expected.json").read_bytes())
    return value


def selector(case: str) -> Selector:
    """The page, parsed."""
    about = meta(case)
    text = (ROOT / case / "page.html").read_bytes().decode(about["charset"])
    return Selector(text=text, type=about.get("type", "html"))


def raw(case: str) -> Any:
    """The page's values as its page object gives them."""
    parsed, url = selector(case), meta(case)["url"]
    return PAGES[kind_of(parsed, url)](parsed, url).raw()


def plain(value: Any) -> Any:
    """A raw value as JSON has it; an element is the words in it."""
    if isinstance(value, _Element):
        return " ".join("".join(map(str, value.itertext())).split())
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value
