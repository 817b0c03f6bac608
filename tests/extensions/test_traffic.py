"""What went over the wire, by what it was for and from moment to moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from scrapy import Request
from scrapy.http import Response

from crawler.extensions.traffic import LATENCIES, MOST_SPANS, Traffic

BEGUN = datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC)


def after(**time: float) -> datetime:
    return BEGUN + timedelta(**time)


def counts(traffic: Traffic) -> list[list[float]]:
    [part] = traffic.told()["spans"]
    return list(part["counts"])


def test_answers_are_counted_by_kind_moment_and_time() -> None:
    traffic = Traffic(BEGUN)
    traffic.note(after(seconds=0.5), kind="home", size=100, seconds=0.04)
    traffic.note(after(seconds=2.1), kind="article", size=1000, seconds=0.3)
    traffic.note(after(seconds=2.9), kind="article", size=3000, seconds=None)
    traffic.note(after(seconds=3), kind="article", size=1, seconds=31)
    told = traffic.told()
    assert told["kinds"] == {
        "home": {"answers": 1, "bytes": 100, "seconds": 0.04},
        "article": {"answers": 3, "bytes": 4001, "seconds": 31.3},
    }
    assert counts(traffic) == [[1, 100, 0.04], [0, 0, 0.0], [2, 4000, 0.3], [1, 1, 31]]
    groups = {one["within"]: one["answers"] for one in told["latencies"] if one["answers"]}
    assert groups == {0.05: 1, 0.5: 1, None: 1}, "of one it is not known"
    assert [one["within"] for one in told["latencies"]] == [*LATENCIES, None]


def test_a_long_run_takes_no_more_room_than_a_short_one() -> None:
    traffic = Traffic(BEGUN)
    for hour in range(500):
        traffic.note(after(hours=hour), kind="article", size=2, seconds=1)
    assert len(counts(traffic)) <= MOST_SPANS
    assert sum(answers for answers, _, _ in counts(traffic)) == 500
    assert traffic.width * MOST_SPANS >= 499 * 3600 > traffic.width * MOST_SPANS / 2
    traffic.note(BEGUN - timedelta(days=1), kind="article", size=2, seconds=1)
    assert counts(traffic)[0][0] > 0, "a clock that is set back"


def test_what_goes_on_adds_to_what_was_before() -> None:
    first, second = Traffic(BEGUN), Traffic(after(hours=1))
    first.note(after(seconds=1), kind="home", size=5, seconds=0.1)
    second.note(after(hours=1, seconds=1), kind="home", size=6, seconds=0.1)
    second.note(after(hours=1, seconds=1), kind="feed", size=7, seconds=9)
    told: dict[str, Any] = second.told(orjson.loads(orjson.dumps(first.told())))
    assert told["kinds"]["home"] == {"answers": 2, "bytes": 11, "seconds": 0.2}
    assert told["kinds"]["feed"]["answers"] == 1
    assert sum(one["answers"] for one in told["latencies"]) == 3
    assert len(told["spans"]) == 2
    assert second.told({}) == second.told()


def test_an_answer_is_as_large_as_it_came() -> None:
    traffic = Traffic(BEGUN)
    request = Request("https://www.example.com/", meta={"download_latency": 0.2})
    traffic.heard(Response(request.url, body=b"x" * 1000, headers={"Server": "a"}), request, "home")
    home = traffic.told()["kinds"]["home"]
    assert 1000 < home["bytes"] < 1100
    assert home["seconds"] == 0.2
