"""An export from its beginning to its end."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from crawler import clock
from crawler.export.card import About, card
from crawler.export.database import Database
from crawler.export.faults import export_faults, extra
from crawler.export.jsonl import JsonLines, compression_of
from crawler.export.reading import sources
from crawler.export.shape import shape
from crawler.export.sheets import Sheet
from crawler.export.stream import Row, Stream
from crawler.export.tally import Tally
from crawler.export.target import open_target

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from crawler.export.options import Options
    from crawler.export.reading import Place
    from crawler.export.shape import Shape
    from crawler.export.target import Target
    from crawler.export.writing import Writer

NAMED = 5
"""Sites that a dataset is named after."""
DATA_FILES = {"parquet": "data/**/*.parquet"}


class Progress(Protocol):
    """Is told how an export goes on."""

    def __call__(self, stage: str, rows: int) -> None:
        """Take in that so many rows have passed a stage, which is named by a word or two."""


def silent(stage: str, rows: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Done:
    """What an export has written.

    Attributes:
        path: where.
        card: its dataset card.
        rows: how many.
        articles: how many of them are lines of articles.
        files: how many files they are in.
        size: of these, in bytes.
        clusters: of near-duplicates; None if they were not looked for.
    """

    path: Path
    card: Path
    rows: int
    articles: int
    files: int
    size: int
    clusters: int | None


def export(places: Sequence[Place], options: Options, progress: Progress = silent) -> Done:
    """Write what is published of some sites as a dataset, with its card.

    Args:
        places: the sites, in the order in which they are read.
        options: what is asked for.
        progress: told of each row.

    Raises:
        UsageError: an option that cannot be followed, or a library that it needs is not installed.
        RunningError: another export is writing the same target.
        StorageError: something cannot be read or written.
    """
    columns = shape(options.fields, in_camel=options.camel, near=options.near)
    read = sources(places)
    stream = Stream(places, read, options)
    tally = Tally()
    with open_target(options.path, is_folder=options.to == "parquet", overwrite=options.overwrite) as target:
        with export_faults(target.path), ExitStack() as closing:
            rows, clusters = _rows(stream, options, target, progress, closing)
            with _writer(target, columns, options) as writer:
                for row in rows:
                    tally.add(row.site, row.record)
                    writer.write(row.record)
                    progress("written", tally.rows)
            about = About(
                name=name_of(places),
                data_files=DATA_FILES.get(options.to, options.path.name if options.to != "sqlite" else ""),
                options=options,
                shape=columns,
                typed=options.to in {"parquet", "sqlite"},
                sources=read,
                tally=tally,
                chosen=stream.chosen,
                clusters=clusters,
                made_at=clock.utc_now(),
            )
            target.new_card.write_text(card(about), encoding="utf-8")
        target.publish()
    with export_faults(target.path):
        sizes = [path.stat().st_size for path in target.files()]
    return Done(target.path, target.card, tally.rows, tally.articles, len(sizes), sum(sizes), clusters)


def name_of(places: Sequence[Place]) -> str:
    """Give a dataset of some sites a name."""
    return ", ".join(place.name for place in places) if len(places) <= NAMED else f"{len(places):,} sites"


def _rows(
    stream: Stream, options: Options, target: Target, progress: Progress, closing: ExitStack
) -> tuple[Iterator[Row], int | None]:
    """Give the rows to write, and how many clusters of near-duplicates are among them."""
    if not options.near:
        return stream.rows(target.scratch), None
    with extra("--dedup near"):
        from crawler.export.alike import Alike  # noqa: PLC0415  (only where it is asked for)
    alike = Alike(target.scratch / "alike")
    closing.callback(alike.close)
    for number, row in enumerate(stream.rows(target.scratch), 1):
        alike.add(row.record)
        progress("compared", number)
    alike.join()
    rows = (
        row._replace(record=row.record | alike.columns(number))
        for number, row in enumerate(stream.rows(target.scratch))
    )
    return rows, alike.clusters


def _writer(target: Target, columns: Shape, options: Options) -> Writer:
    match options.to:
        case "parquet":
            with extra("--to parquet"):
                from crawler.export.parquet import Parquet  # noqa: PLC0415  (only where it is asked for)
            return Parquet(target.new, target.scratch, columns)
        case "sqlite":
            return Database(target.new, columns)
        case "csv":
            return Sheet(target.new, columns, compression_of(options.path, options.compression))
    return JsonLines(target.new, columns, compression_of(options.path, options.compression))
