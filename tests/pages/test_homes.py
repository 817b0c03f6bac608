"""The portal's home with and without Discuz!'s navigation, and what tells a home from other pages."""

from __future__ import annotations

import base64

import pytest

from crawler.pages import HomePage, kind_of, load_theme, parse

ROOT = "http://harbour.example/"

MENU = """<ul><li id="mn_portal"><a href="portal.php">门户</a></li><li id="mn_P1"><a
href="http://harbour.example/news/">新闻</a></li><li class="a" id="mn_P7"><a
href="http://harbour.example/portal.php?mod=list&amp;catid=7">灯塔</a></li></ul>"""
BLOCKS = """<div id="portal_block_3" class="block move-span"><div class="blocktitle title"><a
href="portal.php?mod=list&amp;catid=9">码头</a><a href="portal.php?mod=list&amp;catid=9">更多</a></div><ul><li><a
href="portal.php?mod=view&amp;aid=41" title="潮水退去之后">潮水退去...</a></li><li><a
href="article-40-1.html">夜市</a></li><li><a href="harbour/2031/lamp.html">灯塔</a></li><li><a
href="forum.php?mod=viewthread&amp;tid=3">帖</a></li></ul></div>"""
OWN_MENU = """<div class="nav-box"><a href="/">首页</a><a href="/news/">新闻</a><a href="/culture/index.html">文化</a>
<a href="portal.php?mod=list&amp;catid=4">公告</a><a href="https://other.example/news/">友站</a></div>
<div class="links"><a href="/mall/">商城</a></div>"""


def page(content: str, body: str = "pg_index", address: str = "") -> str:
    printed = base64.b64encode(address.encode()).decode()
    script = f"<script>var REPORTURL = '{printed}', SITEURL = '{ROOT}';</script>" if address else ""
    return f'<html><head><base href="{ROOT}" />{script}</head><body class="{body}">{content}</body></html>'


def categories(content: str, theme: dict[str, str] | None = None) -> list[tuple[int | None, str, str]]:
    made = load_theme("x", {"home": theme or {}})
    raw = HomePage(parse(page(content)), ROOT, made).raw()
    return [(catid, link.text, link.url.removeprefix(ROOT)) for catid, link in raw.categories]


def test_the_navigation_comes_first_and_other_links_to_lists_after_it() -> None:
    assert categories(f'<div id="nv">{MENU}</div>{BLOCKS}') == [
        (1, "新闻", "news/"),
        (7, "灯塔", "portal.php?mod=list&catid=7"),
        (9, "码头", "portal.php?mod=list&catid=9"),
    ]


def test_a_list_of_another_site_is_no_category() -> None:
    friends = '<a href="http://kin.example/portal.php?mod=list&amp;catid=15">友站</a>'
    assert [catid for catid, *_ in categories(f"<div>{MENU}</div>{friends}")] == [1, 7]


def test_the_navigation_in_a_box_of_the_template_s_own() -> None:
    assert [catid for catid, *_ in categories(f"<div>{MENU}</div>")] == [1, 7]


def test_without_navigation_a_menu_s_folders_are_categories() -> None:
    """Folders elsewhere may be anything."""
    assert categories(OWN_MENU) == [
        (4, "公告", "portal.php?mod=list&catid=4"),
        (None, "新闻", "news/"),
        (None, "文化", "culture/index.html"),
    ]


def test_a_theme_says_which_links_are_categories() -> None:
    assert categories(OWN_MENU, {"categories": "div.links"}) == [(None, "商城", "mall/")]
    assert categories(OWN_MENU, {"categories": "div.links a"}) == [(None, "商城", "mall/")]
    assert categories(MENU, {"categories": "p"}) == [
        (1, "新闻", "news/"),
        (7, "灯塔", "portal.php?mod=list&catid=7"),
    ]
    assert categories(MENU, {"categories": ""}) == []


def test_a_home_of_blocks_is_a_source_of_links() -> None:
    raw = HomePage(parse(page(BLOCKS)), ROOT).raw()
    assert [(link.text, link.url.removeprefix(ROOT)) for link in raw.links][2:] == [
        ("潮水退去...", "portal.php?mod=view&aid=41"),
        ("夜市", "article-40-1.html"),
        ("灯塔", "harbour/2031/lamp.html"),
        ("帖", "forum.php?mod=viewthread&tid=3"),
    ]


@pytest.mark.parametrize(
    ("body", "address", "url", "kind"),
    [
        ("pg_index", "", f"{ROOT}x", "home"),
        ("bg", ROOT, ROOT, "home"),
        ("bg", f"{ROOT}portal.php", f"{ROOT}cached.html", "home"),
        ("bg", "", ROOT, "home"),
        ("bg", f"{ROOT}portal.php?mod=list&catid=3", ROOT, "listing"),
        ("bg", f"{ROOT}member.php?mod=register", f"{ROOT}member.php?mod=register", "other"),
        ("pg_space", ROOT, ROOT, "other"),
    ],
)
def test_kind(body: str, address: str, url: str, kind: str) -> None:
    """By the class of the body, else by the address that the page prints, else by its own, if it is Discuz!'s."""
    assert kind_of(parse(page(BLOCKS, body, address)), url) == kind


def test_a_page_of_another_program_is_no_home() -> None:
    assert kind_of(parse("<p>It works!</p>"), ROOT) == "other"
