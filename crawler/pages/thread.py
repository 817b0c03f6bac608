"""The forum thread behind an article: ``forum/viewthread.htm`` and ``forum/viewthread_node.htm``, X3.1-X3.5.

An article that was made of a thread has no comments of its own: its page shows the first 19 replies, and links to the
thread for all of them. ``portal_view.php`` counts the replies that are not the first post and shows the visible ones
that are not banned, oldest first; these are what a thread's pages show to a guest.
"""

from __future__ import annotations

import re
from copy import deepcopy
from typing import TYPE_CHECKING, Final

from crawler.discuz.urls import Kind
from crawler.items import RawComment, RawComments, RawLink
from crawler.pages.base import Page, compiled, elements, first, strings, text_of
from crawler.pages.comments import split_quote
from crawler.pages.dated import find_date, is_date
from crawler.pages.naming import Names
from crawler.pages.notice import is_notice
from crawler.pages.pager import find_pager, number, read_pager

if TYPE_CHECKING:
    from lxml.html import HtmlElement

XPATHS: Final = compiled(
    {
        "message": '//*[starts-with(@id, "postmessage_")]',
        "touch_post": '//div[starts-with(@id, "pid")][.//div[contains(concat(" ", @class, " "), " message ")]]',
        "touch_message": './/div[contains(concat(" ", @class, " "), " message ")]',
        "touch_date": './/li[contains(concat(" ", @class, " "), " mtime ")]/text()',
        "authors": './/*[contains(concat(" ", @class, " "), " authi ")]//a[contains(@href, "space")]',
        "any_author": './/a[contains(@href, "space") and (contains(@href, "uid") or contains(@href, "username"))]',
        "withheld": 'div[@class="quote"][not(blockquote)]',
        "exact_date": ".//span/@title",
        "subject": 'id("thread_subject")',
        "counts": 'id("postlist")//*[contains(concat(" ", @class, " "), " hm ")]//*[contains(concat(" ", @class, " "), '
        '" xi1 ")]',
        "heading": "//h1",
        "noise": './/i[@class="pstatus"] | .//*[contains(@class, "attach_nopermission")]'
        ' | .//*[contains(@class, "tip_4")]',
        "here": 'id("pt")//a[@href]',
    },
)

_PID: Final = re.compile(r"(?:postmessage_|post_|pid)(\d{1,10})\Z")


class ThreadPage(Page):
    """One page of a thread, as a page of comments.

    Attributes of what `raw` gives: ``page`` and ``pages`` are the thread's own, oldest first; the page after the last,
    and any page beyond the owner's ``threadmaxpages``, shows the last one again. ``count`` is the number of replies,
    pending ones among them, which only the first page prints. The first post is the article's text: it is left out.
    """

    @classmethod
    def matches(cls, page: Page) -> bool:
        """Whether a page is a thread's.

        Args:
            page: Any page.
        """
        if is_notice(page):
            return False
        if "pg_viewthread" in page.classes:
            return True
        return bool(elements(XPATHS["message"], page.root)) and Names(page).asked.kind is Kind.THREAD

    def raw(self) -> RawComments:
        """The replies on the page."""
        pager = read_pager(find_pager(self.root))
        messages = [(pid, post, node) for pid, post, node in self._posts() if not self._is_first(pid, pager.current)]
        return RawComments(
            entries=[self._reply(pid, post, node) for pid, post, node in messages],
            page=pager.current,
            pages=pager.last,
            count=self._count(),
            article=self._thread(),
            site=self.site(),
            base_url=self.base_url,
        )

    def _posts(self) -> list[tuple[str, HtmlElement, HtmlElement]]:
        """Number, element and words of each post whose words are shown."""
        posts = [
            (found[1], _around(node, found[1]), node)
            for node in elements(XPATHS["message"], self.root)
            if (found := _PID.match(node.get("id", ""))) is not None
        ]
        if posts:
            return posts
        for post in elements(XPATHS["touch_post"], self.root):
            words = first(XPATHS["touch_message"], post)
            if (found := _PID.match(post.get("id", ""))) and words is not None and not _is_withheld(words):
                posts.append((found[1], post, words))
        return posts

    def _is_first(self, pid: str, page: int) -> bool:
        """Whether a post is the first one: its floor links to the thread, a reply's to the post.

        Guests that look like robots are shown no floors: then it is the first of the first page.
        """
        floors = self.root.xpath("id($name)/@href", name=f"postnum{pid}")
        if isinstance(floors, list) and floors:
            return "findpost" not in str(floors[0])
        return page == 1 and next((number == pid for number, _, _ in self._posts()), False)

    def _reply(self, pid: str, post: HtmlElement, node: HtmlElement) -> RawComment:
        within = set(node.iter())
        links = elements(XPATHS["authors"], post) or elements(XPATHS["any_author"], post)
        author = next((link for link in links if link not in within and text_of(link)), None)
        date, exact = self._date(pid, post)
        body, quote = split_quote(_clean(node))
        return RawComment(
            cid=pid,
            author=None if author is None else text_of(author),
            author_url=None if author is None else self.absolute(author.get("href", "")),
            date=date,
            date_title=exact,
            body=body,
            quote=quote,
        )

    def _date(self, pid: str, post: HtmlElement) -> tuple[str, str | None]:
        """When it was posted: ``em#authorposton<pid>``, with the exact date in a ``span`` where it is relative."""
        found = self.root.xpath("id($name)", name=f"authorposton{pid}")
        if isinstance(found, list) and found and not isinstance(found[0], str):
            node: HtmlElement = found[0]
            exact = next((title for title in strings(XPATHS["exact_date"], node) if is_date(title)), None)
            return find_date(text_of(node)) or text_of(node), exact
        words = [text for text in strings(XPATHS["touch_date"], post) if text.strip()]
        return (find_date(words[-1].strip()) or words[-1].strip(), None) if words else ("", None)

    def _count(self) -> int | None:
        numbers = [text_of(node) for node in elements(XPATHS["counts"], self.root)]
        return number(numbers[1]) if len(numbers) == 2 else None

    def _thread(self) -> RawLink | None:
        subject = first(XPATHS["subject"], self.root)
        if subject is None:
            return None
        path = elements(XPATHS["here"], self.root)
        url = self.absolute(path[-1].get("href", "")) if path else self.url
        return RawLink(text=text_of(subject), url=url)


def _around(node: HtmlElement, pid: str) -> HtmlElement:
    """The element of a post: ``div#post_<pid>`` in all versions, ``table#pid<pid>`` inside of it."""
    for around in node.iterancestors():
        found = _PID.match(around.get("id", ""))
        if found is not None and found[1] == pid and around.get("id", "").startswith("post_"):
            return around
    return next(iter(node.iterancestors("table", "li", "div")), node)


def _is_withheld(words: HtmlElement) -> bool:
    """Whether a note stands in for a post's words, as of a banned member: touch prints it as if it were a quote.

    Desktop templates print ``div.locked`` then, without the element for the words.
    """
    note = first(XPATHS["withheld"], words)
    return note is not None and text_of(note) == text_of(words)


def _clean(node: HtmlElement) -> HtmlElement:
    """A copy of a post's words without what the core puts among them: who changed it when, and what a guest lacks."""
    copy = deepcopy(node)
    copy.tail = None
    for noise in elements(XPATHS["noise"], copy):
        if noise.getparent() is not None:
            noise.drop_tree()
    return copy
