"""Articles whose text is nearly the same: the same press release on ten portals.

Headline and text are made alike first (width, case, punctuation and spaces count for nothing), then cut into runs of
five characters. Two articles are near when about seven tenths of all runs of either are in both, as MinHash with 128
permutations estimates it. A line set before or after, another headline, or a few words changed leave more; a report
made by the same template about other figures, places and people leaves less. Nearness is handed on: what is near to one
of a cluster is in it.

Articles with less text than `LEAST` are not compared: of two photographs that are both called 图片新闻 nothing is
known.

Signatures lie on disk. In memory are some forty bytes a row, and while clusters are made some forty more.
"""

from __future__ import annotations

import mmap
import re
import unicodedata
from array import array
from contextlib import ExitStack
from hashlib import blake2b
from operator import eq
from typing import IO, TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from rensa import RMinHash

from crawler.export.instants import instant
from crawler.export.shape import CLUSTER_ID, CLUSTER_SIZE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from typing_extensions import Buffer

THRESHOLD: Final = 0.7
"""Share of common runs from which on two texts are near."""
PERMUTATIONS: Final = 128
BANDS: Final = 25
BAND: Final = 5
"""Values of a signature that two must share to be compared at all: of two that are just near, 99 in 100 are."""
RUN: Final = 5
"""Characters of a run."""
LEAST: Final = 50
"""Characters of text, as made alike, from which on it is compared."""
MOST: Final = 50_000
"""Characters that are looked at: of a novel its beginning."""
SEED: Final = 20240501
AT_ONCE: Final = 64
COMPARED: Final = 16
"""Of those that share a band: with how many each further one is compared."""
NEVER: Final = 2**62
"""When an article without a date was published, for the order."""
_NOISE: Final = re.compile(r"[\W_]+")


def made_alike(text: str) -> str:
    """Give a text without what a copy changes: width, case, punctuation, spaces.

    >>> made_alike("２０２４年，ABC…")
    '2024年abc'
    """
    return _NOISE.sub("", unicodedata.normalize("NFKC", text[:MOST]).casefold())


def runs(record: dict[str, Any]) -> set[str]:
    """Give the runs of characters by which an article is compared; none where it has too little text."""
    body = made_alike(record.get("article_body") or "")
    if len(body) < LEAST:
        return set()
    text = made_alike(record.get("headline") or "") + body
    return {text[start : start + RUN] for start in range(len(text) - RUN + 1)}


class Alike:
    """Finds which rows of an export are near one another.

    Rows are given to `add` in order, then `join` makes the clusters, then `columns` tells of each row by its number.

    Args:
        folder: for signatures and names; made.

    Raises:
        OSError: the disk refuses.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._closing = ExitStack()
        self._signatures = self._open(folder / "signatures")
        self._names = self._open(folder / "names")
        self._bands = [self._open(folder / f"band-{band}") for band in range(BANDS)]
        self._ends = array("Q")  # of each row's name
        self._ids = array("Q")  # of each row, its name's hash
        self._dates = array("q")  # of each row, in seconds
        self._rows = array("I")  # of each signature
        self._waiting: list[set[str]] = []
        self._parents = array("I")
        self._first = array("I")
        self._sizes = array("I")

    def _open(self, path: Path) -> IO[bytes]:
        return self._closing.enter_context(path.open("w+b"))

    def add(self, record: dict[str, Any]) -> None:
        """Take in the next row."""
        row = len(self._ids)
        name = record["id"].encode()
        self._names.write(name)
        self._ends.append((self._ends[-1] if self._ends else 0) + len(name))
        self._ids.append(_hash(name))
        moment = instant(record.get("date_published"))
        self._dates.append(int(moment.timestamp()) if moment else NEVER)
        if found := runs(record):
            self._rows.append(row)
            self._waiting.append(found)
            if len(self._waiting) >= AT_ONCE:
                self._sign()

    def _sign(self) -> None:
        for signature in RMinHash.digests_from_token_sets(self._waiting, PERMUTATIONS, SEED):
            data = array("I", signature).tobytes()
            self._signatures.write(data)
            for band, file in enumerate(self._bands):
                file.write(blake2b(data[band * BAND * 4 : (band + 1) * BAND * 4], digest_size=8).digest())
        self._waiting.clear()

    def join(self) -> None:
        """Make the clusters; no row is added after.

        Raises:
            OSError: the disk refuses.
        """
        if self._waiting:
            self._sign()
        self._parents = array("I", range(len(self._ids)))
        same_ids = list(
            _groups(self._ids, len(self._ids))
        )  # lines of one article are in one cluster, whatever they say
        for rows in same_ids:
            for row in rows[1:]:
                self._unite(rows[0], row)
        if self._rows:
            self._join_bands()
        self._count(same_ids)

    def _join_bands(self) -> None:
        for file in self._bands:
            with _mapped(file) as keys:
                for group in _groups(keys, len(self._rows)):
                    self._compare(group)

    def _compare(self, group: list[int]) -> None:
        """Unite the signatures of a group that are near one another."""
        heads: list[int] = []
        for number in group:
            row = self._rows[number]
            for head in heads:
                if self._root(self._rows[head]) == self._root(row):
                    break
                shared = sum(map(eq, self._signature(number), self._signature(head)))
                if shared >= THRESHOLD * PERMUTATIONS:
                    self._unite(self._rows[head], row)
                    break
            else:
                if len(heads) < COMPARED:
                    heads.append(number)

    def _signature(self, number: int) -> array[int]:
        # Read, not mapped: what is mapped counts as memory of this process until somebody else wants it.
        self._signatures.seek(number * PERMUTATIONS * 4)
        return array("I", self._signatures.read(PERMUTATIONS * 4))

    def _root(self, row: int) -> int:
        parents = self._parents
        while parents[row] != row:
            parents[row] = parents[parents[row]]
            row = parents[row]
        return row

    def _unite(self, one: int, other: int) -> None:
        low, high = sorted((self._root(one), self._root(other)))
        self._parents[high] = low

    def _count(self, same_ids: Iterable[list[int]]) -> None:
        """Tell of each cluster how many articles it has, and which of its rows is the earliest."""
        self._first = array("I", self._parents)
        self._sizes = array("I", bytes(4 * len(self._ids)))
        for row in range(len(self._ids)):
            root = self._root(row)
            self._sizes[root] += 1
            if self._is_earlier(row, self._first[root]):
                self._first[root] = row
        for rows in same_ids:
            self._sizes[self._root(rows[0])] -= len(rows) - 1

    def _is_earlier(self, row: int, other: int) -> bool:
        if self._dates[row] != self._dates[other]:
            return self._dates[row] < self._dates[other]
        return row != other and self.name(row) < self.name(other)

    def name(self, row: int) -> str:
        """Give the id of a row."""
        begin = self._ends[row - 1] if row else 0
        self._names.seek(begin)
        return self._names.read(self._ends[row] - begin).decode()

    def columns(self, row: int) -> dict[str, Any]:
        """Give what the dataset says of a row, by its number from 0."""
        root = self._root(row)
        return {CLUSTER_ID: self.name(self._first[root]), CLUSTER_SIZE: self._sizes[root]}

    @property
    def clusters(self) -> int:
        """How many clusters there are with more than one article."""
        return sum(size > 1 for size in self._sizes)

    def close(self) -> None:
        """Let go of the files."""
        self._closing.close()


def _hash(data: bytes) -> int:
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "little")


def _mapped(file: IO[bytes]) -> mmap.mmap:
    file.flush()
    return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _groups(keys: Buffer, length: int) -> Iterator[list[int]]:
    """Give the places of values that come more than once, value by value, places ascending.

    Args:
        keys: numbers of eight bytes.
        length: how many.
    """
    if length < 2:
        return
    column = pa.Array.from_buffers(pa.uint64(), length, [None, pa.py_buffer(keys)])
    order = pc.sort_indices(column)  # stable
    ordered = column.take(order)
    again = pc.indices_nonzero(pc.equal(ordered[1:], ordered[:-1]))
    del column, ordered  # the memory of `keys` is somebody else's
    group: list[int] = []
    last = -2
    for place in again:
        here = place.as_py()
        if here != last + 1:
            if group:
                yield group
            group = [order[here].as_py()]
        group.append(order[here + 1].as_py())
        last = here
    if group:
        yield group
