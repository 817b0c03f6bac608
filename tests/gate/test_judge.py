"""Judging: reasons that explain themselves, what is compared with what, floors, what was accepted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from crawler.gate import Limit, Thresholds, judge, measure
from crawler.gate.chance import Share
from crawler.gate.judge import WORDS, total
from crawler.gate.thresholds import LIMITS
from tests.gate.records import TEXT, lines, record

if TYPE_CHECKING:
    from collections.abc import Iterable

NO_PUBLISHER: dict[str, Any] = {"publisher": None}


def part(aids: Iterable[int], **values: Any) -> dict[str, Any]:
    """What is measured of some records."""
    return measure(lines(*(record(aid, **values) for aid in aids)))


def in_category(catid: int, aids: Iterable[int], **values: Any) -> dict[str, Any]:
    return measure(lines(*(record(aid, discuz={"aid": aid, "catid": catid}, **values) for aid in aids)))


def metrics_of(reasons: list[str]) -> list[str]:
    return [reason.partition(":")[0] for reason in reasons]


KNOWN = [part(range(110, 118)), part(range(100, 110)), part(range(1, 100))]


def test_what_is_as_usual_passes(thresholds: Thresholds) -> None:
    assert judge(part(range(118, 130)), KNOWN, thresholds) == []


def test_a_reason_names_metric_value_what_is_usual_threshold_and_setting(thresholds: Thresholds) -> None:
    reasons = judge(part(range(118, 126), **NO_PUBLISHER), KNOWN, thresholds)
    assert reasons[0] == (
        "coverage.publisher: 0.0% of 8 articles have publisher, usually 99.6%, at least 59.7% wanted"
        " (DISCUZ_GATE_COVERAGE=[0.6, 0.0])"
    )
    (reason,) = judge(part(range(118, 126), article_body="短"), KNOWN, replace(thresholds, alike=NO_ALIKE))
    assert reason == (
        "length: the median text of 8 articles has 1 characters, usually 57, at least 23 wanted"
        " (DISCUZ_GATE_LENGTH=[0.4, 20])"
    )


NO_ALIKE = dict.fromkeys(("headline", "article_body", "date_published"), Limit(1, 1))


def test_one_odd_article_is_none_of_the_gates_business(thresholds: Thresholds) -> None:
    odd = record(118, publisher=None, article_body="", breadcrumbs=[])
    assert judge(measure(lines(odd)), KNOWN, thresholds) == []
    assert judge(measure(lines(odd, *(record(aid) for aid in range(119, 123)))), KNOWN, thresholds) == []


def test_a_category_is_compared_with_itself(thresholds: Thresholds) -> None:
    without = in_category(4, range(118, 130), description=None)
    assert judge(without, KNOWN, thresholds) == []  # never read: nothing is usual
    assert judge(without, [in_category(4, range(140, 160), description=None), *KNOWN], thresholds) == []
    usual = [in_category(4, range(140, 160)), *KNOWN]
    assert metrics_of(judge(without, usual, thresholds)) == ["coverage.description"]


def test_records_without_a_category_are_compared_with_all(thresholds: Thresholds) -> None:
    lost = [record(aid, discuz={"aid": aid, "catid": None}, publisher=None) for aid in range(118, 126)]
    assert {"coverage.discuz.catid", "coverage.publisher"} <= set(
        metrics_of(judge(measure(lines(*lost)), KNOWN, thresholds))
    )


def test_what_editors_did_long_ago_is_no_measure(thresholds: Thresholds) -> None:
    """A site that is read from its newest articles on: of half of those there are pictures, of the old ones of none."""
    pictures = [{"url": "http://example.com/1.png"}]
    new = [record(aid, images=pictures if aid % 2 else []) for aid in range(1000, 1100)]
    old = [record(aid, images=[]) for aid in range(1, 60)]
    assert judge(measure(lines(*old)), [measure(lines(*new))], thresholds) == []
    newer = [record(aid, images=[]) for aid in range(1100, 1160)]
    assert metrics_of(judge(measure(lines(*newer)), [measure(lines(*new))], thresholds)) == ["coverage.images"]


@pytest.mark.parametrize(
    ("values", "metric"),
    [
        ({"article_body": ""}, "coverage.article_body"),
        ({"date_published": None}, "coverage.date_published"),
        ({"article_body": f"{TEXT}\ufffd"}, "replacement"),
        ({"article_body": TEXT.encode().decode("gbk", "replace")}, "garbled"),
        ({"headline": "云泽网"}, "title"),
        ({"date_published": "2027-01-02T00:00:00+00:00"}, "future"),
        ({"headline": "今日要闻"}, "alike.headline"),
        ({"article_body": "请登录后阅读本文"}, "length"),
    ],
)
def test_floors_hold_where_nothing_is_usual(thresholds: Thresholds, values: dict[str, Any], metric: str) -> None:
    broken = part(range(1, 21), **values)
    reasons = judge(broken, [], thresholds)
    assert metric in metrics_of(reasons)
    assert all("floor" in reason for reason in reasons)
    assert judge(part(range(1, 21)), [], thresholds) == []
    assert judge(part(range(1, 10), **values), [], thresholds) == []  # too few to tell


def test_a_floor_is_none_where_a_site_is_always_below_it(thresholds: Thresholds) -> None:
    without = part(range(1, 21), date_published=None)
    assert judge(without, [part(range(21, 61), date_published=None)], thresholds) == []


def test_what_was_accepted_is_usual_of_what_it_was_held_back_for_only(thresholds: Thresholds) -> None:
    first = part(range(118, 126), **NO_PUBLISHER)
    reasons = judge(first, KNOWN, thresholds)
    accepted = [{**first, "accepted": reasons}, *KNOWN]
    assert judge(part(range(126, 140), **NO_PUBLISHER), accepted, thresholds) == []
    assert judge(part(range(126, 140)), accepted, thresholds) == []
    also = part(range(126, 140), publisher=None, breadcrumbs=[])
    assert metrics_of(judge(also, accepted, thresholds)) == ["coverage.breadcrumbs"]
    later = [*(part(range(start, start + 8), **NO_PUBLISHER) for start in (142, 134, 126)), *accepted]
    assert judge(part(range(150, 160), **NO_PUBLISHER), later, thresholds) == []


def test_a_backfill_does_not_outweigh_what_came_since() -> None:
    long, short = {"3": Share(0, 50_000)}, {"3": Share(10, 10)}
    assert total([long, short, short]) == {"3": Share(20, 120)}
    assert total([long]) == {"3": Share(0, 50_000)}
    assert total([]) == {}


def test_thresholds_decide(thresholds: Thresholds) -> None:
    broken = part(range(118, 126), **NO_PUBLISHER)
    lax = replace(thresholds, coverage={"*": Limit(0, 0)})
    assert judge(broken, KNOWN, lax) == []
    assert judge(broken, KNOWN, replace(thresholds, chance=0)) == []


def test_every_metric_of_a_part_has_words_and_a_limit(thresholds: Thresholds) -> None:
    names = {name.partition(".")[0] for name in KNOWN[0]["shares"]} | {"language", "precision", "place", "exchanged"}
    assert names | {"repeated"} <= WORDS.keys()
    assert {name.lower() for name in LIMITS} - {"length", "lists", "records", "age"} <= WORDS.keys()
    for name in names - {"coverage", "alike"}:
        assert thresholds.limit(name)
