"""Measuring: what is counted of a part."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from crawler.gate import measure
from crawler.gate.metrics import MOST_TEXTS, NEAR
from crawler.gate.traits import fields_of, is_garbled, troubles_of
from tests.gate.records import TEXT, lines, record

MOJIBAKE = TEXT.encode().decode("gbk", "replace")


def share(metrics: dict[str, Any], name: str) -> list[int]:
    """A metric of all categories together."""
    return [sum(numbers) for numbers in zip(*metrics["shares"].get(name, {"": [0, 0]}).values(), strict=True)]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"headline": ""}, "headline"),
        ({"date_published": None}, "date_published"),
        ({"publisher": None}, "publisher"),
        ({"publisher": {"name": "江上清风", "uid": None}}, "publisher.uid"),
        ({"breadcrumbs": [{"name": "云泽", "url": "/"}]}, "breadcrumbs"),
        ({"discuz": {"aid": 1, "catid": None}}, "discuz.catid"),
        ({"article_body": ""}, "article_body"),
        ({"view_count": None}, "view_count"),
        ({"comment_count": None}, "comment_count"),
        ({"in_language": None}, "in_language"),
    ],
)
def test_a_field_that_is_not_there(values: dict[str, Any], field: str) -> None:
    assert fields_of(record())[field] is True
    assert fields_of(record(**values))[field] is False


@pytest.mark.parametrize(
    ("values", "trouble"),
    [
        ({"article_body": f"{TEXT}\ufffd"}, "replacement"),
        ({"headline": "\ufffd"}, "replacement"),
        ({"article_body": MOJIBAKE}, "garbled"),
        ({"article_body": TEXT.encode().decode("latin-1")}, "garbled"),
        ({"article_body": f"<p>{TEXT}</p>"}, "escaped"),
        ({"article_body": f"&nbsp;&nbsp;{TEXT}"}, "escaped"),
        ({"headline": "云泽网"}, "title"),
        ({"headline": "时政"}, "title"),
        ({"date_published": "2027-01-02T00:00:00+00:00"}, "future"),
        ({"date_published": "2026-12-31T07:58:00+08:00"}, "now"),
        ({"comment_count": 3}, "comments"),
        ({"comment_count": 1, "comments": [{"id": 1, "author": None, "text": ""}]}, "comments"),
        ({"provenance": {"fetched_at": None, "extractor": "generic"}}, "generic"),
    ],
)
def test_trouble(values: dict[str, Any], trouble: str) -> None:
    assert troubles_of(record()).get(trouble, False) is False
    assert troubles_of(record(**values))[trouble] is True


@pytest.mark.parametrize(
    "text",
    ["", "a < b && c > d", "Café à la crème, été à Genève, déjà vu", "ก" * 60, TEXT, "１２３４５６７８９０", "龘" * 10],
)
def test_what_is_only_odd_is_not_garbled(text: str) -> None:
    assert not is_garbled(text)


def test_a_comment_of_a_smiley_is_none_without_words() -> None:
    smiley = {"id": 1, "author": "白鹭飞", "text": ""}
    assert troubles_of(record(comment_count=1, comments=[smiley]))["comments"] is False


def test_of_comments_that_nobody_asked_for_nothing_is_told() -> None:
    assert "comments" not in troubles_of(record(comments=None, comment_count=3))


def test_lines_are_counted_by_what_they_tell() -> None:
    metrics = measure(
        lines(
            record(1),
            record(2, revision=2),
            {"id": "demo:3", "status": "gone"},
            {"id": "demo:4", "status": "moved"},
            {"id": "demo:5", "status": "published", "kind": "comments", "comments": []},
        )
    )
    counted = {name: metrics[name] for name in ("lines", "articles", "revisions", "gone", "moved", "comments")}
    assert counted == {"lines": 5, "articles": 2, "revisions": 1, "gone": 1, "moved": 1, "comments": 1}


def test_each_category_counts_for_itself() -> None:
    other = {"aid": 2, "catid": 4}
    metrics = measure(lines(record(1), record(2, discuz=other, description=None)))
    assert metrics["shares"]["coverage.description"] == {"3": [1, 1], "4": [0, 1]}


def test_all_that_are_alike_count_the_first_one_too() -> None:
    metrics = measure(lines(*(record(aid, headline="今日要闻") for aid in (1, 2, 3)), record(4)))
    assert share(metrics, "alike.headline") == [3, 4]
    assert share(metrics, "alike.article_body") == [0, 4]


def test_namesakes_far_off_are_not_alike() -> None:
    """A portal of many years has thousands of them, and each of its parts would look the worse the longer it is."""
    others = [chr(0x4E00 + number) * 4 for number in range(2 * NEAR)]
    headlines = ["今日要闻", *others[1:NEAR], "今日要闻", *others[NEAR:], "今日要闻"]
    metrics = measure(lines(*(record(aid, headline=headline) for aid, headline in enumerate(headlines, start=1))))
    assert share(metrics, "alike.headline") == [2, len(headlines)]


def test_digits_and_what_follows_make_no_text_another_one() -> None:
    one, two = (record(aid, article_body=f"第{aid}条 {TEXT} {TEXT} {'甲乙'[aid - 1]}") for aid in (1, 2))
    assert share(measure(lines(one, two)), "alike.article_body") == [2, 2]


def test_dates_that_fall_while_numbers_rise() -> None:
    dates = ("2026-03-05", "2026-03-01", "2026-03-04", "2026-03-03T20:00:00+08:00")
    records = [record(aid, date_published=f"{day}T08:00:00+08:00"[:25]) for aid, day in enumerate(dates, start=1)]
    assert share(measure(lines(*records)), "order") == [1, 3]


def test_what_is_kept_is_small_however_long_the_part() -> None:
    metrics = measure(lines(*(record(aid) for aid in range(1, 3000))))
    assert len(orjson.dumps(metrics)) < 20_000
    assert len(metrics["texts"]) == MOST_TEXTS
    assert (metrics["anchors"][0][0], metrics["anchors"][-1][0], len(metrics["anchors"])) == (1, 2999, 64)


def test_of_many_categories_the_first_ones_are_told_apart() -> None:
    metrics = measure(lines(*(record(aid, discuz={"aid": aid, "catid": aid}) for aid in range(1, 400))))
    assert len(metrics["shares"]["coverage.headline"]) == 301
    assert share(metrics, "coverage.headline") == [399, 399]


def test_a_part_without_articles_can_be_measured() -> None:
    assert measure(lines({"id": "demo:3", "status": "gone"}))["newest"] is None


def test_metrics_come_back_from_the_store_as_they_were() -> None:
    metrics = measure(lines(*(record(aid) for aid in range(1, 9))))
    assert orjson.loads(orjson.dumps(metrics)) == metrics
