"""Which sites are to be started, and why the others are not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import urlsplit

from crawler.errors import CrawlerError, ExitCode, UnreachableError, UsageError, WallError
from crawler.sites import Site, find_site, profiles, read_profile
from crawler.spiders import arguments
from crawler.spiders.politeness import OutsideWindowError, keep_hours, leave_alone
from crawler.store import read_store
from crawler.store.store import DATABASE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crawler.store import RunInfo, StoreReader

DEMO: Final = "demo"
RUNS: Final = 200
"""Runs that are looked through for the last one of a job: single articles may have been asked for in between."""
SLACK: Final = timedelta(minutes=5)
"""A start comes some seconds after its timer; without slack an hourly site would be read every other hour."""
SKEW: Final = timedelta(hours=1)
"""What a run has begun further ahead of now than this, it has begun by a clock that was wrong."""

State = Literal["due", "not_due", "window", "left_alone", "faulty"]


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be done at each site.

    Attributes:
        spider: the spider's name.
        given: spider arguments, ``site`` not among them.
        only_due: whether sites are left out that were read lately.
    """

    spider: str
    given: Mapping[str, str]
    only_due: bool

    @property
    def name(self) -> str:
        """The job as the store names it."""
        return arguments.job_of(self.spider, self.given)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to become of a site.

    Attributes:
        name: the site's name.
        given: what its crawl is given as ``site``.
        host: its host, at which nothing else is read meanwhile; "" where that is not known.
        state: whether it is to be started.
        words: why not, else "".
        code: what it adds to the exit code of all.
        next_at: when it is due; aware, None for at once or not known.
        held: records that the gate holds back, which wait for a person.
    """

    name: str
    given: str
    host: str = ""
    state: State = "due"
    words: str = ""
    code: ExitCode = ExitCode.OK
    next_at: datetime | None = None
    held: int = 0


@dataclass(frozen=True, slots=True)
class Installation:
    """Where things lie.

    Attributes:
        data: ``DISCUZ_DATA_DIR``.
        sites: where the profiles lie.
        store_url: ``DISCUZ_STORE_URL``.
    """

    data: Path
    sites: Path
    store_url: str | None = None


def plan(names: Sequence[str], job: Job, at: Installation, now: datetime) -> list[Plan]:
    """Say what is to become of each site, in the order in which they are started.

    Those that have been due for longest come first, for most of them are over in a minute; then those that are new or
    were cut short, which may take hours.

    Args:
        names: sites as a person gives them; none for every profile that is enabled.
        job: what is to be done.
        at: where profiles and stores lie.
        now: aware.

    Raises:
        UsageError: a site that is given is not known. A faulty profile is a plan of its own, so that the others are
            read all the same.
    """
    plans = [_look(one, job, at, now) for one in (_given(names, at) if names else _enabled(at))]
    return sorted(plans, key=lambda one: (one.next_at or datetime.max.replace(tzinfo=UTC), one.name))


def _given(names: Sequence[str], at: Installation) -> Iterator[tuple[str, Site] | Plan]:
    """Find the sites that a person named, each once."""
    seen = set()
    for name in names:
        if name == DEMO:
            found: tuple[str, Site] | Plan = (DEMO, Site(name=DEMO, url="http://127.0.0.1/", own_process=True))
        else:
            try:
                site = find_site(name, at.sites)
            except UsageError:
                if not (at.sites / f"{name}.toml").is_file():
                    raise
                found = _read(at.sites / f"{name}.toml")
            else:
                found = (site.name if site.profile else name, site)
        called = found.name if isinstance(found, Plan) else found[1].name
        if called not in seen:
            seen.add(called)
            yield found


def _enabled(at: Installation) -> Iterator[tuple[str, Site] | Plan]:
    for path in profiles(at.sites):
        found = _read(path)
        if isinstance(found, Plan) or found[1].enabled:
            yield found


def _read(path: Path) -> tuple[str, Site] | Plan:
    try:
        return path.stem, read_profile(path)
    except UsageError as error:
        return Plan(path.stem, path.stem, state="faulty", words=str(error), code=error.exit_code)


def _look(found: tuple[str, Site] | Plan, job: Job, at: Installation, now: datetime) -> Plan:
    if isinstance(found, Plan):
        return found
    given, site = found
    known = Plan(site.name, given, urlsplit(site.url).hostname or "")
    try:
        if (at.data / site.name / DATABASE).exists() or at.store_url:  # else it was never read
            with read_store(at.data / site.name, url=at.store_url) as store:
                held = sum(part.records for part in store.held_parts())
                known = replace(known, held=held, next_at=due_at(_last(store, job), site.every, now))
                if job.only_due and known.next_at is not None and known.next_at > now:
                    return replace(known, state="not_due", words=f"due at {told(known.next_at)}")
                leave_alone(site, store, now)
        keep_hours(site, now)
    except OutsideWindowError as error:
        return replace(known, state="window", words=str(error))
    except (UnreachableError, WallError) as error:
        # The run that was told so has ended with that code; those that heed it until then have nothing to complain of.
        return replace(known, state="left_alone", words=str(error))
    except CrawlerError as error:
        return replace(known, state="faulty", words=str(error), code=error.exit_code)
    return known


def _last(store: StoreReader, job: Job) -> RunInfo | None:
    return next((run for run in store.run_list(RUNS) if run.job == job.name), None)


def due_at(last: RunInfo | None, every: timedelta, now: datetime) -> datetime | None:
    """Say when a job is due again.

    Args:
        last: its last run, None if there was none.
        every: its period, counted from start to start.
        now: aware.

    Returns:
        the moment, aware; None for at once: it never ran, a signal or a limit has cut it short, or the clock was wrong.
        A run that a bug has ended waits as long as any other.
    """
    if last is None or (last.state == "interrupted" and last.exit_code == ExitCode.INTERRUPTED):
        return None
    moment = last.started_at
    if last.state == "interrupted" and last.ended_at is not None:
        moment = max(moment, last.ended_at)  # gone on with again and again, it keeps the moment of its first start
    return None if moment > now + SKEW else moment + every - min(every / 10, SLACK)


def told(moment: datetime) -> str:
    """Write a moment for a person, by the clocks of this machine."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M %z}"


def next_due(plans: Iterable[Plan]) -> Plan | None:
    """Give the site that is due next of those that are not yet."""
    later = [(one.next_at, one.name, one) for one in plans if one.state == "not_due" and one.next_at is not None]
    return min(later)[2] if later else None
