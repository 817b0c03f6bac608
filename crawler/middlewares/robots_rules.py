"""robots.txt by RFC 9309: what an answer means, and what of its bytes are rules."""

from __future__ import annotations

from codecs import BOM_UTF8
from enum import StrEnum
from typing import Final

LONGEST: Final = 500 * 1024
"""Bytes of a file that count; the RFC asks for no fewer."""


class Meaning(StrEnum):
    """What the status of a robots.txt's answer says of the site."""

    RULES = "rules"
    """What it holds is to be obeyed."""
    NONE = "none"
    """There are no rules: everything may be read (RFC 9309, 2.3.1.3)."""
    UNREACHABLE = "unreachable"
    """There may be rules, and nobody can tell them: nothing may be read (RFC 9309, 2.3.1.4)."""


def meaning_of(status: int) -> Meaning:
    """Say what a status means. 429 is no 4xx as others are: the server says later, not that there is nothing.

    >>> [str(meaning_of(status)) for status in (200, 204, 304, 403, 404, 429, 503)]
    ['rules', 'rules', 'none', 'none', 'none', 'unreachable', 'unreachable']
    """
    if 200 <= status < 300:
        return Meaning.RULES
    return Meaning.NONE if 300 <= status < 500 and status != 429 else Meaning.UNREACHABLE


def rules_in(body: bytes) -> bytes:
    """Give what of a robots.txt's answer are rules.

    Args:
        body: as it came.

    Returns:
        the first 500 KiB up to their last whole line, without a byte order mark; nothing of a page of HTML: many sites
        answer every address with one, and its words are no rules.

    >>> rules_in(b"<!DOCTYPE html><p>User-agent: *</p>")
    b''
    """
    body = body.removeprefix(BOM_UTF8)
    if body.lstrip()[:1] == b"<":
        return b""
    if len(body) > LONGEST:
        end = max(body.rfind(line_end, 0, LONGEST) for line_end in (b"\n", b"\r"))
        body = body[: end + 1]
    return body
