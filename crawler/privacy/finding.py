"""Finding personal data in a text, the addresses in it included."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from crawler.privacy.addresses import find_in_address
from crawler.privacy.finders import FINDERS, may_hold_any
from crawler.privacy.kinds import Kind
from crawler.privacy.views import view

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

#: An address ends where no address goes on: at Chinese text, a blank, a quotation mark, a semicolon.
_ADDRESS: Final = re.compile(
    r"(?<![A-Za-z0-9])(?:(?:https?|ftp|tencent|mqqwpa)://|www\.|mailto:)[!#-&(-:=?-\[\]_a-z~]+", re.IGNORECASE
)

_MAY_HOLD_ADDRESS: Final = re.compile("://|[Ww]{3}[.]|[Mm][Aa][Ii][Ll][Tt][Oo]:")


class Finding(NamedTuple):
    """Personal data in a text, by where it begins and ends."""

    start: int
    end: int
    kind: Kind


def find(text: str, kinds: Collection[Kind]) -> list[Finding]:
    """Find personal data, in order, none over another.

    Addresses are left alone but for what in them is a person's: numbers in them are names of files.

    Args:
        text: what a person wrote.
        kinds: what to look for.
    """
    if not may_hold_any(text):
        return []
    seen = view(text)
    taken = [found.span() for found in _ADDRESS.finditer(seen.text)] if _MAY_HOLD_ADDRESS.search(seen.text) else []
    found = [
        Finding(start + inner.start, start + inner.end, inner.kind)
        for start, end in taken
        for inner in map(Finding._make, find_in_address(seen.text[start:end], kinds))
    ]
    for kind in (kind for kind in Kind if kind in kinds):
        for start, end in FINDERS[kind](seen.text):
            if not any(start < other_end and other < end for other, other_end in taken):
                taken.append((start, end))
                found.append(Finding(start, end, kind))
    return [Finding(*seen.span(one.start, one.end), one.kind) for one in sorted(found)]


def redact(text: str, kinds: Collection[Kind]) -> tuple[str, list[Kind]]:
    """Put a marker in the place of everything that is found.

    Returns:
        the text, and the kind of each finding.
    """
    found = find(text, kinds)
    return "".join(_pieces(text, found)) if found else text, [one.kind for one in found]


def _pieces(text: str, found: Collection[Finding]) -> Iterator[str]:
    at = 0
    for one in found:
        yield text[at : one.start]
        yield one.kind.marker
        at = one.end
    yield text[at:]
