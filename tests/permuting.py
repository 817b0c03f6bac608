"""Captured pages and their truth with host, numbers and words permuted: nothing may be known by heart.

The words that the template prints in its own markup stay as they are, and so does the markup; all else changes
consistently, in the page and in the truth alike.
"""

from __future__ import annotations

import re
from typing import Any, Final

HOST: Final = "quay.example:4711"

_IDEOGRAPHS: Final = range(0x4E00, 0x9FA6)
_SHIFT: Final = 7919
_LETTERS: Final = {code: _IDEOGRAPHS[(code - _IDEOGRAPHS.start + _SHIFT) % len(_IDEOGRAPHS)] for code in _IDEOGRAPHS}
_ENTITY: Final = re.compile(r"&#(\d+);")

# What the default template prints, with the markup around it.
_LABELS: Final = re.compile(
    r"\n发布者: |\n查看: |\n评论: |</span>原作者: |</span>来自: |<strong>摘要</strong>|<em>上一篇：|<em>下一篇："
    r"|>第 \d+ 页 |\"共 \d+ 页\"|/ \d+ 页<|\n游客\n|\n分类: <label>|[\u4e00-\u9fa5]ICP备\d+号",
)

_NUMBERS: Final = re.compile(
    r"(?<![\w])(?P<before>(?:aid|catid|uid|tid)=|(?<=[?&;])id=|article-|space-uid-|thread-|click_aid_|mn_P|pg_list_"
    r"|comment_anchor_|comment_|name=\"(?:aid|id)\" value=\"|<input type=\"hidden\" value=\")"
    r"(?P<number>\d+)",
)

_NUMBER_KEYS: Final = frozenset(
    {
        *("aid", "catid", "publisher_uid", "prev_aid", "next_aid", "related", "related_to_hidden", "cid", "uid", "id"),
        *("comments_thread_tid", "upid", "aids_newest_first", "truth_aid"),
    },
)


def number(value: int) -> int:
    """Another number for a number; greater ones stay greater, 0 (nobody, nothing) stays 0."""
    return 3 * value + 7 if value else 0


def words(text: str) -> str:
    """The text with every ideograph replaced by another one, written out or as an entity."""
    text = _ENTITY.sub(lambda entity: f"&#{_LETTERS.get(int(entity[1]), int(entity[1]))};", text)
    return text.translate(_LETTERS)


def address(text: str, host: str) -> str:
    """The text with this host and the numbers in addresses and ids replaced."""
    text = text.replace(host, HOST)
    return _NUMBERS.sub(lambda found: f"{found['before']}{number(int(found['number']))}", text)


def page(text: str, host: str) -> str:
    """A page, permuted.

    Args:
        text: The decoded page.
        host: ``host:port`` of its site.
    """
    pieces: list[str] = []
    end = 0
    for label in _LABELS.finditer(text):
        pieces += words(text[end : label.start()]), label[0]
        end = label.end()
    pieces.append(words(text[end:]))
    return address("".join(pieces), host)


def truth(value: Any, host: str, key: str = "") -> Any:
    """A value of the truth or the manifest, permuted as the pages are.

    Args:
        value: Any JSON value.
        host: ``host:port`` of its site.
        key: The key under which it stands.
    """
    if isinstance(value, dict):
        return {words(name): truth(one, host, name) for name, one in value.items()}
    if isinstance(value, list):
        return [truth(one, host, key) for one in value]
    if isinstance(value, str):
        return address(words(value), host)
    if isinstance(value, int) and key in _NUMBER_KEYS:
        return number(value)
    return value
