"""What a site's links say of its rewrite rules."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.discuz.urls import Grammar, Kind, Style, Target, learn_style
from tests.captured import manifest, needs_captured, read

ROOT = "http://portal.test/"
DYNAMIC_PAGE = ["portal.php?mod=view&aid=12", "portal.php?mod=view&aid=13&amp;page=2", "home.php?mod=space&uid=2"]
REWRITTEN_PAGE = ["article-12-1.html", "article-13-2.html", "space-uid-2.html", "thread-5-1-1.html", "forum-3-1.html"]


def test_nothing_is_learnt_from_nothing() -> None:
    assert learn_style([], ROOT) == Style.DYNAMIC
    assert learn_style(["#", "javascript:;", "/", "news/", "http://["], ROOT) == Style.DYNAMIC


def test_dynamic_links() -> None:
    assert learn_style(DYNAMIC_PAGE, ROOT) == Style.DYNAMIC


def test_rewritten_links_kind_by_kind() -> None:
    style = learn_style([*REWRITTEN_PAGE, "portal.php?mod=topic&topic=spring"], ROOT)
    assert style == Style(
        article=Style.REWRITTEN.article,
        member=Style.REWRITTEN.member,
        thread=Style.REWRITTEN.thread,
        board=Style.REWRITTEN.board,
    )
    assert learn_style(["topic-spring.html", *DYNAMIC_PAGE], ROOT) == Style(topic=Style.REWRITTEN.topic)


def test_a_foreign_form_in_the_words_of_an_article_does_not_outweigh_the_site_s_own() -> None:
    assert learn_style([*DYNAMIC_PAGE, "article-7-1.html"], ROOT).article == ""
    assert learn_style([*REWRITTEN_PAGE, "portal.php?mod=view&aid=7"], ROOT).article == Style.REWRITTEN.article
    assert learn_style(["portal.php?mod=view&aid=7", "article-7-1.html"], ROOT).article == "", "undecided is dynamic"


def test_links_that_no_rule_replaces_do_not_count() -> None:
    hrefs = ["article-12-1.html", *["portal.php?mod=view&aid=13&mobile=2"] * 2, "portal.php?mod=view&aid=14&diy=yes"]
    assert learn_style(hrefs, ROOT).article == "", "noise is left out before counting"
    hrefs = ["space-uid-2.html", *["home.php?mod=space&uid=3&do=profile"] * 5]
    assert learn_style(hrefs, ROOT).member == Style.REWRITTEN.member


def test_other_sites_teach_nothing() -> None:
    assert learn_style([f"http://other.test/{href}" for href in REWRITTEN_PAGE], ROOT) == Style.DYNAMIC


COMMENTS = ["portal.php?mod=comment&id=12&idtype=aid", "portal.php?mod=comment&id=13&idtype=aid"]


@pytest.mark.parametrize(
    ("hrefs", "rule"),
    [
        (["portal-article-12-1.html", "portal-article-13-1.html"], "portal-article-{id}-{page}.html"),
        (["/article/12.html", "article/13.html"], "article/{id}.html"),
        (["a/12/", "a/13/", "a/13/2/"], "a/{id}/"),
        (["a/12-1/", "a/13-1/", "a/13-2/"], "a/{id}-{page}/"),
        ([f"{ROOT}12.html", f"{ROOT}13.html?mobile=2"], "{id}.html"),
    ],
)
def test_an_owner_s_own_rule_is_learnt_from_articles_known_otherwise(hrefs: list[str], rule: str) -> None:
    style = learn_style([*hrefs, *COMMENTS], ROOT)
    assert style.article == rule
    assert Grammar(ROOT, style).parse(hrefs[0]) == Target(Kind.ARTICLE, 12)
    assert learn_style(hrefs, ROOT, aids=[12, 13]) == style


@pytest.mark.parametrize(
    "hrefs",
    [
        ["article/12.html"],
        ["article/12.html", "article/99.html"],
        ["article/12.html", "news/13.html"],
        ["a-12-5.html", "a-13-5.html"],
        ["201910/12.html", "201910/13.html"],
        ["a-12-1-1.html", "a-13-1-1.html"],
        ["a-012.html", "a-013.html"],
        ["a?12", "a?13"],
        ["a%2012.html", "a%2013.html"],
        ["article/12.html", "article/13.html", "portal.php?mod=view&aid=7", *DYNAMIC_PAGE],
    ],
    ids=" ".join,
)
def test_what_is_not_certain_is_not_learnt(hrefs: list[str]) -> None:
    assert learn_style([*hrefs, *COMMENTS], ROOT).article == ""


@settings(deadline=None)
@given(st.lists(st.text()), st.lists(st.integers()))
def test_no_link_is_too_strange(hrefs: list[str], aids: list[int]) -> None:
    assert isinstance(learn_style(hrefs, ROOT, aids), Style)


HREF = re.compile(r'href="([^"]*)"')


@needs_captured
def test_captured_sites() -> None:
    """Every page of content of a rewritten site tells so; none of a dynamic one does."""
    told = 0
    for entry in manifest():
        root = "/".join(entry["url"].split("/")[:3]) + "/"
        rewritten = any("rw-" in other["file"] for other in manifest() if other["site"] == entry["site"])
        target = Grammar(root).parse(entry["url"])
        text = read(entry["file"]).decode("gb18030" if "gbk" in entry["content_type"] else "utf-8", "replace")
        style = learn_style([unescape(href) for href in HREF.findall(text)], root)
        if not rewritten:
            assert style == Style.DYNAMIC
        if style.article:
            assert style.article == Style.REWRITTEN.article
            told += target.kind is Kind.LISTING
    assert told > 5
