"""What a store with many known articles costs beside one with ten: ``python -m tests.benchmarks.size FOLDER``.

    python -m tests.benchmarks.size /var/tmp/size --articles 10000000

Makes both in the folder, where the large one stays for the next call, and measures in one go, the two in turn:

- start: from the process to the first request of a ``portal`` crawl, beside ``scrapy version``;
- memory: the peak of such a crawl over a small portal, beside the same crawl with a store that knows nothing;
- commits: `Store.flush` of a batch of 50 units, new articles and ones of the last weeks seen again, as a crawl has
  them: the median beside that of the store with ten, the 99th of 100;
- size: bytes per article.

Seconds are those of one machine; what counts are the ratios and the bounds below.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.store import ArticleRow, Found, Outcome, Store, Unit, open_store
from tests.benchmarks.crawl import pairs, portal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST_START = 2.0  # seconds over `scrapy version`
MOST_MEMORY = 30  # MiB over a store that knows nothing
MOST_MEDIAN = 1.5  # of a store with ten
MOST_LATE = 0.050  # seconds, the 99th commit of 100

SMALL = 10
FIRST_AID = 10_000_000
CATEGORIES = 40
A_RUN = 500  # articles that a scheduled run found
A_BATCH = 50
A_SPELL = 100  # batches
WARM_UP = 10
AGAIN = 10  # of a batch: articles seen before
YOUNG = 20_000  # of how many that are looked at again at all
NOW = datetime.now(UTC).replace(microsecond=0)


def make(folder: Path, articles: int) -> None:
    """Make a store that knows so many articles, as years of scheduled runs leave it; one that is there is kept."""
    if (folder / "made").exists():
        return
    shutil.rmtree(folder, ignore_errors=True)
    open_store(folder).close()
    with closing(sqlite3.connect(folder / "store.sqlite3")) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA journal_mode = OFF")
        columns = [row[1] for row in connection.execute("PRAGMA table_info(articles)")]
        marks = ", ".join(f":{name}" for name in columns)
        connection.executemany(
            "INSERT INTO units (seq, key, kind, number, page, priority, run, state, reason, tries, settled_at, catid)"
            " VALUES (?, ?, 'article', ?, 1, 0, ?, 'done', '', 0, ?, ?)",
            (
                (number, f"article/{FIRST_AID + number}", FIRST_AID + number, number // A_RUN + 1, at, catid(number))
                for number, at in moments(articles)
            ),
        )
        connection.executemany(
            f"INSERT INTO articles ({', '.join(columns)}) VALUES ({marks})",
            (dict.fromkeys(columns) | article_row(number, at, articles) for number, at in moments(articles)),
        )
        runs = articles // A_RUN + 1
        stats = json.dumps({f"discuz/article/what{number}_count": number for number in range(80)})
        connection.executemany(
            "INSERT INTO runs (seq, run_id, job, spider, adopts, state, started_at, ended_at, exit_code, stats)"
            " VALUES (?, ?, 'portal {}', 'portal', 1, 'finished', ?, ?, 0, ?)",
            ((seq, f"{seq:016}Z-portal", at(seq, runs), at(seq, runs), stats) for seq in range(1, runs + 1)),
        )
        connection.executemany(
            "INSERT INTO parts (seq, run, number, length, records, state, opened_at, target, sha256, published_at,"
            " position) VALUES (?1, ?1, 1, 1000, ?2, 'published', ?3, 'articles/' || ?1, ?4, ?3, ?1)",
            ((seq, A_RUN, at(seq, runs), "0" * 64) for seq in range(1, runs + 1)),
        )
        connection.executemany(
            "INSERT INTO changes (run, catid, what, articles) VALUES (?, ?, 'new', ?)",
            ((seq, catid, A_RUN // CATEGORIES) for seq in range(1, runs + 1) for catid in range(1, CATEGORIES + 1)),
        )
        connection.commit()
        connection.execute("PRAGMA journal_mode = WAL")
    (folder / "made").touch()


def restore(folder: Path, articles: int) -> None:
    """Take out of a store what measurements left in it, so that each begins with the same."""
    runs = articles // A_RUN + 1
    with closing(sqlite3.connect(folder / "store.sqlite3")) as connection:
        for table, column, last in (
            ("articles", "unit", articles),
            ("units", "seq", articles),
            ("runs", "seq", runs),
            ("parts", "seq", runs),
            ("changes", "run", runs),
        ):
            connection.execute(f"DELETE FROM {table} WHERE {column} > ?", (last,))
        for table in ("categories", "tallies", "holdings", "months", "lines", "meta WHERE name != 'version'"):
            connection.execute(f"DELETE FROM {table}")
        connection.executemany(
            "INSERT INTO holdings VALUES (?, 'published', ?)",
            [(catid(number), articles // CATEGORIES) for number in range(1, min(articles, CATEGORIES) + 1)],
        )
        connection.execute("INSERT INTO tallies VALUES (0, 'article', 'done', '', ?)", (articles,))
        connection.execute("INSERT INTO meta VALUES ('highest_aid', ?)", (str(FIRST_AID + articles),))
        connection.commit()
    for name in ("articles", "runs"):
        shutil.rmtree(folder / name, ignore_errors=True)


def at(number: int, of: int) -> float:
    """Spread moments over five years that end now."""
    return (NOW - timedelta(days=5 * 365) * (1 - number / of)).timestamp()


def moments(articles: int) -> Iterator[tuple[int, float]]:
    """Give the articles by number and when each was first seen."""
    return ((number, at(number, articles)) for number in range(1, articles + 1))


def catid(number: int) -> int:
    """Give the category of an article."""
    return number % CATEGORIES + 1


def article_row(number: int, at: float, articles: int) -> dict[str, Any]:
    """Give a row that is as long as those of a real site."""
    return {
        "unit": number,
        "aid": FIRST_AID + number,
        "status": "published",
        "content_hash": hashlib.sha256(str(number).encode()).hexdigest(),
        "revision": 1,
        "date_published": "2026-03-14T15:09:26+08:00",
        "catid": catid(number),
        "comment_count": number % 7,
        "last_comment_id": number,
        "first_seen": at,
        "last_seen": at,
        "next_at": at + 86400 * 400 if number > articles - YOUNG else None,
        "missing_times": 0,
        "extractor": 3_000_000_000,
    }


def size(folder: Path) -> int:
    """Give the bytes of a store's database."""
    return sum(path.stat().st_size for path in folder.glob("store.sqlite3*"))


# --- commits ---


class Work:
    """A crawl without a network on one store, batch by batch."""

    def __init__(self, folder: Path, articles: int) -> None:
        self.store: Store = open_store(folder)
        run = self.store.begin(f"size {time.time_ns()}", "portal")
        self.next = FIRST_AID * (2 + run.seq)  # beyond what earlier measurements found
        self.known = articles
        self.young = min(articles, YOUNG)
        self.offset = 0
        self.times: list[float] = []

    def batch(self) -> None:
        """Find, take and end the units of one batch, and time its commit."""
        new = [self.next + number for number in range(A_BATCH - 1 - AGAIN)]  # one more would commit by itself
        self.next += len(new)
        self.store.add(self.found([*new, *self.again()]))
        for unit in self.store.take(A_BATCH):
            self.store.finish(outcome(unit))
        begun = time.perf_counter()
        self.store.flush()
        self.times.append(time.perf_counter() - begun)

    def again(self) -> Iterable[int]:
        """Give articles that are known, each of the young ones in turn but not in order."""
        for _ in range(min(AGAIN, self.young)):
            self.offset = (self.offset + 7919) % self.young
            yield FIRST_AID + self.known - self.offset

    def found(self, aids: Iterable[int]) -> Iterator[Found]:
        for aid in dict.fromkeys(aids):
            payload = {"cover": f"http://www.example.com/data/attachment/portal/{aid}.jpg"}
            yield Found(f"article/{aid}", "article", aid, payload=payload, refresh=True, catid=catid(aid))


def outcome(unit: Unit) -> Outcome:
    """End a unit with a record of three kilobytes, or with a row alone where it is known."""
    row = ArticleRow(unit.key, unit.number or 0, content_hash="0" * 64, catid=3, next_at=NOW + timedelta(days=1))
    if unit.known is not None:
        return Outcome(unit, "done", "unchanged", article=replace(row, revision=unit.known.revision))
    return Outcome(unit, "done", line=b'{"text": "' + b"x" * 3000 + b'"}\n', article=row)


def commits(folders: dict[int, Path], batches: int) -> dict[int, list[float]]:
    """Time commits on several stores, in turn. The small one is made anew now and then, since it grows."""
    times: dict[int, list[float]] = {articles: [] for articles in folders}
    for _ in range(max(batches // A_SPELL, 1)):
        (folders[SMALL] / "made").unlink(missing_ok=True)
        make(folders[SMALL], SMALL)
        works = {articles: Work(folder, articles) for articles, folder in folders.items()}
        try:
            for _ in range(WARM_UP + min(batches, A_SPELL)):
                for work in works.values():
                    work.batch()
        finally:
            for work in works.values():
                work.store.end("finished", 0)
                work.store.close()
        for articles, work in works.items():
            times[articles] += work.times[WARM_UP:]
    return times


# --- whole crawls ---


def crawl_of(url: str, data: Path) -> list[str]:
    """Give the command of a crawl of the site whose store is in ``data/size``."""
    sites = data / "sites"
    sites.mkdir(parents=True, exist_ok=True)
    (sites / "size.toml").write_text(f'url = "{url}"\ndelay = 0\nconcurrency = 8\n')
    settings = {
        "DISCUZ_DATA_DIR": data,
        "DISCUZ_CONTACT": "benchmark@example.com",
        "DISCUZ_ALLOW_PRIVATE_ADDRESSES": url.split("/")[2],
        "AUTOTHROTTLE_ENABLED": False,
    }
    return [sys.executable, "-m", "scrapy", "crawl", "portal", "-a", "site=size", *pairs(settings)]


def to_first_request(command: list[str], log: Path, cwd: Path) -> float:
    """Give the seconds from the start of a crawl to its first request, and kill it then."""
    before = log.stat().st_size if log.exists() else 0
    begun = time.monotonic()
    with (cwd / "crawl.log").open("w") as out:
        process = subprocess.Popen(command, cwd=cwd, stdout=out, stderr=out)
    while not log.exists() or log.stat().st_size == before:
        assert process.poll() is None, (cwd / "crawl.log").read_text()[-2000:]
        time.sleep(0.005)
    took = time.monotonic() - begun
    process.send_signal(signal.SIGKILL)
    process.wait()
    return took


def peak(command: list[str], cwd: Path) -> float:
    """Run a crawl to its end and give its peak memory in MiB."""
    with (cwd / "crawl.log").open("w") as out:
        process = subprocess.Popen(command, cwd=cwd, stdout=out, stderr=out)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, (cwd / "crawl.log").read_text()[-2000:]
    return usage.ru_maxrss / 1024


def data_with(folder: Path, store: Path | None) -> Path:
    """Make a data folder whose site ``size`` has a store, by its name alone, since a copy would take minutes."""
    data = folder / f"data-{store.name if store else 'empty'}"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir()
    if store:
        (data / "size").symlink_to(store, target_is_directory=True)
    return data


def version(cwd: Path) -> float:
    """Give the seconds that ``scrapy version`` takes."""
    begun = time.monotonic()
    subprocess.run([sys.executable, "-m", "scrapy", "version"], cwd=cwd, check=True, capture_output=True)
    return time.monotonic() - begun


def measure(folder: Path, articles: int, batches: int, rounds: int) -> bool:
    """Measure everything, print it, and say whether the bounds hold."""
    stores = {SMALL: folder / f"{SMALL}", articles: folder / f"{articles}"}
    for count, store in stores.items():
        begun = time.monotonic()
        if count == SMALL:
            (store / "made").unlink(missing_ok=True)
        make(store, count)
        restore(store, count)
        print(f"store with {count:,} articles: {size(store):,} bytes, made in {time.monotonic() - begun:.0f} s")
    held = []
    large = size(stores[articles])
    print(f"size: {(large - size(stores[SMALL])) / articles:.0f} bytes per article")

    (folder / "scrapy.cfg").write_text("[settings]\ndefault = crawler.settings\n")
    log = folder / "requests.jsonl"
    log.unlink(missing_ok=True)
    with portal(60, 10, log) as url:
        commands = {count: crawl_of(url, data_with(folder, store)) for count, store in stores.items()}
        commands[0] = crawl_of(url, data_with(folder, None))
        plain = statistics.median(version(folder) for _ in range(rounds))
        starts: dict[int, list[float]] = {count: [] for count in commands}
        for _ in range(rounds):
            for count, command in commands.items():
                starts[count].append(to_first_request(command, log, folder))
        start = {count: statistics.median(times) for count, times in starts.items()}
        held.append(start[articles] - plain < MOST_START)
        print(
            f"start: first request after {start[articles]:.2f} s with {articles:,}, {start[SMALL]:.2f} s with {SMALL},"
            f" {start[0]:.2f} s with none; scrapy version {plain:.2f} s: {start[articles] - plain:+.2f} s"
            f" (bound {MOST_START})"
        )
        peaks = {count: peak(command, folder) for count, command in commands.items()}
        held.append(peaks[articles] - peaks[0] <= MOST_MEMORY)
        print(
            f"memory: {peaks[articles]:.1f} MiB with {articles:,}, {peaks[0]:.1f} MiB with none:"
            f" {peaks[articles] - peaks[0]:+.1f} MiB (bound {MOST_MEMORY})"
        )

    times = commits(stores, batches)
    median = {count: statistics.median(one) for count, one in times.items()}
    late = {count: statistics.quantiles(one, n=100)[98] for count, one in times.items()}
    held += [median[articles] <= MOST_MEDIAN * median[SMALL], late[articles] < MOST_LATE]
    print(
        f"commits of {A_BATCH} units: median {1000 * median[articles]:.2f} ms with {articles:,},"
        f" {1000 * median[SMALL]:.2f} ms with {SMALL}: {median[articles] / median[SMALL]:.2f} × (bound {MOST_MEDIAN});"
        f" 99 of 100 within {1000 * late[articles]:.1f} ms, {1000 * late[SMALL]:.1f} ms with {SMALL}"
        f" (bound {1000 * MOST_LATE:.0f})"
    )
    return all(held)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the stores are made; 10 million articles take 4 GB")
    parser.add_argument("--articles", type=int, default=100_000, help="that the large store knows")
    parser.add_argument("--batches", type=int, default=600, help="commits to time on each store")
    parser.add_argument("--rounds", type=int, default=5, help="starts to time with each store")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    held = measure(given.folder.resolve(), given.articles, given.batches, given.rounds)
    print("all bounds hold" if held else "a bound does not hold")
    sys.exit(not held)


if __name__ == "__main__":
    main()
