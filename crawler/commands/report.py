"""``scrapy report``: what a run did, and what becomes of what the gate held back."""

from __future__ import annotations

import argparse
import json
import sys
import webbrowser
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
from scrapy.commands import ScrapyCommand

from crawler import completeness
from crawler.commands.places import find_place, sites_dir
from crawler.errors import CrawlerError, ExitCode, RunningError, StorageError, UsageError
from crawler.escaping import printable, printable_json
from crawler.extensions.figures import gate_told, parts_told
from crawler.extensions.overview import INDEX, rebuild, refresh
from crawler.extensions.pages import missing, write_page
from crawler.extensions.run_folder import PAGE, read, write
from crawler.extensions.sheet import Row, Section, show
from crawler.gate.run import FACT, REASONS
from crawler.store import open_store, read_store

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from crawler.store import Part, RunInfo, Store, StoreReader

LAST = 100
"""Runs whose acceptance is remembered: those before have long been followed by others that are usual."""
NAMED = 5
"""Runs that are named where one is not known."""


class Told(NamedTuple):
    """What is known of a run.

    Attributes:
        site: the site's name.
        run: the run.
        parts: its files.
        report: its ``report.json``; empty while it is under way, and when it is not kept any more.
        account: whether anything is missing, as lines; of the last run only.
        held: other runs of which something is held back, with how many records.
        accepted: whether a person has accepted what the gate found wrong with the run as a whole.
    """

    site: str
    run: RunInfo
    parts: Sequence[Part]
    report: Mapping[str, Any]
    account: Sequence[str]
    held: Mapping[str, int]
    accepted: bool

    @property
    def reasons(self) -> list[str]:
        """What the gate found wrong, with the run and with its files."""
        of_run: Sequence[str] = (self.run.stats or {}).get(REASONS) or ()
        return list(dict.fromkeys([*(reason for part in self.parts for reason in part.reasons or ()), *of_run]))

    @property
    def is_held(self) -> bool:
        """Whether any of its files waits for a person."""
        return any(part.state == "quarantined" for part in self.parts)


class Command(ScrapyCommand):
    """Tells of a run, releases or drops what the gate held back of it."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """What comes after the command's name."""
        return "SITE [RUN] [--json | --open | --accept RUN | --reject RUN] | [SITE] --index | --open"

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Tell what a run did; release or drop what the gate held back"

    def long_desc(self) -> str:
        """What ``--help`` says."""
        return (
            "Tell what a run of a site did, the last one where none is named. What differs from what the site usually"
            " gives is held back in the folder quarantine: --accept RUN publishes it, and takes what it was held back"
            " for as usual from then on; --reject RUN removes it, and the next run fetches its articles again. --open"
            " opens the run's page, or that of all sites where none is named; --index makes the pages anew."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Add our own options to Scrapy's."""
        super().add_options(parser)
        only = parser.add_mutually_exclusive_group()
        only.add_argument("--json", action="store_true", help="print one JSON object in place of tables")
        only.add_argument(
            "--open", action="store_true", help="open the run's report.html; the page of all sites, where none is named"
        )
        only.add_argument(
            "--index", action="store_true", help="make the pages of all sites anew, and those of runs that lack one"
        )
        only.add_argument("--accept", metavar="RUN", help="publish what is held back of a run")
        only.add_argument("--reject", metavar="RUN", help="remove what is held back of a run")

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Do what was asked for.

        ``exitcode`` is 0; 2 for wrong use, 6 when something is to be released or dropped and a run is under way, 7
        when the store cannot be used.
        """
        try:
            self._run(args, opts)
        except CrawlerError as error:
            say(str(error))
            self.exitcode = error.exit_code

    def _run(self, args: Sequence[str], opts: argparse.Namespace) -> None:
        assert self.settings
        if not args and (opts.index or opts.open):
            self._all(opts)
            return
        if not 1 <= len(args) <= 2 or any(arg.startswith("-") for arg in args):
            raise UsageError(f"report: {' '.join(args) or 'nothing'!r} is given: give a site, and a run if you want to")
        decision = opts.accept or opts.reject
        if decision and len(args) > 1:
            raise UsageError(f"report: run {args[1]!r} is left over: --accept and --reject name theirs")
        if opts.index and len(args) > 1:
            raise UsageError(f"report: run {args[1]!r} is left over: --index makes the pages of all runs")
        name, only = self._site(args[0])
        folder, url = Path(self.settings["DISCUZ_DATA_DIR"]) / name, self.settings["DISCUZ_STORE_URL"]
        with read_store(folder, url=url) as reader:
            told = tell(reader, name, folder, decision or (args[1] if len(args) > 1 else None), only=only)
        if decision:
            with open_store(folder, url=url) as store:
                words = (accept if opts.accept else reject)(store, told)
                self._retell(folder, store, told)
            say(words)
        elif opts.index:
            self._refresh(folder, missing(folder))
            say(f"{folder / INDEX}")
        elif opts.open:
            run_folder = folder / "runs" / told.run.run_id
            if told.report and not (run_folder / PAGE).exists():  # of a version that made none
                write_page(run_folder)
            open_page(run_folder / PAGE)
        elif opts.json:
            sys.stdout.buffer.write(printable_json(orjson.dumps(as_json(told), default=str, option=JSON)))
            sys.stdout.flush()
        else:
            show(list(sections(told)))

    def _all(self, opts: argparse.Namespace) -> None:
        """Make or open the page of all sites."""
        assert self.settings
        data = Path(self.settings["DISCUZ_DATA_DIR"])
        if not data.is_dir():
            raise UsageError(f"report: {data} is not there: crawl a site first, or set DISCUZ_DATA_DIR")
        if opts.open and (data / INDEX).exists():
            open_page(data / INDEX)
            return
        page = rebuild(data, profiles=self._profiles())
        if page is None:
            raise RunningError(f"{data / INDEX}: another process has been making it for too long: try again")
        if opts.open:
            open_page(page)
        else:
            say(f"{page}")

    def _retell(self, folder: Path, store: Store, told: Told) -> None:
        """Have report and pages say what was decided, which stands whether or not they can be written."""
        try:
            self._refresh(folder, retell(folder, store, told))
        except (OSError, RunningError, StorageError) as error:
            say(f"The pages cannot be made anew: {error}")

    def _refresh(self, folder: Path, shown: Sequence[Path]) -> None:
        if not refresh(folder, shown=shown, profiles=self._profiles()):
            raise RunningError(f"{folder / INDEX}: another process has been making pages for too long: try again")

    def _profiles(self) -> list[str]:
        assert self.settings
        return [path.stem for path in sites_dir(self.settings).glob("*.toml")]

    def _site(self, given: str) -> tuple[str, Collection[int]]:
        """Give the name of a site's folder, and the categories to which its profile keeps; none for all of them."""
        assert self.settings
        name, site = find_place(given, self.settings)
        return name, site.categories if site else ()


JSON = orjson.OPT_APPEND_NEWLINE | orjson.OPT_INDENT_2


def tell(reader: StoreReader, site: str, folder: Path, run_id: str | None, *, only: Collection[int] = ()) -> Told:
    """Gather what is known of a run.

    Args:
        reader: the site's store.
        site: its name.
        folder: its folder.
        run_id: the run; None for the last one.
        only: the categories to which its profile keeps; none for all of them.

    Raises:
        UsageError: there is no such run.
        StorageError: the store cannot be read.
    """
    runs = reader.run_list(NAMED)
    run = next(iter(runs), None) if run_id is None else reader.find_run(run_id)
    if run is None:
        last = ", ".join(run.run_id for run in runs) or "none yet"
        raise UsageError(f"report: run {run_id or ''!r} of {site} is not known; the last ones are: {last}")
    report: dict[str, Any] = {}
    with suppress(OSError, ValueError):  # under way, or not kept any more
        report = json.loads((folder / "runs" / run.run_id / "report.json").read_bytes())
    held: Counter[str] = Counter()
    for part in reader.held_parts():
        held[part.run_id] += part.records
    del held[run.run_id]
    is_last = run.seq == runs[0].seq
    account = completeness.table(completeness.measure_store(reader, run.seq, only=only)) if is_last else []
    accepted = run.run_id in reader.recall(FACT).get("accepted", {})
    return Told(site, run, reader.parts_of(run.run_id), report, account, held, accepted)


def sections(told: Told) -> Iterator[Section]:
    """Give a run's report as tables, the most important first."""
    run = told.run
    yield Section(f"{told.site} · {run.run_id}", [Row(row, mood) for row, mood in _overview(told)])
    if told.reasons:
        yield Section("What the gate found", [Row((reason,), "bad") for reason in told.reasons])
        yield Section("", [Row(row) for row in _choices(told)])
    yield Section(
        "Files", [Row((part.target or part.name, part.state, f"{part.records:,} records")) for part in told.parts]
    )
    yield Section("", [Row((line,)) for line in told.account])
    yield Section("Fields that some articles lack", [Row(row) for row in _fields(told.report.get("fields") or {})])
    others = [Row((run_id, f"{records:,} records"), "bad") for run_id, records in told.held.items()]
    yield Section("Held back of other runs", others)


def _overview(told: Told) -> Iterator[tuple[tuple[str, str], Any]]:
    run = told.run
    yield ("job", run.job), "plain"
    yield ("began", f"{run.started_at:%Y-%m-%d %H:%M:%S} UTC"), "plain"
    if run.ended_at is None or run.exit_code is None:
        yield ("ended", f"not yet ({run.state})"), "plain"
        return
    mood = "good" if run.exit_code == ExitCode.OK else "bad"
    yield ("ended", f"{run.ended_at:%Y-%m-%d %H:%M:%S} UTC, exit code {run.exit_code}"), mood
    if "summary" in told.report:
        yield ("summary", str(told.report["summary"])), "plain"
    used = told.report.get("browser") or {}
    if used.get("pages"):
        cost = f"{used['seconds']:,} s, {used['requests']:,} requests, {used['memory_mib']:,} MiB at the most"
        yield ("browser", f"{used['pages']:,} pages, {used['passed']:,} walls passed, {cost}"), "plain"
    kept = told.report.get("archive") or {}
    if kept.get("records"):
        size = f"{kept['bytes'] / 1e6:,.1f} MB in {kept['files']:,} file{'s' * (kept['files'] != 1)}"
        yield ("archive", f"{kept['records']:,} responses, {kept['revisits']:,} of them seen before, {size}"), "plain"
    if permission := (told.report.get("site") or {}).get("permission"):
        yield ("permission", str(permission)), "plain"


def _fields(fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    shares = {name: about["coverage"] for name, about in fields.items()}
    for name in sorted(shares, key=lambda name: shares[name]):
        if 0 < shares[name] < 1:
            yield name, f"{shares[name]:.1%} have it"
    if never := sorted(name for name, share in shares.items() if not share):
        yield "no article has", ", ".join(never)


def _choices(told: Told) -> Iterator[tuple[str, str]]:
    accepted = next((part.accepted_at for part in told.parts if part.accepted_at), None)
    if accepted:
        yield "accepted", f"{accepted:%Y-%m-%d %H:%M:%S} UTC"
    elif any(part.state == "rejected" for part in told.parts):
        yield "rejected", "its articles are fetched again"
    elif told.accepted:
        yield "accepted", "what was found is usual from then on"
    else:
        yield "it is right", f"scrapy report {told.site} --accept {told.run.run_id}"
        if told.is_held:
            yield "it is wrong", f"scrapy report {told.site} --reject {told.run.run_id}"


def as_json(told: Told) -> dict[str, Any]:
    """Give a run's report for a program: its ``report.json``, and how its files stand by now."""
    run = told.run
    return {
        "site": told.site,
        "run": {name: getattr(run, name) for name in ("run_id", "job", "state", "started_at", "ended_at", "exit_code")},
        "reasons": told.reasons,
        "parts": [
            {name: getattr(part, name) for name in ("name", "state", "target", "records", "accepted_at", "reasons")}
            for part in told.parts
        ],
        "held": told.held,
        "report": told.report,
    }


def accept(store: Store, told: Told) -> str:
    """Publish what is held back of a run, and take what it was held back for as usual from now on.

    Returns:
        what was done, in words.

    Raises:
        UsageError: there is nothing to accept.
        StorageError: disk or database fail.
    """
    run = told.run
    of_run = list((run.stats or {}).get(REASONS) or ())
    if not told.is_held and not of_run:
        raise UsageError(f"--accept {run.run_id}: {_nothing(told)}")
    words = f"{told.site}: run {run.run_id} is accepted"
    if told.is_held:
        released = store.release(run.run_id)
        words = f"{told.site}: {released.records:,} records published in {', '.join(released.files) or 'no file'}"
        words += f"; {released.dropped:,} left out, which were fetched again" if released.dropped else ""
    if of_run:
        accepted = {**store.recall(FACT).get("accepted", {}), run.run_id: of_run}
        store.remember(FACT, {"accepted": dict(sorted(accepted.items())[-LAST:])})
    return f"{words}; what the gate found is usual from now on"


def reject(store: Store, told: Told) -> str:
    """Remove what is held back of a run.

    Returns:
        what was done, in words.

    Raises:
        UsageError: nothing is held back.
        StorageError: disk or database fail.
    """
    if not told.is_held:
        raise UsageError(f"--reject {told.run.run_id}: {_nothing(told)}")
    rejected = store.reject(told.run.run_id)
    return f"{told.site}: {rejected.records:,} records removed; the next run of portal fetches their articles again"


def _nothing(told: Told) -> str:
    return f"nothing of it is held back; held back is {', '.join(told.held) or 'nothing of any run'}"


def retell(folder: Path, store: Store, told: Told) -> list[Path]:
    """Have a run's report say what became of what was held back.

    Args:
        folder: the site's.
        store: the site's, after that was decided.
        told: the run, as it was before.

    Returns:
        the run's folder, whose page is to be made anew; nothing where it is not kept any more.

    Raises:
        StorageError: the store cannot be read, or the report not be written.
    """
    run_folder = folder / "runs" / told.run.run_id
    report = read(run_folder)
    if not report:
        return []
    parts = store.parts_of(told.run.run_id)
    gate = gate_told(parts)
    gate["run"] = (report.get("gate") or {}).get("run") or gate["run"]
    accepted = told.run.run_id in store.recall(FACT).get("accepted", {}) or any(part.accepted_at for part in parts)
    write(run_folder, {**report, "parts": parts_told(parts), "gate": gate, "accepted": accepted})
    return [run_folder]


def open_page(page: Path, opening: Callable[[str], bool] = webbrowser.open) -> None:
    """Show a page in the browser.

    Raises:
        UsageError: it is not there, or there is no browser.
    """
    if not page.exists():
        raise UsageError(f"--open: {page} is not there; the run's report is told without --open")
    if not opening(page.resolve().as_uri()):
        raise UsageError(f"--open: there is no browser; open {page} yourself")


def say(words: str) -> None:
    """Write a line to stderr."""
    sys.stderr.write(f"{printable(words)}\n")
