"""The pages beside the reports: of a site's runs, and of all sites.

Each site keeps ``runs.json``, its runs in a few figures each, so that neither its own page nor that of all sites has to
read every report: 300 sites with 100 runs each have a gigabyte of them.
"""

from __future__ import annotations

import time
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import orjson

from crawler import clock
from crawler.errors import RunningError
from crawler.escaping import printable_json
from crawler.extensions.pages import make_missing, write_page
from crawler.extensions.run_folder import PAGE, REPORT, load, read
from crawler.reports import entry_of, render_overview, render_site, unreported
from crawler.store.files import write_whole
from crawler.store.lock import Lock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

INDEX: Final = "index.html"
RUNS: Final = "runs.json"
LOCK: Final = "index.lock"
QUIET: Final = timedelta(minutes=15)
"""A run whose log was not written for so long was cut short: one under way writes a line every few seconds."""
LATEST: Final = 40
"""Runs of each site that the page of all sites knows of."""
PATIENCE: Final = 10.0
"""Seconds for which others may make pages: one takes less than a second for it."""
PAUSE: Final = 0.05


def refresh(
    site_folder: Path,
    *,
    shown: Iterable[Path] = (),
    due: Mapping[str, datetime] | None = None,
    profiles: Iterable[str] = (),
) -> bool:
    """Write pages of a site's runs, the page of all of them, and that of all sites.

    Args:
        site_folder: ``data/<site>``.
        shown: folders of the runs whose own pages are written.
        due: as in `write_overview`.
        profiles: as in `write_overview`.

    Returns:
        whether all was written: another process may make pages for too long, then only those of the runs are.

    Raises:
        OSError: a file cannot be read.
        StorageError: a page cannot be written.
    """
    with ExitStack() as turn:
        has_turn = _take_turn(site_folder.parent, turn)
        for folder in shown:
            write_page(folder)
        if has_turn:
            write_site(site_folder)
            _write_all(site_folder.parent, due, profiles)
        return has_turn


def write_site(site_folder: Path) -> None:
    """Write ``runs.json`` and ``index.html`` of a site: its runs as they lie in its folder now. Expects the turn.

    Raises:
        OSError: a file cannot be read.
        StorageError: a page cannot be written.
    """
    now = clock.utc_now()
    kept = _kept(site_folder)
    known = {entry["run_id"]: entry for entry in kept["runs"]}
    entries = [_entry(folder, known.get(folder.name), now) for folder in _folders(site_folder)]
    site = kept["site"]
    for entry in entries:
        if entry.get("url"):
            site = {"name": site_folder.name, "url": entry["url"]}
            break
    text = orjson.dumps({"site": site, "runs": entries}, option=orjson.OPT_APPEND_NEWLINE)
    write_whole(site_folder / RUNS, [printable_json(text)])
    page = render_site({**site, "held": _held(site_folder)}, entries, now)
    write_whole(site_folder / INDEX, [page.encode()])


def _kept(site_folder: Path) -> dict[str, Any]:
    """Give what ``runs.json`` holds; as good as nothing if it is not there or damaged."""
    told = load(site_folder / RUNS)
    try:
        runs = [run for run in told["runs"] if isinstance(run["run_id"], str)]
        return {"site": {"name": site_folder.name, "url": str(told["site"]["url"])}, "runs": runs}
    except (KeyError, TypeError):
        return {"site": {"name": site_folder.name, "url": ""}, "runs": []}


def _folders(site_folder: Path) -> list[Path]:
    """Give the folders of a site's runs, the newest first."""
    runs = site_folder / "runs"
    return sorted((path for path in runs.iterdir() if path.is_dir()), reverse=True) if runs.is_dir() else []


def _entry(folder: Path, known: Mapping[str, Any] | None, now: datetime) -> dict[str, Any]:
    """Give a run's entry: the one that is known, where its report is still the same."""
    has_page = (folder / PAGE).exists()
    try:
        about = (folder / REPORT).stat()
    except OSError:
        about = None
    stamp = [about.st_mtime_ns, about.st_size] if about else None
    if known and stamp and known.get("stamp") == stamp:
        return {**known, "page": has_page}
    if report := read(folder):
        url = (report.get("site") or {}).get("url") or ""
        return {**entry_of(folder.name, report), "url": url, "stamp": stamp, "page": has_page}
    log_at = None
    with suppress(OSError):
        log_at = datetime.fromtimestamp((folder / "crawl.log").stat().st_mtime, UTC)
    return {**unreported(folder.name, log_at, now=now, quiet=QUIET), "page": has_page}


def _held(site_folder: Path) -> int:
    """Give how many files of a site the gate holds back."""
    return sum(1 for _ in (site_folder / "quarantine").glob("*.jsonl"))


def write_overview(
    data: Path, *, due: Mapping[str, datetime] | None = None, profiles: Iterable[str] = ()
) -> Path | None:
    """Write ``data/index.html``: a row for each site, those that need a person first.

    Any number of processes may do so at once: each waits for its turn, reads what all sites have told by then, and
    replaces the page as a whole, so that the last one has the last word of every site.

    Args:
        data: the folder with those of all sites.
        due: when sites are to be read next, by name, where that is known better than from their runs; aware.
        profiles: names of sites that have a profile; those that were never crawled are told of, too.

    Returns:
        the page; None where another process holds the turn for too long.

    Raises:
        OSError: a file cannot be read.
        StorageError: the page cannot be written.
    """
    with ExitStack() as turn:
        if not _take_turn(data, turn):
            return None
        return _write_all(data, due, profiles)


def _write_all(data: Path, due: Mapping[str, datetime] | None, profiles: Iterable[str]) -> Path:
    sites = list(_sites(data))
    there = {site["name"] for site in sites}
    sites += [{"name": name, "url": "", "runs": [], "held": 0, "page": False} for name in sorted(set(profiles) - there)]
    page = data / INDEX
    write_whole(page, [render_overview(sites, clock.utc_now(), due).encode()])
    return page


def _take_turn(data: Path, turn: ExitStack) -> bool:
    """Be the one process that makes pages; each file has one place where it is made before it is renamed."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            turn.callback(Lock(data / LOCK).release)
        except RunningError:
            if time.monotonic() > until:
                return False
            time.sleep(PAUSE)
        else:
            return True


def _sites(data: Path) -> Iterator[dict[str, Any]]:
    """Give what each site's ``runs.json`` tells, as far as its folders are still there."""
    for folder in sorted(path for path in data.iterdir() if (path / "runs").is_dir()):
        kept = _kept(folder)
        runs = [run for run in kept["runs"][:LATEST] if (folder / "runs" / run["run_id"]).exists()]
        yield {**kept["site"], "runs": runs, "held": _held(folder), "page": (folder / INDEX).exists()}


def rebuild(data: Path, *, profiles: Iterable[str] = ()) -> Path | None:
    """Make every page that can be made: of runs that have a report and no page, of all sites, and of each.

    Args:
        data: the folder with those of all sites.
        profiles: as in `write_overview`.

    Returns:
        the page of all sites, as `write_overview`.

    Raises:
        OSError: a file cannot be read.
        StorageError: a page cannot be written.
    """
    for folder in sorted(path for path in data.iterdir() if (path / "runs").is_dir()):
        with ExitStack() as turn:
            if not _take_turn(data, turn):
                return None
            make_missing(folder)
            write_site(folder)
    return write_overview(data, profiles=profiles)
