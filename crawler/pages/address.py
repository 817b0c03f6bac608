"""The address that a page says it was asked for at."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final

_REPORTURL: Final = re.compile(r"\bREPORTURL\s*=\s*'([A-Za-z0-9+/]+={0,2})'")


def printed_address(text: str) -> str | None:
    """Read the address that Discuz! hands to its "report" link.

    ``common/header.htm`` and ``common/header_common.htm`` (X3.1-X3.5) print the address of the request as base64, in
    the variable ``REPORTURL`` of the first script of every page with a header.

    Args:
        text: the page's source.

    Returns:
        an http(s) address, or None where the page prints none.

    >>> printed_address("var REPORTURL = 'aHR0cDovL3d3dy5leGFtcGxlLmNvbS9wb3J0YWwucGhw';")
    'http://www.example.com/portal.php'
    """
    found = _REPORTURL.search(text)
    if found is None:
        return None
    try:
        address = base64.b64decode(found[1], validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return address if address.startswith(("http://", "https://")) else None
