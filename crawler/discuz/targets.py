"""What an address can name, and the one key that all spellings of it share."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, unquote_to_bytes


class Kind(StrEnum):
    """What kind of thing an address names."""

    ARTICLE = "article"
    LISTING = "listing"
    COMMENTS = "comments"
    TOPIC = "topic"
    FEED = "feed"
    ATTACHMENT = "attachment"
    MEMBER = "member"
    THREAD = "thread"
    BOARD = "board"
    BLOG = "blog"
    HOME = "home"
    ARCHIVER = "archiver"
    LOGIN = "login"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Target:
    """The thing that an address names. Two targets are the same thing if their `key` is the same.

    Attributes:
        kind: what it is.
        number: Discuz!'s number of it: aid, catid, topicid, uid, tid, fid, blogid, an attachment's id, or the id that
            comments belong to. None where the address does not tell it, and for a feed of all categories.
        page: counted from 1.
        name: what names it instead of the number: the folder of a category whose catid is not known
            (``news/shehui``), the path of an attachment, a topic's or a member's name, a board's short name; the path
            of a static article's first page, beside the number if the path tells it; the id type of comments
            (``aid``, ``topicid``), the uid of a blog's author, the action of the archiver (``tid``, ``fid``); the
            address itself of anything else.
            ``%``, spaces and control characters are percent-encoded in it, and so are bytes that are no UTF-8; other
            characters stand for themselves.
    """

    kind: Kind
    number: int | None = None
    page: int = 1
    name: str = ""


DEFAULT_IDTYPE = "aid"
"""What comments belong to unless they say otherwise (``source/module/portal/portal_comment.php``)."""

NUMBERED_WITHIN = frozenset({Kind.COMMENTS, Kind.ARCHIVER})
"""Kinds whose numbers count within their name: thread 12 of the archiver is not its board 12."""


def key(target: Target) -> str:
    """Give the canonical key of a target: the same for all its spellings, different for everything else.

    Keys hold kind and number, never scheme, host or port. Page 1 of a numbered thing is not spelled out; a name is
    always followed by its page, or the second page of folder ``news`` were the first of folder ``news/2``.

    >>> key(Target(Kind.ARTICLE, 12)), key(Target(Kind.ARTICLE, 12, 3))
    ('article/12', 'article/12/3')
    >>> key(Target(Kind.LISTING, name="news/shehui", page=2))
    'listing/@news/shehui/2'
    >>> key(Target(Kind.COMMENTS, 12, name="aid"))
    'comments/aid/12'
    """
    if target.number is not None:
        within = f"{target.name or DEFAULT_IDTYPE}/" if target.kind in NUMBERED_WITHIN else ""
        page = f"/{target.page}" if target.page > 1 else ""
        return f"{target.kind}/{within}{target.number}{page}"
    if target.name:
        return f"{target.kind}/@{target.name}/{target.page}"
    return target.kind.value


UNREADABLE = re.compile(r"[\x00-\x20\x7f-\x9f%]")
PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))


def readable(text: str) -> str:
    """Decode percent-encoding into the form that `Target.name` has: one form for all spellings, nothing lost.

    >>> readable("a%2Db%20c"), readable("%E6%96%B0"), readable("%D0%C2"), readable("100%25")
    ('a-b%20c', '新', '%D0%C2', '100%25')
    """
    if text.isascii() and not UNREADABLE.search(text):
        return text
    raw = unquote_to_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        decoded = raw.decode()
    except UnicodeDecodeError:  # another charset, such as GBK: which one, the address does not say
        return quote(raw, safe=PRINTABLE.replace("%", ""))
    return UNREADABLE.sub(lambda character: quote(character[0]), decoded)


def spelled(name: str, *, safe: str = "") -> str:
    """Percent-encode a name for an address, but for the characters in `safe`; `readable` gives the name back."""
    return quote(name, safe=f"{safe}%")
