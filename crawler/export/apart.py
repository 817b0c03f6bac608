"""Chinese words for a full-text index that splits at spaces: each character is set apart, and a word is a phrase.

SQLite's own tokenizers take a run of Chinese characters for one word (``unicode61``), or find nothing shorter than
three characters (``trigram``). Set apart, 新闻 is the phrase "新 闻", which words of one or two characters are, too.
"""

from __future__ import annotations

import re
from typing import Final

# CJK radicals up to the compatibility forms, kana, hangul, and the planes above: what is written without spaces.
_RUN: Final = re.compile("[\u2e80-\ufaff\U00020000-\U0003ffff]+")


def apart(text: str) -> str:
    """Set each character of a script without spaces apart; other words stay as they are.

    >>> apart("新闻 X3.5版")
    ' 新 闻  X3.5 版 '
    """
    return _RUN.sub(lambda run: f" {' '.join(run[0])} ", text)


def match(words: str) -> str:
    """Give what finds some words in the index: ``WHERE articles_fts MATCH ?``.

    Args:
        words: with spaces between; each is to be found, in any order.

    >>> match('新闻 "X3"')
    '"新 闻" "X3"'
    """
    bare = (" ".join(apart(word).replace('"', " ").split()) for word in words.split())
    return " ".join(f'"{word}"' for word in bare if word)
