"""Leaving out of a record what is blocked: the whole of it, comments, a person's name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from crawler.discuz.urls import key
from crawler.privacy.html import bare, edit
from crawler.privacy.pseudonyms import addressed, anywhere, plain
from crawler.privacy.records import HASHED, HTML, TEXTS, change, rehashed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from crawler.discuz.urls import Grammar
    from crawler.privacy.blocking import Blocks

    Record = dict[str, Any]

HIDDEN: Final = "[已隐去]"
"""What stands in a text in the place of a person's name."""


class LeavesOut:
    """Takes out of the records of one site what is blocked.

    A blocked person's comments go wholly, with what others quote of them there. An article that such a person posted or
    wrote stays: it is the newsroom's. Its publisher is null then, and the name is in none of its fields.

    Args:
        blocks: what is blocked of this site.
        grammar: how its addresses are read; None if that is not known.

    Attributes:
        articles: how many records were left out.
        comments: how many comments.
        changed: how many records lost something else.
    """

    def __init__(self, blocks: Blocks, grammar: Grammar | None) -> None:
        self._blocks = blocks
        self._grammar = grammar
        self._everywhere = anywhere(dict.fromkeys(blocks.names))
        self._found: set[int] = set()
        self.articles = self.comments = self.changed = 0

    def is_blocked(self, record: Record) -> bool:
        """Tell whether a record is of a blocked article."""
        aid = int(str(record["id"]).rpartition(":")[2])
        if aid in self._found:
            return True
        keys = self._keys([record.get("url"), *(record.get("observed_urls") or ())])
        if not self._blocks.holds_article(aid, keys):
            return False
        self._found.add(aid)  # a line of new comments tells no address
        return True

    def _keys(self, urls: Sequence[str | None]) -> list[str]:
        if not self._blocks.keys or self._grammar is None:
            return []
        return [key(self._grammar.parse(url)) for url in urls if url]

    def __call__(self, record: Record) -> Record | None:
        """Give a record without what is blocked, the same one if nothing is; None if nothing is to be left of it."""
        if self.is_blocked(record):
            self.articles += 1
            return None
        new = self._without_comments(record)
        if new is None:
            return None
        new = self._without_links(self._without_persons(new, self._named(record)))
        if new is record:
            return record
        content = any(new.get(name) != record.get(name) for name in HASHED)
        self.changed += 1
        return rehashed(new) if content else new

    # --- comments ---

    def _is_person(self, name: str | None, uid: int | None) -> bool:
        return uid in self._blocks.uids or (name is not None and plain(name) in self._blocks.persons)

    def _without_comments(self, record: Record) -> Record | None:
        comments = record.get("comments")
        if not comments:
            return record
        out = [
            one
            for one in comments
            if one["id"] in self._blocks.comments or self._is_person(one["author"], one["author_uid"])
        ]
        if not out:
            return record
        self.comments += len(out)
        numbers = {one["id"] for one in out}
        said = [_bare(one["text"]) for one in out]
        left = [_unquoted(one, said) for one in comments if one["id"] not in numbers]
        if record.get("kind") == "comments" and not left:
            return None
        new = {**record, "comments": left}
        return {**new, "comments_complete": False} if "comments_complete" in record else new

    # --- persons ---

    def _named(self, record: Record) -> list[str]:
        """Give the names that a record shows of members who are blocked by number."""
        publisher = record.get("publisher") or {}
        accounts = [(publisher.get("name"), publisher.get("uid"))]
        accounts += [(one["author"], one["author_uid"]) for one in record.get("comments") or ()]
        return list(dict.fromkeys(name for name, uid in accounts if name and uid in self._blocks.uids))

    def _without_persons(self, record: Record, named: Sequence[str]) -> Record:
        if not (self._blocks.persons or self._blocks.uids):
            return record
        persons = self._blocks.persons | set(map(plain, named))
        new = dict(record)
        publisher = record.get("publisher")
        if publisher and (publisher["uid"] in self._blocks.uids or plain(publisher["name"] or "") in persons):
            new["publisher"] = None
        if authors := record.get("authors"):
            new["authors"] = [one for one in authors if plain(one["name"]) not in persons]
        if staff := record.get("credits"):
            left = {role: [name for name in names if plain(name) not in persons] for role, names in staff.items()}
            new["credits"] = {role: names for role, names in left.items() if names or not staff[role]}
        if (source := record.get("is_based_on")) and plain(source["name"]) in persons:
            new["is_based_on"] = None
        new = self._unnamed(new, named)
        return record if new == record else new

    def _unnamed(self, record: Record, named: Sequence[str]) -> Record:
        patterns = [one for one in (self._everywhere, addressed(dict.fromkeys(named))) if one is not None]
        if not patterns:
            return record
        replacing = _replacing(patterns)

        def words(text: str) -> str:
            for start, end, new in reversed(list(replacing(text))):
                text = text[:start] + new + text[end:]
            return text

        new = change(record, TEXTS, words)
        html = record.get(HTML)
        if html and any(name in bare(html) or name in html for name in (*self._blocks.names, *named)):
            new = {**new, HTML: edit(html, replacing, words)}
        return new

    # --- links to what is blocked ---

    def _without_links(self, record: Record) -> Record:
        new = record
        for name in ("previous", "next"):
            if (link := record.get(name)) and self._leads_to_blocked(link):
                new = {**new, name: None}
        related = record.get("related")
        if related:
            left = [link for link in related if not self._leads_to_blocked(link)]
            if len(left) < len(related):
                new = {**new, "related": left}
        return new

    def _leads_to_blocked(self, link: Record) -> bool:
        return self._blocks.holds_article(link.get("aid"), self._keys([link.get("url")]))


def _replacing(patterns: Sequence[re.Pattern[str]]) -> Callable[[str], Iterator[tuple[int, int, str]]]:
    def replacing(text: str) -> Iterator[tuple[int, int, str]]:
        at = 0
        for start, end in sorted(found.span("name") for pattern in patterns for found in pattern.finditer(text)):
            if start >= at:
                yield start, end, HIDDEN
                at = end

    return replacing


_BLANKS: Final = re.compile(r"\s+")
_SHORTEST: Final = 4
"""Characters of a quote that tell whose words it quotes: 好 is everybody's."""


def _bare(text: str) -> str:
    return _BLANKS.sub("", text)


def _unquoted(comment: Record, said: Sequence[str]) -> Record:
    """Give a comment without its quote, where that quotes what is left out; Discuz! cuts quotes short with dots."""
    quote = _bare(comment.get("quote") or "").rstrip(".…")
    if not quote or not any(quote == words or (len(quote) >= _SHORTEST and quote in words) for words in said):
        return comment
    return {**comment, "quote": None}
