"""What a person asks an export for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from crawler.export.blocking import Blocking
    from crawler.privacy import Kind

Format = Literal["parquet", "jsonl", "csv", "sqlite"]
FORMATS: Final[tuple[Format, ...]] = ("parquet", "jsonl", "csv", "sqlite")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is exported, and how.

    Attributes:
        to: the format.
        path: what is to be written: a folder for parquet, else a file.
        latest: one row an article, its newest state; else every line that was published.
        from_date: articles published from that day on, in the site's own zone.
        until_date: up to that day, it included.
        categories: numbers, names, folders or addresses of categories; none for all.
        statuses: of ``published``, ``gone``, ``moved``; none for all.
        fields: top-level names to keep, in snake_case; none for all.
        camel: names in camelCase.
        near: whether near-duplicates are looked for.
        compression: ``zst``, ``gz`` or ``none``; None as the path ends.
        license: what the dataset card says of the licence; None if nobody said.
        overwrite: whether what is there already is replaced.
        redact: kinds of personal data to take out.
        pseudonyms: "" for none, ``members``, or ``all`` for authors and staff, too.
        key: of which pseudonyms are made; stands in no message.
        blocking: leaves out what is on the block list; None if nothing is.
    """

    to: Format
    path: Path
    latest: bool = False
    from_date: date | None = None
    until_date: date | None = None
    categories: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    camel: bool = False
    near: bool = False
    compression: str | None = None
    license: str | None = None
    overwrite: bool = False
    redact: frozenset[Kind] = frozenset()
    pseudonyms: str = ""
    key: bytes = field(default=b"", repr=False)
    blocking: Blocking | None = None
