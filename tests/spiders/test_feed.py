"""When the portal's feed proves that nothing is new."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from crawler.spiders.feed import Walked, doubt, outdated, redated
from crawler.spiders.walk import END, Baseline
from tests.spiders.seeing import NOON, NOW, known, seen

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def entry(aid: int, when: datetime | None) -> Any:
    return seen(aid, when.astimezone(UTC) if when else None, absolute=True, precision="second" if when else None)


def news(**changes: Any) -> Walked:
    values: dict[str, Any] = {"baseline": Baseline(END), "walked_at": NOW - 6 * HOUR, "head_at": NOON}
    return Walked(name="news", **(values | changes))


FULL = [entry(100 - n, NOON - n * DAY) for n in range(20)]
BUSY = [entry(100 - n, NOW - n * 5 * timedelta(minutes=1)) for n in range(20)]


@pytest.mark.parametrize(
    ("case", "lists", "options", "words"),
    [
        ("all were walked to their end", [news(), news()], {}, ""),
        ("an empty store", [], {}, "no list was walked"),
        ("a list never walked", [news(), news(walked_at=None)], {}, "not walked to its end"),
        ("a list not walked to its end", [news(baseline=Baseline(None))], {}, "not walked to its end"),
        ("everything is wanted now", [news(baseline=Baseline("2026-02-01"))], {}, "not walked to its end"),
        ("walked as far as is wanted", [news(baseline=Baseline("2026-02-01"))], {"from_date": date(2026, 2, 1)}, ""),
        ("lists not seen for a day", [news(walked_at=NOW - 24 * HOUR)], {}, "last walked at 2026-03-09 12:00"),
        ("feeds are not trusted", [news(walked_at=NOW)], {"trust": timedelta()}, "last walked"),
    ],
)
def test_when_lists_are_walked_whatever_a_feed_says(
    case: str, lists: list[Any], options: dict[str, Any], words: str
) -> None:
    said = outdated(lists, now=NOW, **{"trust": DAY, **options})
    assert words in said
    assert bool(words) == bool(said)


@pytest.mark.parametrize(
    ("case", "entries", "lists", "words"),
    [
        ("all is known", FULL, [news()], ""),
        ("several lists", FULL, [news(), news()], ""),
        ("an empty feed", [], [news()], "names nothing"),
        ("no dates", [entry(1, None)], [news()], "names nothing"),
        ("20 in the last hours", BUSY, [news(head_at=None)], "does not reach back"),
        ("19 in the last hours are all", BUSY[:19], [news(head_at=None)], ""),
        ("a feed that stands still", FULL, [news(head_at=NOON + 2 * HOUR)], "older than that of news"),
        ("of the same minute", FULL, [news(head_at=NOON + timedelta(seconds=59))], ""),
    ],
)
def test_what_a_feed_proves(case: str, entries: list[Any], lists: list[Any], words: str) -> None:
    standings = {one.key: known(one.target.number) for one in entries}
    said = doubt(entries, standings, lists)
    assert words in said
    assert bool(words) == bool(said)


def test_an_article_that_is_not_known_is_new() -> None:
    standings = {one.key: known(1) for one in FULL[1:]}
    assert doubt(FULL, standings, [news()]) == "1 of its articles are not known"


def test_what_is_known_but_not_read_yet_is_no_news_by_itself() -> None:
    standings = {one.key: known(1, state="todo", status=None) for one in FULL}
    assert doubt(FULL, standings, [news()]) == ""


def test_an_article_with_a_new_date_is_read_again() -> None:
    entries = [entry(1, NOON + 3 * DAY), entry(2, NOON), entry(3, NOON + HOUR), entry(4, NOON)]
    standings = {one.key: known(one.target.number) for one in entries[:3]}
    assert redated(entries, standings, now=NOW) == {"article/1"}
