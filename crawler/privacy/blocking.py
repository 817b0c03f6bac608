"""The block list: articles, comments and persons that are to be in no dataset, one a line.

| entry | what is left out |
|---|---|
| ``http://www.example.com/article-12-1.html`` | the article, by its address in any spelling |
| ``SITE:12`` | the article, by its id |
| ``comment:SITE:17`` | a comment |
| ``uid:SITE:5`` | a member: comments wholly; the name as publisher or author |
| ``person:NAME``, ``person:"TWO WORDS"`` | a person of any site: the same, and the name wherever it stands in a text |

What follows an entry after a blank, a date and a reason, is for people; a line that begins with ``#`` as well.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from crawler.discuz.urls import Kind, key
from crawler.errors import UsageError
from crawler.escaping import printable
from crawler.privacy.pseudonyms import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.discuz.urls import Grammar

_LINE: Final = re.compile(r"(?P<entry>person:\"[^\"]*\"|\S+)(?:\s+(?P<reason>.*))?")
_ID: Final = re.compile(r"(?P<site>[A-Za-z0-9][A-Za-z0-9._-]{0,99}):(?P<number>[1-9][0-9]{0,15})")
_PREFIXES: Final = ("person:", "uid:", "comment:")
_WANTED: Final = (
    "give an article's address or id (SITE:12), comment:SITE:17, uid:SITE:5 or person:NAME, and a reason after a blank"
)


class Entry(NamedTuple):
    """An entry: itself, where it stands, and its whole line, with date and reason."""

    text: str
    place: str
    line: str


@dataclass(frozen=True, slots=True)
class Blocks:
    """What is blocked of one site.

    Attributes:
        aids: articles by number.
        keys: articles by the canonical key of an address that does not tell the number.
        comments: comments by number.
        uids: members by number.
        persons: names, in the spelling in which names are compared.
        names: the same as they were typed.
    """

    aids: frozenset[int] = frozenset()
    keys: frozenset[str] = frozenset()
    comments: frozenset[int] = frozenset()
    uids: frozenset[int] = frozenset()
    persons: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return any((self.aids, self.keys, self.comments, self.uids, self.persons))

    def holds_article(self, aid: int | None, keys: Iterable[str] = ()) -> bool:
        """Tell whether an article is blocked, by its number or by the keys of its addresses."""
        return aid in self.aids or not self.keys.isdisjoint(keys)


@dataclass(slots=True)
class BlockList:
    """What one or several files list, for all sites.

    Attributes:
        entries: every entry that was read.
        addresses: those that are addresses.
        ids: articles by site and number; likewise `comments` and `uids`.
        names: persons as they were typed.
    """

    entries: list[Entry] = field(default_factory=list)
    addresses: list[Entry] = field(default_factory=list)
    ids: dict[str, set[int]] = field(default_factory=dict)
    comments: dict[str, set[int]] = field(default_factory=dict)
    uids: dict[str, set[int]] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.entries)

    @staticmethod
    def is_about(entry: Entry, site: str, grammar: Grammar | None) -> bool:
        """Tell whether an entry is about a site: a person's name is about all of them."""
        if entry.text.startswith("person:"):
            return True
        if "://" in entry.text:
            return grammar is not None and grammar.below(entry.text) is not None
        return entry.text.rpartition(":")[0].removeprefix("uid:").removeprefix("comment:") == site

    def of_site(self, site: str, grammar: Grammar | None, *, strict: bool = True) -> Blocks:
        """Give what is blocked of a site.

        Args:
            site: its name.
            grammar: how its addresses are read; None if not even its root is known, which an address then cannot tell.
            strict: whether the site's rewrite rules are known: else an address of something else may be an article's
                by one of them, and is compared with those of records.

        Raises:
            UsageError: an address is of this site and names no article.
        """
        aids, keys = set(self.ids.get(site, ())), set()
        for entry in self.addresses if grammar else ():
            assert grammar is not None
            if grammar.below(entry.text) is None:
                continue
            target = grammar.parse(entry.text)
            if strict and target.kind is not Kind.ARTICLE:
                raise UsageError(f"{entry.place}: {printable(entry.text)} names no article of {site}: {_WANTED}")
            if target.number is None:
                keys.add(key(target))
            else:
                aids.add(target.number)
        return Blocks(
            aids=frozenset(aids),
            keys=frozenset(keys),
            comments=frozenset(self.comments.get(site, ())),
            uids=frozenset(self.uids.get(site, ())),
            persons=frozenset(map(plain, self.names)),
            names=tuple(dict.fromkeys(self.names)),
        )


def parse_blocks(text: str, source: str, into: BlockList | None = None) -> BlockList:
    """Read the lines of a block list.

    Args:
        text: the file's.
        source: what to call it in errors.
        into: a list to add to.

    Raises:
        UsageError: a line is no entry; the message names file and line.
    """
    blocks = BlockList() if into is None else into
    for number, line in enumerate(text.splitlines(), 1):
        found = _LINE.match(line.strip())
        if found is None or found["entry"].startswith("#"):
            continue
        entry = Entry(found["entry"], f"{source}: line {number}", line.strip())
        _add(blocks, entry)
        blocks.entries.append(entry)
    return blocks


def _add(blocks: BlockList, entry: Entry) -> None:
    prefix = next((prefix for prefix in _PREFIXES if entry.text.startswith(prefix)), "")
    rest = entry.text.removeprefix(prefix)
    if prefix == "person:":
        name = rest.strip('"').strip()
        if len(name) < 2:  # a single letter stands in every text
            raise UsageError(f"{entry.place}: {printable(entry.text)} is too short a name: give two characters or more")
        blocks.names.append(name)
    elif "://" in rest and not prefix:
        if not rest.startswith(("http://", "https://")):
            raise _wrong(entry)
        blocks.addresses.append(entry)
    else:
        found = _ID.fullmatch(rest)
        if found is None:
            raise _wrong(entry)
        kinds = {"uid:": blocks.uids, "comment:": blocks.comments, "": blocks.ids}
        kinds[prefix].setdefault(found["site"], set()).add(int(found["number"]))


def _wrong(entry: Entry) -> UsageError:
    return UsageError(f"{entry.place}: {printable(entry.text)} names nothing that can be blocked: {_WANTED}")
