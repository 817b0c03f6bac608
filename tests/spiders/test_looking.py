"""Articles that are looked at again and again: what each look writes, and when the next is due."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from scrapy.exceptions import DropItem, IgnoreRequest

from crawler import clock
from crawler.discuz.urls import Kind, Target
from crawler.pipelines.deduplicate import DeduplicatePipeline
from crawler.pipelines.validate import ValidatePipeline
from crawler.pipelines.write import WritePipeline
from crawler.spiders.article import ArticleSpider
from crawler.spiders.backfill import BackfillSpider
from crawler.spiders.reading import AFTER_THE_LISTS
from crawler.spiders.units import article_unit
from crawler.store import ArticleRow, Outcome
from tests.spiders.helpers import URL, FakeEngine, answer, make, page, redirect, run, take
from tests.spiders.test_commenting import COMMENTS, HEAD, comment_page, comments

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from scrapy.http import Response

    from crawler.store import Unit

ADDRESS = f"{URL}portal.php?mod=view&aid=12"
PUBLISHED = datetime(2026, 3, 5, 2, tzinfo=UTC)  # 10:00 in China
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOTICE = '<div id="messagetext" class="alert_error"><p>抱歉，指定的文章不存在</p></div>'
GONE = page(NOTICE, url=ADDRESS, status=404)
BARRED = page('<div id="messagetext"><p>抱歉，此文章正在审核</p></div>', url=ADDRESS)


def article(
    words: str = "words",
    count: int = 0,
    shown: Iterable[int] = (),
    *,
    previous: int = 0,
    following: int = 0,
    date: str = "2026-3-5 10:00",
) -> Response:
    """An article with comments and neighbours."""
    beside = "".join(
        f'<em>{label}：<a href="portal.php?mod=view&amp;aid={aid}">t {aid}</a></em>'
        for label, aid in (("上一篇", previous), ("下一篇", following))
        if aid
    )
    body = f"""{HEAD}<body id="nv_portal" class="pg_view"><div id="pt" class="bm cl"><div class="z">
    <a href="./" class="nvhm">x</a><em>&rsaquo;</em><a href="portal.php">p</a><em>&rsaquo;</em>
    <a href="portal.php?mod=list&amp;catid=3">news</a><em>&rsaquo;</em>v</div></div>
    <div id="ct"><div class="bm vw"><div class="h hm"><h1 class="ph">t </h1>
    <p class="xg1">{date}<span class="pipe">|</span>查看: <em id="_viewnum">7</em>
    <span class="pipe">|</span>评论: <a href="{COMMENTS}"><em id="_commentnum">{count}</em></a></p></div>
    <div class="d"><table class="vwtb"><tr><td id="article_content">{words}</td></tr></table>
    <div id="click_div"><a id="click_aid_12_1"><img />路过</a></div><div class="pren pbm cl">{beside}</div></div></div>
    <div id="comment" class="bm"><div id="comment_ul" class="bm_c">{comments(shown)}</div></div></div></body></html>"""
    return page(body, url=ADDRESS)


class Following(ArticleSpider):
    """As the spiders that walk lists are."""

    name = "following"
    accepted: ClassVar[frozenset[str]] = frozenset({"aid", "from_date", "until_date"})
    follows_neighbours: ClassVar[bool] = True


class Site:
    """A site that one article of is looked at, each time by a run of its own.

    Attributes:
        asked: what the last look asked for besides.
    """

    def __init__(self, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.data = data
        self.asked: list[str] = []
        self.engine = FakeEngine()
        self._now = PUBLISHED
        self._seen = 0
        monkeypatch.setattr(clock, "utc_now", lambda: self._now)

    def look(
        self, age: timedelta, response: Response | Exception, told: Mapping[str, Any] | None = None, **more: Any
    ) -> tuple[list[dict[str, Any]], ArticleRow | None]:
        """Look at the article when it has that age: the lines that come of it, and what is remembered then.

        Args:
            age: of the article.
            response: what is answered.
            told: what a list tells of it this time.
            more: attributes of the spider.
        """
        self._now = PUBLISHED + age
        spider: Any = make(ArticleSpider, self.data, self.engine, aid="12")
        for name, value in more.items():
            setattr(spider, name, value)
        [unit] = take(spider, article_unit(Target(Kind.ARTICLE, 12), refresh=True, **told or {}))
        outcomes: list[Outcome] = []
        finish = spider.store.finish
        spider.store.finish = lambda outcome: outcomes.append(outcome) or finish(outcome)  # type: ignore[func-returns-value]
        if isinstance(response, Exception):
            spider.no_answer(failure(unit, response))
        else:
            for item in answer(spider, unit, response):
                through_pipelines(spider, item)
        self.asked, self.engine.asked = self.engine.asked, []
        spider.finish()
        spider.closed("finished")
        lines = [
            json.loads(line)
            for path in sorted((self.data / "www.example.com" / "articles").glob("*.jsonl"))
            for line in path.read_bytes().splitlines()
        ]
        new, self._seen = lines[self._seen :], len(lines)
        [outcome] = outcomes
        return new, outcome.article or unit.known


def failure(unit: Unit, error: Exception) -> Any:
    class Failure:
        value = error

        class request:  # noqa: N801  (as Scrapy has it)
            cb_kwargs: ClassVar[dict[str, Any]] = {"unit": unit}

    return Failure()


def through_pipelines(spider: Any, item: Any) -> None:
    """Do what Scrapy does with an item."""
    given = item
    try:
        for cls in (ValidatePipeline, DeduplicatePipeline, WritePipeline):
            item = cls(spider.crawler).process_item(item)
    except DropItem as dropped:
        spider.item_dropped(given, dropped)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    return Site(tmp_path, monkeypatch)


def ages(known: ArticleRow | None) -> timedelta | None:
    assert known is not None
    return known.next_at - PUBLISHED if known.next_at else None


def test_each_look_says_when_the_next_is_due(site: Site) -> None:
    due: timedelta | None = HOUR / 2
    found = []
    while due is not None:
        _, known = site.look(due, article())
        due = ages(known)
        found.append(due)
    days = [timedelta(days=number) for number in (1, 3, 7, 14, 30)]
    assert found == [HOUR, 6 * HOUR, *days, None]


def test_an_article_that_prints_no_date_is_as_old_as_its_list_says(site: Site) -> None:
    [line], known = site.look(HOUR, article("one", date=""), {"listed": "2026-03-05T10:00:00+08:00"})
    assert (line["date_published"], ages(known)) == (None, 6 * HOUR)
    _, known = site.look(6 * HOUR, article("one", date=""))
    assert ages(known) == DAY


def test_an_article_whose_age_nobody_tells_is_not_looked_at_again(site: Site) -> None:
    [_], known = site.look(HOUR, article("one", date=""))
    assert ages(known) is None


def test_an_unchanged_article_writes_no_line_but_its_row(site: Site) -> None:
    [line], known = site.look(HOUR, article(count=1, shown=[1]))
    assert (line["revision"], known and known.comment_count) == (1, 1)
    lines, known = site.look(2 * DAY, article(count=5, shown=[1]))
    assert lines == []
    assert known is not None
    assert (known.comment_count, known.revision, known.next_at) == (5, 1, PUBLISHED + 3 * DAY)


def test_an_edit_is_a_revision(site: Site) -> None:
    site.look(HOUR, article("one"))
    [line], known = site.look(DAY, article("two"))
    assert (line["revision"], line["article_body"], known and known.revision) == (2, "two", 2)


def test_a_better_extractor_makes_no_revision_and_hides_none_later(site: Site) -> None:
    site.look(HOUR, article("one"), extractor=1)
    lines, known = site.look(DAY, article("as another extractor reads it"), extractor=2)
    assert lines == []
    assert known is not None
    assert (known.revision, known.extractor) == (1, 2)
    assert site.look(2 * DAY, article("as another extractor reads it"), extractor=2)[0] == []
    [line], _ = site.look(3 * DAY, article("an edit"), extractor=2)
    assert line["revision"] == 2


def test_what_only_a_list_tells_is_there_in_every_revision(site: Site) -> None:
    told = {"cover": f"{URL}c.jpg", "urls": [f"{ADDRESS}&from=x"]}
    first, _ = site.look(HOUR, article("one"), told | {"unsure": True})
    second, _ = site.look(DAY, article("two"))
    for day in (29, 31, 32, 35):
        site.look(day * DAY, GONE)
    back, _ = site.look(40 * DAY, article("two"))
    last, known = site.look(41 * DAY, article("three"))
    for [line] in (first, second, back, last):
        assert line["main_image"] == {"url": f"{URL}c.jpg"}
        assert line["observed_urls"] == [f"{ADDRESS}&from=x"]
    assert ages(known) is None


@pytest.mark.parametrize(("day", "cover"), [(1, {"url": f"{URL}c.jpg"}), (31, None)])
def test_the_cover_of_an_article_with_pictures_is_kept_while_it_is_young(
    site: Site, day: int, cover: dict[str, str] | None
) -> None:
    pictured = article('<img src="a.jpg" />')
    [line], _ = site.look(HOUR, pictured, {"cover": f"{URL}c.jpg"})
    assert line["main_image"] == {"url": f"{URL}a.jpg"}
    site.look(day * DAY, pictured)
    [line], _ = site.look((day + 1) * DAY, article("without"))
    assert line["main_image"] == cover


def test_missing_three_times_over_three_days_is_gone(site: Site) -> None:
    site.look(HOUR, article())
    lines, known = site.look(DAY, GONE)
    assert lines == []
    assert known is not None
    assert (known.status, known.missing_times, known.missing_since) == ("published", 1, PUBLISHED + DAY)
    assert known.next_at == PUBLISHED + 2.5 * DAY
    lines, known = site.look(2.5 * DAY, GONE)
    assert (lines, ages(known)) == ([], 3 * DAY)
    lines, known = site.look(3 * DAY, GONE)  # the third time, but after two days
    assert (lines, ages(known)) == ([], 4 * DAY)
    [line], known = site.look(4 * DAY, GONE)
    assert (line["status"], line["id"], line["url"]) == ("gone", "www.example.com:12", ADDRESS)
    assert (line["provenance"]["http_status"], line["revision"], line["headline"]) == (404, 2, None)
    assert known is not None
    assert (known.status, known.next_at, known.revision, known.catid) == ("gone", None, 2, 3)
    assert site.look(9 * DAY, GONE)[0] == []
    [line], known = site.look(10 * DAY, article())
    assert (line["status"], line["revision"]) == ("published", 3)
    assert known is not None
    assert (known.status, known.missing_times, known.missing_since) == ("published", 0, None)


def test_an_article_that_is_there_again_was_not_gone(site: Site) -> None:
    site.look(HOUR, article())
    for day in (1, 3):
        assert site.look(day * DAY, GONE)[0] == []
    assert site.look(5 * DAY, article())[0] == []
    for day in (6, 8):
        assert site.look(day * DAY, GONE)[0] == []
    [line], _ = site.look(9 * DAY, GONE)
    assert line["status"] == "gone"


@pytest.mark.parametrize(
    "bar",
    [BARRED, IgnoreRequest("Forbidden by robots.txt"), page(status=503, url=ADDRESS), TimeoutError()],
    ids=["notice", "robots", "503", "timeout"],
)
def test_what_bars_an_article_is_not_its_end(site: Site, bar: Response | Exception) -> None:
    site.look(HOUR, article())
    for day in (1, 3, 5, 9, 20):
        lines, known = site.look(day * DAY, bar)
        assert lines == []
        assert known is not None
        assert (known.status, known.missing_times) == ("published", 0)


def test_an_article_that_was_never_there_is_skipped(site: Site) -> None:
    for day in (1, 3, 5, 9):
        assert site.look(day * DAY, GONE) == ([], None)


def test_a_move_is_told_once_and_again_where_it_leads_elsewhere(site: Site) -> None:
    site.look(HOUR, article())
    there, elsewhere = (redirect(f"http://{name}.example/", url=ADDRESS) for name in ("there", "elsewhere"))
    [line], known = site.look(DAY, there)
    assert (line["status"], line["moved_to"], line["revision"]) == ("moved", "http://there.example/", 2)
    assert known is not None
    assert (known.catid, known.date_published) == (3, "2026-03-05T10:00:00+08:00")
    assert site.look(2 * DAY, there)[0] == []
    assert site.look(3 * DAY, elsewhere)[0][0]["moved_to"] == "http://elsewhere.example/"
    [line], _ = site.look(4 * DAY, article())
    assert (line["status"], line["revision"]) == ("published", 4)


def test_new_comments_are_a_line_of_their_own(site: Site) -> None:
    site.look(HOUR, article(count=2, shown=[2, 1]))
    [line], known = site.look(DAY, article(count=4, shown=[5, 4, 2, 1]))
    assert (line["kind"], line["id"], [one["id"] for one in line["comments"]]) == (
        "comments",
        "www.example.com:12",
        [4, 5],
    )
    assert known is not None
    assert (known.last_comment_id, known.comment_count, known.revision, ages(known)) == (5, 4, 1, 3 * DAY)
    assert site.look(2 * DAY, article(count=4, shown=[5, 4, 2, 1]))[0] == []


def test_comments_that_were_taken_down_are_not_new_when_they_come_again(site: Site) -> None:
    site.look(HOUR, article(count=3, shown=[3, 2, 1]))
    assert site.look(2 * HOUR, article(count=1, shown=[1]))[0] == []
    assert site.look(3 * HOUR, article(count=3, shown=[3, 2, 1]))[0] == []


def test_of_an_unchanged_article_only_the_newest_comments_are_read(site: Site) -> None:
    every = list(range(60, 0, -1))
    pages = {1: every[:25], 2: every[25:50], 3: every[50:]}
    site.engine.pages = {
        f"{COMMENTS}&page={number}" if number > 1 else COMMENTS: page(comment_page(some, number, 3), url=COMMENTS)
        for number, some in pages.items()
    }
    [line], _ = site.look(HOUR, article(count=60, shown=every[:20]))
    assert (len(line["comments"]), len(site.asked)) == (60, 3)
    assert site.look(2 * HOUR, article(count=60, shown=every[:20]))[0] == []
    assert site.asked == []
    # 30 more: the page shows 20 of them, page 1 of the list 25, and page 2 the rest.
    more = list(range(90, 0, -1))
    site.engine.pages = {
        COMMENTS: page(comment_page(more[:25], 1, 4), url=COMMENTS),
        f"{COMMENTS}&page=2": page(comment_page(more[25:50], 2, 4), url=COMMENTS),
    }
    [line], _ = site.look(3 * HOUR, article(count=90, shown=more[:20]))
    assert ([one["id"] for one in line["comments"]], len(site.asked)) == (list(range(61, 91)), 2)


def comment_pages(site: Site, numbers: list[int]) -> None:
    """Have an article's comments stand on pages of 25."""
    pages = [numbers[first : first + 25] for first in range(0, len(numbers), 25)]
    site.engine.pages = {
        f"{COMMENTS}&page={number}" if number > 1 else COMMENTS: page(
            comment_page(some, number, len(pages)), url=COMMENTS
        )
        for number, some in enumerate(pages, 1)
    }


def test_a_comment_that_is_let_through_late_is_found_however_far_down(site: Site) -> None:
    """The site counts it from the day that it was posted: as long as it waits, all pages are read."""
    every = list(range(60, 0, -1))
    seen = [number for number in every if number not in {4, 58}]
    comment_pages(site, seen)
    [line], known = site.look(HOUR, article(count=60, shown=seen[:19]))
    assert (len(line["comments"]), known and len(known.comment_ids or ())) == (58, 58)
    assert site.look(2 * HOUR, article(count=60, shown=seen[:19]))[0] == []
    assert len(site.asked) == 3
    comment_pages(site, every)
    [line], known = site.look(3 * HOUR, article(count=60, shown=every[:20]))
    assert ([one["id"] for one in line["comments"]], len(site.asked)) == ([4, 58], 3)
    assert known is not None
    assert known.comment_ids == tuple(range(1, 61))
    assert site.look(4 * HOUR, article(count=60, shown=every[:20]))[0] == []
    assert site.asked == []


def test_what_waits_among_the_newest_costs_no_request(site: Site) -> None:
    comment_pages(site, [5, 3, 1])
    site.look(HOUR, article(count=5, shown=[5, 3, 1]))
    assert site.look(2 * HOUR, article(count=5, shown=[5, 3, 1]))[0] == []
    assert site.asked == []
    [line], _ = site.look(3 * HOUR, article(count=5, shown=[5, 3, 2, 1]))
    assert ([one["id"] for one in line["comments"]], site.asked) == ([2], [])


def test_at_the_last_look_all_comments_are_read_and_their_ids_forgotten(site: Site) -> None:
    """One that was taken down hides that there is one more: their number is the same."""
    every = list(range(60, 1, -1))
    comment_pages(site, every)
    site.look(HOUR, article(count=59, shown=every[:20]))
    other = [number for number in range(60, 0, -1) if number != 30]
    comment_pages(site, other)
    assert site.look(29 * DAY, article(count=59, shown=other[:20]))[0] == []
    assert site.asked == []
    [line], known = site.look(31 * DAY, article(count=59, shown=other[:20]))
    assert ([one["id"] for one in line["comments"]], len(site.asked)) == ([1], 3)
    assert known is not None
    assert (known.next_at, known.comment_ids, known.last_comment_id) == (None, None, 60)
    assert site.look(40 * DAY, article(count=59, shown=other[:20]))[0] == []
    assert site.asked == []


def test_of_a_changed_article_all_comments_are_read(site: Site) -> None:
    every = list(range(30, 0, -1))
    site.engine.pages = {
        COMMENTS: page(comment_page(every[:25], 1, 2), url=COMMENTS),
        f"{COMMENTS}&page=2": page(comment_page(every[25:], 2, 2), url=COMMENTS),
    }
    site.look(HOUR, article("one", count=30, shown=every[:20]))
    [line], _ = site.look(2 * HOUR, article("two", count=30, shown=every[:20]))
    assert (line["kind"], len(line["comments"]), line["comments_complete"]) == ("article", 30, True)


def test_comments_that_are_switched_on_later_come_as_new(site: Site) -> None:
    [line], known = site.look(HOUR, article(count=2, shown=[2, 1]), comments_enabled=False)
    assert (line["comments"], known and known.last_comment_id) == (None, None)
    [line], _ = site.look(2 * HOUR, article(count=2, shown=[2, 1]))
    assert [one["id"] for one in line["comments"]] == [1, 2]
    _, known = site.look(3 * HOUR, article(count=2, shown=[2, 1]), comments_enabled=False)
    assert known is not None
    assert known.last_comment_id == 2


# --- parts ---


def test_what_was_read_is_published_in_time_though_nothing_more_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Numbers that there never were are tried for days."""
    now = PUBLISHED
    monkeypatch.setattr(clock, "utc_now", lambda: now)
    spider: Any = make(BackfillSpider, tmp_path)
    [unit] = take(spider, article_unit(Target(Kind.ARTICLE, 12)))
    spider.settle(Outcome(unit, "done", line=b'{"kind": "comments"}\n', article=ArticleRow(unit.key, 12)))
    spider.store.flush()
    articles = tmp_path / "www.example.com" / "articles"
    for hours, published in ((5, 0), (6, 1)):
        now = PUBLISHED + hours * HOUR
        run(spider.upkeep())
        assert len(list(articles.glob("*.jsonl"))) == published
    spider.closed("finished")


# --- neighbours ---


def units_of(spider: Any) -> list[Unit]:
    spider.store.flush()
    taken: list[Unit] = spider.store.take(9)
    return sorted(taken, key=lambda unit: unit.key)


def read_by(spider: Any, response: Response) -> None:
    [unit] = take(spider, article_unit(Target(Kind.ARTICLE, 12)))
    for item in answer(spider, unit, response):
        through_pipelines(spider, item)


def test_an_article_names_the_two_beside_it(tmp_path: Path) -> None:
    spider = make(Following, tmp_path, aid="12")
    read_by(spider, article(previous=10, following=15))
    assert [unit.key for unit in units_of(spider)] == ["article/10", "article/15"]
    spider.store.close()


def test_single_articles_lead_to_no_others(tmp_path: Path) -> None:
    spider = make(ArticleSpider, tmp_path, aid="12")
    read_by(spider, article(previous=10, following=15))
    assert units_of(spider) == []
    spider.store.close()


def test_neighbours_are_named_by_the_top_category_and_wait_for_the_lists(tmp_path: Path) -> None:
    spider = make(Following, tmp_path, aid="12")
    link = replace(article_unit(Target(Kind.ARTICLE, 10), unsure=True), priority=AFTER_THE_LISTS, catid=3)
    [unit] = take(spider, article_unit(Target(Kind.ARTICLE, 12)))
    seen: list[Any] = []
    original = spider.neighbours
    spider.neighbours = lambda first: seen.extend(original(first)) or []  # type: ignore[method-assign,func-returns-value]
    answer(spider, unit, article(previous=10))
    assert seen == [link]
    spider.store.close()


@pytest.mark.parametrize(
    ("dates", "asked"),
    [
        ({"from_date": "2026-03-05", "until_date": "2026-03-05"}, True),
        ({"from_date": "2026-03-06"}, False),
        ({"until_date": "2026-03-04"}, False),
    ],
)
def test_an_article_that_nothing_asked_for_ends_without_a_record(
    tmp_path: Path, dates: dict[str, str], asked: bool
) -> None:
    spider = make(Following, tmp_path, None, aid="12", **dates)
    [unit] = take(spider, article_unit(Target(Kind.ARTICLE, 12), unsure=True))
    records = answer(spider, unit, article(previous=10))
    assert len(records) == asked
    spider.store.flush()
    ended = {(count.state, count.reason) for count in spider.store.counts().run}
    assert (("skipped", "not_asked") in ended) is not asked
    spider.store.close()


# --- what is due ---


def test_what_is_due_is_taken_up_from_time_to_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = PUBLISHED
    monkeypatch.setattr(clock, "utc_now", lambda: now)
    spider: Any = make(Following, tmp_path, aid="12")
    asked: list[datetime] = []

    def revisit(moment: datetime) -> int:
        asked.append(moment)
        return 2

    monkeypatch.setattr(spider.store, "revisit", revisit)

    def upkeep() -> None:
        asyncio.run(spider.upkeep())

    upkeep()
    assert asked == []
    spider.looks_again = True
    upkeep()
    now += timedelta(minutes=59)
    upkeep()
    assert asked == [PUBLISHED]
    now += timedelta(minutes=1)
    upkeep()
    assert asked == [PUBLISHED, PUBLISHED + HOUR]
    spider.revisit_every = timedelta()
    now += 9 * DAY
    upkeep()
    assert len(asked) == 2, "never again within a run"
    assert spider.crawler.stats.get_value("discuz/plan/revisit_count") == 4
    spider.store.close()
