"""Small pure helpers that turn printed words into values."""

from __future__ import annotations

import html
import re
from typing import Final

from crawler import text

ESCAPES: Final = 3
"""How often a name is escaped at most."""

_NUMBER: Final = re.compile(r"\d+")
_NAMES: Final = re.compile(r"[、，,；;]")
_ROLE: Final = re.compile(r"^(?:(?:本报|特约|实习|见习)*(?:记者|通讯员|作者|撰稿|文))[\s:：/|]+")
_BRACKETS: Final = ("()", "（）", "[]", "［］", "【】", "《》", "<>", "「」")


def count(printed: str | None) -> int | None:
    """The number in a printed count, None where there is none.

    Args:
        printed: Such as "611".

    >>> count(" 1,024 ")
    1024
    """
    found = _NUMBER.findall(printed or "")
    return int("".join(found)) if found else None


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
    if "".join(printed.split()) == "".join(headline.split()):
        return []
    words = (text.clean_line(word) for word in re.split(r"[,，;；]", printed))
    return [word for word in dict.fromkeys(words) if word]
