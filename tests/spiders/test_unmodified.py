"""Which articles are asked for only if they have changed, and what is made of the answer that they have not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from scrapy.http import Response

from crawler import clock
from crawler.discuz.urls import Kind, Target
from crawler.spiders.article import ArticleSpider
from crawler.spiders.portal import PortalSpider
from crawler.spiders.remembering import Look, row_missing
from crawler.spiders.units import article_unit, target_of
from crawler.store import Outcome
from tests.spiders.helpers import URL, FakeEngine, answer, ends, make, page, take
from tests.spiders.test_static import FILE

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.spiders.reading import ArticleReader
    from crawler.store import Unit

TAG = '"5f3a-1c2"'
ASKED = {"If-None-Match": TAG}
KNOWN = {"url": URL + FILE, "comments": True, "etag": TAG}
ARTICLE = """<html><head><base href="http://www.example.com/" /><meta name="generator" content="Discuz! X3.4" /></head>
<body id="nv_portal" class="pg_view"><div id="ct"><div class="bm vw"><div class="h hm"><h1 class="ph">春日 </h1>
<p class="xg1">{date}<span class="pipe">|</span>查看: <em id="_viewnum">7</em><span class="pipe">|</span>
评论: {count}</p></div>
<div class="d"><table class="vwtb"><tr><td id="article_content"><p>江水涨了。</p>{picture}</td></tr></table>
{pager}<div id="click_div"><a id="click_aid_12_1" href="home.php?mod=spacecp&amp;ac=click"><img />路过</a></div></div>
</div></div></body></html>"""
SECOND = f"{URL}news/202603/spring2.html"
PAGER = f'<div class="ptw pbw cl"><div class="pg"><strong>1</strong><a href="{SECOND}">2</a></div></div>'
PAGER_THERE = f'<div class="ptw pbw cl"><div class="pg"><a href="{URL + FILE}">1</a><strong>2</strong></div></div>'
PICTURE = '<img src="data/attachment/portal/1.jpg" />'
COMMENTED = '<a href="portal.php?mod=comment&amp;id=12&amp;idtype=aid"><em id="_commentnum">3</em></a>'


def article(days: int = 0, **parts: str) -> str:
    """An article's page."""
    date = clock.utc_now() + timedelta(hours=8) - timedelta(days=days, minutes=5)
    values = {"count": "0", "picture": "", "pager": "", **parts}
    return ARTICLE.format(date=f"{date:%Y-%m-%d %H:%M}", **values)


def spider_at(data: Path, cls: type[ArticleReader] = PortalSpider, **arguments: str) -> ArticleReader:
    comments = f"{URL}portal.php?mod=comment&id=12&idtype=aid"
    pages: dict[str, Response | Exception] = {
        SECOND: page(article(pager=PAGER_THERE), url=SECOND),
        comments: page('<div id="ct"><ul id="comment_ul"></ul></div>discuz_uid', url=comments),
    }
    return make(cls, data, FakeEngine(pages), **arguments)


def read(spider: ArticleReader, text: str, payload: dict[str, Any] | None = None, **headers: Any) -> Unit:
    """Read an article, and give it out again."""
    [unit] = take(spider, article_unit(Target(Kind.ARTICLE, 12, 1, FILE), **(payload or {})))
    [item] = answer(spider, unit, page(text, url=URL + FILE, **headers))
    assert item.headline == "春日"
    spider.settle(Outcome(unit, "done", line=b"{}\n", article=spider.row_of(unit)))
    return again(spider)


def again(spider: ArticleReader) -> Unit:
    spider.store.flush()
    [unit] = take(spider, article_unit(Target(Kind.ARTICLE, 12, 1, FILE), refresh=True))
    return unit


def same(spider: ArticleReader, unit: Unit, url: str = URL + FILE) -> list[Any]:
    """What comes of the answer that nothing has changed."""
    return answer(spider, unit, Response(url, status=304))


def test_a_file_that_has_not_changed_is_done(tmp_path: Path) -> None:
    spider = spider_at(tmp_path)
    unit = read(spider, article(), ETag=TAG)
    assert unit.known is not None
    assert unit.known.validators == KNOWN
    assert spider.conditions(unit) == ASKED
    assert spider._give(unit).headers["If-None-Match"] == TAG.encode()
    before = unit.known
    assert same(spider, unit) == []
    assert ends(spider) == {("done", "unchanged"): 1}
    assert spider.crawler.stats.get_value("discuz/article/not_modified_count") == 1
    known = again(spider).known
    assert known is not None
    kept = replace(known, first_seen=before.first_seen, last_seen=before.last_seen, next_at=before.next_at)
    assert kept == before
    assert known.next_at is not None


def test_one_that_was_missing_is_there(tmp_path: Path) -> None:
    spider = spider_at(tmp_path)
    unit = read(spider, article(), ETag=TAG)
    assert unit.known is not None
    row = row_missing(Look(clock.utc_now(), 30, unit.known))
    assert row.missing_times == 1
    spider.settle(Outcome(unit, "done", "missing", article=row))
    unit = again(spider)
    assert spider.conditions(unit) == ASKED
    same(spider, unit)
    known = again(spider).known
    assert known is not None
    assert (known.missing_since, known.missing_times) == (None, 0)


@pytest.mark.parametrize(
    ("text", "payload"),
    [
        (article(pager=PAGER), {}),
        (article(count=COMMENTED), {}),
        (article(), {"cover": "http://www.example.com/c.jpg"}),
        (article(days=40), {}),
    ],
    ids=["another page", "comments elsewhere", "a cover in a list", "not looked at again"],
)
def test_what_a_file_does_not_hold_all_of_is_read(tmp_path: Path, text: str, payload: dict[str, Any]) -> None:
    spider = spider_at(tmp_path)
    unit = read(spider, text, payload, ETag=TAG)
    assert unit.known is not None
    assert unit.known.validators is None
    assert spider.conditions(unit) == {}


def test_a_picture_of_its_own_stands_for_a_cover(tmp_path: Path) -> None:
    spider = spider_at(tmp_path)
    unit = read(spider, article(picture=PICTURE), {"cover": "http://www.example.com/c.jpg"}, ETag=TAG)
    assert spider.conditions(unit) == ASKED


def test_a_page_of_which_the_server_says_nothing_is_read(tmp_path: Path) -> None:
    spider = spider_at(tmp_path)
    unit = read(spider, article())
    assert spider.conditions(unit) == {}
    same(spider, unit)
    assert ends(spider) == {("failed", "http_304"): 1}, "nobody asked for that"


def test_comments_that_were_not_read_are_to_be_read_once_they_are_wanted(tmp_path: Path) -> None:
    spider = spider_at(tmp_path)
    spider.comments_enabled = False
    unit = read(spider, article(count=COMMENTED), ETag=TAG)
    assert spider.conditions(unit) == ASKED, "those elsewhere are not read"
    spider.comments_enabled = True
    assert spider.conditions(unit) == {}


def test_what_was_read_by_another_extractor_is_read_again(tmp_path: Path) -> None:
    spider = spider_at(tmp_path)
    unit = read(spider, article(), ETag=TAG)
    spider.extractor += 1
    assert spider.conditions(unit) == {}


def test_who_asks_for_an_article_gets_it(tmp_path: Path) -> None:
    spider = spider_at(tmp_path, ArticleSpider, aid="12")
    assert spider.conditions(read(spider, article(), ETag=TAG)) == {}


def test_another_file_that_has_not_changed_says_nothing(tmp_path: Path) -> None:
    spider = spider_at(tmp_path)
    unit = read(spider, article(), ETag=TAG)
    assert same(spider, unit, URL + "news/202604/spring.html") == []
    assert ends(spider) == {("failed", "http_304"): 1}
    assert spider.conditions(replace(unit, tries=1)) == {}, "the next try reads it"
    assert target_of(unit).number == 12
