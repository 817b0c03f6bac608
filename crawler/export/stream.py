"""The records that an export is about, in order, changed as was asked for; read as often as they are needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from crawler.export import transforms
from crawler.export.faults import export_faults
from crawler.export.filters import Filters
from crawler.export.latest import Index
from crawler.export.reading import Line, read

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from crawler.export.options import Options
    from crawler.export.reading import Place, Source
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
        places: the sites.
        sources: their published files.
        options: what is asked for.

    Attributes:
        sources: the published files.
        chosen: the transforms of the last reading, with what they counted.
        filters: what is kept.

    Raises:
        UsageError: a filter that names nothing there is.
        StorageError: a site's list of categories cannot be read.
    """

    def __init__(self, places: Sequence[Place], sources: Sequence[Source], options: Options) -> None:
        self.sources = sources
        self.filters = Filters(options, places)
        self.chosen: Chosen = transforms.choose(options)
        self._options = options
        self._readings = 0

    def rows(self, scratch: Path) -> Iterator[Row]:
        """Read all records from the beginning.

        Args:
            scratch: a folder for an index on disk, where one is needed.

        Raises:
            StorageError: a published file cannot be read, or the disk refuses.
        """
        self.chosen = transforms.choose(self._options)
        for line in self._lines(scratch):
            if self.filters.by_status(line.record) and (record := self.chosen.apply(line.record)) is not None:
                yield Row(self.sources[line.source].site, record)

    def _lines(self, scratch: Path) -> Iterator[Line]:
        if not self._options.latest and not self.filters.are_of_articles:
            return read(self.sources)
        self._readings += 1
        return self._indexed(scratch / f"index-{self._readings}.sqlite3")

    def _indexed(self, path: Path) -> Iterator[Line]:
        with export_faults(path):
            index = Index(path, self.sources)
        try:
            lines = self._latest(index) if self._options.latest else self._kept(index)
            yield from lines
        finally:
            index.close()
            path.unlink(missing_ok=True)

    def _kept(self, index: Index) -> Iterator[Line]:
        """Give every line of an article that the filters keep, by what is known of it at that line."""
        return (line for line in read(self.sources) if index.note(line, self._verdict(line)))

    def _latest(self, index: Index) -> Iterator[Line]:
        """Give the newest line of each article that the filters keep, comments merged in."""
        for line in read(self.sources):
            index.note(line, self._verdict(line))
        for line in read(self.sources):
            if line.record["kind"] == "article" and index.newest(line):
                yield line._replace(record=index.merge(line))

    def _verdict(self, line: Line) -> bool | None:
        if not self.filters.are_of_articles:
            return True
        return self.filters.by_article(self.sources[line.source].site, line.record)
