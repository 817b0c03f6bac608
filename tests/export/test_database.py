from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from crawler.errors import UsageError
from crawler.export.apart import match
from tests.export.helpers import WORDS, article, comment, exported, gone, placed, remarks

if TYPE_CHECKING:
    from pathlib import Path

RECORDS = [
    article(
        1,
        headline="新馆开放",
        comments=[comment(1), comment(2, author=None, author_uid=None)],
        credits={"记者": ["甲", "乙"]},
        view_count=3,
    ),
    article(2, comments=None, comments_complete=False, headline="Discuz! X3.5 发布", date_published=None),
    gone(1),
    remarks(2, 9),
]


def ask(path: Path, words: str, *values: Any) -> list[Any]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return connection.execute(words, values).fetchall()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    exported(placed(tmp_path, *RECORDS), tmp_path / "out.sqlite3", to="sqlite")
    return tmp_path / "out.sqlite3"


def test_a_row_a_record(path: Path) -> None:
    columns = "id, kind, status, headline, date_published, date_published_utc, view_count, comments_listed, site_host"
    assert ask(path, f'SELECT "row", {columns}, discuz_catid FROM articles ORDER BY "row"') == [
        (
            *(1, "example.com:1", "article", "published", "新馆开放", "2024-05-01T07:30:00+08:00"),
            *("2024-04-30 23:30:00", 3, 2, "example.com", 3),
        ),
        (2, "example.com:2", "article", "published", "Discuz! X3.5 发布", None, None, None, None, "example.com", 3),
        (3, "example.com:1", "article", "gone", None, None, None, None, None, "example.com", None),
        (4, "example.com:2", "comments", "published", None, None, None, None, 1, None, None),
    ]
    (told,) = ask(path, 'SELECT credits, breadcrumbs, comments_complete FROM articles WHERE "row" = 1')
    assert json.loads(told[0]) == RECORDS[0]["credits"]
    assert json.loads(told[1]) == RECORDS[0]["breadcrumbs"]
    assert told[2] == 1


def test_comments_have_a_table(path: Path) -> None:
    assert ask(path, "SELECT article, article_id, id, author, date, date_utc, text, quote FROM comments") == [
        (1, "example.com:1", 1, "路人", "2024-05-02T12:00:00+08:00", "2024-05-02 04:00:00", "好", None),
        (1, "example.com:1", 2, None, "2024-05-03T12:00:00+08:00", "2024-05-03 04:00:00", "好", None),
        (4, "example.com:2", 9, "路人", "2024-05-10T12:00:00+08:00", "2024-05-10 04:00:00", "好", None),
    ]


@pytest.mark.parametrize(
    ("words", "rows"),
    [
        ("馆", [1, 2]),
        ("新馆", [1, 2]),
        ("新馆开放", [1]),
        ("放开", []),
        ("discuz", [2]),
        ("发布 x3", [2]),
        ('"馆', [1, 2]),
    ],
)
def test_words_of_one_and_two_characters_are_found(path: Path, words: str, rows: list[int]) -> None:
    found = ask(path, "SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? ORDER BY rowid", match(words))
    assert [row for (row,) in found] == rows
    assert "新馆" in WORDS


def test_every_table_has_a_primary_key_and_what_is_asked_for_an_index(path: Path) -> None:
    tables = ask(path, "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name IN ('articles', 'comments')")
    assert all("PRIMARY KEY" in words for _, words in tables)
    indices = {name for (name,) in ask(path, "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql NOT NULL")}
    assert indices == {
        *("articles_id", "articles_date_published_utc", "articles_article_section", "articles_site_host"),
        *("articles_discuz_catid", "comments_article_id"),
    }
    plan = ask(path, "EXPLAIN QUERY PLAN SELECT 1 FROM articles WHERE date_published_utc > '2024'")
    assert "articles_date_published_utc" in plan[0][3]
    types = {name: kind for _, name, kind, *_ in ask(path, "PRAGMA table_info(articles)")}
    assert (types["view_count"], types["comments_complete"], types["headline"]) == ("INTEGER", "INTEGER", "TEXT")


def test_the_file_is_sound(path: Path) -> None:
    assert ask(path, "PRAGMA integrity_check") == [("ok",)]
    assert ask(path, "PRAGMA foreign_key_check") == []


def test_names_in_camel_case(tmp_path: Path) -> None:
    path = tmp_path / "out.sqlite3"
    exported(placed(tmp_path, *RECORDS), path, to="sqlite", camel=True, latest=True)
    rows = 'SELECT siteHost, discuzCatid, datePublishedUtc FROM articles WHERE "row" = 1'
    assert ask(path, rows) == [("example.com", 3, None)]
    assert ask(path, "SELECT articleId, authorUid FROM comments") == [("example.com:2", 7)]
    found = ask(path, "SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'articleBody : ' || ?", match("馆"))
    assert found == [(1,)]


def test_a_choice_of_fields(tmp_path: Path) -> None:
    path = tmp_path / "out.sqlite3"
    exported(placed(tmp_path, *RECORDS), path, to="sqlite", fields=("view_count",))
    assert ask(path, "SELECT * FROM articles LIMIT 1") == [(1, "example.com:1", 3)]
    assert ask(path, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'") == [
        ("articles",)
    ]


class WithoutSearch(sqlite3.Connection):
    """A SQLite that was built without FTS5."""

    def execute(self, words: str, *values: Any) -> sqlite3.Cursor:
        if "fts5" in words:
            raise sqlite3.OperationalError("no such module: fts5")
        return super().execute(words, *values)


def test_a_python_without_full_text_search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = sqlite3.connect
    place = placed(tmp_path, article(1))
    monkeypatch.setattr(sqlite3, "connect", lambda *given, **how: connect(*given, **how, factory=WithoutSearch))
    with pytest.raises(UsageError, match="--to sqlite: this Python's SQLite has no FTS5"):
        exported(place, tmp_path / "out", to="sqlite")
    assert not (tmp_path / "out").exists()
    assert exported(place, tmp_path / "out", to="sqlite", fields=("url",)).rows == 1  # nothing to search in
