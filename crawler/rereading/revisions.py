"""The revisions of articles that are read again: those that the site's own store knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from crawler.errors import UsageError
from crawler.store import read_store

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

AT_ONCE = 500
"""Articles that are looked up at a time."""


class Revisions:
    """Puts into records the revision that the site's own store knows: an article that is read again is not a new one.

    Args:
        folder: the site's.
        url: of the store, if it is not in that folder.
    """

    def __init__(self, folder: Path, url: str | None) -> None:
        self._folder = folder
        self._url = url

    def put(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """Give lines with the revisions of their articles; those that the store does not know keep the first.

        Raises:
            StorageError: the store cannot be read.
        """
        waiting: list[dict[str, Any]] = []
        for line in lines:
            waiting.append(orjson.loads(line))
            if len(waiting) == AT_ONCE:
                yield from self._put(waiting)
                waiting = []
        yield from self._put(waiting)

    def _put(self, records: list[dict[str, Any]]) -> Iterator[bytes]:
        known: dict[int, int] = {}
        try:
            with read_store(self._folder, url=self._url) as store:
                known = store.revisions(record["discuz"]["aid"] for record in records)
        except UsageError:  # there is none: the archive came from elsewhere
            pass
        for record in records:
            if "revision" in record:
                record["revision"] = known.get(record["discuz"]["aid"], record["revision"])
            yield orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)
