"""Reading articles: a few, a second page of those that have one, and the comments of one of them."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Final

from crawler import loaders
from crawler.discuz.urls import Kind, key
from crawler.loaders.values import count, identifier
from crawler.pages import ArticlePage, BlogPage, CommentsPage, ThreadPage, parse
from crawler.probe.asking import Unread
from crawler.probe.fields import Fields
from crawler.probe.findings import ArticleRead

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.discuz.urls import Target
    from crawler.items import RawArticle, RawLink
    from crawler.probe.lists import Named
    from crawler.probe.visit import Visit

ARTICLES: Final = 3
SWITCHED_OFF: Final = "switched_off"
"""State of comments that are not to be read (``DISCUZ_COMMENTS_ENABLED``)."""
REPLIES: Final[dict[Kind, type[CommentsPage | ThreadPage | BlogPage]]] = {
    Kind.COMMENTS: CommentsPage,
    Kind.THREAD: ThreadPage,
    Kind.BLOG: BlogPage,
}
"""Where the comments of an article may be kept."""


class Articles:
    """Reads articles of a site.

    Args:
        visit: asks for them.

    Attributes:
        fields: counts what they give.
        crumbs: the categories on their paths, outermost first.
    """

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self.fields = Fields(visit.theme)
        self.crumbs: list[RawLink] = []

    async def read(self, named: Iterable[Named]) -> None:
        """Read the first few of some articles."""
        grammar = self._visit.grammar
        asked: set[str] = set()
        comments = ""
        for entry, number in named:
            target = replace(grammar.parse(entry.url), page=1)
            if target.kind is not Kind.ARTICLE or key(target) in asked:
                continue
            asked.add(key(target))
            raw = await self._article(grammar.clean(entry.url), target, number)
            if raw is not None and raw.comments_url and (count(raw.comment_count) or 0) > len(raw.comments):
                comments = comments or raw.comments_url
            if len(asked) == ARTICLES:
                break
        if comments:
            await self._comments(comments)

    async def _article(self, url: str, target: Target, number: int) -> RawArticle | None:
        """Read an article, named on that page of a list; None if it is not to be had."""
        visit, what = self._visit, f"article {target.number or target.name}"
        try:
            answer = await visit.get(what, target, url)
        except Unread:
            return None
        visit.looking.at(answer)
        selector = parse(answer.response.text)
        first = ArticlePage(selector, answer.response.url, visit.theme).raw()
        self.crumbs += first.breadcrumbs
        aid = identifier(first.aid) or target.number
        second = await self._second_page(replace(target, number=aid, page=2)) if first.page_count > 1 else None
        context = visit.context(answer)
        visit.looking.zone(first.site, context)
        try:
            record = loaders.load_article([first, second] if second else [first], first.comments, context)
        except loaders.MandatoryError as error:
            visit.note(what, url, error.reason, str(error))
            self.fields.take({}, selector, url)
            return None
        visit.looking.article(record.discuz.aid)
        self.fields.take(asdict(record), selector, url)
        visit.findings.articles.append(
            ArticleRead(
                url=url,
                aid=record.discuz.aid,
                headline=record.headline,
                date_published=record.date_published,
                pages=first.page_count,
                second_page=second is not None if first.page_count > 1 else None,
                extractor=record.provenance.extractor,
                from_page=number,
            )
        )
        return first

    async def _second_page(self, target: Target) -> RawArticle | None:
        try:
            answer = await self._visit.get(f"page 2 of article {target.number or target.name}", target)
        except Unread:
            return None
        raw = ArticlePage(parse(answer.response.text), answer.response.url, self._visit.theme).raw()
        return raw if raw.body_found and not raw.body_empty else None

    async def _comments(self, url: str) -> None:
        """Read the first page of an article's comments, wherever they are kept."""
        target, found = self._visit.grammar.parse(url), self._visit.findings.comments
        kind = REPLIES.get(target.kind)
        if kind is None:
            return
        found.url, found.kind = self._visit.grammar.clean(url), str(target.kind)
        if not self._visit.fetcher.comments_enabled:
            found.state = SWITCHED_OFF
            return
        try:
            answer = await self._visit.get("comments", target, found.url)
        except Unread as error:
            found.state = error.why
            return
        raw = kind(parse(answer.response.text), answer.response.url, self._visit.theme).raw()
        found.state, found.entries, found.pages = "open", len(raw.entries), raw.pages
