from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING

import pytest

from crawler.errors import RunningError, StorageError, UsageError
from crawler.export.target import open_target
from tests.export.helpers import article, exported, placed

if TYPE_CHECKING:
    from pathlib import Path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != "example.com")


def test_a_file_and_its_card(tmp_path: Path) -> None:
    done = exported(placed(tmp_path, article(1)), tmp_path / "out.jsonl")
    assert names(tmp_path) == ["out.jsonl", "out.jsonl.README.md"]
    assert (done.rows, done.articles, done.files, done.size) == (1, 1, 1, (tmp_path / "out.jsonl").stat().st_size)
    assert done.card.read_text().startswith("---\n")


def test_a_folder_and_its_card(tmp_path: Path) -> None:
    done = exported(placed(tmp_path, article(1)), tmp_path / "new" / "out", to="parquet")
    assert names(tmp_path) == ["new"]
    assert names(tmp_path / "new") == ["out"]
    assert names(tmp_path / "new" / "out") == ["README.md", "data"]
    assert (done.files, done.card) == (1, tmp_path / "new" / "out" / "README.md")


@pytest.mark.parametrize("to", ["jsonl", "parquet"])
def test_what_is_there_is_replaced_only_when_asked_for(tmp_path: Path, to: str) -> None:
    place, path = placed(tmp_path, article(1)), tmp_path / "out"
    exported(place, path, to=to)
    before = sorted((file, file.read_bytes()) for file in tmp_path.rglob("out/**/*") if file.is_file())
    place = placed(tmp_path, article(2))
    with pytest.raises(UsageError, match=r"-o .*/out: it is there already: give --overwrite to replace it"):
        exported(place, path, to=to)
    assert sorted((file, file.read_bytes()) for file in tmp_path.rglob("out/**/*") if file.is_file()) == before
    assert exported(place, path, to=to, overwrite=True).rows == 2
    assert [name for name in names(tmp_path) if name.startswith(".")] == []


def test_a_folder_of_something_else_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "one.jpg").touch()
    with pytest.raises(UsageError, match="photos: it is no export"):
        exported(placed(tmp_path, article(1)), tmp_path / "photos", to="parquet", overwrite=True)
    assert names(tmp_path / "photos") == ["one.jpg"]


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert exported(placed(tmp_path, article(1)), tmp_path / "out", to="parquet").rows == 1


@pytest.mark.parametrize(
    ("to", "words"), [("jsonl", "it is a folder, and a file is"), ("parquet", "it is a file, and a f")]
)
def test_a_target_of_the_other_kind(tmp_path: Path, to: str, words: str) -> None:
    path = tmp_path / "out"
    path.mkdir() if to == "jsonl" else path.touch()
    with pytest.raises(UsageError, match=words):
        exported(placed(tmp_path, article(1)), path, to=to, overwrite=True)


def test_two_at_once(tmp_path: Path) -> None:
    with (
        open_target(tmp_path / "out", is_folder=False, overwrite=False) as target,
        pytest.raises(RunningError, match="another export is writing it"),
        open_target(tmp_path / "out", is_folder=False, overwrite=False),
    ):
        raise AssertionError("the second came in")
    assert not target.path.exists()
    assert names(tmp_path) == []


def test_what_a_killed_export_left_is_removed(tmp_path: Path) -> None:
    left = tmp_path / ".out.exporting"
    (left / "new" / "data").mkdir(parents=True)
    (left / "index-1.sqlite3").write_text("half")
    (left / "lock").write_text("1\n")
    exported(placed(tmp_path, article(1)), tmp_path / "out", to="parquet")
    assert names(tmp_path) == ["out"]


def test_what_an_export_killed_between_its_renames_put_aside_comes_back(tmp_path: Path) -> None:
    place, path = placed(tmp_path, article(1)), tmp_path / "out"
    exported(place, path, to="parquet")
    path.rename(tmp_path / ".out.replaced")
    with pytest.raises(UsageError, match="it is there already"):
        exported(place, path, to="parquet")
    assert names(tmp_path) == ["out"]
    assert names(path) == ["README.md", "data"]


def test_a_stop_between_two_renames_brings_back_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place, path = placed(tmp_path, article(1)), tmp_path / "out"
    exported(place, path, to="parquet")
    before = (path / "README.md").read_bytes()
    rename, renamed = os.rename, []

    def stopped(source: Path, target: Path) -> None:
        renamed.append(source)
        if len(renamed) == 2:
            raise KeyboardInterrupt
        rename(source, target)

    monkeypatch.setattr(os, "rename", stopped)
    with pytest.raises(KeyboardInterrupt):
        exported(place, path, to="parquet", overwrite=True)
    assert (path / "README.md").read_bytes() == before
    assert names(tmp_path) == ["out"]


def test_an_error_leaves_nothing(tmp_path: Path) -> None:
    place = placed(tmp_path, article(1))
    (part,) = (place.folder / "articles").iterdir()
    part.write_bytes(part.read_bytes() * 2)
    with pytest.raises(StorageError):
        exported(place, tmp_path / "out.jsonl")
    assert names(tmp_path) == []


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match=r"not readable or writable for this user"):
        exported(placed(tmp_path, article(1)), tmp_path / "file" / "out.jsonl")


def test_the_lock_is_free_again(tmp_path: Path) -> None:
    with open_target(tmp_path / "out", is_folder=False, overwrite=False) as target:
        handle = os.open(target.scratch / "lock", os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(handle)
