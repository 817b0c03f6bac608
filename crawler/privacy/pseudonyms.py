"""Pseudonyms: the same for the same person of the same site under the same key, and nobody's without the key."""

from __future__ import annotations

import hmac
import re
import unicodedata
from base64 import b32encode
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from crawler.privacy.html import bare, edit
from crawler.privacy.records import HTML, TEXTS, change, rehashed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PREFIX: Final = "member_"
LETTERS: Final = 12
"""Of a name: 60 bits, so that of a million members no two share one."""
BITS: Final = 52
"""Of a number: what every reader of JSON holds exactly."""
_WORDS: Final = tuple(way for way in TEXTS if way[0] not in {"authors", "publisher", "credits"} and way[-1] != "author")

_ADDRESSES: Final = (
    *((name, "*", "url") for name in ("links", "images", "attachments", "videos", "audios")),
    ("images", "*", "thumb_url"),
    ("main_image", "url"),
    ("is_based_on", "url"),
)
#: As Discuz! spells members in addresses: ``home.php?mod=space&uid=5``, ``space-uid-5.html``, ``avatar.php?uid=5``.
_UID: Final = re.compile(r"(?<![A-Za-z])(uid[=-])([1-9][0-9]{0,15})(?![0-9])")
_USERNAME: Final = re.compile(r"(?<![A-Za-z])(username[=-])([^&#\"'<>./]+)")


class Pseudonyms:
    """Puts pseudonyms in the place of members: of who posted an article, of who wrote comments, of both in texts.

    A name and a number have pseudonyms of their own, so that a person has the same ones wherever only one of them is
    known. The site's name is part of what they are made of: one person on two sites cannot be told to be one.

    Args:
        key: the secret; whoever has it can try names through.
        staff: also authors and the staff that an article names, which newsrooms print on purpose.

    Attributes:
        records: how many records were changed.
    """

    def __init__(self, key: bytes, *, staff: bool = False) -> None:
        self._key = key
        self._staff = staff
        self.records = 0

    def name(self, site: str, name: str) -> str:
        """Give the pseudonym of a name."""
        digest = self._digest("name", site, plain(name))
        return PREFIX + b32encode(digest)[:LETTERS].decode("ascii").lower()

    def uid(self, site: str, uid: int) -> int:
        """Give the pseudonym of an account's number: a number from 1 up."""
        return (int.from_bytes(self._digest("uid", site, str(uid))[:8]) >> (64 - BITS)) + 1

    def _digest(self, *words: str) -> bytes:
        return hmac.digest(self._key, "\0".join(words).encode("utf-8", "surrogatepass"), "sha256")

    def __call__(self, record: dict[str, Any]) -> dict[str, Any]:
        """Give a record without the names and numbers of members."""
        site = str(record["id"]).rpartition(":")[0]
        known = {name: self.name(site, name) for name in members(record)}
        new = dict(record)
        if publisher := record.get("publisher"):
            new["publisher"] = self._account(publisher, "name", "uid", site)
        if comments := record.get("comments"):
            new["comments"] = [self._account(comment, "author", "author_uid", site) for comment in comments]
        staff = {name: self.name(site, name) for name in _staff(record)} if self._staff else {}
        replaced = {plain(name): new_name for name, new_name in (known | staff).items()}
        if authors := record.get("authors"):
            new["authors"] = [self._author(author, replaced) for author in authors]
        if staff and record.get("credits"):
            new["credits"] = {
                role: [self.name(site, name) for name in names] for role, names in record["credits"].items()
            }
        new = self._in_addresses(self._in_texts(new, known, staff), site)
        if new == record:
            return record
        self.records += 1
        content = ("headline", "description", "article_body", "authors", "credits")
        return rehashed(new) if any(new.get(name) != record.get(name) for name in content) else new

    def _account(self, account: Mapping[str, Any], name: str, uid: str, site: str) -> dict[str, Any]:
        new = dict(account)
        if account.get(name):
            new[name] = self.name(site, account[name])
        if account.get(uid) is not None:
            new[uid] = self.uid(site, account[uid])
        return new

    @staticmethod
    def _author(author: dict[str, Any], replaced: Mapping[str, str]) -> dict[str, Any]:
        pseudonym = replaced.get(plain(author["name"]))
        return {**author, "name": pseudonym, "name_raw": pseudonym} if pseudonym else author

    def _in_addresses(self, record: dict[str, Any], site: str) -> dict[str, Any]:
        """Replace the members whom links lead to and whose pictures are shown, also where a text prints an address."""

        def address(url: str) -> str:
            url = _UID.sub(lambda found: f"{found[1]}{self.uid(site, int(found[2]))}", url)
            return _USERNAME.sub(lambda found: f"{found[1]}{self.name(site, unquote(found[2]))}", url)

        def replacing(text: str) -> Iterator[tuple[int, int, str]]:
            found = [(*one.span(2), str(self.uid(site, int(one[2])))) for one in _UID.finditer(text)]
            found += [(*one.span(2), self.name(site, unquote(one[2]))) for one in _USERNAME.finditer(text)]
            yield from sorted(found)

        new = change(record, (*_ADDRESSES, *_WORDS), address)
        html = record.get(HTML)
        if html and any(pattern.search(text) for pattern in (_UID, _USERNAME) for text in (html, bare(html))):
            new = {**new, HTML: edit(html, replacing, address, address)}
        return new

    def _in_texts(self, record: dict[str, Any], known: dict[str, str], staff: dict[str, str]) -> dict[str, Any]:
        """Replace members where they are addressed, and staff wherever it is named."""
        patterns = [pattern for pattern in (addressed(known), anywhere(staff)) if pattern]
        if not patterns:
            return record
        names = known | staff

        def replacing(text: str) -> Iterator[tuple[int, int, str]]:
            at = 0
            found = sorted(one.span("name") for pattern in patterns for one in pattern.finditer(text))
            for start, end in found:
                if start >= at:
                    yield start, end, names[text[start:end]]
                    at = end

        def words(text: str) -> str:
            for start, end, name in reversed(list(replacing(text))):
                text = text[:start] + name + text[end:]
            return text

        new = change(record, _WORDS, words)
        html = record.get(HTML)
        return (
            {**new, HTML: edit(html, replacing, words)}
            if html and any(name in bare(html) or name in html for name in names)
            else new
        )


def plain(name: str) -> str:
    """Give a name in the spelling in which names are compared.

    >>> plain("ＡＢＣ 甲 ")
    'abc 甲'
    """
    return unicodedata.normalize("NFKC", name).strip().casefold()


def members(record: Mapping[str, Any]) -> list[str]:
    """Give the names of the members whom a record shows, the longest first."""
    names = {(record.get("publisher") or {}).get("name"), *(one.get("author") for one in record.get("comments") or ())}
    return sorted((name for name in names if name), key=lambda name: (-len(name), name))


def _staff(record: Mapping[str, Any]) -> list[str]:
    """Give the names of authors and staff that a record shows."""
    names = {one["name"] for one in record.get("authors") or ()}
    names.update(name for some in (record.get("credits") or {}).values() for name in some)
    return sorted((name for name in names if name), key=lambda name: (-len(name), name))


def addressed(names: Mapping[str, Any]) -> re.Pattern[str] | None:
    """Match names where a person is spoken to or quoted: ``@name``, ``回复 name``, a line that begins ``name:``.

    Anywhere else a name may be a word: there are members who are called 新闻.
    """
    if not names:
        return None
    one = _one_of(names)
    before = r"(?:(?<=[@＠])|(?<=回复)|(?<=回复[ :：@])|(?<=引用)|(?<=引用[ :：@])"
    return re.compile(rf"{before}|^(?={one}[ \u3000]?(?:[:：]|发表于|于 ?[0-9]{{4}})))(?P<name>{one})", re.MULTILINE)


def anywhere(names: Mapping[str, Any]) -> re.Pattern[str] | None:
    """Match names of two characters or more wherever they stand."""
    some = [name for name in names if len(name) > 1]
    return re.compile(rf"(?P<name>{_one_of(some)})") if some else None


def _one_of(names: Mapping[str, Any] | list[str]) -> str:
    return f"(?:{'|'.join(re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name)))})"
