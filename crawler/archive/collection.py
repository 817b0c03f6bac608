"""The responses of some files by the addresses that they are of, for whoever wants them in another order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.archive.members import Damage
from crawler.archive.reading import Served, read_warc
from crawler.archive.resolving import Resolver

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A response, and where it is.

    Attributes:
        moment: when it came (aware).
        status: of HTTP.
        path: of its file.
        offset: of its record there.
        info: what its file says of all its records.
    """

    moment: datetime
    status: int
    path: Path
    offset: int
    info: Mapping[str, str]


class Collection(Resolver):
    """Knows where every response of some files is: some 300 bytes for each.

    Args:
        paths: of the files; all of them are read.

    Attributes:
        entries: the responses of each address, by time.
        damages: what cannot be read, with its file.
        infos: what the files say of their records, by file.

    Raises:
        UsageError: a file cannot be read at all.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        super().__init__(paths)
        self.entries: dict[str, list[Entry]] = {}
        self.damages: list[tuple[Path, Damage]] = []
        self.infos: dict[Path, Mapping[str, str]] = {}
        places = self._where = {}
        waiting: list[tuple[Path, Served]] = []
        for path in paths:
            for one in read_warc(path):
                if isinstance(one, Damage):
                    self.damages.append((path, one))
                    continue
                self.infos.setdefault(path, one.info)
                if one.refers_to is not None:
                    waiting.append((path, one))
                elif one.digest:
                    places.setdefault(one.digest, (path, one.offset))
                entry = Entry(one.moment, one.status, path, one.offset, one.info)
                self.entries.setdefault(one.url, []).append(entry)
        for path, one in waiting:
            if one.digest not in places:
                damage = self.whole(one)
                assert isinstance(damage, Damage)
                self.damages.append((path, damage))
        for entries in self.entries.values():
            entries.sort(key=lambda entry: entry.moment)

    def load(self, entry: Entry) -> Served | None:
        """Give a response with its payload; None where that cannot be had, which `damages` tells.

        Raises:
            UsageError: its file cannot be read any more.
        """
        one = next(read_warc(entry.path, entry.offset), None)
        whole = self.whole(one) if isinstance(one, Served) else None
        return whole if isinstance(whole, Served) else None
