"""The published files of sites, read line by line in the order in which they were published.

A published file is changed by a purge alone, so that all this goes on while a crawl writes. What a file holds is held
against what ``published.jsonl`` says of it: a damaged disk, or a file that was replaced meanwhile, gives an error and
no dataset.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from crawler.errors import StorageError, UsageError
from crawler.export.faults import export_faults
from crawler.store.ledgers import PUBLISHED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Place:
    """A site whose records are exported.

    Attributes:
        name: the site's name.
        folder: its folder, ``data/<site>``.
        url: its root, "" where it is not known.
    """

    name: str
    folder: Path
    url: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A published file.

    Attributes:
        site: the site's name.
        path: where it is.
        file: its path below the site's folder, as ``published.jsonl`` names it.
        run: the run that wrote it.
        records: its number of lines.
        sha256: of its bytes, hexadecimal.
        published_at: when, as ISO 8601.
    """

    site: str
    path: Path
    file: str
    run: str
    records: int
    sha256: str
    published_at: str


class Line(NamedTuple):
    """A line of a published file.

    Attributes:
        source: which of the sources it stands in, from 0.
        offset: where it begins, in bytes.
        record: what it says.
    """

    source: int
    offset: int
    record: dict[str, Any]


def sources(places: Sequence[Place]) -> list[Source]:
    """Give the published files of some sites, site by site, each in the order of publication.

    Raises:
        UsageError: a site has published nothing.
        StorageError: a list of published files cannot be read.
    """
    return [source for place in places for source in _of(place)]


def _of(place: Place) -> Iterator[Source]:
    ledger = place.folder / PUBLISHED
    with export_faults(ledger):
        try:
            lines = ledger.read_bytes().splitlines()
        except FileNotFoundError:
            raise UsageError(
                f"{ledger}: nothing is published of this site: check its name, or crawl it first"
            ) from None
    found: dict[str, Source] = {}
    for number, line in enumerate(lines, 1):
        try:
            about = orjson.loads(line)
            names = ("file", "run", "records", "sha256")
            file, run, records, sha256 = (about[name] for name in names)
            if "purged_at" in about:  # it lost lines, and stands where it stood
                found[file] = replace(found[file], records=records, sha256=sha256)
                continue
            published_at = about["published_at"]
        except (orjson.JSONDecodeError, KeyError, TypeError):
            raise StorageError(
                f"{ledger}: line {number} names no published file: crawl the site once more, which writes it anew"
            ) from None
        found[file] = Source(place.name, place.folder / file, file, run, records, sha256, published_at)
    yield from found.values()


def read(chosen: Sequence[Source]) -> Iterator[Line]:
    """Read every line of some files; at most one of them is held in memory.

    Raises:
        StorageError: a file cannot be read, or is not what was published.
    """
    for number, source in enumerate(chosen):
        yield from _lines(number, source)


def _lines(number: int, source: Source) -> Iterator[Line]:
    with export_faults(source.path):
        file = source.path.open("rb")
    with file:
        # First the whole, then its lines: of what is damaged nothing is to be made, and what is open stays what it
        # is though another file takes its name.
        with export_faults(source.path):
            if hashlib.file_digest(file, "sha256").hexdigest() != source.sha256:
                raise changed(source)
            file.seek(0)
        offset = 0
        while True:
            with export_faults(source.path):
                line = file.readline()
            if not line:
                return
            yield Line(number, offset, orjson.loads(line))
            offset += len(line)


def changed(source: Source) -> StorageError:
    """Give the error that a published file is not what was published."""
    return StorageError(
        f"{source.path}: it is not what was published (its SHA-256 in {PUBLISHED} is another): "
        "start again if it was replaced just now, else bring it back from a backup"
    )
