"""Which extractor made a record: a number that differs as soon as the same page may give another record."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any, Final

import orjson

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

EXTRACTOR_VERSION: Final = 2
"""Raise it with every change after which any page gives another `content_hash`: revisions count changes of the site."""


def extractor_stamp(roots: Sequence[str], zone: str | None, theme: Mapping[str, Any] | None) -> int:
    """Stamp what we read a site's articles with.

    A record whose stamp is another one cannot be compared by its hash: what differs may be our doing. Whether a page's
    text had to be guessed (``generic``) is not in it: that is the page's doing, and an editor's change can bring it
    about.

    Args:
        roots: the site's root, which the addresses in a record begin with, and those that are read as it.
        zone: the time zone that its profile states, in which its dates are read.
        theme: the selectors by field, by table, that its profile holds.

    Returns:
        31 bits: the store keeps one for every article, and some databases' smallest fitting integers have a sign.
    """
    made_with = [EXTRACTOR_VERSION, list(roots), zone, theme or {}]
    return zlib.crc32(orjson.dumps(made_with, option=orjson.OPT_SORT_KEYS)) & 0x7FFF_FFFF
