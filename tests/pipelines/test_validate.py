"""Validate: what the schema refuses is taken out, as little as possible; only four fields fail a record."""

from __future__ import annotations

from copy import deepcopy
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scrapy.settings import Settings
from scrapy.statscollectors import MemoryStatsCollector

from crawler.extensions.figures import coverage
from crawler.items import ArticleLink, Comment, CommentsUpdate, Image, Publisher, Source
from crawler.pipelines.mending import take_out
from crawler.pipelines.validate import EVERY, InvalidRecord, ValidatePipeline
from tests.test_loaders import record_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.items import Article


def pipeline() -> ValidatePipeline:
    """A pipeline whose crawl counts."""
    stats = MemoryStatsCollector(cast("Any", SimpleNamespace(settings=Settings())))
    return ValidatePipeline(cast("Crawler", SimpleNamespace(stats=stats)))


PIPELINE = pipeline()
"""For tests that count nothing: to compile the schema takes longer than they do."""


def full() -> Article:
    """A record with something in every field, of one's own to break."""
    return deepcopy(record_of("article_full"))


def counted(validate: ValidatePipeline, what: str) -> dict[str, int]:
    """The numbers of a kind, by field."""
    validate.close_spider()
    begin, end = "discuz/field/", f"/{what}_count"
    stats: dict[str, Any] = validate.crawler.stats.get_stats()
    return {key[len(begin) : -len(end)]: n for key, n in stats.items() if key.startswith(begin) and key.endswith(end)}


def changed(record: Article) -> dict[str, Any]:
    """The fields that differ from those of the full record."""
    before, after = orjson.loads(orjson.dumps(full())), orjson.loads(orjson.dumps(record))
    return {name: value for name, value in after.items() if value != before[name]}


SURROGATE = "半\ud83d字"
PAIR = "\ud83d\ude00"


def set_(path: str, value: Any) -> Any:
    """A change of a record: a value put at the end of a path."""

    def change(record: Any) -> None:
        *way, last = path.split(".")
        for step in way:
            record = record[int(step)] if step.isdecimal() else getattr(record, step)
        if isinstance(record, dict):
            record[last] = value
        elif isinstance(record, list):
            record[int(last)] = value
        else:
            setattr(record, last, value)

    return pytest.param(change, path.partition(".")[0], id=f"{path}={value!r:.40}")


# Of the full record: what is put where, and what the field then is.
MENDED = [
    (set_("view_count", -1), None),
    (set_("view_count", 2**70), None),
    (set_("view_count", 2.5), None),
    (set_("view_count", "611"), None),
    (set_("view_count", b"611"), None),
    (set_("comment_count", 5.0), 5),
    (set_("date_published", "2031-02-30T08:05:09+08:00"), None),
    (set_("date_published", "1899-01-01T00:00:00+08:05:43"), None),
    (set_("date_precision", "hour"), None),
    (set_("in_language", "中文"), None),
    (set_("article_body", 5), None),
    (set_("article_body", SURROGATE), "半\ufffd字"),
    (set_("article_body", PAIR), "😀"),
    (set_("publisher", Publisher("甲", 0)), {"name": "甲", "uid": None}),
    (set_("publisher", Publisher("甲", cast("int", "x"))), {"name": "甲", "uid": None}),
    (set_("publisher", Publisher(cast("str", 5), 7)), {"name": None, "uid": 7}),
    (set_("publisher", "甲"), None),
    (set_("is_based_on", Source("", "http://wire.example/")), None),
    (set_("main_image.url", "a.png"), None),
    (set_("previous", ArticleLink("javascript:;", "前", 3)), None),
    (
        set_("next", ArticleLink("http://harbour.example/", "后", 0)),
        {"url": "http://harbour.example/", "headline": "后", "aid": None},
    ),
    (set_("keywords", ["海雾", None, 5, "灯塔"]), ["海雾", "灯塔"]),
    (set_("keywords", "海雾"), []),
    (set_("images", [Image("http://h/a.png", width=-1, height=5), Image(""), Image("data:x")]), None),
    (set_("reactions", {"灯亮": 1, "潮起": None, "": 3}), {"灯亮": 1, "": 3}),
    (set_("reactions", {"灯亮": -1}), {}),
    (set_("reactions", {SURROGATE: 1, 5: 2.0}), {"半\ufffd字": 1, "5": 2}),
    (set_("view_count", ("611",)), None),
    (set_("credits", {"记者": ["林海生", 5], "编辑": "周望潮"}), {"记者": ["林海生"]}),
    (set_("comments", 5), None),
    (set_("comments_complete", None), False),
    (set_("discuz.catid", -3), None),
    (set_("discuz.template", 5), None),
    (set_("site.name", 5), None),
    (set_("provenance.http_status", 99), None),
    (set_("provenance.via", "fax"), "http"),
    (set_("revision", 0), 1),
]


def part(record: Article, field: str, value: Any) -> Any:
    """A field as JSON has it; of the objects that a record cannot be without, the value that was changed."""
    found = orjson.loads(orjson.dumps(getattr(record, field)))
    return value if field in {"discuz", "site", "provenance"} and value in found.values() else found


@pytest.mark.parametrize(
    ("change", "field", "value"), [pytest.param(*one.values, value, id=one.id) for one, value in MENDED]
)
def test_what_is_wrong_is_taken_out(change: Any, field: str, value: Any, caplog: pytest.LogCaptureFixture) -> None:
    validate = pipeline()
    item = full()
    change(item)
    assert validate.process_item(item) is item
    if field == "images":
        value = [{**dict.fromkeys(Image.__slots__), "url": "http://h/a.png", "height": 5}, {"url": "data:x"}]
        value[1] = {**dict.fromkeys(Image.__slots__), **value[1]}
    assert part(item, field, value) == value
    assert changed(item).keys() <= {field}
    assert validate.validator.is_valid(orjson.loads(orjson.dumps(item)))
    assert counted(validate, "invalid").keys() == {field}
    assert validate.crawler.stats.get_value("discuz/record/mended_count") == 1
    [message] = caplog.messages
    assert message.startswith(f"{item.url}: taken out of the record: {field}")


def test_of_many_things_each_is_mended() -> None:
    item = full()
    item.comments = [
        Comment(1, None, None, "gestern", "一"),
        Comment(0, None, None, "morgen", "二"),
        Comment(3, None, -1, None, SURROGATE, cast("str", 7)),
        Comment(4, None, None, None, cast("str", None)),
    ]
    item.related = [ArticleLink("", "甲"), ArticleLink("http://harbour.example/", "乙"), ArticleLink("ftp://h/", "丙")]
    item.view_count = -1
    validate = pipeline()
    validate.process_item(item)
    assert item.comments == [Comment(1, None, None, None, "一"), Comment(3, None, None, None, "半\ufffd字")]
    assert [one.headline for one in item.related] == ["乙"]
    assert changed(item).keys() == {"comments", "related", "view_count"}
    assert counted(validate, "invalid") == {"comments": 7, "related": 2, "view_count": 1}


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("id", "", "id"),
        ("id", None, "id"),
        ("url", "", "url"),
        ("url", "javascript:;", "url"),
        ("headline", None, "headline"),
        ("headline", "", "headline"),
        ("headline", 5, "headline"),
        ("discuz.aid", 0, "discuz/aid"),
        ("discuz.aid", "x", "discuz/aid"),
        ("discuz.aid", 2**60, "discuz/aid"),
        ("discuz.aid", 2**70, "discuz/aid"),
        ("discuz", None, "discuz"),
        ("status", "open", "status"),
        ("kind", "thread", "kind"),
    ],
)
def test_what_no_record_can_be_without_fails_it(path: str, value: Any, field: str) -> None:
    validate = pipeline()
    item = full()
    set_(path, value).values[0](item)
    if path in {"status", "kind"}:  # their defaults make another record of it
        validate.process_item(item)
        assert changed(item) == {}
        return
    with pytest.raises(InvalidRecord, match=f"invalid: {field}: ") as caught:
        validate.process_item(item)
    assert caught.value.field == field
    assert validate.crawler.stats.get_value(f"discuz/record/invalid_count/{field}") == 1
    assert validate.crawler.stats.get_value("discuz/record/invalid_count") == 1


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_what_is_no_number_is_null(number: float) -> None:
    item = full()
    item.view_count = cast("int", number)
    assert changed(PIPELINE.process_item(item)) == {"view_count": None}


def test_a_headline_is_mended_like_any_text() -> None:
    item = full()
    item.headline = SURROGATE
    assert PIPELINE.process_item(item).headline == "半\ufffd字"


def test_a_line_of_comments_is_mended_too() -> None:
    comments = [Comment(1, None, None, "gestern", "一"), Comment(0, None, None, None, "二")]
    item = CommentsUpdate(id="harbour:12", comments=comments, counts_observed_at="2031-05-06T01:10:30+00:00")
    assert PIPELINE.process_item(item).comments == [Comment(1, None, None, None, "一")]
    with pytest.raises(InvalidRecord, match="invalid: comments: "):
        PIPELINE.process_item(CommentsUpdate(id="harbour:12", comments=[], counts_observed_at=item.counts_observed_at))


VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(st.characters()),
        st.sampled_from(["", "http://h/", 2**70, -1, 0, SURROGATE, "2031-05-06T01:10:30+00:00"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(st.characters(), max_size=3), inner, max_size=3)
    ),
    max_leaves=5,
)
# What is mandatory, and what no page prints: we make it, so it is there.
MANDATORY = {"id", "kind", "status", "url", "headline", "site", "discuz", "provenance", "content_hash"}
MANDATORY |= {"counts_observed_at", "revision"}


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(sorted(set(full().__slots__) - MANDATORY)), VALUES, min_size=1, max_size=4))
def test_nothing_but_the_mandatory_fields_fails_a_record(values: dict[str, Any]) -> None:
    item = full()
    for name, value in values.items():
        setattr(item, name, value)
    PIPELINE.process_item(item)
    line = orjson.dumps(item)
    assert PIPELINE.validator.is_valid(orjson.loads(line))
    assert changed(item).keys() <= values.keys()


@pytest.mark.parametrize("key", ["", "0", "12", "a/b", "~"])
def test_what_stands_under_any_key_is_taken_out(key: str) -> None:
    """The validator names the place of an error without keys that are empty, and takes digits for a place in a list."""
    item = full()
    item.credits = {key: ["周明", None], "编辑": ["李华"]}  # type: ignore[list-item]  # what no loader gives
    PIPELINE.process_item(item)
    assert item.credits == {key: ["周明"], "编辑": ["李华"]}


def test_nothing_is_taken_out_of_what_cannot_be_empty() -> None:
    item = full()
    assert take_out(item, [("discuz", "aid"), ("view_count",)]) == [("discuz", "aid")]
    assert (item.discuz.aid, item.view_count) == (full().discuz.aid, None)


def test_missing_fields_are_counted_in_published_articles() -> None:
    validate = pipeline()
    for view_count in (None, 0, 7):
        item = full()
        item.view_count, item.credits, item.description = view_count, {}, None
        item.discuz.catid, item.comments_complete = None, False
        validate.process_item(item)
    gone = full()
    gone.status, gone.article_body = "gone", None
    validate.process_item(gone)
    missing = counted(validate, "missing")
    assert (missing["view_count"], missing["credits"], missing["description"], missing["discuz.catid"]) == (1, 3, 3, 3)
    assert missing.keys().isdisjoint({"headline", "article_body", "comments_complete", "publisher.uid", "status"})
    assert validate.crawler.stats.get_value("discuz/record/checked_count") == 3
    assert counted(validate, "missing") == missing


def test_numbers_are_handed_over_while_the_crawl_runs() -> None:
    validate = pipeline()
    item = full()
    for _ in range(EVERY):
        validate.process_item(item)
    assert validate.crawler.stats.get_value("discuz/record/checked_count") == EVERY


def test_the_report_says_how_often_a_field_is_filled() -> None:
    stats = {
        "discuz/record/checked_count": 8,
        "discuz/field/credits/missing_count": 6,
        "discuz/field/publisher.uid/missing_count": 1,
        "discuz/field/comments/invalid_count": 2,
        "discuz/record/invalid_count": 5,
    }
    assert coverage(stats) == {
        "credits": {"missing": 6, "invalid": 0, "coverage": 0.25},
        "publisher.uid": {"missing": 1, "invalid": 0, "coverage": 0.875},
        "comments": {"missing": 0, "invalid": 2, "coverage": 1.0},
    }
    assert coverage({}) == {}
    assert coverage({"discuz/field/comments/invalid_count": 1})["comments"]["coverage"] == 0.0
