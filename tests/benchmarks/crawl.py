"""What a crawl costs beside a bare Scrapy spider that follows the same links: ``python -m tests.benchmarks.crawl``.

Both read the fixture portal, one after the other in one go, so that the machine and its mood are the same for both. The
portal is a process of its own whose work is not counted. What counts is the ratio; seconds are those of one machine.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).parents[2]
AT_ONCE = 16
MOST_CPU = 1.25  # of the bare spider's, per article
MOST_MEMORY = 1.5  # of the bare spider's peak
MOST_GROWTH = 1024  # bytes per article between the small and the large crawl
SMALL, LARGE = 2_000, 20_000


@dataclass(frozen=True, slots=True)
class Cost:
    """What one crawl took: seconds of CPU and of the clock, peak memory in bytes, requests that the portal saw."""

    cpu: float
    wall: float
    memory: int
    articles: int
    requests: Mapping[str, int]

    def row(self, name: str) -> str:
        each = 1000 * self.cpu / self.articles
        pages = sum(self.requests.values())
        return (
            f"{name:<10}{self.articles:>9}{pages:>10}{self.cpu:>9.1f}{each:>11.2f}{self.memory / 2**20:>10.1f}"
            f"{self.wall:>9.1f}"
        )


HEAD = f"{'':<10}{'articles':>9}{'requests':>10}{'CPU s':>9}{'ms/article':>11}{'peak MiB':>10}{'clock s':>9}"


@contextmanager
def portal(articles: int, page_kb: int, log: Path) -> Iterator[str]:
    """Serve a portal and give its address."""
    arguments = ["--port", "0", "--articles", str(articles), "--page-kb", str(page_kb), "--log", str(log)]
    with subprocess.Popen(
        [sys.executable, "-m", "fixtures.portal", *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        word, _, url = process.stdout.readline().strip().partition(" ")
        assert word == "READY", "the portal did not start"
        try:
            yield url
        finally:
            process.terminate()


def measured(command: list[str], folder: Path, log: Path) -> tuple[float, float, int, Mapping[str, int]]:
    """Run a crawl to its end: CPU seconds, clock seconds, peak memory in bytes, requests by first path segment."""
    before = log.stat().st_size if log.exists() else 0
    begun = time.monotonic()
    with (folder / "crawl.log").open("w") as out:
        process = subprocess.Popen([sys.executable, "-m", "scrapy", *command], cwd=folder, stdout=out, stderr=out)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, (folder / "crawl.log").read_text()[-2000:]
    with log.open("rb") as lines:
        lines.seek(before)
        kinds = Counter(kind_of(orjson.loads(line)["path"]) for line in lines)
    return usage.ru_utime + usage.ru_stime, time.monotonic() - begun, usage.ru_maxrss * 1024, kinds


def kind_of(path: str) -> str:
    """What a request was for, roughly: enough to see that both crawls asked for the same."""
    return next((kind for kind in ("mod=view", "mod=list", "mod=comment", "robots.txt") if kind in path), "other")


def bare(url: str, articles: int, folder: Path, log: Path) -> Cost:
    """Measure the yardstick: Scrapy as it comes, with the same number of connections and the feed exporter."""
    settings = {
        "CONCURRENT_REQUESTS_PER_DOMAIN": AT_ONCE,
        "DOWNLOAD_DELAY": 0,
        "LOG_LEVEL": "INFO",
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "FEED_EXPORT_ENCODING": "utf-8",
    }
    command = ["runspider", str(Path(__file__).with_name("bare.py")), "-a", f"url={url}", "-O", "bare.jsonl"]
    cpu, wall, memory, requests = measured(command + pairs(settings), folder, log)
    found = sum(1 for _ in (folder / "bare.jsonl").open("rb"))
    assert found >= articles, f"the bare spider found {found} of {articles} articles"
    return Cost(cpu, wall, memory, found, requests)


def ours(url: str, articles: int, folder: Path, log: Path) -> Cost:
    """Measure the crawler with all its default pipelines, at the bare spider's pace."""
    (folder / "sites").mkdir()
    (folder / "sites" / "bench.toml").write_text(f'url = "{url}"\ndelay = 0\nconcurrency = {AT_ONCE}\n')
    (folder / "scrapy.cfg").write_text("[settings]\ndefault = crawler.settings\n")
    settings = {
        "DISCUZ_DATA_DIR": folder / "data",
        "DISCUZ_SITES_DIR": folder / "sites",
        "DISCUZ_CONTACT": "benchmark@example.com",
        "DISCUZ_ALLOW_PRIVATE_ADDRESSES": "127.0.0.0/8",
        # The fixture portal has few words for titles; all the rest of the gate is measured, too.
        "DISCUZ_GATE_ALIKE": '{"headline": [1, 1], "article_body": [1, 1], "date_published": [1, 1]}',
        "AUTOTHROTTLE_ENABLED": False,
    }
    cpu, wall, memory, requests = measured(["crawl", "portal", "-a", "site=bench", *pairs(settings)], folder, log)
    # Counted, not kept: a child's peak begins with what its parent holds when it is forked.
    parts = (folder / "data" / "bench" / "articles").glob("*.jsonl")
    found = sum(1 for part in parts for _ in part.open("rb"))
    assert found >= articles, f"{found} of {articles} articles"
    return Cost(cpu, wall, memory, found, requests)


def pairs(settings: Mapping[str, object]) -> list[str]:
    """Settings as Scrapy's command line takes them."""
    return [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]


def compare(articles: int, page_kb: int, rounds: int) -> bool:
    """Crawl a portal with both in turn, print the table, and say whether the bounds hold.

    What else the machine does can only add to a figure: of several rounds the least counts.
    """
    costs: dict[str, list[Cost]] = {"bare": [], "ours": []}
    with tempfile.TemporaryDirectory() as name:
        log = Path(name) / "requests.jsonl"
        with portal(articles, page_kb, log) as url:
            for number in range(rounds):
                for crawl in (bare, ours):
                    folder = Path(name) / f"{crawl.__name__}{number}"
                    folder.mkdir()
                    cost = crawl(url, articles, folder, log)
                    costs[crawl.__name__].append(cost)
                    print(cost.row(crawl.__name__), dict(cost.requests), flush=True)
    least = {name: min(cost.cpu / cost.articles for cost in several) for name, several in costs.items()}
    peak = {name: min(cost.memory for cost in several) for name, several in costs.items()}
    cpu, memory = least["ours"] / least["bare"], peak["ours"] / peak["bare"]
    print(f"CPU per article {cpu:.2f} × the bare spider's (at most {MOST_CPU})")
    print(f"peak memory     {memory:.2f} × the bare spider's (at most {MOST_MEMORY})")
    return cpu <= MOST_CPU and memory <= MOST_MEMORY


def growth(page_kb: int) -> bool:
    """Crawl a small and a large portal, print what an article more costs in memory, and say whether it is little."""
    peaks = []
    for articles in (SMALL, LARGE):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "ours"
            folder.mkdir()
            with portal(articles, page_kb, Path(name) / "requests.jsonl") as url:
                cost = ours(url, articles, folder, Path(name) / "requests.jsonl")
        print(cost.row("ours"), flush=True)
        peaks.append(cost.memory)
    each = (peaks[1] - peaks[0]) / (LARGE - SMALL)
    print(f"memory grows by {each:.0f} bytes an article from {SMALL:,} to {LARGE:,} (at most {MOST_GROWTH})")
    return each <= MOST_GROWTH


def main() -> int:
    """Measure, print, and exit 1 where a bound does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=5_000)
    parser.add_argument("--page-kb", type=int, default=30, help="the least size of an article's page, in KiB")
    parser.add_argument("--rounds", type=int, default=2, help="how often each crawl is measured")
    parser.add_argument("--growth", action="store_true", help=f"also crawl {SMALL:,} and {LARGE:,} articles")
    options = parser.parse_args()
    print(HEAD, flush=True)
    held = compare(options.articles, options.page_kb, options.rounds)
    if options.growth:
        held &= growth(options.page_kb)
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
