"""What exports of many records cost: ``python -m tests.benchmarks.export FOLDER --records 100000 300000``.

Makes published files of so many records in the folder, once, and exports them in each way, each time in a process of
its own: the peak of its memory (``VmHWM``, all of Python and Scrapy included), its CPU time, and what it wrote. The
records are the truths of the fixture portal, varied: texts of several of them joined, other numbers, dates over twenty
years, revisions, articles that are gone, lines of new comments, and copies of press releases.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import re
import subprocess
import sys
import time
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).parents[2]
SITE = "many"
MOST_MEMORY = 300  # MiB, what 100,000 records to parquet may take
A_PART = 50_000
FIRST_DAY = datetime(2005, 1, 1, tzinfo=UTC)
DAYS = 20 * 365
TRUTHS = 120
WAYS = {
    "parquet": ["--to", "parquet"],
    "parquet, latest": ["--to", "parquet", "--latest"],
    "parquet, near": ["--to", "parquet", "--dedup", "near"],
    "jsonl.zst": ["--to", "jsonl"],
    "csv": ["--to", "csv"],
    "sqlite": ["--to", "sqlite"],
}

# In a child: a command, and what its memory came to.
CHILD = """
import atexit, pathlib, sys
from scrapy.cmdline import execute
status = pathlib.Path("/proc/self/status")
atexit.register(lambda: pathlib.Path(sys.argv[1]).write_text(status.read_text()))
execute(["scrapy", *sys.argv[2:]])
"""


class Cost(NamedTuple):
    """What a command cost.

    Attributes:
        code: its exit code.
        said: its last line.
        memory: the most memory that it had at once, in MiB.
        cpu: seconds.
    """

    code: int
    said: str
    memory: float
    cpu: float


def measured(data: Path, *words: str) -> Cost:
    """Run ``scrapy export`` in a process of its own.

    Args:
        data: where the sites are.
        words: what is typed after ``scrapy export``.
    """
    told = data / "status"
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(told), "export", *words, "-s", f"DISCUZ_DATA_DIR={data}"],
        cwd=ROOT,
        env=os.environ | {"SCRAPY_SETTINGS_MODULE": "crawler.settings", "PYTHONWARNINGS": "error"},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stderr is not None
    with child.stderr as stream:
        said = stream.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    peak = re.search(r"VmHWM:\s+(\d+) kB", told.read_text())
    assert peak, "this system does not tell how much memory a process had"
    last = said.rstrip("\n").rpartition("\n")[2]
    return Cost(child.returncode, last, int(peak[1]) / 1024, usage.ru_utime + usage.ru_stime)


# --- records ---


def truths(site: str = SITE, articles: int = TRUTHS) -> list[dict[str, Any]]:
    """Give what the fixture portal's articles are in records."""
    words = ["--articles", str(articles), "--truth", "http://www.example.com/", "--site-name", site]
    told = subprocess.run(
        [sys.executable, "-m", "fixtures.portal", *words], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return [record for record in map(json.loads, told.stdout.splitlines()) if record["status"] == "published"]


def lines(total: int, known: Sequence[dict[str, Any]], site: str = SITE) -> Iterator[dict[str, Any]]:
    """Give so many lines as years of runs publish them; the same again each time.

    Args:
        total: how many.
        known: records to make them of.
        site: the site's name.
    """
    chance = random.Random(total)
    days = min(DAYS, total // 3 + 1)
    for number in range(1, total + 1):
        kind = chance.random()
        if number > 100 and kind < 0.04:
            yield _again(chance.randrange(1, number), known, site, days, chance)
        elif number > 100 and kind < 0.06:
            yield _remarks(chance.randrange(1, number), number, site)
        else:
            yield _article(number, known, site, days, chance)


def _article(
    number: int, known: Sequence[dict[str, Any]], site: str, days: int, chance: random.Random
) -> dict[str, Any]:
    record = deepcopy(known[number % len(known)])
    others = [known[chance.randrange(len(known))] for _ in range(4)]
    published = FIRST_DAY + timedelta(days=number * 7919 % days, seconds=number * 104_729 % 86_400)
    record |= {
        "id": f"{site}:{number}",
        "url": f"http://www.example.com/portal.php?mod=view&aid={number}",
        "headline": f"{record['headline']}（{number}）",
        "date_published": published.isoformat().replace("+00:00", "+08:00") if number % 50 else None,
        "article_body": "\n\n".join([record["article_body"], *(one["article_body"] for one in others), str(number)]),
        "article_body_html": "".join([record["article_body_html"], *(one["article_body_html"] for one in others)]),
        "counts_observed_at": (published + timedelta(days=1)).isoformat(),
        "content_hash": hashlib.sha256(str(number).encode()).hexdigest(),
        "view_count": chance.randrange(100_000),
    }
    record["discuz"]["aid"] = number
    record["provenance"] |= {"run_id": _run(number), "fetched_at": (published + timedelta(days=1)).isoformat()}
    return record


def _again(number: int, known: Sequence[dict[str, Any]], site: str, days: int, chance: random.Random) -> dict[str, Any]:
    record = _article(number, known, site, days, chance) | {"revision": 2}
    if number % 3:
        return record | {"article_body": f"{record['article_body']}\n\n更正"}
    kept = ("id", "kind", "status", "url", "discuz", "site", "provenance", "revision")
    return {name: record[name] for name in kept} | {"status": "gone"}


def _remarks(number: int, comment: int, site: str) -> dict[str, Any]:
    date = (FIRST_DAY + timedelta(days=comment % DAYS)).isoformat()
    remark = {"id": comment, "author": "路人", "author_uid": 7, "date": date, "text": "说得好！", "quote": None}
    told = {"id": f"{site}:{number}", "kind": "comments", "status": "published", "comments": [remark]}
    return told | {"counts_observed_at": date}


def _run(number: int) -> str:
    return f"{FIRST_DAY + timedelta(hours=number // A_PART):%Y%m%dT%H%M%SZ}-portal"


def publish(folder: Path, records: Iterator[dict[str, Any]] | Sequence[dict[str, Any]], a_part: int = A_PART) -> None:
    """Publish records as a crawl does.

    Args:
        folder: the site's.
        records: the lines, in order.
        a_part: how many go into a file.
    """
    (folder / "articles").mkdir(parents=True, exist_ok=True)
    rest = iter(records)
    first = len(list((folder / "articles").iterdir())) + 1
    with (folder / "published.jsonl").open("ab") as ledger:
        for number in count(first):
            run = _run(number * A_PART)
            file = f"articles/{run}-{number:04}.jsonl"
            written, digest = 0, hashlib.sha256()
            with (folder / file).open("wb") as part:
                for record in islice(rest, a_part):
                    line = orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE)
                    part.write(line)
                    digest.update(line)
                    written += 1
            if not written:
                (folder / file).unlink()
                return
            about = {"file": file, "run": run, "records": written, "sha256": digest.hexdigest()}
            about["published_at"] = "2026-01-01T00:00:00Z"
            ledger.write(orjson.dumps(about, option=orjson.OPT_APPEND_NEWLINE))


def made(folder: Path, records: int) -> Path:
    """Give a data folder with so many published records; made where it is missing."""
    data = folder / str(records)
    if not (data / "made").exists():
        publish(data / SITE, lines(records, truths()))
        (data / "made").touch()
    return data


def main() -> None:
    """Measure, and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--records", type=int, nargs="+", default=[100_000])
    parser.add_argument("--ways", nargs="+", choices=WAYS, default=list(WAYS))
    asked = parser.parse_args()
    print("records   way               exit  peak MiB  CPU s  wall s  written")
    worst = 0
    for records in asked.records:
        data = made(asked.folder, records)
        for way in asked.ways:
            begun = time.monotonic()
            out = asked.folder / "out" / way.replace(", ", "-")
            cost = measured(data, SITE, *WAYS[way], "-o", str(out), "--overwrite")
            wall = time.monotonic() - begun
            print(
                f"{records:<9} {way:<17} {cost.code:<5} {cost.memory:<9.0f} {cost.cpu:<6.0f} {wall:<7.0f} {cost.said}"
            )
            worst |= cost.code or (way == "parquet" and cost.memory > MOST_MEMORY)
    sys.exit(bool(worst))


if __name__ == "__main__":
    main()
