"""Looking at a site while it is crawled: nobody waits for the other, and nobody sees what is half done."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from threading import Event
from typing import TYPE_CHECKING
from urllib.request import urlopen

from crawler.completeness import measure_store
from crawler.store import read_store, units_in
from tests.crawling import QUICK, Crawl, allowing, differences
from tests.servers import Asked, Server
from tests.whole import ARTICLE, without_counts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from crawler.store import StoreReader
    from tests.conftest import RunningPortal
    from tests.killing import Beside, Crawls
    from tests.servers import Answer
    from tests.whole import Site

LONGEST = 60.0
AT_FIRST = 70
"""Articles that a crawl gets before it is held up: more than a batch of the store."""


class HeldUp:
    """A server that lets a crawl come so far, and no further until it is told to; whoever comes later may pass.

    Args:
        portal: what it stands before.
    """

    def __init__(self, portal: RunningPortal) -> None:
        self._on = Event()
        self._crawl: set[int] = set()
        self.server = Server(self._answer, portal.url)

    def go_on(self) -> None:
        """Let the crawl go on."""
        self._on.set()

    def _answer(self, asked: Asked) -> Answer:
        if not self._crawl and sum(bool(ARTICLE.search(path)) for path in self.server.paths) > AT_FIRST:
            self._crawl = {before.connection for before in self.server.log}
        if asked.connection in self._crawl:
            self._on.wait(LONGEST)
        return None


def wait_for(what: Callable[[], object], running: Beside) -> None:
    """Look until something has come about."""
    end = time.monotonic() + LONGEST
    while not what():
        assert running.ended is None, running.ended
        assert time.monotonic() < end
        time.sleep(0.05)


def known(reader: StoreReader) -> int:
    """How many articles have a record."""
    return sum(one.articles for one in reader.holdings())


@contextmanager
def crawling(site: Site, killing: Crawls) -> Iterator[tuple[HeldUp, Beside, Path]]:
    """A crawl that has committed its first records and is held up, and the folder of the site that it crawls."""
    held_up = HeldUp(site.portal)
    with held_up.server as server:
        running = killing.start("backfill", site.data, server.url)
        folder = site.data / server.name
        wait_for(lambda: list(folder.glob("articles/*.part")), running)
        with read_store(folder) as reader:
            wait_for(lambda: known(reader), running)
        yield held_up, running, folder
        running.wait()


def look(reader: StoreReader) -> tuple[str, str, int]:
    """Read everything that a reader can, and see that it agrees: the states of run and part, how much is known."""
    [run] = reader.run_list()
    held = known(reader)
    unrecorded = reader.unrecorded()
    account = measure_store(reader, run.seq)
    counts = reader.counts()
    [part] = reader.parts_of(run.run_id)
    assert {category.name for category in reader.categories()}
    assert held <= account.total.known <= units_in(counts.total, kind="article", state="done") <= part.records
    todo = sum(one.units for one in unrecorded if one.kind == "article")
    assert account.total.missing is None or account.total.missing <= todo
    return run.state, part.state, held


def test_commands_read_a_store_while_a_crawl_writes_it(killing: Crawls, site: Site) -> None:
    page = site.data / "page.html"
    with crawling(site, killing) as (held_up, running, folder), read_store(folder) as reader:
        url = held_up.server.url
        settings = ["-s", f"DISCUZ_DATA_DIR={site.data}", *allowing(url)]
        quick = [word for name, value in QUICK.items() for word in ("-s", f"{name}={value}")]
        address = f"{url}portal.php?mod=view&aid=1"
        with urlopen(address) as answer:
            page.write_bytes(answer.read())
        first = look(reader)
        report, probe, extract, refused = (
            killing.scrapy(words)
            for words in (
                ["report", url, "--json", *settings],
                ["probe", url, "--json", *settings, *quick],
                ["extract", str(page), "--url", address, *settings],
                ["report", url, "--accept", max(path.name for path in folder.glob("runs/*")), *settings],
            )
        )
        second = look(reader)
        assert running.ended is None, "it was under way all the time"
        held_up.go_on()
        ended = running.wait()
    assert (report.code, probe.code) == (0, 0), report.stderr + probe.stderr
    assert json.loads(report.stdout)["run"]["state"] == "running"
    assert json.loads(extract.stdout)["kind"] == "article", extract.stderr
    assert "Traceback" not in extract.stderr + refused.stderr
    assert {category["name"] for category in json.loads(probe.stdout)["categories"]} >= {"新闻", "文化"}
    assert first[:2] == second[:2] == ("running", "writing")
    assert second[2] >= first[2] > 0
    assert refused.code == 6, "to release anything, the store must be free"
    assert ended.code == 0, ended.stderr
    assert "locked" not in ended.stderr
    records = [without_counts(record) for record in Crawl(0, "", "", site.data).lines(folder.name)]
    truth = [without_counts(record) for record in site.portal.truth(folder.name, url=url)]
    assert differences(records, truth) == {}


def test_a_reader_that_stays_holds_nobody_up(killing: Crawls, site: Site) -> None:
    """Files that are published are whole at every moment, and the log of the database is emptied all the same."""
    seen: list[int] = []
    with crawling(site, killing) as (held_up, running, folder), read_store(folder) as reader:

        def read() -> None:
            seen.append(look(reader)[2])
            for path in folder.glob("articles/*.jsonl"):
                assert all(json.loads(line) for line in path.read_bytes().splitlines(keepends=True))

        read()
        held_up.go_on()
        while running.ended is None:
            read()
            time.sleep(0.02)
        read()
    assert running.wait().code == 0, running.wait().stderr
    assert seen == sorted(seen), "what is known only grows"
    assert seen[0] < seen[-1] == len(Crawl(0, "", "", site.data).lines(folder.name))
    log = folder / "store.sqlite3-wal"
    assert not log.exists() or log.stat().st_size < 8 * 2**20
