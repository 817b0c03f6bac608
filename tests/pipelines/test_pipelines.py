"""Validate, deduplicate, write: one verb each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import orjson
import pytest
from itemadapter import ItemAdapter
from scrapy.crawler import Crawler
from scrapy.settings import Settings
from scrapy.statscollectors import MemoryStatsCollector

from crawler.items import Article, Comment, CommentsUpdate, Discuz, Provenance, SiteInfo
from crawler.pipelines.deduplicate import DeduplicatePipeline, Duplicate, Unchanged, says_the_same
from crawler.pipelines.validate import InvalidRecord, ValidatePipeline
from crawler.pipelines.write import WritePipeline
from crawler.store import ArticleRow, Known, Outcome, Unit

NOW = datetime(2026, 11, 23, tzinfo=UTC)
SAME, OTHER = "a" * 64, "b" * 64


class Units:
    """A spider, as pipelines see it; what is remembered of its article is what is known, but for what is given."""

    def __init__(self, unit: Unit | None, **row: Any) -> None:
        self.unit = unit
        self.row = row
        self.outcomes: list[Outcome] = []

    def unit_of(self, item: Article | CommentsUpdate) -> Unit | None:
        return self.unit

    def row_of(self, unit: Unit) -> ArticleRow:
        known = unit.known
        values = {name: getattr(known, name) for name in ArticleRow.__dataclass_fields__} if known else {}
        return ArticleRow(**{"key": "article/12", "aid": 12, "content_hash": SAME, **values, **self.row})

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
    row = Known("article/12", 12, first_seen=NOW, last_seen=NOW, **{"content_hash": SAME, **known}) if known else None
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


def deduplicated(units: Units, item: Article) -> Article | CommentsUpdate:
    return DeduplicatePipeline(crawler_of(units)).process_item(item)


def comments(*numbers: int) -> list[Comment]:
    return [Comment(number, None, None, None, "沙发") for number in numbers]


def test_a_record_that_was_never_written_is_its_first_revision() -> None:
    found = deduplicated(Units(unit()), article())
    assert isinstance(found, Article)
    assert found.revision == 1


@pytest.mark.parametrize(
    ("known", "row"),
    [
        ({"content_hash": OTHER}, {"content_hash": SAME}),
        ({"status": "gone", "content_hash": None}, {"status": "published", "content_hash": SAME}),
        ({"status": "gone", "content_hash": None, "extractor": 1}, {"status": "published", "extractor": 2}),
        ({"status": "published"}, {"status": "moved", "content_hash": OTHER}),
        ({"status": "published"}, {"status": "gone", "content_hash": None}),
        ({"content_hash": OTHER, "extractor": 1}, {"content_hash": SAME, "extractor": 1}),
        ({"content_hash": OTHER, "extractor": None}, {"content_hash": SAME, "extractor": 1}),
        # What the gate put back is written again, whatever it is read with.
        ({"content_hash": None, "extractor": 1}, {"content_hash": SAME, "extractor": 2}),
        ({"status": "moved", "content_hash": OTHER}, {"content_hash": SAME}),
    ],
)
def test_a_record_that_changed_is_the_next_revision(known: dict[str, Any], row: dict[str, Any]) -> None:
    found = deduplicated(Units(unit(revision=4, **known), **row), article())
    assert isinstance(found, Article)
    assert found.revision == 5


@pytest.mark.parametrize(
    ("known", "row"),
    [
        ({}, {}),
        ({"extractor": 1}, {"extractor": 2}),
        ({"extractor": 1}, {"content_hash": OTHER, "extractor": 2}),
        ({"status": "moved", "content_hash": None}, {"content_hash": OTHER}),
    ],
)
def test_a_record_that_says_the_same_is_not_written_again(known: dict[str, Any], row: dict[str, Any]) -> None:
    crawler = crawler_of(Units(unit(revision=4, **known), **row))
    with pytest.raises(Unchanged):
        DeduplicatePipeline(crawler).process_item(article())
    assert crawler.stats.get_value("discuz/record/unchanged_count") == 1


@pytest.mark.parametrize(("last", "new"), [(None, [3, 7, 9]), (2, [3, 7, 9]), (3, [7, 9]), (8, [9])])
@pytest.mark.parametrize("row", [{}, {"content_hash": OTHER, "extractor": 2}])
def test_new_comments_on_what_is_known_are_written_by_themselves(
    last: int | None, new: list[int], row: dict[str, Any]
) -> None:
    units = Units(unit(revision=4, extractor=1, last_comment_id=last), **row)
    item = article(status="published", comments=comments(3, 7, 9), counts_observed_at=NOW.isoformat())
    found = deduplicated(units, item)
    assert isinstance(found, CommentsUpdate)
    assert (found.id, [comment.id for comment in found.comments]) == ("demo:12", new)
    assert found.counts_observed_at == NOW.isoformat()


@pytest.mark.parametrize(("written", "new"), [((), [3, 7, 9]), ((3, 9), [7]), ((3, 4, 7), [9]), ((7, 9, 11), [3])])
def test_a_comment_that_was_let_through_late_is_new_whatever_its_number(
    written: tuple[int, ...], new: list[int]
) -> None:
    units = Units(unit(revision=4, last_comment_id=11, comment_ids=written))
    item = article(status="published", comments=comments(3, 7, 9), counts_observed_at=NOW.isoformat())
    found = deduplicated(units, item)
    assert isinstance(found, CommentsUpdate)
    assert [comment.id for comment in found.comments] == new


@pytest.mark.parametrize("shown", [None, [], [9], [3, 9]])
def test_comments_that_are_known_are_not_new(shown: list[int] | None) -> None:
    units = Units(unit(revision=4, last_comment_id=9))
    item = article(comments=None if shown is None else comments(*shown), counts_observed_at=NOW.isoformat())
    with pytest.raises(Unchanged):
        deduplicated(units, item)


def test_a_changed_article_comes_whole_with_all_its_comments() -> None:
    units = Units(unit(revision=4, last_comment_id=7), content_hash=OTHER)
    found = deduplicated(units, article(comments=comments(3, 7, 9), counts_observed_at=NOW.isoformat()))
    assert isinstance(found, Article)
    assert [comment.id for comment in found.comments or ()] == [3, 7, 9]


def test_two_that_are_gone_are_the_same() -> None:
    gone = ArticleRow("article/12", 12, status="gone")
    assert says_the_same(gone, gone)


@pytest.mark.parametrize("cls", [DeduplicatePipeline, WritePipeline])
def test_a_record_whose_unit_has_ended_is_a_duplicate(cls: Any) -> None:
    with pytest.raises(Duplicate):
        cls(crawler_of(Units(None))).process_item(article())


def test_a_record_is_written_with_the_end_of_its_unit() -> None:
    units = Units(unit(revision=4))
    item = article(headline="标题", revision=5)
    assert WritePipeline(crawler_of(units)).process_item(item) is item
    [outcome] = units.outcomes
    assert (outcome.unit, outcome.state) == (units.unit, "done")
    assert outcome.line is not None
    assert orjson.loads(outcome.line)["headline"] == "标题"
    assert "标题".encode() in outcome.line
    assert outcome.article == replace(units.row_of(outcome.unit), revision=5)


def test_new_comments_are_written_and_leave_the_revision() -> None:
    units = Units(unit(revision=4), last_comment_id=9, comment_count=2)
    item = CommentsUpdate(id="demo:12", comments=comments(9), counts_observed_at=NOW.isoformat())
    crawler = crawler_of(units)
    assert WritePipeline(crawler).process_item(item) is item
    [outcome] = units.outcomes
    assert outcome.line is not None
    assert outcome.article is not None
    assert orjson.loads(outcome.line) == {
        "id": "demo:12",
        "kind": "comments",
        "status": "published",
        "comments": [{"id": 9, "author": None, "author_uid": None, "date": None, "text": "沙发", "quote": None}],
        "counts_observed_at": NOW.isoformat(),
    }
    assert (outcome.article.revision, outcome.article.last_comment_id, outcome.article.comment_count) == (4, 9, 2)
    assert crawler.stats.get_value("discuz/record/comments_count") == 1


@pytest.mark.parametrize(("status", "counted"), [("published", {}), ("gone", {"gone": 1}), ("moved", {"moved": 1})])
def test_what_is_written_is_counted(status: str, counted: dict[str, int]) -> None:
    crawler = crawler_of(Units(unit()))
    WritePipeline(crawler).process_item(article(status=status))
    count = crawler.stats.get_value
    assert count("discuz/record/written_count") == 1
    assert {what: n for what in ("gone", "moved", "comments") if (n := count(f"discuz/record/{what}_count"))} == counted


def test_an_item_adapter_reads_both_kinds_of_lines() -> None:
    update = CommentsUpdate(id="demo:12", comments=comments(9), counts_observed_at=NOW.isoformat())
    for item in (article(comments=comments(9)), update):
        assert ItemAdapter(item).asdict() == orjson.loads(orjson.dumps(item))
