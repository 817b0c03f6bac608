"""What a crawl has published, exported and read again by those who use it.

``pytest tests/test_crawl_export.py --export 100000`` exports so many records and holds the peak of the memory against
its bound.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from crawler.errors import ExitCode
from tests.benchmarks.export import MOST_MEMORY, SITE, made, measured
from tests.crawling import ROOT
from tests.whole import site_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.benchmarks.export import Cost
    from tests.conftest import RunningPortal
    from tests.killing import Crawls, Ended

RECORDS = 600
LONG = pytest.mark.timeout(7200)
"""For what may be asked to export many more."""
READERS = {"source", "pandas", "duckdb", "datasets"}


@dataclass(frozen=True, slots=True)
class Crawled:
    """A site that was crawled once."""

    data: Path
    name: str
    killing: Crawls

    @property
    def folder(self) -> Path:
        return self.data / self.name

    def lines(self) -> list[dict[str, Any]]:
        """What is published."""
        parts = sorted(self.folder.glob("articles/*.jsonl"))
        return [json.loads(line) for part in parts for line in part.read_bytes().splitlines()]

    def export(self, *words: str, **order: Any) -> Ended:
        """Run the command to its end."""
        return self.killing.scrapy(["export", self.name, *words, "-s", f"DISCUZ_DATA_DIR={self.data}"], **order)


@pytest.fixture(scope="module")
def crawled(small_portal: RunningPortal, killing: Crawls, tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    data = tmp_path_factory.mktemp("crawled") / "data"
    assert killing.run("backfill", data, small_portal.url).code == 0
    return Crawled(data, site_of(small_portal), killing)


class ReadBack(NamedTuple):
    """What came of an export of a crawl, and of one of many records; and what each reader gave of both."""

    of_crawl: Ended
    of_many: Cost
    told: list[dict[str, dict[str, Any]]]


@pytest.fixture(scope="module")
def read_back(crawled: Crawled, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> ReadBack:
    """Both exports, read in one go: to import what reads them takes longer than a small export."""
    folder = tmp_path_factory.mktemp("many")
    crawl, many = folder / "crawl", folder / "many"
    of_crawl = crawled.export("--to", "parquet", "-o", str(crawl))
    data = made(folder, request.config.getoption("--export") or RECORDS)
    of_many = measured(data, SITE, "--to", "parquet", "-o", str(many))
    pairs = [str(path) for path in (crawled.folder, crawl, data / SITE, many)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.reading_exports", *pairs],
        cwd=ROOT,
        env=os.environ | {"HF_HOME": str(folder / "cache"), "HF_DATASETS_DISABLE_PROGRESS_BARS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return ReadBack(of_crawl, of_many, [json.loads(line) for line in done.stdout.splitlines()])


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@LONG
def test_every_field_of_a_crawl_comes_back_from_parquet(crawled: Crawled, read_back: ReadBack) -> None:
    done, told = read_back.of_crawl, read_back.told[0]
    lines = crawled.lines()
    assert (done.code, done.stdout) == (0, "")
    assert done.last_line.startswith(f"{crawled.name}: {len(lines)} rows in ")
    assert told.keys() == READERS
    assert told["source"]["rows"] == len(lines)
    assert len({json.dumps(one) for one in told.values()}) == 1


@LONG
def test_many_records_come_back_and_take_little_memory(read_back: ReadBack, request: pytest.FixtureRequest) -> None:
    cost, told = read_back.of_many, read_back.told[1]
    assert cost.code == 0, cost.said
    assert cost.memory < MOST_MEMORY
    assert told.keys() == READERS
    assert told["source"]["rows"] == (request.config.getoption("--export") or RECORDS)
    assert len({json.dumps(one) for one in told.values()}) == 1


def test_every_field_of_a_crawl_comes_back_from_lines(crawled: Crawled, tmp_path: Path) -> None:
    assert crawled.export("--to", "jsonl", "-o", str(tmp_path / "out.jsonl.gz")).code == 0
    with gzip.open(tmp_path / "out.jsonl.gz") as file:
        assert [json.loads(line) for line in file] == crawled.lines()


def test_every_field_of_a_crawl_comes_back_from_csv(crawled: Crawled, tmp_path: Path) -> None:
    assert crawled.export("--to", "csv", "-o", str(tmp_path / "out.csv")).code == 0
    csv.field_size_limit(10**7)
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(crawled.lines())
    for row, record in zip(rows, crawled.lines(), strict=True):
        assert row.keys() == record.keys()
        for name, value in record.items():
            shown = value if isinstance(value, str) else None if value is None else json.loads(row[name])
            assert (shown or "") == (value or "")
            assert not isinstance(value, str) or row[name].removeprefix("'") == value.removeprefix("'")


def test_every_article_and_comment_of_a_crawl_is_in_the_database(crawled: Crawled, tmp_path: Path) -> None:
    assert crawled.export("--to", "sqlite", "-o", str(tmp_path / "out.sqlite3")).code == 0
    records = crawled.lines()
    comments = [(record["id"], one["id"]) for record in records for one in record["comments"] or ()]
    with closing(sqlite3.connect(tmp_path / "out.sqlite3")) as connection:
        ask = connection.execute
        assert sorted(ask("SELECT article_id, id FROM comments")) == sorted(comments)
        told = 'SELECT id, headline, article_body, site_host, provenance_run_id FROM articles ORDER BY "row"'
        assert ask(told).fetchall() == [
            (r["id"], r["headline"], r["article_body"], r["site"]["host"], r["provenance"]["run_id"]) for r in records
        ]


def test_a_crawl_that_is_under_way_is_not_waited_for(
    crawled: Crawled, small_portal: RunningPortal, tmp_path: Path
) -> None:
    site = replace(crawled, data=tmp_path / "data")
    shutil.copytree(crawled.data, site.data)
    writing = site.killing.start("portal", site.data, small_portal.url, settings={"DOWNLOAD_DELAY": "60"})
    try:
        done = site.export("--to", "jsonl", "-o", str(tmp_path / "out.jsonl"))
        assert writing.ended is None
    finally:
        writing.signal(signal.SIGKILL)
        writing.wait()
    assert done.code == 0, done.stderr
    assert len((tmp_path / "out.jsonl").read_bytes().splitlines()) == len(crawled.lines())


@pytest.mark.parametrize(
    ("to", "point"),
    [
        *(("parquet", point) for point in ("fsync:before", "rename:before", "rename:after")),
        *(("jsonl", point) for point in ("fsync:before", "replace:before", "replace:after")),
    ],
)
def test_a_kill_leaves_all_or_nothing(crawled: Crawled, tmp_path: Path, to: str, point: str) -> None:
    path = tmp_path / "out"
    words = ("--to", to, "--fields", "headline", "-o", str(path))
    killed = crawled.export(*words, point=point, nth=1, signals=[signal.SIGKILL])
    is_there = path.exists()
    assert is_there == (not killed.killed or (to == "parquet" and point == "rename:after"))
    again = crawled.export(*words, *(["--overwrite"] if is_there else []))
    assert again.code == 0, again.last_line
    assert left(tmp_path) == (["out"] if to == "parquet" else ["out", "out.README.md"])


@pytest.mark.parametrize("nth", [1, 2])
def test_a_kill_while_a_folder_is_replaced_leaves_one_of_both(crawled: Crawled, tmp_path: Path, nth: int) -> None:
    path = tmp_path / "out"
    words = ("--to", "parquet", "--fields", "headline", "-o", str(path))
    assert crawled.export(*words).code == 0
    assert crawled.export(*words, "--overwrite", point="rename:after", nth=nth, signals=[signal.SIGKILL]).killed
    refused = crawled.export(*words)
    assert (refused.code, "it is there already" in refused.last_line) == (ExitCode.USAGE, True)
    assert left(tmp_path) == ["out"]
    assert left(path) == ["README.md", "data"]


@pytest.mark.parametrize(
    ("to", "name"),
    [("parquet", "out"), ("jsonl", "out"), ("jsonl", "out.zst"), ("csv", "out"), ("csv", "out.gz"), ("sqlite", "out")],
)
def test_a_full_disk_leaves_nothing(crawled: Crawled, tmp_path: Path, to: str, name: str) -> None:
    done = crawled.export("--to", to, "-o", str(tmp_path / name), limit=20_000)
    assert done.code == ExitCode.STORAGE, done.stderr
    assert "Traceback" not in done.stderr
    assert done.last_line.startswith(str(tmp_path))
    assert left(tmp_path) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_leaves_nothing(crawled: Crawled, tmp_path: Path, number: signal.Signals) -> None:
    done = crawled.export("--to", "parquet", "-o", str(tmp_path / "out"), point="fsync:before", nth=2, signals=[number])
    assert (done.code, done.last_line) == (ExitCode.INTERRUPTED, "interrupted: nothing was exported; start again")
    assert left(tmp_path) == []
