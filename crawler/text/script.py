"""The language of a text, as far as the characters it is written in tell."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import Final

from hanzidentifier.helpers import (  # type: ignore[import-untyped]  # it ships no types
    SIMPLIFIED_CHARACTERS,
    TRADITIONAL_CHARACTERS,
)

_SIMPLIFIED_ONLY: Final = frozenset(SIMPLIFIED_CHARACTERS - TRADITIONAL_CHARACTERS)
_TRADITIONAL_ONLY: Final = frozenset(TRADITIONAL_CHARACTERS - SIMPLIFIED_CHARACTERS)
_SIMPLIFIED: Final = "CJK, simplified only"
_TRADITIONAL: Final = "CJK, traditional only"

_SAMPLE: Final = 500  # characters; more say nothing new
_FEWEST: Final = 6  # different letters; fewer say nothing
_LATIN_WEIGHT: Final = 0.25  # brands and names are Latin in every script
_KANA_OF_JAPANESE: Final = 0.1  # of the different letters at least; Chinese texts quote a の now and then
_MARKED_OF_VIETNAMESE: Final = 0.1  # likewise

#: Words that hardly an English text of two sentences does without. Each alone may be a word of another language.
_ENGLISH: Final = frozenset(
    {
        *("the", "and", "of", "with", "was", "were", "that", "this", "from", "have", "has", "been", "which", "they"),
        *("their", "would", "are", "his", "her", "said", "will", "about"),
    },
)
_SURE: Final = frozenset({"the", "and"})  # one of these at least
_FEWEST_ENGLISH: Final = 2
_WORD: Final = re.compile(r"[a-z]+")

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


class _Scripts(dict[str, str]):
    """The script of each character that was met so far, "" for what is no letter.

    A dictionary that fills itself: texts have hundreds of different characters, and a call for each would cost more
    than all the rest. Chinese characters that only one of the two ways of writing has are scripts of their own.
    """

    def __missing__(self, character: str) -> str:
        if not character.isalpha():
            script = ""
        elif character in _SIMPLIFIED_ONLY:
            script = _SIMPLIFIED
        elif character in _TRADITIONAL_ONLY:
            script = _TRADITIONAL
        else:
            script = unicodedata.name(character, "").partition(" ")[0] or "UNNAMED"
        self[character] = script
        return script


_SCRIPTS: Final = _Scripts()


def language(text: str) -> str | None:
    """The language of a text as a BCP 47 tag, from its script alone.

    Args:
        text: A text without markup.

    Returns:
        ``zh-Hans`` or ``zh-Hant`` for Chinese, ``zh`` where every character belongs to both; the tag of a language that
        has its script to itself; ``vi`` and ``en`` by their letters and words; None for scripts that many languages
        share, and for too little text.

    >>> language("这是一个简单的测试")
    'zh-Hans'
    >>> language("這是一個簡單的測試")
    'zh-Hant'
    >>> language("This is simple") is None
    True
    >>> language("The road and the bridge")
    'en'
    """
    sample = set(text[:_SAMPLE])
    scripts = Counter(map(_SCRIPTS.__getitem__, sample))
    del scripts[""]
    if scripts.total() < _FEWEST:
        return None
    simplified, traditional = scripts.pop(_SIMPLIFIED, 0), scripts.pop(_TRADITIONAL, 0)
    scripts["CJK"] += simplified + traditional
    main = max(scripts, key=lambda script: scripts[script] * (_LATIN_WEIGHT if script == "LATIN" else 1))
    kana = scripts["HIRAGANA"] + scripts["KATAKANA"]
    if main in {"CJK", "HIRAGANA", "KATAKANA"}:
        return "ja" if kana >= _KANA_OF_JAPANESE * (kana + scripts["CJK"]) else _chinese(simplified, traditional)
    if main == "LATIN":
        is_vietnamese = _marked(sample) >= _MARKED_OF_VIETNAMESE * scripts["LATIN"]
        return "vi" if is_vietnamese else "en" if _is_english(text[:_SAMPLE]) else None
    return _LANGUAGES.get(main)


def _chinese(simplified: int, traditional: int) -> str:
    if simplified == traditional:
        return "zh"
    return "zh-Hans" if simplified > traditional else "zh-Hant"


def _is_english(text: str) -> bool:
    found = _ENGLISH.intersection(_WORD.findall(text.lower()))
    return len(found) >= _FEWEST_ENGLISH and not _SURE.isdisjoint(found)


def _marked(letters: set[str]) -> int:
    """How many letters are of those that only Vietnamese has: ơ, ư, đ, and those with two marks."""
    return sum(letter in "ơưđƠƯĐ" or "\u1ea0" <= letter <= "\u1ef9" for letter in letters)
