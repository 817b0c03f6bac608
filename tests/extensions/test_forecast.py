"""When a crawl will be over: honest where it pauses, steady where a single answer is slow."""

from __future__ import annotations

import pytest

from crawler.extensions.forecast import Forecast, Meter, requests_left


def seconds(eta: str) -> int:
    hours, minutes, rest = eta.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(rest)


def test_the_rate_is_that_of_the_last_half_minute() -> None:
    meter = Meter()
    assert meter.rate == 0
    meter.mark(100.0, 0)
    assert meter.rate == 0
    meter.mark(110.0, 1000)
    assert meter.rate == 100
    meter.mark(140.0, 1060)
    assert meter.rate == 2, "the first mark is too old to count"


def test_a_steady_pace_is_told_from_the_beginning() -> None:
    forecast = Forecast()
    for moment in range(6):
        forecast.mark(moment, moment)
    assert forecast.rate == pytest.approx(1)
    assert forecast.eta(7200) == "2:00:00"


@pytest.mark.parametrize(("marks", "requests", "eta"), [([], 5, "-"), ([], 0, "0:00:00"), ([(0, 0), (9, 0)], 5, "-")])
def test_no_eta_without_a_pace(marks: list[tuple[float, int]], requests: int, eta: str) -> None:
    forecast = Forecast()
    for mark in marks:
        forecast.mark(*mark)
    assert forecast.eta(requests) == eta


def test_a_clock_that_did_not_move_tells_nothing() -> None:
    forecast = Forecast()
    forecast.mark(7, 0)
    forecast.mark(7, 50)
    assert forecast.rate == 0


def test_one_slow_answer_hardly_shows_and_a_lasting_change_does() -> None:
    forecast, moment, requests = Forecast(), 0.0, 0
    for _ in range(300):
        moment, requests = moment + 1, requests + 1
        forecast.mark(moment, requests)
    moment += 10
    forecast.mark(moment, requests)
    assert 1000 < seconds(forecast.eta(1000)) < 1120, "ten seconds of silence"
    for _ in range(300):
        moment, requests = moment + 4, requests + 1
        forecast.mark(moment, requests)
    assert seconds(forecast.eta(1000)) == pytest.approx(4000, rel=0.02), "it has become four times as slow"


def test_comments_and_further_pages_are_reckoned_with() -> None:
    stats = {
        "discuz/request/article_count": 100,
        "discuz/request/article_page_count": 40,
        "discuz/request/comments_count": 60,
        "discuz/request/listing_count": 900,
    }
    assert requests_left(stats, articles=1000, ended=100, pages=7) == pytest.approx(1000 * 213 / 110 + 7)
    assert requests_left({}, articles=100, ended=0, pages=0) == 130, "what is usual, before anything tells"
    assert requests_left({}, articles=100, ended=5000, pages=0) == 100, "never fewer than one for each"
