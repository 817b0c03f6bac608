"""Dates among other words: which part of a piece of text is one, as `crawler.discuz.dates` will read it."""

from __future__ import annotations

import re
from typing import Final

from crawler.discuz.dates import BEFORE, DATE, DAYS_OF, HALF, NOW, TIME, UNIT_OF, any_of

LONGEST: Final = 60
"""Characters of a piece of text that may hold a date beside other things: what is longer is a sentence."""

_LONGEST_SHORT: Final = 16
"""The same for a month and a day alone, which look like a score or a range."""


def _unnamed(expression: str) -> str:
    return re.sub(r"\(\?P<\w+>", "(?:", expression)


_DAY: Final = _unnamed(DATE)
_HOUR: Final = _unnamed(TIME)
# The year last: whether month or day comes first, the site's other dates tell, not this one.
_LAST: Final = r"\d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?\d{4}"
_AGO: Final = rf"(?:\d{{1,6}}|{any_of(*HALF)})\s?{any_of(*UNIT_OF)}\s?{any_of(*BEFORE)}"
_WHEN: Final = re.compile(
    rf"(?<![\d.a-z])(?:(?:{_DAY}|{_LAST})(?:(?:\s|\s?t|,\s?)?{_HOUR})?|{any_of(*DAYS_OF)}(?:\s?{_HOUR})?|{_AGO}|{any_of(*NOW)})(?![\da-z])",
    re.IGNORECASE,
)
# Months and days without a year, as lists print them (`m-d` in list_category_onerank.htm, X3.1-X3.5).
_SHORT: Final = re.compile(
    r"(?<![\d.])(?:\d{2}-)?(?:0?[1-9]|1[0-2])\s?[-/月]\s?(?:0?[1-9]|[12]\d|3[01])日?(?:\s\d{1,2}:\d{2}(?::\d{2})?)?(?!\d)"
)
_AROUND: Final = " \t\r\n\xa0\u3000|/·•-—()[]【】（）〔〕[],，:："
_LABEL: Final = re.compile(r"[^\W\d]{1,12}(?:\s[^\W\d]{1,12})?\s?[:：]?\s*\Z")


def is_date(words: str) -> bool:
    """Whether a piece of text is a date and nothing else but a label and brackets.

    Args:
        words: text as printed.

    >>> is_date("[2019-1-7 09:05]"), is_date("发布时间：昨天 18:00"), is_date("05-03"), is_date("1月7日，渡轮停航")
    (True, True, True, False)
    """
    found = find_date(words)
    if found is None:
        return False
    before, _, after = words.partition(found)
    return not after.strip(_AROUND) and (not before.strip(_AROUND) or _LABEL.match(before.strip(_AROUND)) is not None)


def find_date(words: str) -> str | None:
    """The date in a piece of text, as printed; None where there is none.

    Args:
        words: text as printed, at most `LONGEST` characters: a date in a sentence is what that is about.

    >>> find_date("作者：甲  时间：2019-1-7 09:05  阅读：12")
    '2019-1-7 09:05'
    >>> find_date("(3 小时前)"), find_date("05-03"), find_date("1:2")
    ('3 小时前', '05-03', None)
    """
    if len(words) > LONGEST:
        return None
    found = _WHEN.search(words)
    if found is None and len(words) <= _LONGEST_SHORT:
        found = _SHORT.search(words)
    return found[0].strip() if found else None
