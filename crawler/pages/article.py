"""An article page: ``portal/view.htm`` of the default template, X3.1-X3.5."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from crawler.items import RawArticle, RawLink, RawPageEntry
from crawler.pages import labels
from crawler.pages.base import Page, compiled, elements, first, strings, text_of
from crawler.pages.comments import read_comment
from crawler.pages.content import content_nodes, is_empty
from crawler.pages.pager import XPATHS as PAGER_XPATHS
from crawler.pages.pager import read_pager

if TYPE_CHECKING:
    from lxml.html import HtmlElement

XPATHS: Final = compiled(
    {
        "content": 'id("article_content")',
        "page_title": 'div[contains(concat(" ", @class, " "), " vm_pagetitle ")]',
        "header": 'id("_viewnum")/ancestor::div[1]',
        "any_header": "//h1/..",
        "title": "h1",
        "meta_line": 'p[em[@id="_viewnum"]]',
        "summary": 'following-sibling::div[@class="s"]/div',
        "path": 'id("pt")//a[@href]',
        "reactions": 'id("click_div")',
        "reaction": './/a[starts-with(@id, "click_aid_")]',
        "reaction_count": 'div[@class="atdc"]//em',
        "pager": 'preceding-sibling::div[contains(concat(" ", @class, " "), " pbw ")]/div[@class="pg"]',
        "tags": 'preceding-sibling::div[contains(concat(" ", @class, " "), " ptg ")]//a',
        "inner_nav": 'id("inner_nav")//li/a',
        "neighbours": 'ancestor-or-self::*/following-sibling::div[contains(concat(" ", @class, " "), " pren ")]/em[a]',
        "link": "a[@href]",
        "related": 'id("raid_div")',
        "comments": 'id("comment_ul")/dl',
        "form": 'id("cform")//input[@type="hidden"]',
        "favourite": 'id("a_favorite")/@href',
    },
)

_AID: Final = re.compile(r"(?:[?&]aid=|\barticle-)(\d+)")
_ID: Final = re.compile(r"[?&]id=(\d+)")
_CLICK_AID: Final = re.compile(r"click_aid_(\d+)_")
_LAST_NUMBER: Final = re.compile(r"(\d+)\s*$")


@dataclass(slots=True)
class _Part:
    """What stands between two ``span.pipe`` of the meta line."""

    text: str = ""
    elements: list[HtmlElement] = field(default_factory=list)

    def link(self, needle: str = "") -> HtmlElement | None:
        """Its first link whose address has `needle` in it."""
        return next((node for node in self.elements if node.tag == "a" and needle in node.get("href", "")), None)

    def find(self, identifier: str) -> HtmlElement | None:
        """Its element with this id."""
        return next(
            (inner for node in self.elements for inner in node.iter() if inner.get("id") == identifier),
            None,
        )


class ArticlePage(Page):
    """One page of an article."""

    @classmethod
    def matches(cls, page: Page) -> bool:
        """Whether a page is an article's, and not the notice that stands in for one.

        Args:
            page: Any page.
        """
        return first(XPATHS["content"], page.root) is not None

    def raw(self) -> RawArticle:
        """The page's values as printed; a value that the page does not print is None or empty."""
        cell = first(XPATHS["content"], self.root)
        reactions = first(XPATHS["reactions"], self.root)
        raw = RawArticle(aid=None, page=1, title="", base_url=self.base_url, url=self.url, site=self.site())
        raw.extractor = self.theme.name
        raw.keywords = self.meta("keywords")
        raw.breadcrumbs = [self.link(node) for node in elements(XPATHS["path"], self.root)]
        self._read_header(raw)
        if cell is not None:
            raw.body = content_nodes(cell, reactions)
            raw.body_found = True
            raw.body_empty = is_empty(raw.body)
            title = first(XPATHS["page_title"], cell)
            raw.page_title = text_of(title) if title is not None else None
        if reactions is not None:
            self._read_around(raw, reactions)
        self._read_inner_nav(raw)
        self._read_related(raw)
        self._read_comments(raw)
        return raw

    def _read_header(self, raw: RawArticle) -> None:
        header = first(XPATHS["header"], self.root)
        if header is None:
            header = first(XPATHS["any_header"], self.root)
        if header is None:
            return
        title = first(XPATHS["title"], header)
        raw.title = text_of(title) if title is not None else ""
        line = first(XPATHS["meta_line"], header)
        if line is not None:
            self._read_meta_line(raw, _parts(line))
        summary = first(XPATHS["summary"], header)
        if summary is not None:
            raw.summary = labels.split(text_of(summary))[1]

    def _read_meta_line(self, raw: RawArticle, parts: list[_Part]) -> None:
        """Date, publisher, views, comments, then the author if any, then the source if any, then what plugins add."""
        date = parts[0]
        raw.date = date.text.strip()
        raw.date_title = next((node.get("title") for node in date.elements if node.get("title")), None)
        views = next(index for index, part in enumerate(parts) if part.find("_viewnum") is not None)
        raw.views = labels.split(parts[views].text)[1]
        publisher = next((link for part in parts[1:views] if (link := part.link("space")) is not None), None)
        if publisher is not None:
            raw.publisher = text_of(publisher)
            raw.publisher_url = self.absolute(publisher.get("href", ""))
        rest = parts[views + 1 :]
        if rest and (count := _LAST_NUMBER.search(rest[0].text)) is not None:
            raw.comment_count = count[1]
            every = rest[0].link()
            raw.comments_url = self.absolute(every.get("href", "")) if every is not None else None
            rest = rest[1:]
        self._read_credits(raw, [part for part in rest if labels.split(part.text)[0]])

    def _read_credits(self, raw: RawArticle, parts: list[_Part]) -> None:
        """Author and source, told apart by their labels.

        Where the language is unknown: by their order, and by the link that only a source can be.
        """
        for index, part in enumerate(parts):
            label, value = labels.split(part.text)
            link = part.link()
            known = label in labels.AUTHOR or label in labels.SOURCE
            if label in labels.SOURCE or (not known and (index == 1 or (link is not None and link.get("target")))):
                raw.source = raw.source or value
                raw.source_url = raw.source_url or (self.absolute(link.get("href", "")) if link is not None else None)
            elif label in labels.AUTHOR or len(parts) == 2:
                raw.author = raw.author or value

    def _read_around(self, raw: RawArticle, reactions: HtmlElement) -> None:
        """What stands around ``#click_div``: pager and tags before it, reactions in it, neighbours after it."""
        for node in elements(XPATHS["reaction"], reactions):
            if raw.aid is None and (aid := _CLICK_AID.match(node.get("id", ""))) is not None:
                raw.aid = aid[1]
            count = first(XPATHS["reaction_count"], node)
            name = (node[-1].tail if len(node) else node.text) or ""
            raw.reactions.append((name.strip(), text_of(count) if count is not None else "0"))
        pager = first(XPATHS["pager"], reactions)
        if pager is not None:
            numbers = read_pager(pager)
            raw.page, raw.page_count = numbers.current, numbers.last
            for link in elements(PAGER_XPATHS["links"], pager):
                if text_of(link).isdecimal():
                    raw.pages.append(RawPageEntry(int(text_of(link)), self.absolute(link.get("href", ""))))
        raw.tags = [text_of(node) for node in elements(XPATHS["tags"], reactions)]
        self._read_neighbours(raw, elements(XPATHS["neighbours"], reactions))

    def _read_neighbours(self, raw: RawArticle, nodes: list[HtmlElement]) -> None:
        """The previous and the next article: two in this order; which one a single one is, its aid says.

        Discuz! takes the nearest smaller and the nearest greater aid of the same category
        (``table_portal_article_title::fetch_preaid_by_catid_aid``, X3.1-X3.5).
        """
        links = [link for node in nodes if (link := first(XPATHS["link"], node)) is not None]
        if len(links) >= 2:
            raw.previous, raw.next = self._article_link(links[0]), self._article_link(links[1])
        elif links:
            only = self._article_link(links[0])
            match self._side(raw.aid, only.aid, nodes[0].text or ""):
                case "previous":
                    raw.previous = only
                case "next":
                    raw.next = only

    @staticmethod
    def _side(aid: str | None, other: str | None, words: str) -> str:
        """Which neighbour a single one is: "previous", "next", or "" where neither ids nor label tell."""
        if aid is not None and other is not None:
            return "next" if int(other) > int(aid) else "previous"
        label = words.strip(" :：\n\r\t").lower()
        return "next" if label in labels.NEXT else "previous" if label in labels.PREVIOUS else ""

    def _article_link(self, node: HtmlElement) -> RawLink:
        aid = _AID.search(node.get("href", ""))
        return self.link(node, aid=aid[1] if aid else None)

    def _read_inner_nav(self, raw: RawArticle) -> None:
        """The pages by title; printed as "<word> N <word> title", in every language with these spaces."""
        nodes = elements(XPATHS["inner_nav"], self.root)
        if not nodes:
            return
        raw.pages = []
        for number, node in enumerate(nodes, start=1):
            title = re.match(rf"\D*\b{number}\s+\S+\s+(.*)", text_of(node), re.DOTALL)
            raw.pages.append(
                RawPageEntry(number, self.absolute(node.get("href", "")), title[1].strip() if title else None),
            )

    def _read_related(self, raw: RawArticle) -> None:
        block = first(XPATHS["related"], self.root)
        if block is None:
            return
        aid: str | None = None
        for node in block:
            if node.tag == "input":
                aid = node.get("value")
            elif (link := first(XPATHS["link"], node)) is not None:
                raw.related.append(self.link(link, aid=aid))
                aid = None

    def _read_comments(self, raw: RawArticle) -> None:
        raw.comments = [
            comment
            for node in elements(XPATHS["comments"], self.root)
            if (comment := read_comment(self, node)) is not None
        ]
        inputs = {node.get("name"): node.get("value") for node in elements(XPATHS["form"], self.root)}
        raw.comments_idtype = inputs.get("idtype") or None
        raw.comments_id = inputs.get("id") if raw.comments_idtype else None
        if raw.aid is None:
            favourite = [_ID.search(href) for href in strings(XPATHS["favourite"], self.root)]
            raw.aid = inputs.get("aid") or next((found[1] for found in favourite if found), None)


def _parts(line: HtmlElement) -> list[_Part]:
    """The meta line cut at its ``span.pipe``."""
    parts = [_Part(line.text or "")]
    for node in line:
        if node.tag == "span" and node.get("class") == "pipe":
            parts.append(_Part(node.tail or ""))
            continue
        part = parts[-1]
        if isinstance(node.tag, str) and node.tag != "script":
            part.text += node.text_content()
            part.elements.append(node)
        part.text += node.tail or ""
    return parts
