"""How a run went that came to its end: exit code and last line."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.errors import ExitCode
from crawler.spiders.policy import KEEPS_OUT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Self

    from crawler.sites import Site
    from crawler.store import Change, Counts, HeldPart

MOST_REASONS = 2
"""Reasons of the gate, and of articles that failed, in the last line; all of them are in the run's report."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of a run's units.

    Attributes:
        did: articles by what the run did to them (`crawler.store.What`).
        listings: listing pages that were read.
        read: units of any kind that ended because the site answered.
        walled: units that a wall keeps us from.
        robots: units that robots.txt kept us from.
        absent: known articles that were not there, and are looked for again.
        skipped: reasons of the articles that gave no record, with their number.
        left: articles that a later run will try.
        failed: reasons of those of them that were tried, with their number.
        barred: reasons of the listing pages that guests may not read, with their number.
        unread: listing pages that could not be read.
    """

    did: Mapping[str, int]
    listings: int
    read: int
    walled: int
    robots: int
    absent: int
    skipped: Mapping[str, int]
    left: int
    failed: Mapping[str, int]
    barred: Mapping[str, int]
    unread: int

    @classmethod
    def of(cls, counts: Counts, changes: Iterable[Change]) -> Self:
        """Count units, and what was done to articles."""
        robots = sum(c.units for c in counts.run if c.reason == "robots")
        behind = [c for c in counts.run if c.reason in KEEPS_OUT]
        skipped: Counter[str] = Counter()
        failed: Counter[str] = Counter()
        did: Counter[str] = Counter()
        for count in counts.run:
            if count.kind == "article" and count.state == "skipped":
                skipped[count.reason] += count.units
            elif count.kind == "article" and count.state == "failed":
                failed[count.reason] += count.units
        for change in changes:
            did[change.what] += change.articles
        return cls(
            did=did,
            listings=sum(c.units for c in counts.run if c.kind == "listing" and c.state == "done"),
            read=sum(c.units for c in counts.run if c.state in {"done", "skipped"} and c not in behind) - robots,
            walled=sum(c.units for c in behind),
            robots=robots,
            absent=sum(c.units for c in counts.run if c.state == "done" and c.reason == "missing"),
            skipped=skipped,
            failed=failed,
            barred={c.reason: c.units for c in behind if c.kind == "listing" and c.state == "skipped"},
            unread=sum(c.units for c in counts.run if c.kind == "listing" and c.state == "failed"),
            left=sum(c.units for c in counts.run if c.kind == "article" and c.state in {"todo", "failed"}),
        )

    @property
    def news(self) -> int:
        """Articles that are new, changed, back, or lead elsewhere now."""
        return sum(self.did.get(what, 0) for what in ("new", "changed", "back", "moved"))


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the gate said.

    Attributes:
        reasons: what is wrong with the run as a whole.
        held: the parts that are held back; some may be of a run that this one closed.
        run: the run's id.
    """

    reasons: Sequence[str] = ()
    held: Sequence[HeldPart] = ()
    run: str = ""

    def words(self, site: Site) -> str:
        """Say it for the last line; nothing if the gate let everything pass."""
        reasons = list(dict.fromkeys([*(one for part in self.held for one in part.reasons), *self.reasons]))
        if not reasons and not self.held:
            return ""
        told = "; ".join(reasons[:MOST_REASONS])
        if len(reasons) > MOST_REASONS:
            told += f"; and {len(reasons) - MOST_REASONS} more in the run's report"
        if not self.held:
            unlike = f"the gate found the run unlike those before it ({told}), with nothing to hold back"
            return f"{unlike}: look at the site; if it is right, scrapy report {site.name} --accept {self.run}"
        names = ", ".join(f"quarantine/{part.name}" for part in self.held)
        runs = list(dict.fromkeys(part.name.rpartition("-")[0] for part in self.held))
        run = runs[0] if len(runs) == 1 else "RUN"
        which = "" if len(runs) == 1 else f", RUN being {' and '.join(runs)}"
        mend = f"scrapy report {site.name} --accept {run}, or --reject {run}{which}"
        return f"the gate holds back {names} ({told}): look at it, then {mend}"


def verdict(
    site: Site,
    tally: Tally,
    *,
    bugs: int,
    judgement: Judgement,
    missing: str = "",
    wall: str = "",
    has_read: bool = False,
) -> tuple[ExitCode, str]:
    """Give exit code and last line of a run that had nothing left to do.

    Args:
        site: what was read.
        tally: what became of its units.
        bugs: how many units our own code failed on.
        judgement: what the gate said.
        missing: in words, what the site has and we have not; empty for nothing.
        wall: in words, the last wall that kept this process out; empty for none.
        has_read: whether it has read something that ended no unit, such as a feed that named nothing new.
    """
    did = tally.did.get
    words = [f"{tally.news:,} articles new or changed"]
    words += [f"{did('gone', 0):,} gone"] if did("gone") else []
    words += [f"{did('comments', 0):,} with new comments"] if did("comments") else []
    words += [f"{tally.absent:,} not found any more, looked for again"] if tally.absent else []
    words += [f"{number:,} skipped ({reason})" for reason, number in sorted(tally.skipped.items())]
    words += [f"{number:,} listing pages skipped ({reason})" for reason, number in sorted(tally.barred.items())]
    words += [f"{tally.left:,} left for the next run{_why(tally.failed)}"] if tally.left else []
    words += [f"{tally.unread:,} listing pages not read, the next run tries again"] if tally.unread else []
    words += [missing] if missing else []
    held = judgement.words(site)
    summary = f"{site.name}: {', '.join(words)}{f'; {held}' if held else ''}"
    if bugs:
        return ExitCode.BUG, f"{summary}; a bug of ours ended {bugs:,} of them: please report it with the log"
    if not tally.read and tally.robots:
        return ExitCode.WALL, f"site={site.url!r}: its robots.txt keeps us out of everything that was asked for"
    if not tally.read and tally.walled and (tally.left or tally.unread or not has_read):
        generic = f"site={site.url!r}: nothing could be read: all that was asked for is behind a wall"
        return ExitCode.WALL, wall or generic
    if not tally.read and (tally.left or tally.unread):
        return ExitCode.UNREACHABLE, f"site={site.url!r}: nothing could be read; try it in a browser, then start again"
    return ExitCode.HELD if held else ExitCode.OK, summary


def _why(failed: Mapping[str, int]) -> str:
    """Say why articles failed, the most frequent reasons first."""
    most = sorted(failed.items(), key=lambda one: (-one[1], one[0]))
    told = [f"{number:,} {reason}" for reason, number in most[:MOST_REASONS]]
    return f" ({', '.join([*told, *(['…'] if len(most) > MOST_REASONS else [])])})" if told else ""
