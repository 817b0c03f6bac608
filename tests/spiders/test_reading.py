"""Articles of several pages: all of them make one record, or none is written."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from crawler.discuz.urls import Kind, Target
from crawler.spiders import reading
from crawler.spiders.article import ArticleSpider
from crawler.spiders.units import article_unit, target_of
from tests.spiders.helpers import URL, FakeEngine, answer, ends, make, page, run, take

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


def test_an_article_that_is_longer_than_any_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_READ", 3000)
    further: dict[int, str | Exception] = {number: article(number, last=9) for number in range(2, 10)}
    assert read(tmp_path, further, first=article(1, last=9)) == ([], {("failed", "too_large"): 1})


CRUMB = '<div id="pt" class="bm cl"><div class="z"><a href="./">site</a> <a href="{}">category</a></div></div>'
LIST = """<html><head><base href="{url}" /></head><body id="nv_portal" class="pg_list"><div id="ct"><div class="bm">
<h1 class="xs2">c</h1><div class="bm_c bbda">{below}</div><div class="bm_c xld"></div></div></div></body></html>"""


@pytest.mark.parametrize(
    ("name", "below", "asked"),
    [
        ("below itself", {"a": ["a"]}, ["a"]),
        ("below each other", {"a": ["b"], "b": ["a"]}, ["a", "b"]),
        ("in a circle", {"a": ["b", "d"], "b": ["c"], "c": ["a"], "d": ["b"]}, ["a", "b", "d", "c"]),
        (
            "without an end",
            {"a/" * n + "a": ["a/" * n + "a/a"] for n in range(20)},
            ["a/" * n + "a" for n in range(10)],
        ),
        ("very many", {"a": [f"a/{n}" for n in range(20)], **{f"a/{n}": [] for n in range(20)}}, None),
    ],
)
def test_categories_that_lead_on_and_on(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    below: dict[str, list[str]],
    asked: list[str] | None,
) -> None:
    """Only pages of a category tell its number, and these tell none; two articles ask for it at once."""
    monkeypatch.setattr(reading, "MOST_CATEGORIES", 12)
    pages = {
        f"{URL}{folder}/": LIST.format(url=URL, below="".join(f'<a href="/{one}/">x</a>' for one in links))
        for folder, links in below.items()
    }
    engine = FakeEngine({url: page(text, url=url) for url, text in pages.items()})
    spider: Any = make(ArticleSpider, tmp_path, engine, aid="12,13")
    units = take(spider, *(article_unit(Target(Kind.ARTICLE, aid)) for aid in (12, 13)))
    text = article(1, last=1).replace('<div id="ct">', CRUMB.format("/a/") + '<div id="ct">')

    async def both() -> list[Any]:
        reads = (
            spider.answer(page(text.replace("_12_", f"_{one.number}_"), url=ADDRESS), one, target_of(one))
            for one in units
        )
        return await asyncio.wait_for(asyncio.gather(*map(collect, reads)), 20)

    async def collect(items: Any) -> list[Any]:
        return [item async for item in items]

    assert [len(items) for items in run(both())] == [1, 1]
    assert engine.asked == [f"{URL}{one}/" for one in asked] if asked else len(engine.asked) == 12


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
