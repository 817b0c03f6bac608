"""The store: everything that is remembered of a site, behind one door."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from crawler import clock as system
from crawler.errors import UsageError
from crawler.store import (
    articles,
    categories,
    clocks,
    database,
    facts,
    gatekeeping,
    ledgers,
    media,
    runs,
    strays,
    tallies,
    versions,
)
from crawler.store.faults import storage_faults
from crawler.store.files import make_folder
from crawler.store.frontier import WAITS, Frontier
from crawler.store.holdings import Movements
from crawler.store.lock import Lock
from crawler.store.parts import FULL_PART, Limits, PartWriter
from crawler.store.reader import StoreReader
from crawler.store.tallies import Tally
from crawler.store.warcs import WarcWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import sqlalchemy as sa

    from crawler.store.gatekeeping import Gate
    from crawler.store.model import (
        Category,
        Found,
        HeldPart,
        MediaFile,
        Outcome,
        Payload,
        Rejected,
        Released,
        Run,
        Standing,
        Unit,
    )
    from crawler.store.warcs import Archiving

DATABASE = "store.sqlite3"
LOCK = "lock"
BATCH = 50
"""Outcomes that are committed together: one sync of the lines and one of the database for all of them."""
BATCH_AGE = timedelta(seconds=2)
MOST_STRAYS = 5000
"""Articles that are looked up by their dates at once: an import may bring a hundred thousand of one day."""
REVISIT_AFTER = timedelta(days=1)
"""When an article is looked at again whose revisit brings nothing to say when."""


def utc_now() -> datetime:
    """Read the clock, whichever is there by now."""
    return system.utc_now()


@dataclass(frozen=True, slots=True)
class Options:
    """What may be chosen when a store is opened; see `open_store`."""

    clock: Callable[[], datetime]
    tries: int
    limits: Limits
    gate: Gate | None
    history: int


class Store(StoreReader):
    """The store of one site, for one run at a time.

    `begin` a run, `add` the first units, then `take` units and `finish` each, until there are none; `end` the run.
    Outcomes are committed in batches: a unit whose outcome was not is simply still to be done after a crash.

    Args:
        connection: to the database.
        path: where the database is, for errors.
        closing: what `close` has to do.
        folder: the site's, exists.
        options: what the caller of `open_store` may choose.
    """

    def __init__(
        self, connection: sa.Connection, path: str, closing: ExitStack, *, folder: Path, options: Options
    ) -> None:
        super().__init__(connection, path, closing)
        self._folder = folder
        self._clock = options.clock
        self._tries = options.tries
        self._parts = PartWriter(self._transaction, folder, options.limits, options.gate, options.history)
        closing.callback(self._parts.close)
        self._warcs = WarcWriter(self._transaction, folder)
        closing.callback(self._warcs.leave)
        self._frontier_of_run: Frontier | None = None
        self._pending: list[Outcome] = []
        self._media: dict[str, MediaFile] = {}
        self._pending_since: datetime | None = None
        self._strays: dict[int, datetime] = {}

    @contextmanager
    def _resting_on_pages(self) -> Iterator[sa.Connection]:
        """A transaction that holds what pages have told: the archive has them when it is committed."""
        with self._transaction() as connection:
            yield connection
            self._warcs.save(connection)
        self._warcs.accept()

    # --- runs ---

    def begin(self, job: str, spider: str, now: datetime | None = None, *, adopts: bool = False) -> Run:
        """Begin a run, or go on with the one that the same job left unfinished.

        First what a crash left half done is brought to its end, and what lies ahead of the clock is brought back. What
        unfinished runs of other jobs had committed is published, and they are closed.

        Args:
            job: spider and normalised arguments.
            spider: the spider's name, for the run id.
            now: when it begins, aware; the clock's time if None.
            adopts: also take articles that earlier runs left todo or failed.

        Raises:
            StorageError: disk or database fail, or files lack what was committed.
            ValueError: this store has a run already.
        """
        if self.run is not None:
            raise ValueError(f"run {self.run.run_id} has begun already")
        now = now or self._clock()
        self._parts.held_back.clear()
        self._parts.recover(now)
        self._warcs.recover()
        resumed: Run | None = None
        with self._transaction() as connection:
            clocks.set_back(connection, now)
            unfinished = runs.unfinished(connection)
        for run in unfinished:
            if run.job == job:
                resumed = run
            else:
                self._abandon(run, now)
        with self._transaction() as connection:
            if resumed:
                runs.mark(connection, resumed, "running")
                self._parts.resume(connection, resumed)
            run = resumed or runs.create(connection, job, spider, now, adopts=adopts)
            tallies.fold(connection)
            # Always, since a crash may have come between the publishing of a part and this list of them.
            ledgers.write_published(connection, self._folder)
        self.run = run
        self._frontier_of_run = Frontier(self._connection, run, self._tries)
        return run

    def _abandon(self, run: Run, now: datetime) -> None:
        with self._transaction() as connection:
            self._parts.resume(connection, run)
        self._parts.publish_open(now)
        with self._transaction() as connection:
            runs.mark(connection, run, "abandoned")

    def end(
        self, state: Literal["finished", "interrupted"], exit_code: int, stats: Mapping[str, Any] | None = None
    ) -> None:
        """End the run.

        A finished one is published, and the lists of categories and of units without a record are written anew. An
        interrupted one keeps its part, for the next start to go on with.

        Args:
            state: whether everything was done that the run could do.
            exit_code: of the process.
            stats: what else to keep of it; JSON-able, else as text.

        Raises:
            StorageError: disk or database fail.
        """
        run = self._current()
        self.flush()
        self._warcs.close()
        now = self._clock()
        if state == "finished":
            self._publish(now)
            with self._transaction() as connection:
                ledgers.write_skipped(connection, self._folder)
                ledgers.write_categories(connection, self._folder)
                ledgers.write_media_skipped(connection, self._folder)
        with self._transaction() as connection:
            runs.mark(connection, run, state, ended_at=now, exit_code=exit_code, stats=runs.plain(stats or {}))
        self._parts.close()
        self.run = self._frontier_of_run = None

    def publish(self, hold: Sequence[str] = ()) -> None:
        """Commit what is pending and publish the open part, so that `held_back` is complete before the run ends.

        Args:
            hold: reasons to hold this part back whatever the gate says of it.

        Raises:
            StorageError: disk or database fail.
        """
        self._current()
        self.flush()
        self._publish(self._clock(), hold)

    def publish_due(self, now: datetime | None = None) -> None:
        """Publish the open part if it is old enough, though nothing comes that would show it.

        Args:
            now: the clock's time if None.

        Raises:
            StorageError: disk or database fail.
        """
        now = now or self._clock()
        if self._parts.is_full_with((), now):
            self._publish(now)

    def _publish(self, now: datetime, hold: Sequence[str] = ()) -> None:
        held = self._parts.publish_open(now, hold)
        self._frontier.overtake(held)
        with self._transaction() as connection:
            ledgers.write_published(connection, self._folder)

    @property
    def held_back(self) -> list[HeldPart]:
        """The parts that the gate held back since the run began here."""
        return list(self._parts.held_back)

    def release(self, run_id: str) -> Released:
        """Publish what the gate held back of a run: that is the new normal from now on.

        Lines of articles that a later run did again are left out: what they say is published, or not so any more.

        Raises:
            UsageError: nothing of this run is held back.
            StorageError: disk or database fail.
            ValueError: this store has a run.
        """
        now = self._prepared()
        released = self._parts.release(run_id, now)
        with self._transaction() as connection:
            ledgers.write_published(connection, self._folder)
        return released

    def reject(self, run_id: str) -> Rejected:
        """Remove what the gate held back of a run. The next run that adopts articles fetches them again.

        Raises:
            UsageError: nothing of this run is held back.
            StorageError: disk or database fail.
            ValueError: this store has a run.
        """
        self._prepared()
        return self._parts.reject(run_id)

    def _prepared(self) -> datetime:
        """Bring to its end what a crash left half done."""
        if self.run is not None:
            raise ValueError(f"run {self.run.run_id} is under way")
        now = self._clock()
        self._parts.recover(now)
        return now

    def _current(self) -> Run:
        if self.run is None:
            raise ValueError("no run has begun")
        return self.run

    @property
    def _frontier(self) -> Frontier:
        if self._frontier_of_run is None:
            raise ValueError("no run has begun")
        return self._frontier_of_run

    # --- units ---

    def add(self, found: Iterable[Found]) -> None:
        """Remember units at once; which of them are news, `Frontier.add` says.

        Raises:
            StorageError: disk or database fail.
        """
        tally = Tally()
        with self._resting_on_pages() as connection:
            self._frontier.add(found, tally)
            tally.save(connection)

    def take(self, n: int) -> list[Unit]:
        """Give out up to `n` units, none of them under way already; `Frontier.take` says in which order.

        A call costs about a millisecond whatever `n` is: take many. Units found by outcomes that are still `pending`
        are not among them: `flush` when this gives none.

        Raises:
            StorageError: disk or database fail.
        """
        with self._transaction():
            return self._frontier.take(n, self._clock())

    def standings(self, keys: Iterable[str]) -> dict[str, Standing]:
        """Tell what is known of units, of articles above all, by their keys; unknown ones are left out.

        Raises:
            StorageError: disk or database fail.
        """
        with self._transaction():
            return self._frontier.standings(keys)

    def revisit(self, now: datetime | None = None, limit: int | None = None) -> int:
        """Have the articles done again whose `ArticleRow.next_at` has come; give how many.

        Their time moves on by a day, which the row of the outcome replaces.

        Args:
            now: the clock's time if None.
            limit: no more than that, the longest due first.

        Raises:
            StorageError: disk or database fail.
        """
        now = now or self._clock()
        tally = Tally()
        with self._transaction() as connection:
            count = self._frontier.revisit(now, now + REVISIT_AFTER, limit, tally)
            tally.save(connection)
        return count

    def retry_skipped(self) -> int:
        """Have every unit done again that was skipped, with all its tries; give how many.

        Raises:
            StorageError: disk or database fail.
        """
        tally = Tally()
        with self._transaction() as connection:
            count = self._frontier.retry_skipped(tally)
            tally.save(connection)
        return count

    def save_category(self, category: Category) -> None:
        """Remember a category at once; it replaces what was known of it.

        Raises:
            StorageError: disk or database fail.
        """
        with self._resting_on_pages() as connection:
            categories.save(connection, [category])

    def remember(self, name: str, fact: Mapping[str, Any]) -> None:
        """Remember a fact of the site at once; it replaces the one of that name.

        Raises:
            StorageError: disk or database fail.
        """
        with self._resting_on_pages() as connection:
            facts.save(connection, name, fact)

    def note_strays(self, found: Mapping[int, datetime]) -> None:
        """Remember articles that stand far from others with numbers like theirs, by number, with the dates in a list.

        It is done with the next batch of outcomes: that of the page that named them, or one before it.
        """
        self._strays.update(found)

    def strays(self, first: datetime | None, last: datetime | None, limit: int = MOST_STRAYS) -> list[int]:
        """Give the numbers of such articles by their dates.

        Args:
            first: the earliest date; None for any.
            last: the latest one; None for any.
            limit: how many at most, the newest first.

        Raises:
            StorageError: disk or database fail.
        """
        with self._transaction() as connection:
            return strays.read(connection, first, last, limit)

    # --- outcomes ---

    @property
    def pending(self) -> int:
        """How many outcomes wait to be committed."""
        return len(self._pending)

    @property
    def pending_records(self) -> int:
        """How many of them bring a line."""
        return sum(outcome.line is not None for outcome in self._pending)

    def finish(self, outcome: Outcome) -> None:
        """End a unit. Outcomes are committed together: 50 of them, or what there is when the first is 2 s old.

        Raises:
            StorageError: disk or database fail.
            ValueError: the unit is not under way: it was not taken, or has ended already.
        """
        if not self._frontier.end(outcome.unit):
            raise ValueError(f"{outcome.unit.key} is not under way")
        self._pending.append(outcome)
        self._flush_if_due(len(self._pending))

    def media(self, key: str) -> MediaFile | None:
        """Give what is known of a picture or file, also what is not committed yet; None if nothing is.

        Raises:
            StorageError: the store cannot be read.
        """
        return self._media.get(key) or super().media(key)

    def keep_media(self, file: MediaFile) -> None:
        """Remember a picture or file whose content is in its place, or is not to be had. Committed as outcomes are.

        Raises:
            StorageError: disk or database fail.
        """
        self._media[file.key] = file
        self._flush_if_due(len(self._media))

    # --- the archive ---

    def archive(self, archiving: Archiving) -> None:
        """Archive what is served from now on, for as long as the run lasts.

        Raises:
            ValueError: no run has begun.
        """
        self._warcs.begin(self._current(), archiving)

    def payload(self, digest: bytes) -> Payload | None:
        """Give what names the record of a payload, None if the archive holds none; by SHA-256.

        Raises:
            StorageError: the store cannot be read.
        """
        return self._warcs.find(digest)

    def keep_served(self, record: bytes, payload: Payload | None = None, *, revisit: bool = False) -> None:
        """Archive a response. Nothing that was learned from it is committed before it is durable.

        Args:
            record: all that is written of it.
            payload: what a later response of the same content refers to; None if nothing does.
            revisit: whether it refers to an earlier one.

        Raises:
            StorageError: disk or database fail; nothing can be committed any more.
        """
        self._warcs.write(record, payload, revisit=revisit)

    def _flush_if_due(self, waiting: int) -> None:
        now = self._clock()
        self._pending_since = self._pending_since or now
        if waiting >= BATCH or now - self._pending_since >= BATCH_AGE:
            self.flush()

    def flush(self) -> None:
        """Commit what is pending.

        The lines are written and synced first; then one transaction holds everything: how the units ended, what they
        found, what is remembered of their articles and categories, and how long the file of lines is, and that of the
        archive.

        Raises:
            StorageError: disk or database fail. Nothing of the batch is committed; it stays pending, and may be
                flushed again.
        """
        if not (self._pending or self._strays or self._media):
            return
        now = self._clock()
        run = self._current()
        if self._parts.is_full_with([outcome.line for outcome in self._pending if outcome.line is not None], now):
            self._publish(now)
        # What was held back just now is to be done by a later run: it knew what has been taken back since.
        outcomes = [outcome for outcome in self._pending if not self._frontier.is_overtaken(outcome.unit)]
        written = [outcome for outcome in outcomes if outcome.line is not None]
        if written:
            self._parts.write(run, [outcome.line for outcome in written if outcome.line is not None], now)
        tally, movements = Tally(), Movements()
        with self._resting_on_pages() as connection:
            self._frontier.settle(outcomes, now, tally)
            articles.save(connection, outcomes, now, run.seq, movements)
            self._frontier.add((found for outcome in outcomes for found in outcome.found), tally)
            categories.save(connection, (category for outcome in outcomes for category in outcome.categories))
            strays.save(connection, self._strays)
            tally.save(connection)
            movements.save(connection)
            media.save(connection, self._media.values())
            self._parts.save(connection, written)
        self._parts.accept()
        self._strays = {}
        self._frontier.forget()
        self._pending, self._pending_since = [], None
        self._media = {}


def open_store(
    folder: Path,
    *,
    url: str | None = None,
    clock: Callable[[], datetime] = utc_now,
    tries: int = len(WAITS),
    limits: Limits = FULL_PART,
    gate: Gate | None = None,
    history: int = gatekeeping.HISTORY,
) -> Store:
    """Open the store of a site to write, and make it where it is missing.

    Args:
        folder: the site's, ``data/<site>``.
        url: SQLAlchemy URL of a database other than SQLite's in that folder; it must be this site's alone.
        clock: gives the time, aware.
        tries: how often a unit that failed is tried again before it is skipped.
        limits: when a part of the JSON Lines is full.
        gate: judges each part before it is published; None lets everything pass.
        history: how many runs' published parts the gate compares a part with.

    Raises:
        UsageError: `url` cannot be used.
        RunningError: another process has it open to write.
        StorageError: folder or database cannot be used, or are of another version.
    """
    at = database.address(folder / DATABASE, url)
    path = database.name(at)
    with ExitStack() as closing:
        with storage_faults(folder):
            make_folder(folder)
            closing.callback(Lock(folder / LOCK).release)
        with storage_faults(path):
            connection = _connect(database.open_to_write(at), closing)
            with connection.begin():
                versions.prepare(connection, path)
        options = Options(clock=clock, tries=tries, limits=limits, gate=gate, history=history)
        return Store(connection, path, closing.pop_all(), folder=folder, options=options)


def read_store(folder: Path, *, url: str | None = None) -> StoreReader:
    """Open the store of a site to read it, whether or not a run writes to it.

    Args:
        folder: the site's, ``data/<site>``.
        url: SQLAlchemy URL of a database other than SQLite's in that folder.

    Raises:
        UsageError: this site has no store, or `url` cannot be used.
        StorageError: the database cannot be read, or is of another version.
    """
    at = database.address(folder / DATABASE, url)
    path = database.name(at)
    if not url and not (folder / DATABASE).exists():
        raise UsageError(f"{path}: nothing is known of this site: check its name, or crawl it first")
    with ExitStack() as closing, storage_faults(path):
        connection = _connect(database.open_to_read(at), closing)
        with connection.begin():
            versions.check(connection, path)
        return StoreReader(connection, path, closing.pop_all())


def _connect(engine: sa.Engine, closing: ExitStack) -> sa.Connection:
    closing.callback(engine.dispose)
    return closing.enter_context(engine.connect())
