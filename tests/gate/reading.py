"""Articles of a fixture portal, damaged or not, as our own extractor reads them, without a server or a crawl."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson
from scrapy.http import HtmlResponse

from crawler import loaders
from crawler.discuz.urls import Grammar
from crawler.middlewares.charset import charset_of, decoded
from crawler.pages import ArticlePage, parse
from fixtures.portal.damage import damaged
from fixtures.portal.model import build
from fixtures.portal.options import Options
from fixtures.portal.site import Request, Site

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = "http://127.0.0.1:40000/"


class Reader:
    """Reads a portal that has so many articles by now.

    Args:
        options: what the portal is.
    """

    def __init__(self, **options: Any) -> None:
        self.options = Options(**options)
        self.site = Site(build(self.options), ROOT)
        tree = self.site.portal.tree
        self.categories = {f"{ROOT}{tree.address(one.catid)}": one.catid for one in tree.all}
        self.grammar = Grammar(root=ROOT)

    def aids(self, first: int = 1, *, catid: int | None = None) -> list[int]:
        """The articles that a crawl reads, from a number on, of a category and those below it."""
        portal = self.site.portal
        below = set(portal.tree.below(catid)) if catid is not None else None
        leading = set(portal.redirecting())
        return [
            aid
            for aid in portal.crawlable()
            if aid >= first and aid not in leading and (below is None or portal.head(aid).catid in below)
        ]

    def lines(self, aids: Iterable[int], damage: str = "", *, revision: int = 1) -> Iterator[bytes]:
        """The records of some articles, one JSON object each; those that cannot be read give none."""
        for aid in aids:
            line = self.line(aid, damage, revision)
            if line is not None:
                yield line

    def line(self, aid: int, damage: str, revision: int) -> bytes | None:
        first = self._page(aid, 1, damage)
        if not first[0].title and not first[0].body_found:
            return None
        further = [self._page(aid, number, damage)[0] for number in range(2, first[0].page_count + 1)]
        raw, charset = first
        if raw.aid not in {None, str(aid)}:
            return None
        raw.aid = raw.aid or str(aid)
        context = loaders.Context(
            site_name="demo",
            grammar=self.grammar,
            fetched_at=datetime.now(UTC),
            http_status=200,
            encoding=charset.encoding,
            encoding_source=charset.source,
            category_ids=self.categories,
        )
        try:
            record = loaders.load_article([raw, *further], raw.comments, context)
        except loaders.MandatoryError:
            return None
        return orjson.dumps(replace(record, revision=revision), option=orjson.OPT_APPEND_NEWLINE)

    def _page(self, aid: int, number: int, damage: str) -> Any:
        target = f"/portal.php?mod=view&aid={aid}" + (f"&page={number}" if number > 1 else "")
        answer = damaged(damage, self.site, Request("GET", target))
        response = decoded(HtmlResponse(ROOT + target[1:], headers=dict(answer.headers), body=answer.body))
        return ArticlePage(parse(response.text), response.url).raw(), charset_of(response)
