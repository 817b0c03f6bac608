"""Which known articles a list gives reason to read again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from crawler.spiders.again import Belief, is_news, off_by, shift, why_again
from tests.spiders.seeing import CHINA, NOON, NOW, known, seen

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
NOTHING = timedelta()


@pytest.mark.parametrize(
    ("standing", "news"),
    [
        (None, True),
        (known(1, state="todo"), True),
        (known(1, state="failed"), True),
        (known(1), False),
        (known(1, state="skipped", reason="robots", status=None), False),
        (known(1, state="skipped", reason="not_asked", status=None), True),
    ],
)
def test_what_was_not_read_is_news(standing: Any, news: bool) -> None:
    assert is_news(standing) == news


@pytest.mark.parametrize(
    ("case", "one", "record", "difference"),
    [
        ("the same", seen(1), "2026-03-05T12:00:00+08:00", NOTHING),
        ("seconds are not printed", seen(1), "2026-03-05T12:00:59+08:00", NOTHING),
        ("as it stands, whatever the zone", seen(1), "2026-03-05T12:00:00+07:00", NOTHING),
        ("later", seen(1), "2026-03-05T11:58:00+08:00", 2 * MINUTE),
        ("earlier", seen(1), "2026-03-06T12:00:00+08:00", -DAY),
        ("by the day, where a list prints no time", seen(1, precision="day"), "2026-03-05T17:00:00+08:00", NOTHING),
        ("by the day, where the record has no time", seen(1), "2026-03-05T00:00:00+08:00", NOTHING),
        ("another day", seen(1), "2026-03-01T00:00:00+08:00", 4 * DAY),
        ("a feed names its zone", seen(1, NOON.astimezone(UTC), absolute=True), "2026-03-05T12:00:00+08:00", NOTHING),
        ("a feed, later", seen(1, NOON.astimezone(UTC), absolute=True), "2026-03-05T11:00:00+08:00", HOUR),
        ("how long ago", seen(1, precision="relative"), "2026-03-05T11:00:00+08:00", None),
        ("no date in the list", seen(1, None), "2026-03-05T11:00:00+08:00", None),
        ("no date in the record", seen(1), None, None),
    ],
)
def test_by_how_much_a_list_is_off(case: str, one: Any, record: str | None, difference: timedelta | None) -> None:
    assert off_by(one, record) == difference


@pytest.mark.parametrize(
    ("differences", "off"),
    [
        ([], NOTHING),
        ([None, None], NOTHING),
        ([HOUR, HOUR, HOUR, None], HOUR),
        ([-8 * HOUR] * 15, -8 * HOUR),
        ([HOUR, HOUR], NOTHING),
        ([HOUR] * 3 + [NOTHING] * 3, NOTHING),
        ([7 * MINUTE] * 9, NOTHING),
        ([9 * DAY] * 9, NOTHING),
        ([NOTHING] * 9 + [HOUR] * 3, NOTHING),
    ],
)
def test_a_whole_list_may_be_in_another_zone(differences: list[timedelta | None], off: timedelta) -> None:
    assert shift(differences) == off


LATER = seen(1, NOON + HOUR)
MISSING: dict[str, Any] = {"state": "skipped", "reason": "missing_article", "status": None, "last_seen": None}


@pytest.mark.parametrize(
    ("case", "one", "standing", "options", "why"),
    [
        ("as it was", seen(1), known(1), {}, None),
        ("another date", LATER, known(1), {}, "redated"),
        ("an earlier date", seen(1, NOON - 9 * DAY), known(1), {}, "redated"),
        ("the whole list is off", LATER, known(1), {"usual": HOUR}, None),
        ("off by another time than the list", seen(1, NOON + 2 * HOUR), known(1), {"usual": HOUR}, "redated"),
        ("lists are not believed", LATER, known(1), {"believed": False}, None),
        ("newer than our visit", seen(1, NOON + 3 * DAY), known(1), {"believed": False}, "redated"),
        ("of the future", seen(1, NOON + 99 * DAY), known(1), {"believed": False}, None),
        ("read a moment ago", LATER, known(1, last_seen=NOW - 9 * MINUTE), {}, None),
        ("to be read anyway", LATER, known(1, state="todo"), {}, None),
        ("gone, and named", seen(1), known(1, status="gone"), {}, "back"),
        ("gone a moment ago", seen(1), known(1, status="gone", last_seen=NOW - 9 * MINUTE), {}, None),
        ("leads elsewhere", LATER, known(1, status="moved"), {}, None),
        ("never there", seen(1), known(1, **MISSING), {}, None),
        ("never there, tried thoroughly", seen(1), known(1, **MISSING), {"thorough": True}, "back"),
        ("let through since", seen(1, NOON + 3 * DAY), known(1, **MISSING), {}, "back"),
        ("barred for another reason", LATER, known(1, **{**MISSING, "reason": "robots"}), {"thorough": True}, None),
        ("in another category", seen(1), known(1), {"elsewhere": True}, "elsewhere"),
        ("in another one, not believed", seen(1), known(1), {"elsewhere": True, "believed": False}, None),
    ],
)
def test_why_a_known_article_is_read_again(
    case: str, one: Any, standing: Any, options: dict[str, Any], why: str | None
) -> None:
    assert why_again(one, standing, now=NOW, **options) == why


def test_a_thai_site_without_a_footer_is_not_read_again_at_every_run() -> None:
    """Its feed is in UTC, and its records are an hour off, since nothing tells their zone."""
    bangkok = timezone(timedelta(hours=7))
    moments = [datetime(2026, 3, 5, hour, 30, tzinfo=bangkok) for hour in range(10)]
    entries = [seen(aid, moment.astimezone(UTC), absolute=True) for aid, moment in enumerate(moments)]
    records = [moment.replace(tzinfo=CHINA).isoformat() for moment in moments]
    usual = shift(off_by(one, record) for one, record in zip(entries, records, strict=True))
    assert usual == HOUR
    for one, record in zip(entries, records, strict=True):
        assert why_again(one, known(1, date_published=record), now=NOW, usual=usual) is None


def test_lists_that_are_wrong_for_good_are_believed_no_more() -> None:
    belief = Belief()
    for _ in range(4):
        belief = belief.learn(right=False)
    assert belief
    belief = belief.learn(right=False)
    assert not belief
    assert belief.learn(right=True).learn(right=True)
