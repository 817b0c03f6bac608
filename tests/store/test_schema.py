"""The same tables and statements for SQLite and PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex, CreateTable

from crawler.errors import UsageError
from crawler.store import database, open_store, read_store
from crawler.store.schema import Ascending, articles, metadata, tallies, units, upsert

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DIALECTS = [sa.make_url(url).get_dialect()() for url in ("postgresql://", "sqlite://")]


@pytest.mark.parametrize("dialect", DIALECTS, ids=["postgresql", "sqlite"])
def test_every_table_can_be_made(dialect: sa.Dialect) -> None:
    for table in metadata.sorted_tables:
        assert f"CREATE TABLE {table.name}" in str(CreateTable(table).compile(dialect=dialect))
    made = {str(CreateIndex(index).compile(dialect=dialect)) for index in units.indexes}
    assert len(made) == 5
    assert all("WHERE state = '" in words or "WHERE state != '" in words for words in made)


@pytest.mark.parametrize(
    ("numbers", "kept"), [(None, None), ((), []), ((7,), [7]), ((70_412, 70_413, 70_420), [70_412, 1, 7])]
)
def test_ascending_numbers_are_kept_by_their_differences(
    numbers: tuple[int, ...] | None, kept: list[int] | None
) -> None:
    kind = Ascending()
    assert kind.process_bind_param(numbers, DIALECTS[1]) == kept
    assert kind.process_result_value(kept, DIALECTS[1]) == numbers


@pytest.mark.parametrize("dialect", DIALECTS, ids=["postgresql", "sqlite"])
def test_a_row_that_is_there_is_updated(dialect: sa.Dialect) -> None:
    words = str(upsert(dialect.name, articles, keep=("first_seen",)).compile(dialect=dialect))
    assert "ON CONFLICT (unit) DO UPDATE SET aid = excluded.aid" in words
    assert "first_seen = " not in words
    words = str(upsert(dialect.name, tallies, add=("units",)).compile(dialect=dialect))
    assert "DO UPDATE SET units = (tallies.units + excluded.units)" in words


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("no url at all", "DISCUZ_STORE_URL is no URL"),
        ("mysql://host/site", "'mysql://host/site': not one of sqlite, postgresql"),
        ("postgresql+nothing://host/site", "'postgresql\\+nothing://host/site': .*: install the driver"),
    ],
)
@pytest.mark.parametrize("opening", [open_store, read_store])
def test_a_database_that_cannot_be_used(tmp_path: Path, opening: Callable[..., object], url: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        opening(tmp_path, url=url)


def test_a_server_is_named_without_its_password(tmp_path: Path) -> None:
    at = database.address(tmp_path, "postgresql+psycopg://me:secret@host/site")
    assert database.name(at) == "postgresql+psycopg://me:***@host/site"
