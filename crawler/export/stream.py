"""The records that an export is about, in order, changed as was asked for; read as often as they are needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from crawler.export import transforms
from crawler.export.reading import read

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crawler.export.options import Options
    from crawler.export.reading import Source
    from crawler.export.transforms import Chosen


class Row(NamedTuple):
    """A record on its way to a writer.

    Attributes:
        site: the name of the site that it is of.
        record: the record, names in snake_case.
    """

    site: str
    record: dict[str, Any]


class Stream:
    """The records of an export.

    Args:
        sources: the published files to read.
        options: what is asked for.

    Attributes:
        chosen: the transforms of the last reading, with what they counted.
    """

    def __init__(self, sources: Sequence[Source], options: Options) -> None:
        self.sources = sources
        self._options = options
        self.chosen: Chosen = transforms.choose(options)

    def rows(self) -> Iterator[Row]:
        """Read all records from the beginning.

        Raises:
            StorageError: a published file cannot be read.
        """
        self.chosen = transforms.choose(self._options)
        for line in read(self.sources):
            if (record := self.chosen.apply(line.record)) is not None:
                yield Row(self.sources[line.source].site, record)
