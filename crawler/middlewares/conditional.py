"""Conditional requests (RFC 9110, 13): asking for a page only if it is another one than that which was read.

Discuz!'s scripts send no validators. What its owner had written to a file, robots.txt and attachments are served with
them by any server.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from crawler import clock
from crawler.middlewares.pace_waits import http_date

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrapy.http import Headers

NOT_MODIFIED: Final = 304
ETAG: Final = re.compile(r'(W/)?"[\x21\x23-\x7e]{0,200}"')
"""A longer one is not worth keeping for every article."""
SETTLED: Final = timedelta(seconds=2)
"""A file that was written so shortly before it was sent may be written again with the same date (RFC 9110, 8.8.2.2)."""


def validators_in(headers: Headers) -> dict[str, str]:
    """Give what a response says by which to ask whether the page is still the same; empty for most.

    Returns:
        ``etag``, or where there is none ``modified``; each as it came.
    """
    etag = (headers.get("ETag") or b"").decode("latin-1").strip()
    if ETAG.fullmatch(etag):
        return {"etag": etag}
    modified = (headers.get("Last-Modified") or b"").decode("latin-1").strip()
    written, sent = http_date(modified), http_date((headers.get("Date") or b"").decode("latin-1"))
    if written is not None and written + SETTLED <= (sent or clock.utc_now()):
        return {"modified": modified}
    return {}


def headers_for(known: Mapping[str, str]) -> dict[str, str]:
    """Give the header of a request that asks for a page only if it has changed.

    Args:
        known: what `validators_in` gave.

    >>> headers_for({"etag": '"1a-5f"'}), headers_for({})
    ({'If-None-Match': '"1a-5f"'}, {})
    """
    if "etag" in known:
        return {"If-None-Match": known["etag"]}
    return {"If-Modified-Since": known["modified"]} if "modified" in known else {}
