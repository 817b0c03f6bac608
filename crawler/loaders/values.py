"""Small pure helpers that turn printed words into values."""

from __future__ import annotations

import html
import re
from typing import Final

from crawler import text

ESCAPES: Final = 3
"""How often a name is escaped at most."""

GREATEST: Final = 2**53 - 1
"""The greatest number that every reader of JSON keeps as it is (RFC 8259, 6)."""

NO_SUMMARY: Final = frozenset({"", "...", "…"})
"""What is printed of a summary that is empty."""

DIGITS: Final = 16
"""The number of its digits."""

_BETWEEN_DIGITS: Final = re.compile(r"\D")
# Digits, perhaps in groups of three, with words but no further number, sign, fraction or unit of thousands around them.
_COUNT: Final = re.compile(
    r"[^\d\-−.]*([0-9]{1,3}(?:[,，\xa0\u202f ][0-9]{3}){1,5}|[0-9]{1,16})(?!\s*(?:[.千万萬亿億]|[kKwW]\b))\D*"
)
_NAMES: Final = re.compile(r"[、，,；;]")
_ROLE: Final = re.compile(r"^(?:(?:本报|特约|实习|见习)*(?:记者|通讯员|作者|撰稿|文))[\s:：/|]+")
_BRACKETS: Final = ("()", "（）", "[]", "［］", "【】", "《》", "<>", "「」")


def count(printed: str | None) -> int | None:
    """The number in a printed count, None where there is none or not exactly one.

    Args:
        printed: Such as "611". One that is rounded ("1.2万", "3k") is no count.

    >>> count(" 1,024 ")
    1024
    >>> count("1.2万") is None
    True
    """
    if not printed:
        return None
    if (number := _plain(printed)) is not None:  # nearly always
        return within(number)
    found = _COUNT.fullmatch(printed)
    return within(int(_BETWEEN_DIGITS.sub("", found[1]))) if found else None


def identifier(printed: str | None) -> int | None:
    """A number by which Discuz! knows something, None for what is none.

    Args:
        printed: Its digits.

    >>> identifier("12"), identifier("0"), identifier("x")
    (12, None, None)
    """
    number = _plain(printed.strip()) if printed else None
    return within(number) or None if number is not None else None


def within(number: int) -> int | None:
    """A number, or None if it is greater than any that JSON is sure to keep."""
    return number if number <= GREATEST else None


def _plain(printed: str) -> int | None:
    """The number that a text of nothing but digits is."""
    return int(printed) if printed.isascii() and printed.isdigit() and len(printed) <= DIGITS else None


def plain_name(printed: str) -> str:
    """A category's or a site's name.

    Discuz! escapes names of categories when they are saved, once more where they pass a form again, and a feed once
    more on top of that (``portal_rss.php``, X3.1-X3.5): "&" can come as ``&amp;amp;``.

    Args:
        printed: The name as parsed.

    >>> plain_name("Arts &amp;amp; Crafts ")
    'Arts & Crafts'
    """
    for _ in range(ESCAPES):
        if "&" not in printed:
            break
        printed = html.unescape(printed)
    return text.clean_line(printed)


def split_names(printed: str) -> list[tuple[str, str]]:
    """The names in a printed list, without their roles and brackets.

    Args:
        printed: As printed after the label.

    Returns:
        Name, and the piece of the list that it was printed as.

    >>> split_names("记者 张三、（李四）")
    [('张三', '记者 张三'), ('李四', '（李四）')]
    """
    names = []
    for piece in _NAMES.split(printed):
        raw = text.clean_line(piece)
        name = raw[1:-1].strip() if len(raw) > 2 and raw[0] + raw[-1] in _BRACKETS else raw
        name = _ROLE.sub("", name)
        if name:
            names.append((name, raw))
    return names


def split_keywords(printed: str, headline: str) -> list[str]:
    """The keywords of ``meta[name=keywords]``.

    Without a setting of the owner's Discuz! prints the title there (``portal_view.php``, X3.1-X3.5): those are none.

    Args:
        printed: The content of the element.
        headline: The article's title.
    """
    if "".join(text.clean_line(printed).split()) == "".join(headline.split()):
        return []
    words = (text.clean_line(word) for word in re.split(r"[,，;；]", printed))
    return [word for word in dict.fromkeys(words) if word]
