"""A crawl whose disk is full, not to be written, or gone: exit 7, one clear line, nothing torn, and the next goes on.

``pytest tests/test_crawl_full.py --full 50`` fills it at so many random offsets, in each way that this machine has.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.killing import REQUEST, Crawls, Ended, crawls, lasting
from tests.lots import in_lots
from tests.test_crawl_kill import AGAIN
from tests.whole import Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conftest import RunningPortal


TIMES = 4
DISK = 16 * 2**20
ROOM = {"limit": (130_000, 720_000), "disk": (300_000, 1_500_000)}
"""Up to how many bytes a crawl of the portal comes to their end: while its file of lines is short, and later, too."""
MOUNT = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-ec")
"""Starts a shell that may mount what only it and its children see; some machines forbid that."""
TMPFS = f'mount -t tmpfs -o size={DISK} crawler "$0"; exec "$@"'


def ways() -> list[str]:
    """A limit on the size of each file works everywhere, a small disk where one may be mounted."""
    mounts = shutil.which(MOUNT[0]) and not subprocess.run([*MOUNT, TMPFS, "/mnt", "true"], check=False).returncode
    return ["limit", "disk"] if mounts else ["limit"]


class Limit:
    """No file may grow beyond a size, as with ``ulimit -f``.

    Attributes:
        folder: for what is crawled.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def leave(self, room: int) -> dict[str, Any]:
        """Leave so many bytes, and give what the crawl's order has to say of it."""
        return {"limit": room}

    def free(self) -> None:
        """Leave as many as there are."""


class Disk:
    """A disk of its own, full of others' files.

    Attributes:
        folder: for what is crawled; where the disk is mounted.
    """

    def __init__(self, folder: Path) -> None:
        here = os.statvfs(folder)
        assert here.f_blocks * here.f_frsize == DISK, "a disk that is not ours to fill"
        self.folder = folder
        self._others = folder / "others"

    def leave(self, room: int) -> dict[str, Any]:
        """Leave so many bytes."""
        self.free()
        here = os.statvfs(self.folder)
        with self._others.open("wb") as others:
            os.posix_fallocate(others.fileno(), 0, max(1, here.f_bavail * here.f_frsize - room))
        return {}

    def free(self) -> None:
        """Leave as many as there are."""
        self._others.unlink(missing_ok=True)


@contextmanager
def filling(way: str, folder: Path) -> Iterator[tuple[Limit | Disk, Crawls]]:
    if way == "limit":
        yield Limit(folder), lasting()
    else:
        with crawls(*MOUNT, TMPFS, str(folder)) as started:
            yield Disk(Path(f"/proc/{started.process.pid}/root{folder}")), started


def assert_told(ended: Ended, site: Site, *words: str) -> None:
    """Exit 7, and a last line that names the file and what to do."""
    assert ended.code == 7, ended.stderr
    assert ended.last_line.startswith(str(site.folder)), ended.last_line
    assert any(word in ended.last_line for word in words), ended.last_line
    assert "Traceback" not in ended.stderr


def assert_goes_on(killing: Crawls, site: Site) -> None:
    ended = killing.run("backfill", site.data, site.url)
    assert ended.code == 0, ended.stderr
    site.assert_whole()
    assert site.again <= AGAIN


@pytest.mark.parametrize("way", ways())
@in_lots("--full", TIMES)
def test_full_at_random_offsets(site: Site, tmp_path: Path, way: str, lot: int, times: int) -> None:
    chance = random.Random(f"{way} {lot}")
    fell = 0
    with filling(way, tmp_path) as (disk, killing):
        site = site.elsewhere(disk.folder / "0")
        while fell < times:
            room = int(chance.random() * chance.choice(ROOM[way]))
            committed, reports = site.committed(), site.reports()
            ended = killing.run("backfill", site.data, site.url, **disk.leave(room))
            print(f"{room} bytes: {ended.code} after {ended.seconds:.1f} s: {ended.last_line}")
            disk.free()
            site.see()
            assert site.again <= AGAIN
            for report in site.reports():
                if report not in reports:  # a full disk may not have taken this start's
                    written = report["stats"].get("discuz/record/written_count", 0)
                    assert written == (site.committed() - committed)[report["run_id"]]
            if ended.code == 0:  # the end came first
                site.assert_whole()
                site = site.elsewhere(disk.folder / str(fell))
            else:
                assert_told(ended, site, "free some space", "ulimit -f")
                site.assert_agrees()
                fell += 1
        assert_goes_on(killing, site)


def test_a_full_disk_under_the_error_stream_too(killing: Crawls, site: Site) -> None:
    """Nothing can be said; the exit code is what it is all the same, and a log that is lost is no failure."""
    assert killing.run("backfill", site.data, site.url, stderr="/dev/full", limit=100_000).code == 7
    assert killing.run("backfill", site.data, site.url, stderr="/dev/full").code == 0
    site.assert_whole()


@pytest.fixture(scope="module")
def interrupted(killing: Crawls, small_portal: RunningPortal, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a crawl leaves behind that was told to end at its hundredth request."""
    data = tmp_path_factory.mktemp("interrupted")
    ended = killing.run("backfill", data, small_portal.url, point=REQUEST, nth=100, signals=[signal.SIGTERM])
    assert ended.code == 8, ended.stderr
    return data


@pytest.fixture
def half(site: Site, interrupted: Path) -> Site:
    """A copy of it, to go on with."""
    shutil.copytree(interrupted, site.data, dirs_exist_ok=True)
    return site


@pytest.mark.parametrize("below", ["", "articles"])
def test_a_folder_that_may_not_be_written(killing: Crawls, half: Site, below: str) -> None:
    folder = half.folder / below
    folder.chmod(0o500)
    assert_told(killing.run("backfill", half.data, half.url, mortal=True), half, "owner or mode")
    folder.chmod(0o700)
    assert_goes_on(killing, half)


def test_a_folder_that_is_moved_away_while_it_is_written(killing: Crawls, site: Site) -> None:
    ended = killing.run("backfill", site.data, site.url, point=REQUEST, nth=60, gone=str(site.folder))
    assert_told(ended, site, "bring it back")
    site.folder.with_name(f"{site.folder.name}.gone").rename(site.folder)
    assert_goes_on(killing, site)


def overwritten(database: Path) -> None:
    with database.open("r+b") as file:
        file.write(b"no database" * 10)


def cut_short(database: Path) -> None:
    os.truncate(database, database.stat().st_size // 2)


def with_a_hole(database: Path) -> None:
    with database.open("r+b") as file:
        file.seek(4096)
        file.write(bytes(database.stat().st_size - 4096))


@pytest.mark.parametrize("damage", [overwritten, cut_short, with_a_hole])
def test_a_damaged_database(killing: Crawls, half: Site, damage: Callable[[Path], None]) -> None:
    before = {path: path.read_bytes() for path in half.folder.glob("articles/*")}
    damage(half.folder / "store.sqlite3")
    assert_told(killing.run("backfill", half.data, half.url), half, "store is damaged")
    assert {path: path.read_bytes() for path in half.folder.glob("articles/*")} == before


def test_articles_that_are_lost(killing: Crawls, half: Site) -> None:
    shutil.rmtree(half.folder / "articles")
    assert_told(killing.run("backfill", half.data, half.url), half, "store is damaged")
