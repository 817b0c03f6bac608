"""Responses that refer to an earlier record, with the payload of that one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.archive.members import Damage
from crawler.archive.reading import Served, read_warc

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


class Resolver:
    """Reads files together: what one refers to may lie in another.

    It remembers where each payload is, some 100 bytes for each, and no payload itself.

    Args:
        paths: of the files.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = paths
        self._where: dict[str, tuple[Path, int]] | None = None

    def responses(self) -> Iterator[tuple[Path, Served | Damage]]:
        """Give every response of all files, in the order of the files, and what cannot be read; with its file.

        Raises:
            UsageError: a file cannot be read at all.
        """
        for path in self._paths:
            for one in read_warc(path):
                yield path, one if isinstance(one, Damage) else self.whole(one)

    def whole(self, served: Served) -> Served | Damage:
        """Give a response with its payload.

        Raises:
            UsageError: a file cannot be read at all.
        """
        if served.refers_to is None:
            return served
        url, date = served.refers_to
        where = self.places.get(served.digest)
        if where is None:
            words = f"{served.url} refers to the record of {url} of {date}, which none of the files has: give its file"
            return Damage(served.offset, f"{words}, too (an earlier run's, most likely)")
        first = next(read_warc(*where), None)
        if not isinstance(first, Served):
            return Damage(served.offset, f"{served.url} refers to the record of {url} of {date}, which is damaged")
        return replace(served, body=first.body, refers_to=None)

    @property
    def places(self) -> dict[str, tuple[Path, int]]:
        """Where the record of each payload is, by digest; found out at the first that refers to one."""
        if self._where is None:
            self._where = {}
            for path in self._paths:
                for one in read_warc(path):
                    if isinstance(one, Served) and one.refers_to is None and one.digest:
                        self._where.setdefault(one.digest, (path, one.offset))
        return self._where
