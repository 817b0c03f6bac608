"""What one record tells of the health of its page: which fields it has, and what is odd about it."""

from __future__ import annotations

import re
import zlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

Record = dict[str, Any]

FIELDS: Final = (
    "headline",
    "date_published",
    "publisher",
    "publisher.uid",
    "authors",
    "is_based_on",
    "breadcrumbs",
    "discuz.catid",
    "description",
    "article_body",
    "credits",
    "images",
    "main_image",
    "attachments",
    "videos",
    "links",
    "keywords",
    "view_count",
    "comment_count",
    "reactions",
    "related",
    "neighbours",
    "in_language",
)
"""Fields whose coverage is judged. `breadcrumbs` counts with a category in it, `neighbours` is previous or next.

Comments come with time: new articles have none yet. Whether those are there that a page counts is judged instead.
"""

SAMPLE: Final = 200  # characters of a text; more say nothing new
_FUTURE: Final = timedelta(days=1)  # no time zone is further off
_JUST_NOW: Final = timedelta(minutes=5)
_FEWEST_HAN: Final = 20
_FEWEST_LATIN: Final = 10
_LEAST_COMMON: Final = 0.12
_MOST_LATIN: Final = 0.3

#: The commonest characters of Chinese, simplified and traditional: about every third one of any text. Bytes that were
#: read by a wrong charset give hardly any of them.
COMMON: Final = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
    "十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平"
    "形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程"
    "展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必"
    "战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打"
    "白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫"
    "這個們來為國時會對發動過說產種後學經進電現實體機當點從業應開還間樣與關線數內質氣條沒結問無係軍則並題黨展員總設長頭資邊級圖統見計別"
    "農運區強決戰處隊給門規領東導壓濟階術極聯認權證單風帶場車務萬議報類華確張馬節話況溫傳許廣記區市村镇县鎮縣街"
)
_COMMON: Final = re.compile(f"[{COMMON}]")
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_LATIN_1: Final = re.compile(r"[\u0080-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u20ac\u2122]")
_LETTER: Final = re.compile(r"[^\W\d_]")
_MARKUP: Final = re.compile(
    r"</?(?:p|div|span|br|img|a|td|tr|table|strong|font|b|ul|li)(?:\s[^<>]*)?/?>|&(?:nbsp|lt|gt|quot|amp);",
    re.IGNORECASE,
)
_UNLIKE: Final = re.compile(r"[\W\d_]+")
_ALIKE_LETTERS: Final = 64
_FEWEST_ALIKE: Final = 4


def fields_of(record: Record) -> dict[str, bool]:
    """Say which fields a record has."""
    publisher = record.get("publisher") or {}
    return {
        **{name: bool(record.get(name)) for name in FIELDS},
        "publisher": bool(publisher.get("name")),
        "publisher.uid": publisher.get("uid") is not None,
        "breadcrumbs": len(record.get("breadcrumbs") or ()) > 1,
        "discuz.catid": record["discuz"].get("catid") is not None,
        "view_count": record.get("view_count") is not None,
        "comment_count": record.get("comment_count") is not None,
        "neighbours": bool(record.get("previous") or record.get("next")),
    }


def troubles_of(record: Record) -> dict[str, bool]:
    """Say what is odd about a record; what cannot be told of it is left out."""
    headline, body = record.get("headline") or "", record.get("article_body") or ""
    sample = body[:SAMPLE]
    found = {
        "replacement": "\ufffd" in headline or "\ufffd" in body,
        "garbled": is_garbled(sample or headline),
        "escaped": shows_markup(headline) or shows_markup(body),
        "generic": record["provenance"].get("extractor") == "generic",
        "title": is_title_of_more(record),
    }
    published, fetched = _moment(record.get("date_published")), _moment(record["provenance"].get("fetched_at"))
    if published and fetched:
        found["future"] = published > fetched + _FUTURE
        found["now"] = abs(published - fetched) < _JUST_NOW
    if record.get("comments") is not None and record.get("comment_count"):
        found["comments"] = not any(comment["text"] or comment["author"] for comment in record["comments"])
    return found


def is_garbled(text: str) -> bool:
    """Tell whether a text was read by a wrong charset.

    >>> is_garbled("新华社北京电 记者从会议上了解到，今年以来全国各地的工作取得了新的进展。")
    False
    >>> is_garbled("新华社北京电 记者从会议上了解到，今年以来全国各地的工作".encode().decode("gbk", "replace"))
    True
    >>> is_garbled("新华社北京电 记者从会议上了解到".encode().decode("latin-1"))
    True
    """
    if text.isascii():
        return False
    han = len(_HAN.findall(text))
    if han >= _FEWEST_HAN:
        return len(_COMMON.findall(text)) < _LEAST_COMMON * han
    latin = len(_LATIN_1.findall(text))
    return latin >= _FEWEST_LATIN and latin > _MOST_LATIN * len(_LETTER.findall(text))


def shows_markup(text: str) -> bool:
    """Tell whether a text has elements or references in it, as if it were HTML.

    >>> [shows_markup(text) for text in ("<p>新华社</p>", "&nbsp;新华社", "1 < 2 & 3 > 2")]
    [True, True, False]
    """
    # To look for two characters is nothing, beside the expression.
    return ("<" in text or "&" in text) and _MARKUP.search(text) is not None


def is_title_of_more(record: Record) -> bool:
    """Tell whether the headline is the name of the site or of the category."""
    names = {record["site"].get("name"), record.get("article_section")} - {None, ""}
    return record.get("headline") in names


def language_of(record: Record) -> str:
    """The language of the text without its script: short texts do not tell that."""
    return (record.get("in_language") or "").partition("-")[0]


def alike_of(record: Record) -> dict[str, int]:
    """What records have in common that should not: a number for headline, text and date each, where there is one.

    Digits, spaces and punctuation do not make a text another one, nor does what follows its first line or two.
    """
    found = {}
    for name in ("headline", "article_body"):
        letters = _UNLIKE.sub("", (record.get(name) or "")[:SAMPLE])[:_ALIKE_LETTERS]
        if len(letters) >= _FEWEST_ALIKE:
            found[name] = checksum(letters)
    if record.get("date_published"):
        found["date_published"] = checksum(record["date_published"])
    return found


def checksum(text: str) -> int:
    """A number that stands for a text."""
    return zlib.crc32(text.encode("utf-8", "surrogatepass"))


def names_of(record: Record) -> Mapping[str, list[int]]:
    """Who posted it, and who wrote it, as numbers: the names themselves are no business of the gate's."""
    publisher = (record.get("publisher") or {}).get("name")
    authors = (author.get("name") for author in record.get("authors") or ())
    return {
        "publishers": [checksum(publisher)] if publisher else [],
        "authors": [checksum(author) for author in authors if author],
    }


def minutes_of(record: Record) -> int | None:
    """When it was published, in minutes since 1970."""
    published = _moment(record.get("date_published"))
    return int(published.timestamp() // 60) if published else None


def _moment(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None
