"""The category tree, put together from what pages tell."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.discuz.urls import Grammar
from crawler.items import RawEntry, RawLink, RawListing
from crawler.spiders.tree import Tree
from crawler.store import Category

ROOT = "http://www.example.com/"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
HOME = RawLink("首页", ROOT)
NEWS = RawLink("新闻", f"{ROOT}news/")
LOCAL = RawLink("社会", f"{ROOT}news/shehui/")
LAW = RawLink("时政", f"{ROOT}portal.php?mod=list&catid=2")


def listing(
    catid: int | None, name: str, *above: RawLink, below: tuple[RawLink, ...] = (), pages: int = 1
) -> RawListing:
    return RawListing(
        catid=catid,
        name=name,
        entries=[RawEntry("t", f"{ROOT}portal.php?mod=view&aid=1", 1)],
        page=1,
        pages=pages,
        has_next=False,
        breadcrumbs=[HOME, *above],
        children=list(below),
    )


@pytest.fixture
def tree() -> Tree:
    return Tree(Grammar(ROOT), [])


def test_a_first_page_tells_its_category_and_those_below(tree: Tree) -> None:
    seen = tree.learn(listing(1, "新闻", below=(LAW, LOCAL), pages=9), NEWS, NOW)
    assert [(c.catid, c.name, c.folder, c.parent_key) for c in seen] == [
        (1, "新闻", "news", None),
        (2, "时政", None, "1"),
    ]
    assert (seen[0].pages, seen[0].per_page, seen[0].seen_at) == (9, 1, NOW)


def test_a_folder_is_known_from_then_on(tree: Tree) -> None:
    assert tree.catid(NEWS.url) is None
    tree.learn(listing(1, "新闻"), NEWS, NOW)
    assert tree.catid(NEWS.url) == 1
    assert tree.catid(f"{ROOT}news/index.php?page=3") == 1
    assert tree.catid(f"{ROOT}portal.php?mod=view&aid=1") is None


def test_ancestors_are_parents(tree: Tree) -> None:
    tree.learn(listing(1, "新闻"), NEWS, NOW)
    seen = tree.learn(listing(3, "社会", NEWS), LOCAL, NOW)
    assert [(c.catid, c.parent_key) for c in seen] == [(1, None), (3, "1")]
    assert tree.ancestors(listing(3, "社会", NEWS)) == [NEWS]


def test_what_a_walk_proved_is_kept(tree: Tree) -> None:
    tree.remember([Category(key="1", catid=1, complete_to="", head=(9, 8), head_at=NOW)])
    [seen] = tree.learn(listing(1, "新闻"), NEWS, NOW)
    assert (seen.complete_to, seen.head, seen.head_at) == ("", (9, 8), NOW)


def test_a_page_without_a_number_tells_nothing(tree: Tree) -> None:
    assert tree.learn(listing(None, "新闻"), NEWS, NOW) == []


def test_a_category_is_found_by_name_and_folder(tree: Tree) -> None:
    tree.learn(listing(1, "新闻"), NEWS, NOW)
    tree.learn(listing(3, "社会", NEWS), LOCAL, NOW)
    for words in ("社会", "shehui", "news/shehui", "/news/shehui/"):
        assert [c.catid for c in tree.named(words)] == [3]
    assert tree.named("没有") == []
    assert sorted(c.catid or 0 for c in tree) == [1, 3]
    found = tree.get(3)
    assert found is not None
    assert found.url == LOCAL.url


def test_the_way_up_and_down(tree: Tree) -> None:
    def category(catid: int, parent: str | None = None) -> Category:
        return Category(key=str(catid), catid=catid, parent_key=parent)

    # The last two name each other, as an owner who moves categories about may make a page say for a moment.
    tree.remember(
        [category(1), category(2, "1"), category(3, "2"), category(5, "4"), category(6, "7"), category(7, "6")]
    )
    assert tree.branch(1) == {1, 2, 3}
    assert tree.branch(2) == {2, 3}
    assert tree.branch(9) == tree.branch(None) == set()
    assert [one.catid for one in tree.below(1)] == [2]
    tops = {catid: top.catid if (top := tree.top(catid)) else None for catid in (1, 2, 3, 5, 9)}
    assert tops == {1: 1, 2: 1, 3: 1, 5: None, 9: None}
    assert tree.top(6) is not None


def test_a_menu_that_leads_back_up_is_not_one_of_those_below(tree: Tree) -> None:
    """An empty list of an unknown template may show nothing but the site's menu."""
    culture, books = (
        RawLink(name, f"{ROOT}portal.php?mod=list&catid={catid}") for name, catid in (("文化", 7), ("读书", 8))
    )
    tree.learn(listing(7, "文化", below=(books,)), culture, NOW)
    assert [c.catid for c in tree.learn(listing(8, "读书", below=(LAW, culture, COURT)), books, NOW)] == [8]
    assert [c.catid for c in tree.learn(listing(8, "读书", below=(LAW, books, COURT)), books, NOW)] == [8]
    assert (tree.branch(7), tree.get(2)) == ({7, 8}, None)


COURT = RawLink("法院", f"{ROOT}portal.php?mod=list&catid=21")
CASES = RawLink("案例", f"{ROOT}portal.php?mod=list&catid=22")


def test_an_article_names_the_categories_above_it(tree: Tree) -> None:
    """No list that is read names those two levels below a top one."""
    tree.learn(listing(1, "新闻", below=(LAW,)), NEWS, NOW)
    new = tree.learn_path([HOME, NEWS, LAW, COURT, CASES])
    assert [(c.catid, c.name, c.parent_key) for c in new] == [(21, "法院", "2"), (22, "案例", "21")]
    assert tree.branch(1) == {1, 2, 21, 22}
    assert tree.learn_path([HOME, NEWS, LAW, COURT, CASES]) == []


@pytest.mark.parametrize(
    "crumbs",
    [
        [COURT],
        [HOME, COURT, CASES],
        [RawLink("x", f"{ROOT}unknown/"), COURT],
        [NEWS, RawLink("x", f"{ROOT}unknown/"), COURT],
        [NEWS, RawLink("x", f"{ROOT}portal.php?mod=view&aid=1"), COURT],
        [],
    ],
)
def test_a_way_that_begins_nowhere_known_tells_nothing(tree: Tree, crumbs: list[RawLink]) -> None:
    tree.learn(listing(1, "新闻", below=(LAW,)), NEWS, NOW)
    assert tree.learn_path(crumbs) == []
    assert tree.get(21) is None
