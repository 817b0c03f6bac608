"""What ``scrapy extract --from-warc`` says of each response of an archive."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.http import TextResponse

from crawler.archive import Damage, Resolver
from crawler.errors import CrawlerError, UsageError
from crawler.extract import describe
from crawler.middlewares.answers import BadAnswer
from crawler.middlewares.compression import unpacked
from crawler.middlewares.conditional import NOT_MODIFIED
from crawler.middlewares.replaying import response_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crawler.archive import Served
    from crawler.commands.extract import Sites

LARGEST = 64 * 1024 * 1024
"""Bytes of a page, unpacked."""


def lines_of(
    files: Sequence[str], sites: Sites, *, explained: bool, comments_enabled: bool
) -> Iterator[dict[str, Any] | CrawlerError]:
    """Give a line for each response of some archives, in their order, and an error for each that cannot be read.

    Args:
        files: their paths as given.
        sites: knows the sites that pages belong to.
        explained: say which rule gave each field.
        comments_enabled: whether comments are wanted.
    """
    given = {Path(file): file for file in files}
    try:
        for path, one in Resolver(list(given)).responses():
            name = given[path]
            if isinstance(one, Damage):
                yield damaged(name, one)
                continue
            try:
                line = _line(one, sites, explained=explained, comments_enabled=comments_enabled)
            except CrawlerError as error:
                yield type(error)(f"extract: {name}: {one.url}: {error}")
            except Exception as error:
                what = f"{type(error).__name__}: {error}"
                yield CrawlerError(
                    f"extract: {name}: {one.url}: a bug ended the reading ({what}); please report it with the page"
                )
            else:
                yield {"file": name, "url": one.url, "date": one.date, "status": one.status} | line
    except UsageError as error:
        yield UsageError(f"extract: --from-warc {error}")


def damaged(file: str, damage: Damage) -> UsageError:
    """Say what of a file cannot be read."""
    return UsageError(f"extract: --from-warc {file}: at byte {damage.offset:,}: {damage.words}; the rest is read")


def _line(served: Served, sites: Sites, *, explained: bool, comments_enabled: bool) -> dict[str, Any]:
    if served.status == NOT_MODIFIED:
        return {"kind": "not_modified"}
    try:
        response = unpacked(response_of(served), LARGEST)
    except BadAnswer as error:
        raise UsageError(str(error)) from error
    if not isinstance(response, TextResponse) and "Location" in response.headers:
        response = TextResponse(response.url, response.status, response.headers, response.body)
    if not isinstance(response, TextResponse) or served.url.endswith("/robots.txt"):
        kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
        return {"kind": "other", "content_type": kind, "size": len(response.body)}
    return describe(
        response,
        sites.of(served.url),
        fetched_at=served.moment,
        status=served.status,
        explained=explained,
        comments_enabled=comments_enabled,
    )
