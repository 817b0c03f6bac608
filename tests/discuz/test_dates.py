"""Dates as Discuz! prints them, in the words of its language packs."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.discuz.dates import LONGEST, When, parse_date, parse_offset
from tests.captured import CAPTURED, needs_captured

CHINA = timezone(timedelta(hours=8))
NOW = datetime(2019, 10, 18, 9, 30, 15, 999, tzinfo=UTC)  # 17:30:15 in China


def read(
    text: str | None, *, title: str | None = None, zone: tzinfo = CHINA, now: datetime = NOW
) -> tuple[str, str] | None:
    when = parse_date(text, now=now, zone=zone, title=title)
    return (when.value.isoformat(), when.precision) if when else None


STATED = {
    # Y-n-j H:i, the default, and what owners set instead
    "2019-10-17 20:34": ("2019-10-17T20:34:00+08:00", "minute"),
    "2019-1-7 09:05": ("2019-01-07T09:05:00+08:00", "minute"),
    "2019-1-7 9:05": ("2019-01-07T09:05:00+08:00", "minute"),
    "2019-10-17 20:34:56": ("2019-10-17T20:34:56+08:00", "second"),
    "2019-10-17\xa020:34": ("2019-10-17T20:34:00+08:00", "minute"),
    "  2019-10-17\n\t20:34 ": ("2019-10-17T20:34:00+08:00", "minute"),
    "2019-10-17": ("2019-10-17T00:00:00+08:00", "day"),
    "2019-1-7": ("2019-01-07T00:00:00+08:00", "day"),
    "2019/1/7": ("2019-01-07T00:00:00+08:00", "day"),
    "2019/1/7 20:34": ("2019-01-07T20:34:00+08:00", "minute"),
    "2019.10.17 20:34": ("2019-10-17T20:34:00+08:00", "minute"),
    "2019年10月17日": ("2019-10-17T00:00:00+08:00", "day"),
    "2019年1月7日 20:34": ("2019-01-07T20:34:00+08:00", "minute"),
    "2019 年 1 月 7 日 20:34": ("2019-01-07T20:34:00+08:00", "minute"),
    "2019年1月7日20时34分": ("2019-01-07T20:34:00+08:00", "minute"),
    "2019年1月7日20時34分56秒": ("2019-01-07T20:34:56+08:00", "second"),
    "２０１９－１０－１７　２０：３４": ("2019-10-17T20:34:00+08:00", "minute"),
    # The year last: j.n.Y, and what else is certain
    "17.10.2019": ("2019-10-17T00:00:00+08:00", "day"),
    "7.1.2019 20:34": ("2019-01-07T20:34:00+08:00", "minute"),
    "17/10/2019 20:34": ("2019-10-17T20:34:00+08:00", "minute"),
    "10-17-2019 20:34": ("2019-10-17T20:34:00+08:00", "minute"),
    "1/7/2019 08:34 PM": ("2019-01-07T20:34:00+08:00", "minute"),
    # h:i A
    "2019-10-17 08:34 PM": ("2019-10-17T20:34:00+08:00", "minute"),
    "2019-10-17 08:34 am": ("2019-10-17T08:34:00+08:00", "minute"),
    "2019-10-17 12:34 AM": ("2019-10-17T00:34:00+08:00", "minute"),
    "2019-10-17 12:34 PM": ("2019-10-17T12:34:00+08:00", "minute"),
    "2019-10-17 20:34 PM": ("2019-10-17T20:34:00+08:00", "minute"),
    "2019-10-17 下午 8:34": ("2019-10-17T20:34:00+08:00", "minute"),
    "2019-10-17 上午8:34": ("2019-10-17T08:34:00+08:00", "minute"),
    # with words around
    "发表于 2019-1-7 09:05": ("2019-01-07T09:05:00+08:00", "minute"),
    "发布时间：2019-1-7 09:05 发布者:": ("2019-01-07T09:05:00+08:00", "minute"),
    "(2019-10-17)": ("2019-10-17T00:00:00+08:00", "day"),
    # English months
    "Oct 17, 2019 8:34 pm": ("2019-10-17T20:34:00+08:00", "minute"),
    "October 7th, 2019": ("2019-10-07T00:00:00+08:00", "day"),
    "17 Oct 2019 20:34": ("2019-10-17T20:34:00+08:00", "minute"),
    # with a zone of their own: portal_rss.php prints PHP's `r`
    "Thu, 17 Oct 2019 12:34:56 +0000": ("2019-10-17T12:34:56+00:00", "second"),
    "Thu, 17 Oct 2019 20:34:56 +0800": ("2019-10-17T20:34:56+08:00", "second"),
    "Thu, 17 Oct 2019 12:34:56 GMT": ("2019-10-17T12:34:56+00:00", "second"),
    "2019-10-17T20:34:56+08:00": ("2019-10-17T20:34:56+08:00", "second"),
    "2019-10-17T12:34:56.789Z": ("2019-10-17T12:34:56+00:00", "second"),
    "2019-10-17T07:04-05:30": ("2019-10-17T07:04:00-05:30", "minute"),
}

RELATIVE = {
    # simplified and traditional Chinese
    "刚刚": "2019-10-18T17:30:15+08:00",
    "剛剛": "2019-10-18T17:30:15+08:00",
    "现在": "2019-10-18T17:30:15+08:00",
    "12\xa0秒前": "2019-10-18T17:30:03+08:00",
    "5 分钟前": "2019-10-18T17:25:15+08:00",
    "5\xa0分鐘前": "2019-10-18T17:25:15+08:00",
    "半小时前": "2019-10-18T17:00:15+08:00",
    "半小時前": "2019-10-18T17:00:15+08:00",
    "2 小时前": "2019-10-18T15:30:15+08:00",
    "2 小時前": "2019-10-18T15:30:15+08:00",
    "发表于 2 小时前": "2019-10-18T15:30:15+08:00",
    "今天 08:00": "2019-10-18T08:00:00+08:00",
    "昨天\xa020:34": "2019-10-17T20:34:00+08:00",
    "昨天 08:34 PM": "2019-10-17T20:34:00+08:00",
    "前天 20:34": "2019-10-16T20:34:00+08:00",
    "前天": "2019-10-16T00:00:00+08:00",
    "3\xa0天前": "2019-10-15T00:00:00+08:00",
    "20 天前": "2019-09-28T00:00:00+08:00",
    # English
    "Now": "2019-10-18T17:30:15+08:00",
    "12 s. ago": "2019-10-18T17:30:03+08:00",
    "5 min. ago": "2019-10-18T17:25:15+08:00",
    "Half Hour ago": "2019-10-18T17:00:15+08:00",
    "2 Hour ago": "2019-10-18T15:30:15+08:00",
    "Posted 2 hours ago": "2019-10-18T15:30:15+08:00",
    "Yesterday 20:34": "2019-10-17T20:34:00+08:00",
    "The day before yesterday 20:34": "2019-10-16T20:34:00+08:00",
    "3 days ago": "2019-10-15T00:00:00+08:00",
    # Thai
    "ตอนนี้": "2019-10-18T17:30:15+08:00",
    "12 วินาทีที่แล้ว": "2019-10-18T17:30:03+08:00",
    "5 นาทีที่แล้ว": "2019-10-18T17:25:15+08:00",
    "ครึ่งชั่วโมงที่แล้ว": "2019-10-18T17:00:15+08:00",
    "2 ชั่วโมงก่อน": "2019-10-18T15:30:15+08:00",
    "เมื่อวาน 20:34": "2019-10-17T20:34:00+08:00",
    "เมื่อวานซืน 20:34": "2019-10-16T20:34:00+08:00",
    "3 วันที่แล้ว": "2019-10-15T00:00:00+08:00",
    # Vietnamese
    " bây giờ": "2019-10-18T17:30:15+08:00",
    "5  phút trước": "2019-10-18T17:25:15+08:00",
    " nửa giờ  trước": "2019-10-18T17:00:15+08:00",
    "2  giờ  trước": "2019-10-18T15:30:15+08:00",
    " Hôm qua 20:34": "2019-10-17T20:34:00+08:00",
    " Hôm kia 20:34": "2019-10-16T20:34:00+08:00",
    "3  ngày trước": "2019-10-15T00:00:00+08:00",
}

NO_DATE = [
    None,
    "",
    "abc",
    "前",
    "小时前",
    "20:34",
    "10-17 20:34",
    "19-10-17",
    "20191017",
    "3/4/2019",
    "2019-10",
    "0000-01-01",
    "10000-01-01",
    "2019-00-10",
    "2019-13-01",
    "2019-02-30",
    "2019-10-171",
    "2019-10-17 24:00",
    "2019-10-17 20:60",
    "2019-10-17 20:34:60",
    "2019-10-17 20:345",
    "2019-10-17 13:00 AM",
    "2019-10-17T20:34:00+99:99",
    "Foo 17, 2019",
    "Feb 30, 2019",
    "2019-10-17 20:34 - 2019-10-18 20:34",
    "2019-10-17 20:34 浏览 611",
    "0001-01-01 00:00",
    "昨天 25:00",
    "999999 天前",
    "9999999 天前",
    "3 个月前",
    "2019-10-17 20:34" + " 。" * LONGEST,
]


@pytest.mark.parametrize(("text", "expected"), STATED.items(), ids=repr)
def test_a_date_in_full(text: str, expected: tuple[str, str]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(("text", "expected"), RELATIVE.items(), ids=repr)
def test_how_long_ago(text: str, expected: str) -> None:
    assert read(text) == (expected, "relative")


@pytest.mark.parametrize("text", NO_DATE, ids=repr)
def test_what_is_no_date(text: str | None) -> None:
    assert read(text) is None


def test_the_title_comes_before_relative_text() -> None:
    assert read("3 天前", title="2019-10-15 20:34") == ("2019-10-15T20:34:00+08:00", "minute")
    assert read(None, title="2019-10-15 20:34") == ("2019-10-15T20:34:00+08:00", "minute")
    assert read("3 天前", title="2019-13-15") == ("2019-10-15T00:00:00+08:00", "relative")
    assert read("3 天前", title="离线") == ("2019-10-15T00:00:00+08:00", "relative")
    assert read("2019-10-15 20:34", title="3 天前") == ("2019-10-15T20:34:00+08:00", "minute")


def test_what_is_printed_is_kept() -> None:
    when = parse_date("3\xa0天前", now=NOW, zone=CHINA, title="2019-10-15 20:34")
    assert when is not None
    assert when.raw == "3\xa0天前"
    when = parse_date(None, now=NOW, zone=CHINA, title="2019-10-15 20:34")
    assert when == When(datetime(2019, 10, 15, 20, 34, tzinfo=CHINA), "minute", "2019-10-15 20:34")


def test_days_are_counted_by_the_calendar_of_the_site() -> None:
    late = datetime(2019, 10, 17, 20, 0, tzinfo=UTC)  # the 18th in China
    assert read("昨天 23:00", now=late) == ("2019-10-17T23:00:00+08:00", "relative")
    assert read("昨天 23:00", now=late, zone=UTC) == ("2019-10-16T23:00:00+00:00", "relative")
    assert read("3 天前", now=late) == ("2019-10-15T00:00:00+08:00", "relative")


def test_summer_time() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert read("2019-7-1 12:00", zone=berlin) == ("2019-07-01T12:00:00+02:00", "minute")
    assert read("2019-12-1 12:00", zone=berlin) == ("2019-12-01T12:00:00+01:00", "minute")
    after = datetime(2019, 10, 27, 2, 0, tzinfo=UTC)
    assert read("2 小时前", now=after, zone=berlin) == ("2019-10-27T02:00:00+02:00", "relative")


def test_a_now_without_a_zone_is_the_site_s() -> None:
    assert read("1 小时前", now=datetime(2019, 10, 18, 17, 30)) == ("2019-10-18T16:30:00+08:00", "relative")


@settings(deadline=None)
@given(st.datetimes(datetime(1970, 1, 2), datetime(2106, 1, 1)), st.integers(-14, 14))
def test_what_dgmdate_prints_is_read_back(moment: datetime, hours: int) -> None:
    """Its default formats, with and without zeros in front."""
    zone = timezone(timedelta(hours=hours))
    moment = moment.replace(second=0, microsecond=0, tzinfo=zone)
    for date in (
        f"{moment.year}-{moment.month}-{moment.day}",
        f"{moment:%Y-%m-%d}",
        f"{moment.year}/{moment.month}/{moment.day}",
    ):
        when = parse_date(f"{date} {moment:%H:%M}", now=NOW, zone=zone)
        assert when is not None
        assert when.value == moment
        assert when.value.utcoffset() == timedelta(hours=hours)
        when = parse_date(f"{date} {moment:%I:%M %p}", now=NOW, zone=zone)
        assert when is not None
        assert when.value == moment


PIECES = (
    "2019",
    "-",
    "/",
    "年",
    "10",
    "月",
    "17",
    "日",
    " ",
    "20",
    ":",
    "34",
    "昨天",
    "前",
    "天",
    "半",
    "小时",
    "99999",
    "pm",
    "ago",
    "oct",
    "+08:00",
)


@settings(deadline=None)
@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES)).map("".join)), st.none() | st.text(), st.datetimes())
def test_no_text_is_too_strange(text: str, title: str | None, now: datetime) -> None:
    when = parse_date(text, now=now.replace(tzinfo=UTC), zone=CHINA, title=title)
    assert when is None or when.value.tzinfo is not None
    assert when is None or when.value.astimezone(UTC) is not None


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("GMT+8", 8),
        ("GMT+8, 2019-10-17 20:40 , Processed in 0.03 second(s)", 8),
        ("GMT +8", 8),
        ("GMT+5.5", 5.5),
        ("GMT+5.75", 5.75),
        ("GMT-3:30", -3.5),
        ("GMT-3.5", -3.5),
        ("GMT+5:45", 5.75),
        ("GMT+08:00", 8),
        ("UTC-11", -11),
        ("GMT", 0),
        ("GMT, 2019-10-17 20:40", 0),
        ("GMT-0", 0),
        ("GMT+14", 14),
    ],
)
def test_the_zone_of_a_footer(text: str, hours: float) -> None:
    assert parse_offset(text) == timezone(timedelta(hours=hours))


@pytest.mark.parametrize(
    "text", [None, "", "8", "+8", "GMT+15", "GMT+14:30", "GMT+123", "GMT+8:99", "AGMT+8", "GMTA", "gmt+8"]
)
def test_what_states_no_zone(text: str | None) -> None:
    assert parse_offset(text) is None


@settings(deadline=None)
@given(st.text())
def test_no_footer_is_too_strange(text: str) -> None:
    parse_offset(f"GMT{text}")


@needs_captured
def test_dates_of_captured_articles() -> None:
    """Every date that the captured sites print, as their databases have it."""
    dates = 0
    for path in sorted(CAPTURED.glob("truth/*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            article = json.loads(line)
            printed = [(comment["time_displayed"], comment["time"]) for comment in article["comments"]]
            for text, stored in [(article["published_displayed"], article["published"]), *printed]:
                moment = datetime.fromisoformat(stored).replace(second=0).isoformat()
                assert read(text) == (moment, "minute")
                dates += 1
    assert dates > 100
