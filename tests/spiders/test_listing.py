"""What a page of a listing leads to: articles, further pages, further walks, and what the end of a walk proves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from crawler.discuz.urls import Kind, Target, key
from crawler.errors import ExitCode, UsageError
from crawler.spiders import listing as module
from crawler.spiders.backfill import BackfillSpider
from crawler.spiders.portal import PortalSpider
from crawler.spiders.units import listing_unit
from crawler.store import Category
from tests.spiders.helpers import URL, FakeEngine, answer, ends, make, page, run, take

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.spiders.listing import ListingSpider
    from crawler.store import Unit

NAV = '<div id="nv"><ul>{}</ul></div>'
HOME = f"{URL}portal.php"
HEAD = '<html><head><meta name="generator" content="Discuz! X3.4" /></head><body class="pg_index">'


def link(catid: int) -> str:
    return f"{URL}portal.php?mod=list&amp;catid={catid}"


def listing(
    catid: int,
    aids: Sequence[int] = (),
    *,
    number: int = 1,
    pages: int = 1,
    above: Sequence[int] = (),
    below: Sequence[str] = (),
    beside: Sequence[int] = (),
    blocks: bool = False,
    day: str = "2026-3-5 10:00",
) -> str:
    """A category's page in the default template's markup."""
    path = "".join(f'<a href="{link(one)}">c{one}</a>' for one in above)
    entries = "".join(
        f'<dl class="bbda cl"><dt class="xs2"><a href="portal.php?mod=view&amp;aid={aid}">t{aid}</a></dt>'
        f'<dd class="xs2 cl">s</dd><dd><span class="xg1"> {day}</span></dd></dl>'
        for aid in aids
    )
    body = f'<div class="bm_c xld">{entries}</div>'
    if blocks:
        body = "".join(
            f'<div id="portal_block_{aid}" class="block move-span"><div class="dxb_bc"><ul><li>'
            f'<a href="portal.php?mod=view&amp;aid={aid}">t{aid}</a></li></ul></div></div>'
            for aid in aids
        )
    children = "".join(f'<a href="{href}">child</a>' for href in below)
    siblings = "".join(f'<li><a href="{link(one)}">c{one}</a></li>' for one in beside)
    pager = (
        ""
        if blocks
        else f'<div class="pgs cl"><div class="pg"><strong>{number}</strong><label><span title="共 {pages} 页">'
    )
    pager += "" if blocks else f" / {pages} 页</span></label></div></div>"
    return (
        f'<html><head><base href="{URL}" /></head><body id="nv_portal" class="pg_list pg_list_{catid}">'
        f'<div id="pt"><div class="z"><a href="./">site</a>{path}</div></div>'
        f'<div id="ct"><div class="mn"><div class="bm"><div class="bm_h"><h1 class="xs2">c{catid}</h1></div>'
        f'<div class="bm_c bbda">{children}</div>{body}</div>{pager}</div>'
        f'<div class="sd pph"><div class="bm"><div class="bm_c"><ul class="xl xl2 cl">{siblings}</ul></div></div></div>'
        "</div></body></html>"
    )


def spider_of(cls: type[Any], data: Path, pages: dict[str, str] | None = None, **arguments: str) -> Any:
    found = {address: page(text, url=address) for address, text in (pages or {}).items()}
    return make(cls, data, FakeEngine({**found}), **arguments)


def read(spider: ListingSpider, text: str, *, catid: int = 1, number: int = 1, **payload: Any) -> dict[str, Unit]:
    """Have a page read, and give the units that are to do afterwards."""
    [unit] = take(spider, listing_unit(Target(Kind.LISTING, catid, number), **payload))
    assert answer(spider, unit, page(text, url=f"{URL}portal.php?mod=list&catid={catid}")) == []
    spider.store.flush()
    return {unit.key: unit for unit in spider.store.take(100)}


def categories(spider: ListingSpider) -> dict[int | None, Category]:
    return {category.catid: category for category in spider.store.categories()}


def test_a_first_page_gives_its_articles_and_the_next_page(tmp_path: Path) -> None:
    spider = spider_of(PortalSpider, tmp_path)
    todo = read(spider, listing(1, [9, 8], pages=3))
    assert set(todo) == {"article/9", "article/8", "listing/1/2"}
    assert todo["listing/1/2"].payload["row"] == 0
    assert categories(spider)[1].complete_to is None
    assert spider.crawler.stats.get_value("discuz/article/found_count") == 2


def test_the_last_page_proves_the_category_whole(tmp_path: Path) -> None:
    spider = spider_of(PortalSpider, tmp_path)
    assert set(read(spider, listing(1, [9, 8]))) == {"article/9", "article/8"}
    found = categories(spider)[1]
    assert (found.complete_to, tuple(found.head)) == ("", (9, 8))
    assert found.head_at is not None
    assert found.head_at.isoformat() == "2026-03-05T02:00:00+00:00"


def test_categories_beside_and_above_begin_walks_of_their_own(tmp_path: Path) -> None:
    spider = spider_of(PortalSpider, tmp_path)
    assert set(read(spider, listing(1, [9], beside=(1, 2)))) == {"article/9", "listing/1", "listing/2"} - {"listing/1"}
    todo = read(spider, listing(5, [7], above=(4,)), catid=5)
    assert "listing/4" in todo
    assert "article/7" not in todo


def test_lists_that_name_ever_more_lists_are_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "MOST_LISTS", 3)
    spider = spider_of(PortalSpider, tmp_path)
    todo = read(spider, listing(1, [9], beside=range(2, 9)))
    assert len([one for one in todo if one.startswith("listing/")]) == 3
    assert "More than 3 lists are named: no more are walked" in caplog.messages


def test_a_category_that_was_asked_for_is_walked_wherever_it_stands(tmp_path: Path) -> None:
    spider = spider_of(BackfillSpider, tmp_path)
    todo = read(spider, listing(5, [7], above=(4,), beside=(6,), pages=2), catid=5, wanted=True)
    assert set(todo) == {"article/7", "listing/5/2"}


def test_a_front_page_leads_to_its_children_and_its_blocks(tmp_path: Path) -> None:
    spider = spider_of(PortalSpider, tmp_path)
    todo = read(spider, listing(1, [9, 8], blocks=True, below=(link(2), link(3))))
    assert set(todo) == {"listing/2", "listing/3"}
    assert todo["listing/2"].payload["wanted"] is True
    for unit in todo.values():
        spider.under_way.enter(unit)
        spider.end(unit, "skipped", "robots")
    spider.store.flush()
    assert {unit.key for unit in spider.store.take(9)} == {"article/9", "article/8"}


@pytest.mark.parametrize(("above", "walked"), [((1,), True), ((1, 5), True), ((4,), False), ((), True)])
def test_a_list_that_a_front_page_links_to_is_walked_if_it_lies_below(
    tmp_path: Path, above: tuple[int, ...], walked: bool
) -> None:
    spider = spider_of(PortalSpider, tmp_path)
    assert ("article/7" in read(spider, listing(2, [7], above=above), catid=2, under=1)) == walked


FEED = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>c1</title><link>http://www.example.com/portal.php?mod=list&amp;catid=1</link>
<item><title>t7</title><link>http://www.example.com/portal.php?mod=view&amp;aid=7</link>
<pubDate>Thu, 05 Mar 2026 02:00:00 +0000</pubDate></item></channel></rss>"""


def test_a_front_page_s_own_articles_are_in_its_feed(tmp_path: Path) -> None:
    spider = spider_of(PortalSpider, tmp_path, {f"{URL}portal.php?mod=rss&catid=1": FEED})
    assert set(read(spider, listing(1, [9], blocks=True))) == {"article/9", "article/7"}


def test_a_front_page_s_links_to_files_are_not_taken_for_articles(tmp_path: Path) -> None:
    spider = spider_of(PortalSpider, tmp_path)
    text = listing(1, [9], blocks=True).replace("portal.php?mod=view&amp;aid=9", "about/us.html")
    assert read(spider, text) == {}


def test_an_entry_that_is_a_file_goes_by_its_path(tmp_path: Path) -> None:
    spider = spider_of(PortalSpider, tmp_path)
    text = listing(1, [9, 8]).replace("portal.php?mod=view&amp;aid=9", "news/spring.html")
    assert set(read(spider, text)) == {"article/@news/spring.html/1", "article/8"}
    assert tuple(categories(spider)[1].head) == ("news/spring.html", 8)


def test_a_second_address_of_a_walked_category_is_not_walked_again(tmp_path: Path) -> None:
    spider = spider_of(PortalSpider, tmp_path)
    read(spider, listing(1, [9], pages=2))
    [unit] = take(spider, listing_unit(Target(Kind.LISTING, name="news")))
    answer(spider, unit, page(listing(1, [9], pages=2), url=f"{URL}news/"))
    assert key(Target(Kind.LISTING, 1, 2)) not in {unit.key for unit in spider.store.take(9)}
    assert categories(spider)[1].folder == "news"


def test_a_page_that_is_no_listing_comes_back_later(tmp_path: Path) -> None:
    spider = spider_of(PortalSpider, tmp_path)
    read(spider, "<html><body class='pg_view'><div id='ct'>" + "x" * 3000 + "</div></body></html>")
    assert ("failed", "no_listing") in ends(spider) or ("failed", "not_discuz") in ends(spider)


def test_articles_without_the_dates_that_are_wanted_are_left_out(tmp_path: Path) -> None:
    spider = spider_of(BackfillSpider, tmp_path, from_date="2026-03-06")
    assert read(spider, listing(1, [9, 8], pages=4)) == {}
    assert categories(spider)[1].complete_to == "2026-03-06"


def test_a_walk_up_to_a_date_proves_nothing(tmp_path: Path) -> None:
    spider = spider_of(BackfillSpider, tmp_path, until_date="2026-03-01")
    assert read(spider, listing(1, [9, 8])) == {}
    assert categories(spider)[1].complete_to is None


@pytest.mark.parametrize(("day", "goes_on"), [("2026-3-5 10:00", False), ("2026-3-5 10:01", True)])
def test_only_articles_that_the_last_finished_walk_had_come_by_end_a_walk(
    tmp_path: Path, day: str, goes_on: bool
) -> None:
    first = spider_of(PortalSpider, tmp_path)
    todo = read(first, listing(1, [9, 8]))
    for unit in todo.values():
        first.under_way.enter(unit)
        first.end(unit, "skipped", "missing_article")
    first.finish()
    first.closed("finished")
    again = spider_of(PortalSpider, tmp_path)
    again.overlap = 2
    todo = read(again, listing(1, [8, 9], pages=2, day=day))
    assert ("listing/1/2" in todo) == goes_on


def test_home_names_the_categories(tmp_path: Path) -> None:
    nav = NAV.format(
        f'<li id="mn_P1"><a href="{URL}news/">新闻</a></li><li id="mn_P2"><a href="{link(2)}">文化</a></li>'
    )
    spider = spider_of(PortalSpider, tmp_path, {HOME: f"{HEAD}{nav}</body></html>"})
    run(spider.seed())
    assert {unit.key for unit in spider.store.take(9)} == {"listing/1", "listing/2"}


def test_home_without_navigation_is_searched_for_links(tmp_path: Path) -> None:
    spider = spider_of(PortalSpider, tmp_path, {HOME: f"{HEAD}<a href='{URL}news/'>新闻</a></body></html>"})
    run(spider.seed())
    assert {unit.key for unit in spider.store.take(9)} == {"listing/@news/1"}


def test_a_folder_that_home_links_to_may_be_anything(tmp_path: Path) -> None:
    home = f"{HEAD}<a href='{link(1)}'>c1</a><a href='{URL}news/'>新闻</a></body></html>"
    spider = spider_of(PortalSpider, tmp_path, {HOME: home})
    run(spider.seed())
    units = {unit.key: unit for unit in spider.store.take(9)}
    assert set(units) == {"listing/1", "listing/@news/1"}
    for unit in units.values():
        spider.under_way.enter(unit)
        answer(spider, unit, page(f"{HEAD}nothing of a list</body></html>", url=f"{URL}news/"))
    assert ends(spider) == {("failed", "no_listing"): 1, ("skipped", "no_listing"): 1}


def test_home_of_nothing_but_blocks_is_asked_where_its_articles_lie(tmp_path: Path) -> None:
    spider = spider_of(
        PortalSpider,
        tmp_path,
        {
            HOME: f"{HEAD}<div class='block'><a href='{URL}portal.php?mod=view&amp;aid=9'>t</a></div></body></html>",
            f"{URL}portal.php?mod=view&aid=9": article_in(4, 5),
        },
    )
    run(spider.seed())
    assert {unit.key for unit in spider.store.take(9)} == {"listing/4"}


def article_in(*catids: int) -> str:
    path = "".join(f'<a href="{link(one)}">c{one}</a>' for one in catids)
    return f'''<html><head><base href="{URL}" /></head><body class="pg_view"><div id="pt"><div class="z">
        <a href="./">site</a><a href="portal.php">portal</a>{path}</div></div><div id="ct"><div class="h hm">
        <h1 class="ph">t</h1><p class="xg1">2026-3-5 10:00<span class="pipe">|</span><em id="_viewnum">1</em></p></div>
        <table class="vwtb"><tr><td id="article_content">words</td></tr></table></div></body></html>'''


def test_a_bare_home_leaves_it_to_the_feed(tmp_path: Path) -> None:
    spider = spider_of(
        PortalSpider,
        tmp_path,
        {
            HOME: f"{HEAD}nothing here</body></html>",
            f"{URL}portal.php?mod=rss": FEED,
            f"{URL}portal.php?mod=view&aid=7": article_in(4, 5),
        },
    )
    run(spider.seed())
    assert {unit.key for unit in spider.store.take(9)} == {"listing/4"}


def test_home_and_feed_that_lead_nowhere_end_the_run(tmp_path: Path) -> None:
    spider = spider_of(PortalSpider, tmp_path, {HOME: f"{HEAD}nothing here</body></html>"})

    async def start() -> list[Any]:
        requests = [request async for request in spider.start()]
        await spider._closing
        return requests

    assert run(start()) == []
    assert spider.exit_code is ExitCode.UNREACHABLE
    assert "name its categories" in spider.exit_words


SITE = {
    HOME: NAV.format(f'<li id="mn_P1"><a href="{link(1)}">新闻</a></li>'),
    f"{URL}portal.php?mod=list&catid=1": listing(1, [9], below=(link(2), link(3)), beside=(1,)),
    f"{URL}portal.php?mod=list&catid=2": listing(2, [9], above=(1,)),
    f"{URL}portal.php?mod=list&catid=3": listing(3, [9], above=(1,)).replace("c3</h1>", "c2</h1>"),
}


@pytest.mark.parametrize(
    ("words", "units"),
    [
        ("2", {"listing/2"}),
        (f"{URL}portal.php?mod=list&catid=2", {"listing/2"}),
        ("c1", {"listing/1"}),
        ("1,2", {"listing/1", "listing/2"}),
    ],
)
def test_categories_are_chosen_by_number_address_and_name(tmp_path: Path, words: str, units: set[str]) -> None:
    spider = spider_of(BackfillSpider, tmp_path, SITE, category=words)
    run(spider.seed())
    todo = spider.store.take(9)
    assert {unit.key for unit in todo} == units
    assert all(unit.payload["wanted"] for unit in todo)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("nosuch", "category='nosuch' does not exist on http://www.example.com/: there are 1 c1, 2 c2, 3 c2"),
        ("c2", "category='c2' is the name of several: give one of the numbers 2, 3"),
        (f"{URL}forum.php", "is not the address of a category"),
    ],
)
def test_a_category_that_cannot_be_chosen_is_told(tmp_path: Path, words: str, message: str) -> None:
    spider = spider_of(BackfillSpider, tmp_path, SITE, category=words)
    with pytest.raises(UsageError) as error:
        run(spider.seed())
    assert message in str(error.value)


def test_a_survey_counts_without_remembering(tmp_path: Path) -> None:
    spider = spider_of(BackfillSpider, tmp_path, SITE, category="1,2", dry_run="1")
    assert run(spider.survey()) == ("the lists have 2 pages and name about 2 articles", 4)
    assert spider.waiting() == []
    assert spider.store.run is None
    assert spider.store.counts().total == ()


def test_pages_in_a_row_are_one_unit(tmp_path: Path) -> None:
    address = f"{URL}portal.php?mod=list&catid=1&page="
    further = {f"{address}{number}": listing(1, [90 - number], number=number, pages=9) for number in range(2, 9)}
    spider = spider_of(PortalSpider, tmp_path, further)
    todo = read(spider, listing(1, [89], pages=9))
    assert set(todo) == {"article/89", "article/88", "article/87", "article/86", "listing/1/5"}
    assert todo["listing/1/5"].payload["head"]["articles"] == [89]
    assert spider.crawler.engine.asked == [f"{address}{number}" for number in (2, 3, 4)]
    assert spider.crawler.stats.get_value("discuz/listing/page_count") == 4
