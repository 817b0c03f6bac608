"""Whole crawls whose every response is archived, and read again without a request.

``pytest tests/test_crawl_archive.py --kills 50`` kills more often.
"""

from __future__ import annotations

import json
import random
import signal
from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.killing import REQUEST
from tests.lots import in_lots
from tests.warcs import archived, files_of, paths_of
from tests.whole import Site, truth_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import RunningPortal, StartPortal
    from tests.killing import Crawls, Ended

WARC = {"DISCUZ_WARC_ENABLED": "1"}
MEDIA = WARC | {"DISCUZ_MEDIA_ENABLED": "1"}
KILLS = 3
SOON = timedelta(seconds=5)
"""By how much a response is there before it is read: it may wait for others to be read."""
TIMES = {"counts_observed_at", "provenance.fetched_at"}


@pytest.fixture(scope="module")
def behind(start_portal: StartPortal) -> RunningPortal:
    return start_portal(articles=60)


def reread(killing: Crawls, site: Site, *more: str) -> Ended:
    """Put the records together from a site's archive."""
    words = ["extract", "--records", *more, "-s", f"DISCUZ_DATA_DIR={site.data}", "--from-warc"]
    return killing.scrapy([*words, *map(str, files_of(site.folder))])


def flat(record: dict[str, Any]) -> dict[str, Any]:
    """A record with the fields of its provenance beside the others."""
    return {k: v for k, v in record.items() if k != "provenance"} | {
        f"provenance.{name}": value for name, value in record["provenance"].items()
    }


def assert_the_same(records: list[dict[str, Any]], again: list[dict[str, Any]]) -> None:
    """The same records, but for the moment between a response's coming and its being read."""
    assert Counter(record["id"] for record in again) == Counter(record["id"] for record in records)
    by_id = {record["id"]: flat(record) for record in again}
    for record in map(flat, records):
        other = by_id[record["id"]]
        different = {name: (record[name], other[name]) for name in record if record[name] != other[name]}
        times = {name: different.pop(name) for name in TIMES & different.keys()}
        assert different == {}, record["id"]
        for read, came in times.values():
            assert timedelta() <= datetime.fromisoformat(read) - datetime.fromisoformat(came) <= SOON


# --- killed ---

OF_ARCHIVE = {
    "pwrite:torn": (3, 90),
    "pwrite:before": (3, 90),
    "pwrite:after": (3, 90),
    "fdatasync:before": (1, 8),
    "fdatasync:after": (1, 8),
}
"""Where it is killed, and at which time that it comes there: nearly all writes are those of the archive."""
OF_MEDIA = {"rename:before": (1, 25), "rename:after": (1, 25), "fsync:after": (3, 60)}
OTHERS = {"do_commit:before": (10, 40), "do_commit:after": (10, 40), REQUEST: (10, 90)}


@pytest.mark.timeout(300)
@in_lots("--kills", KILLS)
def test_killed_again_and_again(behind: RunningPortal, killing: Crawls, tmp_path: Path, lot: int, times: int) -> None:
    """While responses are appended and pictures renamed, too: nothing is lost, nothing twice, nothing half."""
    chance = random.Random(lot)
    site = Site(behind, tmp_path / "0", truth_of(behind, "pictures"))
    fell: list[str] = []
    seen = len(behind.log())
    while len(fell) < times:
        points = OF_ARCHIVE if len(fell) % 2 == 0 else chance.choice([OF_MEDIA, OF_MEDIA, OTHERS])
        point = chance.choice(list(points))
        order = {"point": point, "nth": chance.randint(*points[point]), "signals": [signal.SIGKILL]}
        ended = killing.run("backfill", site.data, site.url, settings=MEDIA, **order)
        site.see()
        archived(site.folder)
        if ended.killed:
            fell.append(point)
            print(f"kill {lot + len(fell)}: {point}, time {order['nth']}, {len(files_of(site.folder))} files")
            continue
        assert ended.code == 0, ended.stderr
        assert_whole(killing, site, behind.log()[seen:])
        site, seen = site.elsewhere(tmp_path / str(len(fell))), len(behind.log())
    ended = killing.run("backfill", site.data, site.url, settings=MEDIA)
    assert ended.code == 0, ended.stderr
    assert_whole(killing, site, behind.log()[seen:])
    assert sum(point in OF_ARCHIVE for point in fell) >= times // 2


def assert_whole(killing: Crawls, site: Site, log: list[dict[str, Any]]) -> None:
    """Every record is there once, and so is every response that one was made of; no response is archived twice."""
    site.assert_whole()
    assert not list(site.folder.glob("warc/*.part"))
    asked = Counter(line["path"] for line in log)
    kept = paths_of(archived(site.folder), site.url)
    assert kept.keys() == asked.keys(), "not archived, or never asked for"
    assert all(kept[path] <= asked[path] for path in kept), "twice"
    ended = reread(killing, site)
    assert (ended.code, ended.stderr) == (0, "")
    assert_the_same(site.records(), [json.loads(line) for line in ended.stdout.splitlines()])
