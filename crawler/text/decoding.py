"""What a page's bytes are to be read as: by what it declares where its bytes bear that out, else by the bytes.

Sites declare wrongly: a server adds its own charset to every page, a template was converted and its ``meta`` was not, a
proxy turned GBK into UTF-8. So a declaration is believed only if it fits:

- bytes that are UTF-8 are UTF-8: nothing else looks like it by chance, but for a few characters;
- GBK and Big5 each make characters of nearly any bytes, but of the other's bytes rare ones. Both standards say which
  characters are everyday ones: they fill their first levels;
- what is declared and fits none of these (Korean, Japanese, Thai …) is believed, except for the Western charsets that
  servers add by themselves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from w3lib.encoding import html_body_declared_encoding, read_bom, resolve_encoding, to_unicode

from crawler.text import big5

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

UTF_8: Final = "utf-8"
GB18030: Final = "gb18030"
BIG5: Final = "big5hkscs"


@dataclass(frozen=True, slots=True)
class Charset:
    """A charset, and what told it.

    Attributes:
        encoding: Its name in Python; ``gb18030`` for GB2312 and GBK too, ``big5hkscs`` for all of Big5.
        source: "bom", "header" (``Content-Type``), "xml" (the declaration of an XML document), "meta": the first of
            these to say what the bytes bear out. "detected": nothing says so, the bytes show it. "default": nothing is
            said, and the bytes do not show any.
    """

    encoding: str
    source: str

    @property
    def codec(self) -> str:
        """The codec that reads it as browsers do."""
        return big5.NAME if self.encoding == BIG5 else self.encoding


#: Spellings that sites use and Python does not know.
_ALIASES: Final = {
    "x-gbk": GB18030,
    "gb-2312": GB18030,
    "cn-gb": GB18030,
    "zh-cn": GB18030,
    "x-x-big5": BIG5,
    "cn-big5": BIG5,
    "big-5": BIG5,
    "cp950": BIG5,
    "zh-tw": BIG5,
    "utf8mb4": UTF_8,
    "utf-8-sig": UTF_8,
    "unicode": UTF_8,
}
_WESTERN: Final = frozenset({"cp1252", "iso8859-1", "iso8859-15", "mac-roman"})
#: All that a page may be in. Python knows more names, and some of them are no charsets of text.
_KNOWN: Final = frozenset(
    {
        *(UTF_8, GB18030, BIG5, "cp949", "euc_jp", "cp932", "iso2022_jp", "johab", *_WESTERN),
        *("cp866", "cp874", "koi8-r", "koi8-u", "mac-cyrillic", "ptcp154"),
        *(f"cp125{number}" for number in range(9)),
        *(f"iso8859-{number}" for number in range(2, 17)),
    },
)

_HEADER_LABEL: Final = re.compile(r"charset\s*=[\s\"']*([\w.:-]+)", re.IGNORECASE)
_BODY_LABEL: Final = re.compile(
    rb"<(?:meta\b|(?P<xml>\?xml\b))[^<>]*?\b(?:charset|encoding)\s*=[\s\"']*(?P<label>[\w.:-]+)",
    re.IGNORECASE,
)
_BEYOND_ASCII: Final = re.compile(rb"(?:[\x80-\xff]+[\x40-\x7f]?)+")  # with the second bytes of GBK and Big5
_XML: Final = re.compile(rb"\s*<\?xml\s")
_HEAD: Final = 65536  # bytes in which a page may declare anything

_SAMPLE: Final = 160  # bytes from the first that is not ASCII on: a title and what is beside it
_LARGE_SAMPLE: Final = 50_000  # bytes beyond ASCII
_FITS: Final = 0.6  # of `_fit`; what is right is rarely below 0.85, what is wrong rarely above 0.35
_APART: Final = 0.5  # what is right fits better by so much, nearly always
_DECLARED: Final = 0.3  # by how much more a declared charset counts
_FEW: Final = 8  # bytes that may be UTF-8 by chance
_BAD: Final = 3.0  # what is no character counts as much as so many rare ones
_GOOD_PER_BAD: Final = 4  # UTF-8 with more that is wrong is not UTF-8
_BROKEN: Final = 0.1  # of all characters; what is declared and breaks more of them was declared wrongly


def _cells(encoding: str, leads: Iterable[int], trails: Iterable[int]) -> set[str]:
    """The characters in some rows of a table of pairs."""
    every = list(trails)
    return set(b"".join(bytes((lead, trail)) for lead in leads for trail in every).decode(encoding, "ignore"))


_HIGH: Final = range(0xA1, 0xFF)
_BIG5_TRAILS: Final = (*range(0x40, 0x7F), *_HIGH)
_ASCII: Final = frozenset(map(chr, range(0x80)))
_EVERYDAY: Final = frozenset(
    _cells("gb2312", range(0xB0, 0xD8), _HIGH)  # level 1
    | _cells("gb2312", (0xA1, 0xA3), _HIGH)  # punctuation, full-width letters
    | _cells("big5", range(0xA4, 0xC7), _BIG5_TRAILS)  # level 1
    | _cells("big5", (0xA1,), _BIG5_TRAILS),
)
#: Signs, kana, Greek, Cyrillic: many in some texts, none in most.
_NEUTRAL: Final = frozenset(
    _cells("gb2312", (0xA2, *range(0xA4, 0xAA)), _HIGH) | _cells("big5", (0xA2, 0xA3), _BIG5_TRAILS),
)


def decide(body: bytes, content_type: str | None = None) -> Charset:
    """Decides what a page's bytes are to be read as.

    Args:
        body: The page, or a feed, whole.
        content_type: The ``Content-Type`` of its response, all of them joined by commas; None where it has none.

    Returns:
        The charset. A few bad bytes do not change it; a page may end inside a character.

    >>> decide("<p>中文</p>".encode("gbk"), "text/html; charset=utf-8")
    Charset(encoding='gb18030', source='detected')
    """
    mark, _ = read_bom(body)
    if mark is not None and mark != UTF_8:
        return Charset(mark, "bom")
    if body.isascii():
        return next(_declared(body, content_type), Charset(UTF_8, "default"))
    first_bad = _first_bad(body)
    if first_bad is None:
        return _utf_8(body, content_type)
    declared = next(_declared(body, content_type), None)
    if declared is not None and declared.encoding in (GB18030, BIG5) and _is_plain(body, first_bad, declared):
        return declared
    return _best(body, list(dict.fromkeys(_declared(body, content_type, thorough=True))))


# --- what is declared ---------------------------------------------------------------------------------------------


def _declared(body: bytes, content_type: str | None, *, thorough: bool = False) -> Iterator[Charset]:
    """What is declared, in the order in which it counts.

    Args:
        body: The page.
        content_type: The header.
        thorough: Look for further declarations where a browser would not.
    """
    if read_bom(body)[0]:
        yield Charset(UTF_8, "bom")
    labels = [(label, "header") for label in _HEADER_LABEL.findall(content_type)] if content_type else []
    yield from filter(None, (_named(*label) for label in labels))
    encoding = html_body_declared_encoding(body)
    labels = [(encoding, "xml" if _XML.match(body) else "meta")] if encoding else []
    if thorough or not labels:
        for found in _BODY_LABEL.finditer(body[:_HEAD]):
            labels.append((found["label"].decode("latin-1"), "xml" if found["xml"] else "meta"))
    yield from filter(None, (_named(*label) for label in labels))


@lru_cache(maxsize=256)
def _named(label: str, source: str) -> Charset | None:
    """The charset of a label, if there is one; UTF-16 is only told by its mark: bytes that say so are not in it."""
    encoding = _ALIASES.get(label.lower().replace("_", "-")) or resolve_encoding(label)
    if encoding is not None and encoding.startswith(("utf-16", "utf-32")):
        encoding = UTF_8
    return Charset(encoding, source) if encoding in _KNOWN else None


# --- what the bytes show ------------------------------------------------------------------------------------------


def _first_bad(body: bytes) -> int | None:
    """Where the first byte is that is not UTF-8; None where all are, or the last character is cut."""
    try:
        body.decode(UTF_8)
    except UnicodeDecodeError as error:
        return None if error.end == len(body) and "end of data" in error.reason else error.start
    return None


def _utf_8(body: bytes, content_type: str | None) -> Charset:
    """The charset of bytes that are UTF-8: so few of them may be so by chance that a declaration decides."""
    first = None
    for charset in _declared(body, content_type):
        if charset.encoding == UTF_8:
            return charset
        first = first or charset
    if first is not None:
        beyond_ascii = body.translate(None, bytes(range(0x80)))
        if len(beyond_ascii) <= _FEW and _fit(to_unicode(body, first.encoding)) > 1 - _DECLARED:
            return first
    return Charset(UTF_8, "detected")


def _is_plain(body: bytes, bad: int, declared: Charset) -> bool:
    """Whether the first characters of a page alone show that it is in the declared charset: true of nearly all."""
    start = bad
    while start and body[start - 1] >= 0x80:
        start -= 1
    sample = body[start : start + _SAMPLE]
    other = GB18030 if declared.encoding == BIG5 else BIG5
    fit = _fit(to_unicode(sample, declared.encoding))
    return fit >= _FITS and _fit(to_unicode(sample, other)) <= fit - _APART


def _best(body: bytes, declared: list[Charset]) -> Charset:
    """The charset that fits bytes best which are not UTF-8, or not all of them."""
    sample = b" ".join(_BEYOND_ASCII.findall(body))[:_LARGE_SAMPLE]
    if _is_mostly_utf_8(sample):
        return _told(UTF_8, declared)
    others = (charset for charset in declared if charset.encoding not in {UTF_8, GB18030, BIG5, *_WESTERN})
    for charset in others:
        if _broken(to_unicode(sample, charset.encoding)) < _BROKEN:
            return charset
    fits = {
        charset: _fit(to_unicode(sample, charset.encoding)) + (_DECLARED if charset in declared else 0)
        for charset in (_told(GB18030, declared), _told(BIG5, declared))
    }
    best = max(fits, key=fits.__getitem__)
    if fits[best] > 0:
        return best
    western = (charset for charset in declared if charset.encoding in _WESTERN)
    return next(western, None) or next(iter(declared), Charset("cp1252", "default"))


def _told(encoding: str, declared: list[Charset]) -> Charset:
    """A charset with what told it."""
    return next((charset for charset in declared if charset.encoding == encoding), Charset(encoding, "detected"))


def _is_mostly_utf_8(sample: bytes) -> bool:
    text = sample.decode(UTF_8, "replace")
    bad = text.count("\ufffd")
    return sum(character > "\x7f" for character in text) - bad >= _GOOD_PER_BAD * bad


def _broken(text: str) -> float:
    """How many of the characters beyond ASCII are none, of all."""
    return text.count("\ufffd") / sum(character > "\x7f" for character in text)


def _fit(text: str) -> float:
    """How well the characters beyond ASCII fit a Chinese text: 1 where all are everyday ones, below 0 where none are.

    Each counts once: a Russian text in a GBK page has few different letters, and they would make everyday Big5.
    """
    beyond = set(text) - _ASCII
    rare = beyond - _EVERYDAY
    everyday = len(beyond) - len(rare)
    bad = text.count("\ufffd")
    if rare:
        rare -= _NEUTRAL
        none = sum(character < "\xa0" or "\ue000" <= character <= "\uf8ff" for character in rare)
        everyday -= len(rare) - none - ("\ufffd" in rare)
        bad += none
    return (everyday - _BAD * bad) / (len(beyond) + bad) if beyond else 0.0
