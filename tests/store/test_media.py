"""What is remembered of pictures and files: at once, after a crash, and for people."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from crawler.store import MediaFile, open_store, read_store
from crawler.store.store import BATCH
from tests.store.helpers import START, article, ended, lines_of

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.store import Store
    from tests.store.helpers import Clock

HERE = MediaFile(
    key="data/attachment/portal/a.png",
    url="http://www.example.com/data/attachment/portal/a.png",
    aid=12,
    seen_at=START,
    sha256="a" * 64,
    extension="png",
    size=2**40,
    name="图.png",
    etag='W/"1"',
    last_modified="Tue, 24 Nov 2026 02:30:00 GMT",
)
MISSING = MediaFile(key="attachment/7", url="http://www.example.com/?7", aid=12, seen_at=START, reason="robots")


@pytest.fixture
def running(store: Store) -> Store:
    store.begin("portal {}", "portal")
    return store


def test_a_file_is_known_at_once_and_for_good(running: Store, folder: Path) -> None:
    assert running.media(HERE.key) is None
    for file in (HERE, MISSING):
        running.keep_media(file)
        assert running.media(file.key) == file
    with read_store(folder) as reader:
        assert reader.media(HERE.key) is None, "not committed yet"
        running.flush()
        assert (reader.media(HERE.key), reader.media(MISSING.key)) == (HERE, MISSING)
    running.end("finished", 0)
    running.close()
    with open_store(folder) as again:
        assert (again.media(HERE.key), again.media(MISSING.key)) == (HERE, MISSING)


def test_what_was_missing_may_be_here_and_what_was_here_another(running: Store) -> None:
    running.keep_media(replace(HERE, sha256=None, reason="http_404"))
    running.flush()
    running.keep_media(HERE)
    running.flush()
    assert running.media(HERE.key) == HERE


def test_files_are_committed_with_articles_in_batches(running: Store, folder: Path, clock: Clock) -> None:
    with read_store(folder) as reader:
        for number in range(BATCH):
            assert reader.media("0") is None
            running.keep_media(replace(HERE, key=str(number)))
        assert reader.media("0") == replace(HERE, key="0")
        running.keep_media(replace(HERE, key="late"))
        clock.forward(seconds=3)
        running.keep_media(replace(HERE, key="later"))
        assert reader.media("late") is not None
        running.add([article(1)])
        running.keep_media(replace(HERE, key="with"))
        [unit] = running.take(1)
        running.finish(ended(unit))
        running.flush()
        assert reader.media("with") is not None


def test_memory_holds_no_more_than_a_batch(running: Store) -> None:
    for number in range(5 * BATCH):
        running.keep_media(replace(HERE, key=str(number)))
        assert len(running._media) <= BATCH


def test_what_is_missing_is_listed(running: Store, folder: Path) -> None:
    listed = folder / "media_skipped.jsonl"
    running.keep_media(HERE)
    running.end("finished", 0)
    assert not listed.exists(), "nothing ever was"
    running.begin("portal {}", "portal")
    for key in ("attachment/8", "attachment/7"):
        running.keep_media(replace(MISSING, key=key))
    running.end("finished", 0)
    seen_at = "2026-03-14T15:09:26Z"
    line = {"url": MISSING.url, "aid": 12, "reason": "robots", "seen_at": seen_at}
    assert lines_of(listed) == [line, line]
    running.begin("portal {}", "portal")
    for key in ("attachment/8", "attachment/7"):
        running.keep_media(replace(HERE, key=key))
    running.end("finished", 0)
    assert lines_of(listed) == []
