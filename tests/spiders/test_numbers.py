"""Which numbers are tried when everything that is named was read, and which of what they lead to is asked for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crawler.discuz.urls import Kind, Target
from crawler.items import Article, Breadcrumb, Discuz, Provenance, SiteInfo
from crawler.pages import ArticlePage, parse
from crawler.spiders.backfill import BackfillSpider
from crawler.spiders.units import article_unit
from crawler.store import ArticleRow, Category, Outcome
from tests.spiders.helpers import URL, take
from tests.spiders.test_listing import article_in, spider_of

KNOWN = (1, 2, 3, 4, 5, 6, 8, 9, 10, 12)


def at_the_end(data: Path, *, end: str | None = "repeats", **arguments: Any) -> Any:
    """A backfill that has read everything that is named: ten articles of one category."""
    spider = spider_of(BackfillSpider, data, **arguments)
    begun = spider.run.started_at
    spider.remember(
        [
            Category(key="1", catid=1, name="news", complete_to="", end=end, walked_at=begun, swept_at=begun),
            Category(key="2", catid=2, name="local", parent_key="1"),
            Category(key="3", catid=3, name="archive", state="closed"),
        ]
    )
    for unit in take(spider, *(article_unit(Target(Kind.ARTICLE, aid)) for aid in KNOWN)):
        spider.settle(Outcome(unit=unit, state="done", article=ArticleRow(key=unit.key, aid=unit.number or 0)))
    spider.store.flush()
    return spider


def tried(spider: Any) -> set[str]:
    """The keys of the numbers that are tried."""
    found: set[str] = set()
    while spider.more():
        units = spider.store.take(100)
        found |= {unit.key for unit in units}
        assert all(unit.payload["unsure"] for unit in units)
    return found


HOLES = {"article/7", "article/11"}


@pytest.mark.parametrize(
    ("case", "options", "found"),
    [
        ("a list is cut off", {}, HOLES),
        ("none is", {"end": "empty"}, set()),
        ("only from some day on", {"from_date": "2026-01-01"}, set()),
        ("switched off", {"sweep": "off"}, set()),
        ("asked for", {"end": "empty", "sweep": "on"}, HOLES),
        ("asked for, in some categories", {"sweep": "on", "category": "1"}, HOLES),
        ("only some categories", {"category": "1"}, set()),
    ],
)
def test_which_numbers_are_tried(tmp_path: Path, case: str, options: dict[str, Any], found: set[str]) -> None:
    assert tried(at_the_end(tmp_path, **options)) == found


@pytest.mark.parametrize(
    ("case", "reason", "payload", "found"),
    [
        ("all were read", None, {}, set()),
        ("a list names one that is not there", "missing_article", {}, set()),
        ("one that only another names is not there", "missing_article", {"unsure": True}, HOLES),
        ("or leads elsewhere", "moved", {"unsure": True}, HOLES),
        ("or was not asked for", "not_asked", {"unsure": True}, set()),
    ],
)
def test_links_from_article_to_article_lead_on_unless_one_of_them_cannot_be_read(
    tmp_path: Path, case: str, reason: str | None, payload: dict[str, Any], found: set[str]
) -> None:
    spider = at_the_end(tmp_path)
    first = ArticlePage(parse(article_in(1)), URL).raw()
    first.previous = replace(first.breadcrumbs[0], url=f"{URL}portal.php?mod=view&aid=3")
    assert spider.neighbours(first) != []
    if reason is not None:
        [unit] = take(spider, article_unit(Target(Kind.ARTICLE, 13), **payload))
        spider.end(unit, "skipped", reason)
        spider.store.flush()
    assert tried(spider) == found


@pytest.mark.parametrize(
    ("case", "options", "found"),
    [
        ("of a category", {"category": "1"}, HOLES),
        ("switched off", {"category": "1", "sweep": "off"}, set()),
        ("no list is cut off", {"category": "1", "end": "empty"}, set()),
    ],
)
def test_numbers_around_one_that_leads_no_further_are_tried(
    tmp_path: Path, case: str, options: dict[str, Any], found: set[str]
) -> None:
    spider = at_the_end(tmp_path, **options)
    [unit] = take(spider, article_unit(Target(Kind.ARTICLE, 13), unsure=True))
    spider.end(unit, "skipped", "moved")
    spider.store.flush()
    assert tried(spider) == found
    assert not spider.more()


def test_far_numbers_are_not(tmp_path: Path) -> None:
    spider = at_the_end(tmp_path, category="1")
    units = take(spider, *(article_unit(Target(Kind.ARTICLE, aid), unsure=True) for aid in (1000, 5000)))
    spider.end(units[0], "skipped", "moved")
    spider.settle(Outcome(unit=units[1], state="done", article=ArticleRow(key=units[1].key, aid=5000)))
    spider.store.flush()
    assert tried(spider) == {f"article/{1000 + step}" for step in range(-10, 11) if step}


def test_a_run_without_articles_tries_nothing(tmp_path: Path) -> None:
    assert tried(spider_of(BackfillSpider, tmp_path, sweep="on")) == set()


def record(*path: int | None) -> Article:
    steps = [Breadcrumb("site", URL), *(Breadcrumb("c", f"{URL}c", catid) for catid in path)]
    where = Provenance(None, None, None, None, None, None)
    site = SiteInfo(None, "www.example.com")
    return Article(id="x:7", url=URL, breadcrumbs=steps, site=site, discuz=Discuz(7, path[-1]), provenance=where)


@pytest.mark.parametrize(
    ("case", "path", "options", "asked"),
    [
        ("in a list", (1,), {}, True),
        ("below one", (1, 2), {}, True),
        ("in a closed category", (3,), {}, False),
        ("in one that is not known", (9,), {}, False),
        ("its page names none", (None,), {}, True),
        ("everything is asked for", (3,), {"sweep": "on"}, True),
        ("in the category that is asked for", (1, 2), {"category": "2"}, True),
        ("in another one", (1,), {"category": "2"}, False),
        ("in another one, by numbers", (1,), {"category": "local", "sweep": "on"}, False),
    ],
)
def test_what_numbers_lead_to_must_be_asked_for(
    tmp_path: Path, case: str, path: tuple[int | None, ...], options: dict[str, Any], asked: bool
) -> None:
    assert at_the_end(tmp_path, **options).is_asked_for(record(*path)) == asked
