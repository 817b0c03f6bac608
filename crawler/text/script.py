"""The language of a text, as far as the characters it is written in tell."""

from __future__ import annotations

import unicodedata
from collections import Counter
from functools import lru_cache
from typing import Final

from hanzidentifier.helpers import (  # type: ignore[import-untyped]  # it ships no types
    SIMPLIFIED_CHARACTERS,
    TRADITIONAL_CHARACTERS,
)

_SIMPLIFIED: Final = frozenset(SIMPLIFIED_CHARACTERS - TRADITIONAL_CHARACTERS)
_TRADITIONAL: Final = frozenset(TRADITIONAL_CHARACTERS - SIMPLIFIED_CHARACTERS)

_SAMPLE: Final = 500  # characters; more say nothing new
_FEWEST: Final = 6  # different letters; fewer say nothing
_LATIN_WEIGHT: Final = 0.25  # brands and names are Latin in every script
_KANA_OF_JAPANESE: Final = 0.1  # of the different letters at least; Chinese texts quote a の now and then
_MARKED_OF_VIETNAMESE: Final = 0.1  # likewise

#: Scripts, by the first word of their characters' Unicode names, that practically one language is written in.
_LANGUAGES: Final = {
    "ARMENIAN": "hy",
    "BENGALI": "bn",
    "GEORGIAN": "ka",
    "GREEK": "el",
    "GUJARATI": "gu",
    "HANGUL": "ko",
    "HEBREW": "he",
    "KHMER": "km",
    "LAO": "lo",
    "MONGOLIAN": "mn",
    "MYANMAR": "my",
    "SINHALA": "si",
    "TAMIL": "ta",
    "TELUGU": "te",
    "THAI": "th",
    "TIBETAN": "bo",
}


def language(text: str) -> str | None:
    """The language of a text as a BCP 47 tag, from its script alone.

    Args:
        text: A text without markup.

    Returns:
        ``zh-Hans`` or ``zh-Hant`` for Chinese, ``zh`` where every character belongs to both; the tag of a language that
        has its script to itself; None for scripts that many languages share, and for too little text.

    >>> language("这是一个简单的测试")
    'zh-Hans'
    >>> language("這是一個簡單的測試")
    'zh-Hant'
    >>> language("This is simple") is None
    True
    """
    letters = {letter for letter in set(text[:_SAMPLE]) if letter.isalpha()}
    if len(letters) < _FEWEST:
        return None
    scripts = Counter(map(_script, letters))
    main = max(scripts, key=lambda script: scripts[script] * (_LATIN_WEIGHT if script == "LATIN" else 1))
    kana = scripts["HIRAGANA"] + scripts["KATAKANA"]
    if main in {"CJK", "HIRAGANA", "KATAKANA"}:
        return "ja" if kana >= _KANA_OF_JAPANESE * (kana + scripts["CJK"]) else _chinese(letters)
    if main == "LATIN":
        return "vi" if _marked(letters) >= _MARKED_OF_VIETNAMESE * scripts["LATIN"] else None
    return _LANGUAGES.get(main)


@lru_cache(maxsize=8192)
def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]


def _chinese(letters: set[str]) -> str:
    simplified, traditional = len(letters & _SIMPLIFIED), len(letters & _TRADITIONAL)
    if simplified == traditional:
        return "zh"
    return "zh-Hans" if simplified > traditional else "zh-Hant"


def _marked(letters: set[str]) -> int:
    """How many letters are of those that only Vietnamese has: ơ, ư, đ, and those with two marks."""
    return sum(letter in "ơưđƠƯĐ" or "\u1ea0" <= letter <= "\u1ef9" for letter in letters)
