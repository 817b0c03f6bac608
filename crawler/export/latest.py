"""Which line of each article is its newest, and what else is to be known of it: an index on disk.

The newest line is the one that was published last, whatever its revision: a store that was begun anew counts from 1
again.

Comments are those of the newest line and of the lines of new comments published after it. Where that line has not all
comments that its page counts (`comments_complete` is false), those that were known before are kept, too. Where it has
null, since comments are switched off, it stays null.
"""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from typing import IO, TYPE_CHECKING, Any, Final

import orjson

from crawler.export.reading import changed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from crawler.export.reading import Line, Source

OPEN_FILES: Final = 16
_TABLES: Final = """
CREATE TABLE newest (id TEXT PRIMARY KEY, source INTEGER, offset INTEGER, kept INTEGER) WITHOUT ROWID;
CREATE TABLE others (id TEXT, source INTEGER, offset INTEGER, PRIMARY KEY (id, source, offset)) WITHOUT ROWID;
"""


class Index:
    """The newest lines of articles, and whether the filters keep an article.

    Args:
        path: a file for it.
        sources: the published files.

    Raises:
        sqlite3.Error: the disk refuses.
    """

    def __init__(self, path: Path, sources: Sequence[Source]) -> None:
        self._sources = sources
        self._files: OrderedDict[int, IO[bytes]] = OrderedDict()
        self._connection = sqlite3.connect(path, isolation_level=None)
        for words in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -32000", "temp_store = FILE"):
            self._connection.execute(f"PRAGMA {words}")
        self._connection.executescript(_TABLES)
        self._connection.execute("BEGIN")

    def note(self, line: Line, kept: bool | None) -> bool:
        """Take in a line; lines come in the order of publication.

        Args:
            line: of an article, or of comments.
            kept: whether the filters keep the article by this line; None where the line does not tell.

        Returns:
            whether they keep it by what is known so far.
        """
        id_ = line.record["id"]
        known = self._connection.execute("SELECT source, offset, kept FROM newest WHERE id = ?", (id_,)).fetchone()
        source, offset, before = known or (None, None, 0)
        verdict = before if kept is None else int(kept)
        if line.record["kind"] == "article":
            if source is not None:
                self._connection.execute("INSERT INTO others VALUES (?, ?, ?)", (id_, source, offset))
            values = (id_, line.source, line.offset, verdict)
            self._connection.execute("INSERT OR REPLACE INTO newest VALUES (?, ?, ?, ?)", values)
        else:
            self._connection.execute("INSERT INTO others VALUES (?, ?, ?)", (id_, line.source, line.offset))
        return bool(verdict)

    def newest(self, line: Line) -> bool | None:
        """Tell whether a line is its article's newest one: None if not, else whether the filters keep the article."""
        row = self._connection.execute(
            "SELECT kept FROM newest WHERE id = ? AND source = ? AND offset = ?",
            (line.record["id"], line.source, line.offset),
        ).fetchone()
        return bool(row[0]) if row else None

    def merge(self, line: Line) -> dict[str, Any]:
        """Give the record of an article's newest line with the comments that are known otherwise.

        Raises:
            StorageError: a file was replaced meanwhile.
        """
        places = self._connection.execute(
            "SELECT source, offset FROM others WHERE id = ? ORDER BY source, offset", (line.record["id"],)
        ).fetchall()
        if not places:
            return line.record
        own = (line.source, line.offset)
        id_ = line.record["id"]
        before = (self._record(id_, *place) for place in places if tuple(place) < own)
        after = (self._record(id_, *place) for place in places if tuple(place) > own)
        record = line.record
        is_partial = record.get("comments") is not None and not record["comments_complete"]
        comments = merged([*(before if is_partial else ()), record, *after])
        return record if comments is None else record | {"comments": comments}

    def _record(self, id_: str, source: int, offset: int) -> dict[str, Any]:
        if source in self._files:
            self._files.move_to_end(source)
        else:
            self._files[source] = self._sources[source].path.open("rb")
            if len(self._files) > OPEN_FILES:
                self._files.popitem(last=False)[1].close()
        file = self._files[source]
        file.seek(offset)
        try:
            record: dict[str, Any] = orjson.loads(file.readline())
        except orjson.JSONDecodeError:
            record = {}
        if record.get("id") != id_:
            raise changed(self._sources[source])
        return record

    def close(self) -> None:
        """Let go of the files."""
        self._connection.close()
        while self._files:
            self._files.popitem()[1].close()


def merged(records: Iterable[dict[str, Any]]) -> list[dict[str, Any]] | None:
    """Give the comments that are known of an article after some of its lines.

    Args:
        records: lines of one article and of its new comments, in order.

    Returns:
        by date and number; None where they are switched off.
    """
    known: dict[int, dict[str, Any]] | None = None
    for record in records:
        comments = record.get("comments")
        if comments is None:
            known = None
            continue
        if record["kind"] == "article" and record["comments_complete"]:
            known = {}
        known = (known or {}) | {comment["id"]: comment for comment in comments}
    if known is None:
        return None
    return sorted(known.values(), key=lambda comment: (comment["date"] or "", comment["id"]))
