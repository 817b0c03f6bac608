"""Sites that have no end: lists, categories, pages and comments that lead on and on, as Discuz! would print them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.servers import answer, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.servers import Answer, Asked

WHOLE = "text/html; charset=utf-8"
ENTRIES = 15
WORDS = "记者在石桥镇看到，工人们正在现场忙碌，公交换线已经完成七成，年内可以通车。"
PATH = re.compile(
    r"^/portal\.php\?mod=(?P<mod>\w+)(?:&\w+=aid)?&(?:catid|aid|id)=(?P<number>\d+).*?(?:&page=(?P<page>\d+))?$"
)
FOLDER = re.compile(r"^/(?P<folder>[\w/]+?)/(?:index\.php\?page=(?P<page>\d+))?$")


def document(body: str, classes: str) -> bytes:
    """A page in Discuz!'s frame."""
    return answer(
        200,
        f"""<!DOCTYPE html><html><head><title>云泽在线</title><meta name="generator" content="Discuz! X3.4" />
<script>var discuz_uid = '0';</script></head><body id="nv_portal" class="{classes}">
<div id="nv"><ul><li id="mn_P1"><a href="portal.php?mod=list&amp;catid=1">新闻</a></li></ul></div>{body}
<div id="ft">GMT+8, 2026-11-23 10:00</div></body></html>""".encode(),
        kind=WHOLE,
    )


def pager(page: int, last: int) -> str:
    """The pager of a list, an article or comments."""
    following = f'<a href="?page={page + 1}" class="nxt">下一页</a>' if page < last else ""
    total = f'<label><span title="共 {last} 页"> / {last} 页</span></label>'
    return f'<div class="pg"><strong>{page}</strong>{total}{following}</div>'


def entry(aid: int, more: str = "") -> str:
    """An article in a list."""
    return (
        f'<dl class="bbda cl"><dt class="xs2"><a href="portal.php?mod=view&aid={aid}{more}">文章{aid}</a></dt>'
        f'<dd class="xs2 cl">摘要</dd><dd><span class="xg1"> 2020-1-1 08:00</span></dd></dl>'
    )


def listing(
    aids: Iterable[int],
    page: int = 1,
    last: int = 1,
    *,
    catid: int | None = 1,
    children: Iterable[str] = (),
    path: Iterable[str] = (),
    more: str = "",
) -> bytes:
    """A page of a list.

    Args:
        aids: the articles that it names.
        page: its number.
        last: how many it says that there are.
        catid: the category's number, None where the page does not tell it.
        children: addresses of categories below it.
        path: addresses of categories above it.
        more: what stands behind the address of each article.
    """
    links = "".join(f'<a href="{url}" class="xi2">下级{url}</a>' for url in children)
    below = f'<div class="bm_c bbda">下级分类:&nbsp;&nbsp;{links}</div>' if links else ""
    above = "".join(f'<a href="{url}">上级</a> <em>&rsaquo;</em>' for url in path)
    return document(
        f"""<div id="pt" class="bm cl"><div class="z"><a href="./" class="nvhm">云泽在线</a>
<a href="portal.php">门户</a> <em>&rsaquo;</em>{above}新闻</div></div><div id="ct"><div class="mn"><div class="bm">
<div class="bm_h cl"><h1 class="xs2">新闻</h1></div>{below}
<div class="bm_c xld">{"".join(entry(aid, more) for aid in aids)}</div></div>
<div class="pgs cl">{pager(page, last) if last > 1 else ""}</div></div></div>""",
        "pg_list" + (f" pg_list_{catid}" if catid else ""),
    )


def article(aid: int, words: str = WORDS, pages: str = "", crumbs: Iterable[str] = (), after: str = "") -> bytes:
    """An article.

    Args:
        aid: its number.
        words: its text.
        pages: its pager.
        crumbs: addresses of its categories, outermost first.
        after: what stands behind the text: comments, neighbours.
    """
    above = "".join(f'<a href="{url}">分类</a> <em>&rsaquo;</em>' for url in crumbs)
    return document(
        f"""<div id="pt" class="bm cl"><div class="z"><a href="./" class="nvhm">云泽在线</a> <em>&rsaquo;</em>
<a href="portal.php">门户</a> <em>&rsaquo;</em>{above} 查看内容</div></div><div class="bm vw"><div class="h hm">
<h1 class="ph">文章{aid}</h1><p class="xg1">2020-1-1 08:00<span class="pipe">|</span>发布者:
<a href="home.php?mod=space&amp;uid=7">编辑</a><span class="pipe">|</span>查看: <em id="_viewnum">5</em>
<span class="pipe">|</span>评论: {"<em id='_commentnum'>60</em>" if "comment_ul" in after else "0"}</p></div>
<div class="d"><table class="vwtb"><tr><td id="article_content"><p>{words}</p></td></tr></table>
<div class="ptw pbw cl">{pages}</div><div id="click_div"><a id="click_aid_{aid}_1">路过</a></div></div></div>{after}""",
        "pg_view",
    )


def comment(number: int) -> str:
    """A comment."""
    return (
        f'<dl id="comment_{number}_li" class="ptm pbm bbda cl"><dt class="mbm"><a href="home.php?mod=space&amp;uid=9" '
        f'class="xi2 xw1" c="1">读者</a> <span class="xg1 xw0">2020-1-2 08:00</span></dt><dd>评论{number}</dd></dl>'
    )


def comments(numbers: Iterable[int], page: int, last: int) -> bytes:
    """A page of comments."""
    return document(
        f'<div class="bm"><div id="comment_ul" class="bm_c">{"".join(map(comment, numbers))}</div></div>'
        f'<div class="pgs">{pager(page, last)}</div>',
        "pg_comment",
    )


def span(page: int) -> range:
    """The articles of a page that names ever new ones."""
    return range(page * ENTRIES, (page - 1) * ENTRIES, -1)


MISSING = document('<div id="messagetext" class="alert_error"><p>抱歉，您指定的文章不存在</p></div>', "").replace(
    b" 200 ", b" 404 ", 1
)


@dataclass
class Trap:
    """A site.

    Attributes:
        lists: makes a page of a list, given the category's number or folder and the page's number; None for 404.
        articles: makes a page of an article, given its number and the page's.
        comments: makes a page of an article's comments, likewise.
        there: numbers of the articles that a crawl finds.
        home: what home is.
    """

    lists: Callable[[int | str, int], bytes | None] = lambda category, page: (
        listing([3, 2, 1]) if category == 1 else None
    )
    articles: Callable[[int, int], bytes | None] = lambda aid, page: article(
        aid, crumbs=["portal.php?mod=list&catid=1"]
    )
    comments: Callable[[int, int], bytes | None] = lambda aid, page: None
    there: frozenset[int] = frozenset({1, 2, 3})
    home: bytes = field(default_factory=lambda: document("", "pg_index"))

    def __call__(self, asked: Asked) -> Answer:
        return self._page(asked.path) or MISSING

    def _page(self, path: str) -> bytes | None:
        if path == "/robots.txt":
            return text("")
        if path in {"/", "/portal.php"}:
            return self.home
        if found := PATH.match(path):
            number, page = int(found["number"]), int(found["page"] or 1)
            make = {"list": self.lists, "view": self.articles, "comment": self.comments}.get(found["mod"])
            return make(number, page) if make else None
        if found := FOLDER.match(path):
            return self.lists(found["folder"], int(found["page"] or 1))
        return None


def _if_first(make: Callable[[int], bytes]) -> Callable[[int | str, int], bytes | None]:
    return lambda category, page: make(page) if category == 1 else None


def _first(make: Callable[[int], bytes]) -> Callable[[int | str, int], bytes | None]:
    """Only category 1 has a list."""
    return lambda category, page: make(page) if category == 1 else None


def some(number: int) -> frozenset[int]:
    """The articles of so many pages."""
    return frozenset(range(1, number * ENTRIES + 1))


LISTS: dict[str, tuple[Trap, int]] = {
    "list that is the same on every page": (
        Trap(_first(lambda page: listing(span(1), page, page + 1)), there=some(1)),
        25,
    ),
    "list that is the same in another order": (
        Trap(
            _first(lambda page: listing([*span(1)][page % 7 :] + [*span(1)][: page % 7], page, page + 1)),
            there=some(1),
        ),
        25,
    ),
    "list of three pages in turn": (
        Trap(_first(lambda page: listing(span(page % 3 + 1), page, page + 1)), there=some(3)),
        70,
    ),
    "list that says it has a billion pages": (
        Trap(_first(lambda page: listing(span(1), page, 999_999_999)), there=some(1)),
        25,
    ),
    "list that has an end and says it has none": (
        Trap(_first(lambda page: listing(span(min(page, 3)), page, 999_999)), there=some(3)),
        60,
    ),
    "links with ever new session ids": (
        Trap(
            _first(lambda page: listing(span(page) if page < 3 else [], page, 2, more=f"&sid=x{page}y&from=z{page}")),
            there=some(2),
        ),
        35,
    ),
    "links with ever new parameters": (
        Trap(_first(lambda page: listing([3, 2, 1] if page < 4 else [], page, 3, more=f"&t={page}"))),
        12,
    ),
    "list that names articles many times": (
        Trap(_first(lambda page: listing([3, 3, 2, 1, 3, 2] if page < 2 else []))),
        9,
    ),
}


def _tree(children: Callable[[str], Iterable[str]], catid: Callable[[str], int | None] = lambda name: None) -> Trap:
    """A portal whose articles lie in a category with a folder, and below that whatever there is."""

    def lists(category: int | str, page: int) -> bytes | None:
        if category == 1:
            return listing([3, 2, 1] if page < 2 else [])
        if isinstance(category, str):
            return listing([1], catid=catid(category), children=children(category), path=["/a/"])
        return None

    return Trap(lists, lambda aid, page: article(aid, crumbs=["/a/"]))


CATEGORIES: dict[str, tuple[Trap, int]] = {
    "category below itself": (_tree(lambda name: [f"/{name}/"]), 9),
    "two categories below each other": (_tree(lambda name: ["/b/" if name == "a" else "/a/"]), 10),
    "three categories in a circle": (_tree(lambda name: [{"a": "/b/", "b": "/c/", "c": "/a/"}.get(name, "/a/")]), 11),
    "categories below each other by number": (
        _tree(lambda name: ["/b/" if name == "a" else "/a/"], {"a": 7, "b": 8}.get),
        10,
    ),
    "category below its number": (_tree(lambda name: ["portal.php?mod=list&catid=7"], lambda name: 7), 9),
    "categories without an end": (_tree(lambda name: [f"/{name}/b/"]), 20),
    "path to the category of 1,000 folders": (
        Trap(articles=lambda aid, page: article(aid, crumbs=[f"/a{n}/" for n in range(1000)])),
        8,
    ),
}


def _paged(make: Callable[[int], str]) -> Trap:
    """A portal whose second article has a pager."""
    return Trap(
        articles=lambda aid, page: article(
            aid, "" if aid == 2 and page > 1 else WORDS, pages=make(page) if aid == 2 else ""
        )
    )


PAGES: dict[str, tuple[Trap, int]] = {
    "article that says it has 9,000 pages": (_paged(lambda page: pager(page, 9000)), 9),
    "article that says it has a billion pages": (_paged(lambda page: pager(page, 999_999_999)), 9),
    "article that always has one more page": (_paged(lambda page: pager(page, page + 1)), 9),
}


def _comments(make: Callable[[int], bytes]) -> Trap:
    """A portal of whose second article there are more comments than its page shows."""
    after = f'<div id="comment_ul">{"".join(map(comment, range(1000, 980, -1)))}</div>'
    return Trap(
        articles=lambda aid, page: article(aid, after=after if aid == 2 else ""),
        comments=lambda aid, page: make(page),
    )


COMMENTS: dict[str, tuple[Trap, int]] = {
    "the same comments without an end": (
        _comments(lambda page: comments(range(1000, 975, -1), page, page + 1)),
        12,
    ),
    "comments of a billion pages": (_comments(lambda page: comments(range(1000, 975, -1), page, 999_999_999)), 12),
    "comments that are none without an end": (_comments(lambda page: comments([], page, page + 1)), 12),
}
