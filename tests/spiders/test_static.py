"""Articles that Discuz! wrote as files, whose addresses tell their numbers only if the owner left the names alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crawler.discuz.urls import Kind, Target
from crawler.spiders.article import ArticleSpider
from crawler.spiders.units import article_unit, target_of
from tests.spiders.helpers import FakeEngine, answer, ends, make, page, take

if TYPE_CHECKING:
    from pathlib import Path

    from scrapy.http import HtmlResponse

    from crawler.store import Unit

ROOT = "http://www.example.com/"
FILE = "news/202603/spring.html"
ARTICLE = """<html><head><base href="http://www.example.com/" /><meta name="generator" content="Discuz! X3.4" /></head>
<body id="nv_portal" class="pg_view"><div id="ct"><div class="bm vw"><div class="h hm"><h1 class="ph">春日 </h1>
<p class="xg1">2026-3-5 10:00<span class="pipe">|</span>查看: <em id="_viewnum">7</em></p></div>
<div class="d"><table class="vwtb"><tr><td id="article_content"><p>江水涨了。</p></td></tr></table>{clicks}</div></div>
</div></body></html>"""
CLICKS = '<div id="click_div"><a id="click_aid_{aid}_1" href="home.php?mod=spacecp&amp;ac=click"><img />路过</a></div>'
HOME = '<html><head><meta name="generator" content="Discuz! X3.4" /></head><body class="pg_index">{}</body></html>'


def spider_at(data: Path) -> ArticleSpider:
    return make(ArticleSpider, data, FakeEngine(), site=ROOT, aid="12")


def article_page(aid: int | None) -> HtmlResponse:
    """An article as a file; with or without what tells its number."""
    return page(ARTICLE.format(clicks=CLICKS.format(aid=aid) if aid else ""), url=ROOT + FILE)


def home_page() -> HtmlResponse:
    """A page that is no article, under the address of the file."""
    return page(HOME.format("<p>hello</p>" * 99), url=ROOT + FILE)


def unit_of(spider: ArticleSpider, target: Target) -> Unit:
    [unit] = take(spider, article_unit(target, urls=["x"]))
    return unit


def test_a_file_that_tells_no_number_is_read_for_it(tmp_path: Path) -> None:
    spider = spider_at(tmp_path)
    unit = unit_of(spider, Target(Kind.ARTICLE, name=FILE))
    assert unit.key == f"article/@{FILE}/1"
    assert answer(spider, unit, article_page(12)) == []
    spider.store.flush()
    [numbered] = spider.store.take(9)
    assert (numbered.key, numbered.number, numbered.payload) == ("article/12", 12, {"urls": ["x"], "path": FILE})
    assert spider.grammar.build(target_of(numbered)) == ROOT + FILE


@pytest.mark.parametrize("aid", [12, None])
def test_the_number_leads_to_the_file(tmp_path: Path, aid: int | None) -> None:
    spider = spider_at(tmp_path)
    [record] = answer(spider, unit_of(spider, Target(Kind.ARTICLE, 12)), article_page(aid))
    assert (record.id, record.url, record.status) == ("www.example.com:12", ROOT + FILE, "published")


def test_the_number_leads_to_another_article_s_file(tmp_path: Path) -> None:
    spider = spider_at(tmp_path)
    [record] = answer(spider, unit_of(spider, Target(Kind.ARTICLE, 12)), article_page(13))
    assert (record.id, record.status, record.moved_to) == ("www.example.com:12", "moved", ROOT + FILE)


def test_the_number_leads_to_a_file_that_is_no_article(tmp_path: Path) -> None:
    spider = spider_at(tmp_path)
    [record] = answer(spider, unit_of(spider, Target(Kind.ARTICLE, 12)), home_page())
    assert (record.status, record.moved_to) == ("moved", ROOT + FILE)


def test_a_file_of_a_list_that_is_no_article_is_skipped(tmp_path: Path) -> None:
    spider = spider_at(tmp_path)
    unit = unit_of(spider, Target(Kind.ARTICLE, name=FILE))
    assert answer(spider, unit, home_page()) == []
    assert ends(spider) == {("skipped", "no_article"): 1}
