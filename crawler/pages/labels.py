"""The few words of the interface that no id, class, order or address can stand in for.

From the language packs of Discuz! X3.1-X3.5 (``source/language/portal/lang_template.php``): simplified and
traditional Chinese, Thai, Vietnamese, and English as sites translate it. Whether the only credit in an article's meta
line is its author or its source is told by the label alone; so is, for static addresses, whether a single neighbour
is the previous or the next article. Another language is another entry here.
"""

from __future__ import annotations

import re
from typing import Final

AUTHOR: Final = frozenset({"原作者", "作者", "ผู้เขียนต้นฉบับ", "tác giả", "original author", "author"})
"""``view_author_original``: who wrote the text."""

SOURCE: Final = frozenset({"来自", "來自", "来源", "來源", "จาก", "từ", "from", "source"})
"""``from``: where the text was taken from."""

PREVIOUS: Final = frozenset({"上一篇", "ก่อนหน้า", "bài trước", "previous", "previous article"})
"""``pre_article``."""

NEXT: Final = frozenset({"下一篇", "ถัดไป", "bài sau", "next", "next article"})
"""``next_article``."""

_SPLIT: Final = re.compile(r"\s*[:：]\s*")


def split(words: str) -> tuple[str, str]:
    """Splits "label: value" as the templates print it.

    Args:
        words: A piece of text as printed.

    Returns:
        The label in lower case (empty where there is no colon) and the value, both trimmed.

    >>> split(" 来自: 晚报: 副刊 ")
    ('来自', '晚报: 副刊')
    >>> split("晚报")
    ('', '晚报')
    """
    parts = _SPLIT.split(words.strip(), maxsplit=1)
    return (parts[0].lower(), parts[1]) if len(parts) == 2 else ("", parts[0])
