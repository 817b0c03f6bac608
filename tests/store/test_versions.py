"""Stores of older versions go on where they were; newer ones are refused.

``version1.sql`` is the dump of a store that version 1 of the tables made: a finished run with a published part, a
backfill that was interrupted with an open part, a failed unit, a skipped one and two to do.

``version2.sql`` is one of version 2: a finished run with a published part, another whose part the gate holds back: new
comments of article 1, and article 4. Articles 1 and 2 are to be looked at again.

``version3.sql`` is one of version 3: a run that was interrupted with an open part, an article to do, and a picture.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from crawler.errors import StorageError, UsageError
from crawler.store import (
    Archiving,
    Category,
    Change,
    Count,
    Holding,
    Outcome,
    Unrecorded,
    open_store,
    read_store,
    versions,
)
from crawler.store.schema import VERSION
from tests.store.helpers import START, Clock, ended, keys, lines_of, published

OLD = {
    1: {
        "articles/20260314T150926Z-portal-0001.jsonl": b'{"aid": 1}\n{"aid": 2}\n{"aid": 30}\n',
        "articles/20260314T160926Z-backfill-0001.jsonl.part": b'{"aid": 31}\n{"aid": 32}\n{"aid":',
    },
    2: {
        "articles/20260314T150926Z-portal-0001.jsonl": b'{"aid": 1}\n{"aid": 2}\n{"aid": 3}\n',
        "quarantine/20260314T170926Z-portal-0001.jsonl": b'{"aid": 1}\n{"aid": 4}\n',
    },
    3: {"articles/20260314T150926Z-portal-0001.jsonl.part": b'{"aid": 1}\n{"aid": 2}\n{"a'},
}
"""The files of lines beside each store."""
BACKFILL = "20260314T160926Z-backfill"


def as_left_by(version: int, folder: Path) -> Path:
    """Make the folder of a site as a version left it."""
    folder.mkdir(parents=True)
    with closing(sqlite3.connect(folder / "store.sqlite3")) as connection:
        connection.executescript(Path(__file__).with_name(f"version{version}.sql").read_text("utf-8"))
    for name, lines in OLD[version].items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(lines)
    return folder


@pytest.fixture
def old(folder: Path) -> Path:
    """The folder of a site as version 1 left it."""
    return as_left_by(1, folder)


@pytest.fixture
def newer(folder: Path) -> Path:
    """The folder of a site as version 2 left it."""
    return as_left_by(2, folder)


def ask(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "store.sqlite3")) as connection:
        return list(connection.execute(query))


def shape(folder: Path) -> dict[str, Any]:
    """Tables with the set of their columns, and indexes with what they are over."""
    tables = [name for (name,) in ask(folder, "SELECT name FROM sqlite_master WHERE type = 'table'")]
    columns = {name: {row[1:] for row in ask(folder, f"PRAGMA table_info({name})")} for name in tables}
    return columns | dict(ask(folder, "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql NOT NULL"))


@pytest.mark.parametrize("version", OLD)
def test_a_store_of_an_older_version_becomes_one_of_this(version: int, tmp_path: Path, clock: Clock) -> None:
    open_store(tmp_path / "new").close()
    old = as_left_by(version, tmp_path / "old")
    for _ in range(2):
        open_store(old, clock=clock).close()
        assert shape(old) == shape(tmp_path / "new")


def test_it_goes_on_where_it_was(old: Path, clock: Clock) -> None:
    clock.forward(hours=2)
    with open_store(old, clock=clock) as store:
        assert store.begin("backfill {}", "backfill", adopts=True).resumed
        units = store.take(9)
        assert keys(units) == ["article/33", "article/1", "article/35"]
        first = units[1]
        assert first.payload == {"cover": "c.jpg"}
        assert first.known is not None
        assert (first.known.content_hash, first.known.last_comment_id, first.known.first_seen) == ("a" * 64, 9, START)
        assert (first.known.next_at, first.known.missing_times, first.known.extractor) == (None, 0, None)
        assert store.standings(["article/34"])["article/34"].reason == "robots"
        assert store.recall("style") == {"article": "article-{aid}-{page}.html"}
        (category,) = store.categories()
        assert category == Category(key="7", catid=7, name="新闻", pages=3, complete_to="", head=(30, 2), seen_at=START)
        for unit in units:
            if unit is not first:
                store.finish(ended(unit))
        store.finish(Outcome(first, "done", "unchanged"))
        store.end("finished", 0)
    assert published(old) == [1, 2, 30, 31, 32, 33, 35]
    assert [part["run"] for part in lines_of(old / "published.jsonl")] == ["20260314T150926Z-portal", BACKFILL]


def test_what_is_counted_now_counts_what_was_there(old: Path, clock: Clock) -> None:
    clock.forward(hours=2)
    with open_store(old, clock=clock) as store:
        assert store.holdings() == [
            Holding(None, "published", 1),
            Holding(7, "published", 2),
            Holding(8, "published", 2),
        ]
        assert store.highest_aid() == 32
        assert store.unrecorded() == [
            Unrecorded(None, "article", "failed", "timeout", 1),
            Unrecorded(None, "article", "skipped", "robots", 1),
            Unrecorded(None, "article", "todo", "", 1),
        ]
        store.begin("portal {}", "portal", adopts=True)
        assert store.counts().total == (
            Count("article", "done", "", 4),
            Count("article", "failed", "timeout", 1),
            Count("article", "skipped", "robots", 1),
            Count("article", "todo", "", 2),
            Count("listing", "done", "", 1),
        )
        for unit in store.take(9):
            store.finish(ended(unit))
        store.end("finished", 0)
        assert store.changes(3) == [Change(None, "comments", 1), Change(None, "new", 2)]
    assert published(old) == [1, 2, 30, 31, 32, 33, 1, 35]


def test_a_part_that_version_1_began_passes_the_gate(old: Path, clock: Clock) -> None:
    """What its lines were written over is not known, so that they could not be taken back."""

    class Never:
        def measure(self, lines: object) -> dict[str, Any]:
            raise AssertionError

        def judge(self, metrics: object, history: object) -> list[str]:
            raise AssertionError

    with open_store(old, clock=clock, gate=Never()) as store:
        store.begin("portal {}", "portal", adopts=True)
        assert store.held_back == []
    assert published(old) == [1, 2, 30, 31, 32]


def test_a_migration_that_is_cut_short_leaves_the_old_version(
    old: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = shape(old)

    def cut_short(connection: Any) -> None:
        real(connection)
        raise KeyboardInterrupt

    real = versions.MIGRATIONS["1"]
    with monkeypatch.context() as patch:
        patch.setitem(versions.MIGRATIONS, "1", cut_short)
        with pytest.raises(KeyboardInterrupt):
            open_store(old, clock=clock)
    assert shape(old) == before
    assert ask(old, "SELECT value FROM meta WHERE name = 'version'") == [("1",)]
    open_store(old, clock=clock).close()
    assert ask(old, "SELECT value FROM meta WHERE name = 'version'") == [(str(VERSION),)]


def test_what_version_2_held_back_is_released(newer: Path, clock: Clock) -> None:
    """What was known before and after its lines is kept with them, and lacks what came later."""
    clock.forward(hours=3)
    with open_store(newer, clock=clock) as store:
        assert store.release("20260314T170926Z-portal").records == 2
        store.begin("portal {}", "portal", adopts=True)
        clock.forward(days=3)
        assert store.revisit() == 3
        known = {unit.number: unit.known for unit in store.take(9)}
        assert {aid: row and (row.last_comment_id, row.comment_ids) for aid, row in known.items()} == {
            1: (12, None),
            2: (9, None),
            4: (12, None),
        }
    assert published(newer) == [1, 2, 3, 1, 4]


def test_what_version_2_held_back_is_done_again(newer: Path, clock: Clock) -> None:
    clock.forward(hours=3)
    with open_store(newer, clock=clock) as store:
        store.begin("portal {}", "portal", adopts=True)
        units = store.take(9)
        assert keys(units) == ["article/1", "article/4"]
        known = units[0].known
        assert known is not None
        assert (known.last_comment_id, known.comment_ids, known.unwritten([8, 9, 10])) == (9, None, {10})
        assert known.validators is None
        for unit in units:
            store.finish(ended(unit))
        store.end("finished", 0)
        with pytest.raises(UsageError, match="nothing of it is held back"):
            store.release(BACKFILL)
        released = store.release("20260314T170926Z-portal")
        assert (released.records, released.dropped) == (0, 2)
    assert published(newer) == [1, 2, 3, 1, 4]


def test_a_run_of_version_3_goes_on_with_an_archive(folder: Path, clock: Clock) -> None:
    as_left_by(3, folder)
    with open_store(folder, clock=clock) as store:
        assert store.begin("portal {}", "portal", adopts=True).resumed
        picture = store.media("a.jpg")
        assert picture is not None
        assert picture.sha256 == "a" * 64
        store.archive(Archiving(lambda name: name.encode()))
        store.keep_served(b"page 3")
        for unit in store.take(9):
            store.finish(ended(unit))
        store.end("finished", 0)
    assert published(folder) == [1, 2, 3]
    assert [path.read_bytes() for path in folder.glob("warc/*")] == [b"20260314T150926Z-portal-00001.warc.gzpage 3"]


def test_one_who_only_reads_does_not_migrate(old: Path) -> None:
    with pytest.raises(
        StorageError, match=rf"version 1, this program knows version {VERSION}: crawl this site once"
    ) as caught:
        read_store(old)
    assert caught.value.exit_code == 7
    assert ask(old, "SELECT value FROM meta WHERE name = 'version'") == [("1",)]
