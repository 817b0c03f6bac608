"""The walls under ``fixtures/pages``: what a server sends in place of a page, and which wall it is."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.http import HtmlResponse

from crawler.discuz.urls import Grammar
from crawler.discuz.walls import Wall
from crawler.middlewares.charset import decoded
from crawler.spiders.judging import judge
from tests.servers import answer

if TYPE_CHECKING:
    from crawler.discuz.walls import Verdict

FOLDER = Path(__file__).parents[1] / "fixtures" / "pages"
ROOT = "http://harbour.example/"


@dataclass(frozen=True, slots=True)
class WallPage:
    """A page that is a wall.

    Attributes:
        name: its folder's, without the first word.
        wall: which one it is.
        url: what was asked for.
        status: HTTP status.
        location: where it redirects to.
        text: what it is made of.
        charset: in which it comes.
        declared: whether its ``Content-Type`` names that.
    """

    name: str
    wall: Wall
    url: str
    status: int
    location: str | None
    text: str
    charset: str
    declared: bool = True

    @property
    def body(self) -> bytes:
        """Its bytes, as a server prints them."""
        return self.text.encode(self.charset, "xmlcharrefreplace")

    @property
    def kind(self) -> str:
        """Its ``Content-Type``."""
        return f"text/html; charset={self.charset}" if self.declared else "text/html"

    def answer(self) -> bytes:
        """The bytes of the whole answer."""
        headers = [f"Location: {self.location}"] if self.location else []
        return answer(self.status, self.body, *headers, kind=self.kind)

    def verdict(self) -> Verdict | None:
        """What the crawler says of it."""
        headers = {"Content-Type": self.kind} | ({"Location": self.location} if self.location else {})
        grammar = Grammar(ROOT)
        response = decoded(HtmlResponse(self.url, self.status, headers, self.body))
        return judge(response, grammar.parse(self.url), grammar)


@cache
def wall_pages() -> dict[str, WallPage]:
    """All of them, by name."""
    found = {}
    for folder in sorted(FOLDER.glob("wall_*")):
        meta = json.loads((folder / "meta.json").read_bytes())
        name = folder.name.removeprefix("wall_")
        found[name] = WallPage(
            name=name,
            wall=Wall(json.loads((folder / "expected.json").read_bytes())["wall"]),
            url=meta["url"],
            status=meta["status"],
            location=meta.get("location"),
            text=(folder / "page.html").read_bytes().decode(meta["charset"]),
            charset=meta["charset"],
            declared=not name.startswith("refresh_limit"),  # as the core sends them
        )
    return found


def wall_page(name: str, **changed: object) -> WallPage:
    """One of them, or one that is made of it."""
    return replace(wall_pages()[name], **changed)  # type: ignore[arg-type]  # its own fields
