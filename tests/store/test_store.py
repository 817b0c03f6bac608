"""Runs, batches, recovery, and what the files show: the store seen from outside."""

from __future__ import annotations

import os
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy.engine.default import DefaultDialect

from crawler.errors import RunningError, StorageError, UsageError
from crawler.store import Category, Count, Limits, Outcome, Store, open_store, read_store, units_in
from crawler.store import store as module
from crawler.store.schema import VERSION
from tests.store.helpers import START, Clock, article, ended, keys, lines_of, listing, published

if TYPE_CHECKING:
    from collections.abc import Callable


def crawl(store: Store, *aids: int) -> None:
    """Find articles, end them all, commit."""
    store.add(article(aid) for aid in aids)
    for unit in store.take(1000):
        store.finish(ended(unit))
    store.flush()


def part_of(folder: Path) -> Path:
    (path,) = folder.glob("articles/*.part")
    return path


# --- runs ---


def test_a_run_is_named_by_its_second_and_spider(store: Store) -> None:
    run = store.begin("portal {}", "portal", START.replace(microsecond=7))
    assert (run.run_id, run.job, run.spider) == ("20260314T150926Z-portal", "portal {}", "portal")
    assert (run.adopts, run.resumed, run.started_at) == (False, False, START.replace(microsecond=7))
    assert store.run == run


def test_run_ids_are_unique_and_sort_by_time(store: Store, clock: Clock) -> None:
    ids = []
    for spider in ("portal", "backfill", "article", "portal"):
        ids.append(store.begin("a", spider).run_id)
        store.end("finished", 0)
    assert ids == sorted(set(ids))
    clock.forward(seconds=2)
    assert store.begin("a", "portal").run_id == "20260314T150930Z-portal"


def test_a_store_has_one_run_at_a_time(store: Store) -> None:
    with pytest.raises(ValueError, match="no run has begun"):
        store.take(1)
    with pytest.raises(ValueError, match="no run has begun"):
        store.end("finished", 0)
    run = store.begin("a", "portal")
    with pytest.raises(ValueError, match=f"run {run.run_id} has begun already"):
        store.begin("a", "portal")
    store.end("finished", 0)
    assert store.run is None


def test_how_a_run_ended_is_kept(store: Store, folder: Path, clock: Clock) -> None:
    store.begin("a", "portal")
    later = clock.forward(minutes=3)
    store.end("interrupted", 8, {"pages": 3, "start_time": START, "odd": {1}})
    with sqlite3.connect(folder / "store.sqlite3") as connection:
        row = connection.execute("SELECT state, ended_at, exit_code, stats FROM runs").fetchone()
    connection.close()
    assert row == (
        "interrupted",
        later.timestamp(),
        8,
        '{"pages":3,"start_time":"2026-03-14T15:09:26+00:00","odd":"{1}"}',
    )


def test_the_same_job_goes_on_with_its_run(folder: Path, clock: Clock) -> None:
    with open_store(folder, clock=clock) as store:
        run = store.begin("a", "backfill", adopts=True)
        store.add([article(1), article(2)])
        (unit, _) = store.take(2)
        store.finish(ended(unit))
        store.end("interrupted", 8)
    clock.forward(days=1)
    with open_store(folder, clock=clock) as store:
        again = store.begin("a", "backfill")
        assert (again.run_id, again.started_at, again.adopts, again.resumed) == (run.run_id, START, True, True)
        assert keys(store.take(9)) == ["article/2"]
        assert published(folder) == []


def test_another_job_publishes_what_was_committed_first(folder: Path, clock: Clock) -> None:
    with open_store(folder, clock=clock) as store:
        store.begin("a", "backfill")
        crawl(store, 1, 2)
        store.add([article(3)])
        store.finish(ended(store.take(1)[0]))  # never committed
    with open_store(folder, clock=clock) as store:
        run = store.begin("b", "portal")
        assert not run.resumed
        assert published(folder) == [1, 2]
        store.end("finished", 0)
        assert store.begin("a", "backfill").resumed is False, "the run that another job closed stays closed"


# --- batches ---


def test_a_batch_is_committed_when_it_is_full(store: Store, folder: Path) -> None:
    store.begin("a", "portal")
    store.add(article(aid) for aid in range(module.BATCH))
    units = store.take(module.BATCH)
    for unit in units[:-1]:
        store.finish(ended(unit))
    assert store.pending == module.BATCH - 1
    assert not (folder / "articles").exists()
    store.finish(ended(units[-1]))
    assert store.pending == 0
    assert len(lines_of(part_of(folder))) == module.BATCH


def test_a_batch_is_committed_when_it_is_old(store: Store, folder: Path, clock: Clock) -> None:
    store.begin("a", "portal")
    store.add(article(aid) for aid in range(4))
    first, second, third, fourth = store.take(4)
    store.finish(ended(first))
    clock.forward(seconds=1.9)
    store.finish(ended(second))
    assert store.pending == 2
    clock.forward(seconds=0.1)
    store.finish(ended(third))
    assert store.pending == 0
    store.finish(ended(fourth))
    assert store.pending == 1, "its age counts from its own first outcome"


def test_an_outcome_without_a_line_writes_none(store: Store, folder: Path) -> None:
    store.begin("a", "portal")
    store.add([article(1), listing(7)])
    page, unit = store.take(2)
    store.finish(ended(page))
    store.finish(ended(unit, "skipped", "gone"))
    store.flush()
    store.flush()
    store.end("finished", 0)
    assert published(folder) == []
    assert list(folder.glob("articles/*")) == []


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"state": "failed", "line": b"{}\n"}, "written twice"),
        ({"state": "done", "line": b"{}"}, "line feed"),
        ({"state": "done", "line": b"{}\n{}\n"}, "one line"),
        ({"state": "done", "line": b"{}\n{}"}, "line feed"),
    ],
)
def test_an_outcome_that_would_spoil_the_lines_is_refused(store: Store, values: dict[str, Any], words: str) -> None:
    store.begin("a", "portal")
    store.add([article(1)])
    with pytest.raises(ValueError, match=words):
        Outcome(store.take(1)[0], **values)


def test_an_outcome_with_the_row_of_another_article_is_refused(store: Store) -> None:
    store.begin("a", "portal")
    store.add([article(1), article(2)])
    first, second = store.take(2)
    with pytest.raises(ValueError, match="article/1: its outcome brings the article row of article/2"):
        Outcome(first, "done", article=ended(second).article)


def test_lines_are_synced_before_the_commit_and_a_rename_between_two(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order that survives a power cut."""
    steps: list[str] = []

    def note(owner: object, name: str, words: Callable[..., str]) -> None:
        real = getattr(owner, name)

        def noted(*args: Any, **kwargs: Any) -> Any:
            result = real(*args, **kwargs)
            steps.append(words(*args))
            return result

        monkeypatch.setattr(owner, name, noted)

    def name(handle: int) -> str:
        return Path(f"/proc/self/fd/{handle}").readlink().name

    store.begin("a", "portal")
    store.add([article(1)])
    (unit,) = store.take(1)
    store.finish(ended(unit))
    note(os, "pwrite", lambda handle, *_: "write")
    note(os, "fdatasync", lambda handle: "sync")
    note(os, "fsync", lambda handle: f"sync {name(handle)}")
    note(os, "rename", lambda *_: "rename")
    note(os, "replace", lambda _, target: f"replace {target.name}")
    note(DefaultDialect, "do_commit", lambda *_: "commit")
    store.flush()
    assert steps == ["commit", "sync site", "sync articles", "write", "sync", "commit"]
    steps.clear()
    store.end("finished", 0)
    assert steps[:7] == [
        "commit",  # the intent
        "rename",
        "sync articles",
        "commit",
        "sync .published.jsonl.new",
        "replace published.jsonl",
        "sync site",
    ]


def test_a_batch_whose_commit_failed_can_be_committed_again(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.begin("a", "portal")
    crawl(store, 1)
    store.add([article(2), article(3)])
    second, third = store.take(2)
    store.finish(ended(second))

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(DefaultDialect, "do_commit", refuse)
        with pytest.raises(StorageError, match=r"store\.sqlite3: No space left on device: the disk is full"):
            store.flush()
    assert store.pending == 1
    store.finish(ended(third))
    store.end("finished", 0)
    assert published(folder) == [1, 2, 3]


def test_a_first_batch_whose_commit_failed_can_be_committed_again(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.begin("a", "portal")
    store.add([article(1)])
    store.finish(ended(store.take(1)[0]))

    def refuse(*_: object) -> None:
        raise OSError(122, "Disk quota exceeded")

    with monkeypatch.context() as patch:
        patch.setattr(DefaultDialect, "do_commit", refuse)
        with pytest.raises(StorageError, match="quota is used up"):
            store.flush()
    store.end("finished", 0)
    assert published(folder) == [1]


# --- parts ---


@pytest.mark.parametrize(
    ("limits", "sizes"),
    [
        (Limits(records=3), [3, 3, 1]),
        (Limits(length=30), [2, 2, 2, 1]),  # a line is 11 bytes or more
        (Limits(length=1), [1] * 7),
        (Limits(age=timedelta(minutes=3)), [3, 3, 1]),
        (Limits(), [7]),
    ],
)
def test_a_full_part_is_published_and_another_begun(
    folder: Path, clock: Clock, limits: Limits, sizes: list[int]
) -> None:
    with open_store(folder, clock=clock, limits=limits) as store:
        store.begin("a", "portal")
        for aid in range(10, 17):
            crawl(store, aid)
            clock.forward(minutes=1)
        assert published(folder) == list(range(10, 17 - sizes[-1]))
        store.end("finished", 0)
    assert published(folder) == list(range(10, 17))
    assert [entry["records"] for entry in lines_of(folder / "published.jsonl")] == sizes


def test_a_part_grows_old_without_new_lines(folder: Path, clock: Clock) -> None:
    with open_store(folder, clock=clock) as store:
        store.begin("a", "portal")
        crawl(store, 1)
        clock.forward(hours=6)
        store.add([listing(7)])
        store.finish(ended(store.take(1)[0]))
        store.flush()
        assert published(folder) == [1]


def test_the_number_of_a_part_goes_on_after_a_stop(folder: Path, clock: Clock) -> None:
    for aid in (1, 2, 3):
        with open_store(folder, clock=clock, limits=Limits(records=1)) as store:
            store.begin("a", "portal")
            crawl(store, aid)
    assert sorted(path.name for path in folder.glob("articles/*")) == [
        "20260314T150926Z-portal-0001.jsonl",
        "20260314T150926Z-portal-0002.jsonl",
        "20260314T150926Z-portal-0003.jsonl.part",
    ]


def test_published_parts_are_listed_in_the_order_of_publication(store: Store, folder: Path, clock: Clock) -> None:
    for job, aid in (("a", 1), ("b", 2), ("a", 3)):
        run = store.begin(job, "portal")
        crawl(store, aid)
        clock.forward(minutes=5)
        store.end("finished", 0)
    entries = lines_of(folder / "published.jsonl")
    assert entries[1] == {
        "file": "articles/20260314T151426Z-portal-0001.jsonl",
        "run": "20260314T151426Z-portal",
        "records": 1,
        "sha256": entries[1]["sha256"],
        "published_at": "2026-03-14T15:19:26Z",
    }
    assert entries[2]["run"] == run.run_id
    assert published(folder) == [1, 2, 3]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda lines: b"",
        lambda lines: lines[0],
        lambda lines: lines[1],
        lambda lines: lines[1] + lines[0],
        lambda lines: b"no list at all\n",
        lambda lines: b"7\n",
        lambda lines: b"".join(lines) + b"{}\n",
        lambda lines: b"".join(lines)[:-9],
        None,
    ],
)
def test_the_list_of_published_parts_is_made_good(
    store: Store, folder: Path, clock: Clock, spoil: Callable[[list[bytes]], bytes] | None
) -> None:
    for aid in (1, 2):
        store.begin("a", "portal")
        crawl(store, aid)
        clock.forward(minutes=5)
        store.end("finished", 0)
    path = folder / "published.jsonl"
    good = path.read_bytes()
    if spoil:
        path.write_bytes(spoil(good.splitlines(keepends=True)))
    else:
        path.unlink()
    store.begin("a", "portal")
    assert path.read_bytes() == good


def test_a_list_that_is_good_is_left_alone(store: Store, folder: Path) -> None:
    for aid in (1, 2):
        store.begin("a", "portal")
        crawl(store, aid)
        store.end("finished", 0)
    before = (folder / "published.jsonl").stat()
    store.begin("a", "portal")
    after = (folder / "published.jsonl").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


# --- after a crash ---


def test_a_batch_that_was_not_committed_is_cut_off(folder: Path, clock: Clock) -> None:
    with open_store(folder, clock=clock) as store:
        store.begin("a", "portal")
        crawl(store, 1)
    with part_of(folder).open("ab") as file:
        file.write(b'{"aid": 2}\n{"ai')
    with open_store(folder, clock=clock) as store:
        store.begin("a", "portal")
        assert lines_of(part_of(folder)) == [{"aid": 1}]
        crawl(store, 2)
        store.end("finished", 0)
    assert published(folder) == [1, 2]


def test_a_part_that_the_database_does_not_know_is_removed(folder: Path, clock: Clock) -> None:
    (folder / "articles").mkdir(parents=True)
    stranger = folder / "articles" / "20250101T000000Z-portal-0001.jsonl.part"
    stranger.write_bytes(b'{"aid": 1}\n')
    other = folder / "articles" / "notes.txt"
    other.write_bytes(b"")
    with open_store(folder, clock=clock) as store:
        store.begin("a", "portal")
    assert not stranger.exists()
    assert other.exists()


@pytest.mark.parametrize("after", ["intent", "rename", "commit"])
@pytest.mark.parametrize("job", ["a", "b"])
def test_a_publishing_that_was_cut_short_is_repeated(
    folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, after: str, job: str
) -> None:
    def cut_short(*_: object) -> None:
        raise KeyboardInterrupt

    with open_store(folder, clock=clock) as store:
        store.begin("a", "portal")
        crawl(store, 1)
        with monkeypatch.context() as patch:
            if after == "intent":
                patch.setattr(os, "rename", cut_short)
            elif after == "rename":
                patch.setattr("crawler.store.parts.sync_folder", cut_short)
            else:
                patch.setattr("crawler.store.ledgers.write_published", cut_short)
            with pytest.raises(KeyboardInterrupt):
                store.end("finished", 0)
    assert len(list(folder.glob("articles/*.jsonl"))) == (after != "intent")
    with open_store(folder, clock=clock) as store:
        store.begin(job, "portal")
        assert published(folder) == [1]
        crawl(store, 2)
        store.end("finished", 0)
    assert published(folder) == [1, 2]


@pytest.mark.parametrize("left", [b"", b'{"aid"', None])
@pytest.mark.parametrize("job", ["a", "b"])
def test_a_part_that_lost_committed_bytes_is_not_passed_over(
    folder: Path, clock: Clock, left: bytes | None, job: str
) -> None:
    with open_store(folder, clock=clock) as store:
        store.begin("a", "portal")
        crawl(store, 1)
    path = part_of(folder)
    if left is None:
        path.unlink()
    else:
        path.write_bytes(left)
    words = rf"{path}: 11 bytes are committed, \d are there: .*backup"
    with open_store(folder, clock=clock) as store, pytest.raises(StorageError, match=words):
        store.begin(job, "portal")


def test_a_part_that_is_lost_on_its_way_is_not_passed_over(
    folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose(source: Path, _: Path) -> None:
        source.unlink()
        raise KeyboardInterrupt

    with open_store(folder, clock=clock) as store:
        store.begin("a", "portal")
        crawl(store, 1)
        with monkeypatch.context() as patch:
            patch.setattr(os, "rename", lose)
            with pytest.raises(KeyboardInterrupt):
                store.end("finished", 0)
    words = "1 records were to be published here, and are gone"
    with open_store(folder, clock=clock) as store, pytest.raises(StorageError, match=words):
        store.begin("a", "portal")


# --- categories and what gave no record ---


def test_categories_are_replaced_and_ordered(store: Store, folder: Path) -> None:
    store.begin("a", "portal")
    news = Category(key="3", catid=3, name="新闻", url="http://h/portal.php?mod=list&catid=3", pages=46, per_page=15)
    store.save_category(news)
    store.save_category(Category(key="@news/shehui", name="社会", folder="news/shehui", parent_key="3"))
    store.save_category(Category(key="20", catid=20, name="体育"))
    store.add([listing(3)])
    (unit,) = store.take(1)
    walked = Category(key="3", catid=3, name="新闻", pages=47, complete_to="", head=(9, 8), seen_at=START)
    store.finish(Outcome(unit, "done", categories=[news, walked]))
    store.flush()
    assert [category.key for category in store.categories()] == ["3", "20", "@news/shehui"]
    assert store.categories()[0] == walked
    store.end("finished", 0)
    assert lines_of(folder / "categories.jsonl")[0] == {
        "key": "3",
        "catid": 3,
        "name": "新闻",
        "url": None,
        "folder": None,
        "parent_key": None,
        "pages": 47,
        "per_page": None,
        "complete_to": "",
        "head": [9, 8],
        "head_at": None,
        "state": "open",
        "seen_at": "2026-03-14T15:09:26Z",
        "listed": None,
        "end": None,
        "walked_at": None,
        "swept_to": None,
        "swept_at": None,
    }


def test_units_without_a_record_are_listed_with_their_reason(store: Store, folder: Path) -> None:
    store.begin("a", "portal")
    store.add([article(aid) for aid in range(1, 4)] + [listing(7, 2)])
    page, first, second, third = store.take(4)
    store.finish(ended(page, "skipped", "closed_category"))
    store.finish(ended(first))
    store.finish(ended(second, "failed", "timeout"))
    store.finish(ended(third, "skipped", "robots"))
    store.end("finished", 0)
    common = {"run": "20260314T150926Z-portal", "tries": 0, "next_at": None, "state": "skipped"}
    assert lines_of(folder / "skipped.jsonl") == [
        {"key": "article/3", "kind": "article", "number": 3, "page": 1, "reason": "robots", **common},
        {"key": "listing/7/2", "kind": "listing", "number": 7, "page": 2, "reason": "closed_category", **common},
        {
            "key": "article/2",
            "kind": "article",
            "number": 2,
            "page": 1,
            "reason": "timeout",
            **common,
            "tries": 1,
            "state": "failed",
            "next_at": "2026-03-14T15:10:26Z",
        },
    ]


def test_facts_of_a_site_are_remembered_by_name(store: Store, folder: Path) -> None:
    assert store.recall("style") == {}
    store.remember("style", {"article": "article-{aid}-{page}.html", "名": [1, None]})
    store.remember("other", {})
    store.remember("style", {"article": "view/{aid}"})
    with read_store(folder) as reader:
        assert reader.recall("style") == {"article": "view/{aid}"}


# --- opening ---


def test_one_process_at_a_time_may_write(store: Store, folder: Path) -> None:
    with pytest.raises(RunningError, match=rf"{folder}: another run .* \(process {os.getpid()}\)"):
        open_store(folder)
    store.close()
    open_store(folder).close()


def test_a_reader_reads_while_a_run_writes(store: Store, folder: Path) -> None:
    store.begin("a", "portal")
    crawl(store, 1)
    with read_store(folder) as reader:
        assert reader.counts().total == (Count("article", "done", "", 1),)
        assert reader.counts().run == ()
        assert reader.categories() == []
        crawl(store, 2)
        assert units_in(reader.counts().total) == 2


def test_a_reader_reads_when_nobody_writes(folder: Path, clock: Clock) -> None:
    with open_store(folder, clock=clock) as store:
        store.begin("a", "portal")
        crawl(store, 1)
    with read_store(folder) as reader:
        assert units_in(reader.counts().total) == 1


def test_a_site_never_crawled_has_nothing_to_read(folder: Path) -> None:
    with pytest.raises(UsageError, match=rf"{folder}/store\.sqlite3: nothing is known of this site"):
        read_store(folder)
    assert not folder.exists()


@pytest.mark.parametrize(
    ("version", "words"),
    [
        (str(VERSION + 1), f"version {VERSION + 1}, this program knows version {VERSION}: upgrade"),
        ("0", "version 0, .* move it away"),
    ],
)
@pytest.mark.parametrize("opening", [open_store, read_store])
def test_a_store_of_another_version_is_refused(
    folder: Path, opening: Callable[[Path], object], version: str, words: str
) -> None:
    open_store(folder).close()
    with sqlite3.connect(folder / "store.sqlite3") as connection:
        connection.execute("UPDATE meta SET value = ?", (version,))
    connection.close()
    for _ in range(2):  # a refusal lets go of the lock
        with pytest.raises(StorageError, match=words):
            opening(folder)


@pytest.mark.parametrize("opening", [open_store, read_store])
def test_a_database_of_another_program_is_refused(folder: Path, opening: Callable[[Path], object]) -> None:
    folder.mkdir(parents=True)
    with sqlite3.connect(folder / "store.sqlite3") as connection:
        connection.execute("CREATE TABLE other (x)")
    connection.close()
    with pytest.raises(StorageError, match="not a store of this program"):
        opening(folder)


@pytest.mark.parametrize("opening", [open_store, read_store])
def test_a_file_that_is_no_database_is_refused(folder: Path, opening: Callable[[Path], object]) -> None:
    folder.mkdir(parents=True)
    (folder / "store.sqlite3").write_bytes(b"no database at all, but long enough to be taken for one" * 99)
    with pytest.raises(StorageError, match=rf"{folder}/store\.sqlite3: file is not a database: the store is damaged"):
        opening(folder)


def test_a_file_where_the_folder_should_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(b"")
    with pytest.raises(StorageError, match=rf"{tmp_path}/data.*: not readable and writable"):
        open_store(tmp_path / "data" / "site")


def test_a_database_elsewhere_can_be_named(tmp_path: Path, clock: Clock) -> None:
    folder, url = tmp_path / "site", f"sqlite:///{tmp_path}/elsewhere.sqlite3"
    with open_store(folder, url=url, clock=clock) as store:
        store.begin("a", "portal")
        crawl(store, 1)
    assert not (folder / "store.sqlite3").exists()
    with read_store(folder, url=url) as reader:
        assert units_in(reader.counts().total) == 1


def test_a_path_with_odd_characters_is_no_trouble(tmp_path: Path, clock: Clock) -> None:
    folder = tmp_path / "100% 门户?#&:@"
    with open_store(folder, clock=clock) as store:
        store.begin("a", "portal")
        crawl(store, 1)
        with read_store(folder) as reader:
            assert units_in(reader.counts().total) == 1


def test_the_clock_is_the_systems_unless_given(folder: Path) -> None:
    with open_store(folder) as store:
        run = store.begin("a", "portal")
        assert abs(run.started_at - module.utc_now()) < timedelta(minutes=1)


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(Exception, match="no time zone") as caught:
        store.begin("a", "portal", START.replace(tzinfo=None))
    assert not isinstance(caught.value, StorageError)


def test_articles_that_stand_far_from_their_numbers_are_found_by_their_dates(store: Store, clock: Clock) -> None:
    store.begin("a", "portal")
    days = [START + timedelta(days=day) for day in range(4)]
    store.note_strays({3: days[0], 900: days[2]})
    store.note_strays({900: days[1], 5: days[3]})
    assert store.strays(None, None) == [], "they wait for the next batch"
    store.flush()
    assert store.strays(None, None) == [5, 900, 3]
    assert store.strays(days[1], days[2]) == [900]
    assert store.strays(days[1], None) == [5, 900]
    assert store.strays(None, days[1], limit=1) == [900]
    store.note_strays({3: days[3]})
    store.end("finished", 0)
    store.begin("a", "portal")
    assert set(store.strays(days[3], None)) == {3, 5}
