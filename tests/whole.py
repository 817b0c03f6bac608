"""What a crawl leaves behind that was ended before its end, however often: every record once, and nothing torn."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from tests.crawling import Crawl, differences

if TYPE_CHECKING:
    from tests.conftest import RunningPortal

ARTICLE = re.compile(r"mod=view&aid=(\d+)$")
COUNTED = {"view_count"}
"""What reading an article changes of it: the truth holds for the first reading."""


def site_of(portal: RunningPortal) -> str:
    """The name of a portal that is given by its address."""
    return portal.url.removeprefix("http://").rstrip("/").replace(":", "_")


def truth_of(portal: RunningPortal, fetched: str = "nothing") -> list[dict[str, Any]]:
    """What a portal knows of itself, but for what its readers change; with those of its media that are fetched."""
    return [without_counts(record) for record in portal.truth(site_of(portal), fetched)]


def without_counts(record: dict[str, Any]) -> dict[str, Any]:
    """A record but for what its readers change."""
    return {name: value for name, value in record.items() if name not in COUNTED}


class Site:
    """A site's data folder and the portal's log, over the starts that it takes to come to the end.

    Args:
        portal: what is crawled.
        data: ``DISCUZ_DATA_DIR``.
        truth: what a whole crawl must find, see `truth_of`.

    Attributes:
        requests: how many requests the starts so far have made.
        again: how often the last start asked for an article that had been asked for.
    """

    def __init__(self, portal: RunningPortal, data: Path, truth: list[dict[str, Any]]) -> None:
        self.portal = portal
        self.data = data
        self.truth = truth
        self.requests = self.again = 0
        self._name = site_of(portal)
        self._published: set[str] = set()
        self._asked: set[str] = set()
        self._seen = len(portal.log())

    @property
    def url(self) -> str:
        """The portal's address."""
        return self.portal.url

    def elsewhere(self, data: Path) -> Site:
        """Begin with an empty folder."""
        return Site(self.portal, data, self.truth)

    def forget(self) -> None:
        """Take every article that is asked for from now on for one that had not been asked for."""
        self._asked.clear()

    def records(self) -> list[dict[str, Any]]:
        """Every published record."""
        return Crawl(0, "", "", self.data).lines(self._name)

    def see(self) -> None:
        """Look at the published files and at the portal's log, after a start has ended."""
        ids = [record["id"] for record in self.records()]
        assert len(ids) == len(set(ids)), "twice"
        assert self._published <= set(ids), "gone"
        self._published = set(ids)
        log = self.portal.log()
        asked = [found[1] for line in log[self._seen :] if (found := ARTICLE.search(line["path"]))]
        self.again = len(asked) - len(set(asked) - self._asked)
        self._asked.update(asked)
        self.requests += len(log) - self._seen
        self._seen = len(log)

    @property
    def folder(self) -> Path:
        """The site's own folder."""
        return self.data / self._name

    def assert_agrees(self) -> None:
        """No line is torn, and neither the list of files nor a report tells of what is not on disk."""
        for path in self.folder.glob("articles/*"):
            content = path.read_bytes()
            assert content.endswith(b"\n") or not content, f"half a line in {path}"
            assert all(json.loads(line) for line in content.splitlines())
        for part in self.listed():
            content = (self.folder / part["file"]).read_bytes()
            assert part["sha256"] == hashlib.sha256(content).hexdigest()
            assert part["records"] == content.count(b"\n") == len(content.splitlines())
        committed = self.committed()
        for report in self.reports():
            written = report["stats"].get("discuz/record/written_count", 0)
            assert written <= committed[report["run_id"]], "told of records that are not there"

    def committed(self) -> Counter[str]:
        """How many records each run has committed, by run id.

        The database is copied first: seen from outside the path of a disk of its own (`tests.test_crawl_full`) is
        another one to SQLite.
        """
        with TemporaryDirectory() as copy:
            for path in self.folder.glob("store.sqlite3*"):
                shutil.copy(path, copy)
            with closing(sqlite3.connect(Path(copy) / "store.sqlite3")) as database:
                query = "select run_id, sum(records) from parts join runs on runs.seq = parts.run group by 1"
                known = database.execute("select 1 from sqlite_master where name = 'parts'").fetchall()
                return Counter(dict(database.execute(query) if known else ()))

    def listed(self) -> list[dict[str, Any]]:
        """What ``published.jsonl`` tells."""
        path = self.folder / "published.jsonl"
        return [json.loads(line) for line in path.read_bytes().splitlines()] if path.exists() else []

    def reports(self) -> list[dict[str, Any]]:
        """The report of every run that has one."""
        return [json.loads(path.read_bytes()) for path in sorted(self.folder.glob("runs/*/report.json"))]

    def assert_whole(self) -> None:
        """Every record once and as the portal knows it, and the list of files agrees with the files."""
        self.see()
        assert differences([without_counts(record) for record in self.records()], self.truth) == {}
        self.assert_agrees()
        assert [part["file"] for part in self.listed()] == sorted(
            f"articles/{path.name}" for path in self.folder.glob("articles/*")
        )
