"""A SQLite file: articles, their comments, and a full-text index; for any SQLite tool, Datasette among them."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

import orjson

from crawler.errors import UsageError
from crawler.export.apart import apart
from crawler.export.instants import instant

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from types import TracebackType

    from crawler.export.shape import Field, Shape

COMMENTS: Final = "comments"
SEARCHED: Final = ("headline", "description", "article_body")
INDEXED: Final = ("id", "date_published_utc", "site_host", "discuz_catid", "article_section", "cluster_id")
TYPES: Final = {"integer": "INTEGER", "boolean": "INTEGER"}
AT_ONCE: Final = 200
ROW: Final = "row"
FORMAT: Final = "%Y-%m-%d %H:%M:%S"
"""Of instants: what SQLite's own functions read, and what sorts."""


class Column(NamedTuple):
    """A column of a table.

    Attributes:
        name: in snake_case; of a struct's field with the struct's name before it.
        field: what it holds.
        inside: the struct that it is a part of, "" for none.
    """

    name: str
    field: Field
    inside: str = ""

    @property
    def type(self) -> str:
        """Its type in SQL."""
        return TYPES.get(self.field.kind, "TEXT")

    def value(self, record: dict[str, Any]) -> Any:
        """Give what a record has for it."""
        part = record.get(self.inside) or {} if self.inside else record
        value = part.get(self.field.source)
        match self.field.kind:
            case "instant":
                moment = instant(value)
                return moment.strftime(FORMAT) if moment else None
            case "list" | "map" if value is not None:
                return orjson.dumps(value).decode()
        return value


def columns(fields: Sequence[Field]) -> Iterator[Column]:
    """Give the columns of a table; a struct's fields are columns of their own."""
    for field in fields:
        if field.kind == "struct":
            yield from (Column(f"{field.name}_{inner.name}", inner, field.name) for inner in field.fields)
        else:
            yield Column(field.name, field)


class Database:
    """Writes a SQLite file.

    Args:
        path: the file.
        shape: its columns.

    Raises:
        UsageError: this Python's SQLite has no full-text search.
        sqlite3.Error: the disk refuses.
    """

    def __init__(self, path: Path, shape: Shape) -> None:
        self._spell = shape.spell
        typed = shape.typed
        self._comments = next((field.item for field in typed if field.name == COMMENTS), None)
        self._columns = list(columns([field for field in typed if field.name != COMMENTS]))
        self._searched = [name for name in SEARCHED if any(name == column.name for column in self._columns)]
        self._of_comments = list(columns(self._comments.fields)) if self._comments else []
        self._rows: list[list[Any]] = []
        self._words: list[list[Any]] = []
        self._remarks: list[list[Any]] = []
        self._count = 0
        self._connection = sqlite3.connect(path, isolation_level=None)
        try:
            self._make()
        except BaseException:
            self._connection.close()
            raise

    def _make(self) -> None:
        execute = self._connection.execute
        # Nobody sees the file before it is whole, and it is synced then.
        execute("PRAGMA journal_mode = OFF")
        execute("PRAGMA synchronous = OFF")
        execute("PRAGMA cache_size = -16000")
        own = [f"{_quoted(ROW)} INTEGER PRIMARY KEY", *map(self._declared, self._columns)]
        if self._comments:
            own.append(f"{_quoted(self._spell('comments_listed'))} INTEGER")
        execute(f"CREATE TABLE articles ({', '.join(own)})")
        if self._comments:
            name = _quoted(self._spell("article_id"))
            remarks = [f"article INTEGER NOT NULL REFERENCES articles ({_quoted(ROW)})", f"{name} TEXT NOT NULL"]
            remarks += map(self._declared, self._of_comments)
            execute(f"CREATE TABLE comments ({', '.join(remarks)}, PRIMARY KEY (article, id)) WITHOUT ROWID")
        if self._searched:
            try:
                execute(
                    f"CREATE VIRTUAL TABLE articles_fts USING fts5({', '.join(map(self._name, self._searched))}, "
                    "content = '', tokenize = 'unicode61')"
                )
            except sqlite3.OperationalError as error:
                if "no such module" not in str(error):
                    raise
                raise UsageError("--to sqlite: this Python's SQLite has no FTS5: use another Python") from error
        execute("BEGIN")

    def _name(self, name: str) -> str:
        return _quoted(self._spell(name))

    def _declared(self, column: Column) -> str:
        return f"{self._name(column.name)} {column.type}"

    def write(self, record: dict[str, Any]) -> None:
        """Write a record."""
        self._count += 1
        row = [self._count, *(column.value(record) for column in self._columns)]
        if self._comments:
            listed = record.get(COMMENTS)
            row.append(None if listed is None else len(listed))
            self._remarks += (
                [self._count, record["id"], *(column.value(remark) for column in self._of_comments)]
                for remark in listed or ()
            )
        self._rows.append(row)
        texts = [record.get(name) for name in self._searched]
        if any(texts):
            self._words.append([self._count, *(apart(text or "") for text in texts)])
        if len(self._rows) >= AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        for table, rows in (("articles", self._rows), ("comments", self._remarks)):
            if rows:
                marks = ", ".join("?" * len(rows[0]))
                # A page may print a comment twice.
                self._connection.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", rows)  # noqa: S608
                rows.clear()
        if self._words:
            names = ", ".join(["rowid", *map(self._name, self._searched)])
            marks = ", ".join("?" * len(self._words[0]))
            self._connection.executemany(f"INSERT INTO articles_fts ({names}) VALUES ({marks})", self._words)  # noqa: S608
            self._words.clear()

    def _complete(self) -> None:
        self._flush()
        execute = self._connection.execute
        for column in self._columns:
            if column.name in INDEXED:
                execute(f"CREATE INDEX {_quoted(f'articles_{column.name}')} ON articles ({self._name(column.name)})")
        if self._comments:
            execute(f"CREATE INDEX comments_article_id ON comments ({self._name('article_id')})")
        execute("COMMIT")
        execute("ANALYZE")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._complete()
        finally:
            self._connection.close()


def _quoted(name: str) -> str:
    return f'"{name}"'
