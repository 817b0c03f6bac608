"""A store with a clock to turn by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crawler.store import open_store
from tests.store.helpers import Clock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crawler.store import Store


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "site"


@pytest.fixture
def store(folder: Path, clock: Clock) -> Iterator[Store]:
    """Open, without a run."""
    with open_store(folder, clock=clock) as opened:
        yield opened
