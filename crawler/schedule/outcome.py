"""What came of each site."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from crawler.errors import CrawlerError, ExitCode
from crawler.store import read_store

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from crawler.schedule.child import Ended
    from crawler.schedule.planning import Plan

WORDS: Final = {
    ExitCode.OK: "well",
    ExitCode.BUG: "a bug",
    ExitCode.USAGE: "wrong use",
    ExitCode.UNREACHABLE: "not reached",
    ExitCode.WALL: "a wall",
    ExitCode.HELD: "held back",
    ExitCode.RUNNING: "under way",
    ExitCode.STORAGE: "storage",
    ExitCode.INTERRUPTED: "interrupted",
}
"""Exit codes in words."""
NOT_STARTED: Final = {
    "not_due": "not due",
    "window": "outside its hours",
    "left_alone": "asked to be left alone",
    "faulty": "cannot be started",
    "waits": "waits for another crawl-all",
    "stopped": "not started",
}
"""Why a site was not started, in words."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a site.

    Attributes:
        site: its name.
        state: ``ended``; ``under_way``, where another process reads it; else why it was not started
            (`NOT_STARTED`).
        code: what it adds to the exit code of all; None where it was not started and nothing is wrong with that.
        words: the last line of its crawl, or why there was none.
        signal: name of the signal that ended its crawl, "" for none.
        seconds: that its crawl took.
        run: id of its run, "" where there was none.
        new: articles that are new, or were gone and are back.
        changed: known articles that have changed.
        gone: articles that are gone, or lead elsewhere now.
        missing: articles that the site has and we have not; None if that is not proved.
        held: records of all its runs that the gate holds back.
        log: where to read on, None where nothing was written.
        next_at: when it is due; aware, None where that is not known.
    """

    site: str
    state: str
    code: ExitCode | None
    words: str = ""
    signal: str = ""
    seconds: float = 0.0
    run: str = ""
    new: int = 0
    changed: int = 0
    gone: int = 0
    missing: int | None = None
    held: int = 0
    log: Path | None = None
    next_at: datetime | None = None

    @property
    def is_started(self) -> bool:
        """Whether a crawl of it was started."""
        return self.state in {"ended", "under_way"}

    @property
    def told(self) -> str:
        """How it ended, in words."""
        if self.state == "under_way":
            return "under way already"
        if not self.is_started or self.code is None:
            return NOT_STARTED[self.state]
        return f"{WORDS[self.code]} ({self.signal or int(self.code)})" if self.code else WORDS[self.code]

    def as_dict(self) -> dict[str, Any]:
        """Give it for a program."""
        return {
            "site": self.site,
            "state": self.state,
            "exit_code": None if self.code is None else int(self.code),
            "words": self.words,
            "signal": self.signal or None,
            "seconds": round(self.seconds, 1),
            "run_id": self.run or None,
            "new": self.new,
            "changed": self.changed,
            "gone": self.gone,
            "missing": self.missing,
            "held": self.held,
            "log": None if self.log is None else str(self.log),
            "next_at": None if self.next_at is None else self.next_at.isoformat(),
        }


def not_started(plan: Plan, state: str = "", words: str = "") -> Outcome:
    """Say that a site was not started.

    Args:
        plan: what was to become of it.
        state: why not, where it was due.
        words: the same at length.
    """
    code = plan.code or None
    return Outcome(plan.name, state or plan.state, code, words or plan.words, held=plan.held, next_at=plan.next_at)


def outcome(plan: Plan, ended: Ended, since: datetime, folder: Path, said: Path, *, url: str | None = None) -> Outcome:
    """Say what came of a site whose crawl has ended, by what its store tells.

    Args:
        plan: what was to become of it.
        ended: how the crawl ended.
        since: when it was started; aware.
        folder: the site's.
        said: what the crawl wrote.
        url: ``DISCUZ_STORE_URL``.
    """
    known = Outcome(plan.name, "ended", ended.code, ended.words, ended.signal, ended.seconds, held=plan.held, log=said)
    try:
        with read_store(folder, url=url) as store:
            known = replace(known, held=sum(part.records for part in store.held_parts()))
            last = next(iter(store.run_list(1)), None)
            if last is None:
                return known
            # One that was gone on with still has the end of its last time.
            end = None if last.state == "running" else last.ended_at
            if end is not None and end < since:
                return known
            if end is not None and ended.signal and last.exit_code is not None:
                # The signal came when all was done, and the process on its way out.
                known = replace(known, code=ExitCode(last.exit_code), words=ended.line, signal="")
            if last.state == "running" and ended.code is ExitCode.OK:  # it was told `if_running=ok`
                return replace(known, state="under_way")
            did = Counter[str]()
            for change in store.changes(last.run_id):
                did[change.what] += change.articles
    except CrawlerError:
        return known
    kept = folder / "runs" / last.run_id
    return replace(
        known,
        run=last.run_id,
        new=did["new"] + did["back"],
        changed=did["changed"],
        gone=did["gone"] + did["moved"],
        missing=_missing(kept / "report.json"),
        log=kept / "crawl.log" if (kept / "crawl.log").exists() else said,
    )


def _missing(report: Path) -> int | None:
    """Read from a run's report how many articles are missing; None where it does not say so."""
    try:
        missing = json.loads(report.read_bytes())["completeness"]["total"]["missing"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return missing if isinstance(missing, int) else None
