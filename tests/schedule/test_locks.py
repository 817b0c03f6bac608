"""Places are taken once, and free again when the last process that holds them is gone."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from crawler.schedule.locks import let_go, take, take_one

if TYPE_CHECKING:
    from pathlib import Path


def test_a_place_is_taken_once(tmp_path: Path) -> None:
    first = take(tmp_path / "a.lock")
    assert take(tmp_path / "a.lock") is None
    let_go(first, None)
    again = take(tmp_path / "a.lock")
    assert again is not None
    let_go(again)


def test_of_several_places_the_first_that_is_free(tmp_path: Path) -> None:
    held = [take_one(tmp_path, "place", 2) for _ in range(3)]
    assert [one is None for one in held] == [False, False, True]
    let_go(*held)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["place-1.lock", "place-2.lock"]


def test_a_child_keeps_its_place(tmp_path: Path) -> None:
    held = take(tmp_path / "a.lock")
    assert held is not None
    with subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, pass_fds=[held], text=True
    ) as child:
        let_go(held)
        assert take(tmp_path / "a.lock") is None
        child.communicate("\n")
    let_go(take(tmp_path / "a.lock") or pytest.fail("it is not free"))


def test_letting_go_twice_does_no_harm(tmp_path: Path) -> None:
    held = os.open(tmp_path / "x", os.O_CREAT | os.O_RDWR)
    let_go(held)
    let_go(held)
