"""Validate, deduplicate, write: one verb each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import orjson
import pytest
from scrapy.crawler import Crawler
from scrapy.settings import Settings
from scrapy.statscollectors import MemoryStatsCollector

from crawler.items import Article, Comment, Discuz, Provenance, SiteInfo
from crawler.pipelines.deduplicate import DeduplicatePipeline, Duplicate, Unchanged
from crawler.pipelines.validate import InvalidRecord, ValidatePipeline
from crawler.pipelines.write import WritePipeline
from crawler.store import Known, Outcome, Unit

NOW = datetime(2026, 11, 23, tzinfo=UTC)


class Units:
    """A spider, as pipelines see it."""

    def __init__(self, unit: Unit | None) -> None:
        self.unit = unit
        self.outcomes: list[Outcome] = []

    def unit_of(self, item: Article) -> Unit | None:
        return self.unit

    def settle(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)


def crawler_of(units: Units) -> Crawler:
    crawler: Any = SimpleNamespace(spider=units)
    crawler.stats = MemoryStatsCollector(cast("Any", SimpleNamespace(settings=Settings())))
    return cast("Crawler", crawler)


def article(**changes: Any) -> Article:
    return replace(
        Article(
            id="demo:12",
            status="moved",
            url="http://www.example.com/portal.php?mod=view&aid=12",
            moved_to="http://elsewhere.example/",
            content_hash="a" * 64,
            site=SiteInfo(name=None, host="www.example.com"),
            discuz=Discuz(aid=12),
            provenance=Provenance("20261123T140102Z-portal", "2026-11-23T14:01:02+00:00", 302, None, None, None),
        ),
        **changes,
    )


def unit(**known: Any) -> Unit:
    row = Known("article/12", 12, first_seen=NOW, last_seen=NOW, **known) if known else None
    return Unit(seq=1, key="article/12", kind="article", number=12, page=1, payload={}, known=row)


@pytest.mark.parametrize("cls", [ValidatePipeline, DeduplicatePipeline, WritePipeline])
def test_a_pipeline_is_made_as_scrapy_makes_it(cls: Any) -> None:
    crawler = crawler_of(Units(unit()))
    assert cls.from_crawler(crawler).crawler is crawler


def test_a_valid_record_passes() -> None:
    item = article()
    assert ValidatePipeline(crawler_of(Units(unit()))).process_item(item) is item


@pytest.mark.parametrize(
    ("changes", "field"), [({"id": ""}, "id"), ({"discuz": Discuz(aid=cast("int", "x"))}, "discuz/aid")]
)
def test_an_invalid_record_is_dropped_with_its_field(changes: dict[str, Any], field: str) -> None:
    crawler = crawler_of(Units(unit()))
    with pytest.raises(InvalidRecord, match=f"invalid: {field}: "):
        ValidatePipeline(crawler).process_item(article(**changes))
    assert crawler.stats.get_value(f"discuz/record/invalid_count/{field}") == 1


def test_a_record_that_was_never_written_is_its_first_revision() -> None:
    assert DeduplicatePipeline(crawler_of(Units(unit()))).process_item(article()).revision == 1


def test_a_record_that_changed_is_the_next_revision() -> None:
    known = unit(content_hash="b" * 64, revision=4, status="moved")
    assert DeduplicatePipeline(crawler_of(Units(known))).process_item(article()).revision == 5


def test_a_record_whose_status_changed_is_the_next_revision() -> None:
    known = unit(content_hash="a" * 64, revision=4, status="published")
    assert DeduplicatePipeline(crawler_of(Units(known))).process_item(article()).revision == 5


def test_a_record_that_says_the_same_is_not_written_again() -> None:
    crawler = crawler_of(Units(unit(content_hash="a" * 64, revision=4, status="moved")))
    with pytest.raises(Unchanged):
        DeduplicatePipeline(crawler).process_item(article())
    assert crawler.stats.get_value("discuz/record/unchanged_count") == 1


@pytest.mark.parametrize("cls", [DeduplicatePipeline, WritePipeline])
def test_a_record_whose_unit_has_ended_is_a_duplicate(cls: Any) -> None:
    with pytest.raises(Duplicate):
        cls(crawler_of(Units(None))).process_item(article())


def test_a_record_is_written_with_the_end_of_its_unit() -> None:
    units = Units(unit())
    comments = [Comment(7, None, None, None, "沙发"), Comment(9, None, None, None, "板凳")]
    item = article(comments=comments, headline="标题", comment_count=2, discuz=Discuz(aid=12, catid=3))
    assert WritePipeline(crawler_of(units)).process_item(item) is item
    [outcome] = units.outcomes
    assert (outcome.unit, outcome.state) == (units.unit, "done")
    assert outcome.line is not None
    assert orjson.loads(outcome.line)["headline"] == "标题"
    assert "标题".encode() in outcome.line
    row = outcome.article
    assert row is not None
    assert (row.key, row.aid, row.catid, row.status, row.comment_count, row.last_comment_id) == (
        "article/12",
        12,
        3,
        "moved",
        2,
        9,
    )
