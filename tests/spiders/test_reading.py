"""Articles of several pages: all of them make one record, or none is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from crawler.discuz.urls import Kind, Target
from crawler.spiders.article import ArticleSpider
from crawler.spiders.units import article_unit
from tests.spiders.helpers import URL, FakeEngine, answer, ends, make, page, take

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.items import Article

ADDRESS = f"{URL}portal.php?mod=view&aid=12"


def article(number: int, last: int = 3, words: str | None = None) -> str:
    """A page of an article in the default template's markup."""
    pager = "".join(
        f"<strong>{one}</strong>" if one == number else f'<a href="{ADDRESS}&amp;page={one}">{one}</a>'
        for one in range(1, last + 1)
    )
    body = f"page {number}" if words is None else words
    return f"""<html><head><base href="{URL}" /><meta name="generator" content="Discuz! X3.4" /></head>
    <body id="nv_portal" class="pg_view"><div id="ct"><div class="bm vw"><div class="h hm"><h1 class="ph">t </h1>
    <p class="xg1">2026-3-5 10:00<span class="pipe">|</span>查看: <em id="_viewnum">7</em></p></div>
    <div class="d"><table class="vwtb"><tr><td id="article_content">{body}</td></tr></table>
    <div class="ptw pbw cl"><div class="pg">{pager}<label><span title="共 {last} 页"> / {last} 页</span></label></div>
    </div><div id="click_div"><a id="click_aid_12_1"><img />路过</a></div></div></div></div></body></html>"""


def read(
    data: Path, further: dict[int, str | Exception], first: str | None = None
) -> tuple[list[Article], dict[tuple[str, str], int]]:
    """What comes of an article whose first page is well: its records, and how its unit ended."""
    engine = FakeEngine(
        {
            f"{ADDRESS}&page={number}": page(one, url=f"{ADDRESS}&page={number}") if isinstance(one, str) else one
            for number, one in further.items()
        }
    )
    spider: Any = make(ArticleSpider, data, engine, aid="12")
    [unit] = take(spider, article_unit(Target(Kind.ARTICLE, 12)))
    return answer(spider, unit, page(first or article(1), url=ADDRESS)), ends(spider)


def test_all_pages_make_one_record(tmp_path: Path) -> None:
    [record], _ = read(tmp_path, {2: article(2), 3: article(3)})
    assert record.article_body == "page 1\n\npage 2\n\npage 3"
    assert [one.number for one in record.pages] == [1, 2, 3]


def test_a_page_that_has_gone_meanwhile_lies_beyond_the_last(tmp_path: Path) -> None:
    [record], _ = read(tmp_path, {2: article(2), 3: article(2, last=2, words="")})
    assert record.article_body == "page 1\n\npage 2"
    assert [one.number for one in record.pages] == [1, 2]


def test_a_pager_that_prints_too_many_pages_is_followed_to_the_first_without_text(tmp_path: Path) -> None:
    beyond = article(2, last=2, words="")
    [record], _ = read(tmp_path, {2: article(2), 3: beyond}, first=article(1, last=2).replace("2 页", "9999999999 页"))
    assert record.article_body == "page 1\n\npage 2"
    assert [one.number for one in record.pages] == [1, 2]


def test_an_article_whose_pages_have_no_end_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.loaders.MOST_PAGES", 3)
    further: dict[int, str | Exception] = {number: article(number, last=9) for number in range(2, 10)}
    assert read(tmp_path, further, first=article(1, last=9)) == ([], {("failed", "more_than_3_pages"): 1})


@pytest.mark.parametrize(
    ("third", "end"),
    [
        (TimeoutError(), ("failed", "TimeoutError")),
        ("<html><body><p>oops</p></body></html>", ("failed", "not_discuz")),
        (
            '<html><head><meta name="generator" content="Discuz! X3.4" /></head></html>',
            ("failed", "page_3_without_body"),
        ),
        (article(1), ("failed", "page_3_shows_1")),
    ],
)
def test_a_page_that_fails_leaves_the_unit_unfinished(
    tmp_path: Path, third: str | Exception, end: tuple[str, str]
) -> None:
    assert read(tmp_path, {2: article(2), 3: third}) == ([], {end: 1})
