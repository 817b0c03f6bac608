"""Contents under their names: whole or not there, once, and found again."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from crawler.errors import StorageError
from crawler.pipelines.media_folder import MediaFolder

CONTENT = b"a picture"
DIGEST = hashlib.sha256(CONTENT).hexdigest()
PATH = f"media/{DIGEST[:2]}/{DIGEST[2:4]}/{DIGEST}.png"


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_content_lies_under_its_hash(tmp_path: Path) -> None:
    kept = MediaFolder(tmp_path).keep(CONTENT, "png")
    assert (kept.sha256, kept.extension, kept.is_new) == (DIGEST, "png", True)
    assert MediaFolder.path(kept.sha256, kept.extension) == PATH
    assert (tmp_path / PATH).read_bytes() == CONTENT
    assert files(tmp_path) == [PATH]


def test_it_is_kept_once_whatever_it_is_called(tmp_path: Path) -> None:
    folder = MediaFolder(tmp_path)
    folder.keep(CONTENT, "png")
    for extension in ("png", "jpg"):
        kept = MediaFolder(tmp_path).keep(CONTENT, extension)
        assert (kept.sha256, kept.extension, kept.is_new) == (DIGEST, "png", False)
    assert files(tmp_path) == [PATH]


def test_many_at_once(tmp_path: Path) -> None:
    folder = MediaFolder(tmp_path)
    contents = [str(number % 10).encode() for number in range(200)]
    with ThreadPoolExecutor(8) as threads:
        kept = list(threads.map(lambda content: folder.keep(content, "png"), contents))
    assert sum(one.is_new for one in kept) == len(files(tmp_path)) == 10


def test_it_is_there_only_if_it_is_whole(tmp_path: Path) -> None:
    folder = MediaFolder(tmp_path)
    assert not folder.has(DIGEST, "png", len(CONTENT))
    folder.keep(CONTENT, "png")
    assert folder.has(DIGEST, "png", len(CONTENT))
    (tmp_path / PATH).write_bytes(CONTENT[:3])  # a file system that lost its end
    assert not folder.has(DIGEST, "png", len(CONTENT))
    assert folder.keep(CONTENT, "jpg").is_new
    assert (tmp_path / PATH).read_bytes() == CONTENT
    assert files(tmp_path) == [PATH]


def test_it_gets_its_name_when_it_is_on_disk_and_the_name_is_on_disk_after_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut between any two steps leaves no half file under a name of a whole one."""
    steps: list[tuple[str, str]] = []

    def noted(name: str) -> Any:
        real = getattr(os, name)

        def call(*arguments: Any, **more: Any) -> Any:
            of = arguments[-1] if name == "rename" else Path(f"/proc/self/fd/{arguments[0]}").readlink()
            steps.append((name, str(Path(of).relative_to(tmp_path))))
            return real(*arguments, **more)

        return call

    for name in ("fsync", "rename"):
        monkeypatch.setattr(os, name, noted(name))
    folder = MediaFolder(tmp_path)
    folder.keep(CONTENT, "png")
    shelf = str(Path(PATH).parent)
    made = [("fsync", str(path)) for path in (Path(), Path("media"), Path("media"), Path(shelf).parent)]
    assert steps[:-3] == made, "each folder is on disk before what is in it"
    assert steps[-3][0] == "fsync"
    assert steps[-3][1].startswith(f"media/.new/{DIGEST}.")
    assert steps[-2:] == [("rename", PATH), ("fsync", shelf)]
    steps.clear()
    folder.keep(CONTENT, "png")
    assert steps == [("fsync", shelf)], "a crash may have come after the name and before it was on disk"


def test_what_a_crash_left_is_removed(tmp_path: Path) -> None:
    folder = MediaFolder(tmp_path)
    folder.sweep()
    assert files(tmp_path) == []
    folder.keep(CONTENT, "png")
    (tmp_path / "media" / ".new" / "left").write_bytes(b"half")
    folder.sweep()
    assert files(tmp_path) == [PATH]


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    folder = MediaFolder(tmp_path)
    folder.keep(b"another", "png")
    before = files(tmp_path)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match=f"{PATH}.*the disk is full"):
        folder.keep(CONTENT, "png")
    assert files(tmp_path) == before
