"""Comments: those that an article's page shows, and the rest from where it keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from scrapy.exceptions import IgnoreRequest

from crawler.discuz.urls import Kind, Target
from crawler.middlewares.answers import BadAnswer
from crawler.spiders import commenting
from crawler.spiders.article import ArticleSpider
from crawler.spiders.units import article_unit
from tests.spiders.helpers import URL, FakeEngine, answer, ends, make, page, take

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from crawler.items import Article

ADDRESS = f"{URL}portal.php?mod=view&aid=12"
COMMENTS = f"{URL}portal.php?mod=comment&id=12&idtype=aid"
THREAD = f"{URL}forum.php?mod=viewthread&tid=5"
BLOG = f"{URL}home.php?mod=space&uid=2&do=blog&id=7"
HEAD = f'<html><head><base href="{URL}" /><meta name="generator" content="Discuz! X3.4" /></head>'


def comments(numbers: Iterable[int], author: str = "老杨") -> str:
    """Comments in the markup that article, comment and blog pages share."""
    return "".join(
        f'<dl id="comment_{number}_li" class="ptm pbm bbda cl"><dt class="mbm"><a href="home.php?mod=space&amp;uid=9" '
        f'class="xi2 xw1" c="1">{author}</a><span class="xg1 xw0">2026-3-5 10:{number:02}</span></dt>'
        f"<dd>words {number}</dd></dl>"
        for number in numbers
    )


def pager(number: int, last: int) -> str:
    links = "".join(
        f"<strong>{one}</strong>" if one == number else f'<a href="#">{one}</a>' for one in range(1, last + 1)
    )
    total = f'<label><span title="共 {last} 页"> / {last} 页</span></label>'
    return f'<div class="pgs cl mbm"><div class="pg">{links}{total}</div></div>'


def article(count: int, shown: Iterable[int], kept: str, author: str = "老杨") -> str:
    """An article with a comment counter, some comments, and a link to where all of them are."""
    return f"""{HEAD}<body id="nv_portal" class="pg_view"><div id="ct"><div class="bm vw"><div class="h hm">
    <h1 class="ph">t </h1><p class="xg1">2026-3-5 10:00<span class="pipe">|</span>查看: <em id="_viewnum">7</em>
    <span class="pipe">|</span>评论: <a href="{kept}"><em id="_commentnum">{count}</em></a></p></div>
    <div class="d"><table class="vwtb"><tr><td id="article_content">words</td></tr></table>
    <div id="click_div"><a id="click_aid_12_1"><img />路过</a></div></div></div>
    <div id="comment" class="bm"><div id="comment_ul" class="bm_c">{comments(shown, author)}</div></div>
    </div></body></html>"""


def comment_page(numbers: Iterable[int], number: int, last: int) -> str:
    return f"""{HEAD}<body id="nv_portal" class="pg_comment"><div id="ct"><div class="bm vw">
    <h1><a href="{ADDRESS}">t</a></h1><div class="bm_c">{comments(numbers)}</div></div>
    {pager(number, last)}</div></body></html>"""


def thread_page(numbers: Iterable[int], number: int, last: int) -> str:
    posts = "".join(
        f'<div id="post_{pid}"><table id="pid{pid}"><tr><td class="pls"><div class="authi">'
        f'<a href="home.php?mod=space&amp;uid=9" class="xw1">老杨</a></div></td><td class="plc">'
        f'<strong><a href="forum.php?mod={goto}" '
        f'id="postnum{pid}">{pid}</a></strong><em id="authorposton{pid}">发表于 2026-3-5 10:{pid:02}:00</em>'
        f'<table><tr><td class="t_f" id="postmessage_{pid}">words {pid}</td></tr></table></td></tr></table></div>'
        for pid in numbers
        for goto in ("viewthread&amp;tid=5" if pid == 1 else f"redirect&amp;goto=findpost&amp;pid={pid}",)
    )
    return f"""{HEAD}<body id="nv_forum" class="pg_viewthread"><div id="ct">{pager(number, last)}
    <span id="thread_subject">t</span><div id="postlist">{posts}</div></div></body></html>"""


def blog_page(numbers: Iterable[int]) -> str:
    return f"""{HEAD}<body id="nv_home" class="pg_space"><div id="ct"><h1 class="ph">t</h1>
    <div id="blog_article" class="d">words</div><div id="div_main_content">
    <div id="comment_ul">{comments(numbers)}</div></div></div></body></html>"""


def read(
    data: Path, first: str, further: dict[str, str | Exception]
) -> tuple[list[Article], dict[tuple[str, str], int], list[str]]:
    """The records of an article, how its unit ended, and what was asked for besides."""
    engine = FakeEngine({url: page(one, url=url) if isinstance(one, str) else one for url, one in further.items()})
    spider: Any = make(ArticleSpider, data, engine, aid="12")
    [unit] = take(spider, article_unit(Target(Kind.ARTICLE, 12)))
    return answer(spider, unit, page(first, url=ADDRESS)), ends(spider), engine.asked


def numbers(record: Article) -> list[int]:
    return [comment.id for comment in record.comments or ()]


def test_what_the_page_shows_whole_is_not_asked_for(tmp_path: Path) -> None:
    [record], _, asked = read(tmp_path, article(2, [2, 1], COMMENTS), {})
    assert (numbers(record), record.comments_complete, asked) == ([1, 2], True, [])


def test_the_rest_is_read_page_by_page(tmp_path: Path) -> None:
    pages = {COMMENTS: comment_page([4, 3], 1, 2), f"{COMMENTS}&page=2": comment_page([2, 1], 2, 2)}
    [record], _, _ = read(tmp_path, article(5, [4, 3], COMMENTS), {**pages})
    # One of the five that are counted waits for approval: all that are shown are there.
    assert (numbers(record), record.comments_complete) == ([1, 2, 3, 4], True)


def test_without_a_counter_a_full_page_is_not_all(tmp_path: Path) -> None:
    first = article(0, range(30, 10, -1), COMMENTS).replace('<em id="_commentnum">0</em>', "all")
    [record], _, asked = read(tmp_path, first, {COMMENTS: comment_page(range(30, 8, -1), 1, 1)})
    assert (numbers(record), asked) == (list(range(9, 31)), [COMMENTS])


@pytest.mark.parametrize(
    ("name", "made", "read_pages", "complete"),
    [
        ("the same again and again", lambda number: comment_page([4, 3], number, number + 1), 3, False),
        ("none, again and again", lambda number: comment_page([], number, number + 1), 2, False),
        ("ever new ones", lambda number: comment_page([90 - number], number, number + 1), 5, False),
        ("as many as may be", lambda number: comment_page([90 - number], number, 5), 5, True),
        ("a page without any", lambda number: comment_page([4 - number] if number != 2 else [], number, 3), 3, True),
    ],
)
def test_comments_without_an_end_are_left(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    made: Callable[[int], str],
    read_pages: int,
    *,
    complete: bool,
) -> None:
    monkeypatch.setattr(commenting, "MOST_PAGES", 5)
    pages = {COMMENTS: made(1), **{f"{COMMENTS}&page={number}": made(number) for number in range(2, 9)}}
    [record], _, asked = read(tmp_path, article(3, [2], COMMENTS), {**pages})
    assert len(asked) == read_pages
    assert record.comments
    assert record.comments_complete is complete


def test_so_are_comments_that_are_very_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commenting, "MOST_READ", 3000)
    pages = {f"{COMMENTS}&page={number}": comment_page([90 - number], number, 9) for number in range(2, 9)}
    [record], _, asked = read(tmp_path, article(9, [2], COMMENTS), {COMMENTS: comment_page([89], 1, 9), **pages})
    assert len(asked) < 9
    assert record.comments_complete is False


@pytest.mark.parametrize("why", [IgnoreRequest("Forbidden by robots.txt"), BadAnswer("too_large", "a page of …")])
def test_comments_that_cannot_be_read_leave_the_article(tmp_path: Path, why: Exception) -> None:
    [record], _, _ = read(tmp_path, article(5, [5, 4], COMMENTS), {COMMENTS: why})
    assert (numbers(record), record.comments_complete) == ([4, 5], False)


def test_comments_that_fail_leave_the_unit_unfinished(tmp_path: Path) -> None:
    found, end, _ = read(tmp_path, article(5, [5, 4], COMMENTS), {COMMENTS: TimeoutError()})
    assert (found, end) == ([], {("failed", "TimeoutError"): 1})


def test_replies_in_a_thread(tmp_path: Path) -> None:
    pages = {THREAD: thread_page([1, 2, 3], 1, 2), f"{THREAD}&page=2": thread_page([4], 2, 2)}
    [record], _, _ = read(tmp_path, article(3, [2], THREAD), {**pages})
    assert (numbers(record), record.comments_complete) == ([2, 3, 4], True)
    assert record.comments is not None
    assert [comment.text for comment in record.comments] == ["words 2", "words 3", "words 4"]
    assert (record.discuz.idtype, record.discuz.tid) == ("tid", 5)


@pytest.mark.parametrize("author", ["", "博主"])
def test_a_blog_s_comments_are_read_there_for_their_authors(tmp_path: Path, author: str) -> None:
    [record], _, _ = read(tmp_path, article(1, [3], BLOG, author), {BLOG: blog_page([3])})
    assert record.comments is not None
    assert [(comment.id, comment.author, comment.author_uid) for comment in record.comments] == [(3, "老杨", 9)]
    assert record.discuz.idtype == "blogid"
