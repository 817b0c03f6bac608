"""Comments: the blocks that article pages and comment pages print alike, and the comment page itself.

``portal/comment_li.htm`` (X3.1-X3.5) prints ``dl#comment_<cid>_li``; the touch template prints ``li`` with the same id,
and templates of other makers keep the id or the anchor before it, since scripts of the core look for them.
"""

from __future__ import annotations

import re
from copy import deepcopy
from typing import TYPE_CHECKING, Final

from crawler.discuz.urls import Kind
from crawler.items import RawComment, RawComments
from crawler.pages import labels
from crawler.pages.base import Page, compiled, elements, first, strings, text_of
from crawler.pages.dated import find_date, is_date
from crawler.pages.naming import Names
from crawler.pages.notice import is_notice
from crawler.pages.pager import find_pager, read_pager
from crawler.pages.theme import text_of_first

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

XPATHS: Final = compiled(
    {
        "entries": 'id("ct")//dl[starts-with(@id, "comment_")]',
        "any_entries": '//*[starts-with(@id, "comment_") and substring(@id, string-length(@id) - 2) = "_li"]',
        "anchors": '//a[starts-with(@name, "comment_anchor_")]',
        "author": 'dt/a[contains(@href, "space")]',
        "any_author": './/a[@href and (starts-with(@id, "author_") or @c="1" or contains(@href, "space"))'
        ' and not(contains(@href, "spacecp"))]',
        "date": 'dt/span[contains(concat(" ", @class, " "), " xg1 ")]',
        "exact_date": ".//span/@title",
        "body": "dd",
        "any_body": './/dd[not(contains(concat(" ", @class, " "), " avt "))] | .//*[starts-with(@id, "comment_")]'
        ' | .//*[contains(concat(" ", @class, " "), " message ")]',
        "inner": ".//*[not(self::script or self::style)]",
        "action": './/a[contains(@onclick, "requote") or contains(@href, "portalcp") or contains(@href, "spacecp")]',
        "pending": "dt/b",
        "any_pending": './/*[self::b or self::strong][starts-with(normalize-space(.), "(")]',
        "quote": 'div[@class="quote"]',
        "quotes": './/div[contains(concat(" ", @class, " "), " quote ")] | .//*[contains(@class, "quote")][blockquote]'
        " | .//blockquote",
        "quoted": ".//blockquote",
        "said_by": './/a[contains(@href, "goto=findpost")]',
        "article": 'id("ct")//h1/a[@href]',
        "count": 'id("ct")//h1/following-sibling::p[1]',
        "headings": "//h1//a[@href] | //h2//a[@href] | //h3//a[@href]",
        "every_link": "/descendant::a[@href]",
        "after": "ancestor::*[position() < 4]/following-sibling::*[position() < 4]",
        "pager": 'id("ct")//div[@class="pg"]',
    },
)

_CID: Final = re.compile(r"comment_(?:anchor_)?(\d{1,10})(?!\d)")
_COUNT: Final = re.compile(r"[(（]\s*(\d{1,10})()\s*[)）]")
_WORDS: Final = "|".join(map(re.escape, sorted(labels.COMMENTS, key=len, reverse=True)))
_COUNTED: Final = re.compile(
    rf"(?<!\d)(\d{{1,10}})\s*(?:{_WORDS})|(?:{_WORDS})\s*[:：]?\s*(\d{{1,10}})(?!\d)", re.IGNORECASE
)


def find_comments(page: Page) -> list[HtmlElement]:
    """The elements of the comments on a page, in order, each to be given to `read_comment`.

    Args:
        page: An article's page or a comment page, in any template.
    """
    theme = page.theme.comments.get("entries")
    if theme is not None:
        found = [one for one in theme(page.root) if not isinstance(one, str)]
        if found or theme.final:
            return found
    nodes = elements(XPATHS["entries"], page.root) or elements(XPATHS["any_entries"], page.root)
    nodes = [node for node in nodes if _CID.match(node.get("id", ""))]
    return nodes or [node for anchor in elements(XPATHS["anchors"], page.root) for node in _after(anchor)]


def _after(anchor: HtmlElement) -> Iterator[HtmlElement]:
    """The element that an anchor belongs to: the one behind it, or the list item that it stands in."""
    for node in anchor.itersiblings():
        if isinstance(node.tag, str):
            yield node
            return
    above = anchor.getparent()
    if above is not None:
        yield above


def read_comment(page: Page, node: HtmlElement) -> RawComment | None:
    """Reads one comment.

    ``portal/comment_li.htm`` (X3.1-X3.5) prints ``dl#comment_<cid>_li``: in ``dt`` a link to the author's space (a
    guest has a word in the interface's language instead) and the date, which where dates are relative holds the exact
    one in an inner ``span[title]``; in ``dd`` the words, after ``div.quote`` where it answers another one.

    Args:
        page: The page that holds it, for resolving links.
        node: The comment's element.

    Returns:
        None when the element's id is not a comment's, and for one that waits for approval: whoever wrote it sees it,
        with a note in ``b`` behind the date, and all guests see what a guest wrote (``portal_comment.php``, X3.1-X3.5).
    """
    cid = _cid(node)
    if cid is None or first(XPATHS["pending"], node) is not None:
        return None
    if page.theme.comments or node.tag != "dl" or not len(node) or node[0].tag != "dt":
        return _read_any(page, node, cid)
    author = first(XPATHS["author"], node)
    date = first(XPATHS["date"], node)
    if date is None:
        return _read_any(page, node, cid)
    titles = strings(XPATHS["exact_date"], date) if len(date) else []
    body, quote = _apart(first(XPATHS["body"], node))
    return RawComment(
        cid=cid,
        author=None if author is None else text_of(author),
        author_url=None if author is None else page.absolute(author.get("href", "")),
        date=text_of(date),
        date_title=titles[0] if titles else None,
        body=body,
        quote=quote,
    )


def _cid(node: HtmlElement) -> str | None:
    """The comment's number: in the element's id, else in the anchor before it or in it."""
    found = _CID.match(node.get("id", ""))
    if found is None:
        before = next(node.itersiblings("*", preceding=True), None)
        near = [before] if before is not None and before.tag == "a" else []
        names = [anchor.get("name", "") for anchor in (*near, *node.iter("a"))]
        found = next((one for name in names if (one := _CID.match(name)) is not None), None)
    return found[1] if found is not None else None


# --- templates of other makers ---


def _read_any(page: Page, node: HtmlElement, cid: str) -> RawComment | None:
    """One comment in markup that is not known: by what it links to, by what looks like a date, by what is left."""
    body = _body(page, node, cid)
    within = set(body.iter()) if body is not None else set()
    if any(note not in within for note in elements(XPATHS["any_pending"], node)):
        return None
    author = next((link for link in elements(XPATHS["any_author"], node) if link not in within and text_of(link)), None)
    date, title = _date(node, within)
    words, quote = _apart(body)
    raw = RawComment(
        cid=cid,
        author=None if author is None else text_of(author),
        author_url=None if author is None else page.absolute(author.get("href", "")),
        date=date or "",
        date_title=title,
        body=words,
        quote=quote,
    )
    _apply_theme(page, node, raw)
    return raw


def _apply_theme(page: Page, node: HtmlElement, raw: RawComment) -> None:
    fields = page.theme.comments
    if (author := fields.get("author")) is not None and ((found := author(node)) or author.final):
        raw.author = text_of_first(found)
        links = [one for one in found if not isinstance(one, str) and one.get("href")]
        raw.author_url = page.absolute(links[0].get("href", "")) if links else None
    if (date := fields.get("date")) is not None and (printed := text_of_first(date(node))) is not None:
        raw.date = find_date(printed) or printed
    if (quote := fields.get("quote")) is not None:
        quotes = [one for one in quote(node) if not isinstance(one, str)]
        raw.quote = quotes[0] if quotes else None if quote.final else raw.quote


def _body(page: Page, node: HtmlElement, cid: str) -> HtmlElement | None:
    """The element with a comment's words."""
    theme = page.theme.comments.get("text")
    if theme is not None:
        found = next((one for one in theme(node) if not isinstance(one, str)), None)
        if found is not None or theme.final:
            return found
    named = [one for one in elements(XPATHS["any_body"], node) if one.get("id", "") in {"", f"comment_{cid}"}]
    if named:
        return named[0]
    marks = list(_marks(node))
    if (rest := _without_marks(node, marks)) is not None:
        return rest
    meta = {around for mark in marks for around in (mark, *mark.iterancestors())}
    free = [one for one in elements(XPATHS["inner"], node) if one not in meta and one.tag != "a"]
    return max(free, key=lambda one: len(text_of(one)), default=None)


def _without_marks(node: HtmlElement, marks: list[HtmlElement]) -> HtmlElement | None:
    """A copy of a comment without the element that holds author, date and what one can do; None if none holds all.

    A quote in a paragraph ends that, so that the words behind it stand in no element of their own.
    """
    path = [*marks[0].iterancestors()] if marks else []
    common = next((around for around in path if all(around in mark.iterancestors() for mark in marks)), None)
    if common is None or common is node or node not in common.iterancestors():
        return None
    steps: list[int] = []
    for around in (common, *common.iterancestors()):
        if around is node:
            break
        above = around.getparent()
        assert above is not None  # the comment is around it
        steps.append(above.index(around))
    inside = copy = deepcopy(node)
    for step in reversed(steps):
        inside = inside[step]
    copy.tail = None
    inside.drop_tree()
    return copy


def _marks(node: HtmlElement) -> Iterator[HtmlElement]:
    """What tells of a comment, and so is not its words: author, date, what one can do with it."""
    yield from elements(XPATHS["any_author"], node)
    yield from elements(XPATHS["action"], node)
    for inner in elements(XPATHS["inner"], node):
        if is_date(text_of(inner)):
            yield inner


def _date(node: HtmlElement, within: set[HtmlElement]) -> tuple[str | None, str | None]:
    """The date as printed, and the exact one that goes with it."""
    found: str | None = None
    for inner in (node, *elements(XPATHS["inner"], node)):
        if inner in within:
            continue
        exact = (inner.get("title") or "").strip()
        if exact and is_date(exact):
            return find_date(text_of(inner)) or text_of(inner), exact
        for words in (inner.text, *(child.tail for child in inner)):
            if found is None and words and is_date(words):
                found = find_date(words.strip())
    return found, None


# --- words and what they answer to ---


def _apart(body: HtmlElement | None) -> tuple[HtmlElement | None, HtmlElement | None]:
    """The words and what they answer to, set apart on a copy: the page itself stays as it was parsed."""
    if body is None or not len(body):
        return body, None
    quotes = elements(XPATHS["quote"], body) or elements(XPATHS["quotes"], body)
    return split_quote(deepcopy(body)) if quotes else (body, None)


def split_quote(body: HtmlElement) -> tuple[HtmlElement, HtmlElement | None]:
    """Takes the quotes out of a comment's words.

    ``portalcp_comment.php`` and ``discuzcode()`` (X3.1-X3.5) print ``div.quote > blockquote``; a reply in a thread
    names in it, in a link to the post, who said it and when.

    Args:
        body: A copy of the element with the words, which is changed.

    Returns:
        The same element, and what the first quote quotes.
    """
    quotes = [quote for quote in elements(XPATHS["quotes"], body) if quote.getparent() is not None]
    if not quotes:
        return body, None
    quoted = first(XPATHS["quoted"], quotes[0])
    for quote in quotes:
        if quote.getparent() is not None:
            quote.drop_tree()
    quoted = quotes[0] if quoted is None else quoted
    for link in elements(XPATHS["said_by"], quoted):
        top = link
        for around in link.iterancestors():
            if around is quoted:
                break
            top = around
        if top.getparent() is not None:
            top.drop_tree()
    return body, quoted


class CommentsPage(Page):
    """All comments of an article or topic, 25 a page, newest first (``portal/comment.htm``, X3.1-X3.5)."""

    @classmethod
    def matches(cls, page: Page) -> bool:
        """Whether a page is a comment page, and not the notice that stands in for one.

        Args:
            page: Any page.
        """
        classes = page.classes
        if is_notice(page) or ("pg_comment" not in classes and any(name.startswith("pg_") for name in classes)):
            return False
        if "pg_comment" in classes and (find_comments(page) or first(XPATHS["article"], page.root) is not None):
            return True
        names = Names(page)
        if names.asked.kind is not Kind.COMMENTS:
            return False
        return bool(find_comments(page)) or _subject(page, names) is not None

    def raw(self) -> RawComments:
        """The page's values as printed. A page beyond the last has no entries, and its pager names the last."""
        pager = read_pager(self._pager())
        article = self._article()
        comments = (read_comment(self, node) for node in find_comments(self))
        return RawComments(
            entries=[comment for comment in comments if comment is not None],
            page=pager.current,
            pages=pager.last,
            count=self._count(article),
            article=None if article is None else self.link(article),
            site=self.site(),
            base_url=self.base_url,
        )

    def _pager(self) -> HtmlElement | None:
        theme = self.theme.comments.get("pager")
        if theme is not None:
            found = next((one for one in theme(self.root) if not isinstance(one, str)), None)
            if found is not None or theme.final:
                return found
        found = first(XPATHS["pager"], self.root)
        return found if found is not None else find_pager(self.root)

    def _article(self) -> HtmlElement | None:
        """The link in the heading to what the comments are about."""
        link = first(XPATHS["article"], self.root)
        return link if link is not None else _subject(self, Names(self))

    def _count(self, article: HtmlElement | None) -> int | None:
        """How many comments there are, hidden ones among them: in brackets behind the heading, or beside the word."""
        nodes = elements(XPATHS["count"], self.root)
        if not nodes and article is not None:
            nodes = elements(XPATHS["after"], article)
        for expression in (_COUNT, _COUNTED):
            for node in nodes:
                found = expression.search(text_of(node))
                if found is not None:
                    return int(found[1] or found[2])
        return None


def _subject(page: Page, names: Names) -> HtmlElement | None:
    """The link to what the comments of a page are about: in a heading, or to what the page was asked for by number."""
    about = {Kind.ARTICLE, Kind.TOPIC}
    for links in ("headings", "every_link"):
        for one in elements(XPATHS[links], page.root):
            target = names.target(one.get("href", ""))
            if target.kind in about and text_of(one) and (links == "headings" or target.number == names.asked.number):
                return one
    return None
