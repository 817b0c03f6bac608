"""An export from its beginning to its end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.export.faults import export_faults
from crawler.export.jsonl import JsonLines, compression_of
from crawler.export.reading import Place, sources
from crawler.export.stream import Stream
from crawler.export.target import Target, open_target

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from crawler.export.options import Options
    from crawler.export.writing import Writer


@dataclass(frozen=True, slots=True)
class Done:
    """What an export has written.

    Attributes:
        path: where.
        records: how many rows.
    """

    path: Path
    records: int


def export(places: Sequence[Place], options: Options, progress: Callable[[int], None] = lambda _: None) -> Done:
    """Write what is published of some sites as a dataset.

    Args:
        places: the sites, in the order in which they are read.
        options: what is asked for.
        progress: told now and then how many rows are written.

    Raises:
        UsageError: an option that cannot be followed.
        RunningError: another export is writing the same target.
        StorageError: something cannot be read or written.
    """
    stream = Stream(sources(places), options)
    count = 0
    with open_target(options.path, is_folder=options.to == "parquet", overwrite=options.overwrite) as target:
        with export_faults(target.path):
            with _writer(target, options) as writer:
                for count, row in enumerate(stream.rows(), 1):
                    writer.write(row.record)
                    progress(count)
            target.new_card.write_text("", encoding="utf-8")
        target.publish()
    return Done(options.path, count)


def _writer(target: Target, options: Options) -> Writer:
    return JsonLines(target.new, compression_of(options.path, options.compression))
