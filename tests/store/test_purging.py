"""Lines are taken out of published files: each file is the old one or the new one, and what remembers them agrees."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from crawler.errors import RunningError, StorageError
from crawler.store import ArticleRow, MediaFile, Outcome, Unrecorded, open_store, read_store
from crawler.store.purging import would_purge
from tests.store import driver, gated, purged
from tests.store.helpers import Clock, article, ended, lines_of
from tests.store.test_kill import ROOT, Crawl

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def state(folder: Path) -> dict[str, tuple[int, str]]:
    """What ``published.jsonl`` says of each file by now: records and SHA-256."""
    return {line["file"]: (line["records"], line["sha256"]) for line in lines_of(folder / "published.jsonl")}


def assert_listed(folder: Path) -> None:
    """The list says of each published file what it is."""
    files = sorted(folder.glob("articles/*.jsonl"))
    assert state(folder) == {
        f"articles/{path.name}": (len(lines_of(path)), hashlib.sha256(path.read_bytes()).hexdigest()) for path in files
    }


def written(folder: Path) -> list[int]:
    """The articles in every file that holds lines, whoever may read it."""
    paths = [*folder.glob("articles/*"), *folder.glob("quarantine/*")]
    return [record["aid"] for path in sorted(paths) for record in lines_of(path)]


def fill(folder: Path, clock: Clock, job: str, aids: range) -> None:
    with open_store(folder, clock=clock, limits=driver.LIMITS) as store:
        store.begin(job, "portal")
        store.add(article(aid) for aid in aids)
        while units := store.take(16):
            for unit in units:
                store.finish(purged.answer_with_pictures(unit))
            store.flush()
        store.end("finished", 0)
        clock.forward(hours=1)


def keep_pictures(folder: Path, aids: range) -> None:
    for aid in aids:
        path = folder / purged.picture(aid)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"picture")


def test_lines_go_and_everything_agrees(folder: Path, clock: Clock) -> None:
    fill(folder, clock, "a", range(1, 11))
    fill(folder, clock, "b", range(20, 31))
    before = lines_of(folder / "published.jsonl")
    done = purged.purge(folder, [2, 3, 25, 99])
    assert [(one.file, one.removed, one.changed, one.records) for one in done.files] == [
        (before[0]["file"], 2, 0, 8),
        (before[1]["file"], 1, 0, before[1]["records"] - 1),
    ]
    assert done.articles == 3
    after = lines_of(folder / "published.jsonl")
    assert after[:2] == before, "a consumer's cursor: what was said stays said"
    assert [list(line) for line in after[2:]] == [["file", "run", "records", "sha256", "purged_at", "replaces"]] * 2
    assert [(line["file"], line["replaces"]) for line in after[2:]] == [
        (line["file"], line["sha256"]) for line in before
    ]
    assert_listed(folder)
    assert not {2, 3, 25} & set(written(folder))
    skipped = [line for line in lines_of(folder / "skipped.jsonl") if line["reason"] == "block_list"]
    assert [(line["number"], line["state"]) for line in skipped] == [(2, "skipped"), (3, "skipped"), (25, "skipped")]
    with read_store(folder) as store:
        assert sum(holding.articles for holding in store.holdings()) == len(written(folder))
        assert Unrecorded(None, "article", "skipped", "block_list", 3) in store.unrecorded()
    assert purged.purge(folder, [2, 3, 25, 99]).files == ()
    assert lines_of(folder / "published.jsonl") == after
    fill(folder, clock, "c", range(40, 43))
    assert lines_of(folder / "published.jsonl")[:4] == after
    assert_listed(folder)
    # Written anew from the beginning, the list says the same.
    now = (folder / "published.jsonl").read_bytes()
    (folder / "published.jsonl").unlink()
    fill(folder, clock, "d", range(0))
    assert (folder / "published.jsonl").read_bytes() == now


def test_a_file_may_be_purged_again_and_become_empty(folder: Path, clock: Clock) -> None:
    fill(folder, clock, "a", range(1, 5))
    first = state(folder)
    purged.purge(folder, [1], shorten=[2])
    purged.purge(folder, [2, 3, 4])
    listed = lines_of(folder / "published.jsonl")
    assert [line["records"] for line in listed] == [4, 3, 0]
    assert listed[1]["replaces"] == next(iter(first.values()))[1]
    assert listed[2]["replaces"] == listed[1]["sha256"]
    assert_listed(folder)
    (folder / "published.jsonl").write_bytes(b"")
    fill(folder, clock, "b", range(0))
    assert lines_of(folder / "published.jsonl") == listed


def test_a_line_may_be_changed(folder: Path, clock: Clock) -> None:
    fill(folder, clock, "a", range(1, 5))
    done = purged.purge(folder, [], shorten=[2])
    assert [(one.removed, one.changed, one.records) for one in done.files] == [(0, 1, 4)]
    [path] = folder.glob("articles/*.jsonl")
    assert [record["text"] == "" for record in lines_of(path)] == [False, True, False, False]


def test_what_nobody_names_any_more_is_deleted(folder: Path, clock: Clock) -> None:
    keep_pictures(folder, range(1, 11))
    fill(folder, clock, "a", range(1, 6))
    fill(folder, clock, "b", range(6, 11))
    with open_store(folder, clock=clock) as store:
        store.begin("c", "portal")
        for aid in (4, 6):
            digest = purged.picture(aid).rpartition("/")[2].removesuffix(".jpg")
            store.keep_media(MediaFile(f"p{aid}", "http://e/", aid, clock(), sha256=digest, extension="jpg", size=7))
        store.keep_media(MediaFile("p5", "http://e/", 5, clock(), reason="robots"))
        store.flush()
        store.end("finished", 0)
    # 4 and 5 share a picture, and so do 6 and 7.
    done = purged.purge(folder, [4, 5, 6])
    assert done.media == (purged.picture(4),)
    assert not (folder / purged.picture(4)).exists()
    assert (folder / purged.picture(6)).exists()
    with read_store(folder) as reader:
        assert [reader.media(f"p{aid}") is not None for aid in (4, 5, 6)] == [False, False, True]
    assert lines_of(folder / "media_skipped.jsonl") == []
    assert purged.purge(folder, [7]).media == (purged.picture(6),)


def test_an_interrupted_run_goes_on(folder: Path, clock: Clock) -> None:
    with open_store(folder, clock=clock) as store:
        run = store.begin("a", "portal")
        store.add(article(aid) for aid in range(1, 7))
        for unit in store.take(4):
            store.finish(ended(unit))
        store.end("interrupted", 8)
    with read_store(folder) as reader:
        foreseen = would_purge(folder, reader.all_parts(), purged.Eraser([2, 6]))
    assert [(one.removed, one.records) for one in foreseen] == [(1, 3)]
    done = purged.purge(folder, [2, 6])
    assert (len(done.files), done.articles) == (1, 2)
    with open_store(folder, clock=clock) as store:
        assert store.begin("a", "portal").run_id == run.run_id
        units = store.take(10)
        assert [unit.number for unit in units] == [5], "6 is blocked before it was read"
        store.finish(ended(units[0]))
        store.end("finished", 0)
    assert sorted(written(folder)) == [1, 3, 4, 5]
    assert_listed(folder)


def test_what_is_held_back_can_still_be_released_or_rejected(folder: Path, clock: Clock) -> None:
    gate = gated.Gate(damaged=True)
    with open_store(folder, clock=clock, gate=gate) as store:
        run = store.begin("a", "portal")
        store.add(article(aid) for aid in range(1, 7))
        for unit in store.take(6):
            store.finish(ended(unit))
        store.end("finished", 5)
    done = purged.purge(folder, [1, 4])
    assert [(one.file.partition("/")[0], one.removed, one.records) for one in done.files] == [("quarantine", 2, 4)]
    assert written(folder) == [2, 3, 5, 6]
    with open_store(folder, clock=clock) as store:
        # Another run does 3 meanwhile.
        store.begin("b", "portal", adopts=True)
        by_number = {unit.number: unit for unit in store.take(10)}
        assert set(by_number) == {2, 3, 5, 6}, "what is blocked is not fetched again"
        store.finish(ended(by_number[3]))
        store.end("finished", 0)
    with open_store(folder, clock=clock) as store:
        released = store.release(run.run_id)
    assert (released.records, released.dropped) == (3, 1)
    assert sorted(written(folder)) == [2, 3, 5, 6]
    assert_listed(folder)
    with read_store(folder) as reader:
        assert sum(holding.articles for holding in reader.holdings()) == 4


def test_a_purged_first_line_passes_on_what_was_known_before(folder: Path, clock: Clock) -> None:
    """Two lines of one article are held back; the first goes, and the second can be released all the same."""
    gate = gated.Gate(damaged=True)
    with open_store(folder, clock=clock, gate=gate) as store:
        run = store.begin("a", "portal")
        store.add([article(1)])
        for revision in (1, 2):
            [unit] = store.take(1)
            line = json.dumps({"aid": revision, "of": 1}).encode() + b"\n"
            row = ArticleRow(key=unit.key, aid=1, revision=revision, next_at=clock())
            store.finish(Outcome(unit, "done", line=line, article=row))
            store.flush()
            clock.forward(hours=1)
            store.revisit()
        store.end("finished", 5)
    assert purged.purge(folder, [1]).files[0].records == 1
    with open_store(folder, clock=clock) as store:
        assert store.release(run.run_id).records == 1


def test_a_run_under_way_keeps_a_purge_out(folder: Path, clock: Clock) -> None:
    with open_store(folder, clock=clock) as store:
        store.begin("a", "portal")
        with pytest.raises(RunningError):
            purged.purge(folder, [1])
        with pytest.raises(ValueError, match="under way"):
            store.purge(purged.Eraser([1]))


def test_a_damaged_file_is_left_as_it_is(folder: Path, clock: Clock) -> None:
    fill(folder, clock, "a", range(1, 5))
    [path] = folder.glob("articles/*.jsonl")
    damaged = path.read_bytes().replace("字".encode(), b"xxx", 1)
    path.write_bytes(damaged)
    with pytest.raises(StorageError, match="SHA-256 is not the one"):
        purged.purge(folder, [1])
    assert path.read_bytes() == damaged
    assert list(folder.glob("articles/.*")) == []
    path.write_bytes(damaged[:-9] + b"\n")
    with pytest.raises(StorageError, match="a line of it is no record"):
        purged.purge(folder, [1])
    path.unlink()
    with pytest.raises(StorageError, match="No such file"):
        purged.purge(folder, [1])


@pytest.fixture(scope="module")
def driving() -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.store.purged"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.communicate()


POINTS = [f"{name}:{when}" for name in ("do_commit", "fsync", "replace", "rename") for when in ("before", "after")]


@pytest.mark.parametrize(("point", "then"), [*zip(POINTS, ["crawl", "purge"] * 4, strict=True)])
def test_killed_at_every_point_of_a_purge(
    driving: subprocess.Popen[str], tmp_path: Path, request: pytest.FixtureRequest, point: str, then: str
) -> None:
    every = request.config.getoption("--kills") is not None
    crawl = Crawl(driving, tmp_path / "site")
    # A run with published parts that was killed, with a part of another run that is held back.
    assert crawl.order("a", damaged=True, point="do_commit:after", nth=24) == {"killed": True}
    assert crawl.order("b", damaged=False, point="do_commit:after", nth=24) == {"killed": True}
    aids = sorted(written(crawl.folder))
    out = [aids[0], aids[3], aids[-1], 88]
    killed = 0
    for nth in range(1, 60) if every else (1, 2, 4, 9, 60):
        answer = crawl.order("", purge=out, shorten=[aids[1]], point=point, nth=nth)
        seen = written(crawl.folder) if not list(crawl.folder.glob("*/.*.new")) else None
        if seen is not None:
            assert set(aids) - set(out) <= set(seen), f"gone, after a kill at {point} {nth}"
        for path in crawl.folder.glob("articles/*.jsonl"):
            lines_of(path)
        if "killed" not in answer:
            break
        killed += 1
        if then == "crawl" and killed == 2:
            # The next start of a crawl brings to its end what was begun.
            assert crawl.order("c", damaged=False, point="do_commit:after", nth=2) in ({"killed": True}, {"code": 0})
    assert answer == {"code": 0}
    assert killed or point.startswith("rename")
    assert not set(out) & set(written(crawl.folder))
    assert_listed(crawl.folder)
    assert crawl.order("last", damaged=False) == {"code": 0}
    while gated.held(crawl.folder):
        assert crawl.order("", decide="release") == {"code": 0}
    assert crawl.order("last2", damaged=False) == {"code": 0}
    assert_listed(crawl.folder)
    everything = written(crawl.folder)
    assert sorted(everything) == [aid for aid in driver.with_record() if aid not in out]
