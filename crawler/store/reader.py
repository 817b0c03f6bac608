"""A store that is only read."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

from crawler.store import articles, categories, facts, frontier, holdings, media, parts, runs, tallies, warcs
from crawler.store.faults import storage_faults
from crawler.store.model import Counts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from contextlib import ExitStack
    from datetime import datetime

    import sqlalchemy as sa

    from crawler.store.model import Category, Change, Due, Holding, MediaFile, Part, Run, RunInfo, Unrecorded, WarcFile


class StoreReader:
    """A store that is only read; a run may write to it meanwhile.

    Args:
        connection: to the database.
        path: where the database is, for errors.
        closing: what `close` has to do.
    """

    def __init__(self, connection: sa.Connection, path: str, closing: ExitStack) -> None:
        self._connection = connection
        self._path = path
        self._closing = closing
        self.run: Run | None = None

    @contextmanager
    def _transaction(self) -> Iterator[sa.Connection]:
        """A transaction, even around what only reads: an open one would keep SQLite's log from being emptied."""
        with storage_faults(self._path):
            try:
                with self._connection.begin():
                    yield self._connection
            except BaseException:
                # SQLAlchemy takes a commit that failed for the end of its transaction, the database does not.
                self._connection.connection.rollback()
                raise

    def counts(self) -> Counts:
        """Tell how many units are in which state, in the current run and in all. Costs the same however many.

        Raises:
            StorageError: the store cannot be read.
        """
        with self._transaction() as connection:
            own = tallies.read(connection, self.run.seq) if self.run else ()
            return Counts(run=own, total=tallies.read(connection))

    def categories(self) -> list[Category]:
        """Give every category as last seen, by catid.

        Raises:
            StorageError: the store cannot be read.
        """
        with self._transaction() as connection:
            return categories.read(connection)

    def recall(self, name: str) -> dict[str, Any]:
        """Give what was remembered of the site under that name, empty if nothing was.

        Raises:
            StorageError: the store cannot be read.
        """
        with self._transaction() as connection:
            return facts.read(connection, name)

    def holdings(self) -> list[Holding]:
        """Tell how many articles have a record, by their own category and status. Costs the same however many.

        Raises:
            StorageError: the store cannot be read.
        """
        with self._transaction() as connection:
            return holdings.read(connection)

    def changes(self, run: int | str) -> list[Change]:
        """Tell what a run did to how many articles, by their own category.

        What the gate held back of it is not counted until it is released.

        Args:
            run: its `Run.seq` or its id.

        Raises:
            StorageError: the store cannot be read.
        """
        with self._transaction() as connection:
            seq = runs.seq_of(connection, run) if isinstance(run, str) else run
            return [] if seq is None else holdings.read_changes(connection, seq)

    def unrecorded(self) -> list[Unrecorded]:
        """Tell how many units are todo, failed or skipped, by the category that named them. Costs as many as they are.

        An article that has a record is not among them, though it may be looked at again.

        Raises:
            StorageError: the store cannot be read.
        """
        with self._transaction() as connection:
            return frontier.unrecorded(connection)

    def due(self, now: datetime) -> Due:
        """Tell how many articles are to be looked at again by then, and how many that failed to be tried again.

        Raises:
            StorageError: the store cannot be read.
        """
        with self._transaction() as connection:
            return frontier.due(connection, now)

    def run_list(self, limit: int = 20, *, before: int | None = None) -> list[RunInfo]:
        """Give the last runs, the newest first.

        Args:
            limit: how many at most.
            before: `RunInfo.seq` of one; only those before it.

        Raises:
            StorageError: the store cannot be read.
        """
        with self._transaction() as connection:
            return runs.read(connection, limit, before)

    def find_run(self, run_id: str) -> RunInfo | None:
        """Give a run by its id, however long ago it was; None if there is no such run.

        Raises:
            StorageError: the store cannot be read.
        """
        with self._transaction() as connection:
            return runs.one(connection, run_id)

    def held_parts(self) -> list[Part]:
        """Give the parts of all runs that the gate holds back, in the order in which they were begun.

        Raises:
            StorageError: the store cannot be read.
        """
        with self._transaction() as connection:
            return parts.read(connection, "quarantined")

    def parts_of(self, run_id: str) -> list[Part]:
        """Give the parts of a run, in the order in which they were begun.

        Raises:
            StorageError: the store cannot be read.
        """
        with self._transaction() as connection:
            return parts.of_run(connection, run_id)

    def highest_aid(self) -> int | None:
        """Give the highest number of an article that ever had a record, None without any.

        Units are not asked: any page may name a number that there never was.

        Raises:
            StorageError: the store cannot be read.
        """
        with self._transaction() as connection:
            return articles.highest(connection)

    def unknown_aids(self, first: int, last: int) -> Iterator[int]:
        """Give the numbers in a range, both ends included, that no article unit names; ascending, some at a time.

        Raises:
            StorageError: the store cannot be read.
        """
        for begin in range(first, last + 1, frontier.KEYS_A_QUERY):
            some = range(begin, min(begin + frontier.KEYS_A_QUERY, last + 1))
            with self._transaction() as connection:
                unknown = frontier.unknown(connection, some)
            yield from unknown

    def revisions(self, aids: Iterable[int]) -> dict[int, int]:
        """Give the revision of the last record of articles, by their numbers; few enough for one query.

        Raises:
            StorageError: the store cannot be read.
        """
        with self._transaction() as connection:
            return articles.revisions(connection, [f"article/{aid}" for aid in aids])

    def media(self, key: str) -> MediaFile | None:
        """Give what is known of a picture or file, None if nothing is.

        Raises:
            StorageError: the store cannot be read.
        """
        with self._transaction() as connection:
            return media.find(connection, key)

    def warcs_of(self, run_id: str) -> list[WarcFile]:
        """Give the files of the archive that a run wrote and that are still there, in their order.

        Raises:
            StorageError: the store cannot be read.
        """
        with self._transaction() as connection:
            return warcs.of_run(connection, run_id)

    def close(self) -> None:
        """Let go of the database. What was not committed is to be done again."""
        self._closing.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
