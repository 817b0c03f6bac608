"""Big5 as browsers read it: a codec by the name `NAME`.

Python has three codecs for Big5, and none reads what sites serve: ``big5`` and ``cp950`` lack the characters of Hong
Kong, ``big5hkscs`` lacks the euro sign and takes the full-width tilde and the dot in foreigners' names for other signs.
All three go on in the middle of a pair of bytes that means nothing, so that one bad pair spoils everything up to the
next ASCII character. What is meant is written down in the Encoding Standard (https://encoding.spec.whatwg.org/#big5):
its table differs from ``big5hkscs`` as below, and its decoder drops a bad pair whole.
"""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from typing_extensions import Buffer

NAME: Final = "big5-whatwg"
"""What Python calls the codec once this module is imported."""

_BASE: Final = "big5hkscs"
_STRICT: Final = "crawler.big5.strict"
_REPLACE: Final = "crawler.big5.replace"
_REPLACEMENT: Final = "\ufffd"


def _pairs(table: str) -> dict[bytes, str]:
    """Reads a table: the first pair of bytes in hex, its character, then those of the pairs that follow it."""
    pairs: dict[bytes, str] = {}
    for run in table.split():
        lead, trail = bytes.fromhex(run[:4])
        for character in run[4:]:
            pairs[bytes((lead, trail))] = character
            trail = 0xA1 if trail == 0x7E else trail + 1
    return pairs


#: What ``big5hkscs`` lacks: characters that Hong Kong added in 2008 (87xx) or has twice, pictures of control
#: characters, and the euro sign (a3e1).
_MISSING: Final = _pairs(
    """
    877a㡵𡵓𣚞𦀡㻬𥣞㫵竼龗𤅡𨤍𣇪𠪊𣉞䌊蒄龖鐯䤰蘓墖靊鈘秐稲晠権袝瑌篅枂稬剏遆㓦珄𥶹瓆鿇垳䤯呌䄱𣚎堘穲𧭥讏䚮𦺈䆁𥶙箮𢒼
    87d2鿈𢓁𢓉𢓌鿉蔄𣖻䂴鿊䓡𪷿拁灮鿋 8e69箸 8e6f簆 8e7e糎 8eab緒 8eb4縝 8ecd者 8ed0耨 8f57菁 8f69蒨 8f6e萏 8fcb覦覩
    8ffe起 906d都 907a銹 90dc靜 90f1響 91bf鼖 9244蔃 92af兙兛兝兞 92c8鍮 92d1瑹 9447浧 94ca禛 95d9邗 9644靝 96ed瀞
    96fc嬨 9b76爁 9b78矗 9b7b纇 9bc6駖 9bde釔 9bec惞 9bf6澶 9c42輶 9c53侻 9c62營 9c68鄄 9c6b鷰 9c77菏 9cbc尐秣 9cd0婧
    9d57輋 9d5a筑 9dc4拐 9ea9恢 9eef痹 9efd汊 9f60鬮 9f66鼗 9fcb僭 9fd8弌 a063蠏 a077拎 a0d5瑨 a0df煢 a0e4牐
    a3c0␀␁␂␃␄␅␆␇␈␉␊␋␌␍␎␏␐␑␒␓␔␕␖␗␘␙␚␛␜␝␞␟␡€ c6cf廴 c6d3无 c6d5癶 c6d7隶 c6de〃仝
    fa5f倩 fa66偽 fabd包 fac5卄 fad5卿 fb48嘅 fbb8婷 fbf3幵 fbf9廐 fc4f彘 fc6c悤 fcb9撐 fce2晴 fcf1杞 fdb7沜渝 fdbb港
    fdf1煮 fe52猪 fe6f瑜 feaa瓩 fedd砉
    """
)
#: What ``big5hkscs`` takes for another sign; a241 and a242, a second slash and backslash, stay what it takes them for.
_SIGNS: Final = (
    ("\u2022", "\u2027"),  # a145, the dot in foreigners' names
    ("\uff64", "\ufe51"),
    ("\u203e", "\xaf"),
    ("\u223c", "\uff5e"),  # a1e3, the tilde of "3～5"
    ("\u2641", "\u2295"),
    ("\u2609", "\u2299"),
    ("\xa5", "\uffe5"),
    ("\xa2", "\uffe0"),
    ("\xa3", "\uffe1"),
)


def _search(name: str) -> codecs.CodecInfo | None:
    if name != NAME.replace("-", "_"):
        return None
    return codecs.CodecInfo(encode=codecs.lookup(_BASE).encode, decode=_decode, name=NAME)


def _decode(data: Buffer, errors: str = "strict", /) -> tuple[str, int]:
    body = bytes(data)
    text = body.decode(_BASE, _REPLACE if errors == "replace" else _STRICT)
    for taken, meant in _SIGNS:
        text = text.replace(taken, meant)
    return text, len(body)


def _known(error: UnicodeError) -> tuple[str, int]:
    """Reads a pair that only the base does not know.

    Raises:
        UnicodeError: nobody knows it.
    """
    assert isinstance(error, UnicodeDecodeError)
    character = _MISSING.get(error.object[error.start : error.start + 2])
    if character is None:
        raise error
    return character, error.start + 2


def _known_or_replaced(error: UnicodeError) -> tuple[str, int]:
    """Likewise, but for what nobody knows gives one U+FFFD: an ASCII character after it is one of its own."""
    assert isinstance(error, UnicodeDecodeError)
    lead, *rest = error.object[error.start : error.start + 2]
    if (character := _MISSING.get(bytes((lead, *rest)))) is not None:
        return character, error.start + 2
    is_pair = 0x81 <= lead <= 0xFE and any(trail >= 0x80 for trail in rest)
    return _REPLACEMENT, error.start + (2 if is_pair else 1)


codecs.register_error(_STRICT, _known)
codecs.register_error(_REPLACE, _known_or_replaced)
codecs.register(_search)
