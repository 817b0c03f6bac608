"""The date strings that Discuz! prints, as aware datetimes.

``dgmdate()`` (``source/function/function_core.php``) prints a date in the owner's date and time formats (settings
``dateformat`` and ``timeformat``, ``Y-n-j`` and ``H:i`` unless changed), or, in its format ``u``, how long ago it was:
in the words of the language pack (``source/language/lang_core.php``, key ``date``), with the exact time in
``span[title]``. What it is *now* and where are arguments: this module has no clock.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Precision = Literal["second", "minute", "day", "relative"]

LONGEST = 200
"""Characters that a date has at most, its label included; what is longer is a text with a date in it."""

FARTHEST = timedelta(hours=14)
"""How far a zone can be from UTC."""


@dataclass(frozen=True, slots=True)
class When:
    """A moment that a page states.

    Attributes:
        value: aware; in the zone that the text itself names, else in the zone that was given.
        precision: the smallest unit that is printed: seconds that are not printed are 0, a day begins at midnight.
            ``relative`` if the text only says how long before ``now`` it was.
        raw: the text as printed.
    """

    value: datetime
    precision: Precision
    raw: str


# --- what the language packs call it ------------------------------------------------------------------------------

# Simplified and traditional Chinese, English, Thai and Vietnamese, each in the words of its packs for X1 to X3.5, and
# what plugins print beside them.
NOW = ("刚刚", "剛剛", "刚才", "剛才", "现在", "現在", "just now", "now", "ตอนนี้", "เดี๋ยวนี้", "bây giờ")
BEFORE = ("之前", "以前", "前", "ago", "before", "ที่แล้ว", "ก่อน", "trước")
HALF = ("半个", "半個", "半", "half an", "half a", "half", "ครึ่ง", "nửa")
UNITS = {
    timedelta(seconds=1): ("秒钟", "秒鐘", "秒", "seconds", "second", "sec.", "sec", "s.", "วินาที", "giây"),
    timedelta(minutes=1): ("分钟", "分鐘", "分", "minutes", "minute", "min.", "min", "นาที", "phút"),
    timedelta(hours=1): ("个小时", "個小時", "小时", "小時", "hours", "hour", "ชั่วโมง", "giờ"),
    timedelta(days=1): ("天", "日", "days", "day", "วัน", "ngày"),
}
DAYS_AGO = {
    0: ("今天", "今日", "today", "วันนี้", "hôm nay"),
    1: ("昨天", "昨日", "yesterday", "เมื่อวาน", "hôm qua"),
    2: ("前天", "前日", "the day before yesterday", "เมื่อวานซืน", "hôm kia"),
}
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
AM = ("上午", "凌晨", "早上", "am", "a.m.")
PM = ("下午", "晚上", "pm", "p.m.")


def tidy(text: str) -> str:
    """Bring a text into the form that the expressions below know: full-width characters narrow, one blank at a time."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def any_of(*words: str) -> str:
    """Give an expression for any of the words, the longest first."""
    return "(?:" + "|".join(re.escape(tidy(word)) for word in sorted(words, key=len, reverse=True)) + ")"


UNIT_OF = {tidy(word): unit for unit, words in UNITS.items() for word in words}
DAYS_OF = {tidy(word): days for days, words in DAYS_AGO.items() for word in words}

# --- expressions --------------------------------------------------------------------------------------------------

# Year first, with any sign between; or an English month, as in PHP's `r` (portal_rss.php) and in formats like `M j, Y`.
# Where the year comes last and all are numbers, 3/4/2019 may be in March or in April: `day_and_month` tells when it is
# certain.
DATE = (
    r"(?:(?P<year>\d{4}) ?[-/.年] ?(?P<month>\d{1,2}) ?[-/.月] ?(?P<day>\d{1,2})(?!\d) ?日?"
    rf"|(?P<day_en>\d{{1,2}}) (?P<month_en>{'|'.join(MONTHS)})[a-z]*\.?,? (?P<year_en>\d{{4}})"
    rf"|(?P<month_us>{'|'.join(MONTHS)})[a-z]*\.? (?P<day_us>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year_us>\d{{4}})"
    r"|(?P<one>\d{1,2})(?P<sign>[-/.])(?P<two>\d{1,2})[-/.](?P<year_last>\d{4}))"
)
TIME = (
    rf"(?:(?P<before_noon>{any_of(*AM)})|(?P<after_noon>{any_of(*PM)}))? ?"
    r"(?P<hour>\d{1,2}) ?[:时時点點] ?(?P<minute>\d{2})(?:分|:(?=\d))?(?:(?P<second>\d{2})(?:\.\d+)?秒?)?"
    rf"(?: ?(?:(?P<am>{any_of(*AM)})|(?P<pm>{any_of(*PM)})))?"
)
ZONE = r" ?(?P<zone>z|gmt|utc|[+-]\d{2}:?\d{2})"
LABEL = r"(?:\D*[\s:(\[])??"

# Around a date there may be words, but no further numbers: it would not be certain which of them is meant.
STATED = re.compile(rf"\D*?(?<!\d){DATE}(?:(?: |t|, ?)?{TIME}(?:{ZONE})?)?(?!\d)\D*")
SOME_DAYS_AGO = re.compile(rf"{LABEL}(?P<days>{any_of(*DAYS_OF)})(?: ?{TIME})?")
AGO = re.compile(
    rf"{LABEL}(?:(?P<count>\d{{1,6}})|(?P<half>{any_of(*HALF)})) ?(?P<unit>{any_of(*UNIT_OF)}) ?{any_of(*BEFORE)}"
)
JUST_NOW = re.compile(rf"{LABEL}{any_of(*NOW)}")
OFFSET = re.compile(
    r"\b(?:GMT|UTC)(?:\s*([+-])\s*([0-9]{1,2})(?:(:[0-5][0-9])|(\.[0-9]{1,2}))?(?![\w:.])|(?!\s*[+-]|\w))"
)


def parse_date(text: str | None, *, now: datetime, zone: tzinfo, title: str | None = None) -> When | None:
    """Read a date as Discuz! prints it. Never raises.

    Args:
        text: the date as printed, perhaps with its label (``发表于 2019-1-7 09:05``).
        now: the moment at which the page was made, aware; without a zone it is taken to be in `zone`.
        zone: the zone in which the site prints dates.
        title: the ``title`` of the element that holds the text; a full date in it comes before a relative text.

    Returns:
        None for what is no date, for what may be one of several, and for days that no calendar has.

    >>> when = parse_date("2019-10-17 20:34", now=datetime.now(UTC), zone=timezone(timedelta(hours=8)))
    >>> when.value.isoformat(), when.precision
    ('2019-10-17T20:34:00+08:00', 'minute')
    """
    raw = text or title or ""
    now = now if now.tzinfo else now.replace(tzinfo=zone)
    for candidate, reader in ((title, stated), (text, stated), (text, relative)):
        if candidate and len(candidate) <= LONGEST:
            try:
                when = reader(tidy(candidate), now, zone, raw)
            except (ValueError, OverflowError):  # month 13, 25 o'clock, a million days ago
                continue
            if when:
                return when
    return None


def stated(text: str, _now: datetime, zone: tzinfo, raw: str) -> When | None:
    """Read a date that is printed in full.

    Raises:
        ValueError: there is no such day or time.
        OverflowError: the date lies at the end of the calendar and would leave it in another zone.
    """
    found = STATED.fullmatch(text)
    if found is None:
        return None
    part = found.groupdict()
    if part["year_last"]:
        day, month = day_and_month(part)
        year = int(part["year_last"])
    else:
        month = int(part["month"] or MONTHS.index(part["month_en"] or part["month_us"]) + 1)
        year = int(part["year"] or part["year_en"] or part["year_us"])
        day = int(part["day"] or part["day_en"] or part["day_us"])
    clock, precision = time_of_day(found)
    own = part["zone"]
    if own:
        zone = datetime.strptime(own if own[0] in "+-" else "+0000", "%z").tzinfo or UTC
    value = datetime.combine(datetime(year, month, day).date(), clock, zone)
    value.astimezone(UTC)
    return When(value, precision, raw)


def day_and_month(part: Mapping[str, str | None]) -> tuple[int, int]:
    """Tell day and month apart where the year comes last.

    With dots the day comes first; else only a number above 12 or the Americans' clock of twelve hours tells.

    Raises:
        ValueError: it may be either.
    """
    one, two = int(part["one"] or 0), int(part["two"] or 0)
    if part["sign"] == "." or one > 12:
        return one, two
    if two > 12 or part["am"] or part["pm"]:
        return two, one
    raise ValueError(f"{one}/{two} may be in either month")


def time_of_day(found: re.Match[str]) -> tuple[time, Precision]:
    """Read the time that a match of `TIME` holds, midnight if none is printed.

    Raises:
        ValueError: there is no such time.
    """
    part = found.groupdict()
    if part["hour"] is None:
        return time(), "day"
    hour = int(part["hour"])
    morning, evening = part["before_noon"] or part["am"], part["after_noon"] or part["pm"]
    if morning and hour > 12:
        raise ValueError(f"{hour} o'clock in the morning")
    if hour == 12 and morning:
        hour = 0
    elif hour < 12 and evening:
        hour += 12
    return time(hour, int(part["minute"]), int(part["second"] or 0)), "second" if part["second"] else "minute"


def relative(text: str, now: datetime, zone: tzinfo, raw: str) -> When | None:
    """Read how long ago something was. Days are counted by the calendar of `zone`, as ``dgmdate()`` does.

    Raises:
        ValueError: there is no such time of day.
        OverflowError: that was before the first year.
    """
    now = now.replace(microsecond=0)
    today = now.astimezone(zone).date()
    if found := SOME_DAYS_AGO.fullmatch(text):
        days = timedelta(days=DAYS_OF[found["days"]])
        return When(datetime.combine(today - days, time_of_day(found)[0], zone), "relative", raw)
    if found := AGO.fullmatch(text):
        unit = UNIT_OF[found["unit"]]
        if unit == timedelta(days=1) and found["count"]:
            return When(datetime.combine(today - int(found["count"]) * unit, time(), zone), "relative", raw)
        ago = unit / 2 if found["half"] else int(found["count"]) * unit
        return When((now.astimezone(UTC) - ago).astimezone(zone), "relative", raw)
    return When(now.astimezone(zone), "relative", raw) if JUST_NOW.fullmatch(text) else None


def parse_offset(text: str | None) -> timezone | None:
    """Read the zone that a footer states (``template/default/common/footer.htm``: ``GMT+8, 2019-10-17 20:40``).

    Args:
        text: a text that holds ``GMT`` with the hours that follow it; halves are printed ``+5.5``.

    Returns:
        None without such a statement, or for an offset that no zone on earth has. ``GMT`` alone is UTC.

    >>> print(parse_offset("GMT+5.5"), parse_offset("GMT-3:30, 2019-10-17"), parse_offset("GMT+24"))
    UTC+05:30 UTC-03:30 None
    """
    found = OFFSET.search(text or "")
    if found is None:
        return None
    sign, hours, minutes, fraction = found.groups()
    offset = timedelta(hours=int(hours or 0) + float(f"0{fraction or ''}"), minutes=int((minutes or ":0")[1:]))
    return timezone(-offset if sign == "-" else offset) if offset <= FARTHEST else None
