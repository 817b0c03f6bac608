"""The files of the archive: in step with the database, whatever happens."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, Any

import pytest

from crawler.errors import StorageError
from crawler.store import Archiving, Category, Payload, open_store, read_store
from tests.store.helpers import Clock, article, ended, keys

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from crawler.store import Run, Store

FIRST = b"<first>"
RUN = "20260314T150926Z-portal"


def payload(name: str) -> Payload:
    return Payload(name.encode().ljust(32), f"http://a/{name}", "2026-03-14T15:09:26.000Z")


def begin(store: Store, full: int = 1000, job: str = "portal {}") -> Run:
    run = store.begin(job, "portal", adopts=True)
    store.archive(Archiving(lambda _: FIRST, full))
    return run


def archive(folder: Path) -> dict[str, bytes]:
    return {path.name.removeprefix(f"{RUN}-"): path.read_bytes() for path in sorted(folder.glob("warc/*"))}


def finish(store: Store) -> None:
    store.add([article(1)])
    for unit in store.take(1):
        store.finish(ended(unit))
    store.flush()


@pytest.fixture
def crashed(folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Store], None]], None]:
    """Does something with a store, in a run with an archive, and leaves it as a crash would."""

    def crash(act: Callable[[Store], None]) -> None:
        with open_store(folder, clock=clock) as store:
            begin(store)
            act(store)

    return crash


def test_a_file_is_made_when_there_is_something_to_write(store: Store, folder: Path) -> None:
    begin(store)
    assert not (folder / "warc").exists()
    store.keep_served(b"one")
    assert archive(folder) == {"00001.warc.gz.part": b"<first>one"}
    store.end("finished", 0)
    assert archive(folder) == {"00001.warc.gz": b"<first>one"}


@pytest.mark.parametrize("state", ["finished", "interrupted"])
def test_what_a_run_wrote_is_told(store: Store, folder: Path, state: Any) -> None:
    begin(store)
    store.keep_served(b"one", payload("one"))
    store.keep_served(b"two", revisit=True)
    store.end(state, 0)
    (told,) = store.warcs_of(RUN)
    assert (told.name, told.length, told.records, told.revisits) == (f"{RUN}-00001.warc.gz", 13, 2, 1)
    with read_store(folder) as reader:
        assert reader.warcs_of(RUN) == [told]
        assert reader.warcs_of("another") == []


def test_a_full_file_is_closed_and_the_next_one_begun(store: Store, folder: Path) -> None:
    begin(store, full=20)
    for number in range(5):
        store.keep_served(b"page %d" % number)
    store.keep_served(b"a page that is larger than any file")
    store.keep_served(b"page 6")
    store.end("finished", 0)
    assert archive(folder) == {
        "00001.warc.gz": b"<first>page 0page 1",
        "00002.warc.gz": b"<first>page 2page 3",
        "00003.warc.gz": b"<first>page 4",
        "00004.warc.gz": b"<first>a page that is larger than any file",
        "00005.warc.gz": b"<first>page 6",
    }


@pytest.mark.parametrize(
    "rest",
    [
        lambda store: store.add([article(9)]),
        lambda store: store.remember("style", {"a": 1}),
        lambda store: store.save_category(Category(key="1", catid=1)),
        finish,
    ],
    ids=["add", "remember", "category", "outcome"],
)
def test_what_rests_on_a_page_is_committed_with_it(
    crashed: Callable[[Callable[[Store], None]], None], folder: Path, clock: Clock, rest: Callable[[Store], None]
) -> None:
    def act(store: Store) -> None:
        store.keep_served(b"one")
        rest(store)
        store.keep_served(b"two, which nothing rests on")

    crashed(act)
    assert archive(folder) == {"00001.warc.gz.part": b"<first>onetwo, which nothing rests on"}
    with open_store(folder, clock=clock) as store:
        begin(store)
        assert archive(folder) == {"00001.warc.gz": b"<first>one"}
        store.keep_served(b"two")
        store.end("finished", 0)
    assert archive(folder) == {"00001.warc.gz": b"<first>one", "00002.warc.gz": b"<first>two"}


def test_it_is_synced_before_the_commit(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    real = os.fdatasync

    def fdatasync(handle: int) -> None:
        synced.append(os.fstat(handle).st_size)
        real(handle)

    begin(store)
    store.keep_served(b"one")
    monkeypatch.setattr(os, "fdatasync", fdatasync)
    store.add([article(1)])
    store.add([article(2)])
    assert synced == [len(b"<first>one")]


def test_nothing_is_left_of_a_file_of_which_nothing_was_committed(
    crashed: Callable[[Callable[[Store], None]], None], folder: Path, clock: Clock
) -> None:
    crashed(lambda store: store.keep_served(b"one"))
    with open_store(folder, clock=clock) as store:
        store.begin("article {}", "article")
        assert archive(folder) == {}


@pytest.mark.parametrize("job", ["portal {}", "another {}"])
def test_a_start_without_an_archive_closes_what_it_finds(
    crashed: Callable[[Callable[[Store], None]], None], folder: Path, clock: Clock, job: str
) -> None:
    def act(store: Store) -> None:
        store.keep_served(b"one")
        store.add([article(1)])

    crashed(act)
    with (folder / f"warc/{RUN}-00001.warc.gz.part").open("ab") as file:
        file.write(b"half a rec")
    with open_store(folder, clock=clock) as store:
        store.begin(job, "portal")
    assert archive(folder) == {"00001.warc.gz": b"<first>one"}


def test_a_rename_that_a_crash_has_cut_short_is_made_up_for(store: Store, folder: Path) -> None:
    begin(store)
    store.keep_served(b"one")
    store.end("finished", 0)
    path = folder / f"warc/{RUN}-00001.warc.gz"
    path.rename(path.with_name(f"{path.name}.part"))
    store.begin("portal {}", "portal")
    assert archive(folder) == {"00001.warc.gz": b"<first>one"}


def test_a_file_that_lacks_what_was_committed_is_told(
    crashed: Callable[[Callable[[Store], None]], None], folder: Path, clock: Clock
) -> None:
    def act(store: Store) -> None:
        store.keep_served(b"one")
        store.add([article(1)])

    crashed(act)
    path = folder / f"warc/{RUN}-00001.warc.gz.part"
    path.write_bytes(b"<fir")
    with open_store(folder, clock=clock) as store:
        with pytest.raises(StorageError, match=r"00001.warc.gz.part: 10 bytes are committed, 4 are there: bring it"):
            store.begin("portal {}", "portal")
        path.unlink()
        begin(store)
        store.keep_served(b"two")
        store.end("finished", 0)
    assert archive(folder) == {"00001.warc.gz": b"<first>two"}


# --- payloads ---


def test_a_payload_is_known_at_once_and_afterwards(store: Store, folder: Path, clock: Clock) -> None:
    begin(store)
    assert store.payload(payload("one").digest) is None
    store.keep_served(b"one", payload("one"))
    assert store.payload(payload("one").digest) == payload("one")
    store.end("finished", 0)
    store.close()
    with open_store(folder, clock=clock) as again:
        begin(again)
        assert again.payload(payload("one").digest) == payload("one")
        assert again.payload(payload("two").digest) is None


def test_a_payload_whose_record_is_cut_off_is_not_known(
    crashed: Callable[[Callable[[Store], None]], None], folder: Path, clock: Clock
) -> None:
    def act(store: Store) -> None:
        store.keep_served(b"one", payload("one"))
        store.add([article(1)])
        store.keep_served(b"two", payload("two"))

    crashed(act)
    with open_store(folder, clock=clock) as store:
        begin(store)
        assert store.payload(payload("one").digest) == payload("one")
        assert store.payload(payload("two").digest) is None


@pytest.mark.parametrize("whole", [False, True], ids=["a file", "the folder"])
def test_a_file_that_was_taken_away_is_referred_to_no_more(store: Store, folder: Path, whole: bool) -> None:
    begin(store, full=1)
    store.keep_served(b"one", payload("one"))
    store.keep_served(b"two", payload("two"))
    store.end("finished", 0)
    (folder / f"warc/{RUN}-00001.warc.gz").unlink()
    if whole:
        (folder / f"warc/{RUN}-00002.warc.gz").unlink()
        (folder / "warc").rmdir()
    begin(store)
    assert store.payload(payload("one").digest) is None
    assert store.payload(payload("two").digest) == (None if whole else payload("two"))
    assert len(store.warcs_of(RUN)) == (0 if whole else 1)


def test_one_that_was_put_back_keeps_its_name(store: Store, folder: Path, tmp_path: Path) -> None:
    begin(store)
    store.keep_served(b"one", payload("one"))
    store.end("interrupted", 8)
    path = folder / f"warc/{RUN}-00001.warc.gz"
    away = path.rename(tmp_path / path.name)
    begin(store)
    away.rename(path)
    store.keep_served(b"two")
    store.end("finished", 0)
    assert archive(folder) == {"00001.warc.gz": b"<first>one", "00002.warc.gz": b"<first>two"}


# --- disks that fail ---


@pytest.mark.parametrize("call", ["pwrite", "fdatasync", "rename"])
def test_a_disk_that_fails_is_told_and_nothing_is_committed_that_rests_on_it(
    folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with open_store(folder, clock=clock) as store:
        begin(store)
        store.add([article(1)])
        (unit,) = store.take(1)
        with monkeypatch.context() as patch:
            patch.setattr(os, call, full)
            with pytest.raises(StorageError, match="the disk is full") as caught:
                serve(store, unit)
        assert caught.value.exit_code == 7
    with open_store(folder, clock=clock) as store:
        begin(store)
        done = call == "rename"
        assert keys(store.take(1)) == ([] if done else ["article/1"])
        assert archive(folder) == ({"00001.warc.gz": b"<first>one"} if done else {})


def serve(store: Store, unit: Any) -> None:
    try:
        store.keep_served(b"one")
    except StorageError:
        store.finish(ended(unit))
        store.flush()
        raise AssertionError("committed") from None
    store.finish(ended(unit))
    store.end("finished", 0)
