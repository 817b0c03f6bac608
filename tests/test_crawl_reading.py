"""Looking at a site while it is crawled: nobody waits for the other, and nobody sees what is half done."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

import pytest

from crawler.completeness import measure_store
from crawler.store import read_store, units_in
from tests.crawling import QUICK, ROOT, Crawl, allowing, command, differences, environment
from tests.whole import site_of, truth_of, without_counts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import RunningPortal, StartPortal

SLOW = QUICK | {"CONCURRENT_REQUESTS_PER_DOMAIN": "2"}
LONGEST = 60.0


@pytest.fixture
def slow(start_portal: StartPortal) -> Iterator[RunningPortal]:
    """A portal that takes its time: a crawl of it lasts for minutes, unless it is told to hurry."""
    portal = start_portal(articles=300, delay=0.5)
    yield portal
    portal.stop()


def start(portal: RunningPortal, data: Path) -> subprocess.Popen[str]:
    """Begin a crawl."""
    words = [word for name, value in SLOW.items() for word in ("-s", f"{name}={value}")]
    return subprocess.Popen(
        command("backfill", data, *words, site=portal.url),
        cwd=ROOT,
        env=environment(),
        stderr=subprocess.PIPE,
        text=True,
    )


def scrapy(*commands: list[str]) -> list[subprocess.CompletedProcess[str]]:
    """Carry out more commands beside it, all at once."""

    def carry_out(words: list[str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "scrapy", *words],
            cwd=ROOT,
            env=environment(),
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )

    with ThreadPoolExecutor(len(commands)) as pool:
        return list(pool.map(carry_out, commands))


def wait_for_records(process: subprocess.Popen[str], folder: Path) -> None:
    """Wait until the crawl has committed its first lines."""
    end = time.monotonic() + LONGEST
    while not any(part.stat().st_size for part in folder.glob("articles/*.part")):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.1)


def look(folder: Path) -> dict[str, Any]:
    """Read everything that a reader can, and see that it agrees."""
    with read_store(folder) as reader:
        [run] = reader.run_list()
        held = reader.holdings()
        unrecorded = reader.unrecorded()
        account = measure_store(reader, run.seq)
        counts = reader.counts()
        [part] = reader.parts_of(run.run_id)
        assert {category.name for category in reader.categories()}
    assert (run.state, run.ended_at, part.state) == ("running", None, "writing")
    known = sum(one.articles for one in held)
    assert known <= account.total.known <= units_in(counts.total, kind="article", state="done") <= part.records
    todo = sum(one.units for one in unrecorded if one.kind == "article")
    assert account.total.missing is None or account.total.missing <= todo
    return {"known": known, "records": part.records, "account": account}


def test_commands_read_a_store_while_a_crawl_writes_it(slow: RunningPortal, tmp_path: Path) -> None:
    folder = tmp_path / site_of(slow)
    settings = ["-s", f"DISCUZ_DATA_DIR={tmp_path}", *allowing(slow.url)]
    quick = [word for name, value in QUICK.items() for word in ("-s", f"{name}={value}")]
    page = tmp_path / "page.html"
    address = f"{slow.url}portal.php?mod=view&aid=1"
    with urlopen(address) as answer:
        page.write_bytes(answer.read())
    with start(slow, tmp_path) as process:
        wait_for_records(process, folder)
        first = look(folder)
        report, probe, extract, refused = scrapy(
            ["report", slow.url, "--json", *settings],
            ["probe", slow.url, "--json", *settings, *quick],
            ["extract", str(page), "--url", address, *settings],
            ["report", slow.url, "--accept", max(path.name for path in folder.glob("runs/*")), *settings],
        )
        assert process.poll() is None, "it was under way all the time"
        second = look(folder)
        slow.control("delay=0")
        stderr = process.communicate(timeout=LONGEST)[1]
    assert (report.returncode, probe.returncode) == (0, 0), report.stderr + probe.stderr
    assert json.loads(report.stdout)["run"]["state"] == "running"
    assert json.loads(extract.stdout)["kind"] == "article", extract.stderr
    assert "Traceback" not in extract.stderr + refused.stderr
    assert {category["name"] for category in json.loads(probe.stdout)["categories"]} >= {"新闻", "文化"}
    assert second["known"] >= first["known"] > 0
    assert refused.returncode == 6, "to release anything, the store must be free"
    assert process.returncode == 0, stderr
    assert "locked" not in stderr
    records = Crawl(0, "", stderr, tmp_path).lines(site_of(slow))
    assert differences([without_counts(record) for record in records], truth_of(slow)) == {}


def test_a_reader_that_stays_holds_nobody_up(start_portal: StartPortal, tmp_path: Path) -> None:
    """Files that are published are whole at every moment, and the log of the database is emptied all the same."""
    portal = start_portal(articles=120, delay=0.1)
    folder = tmp_path / site_of(portal)
    seen: list[int] = []
    with start(portal, tmp_path) as process:
        wait_for_records(process, folder)
        with read_store(folder) as reader:
            while process.poll() is None:
                seen.append(sum(one.articles for one in reader.holdings()))
                reader.unrecorded()
                for path in folder.glob("articles/*.jsonl"):
                    assert all(json.loads(line) for line in path.read_bytes().splitlines(keepends=True))
                time.sleep(0.05)
            last = sum(one.articles for one in reader.holdings())
        stderr = process.communicate()[1]
    assert process.returncode == 0, stderr
    assert seen == sorted(seen), "what is known only grows"
    assert len(set(seen)) > 1
    assert last == len(Crawl(0, "", stderr, tmp_path).lines(site_of(portal)))
    log = folder / "store.sqlite3-wal"
    assert not log.exists() or log.stat().st_size < 8 * 2**20
