"""What follows from the walls that a run has met."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from scrapy.settings import Settings

from crawler.discuz.urls import Kind, Target
from crawler.discuz.walls import Verdict, Wall
from crawler.errors import ExitCode
from crawler.sites import Site
from crawler.spiders.article import ArticleSpider
from crawler.spiders.policy import KEEPS_OUT, UnitEnded, Walled
from crawler.spiders.units import article_unit
from crawler.spiders.walled import IN_A_ROW, PASSED_NOT, WallsMet, mend
from crawler.store import Unit
from tests.spiders.helpers import URL, FakeEngine, make, page, take

if TYPE_CHECKING:
    from pathlib import Path

SITE = Site(name="demo", url="http://www.example.com/")
PASSES = "a browser can pass it: "
OFF, ON = Settings({"DISCUZ_BROWSER_ENABLED": False}), Settings({"DISCUZ_BROWSER_ENABLED": True})
CHALLENGE = '<script>document.cookie="__jsl_clearance=1";location.reload()</script>'


def unit(kind: str, catid: int | None) -> Unit:
    return Unit(1, f"{kind}/9", kind, 9, 1, {}, catid=catid)  # type: ignore[arg-type]  # a plain word


@pytest.mark.parametrize(
    ("wall", "page_number", "listing", "article"),
    [
        (Wall.NO_PERMISSION, 1, "no_permission", "no_permission"),
        (Wall.LOGIN, 1, "login", "login"),
        (Wall.NO_PERMISSION, 2, "no_permission", ""),  # members only may turn the page
        (Wall.CLOSED_CATEGORY, 1, "closed_category", ""),  # its articles open by their own addresses
        (Wall.MISSING_CATEGORY, 1, "missing_category", ""),
    ],
)
def test_what_a_wall_before_a_category_ends(wall: Wall, page_number: int, listing: str, article: str) -> None:
    met = WallsMet()
    assert met.bar(Target(Kind.LISTING, 3, page_number), Verdict(wall, "x")) is not None
    assert met.bar(Target(Kind.LISTING, 3, page_number), Verdict(wall, "x")) is None
    assert (met.bars(unit("listing", 3)), met.bars(unit("article", 3))) == (listing, article)
    assert (met.bars(unit("listing", 4)), met.bars(unit("article", 4)), met.bars(unit("article", None))) == ("", "", "")


def test_a_wall_before_the_first_page_outweighs_one_before_the_second() -> None:
    met = WallsMet()
    for number in (2, 1, 3):
        met.bar(Target(Kind.LISTING, 3, number), Verdict(Wall.NO_PERMISSION, "x"))
    assert met.bars(unit("article", 3)) == "no_permission"


def test_a_category_that_is_only_known_by_its_folder_ends_nothing_else() -> None:
    assert WallsMet().bar(Target(Kind.LISTING, name="news"), Verdict(Wall.NO_PERMISSION, "x")) is None


def test_a_wall_lasts_that_stands_before_different_pages_in_a_row() -> None:
    met = WallsMet()
    same = [met.lasts(Target(Kind.ARTICLE, 1)) for _ in range(9)]
    assert not any(same)
    row = [met.lasts(Target(Kind.ARTICLE, number)) for number in range(1, IN_A_ROW + 1)]
    assert row == [False] * (IN_A_ROW - 1) + [True]
    met.answered()
    assert not met.has_read
    assert not met.lasts(Target(Kind.ARTICLE, 99))


@pytest.mark.parametrize("wall", [wall for wall in Wall if wall in KEEPS_OUT] + [Wall.HTTP_ERROR])
@pytest.mark.parametrize("settings", [OFF, ON])
def test_every_wall_that_keeps_us_out_has_a_mend(wall: Wall, settings: Settings) -> None:
    assert mend(wall, SITE, settings)


@pytest.mark.parametrize(("kind", "read"), [(Kind.HOME, False), (Kind.FEED, True), (Kind.LISTING, True)])
def test_what_has_been_read_is_more_than_a_home(kind: Kind, read: bool) -> None:
    met = WallsMet()
    met.passed(Target(kind))
    assert met.has_read is read


def test_words() -> None:
    met = WallsMet()
    words = met.tell(SITE, Verdict(Wall.CHALLENGE, ""), OFF)
    assert words == met.words
    assert words.startswith(f"site='http://www.example.com/' is behind a wall (challenge): {PASSES}")
    assert met.tell(SITE, Verdict(Wall.CHALLENGE, "…"), ON).endswith(f"(challenge): …; {PASSED_NOT}")
    assert met.tell(SITE, Verdict(Wall.HTTP_ERROR, "", 403), OFF).startswith(
        "site='http://www.example.com/' is behind a wall (http_403): say a longer delay"
    )
    assert [met.is_new(Verdict(Wall.LOGIN, "")) for _ in range(2)] == [True, False]


def test_a_wall_now_and_then_stops_nothing(tmp_path: Path) -> None:
    spider = make(ArticleSpider, tmp_path, FakeEngine(), aid="1")
    take(spider, article_unit(Target(Kind.ARTICLE, 1)))
    read = page('<em id="_viewnum">5</em>')

    async def meet(number: int) -> None:
        with pytest.raises(Walled):
            spider.page(page(CHALLENGE), Target(Kind.ARTICLE, number))

    async def crawl() -> None:
        for number in range(20):
            await meet(number)
            await meet(number + 100)
            spider.page(read, Target(Kind.ARTICLE, 500 + number))
        assert spider.exit_code is None
        for number in range(IN_A_ROW):
            await meet(number)

    asyncio.run(crawl())
    assert spider.exit_code is ExitCode.WALL
    assert PASSES in spider.exit_words
    assert spider.crawler.stats.get_value("discuz/wall/challenge_count") == 40 + IN_A_ROW
    spider.store.close()


@pytest.mark.parametrize(
    ("between", "stops"), [("<p>x</p>", True), ('<div id="messagetext"><p>不存在</p></div>', False)]
)
def test_what_is_between_counts_if_discuz_has_answered(tmp_path: Path, between: str, stops: bool) -> None:
    spider = make(ArticleSpider, tmp_path, FakeEngine(), aid="1")

    async def crawl() -> None:
        for number in range(IN_A_ROW):
            for body, status in ((between, 404), (CHALLENGE, 200)):
                with pytest.raises(UnitEnded):
                    spider.page(page(body, url=f"{URL}x", status=status), Target(Kind.ARTICLE, number))

    asyncio.run(crawl())
    assert (spider.exit_code is ExitCode.WALL) is stops
    spider.store.close()
