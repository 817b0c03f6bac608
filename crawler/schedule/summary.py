"""One summary of all sites: tables for a person, an object for a program, a line for the end."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from crawler.errors import ExitCode, leading
from crawler.extensions.sheet import Row, Section
from crawler.extensions.textfile import Value
from crawler.schedule.outcome import NOT_STARTED, WORDS
from crawler.schedule.planning import told

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from crawler.schedule.outcome import Outcome

HEADER: Final = ("site", "ended", "new", "changed", "gone", "missing", "held back", "time", "log")
NAMED: Final = 5
"""Sites that the last line names of each kind."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What came of all sites.

    Attributes:
        job: what was done at each, as the store names it.
        started_at: when the first was looked at; aware.
        ended_at: when the last had ended; aware.
        outcomes: site by site.
        interrupted: name of the signal that ended it, "" for none.
    """

    job: str
    started_at: datetime
    ended_at: datetime
    outcomes: Sequence[Outcome]
    interrupted: str = ""

    @property
    def code(self) -> ExitCode:
        """The first of 7 6 2 8 1 4 3 5 0 that a site ended with."""
        codes = [one.code for one in self.outcomes if one.code is not None]
        return leading([*codes, *([ExitCode.INTERRUPTED] if self.interrupted else [])])

    @property
    def is_well(self) -> bool:
        """Whether nobody need look: all went well, or was cut short by a limit or the end of its hours, and goes on."""
        cut = {None, ExitCode.OK, ExitCode.INTERRUPTED}
        return not self.interrupted and all(one.code in cut and not one.signal for one in self.outcomes)

    @property
    def _next(self) -> Outcome | None:
        later = [one for one in self.outcomes if one.state == "not_due" and one.next_at is not None]
        return min(later, key=lambda one: (one.next_at, one.site), default=None)

    def sections(self) -> Iterator[Section]:
        """Give it as tables. Sites that are not due are only counted: of hundreds they are most, at any time."""
        started = [one for one in self.outcomes if one.is_started]
        yield Section(f"crawl-all · {self.job}", [_row(one) for one in started], HEADER)
        # Where all is well the table says it; a dry run has nothing but words.
        said = [one for one in started if one.words and (one.code or not one.run)]
        rows = [Row((one.site, one.words), "bad" if one.code else "plain") for one in said]
        yield Section("What they said", rows)
        others = [one for one in self.outcomes if not one.is_started and one.state != "not_due"]
        rows = [Row((one.site, one.told, one.words), "bad" if one.code else "dim") for one in others]
        yield Section("Not started", rows)
        # Theirs is in the first table, beside what else came of them.
        held = [one for one in self.outcomes if one.held and not one.is_started]
        told_held = [Row((one.site, f"{one.held:,} records", f"scrapy report {one.site}"), "bad") for one in held]
        yield Section("Held back, waiting for a person", told_held)

    def as_dict(self) -> dict[str, Any]:
        """Give it for a program."""
        return {
            "job": self.job,
            "started_at": self.started_at.isoformat(),
            "ended_at": self.ended_at.isoformat(),
            "exit_code": int(self.code),
            "summary": self.words,
            "interrupted": self.interrupted or None,
            "sites": [one.as_dict() for one in self.outcomes],
        }

    def values(self) -> Iterator[Value]:
        """Give it for Prometheus."""
        yield Value("discuz_crawl_all_start_timestamp_seconds", self.started_at.timestamp())
        yield Value("discuz_crawl_all_end_timestamp_seconds", self.ended_at.timestamp())
        yield Value("discuz_crawl_all_exit_code", self.code)
        kinds = Counter[str](dict.fromkeys((*map(_label, ExitCode), *NOT_STARTED, "under_way"), 0))
        for one in self.outcomes:
            kinds[_label(one.code) if one.state == "ended" and one.code is not None else one.state] += 1
        yield from (Value("discuz_crawl_all_sites", number, (kind,)) for kind, number in kinds.items())

    @property
    def words(self) -> str:
        """Give the last line: how many ended well, and which did not, by how they ended."""
        if not self.outcomes:
            return "crawl-all: no site has a profile yet: scrapy probe https://www.example.com/ --save makes one"
        started = [one for one in self.outcomes if one.is_started]
        words = [f"{len(started):,} of {len(self.outcomes):,} sites started"]
        if well := sum(not one.code for one in started):
            words.append(f"{well:,} well")
        names: dict[str, list[str]] = {}
        for one in self.outcomes:
            if one.code:
                names.setdefault(f"{WORDS[one.code]} ({int(one.code)})", []).append(one.site)
        words += [f"{what}: {_some(sites)}" for what, sites in names.items()]
        states = Counter(one.state for one in self.outcomes if not one.is_started and not one.code)
        words += [f"{number:,} {NOT_STARTED[state]}" for state, number in states.items()]
        if not started and (later := self._next) is not None and later.next_at is not None:
            words.append(f"the next is {later.site}, at {told(later.next_at)}")
        if self.interrupted:
            words.append(f"interrupted by {self.interrupted}: start again to go on")
        return f"crawl-all: {', '.join(words)}"


def _label(code: ExitCode) -> str:
    return f"exit_{int(code)}"


def _row(one: Outcome) -> Row:
    ran = bool(one.run)
    cells = (
        one.site,
        one.told,
        f"{one.new:,}" if ran else "-",
        f"{one.changed:,}" if ran else "-",
        f"{one.gone:,}" if ran else "-",
        "-" if not ran else "?" if one.missing is None else f"{one.missing:,}",
        f"{one.held:,}",
        str(timedelta(seconds=round(one.seconds))),
        str(one.log or "-"),
    )
    return Row(cells, "bad" if one.code else "good")


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{', '.join(names[:NAMED])}{more}"
