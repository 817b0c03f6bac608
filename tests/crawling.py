"""Whole crawls as a person starts them: ``scrapy crawl`` in a process of its own, against a portal on loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[1]

QUICK = {
    "DOWNLOAD_DELAY": "0",
    "AUTOTHROTTLE_ENABLED": "0",
    "CONCURRENT_REQUESTS_PER_DOMAIN": "8",
    "DISCUZ_CONTACT": "tests@example.com",
}
"""What a portal that is nobody's is read with, when it is given by its address."""

NOT_IN_THE_TRUTH = {"counts_observed_at"}
NOT_IN_ITS_PROVENANCE = {"run_id", "fetched_at"}


@dataclass(frozen=True, slots=True)
class Crawl:
    """What a crawl left behind."""

    code: int
    stdout: str
    stderr: str
    data: Path

    @property
    def last_line(self) -> str:
        """The last line on the error stream."""
        return self.stderr.rstrip("\n").rpartition("\n")[2]

    def folder(self, site: str = "demo") -> Path:
        """The site's folder."""
        return self.data / site

    def lines(self, site: str = "demo") -> list[dict[str, Any]]:
        """Every published line, in order of publication."""
        return [
            json.loads(line)
            for part in sorted(self.folder(site).glob("articles/*.jsonl"))
            for line in part.read_bytes().splitlines()
        ]


def allowing(site: str) -> list[str]:
    """The setting that lets a portal on loopback be read: it alone where its address is given, else all of them."""
    own = urlsplit(site).netloc if "://" in site else "127.0.0.0/8"
    return ["-s", f"DISCUZ_ALLOW_PRIVATE_ADDRESSES={own}"] if own.startswith(("127.", "localhost")) else []


def command(spider: str, data: Path, *more: str, **arguments: str) -> list[str]:
    """The command line of a crawl."""
    given = [word for name, value in arguments.items() for word in ("-a", f"{name}={value}")]
    site = arguments.get("site", "demo")
    settings = ["-s", f"DISCUZ_DATA_DIR={data}", *([] if site == "demo" else allowing(site))]
    return [sys.executable, "-m", "scrapy", "crawl", spider, *given, *settings, *more]


def environment() -> dict[str, str]:
    """The environment of a crawl: warnings are errors there too."""
    return os.environ | {"PYTHONWARNINGS": "error", "PYTHONUNBUFFERED": "1"}


def crawl(spider: str, data: Path, *more: str, settings: dict[str, str] | None = None, **arguments: str) -> Crawl:
    """Run a spider to its end, in a fork of a process that has imported what it needs."""
    from tests.killing import lasting  # noqa: PLC0415  (builds on this module)

    words = [word for name, value in (settings or {}).items() for word in ("-s", f"{name}={value}")]
    _, _, _, *words = command(spider, data, *words, *more, **arguments)
    ended = lasting().scrapy(words)
    return Crawl(ended.code, ended.stdout, ended.stderr, data)


def crawl_afresh(spider: str, data: Path, *more: str, **arguments: str) -> Crawl:
    """Run a spider as a person does: in a new interpreter, which takes a second longer."""
    done = subprocess.run(
        command(spider, data, *more, **arguments),
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    return Crawl(done.returncode, done.stdout, done.stderr, data)


def comparable(record: dict[str, Any]) -> dict[str, Any]:
    """A record without what the truth cannot know: when, and by which run."""
    kept = {name: value for name, value in record.items() if name not in NOT_IN_THE_TRUTH}
    if "provenance" in kept:
        provenance = kept["provenance"].items()
        kept["provenance"] = {name: value for name, value in provenance if name not in NOT_IN_ITS_PROVENANCE}
    return kept


def differences(records: list[dict[str, Any]], truth: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What differs between records and truth, by record id and field; empty when they are equal."""
    found = {record["id"]: comparable(record) for record in records}
    wanted = {record["id"]: comparable(record) for record in truth}
    different: dict[str, dict[str, Any]] = {}
    for name in sorted(found.keys() | wanted.keys()):
        if name not in found or name not in wanted:
            different[name] = {"": "missing" if name in wanted else "not in the truth"}
            continue
        # Of an article that moved only a few fields are told; of any other, all.
        names = wanted[name].keys() if wanted[name]["status"] == "moved" else found[name].keys() | wanted[name].keys()
        fields = {
            field: {"is": found[name].get(field, "absent"), "should be": wanted[name].get(field, "absent")}
            for field in sorted(names)
            if found[name].get(field, "absent") != wanted[name].get(field, "absent")
        }
        if fields:
            different[name] = fields
    return different
