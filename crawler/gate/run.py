"""A whole run: what its parts do not show, because it never became a record."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any, Final

from crawler.discuz.walls import REFUSALS, Wall
from crawler.gate.judge import ACCEPTED, Case, against_floor, against_usual, groups_of, since
from crawler.gate.metrics import EVERY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crawler.gate.metrics import Metrics
    from crawler.gate.thresholds import Thresholds
    from crawler.store import Category, Change, Count, Run, RunInfo, StoreReader

METRICS: Final = "discuz/gate/run"
"""The stat of a run that holds what `measure_run` gave."""
REASONS: Final = "discuz/gate/reasons"
"""The stat that holds what `judge_run` gave."""
FACT: Final = "gate"
"""The store's fact that holds, by run id, the reasons of runs that a person accepted: ``{"accepted": {…}}``."""

_SAYS_NOTHING_OF_LINES: Final = frozenset({"age"})
"""Metrics of the lists alone. That nothing was published for long, or that a list stands still, makes what else the run
has read (known articles that changed or went, comments) no worse."""
_GONE_BY_RIGHT: Final = {Wall.MISSING_ARTICLE, Wall.MISSING_CATEGORY, Wall.CLOSED_CATEGORY}
_WALLS: Final = frozenset(
    {*(str(wall) for wall in Wall if wall not in _GONE_BY_RIGHT), *(f"http_{status}" for status in REFUSALS)}
)
_UNREADABLE: Final = ("no_", "other_article", "page_", "more_than_")
"""How the reasons begin of articles that were answered, and gave no record."""
_SCHEDULED: Final = "portal"
"""The spider that asks for what lists and feed name; others try numbers that may never have been given out."""
_LIST_GONE: Final = {
    *map(str, (Wall.MISSING_CATEGORY, Wall.CLOSED_CATEGORY, Wall.NO_PERMISSION, Wall.LOGIN, Wall.NOTICE)),
    "no_listing",
}
_FEWEST_RUNS: Final = 3
_AT_ONCE: Final = 100
_MINUTE: Final = 60
_DAY: Final = 24 * 60 * 60


def measure_run(run: Run, units: Iterable[Count], changes: Iterable[Change], categories: Iterable[Category]) -> Metrics:
    """Measure a run that has nothing left to do.

    Args:
        run: the run.
        units: how its units stand.
        changes: what it did to articles.
        categories: as they are known now.

    Returns:
        ``job``; ``shares`` as of a part, of ``walls`` among units that were answered, ``unreadable`` articles, known
        ones that ``changed`` or are ``gone``; ``records`` that are new; ``lists``, entries on the first page of each
        list that was walked; ``unread`` lists; ``age`` of the newest article that they name, in minutes
    """
    counts = list(units)
    known = list(categories)
    # A known article that a wall bars is done: its record stays.
    walls = sum(one.units for one in counts if one.state != "todo" and one.reason in _WALLS)
    done = sum(one.units for one in counts if one.state == "done" and one.reason not in _WALLS)
    articles = [one for one in counts if one.kind == "article"]
    reasons = (*_UNREADABLE, str(Wall.MISSING_ARTICLE)) if run.spider == _SCHEDULED else _UNREADABLE
    unread = sum(one.units for one in articles if one.state in {"failed", "skipped"} and one.reason.startswith(reasons))
    read = sum(one.units for one in articles if one.state == "done")
    missing = sum(one.units for one in articles if one.state == "done" and one.reason == "missing")
    became: dict[str, int] = {}
    for change in changes:
        became[change.what] = became.get(change.what, 0) + change.articles
    changed, gone = became.get("changed", 0), missing + became.get("gone", 0) + became.get("moved", 0)
    again = changed + gone + became.get("unchanged", 0) + became.get("comments", 0) + became.get("back", 0)
    shares = {
        "walls": [walls, done + walls],
        "unreadable": [unread, read + unread],
        "changed": [changed, again],
        "gone": [gone, again],
    }
    newest = max((one.head_at for one in known if one.head_at), default=None)
    return {
        "job": run.job,
        "shares": {name: {EVERY: share} for name, share in shares.items()},
        "records": became.get("new", 0),
        "lists": {
            one.key: len(one.head) for one in known if one.walked_at is not None and one.walked_at >= run.started_at
        },
        "unread": sum(
            one.units
            for one in counts
            if one.kind == "listing" and one.state in {"failed", "skipped"} and one.reason in _LIST_GONE
        ),
        "age": round((run.started_at - newest).total_seconds() / _MINUTE)
        if newest is not None and run.spider == _SCHEDULED
        else None,
    }


def judge_run(metrics: Metrics, history: Sequence[Metrics], thresholds: Thresholds) -> list[str]:
    """Say what is wrong with a run as a whole.

    Args:
        metrics: what `measure_run` gave for it.
        history: the same of earlier runs of this site that nothing was wrong with, or that a person accepted, the
            newest first.
        thresholds: what is tolerated.

    Returns:
        a reason for each metric that is not as it should be.
    """
    reasons = []
    for name, shares in metrics["shares"].items():
        before = [groups_of(earlier["shares"].get(name, {})) for earlier in since(name, history)]
        case = Case(name, groups_of(shares), before)
        if any(share.records for share in case.now.values()):
            reasons.append(against_usual(case, thresholds) or against_floor(case, thresholds))
    reasons += [
        _lists(metrics, since("lists", history), thresholds),
        _records(metrics, since("records", history), thresholds),
        _age(metrics, since("age", history), thresholds),
    ]
    return [reason for reason in reasons if reason]


def judge_end(store: StoreReader, run: Run, thresholds: Thresholds) -> tuple[Metrics, list[str]]:
    """Measure and judge a run whose last part is still open; everything is committed.

    Args:
        store: the site's.
        run: the run.
        thresholds: what is tolerated.

    Returns:
        what to keep of the run as the stats `METRICS` and `REASONS`; for which of the reasons its last part is held
        back, `holding` says.
    """
    metrics = measure_run(run, store.counts().run, store.changes(run.seq), store.categories())
    return metrics, judge_run(metrics, list(earlier_runs(store, thresholds.runs)), thresholds)


def holding(reasons: Sequence[str]) -> Sequence[str]:
    """Give the reasons to hold back what a run has read: all, or none where none of them says anything of its lines.

    >>> holding(["age: the newest article is 40.0 days old"])
    []
    """
    told = {reason.partition(":")[0] for reason in reasons}
    return reasons if told - _SAYS_NOTHING_OF_LINES else []


def earlier_runs(store: StoreReader, limit: int) -> Iterator[Metrics]:
    """Give what was measured of the last runs that nothing was wrong with, the newest first.

    However far back they lie: what is wrong does not become usual by going on for long.
    """
    accepted: Mapping[str, Any] = store.recall(FACT).get("accepted", {})
    for info in _runs(store):
        stats = info.stats or {}
        if METRICS not in stats or (stats.get(REASONS) and info.run_id not in accepted):
            continue
        metrics = dict(stats[METRICS])
        if info.run_id in accepted:
            metrics[ACCEPTED] = accepted[info.run_id]
        yield metrics
        limit -= 1
        if not limit:
            return


def _runs(store: StoreReader) -> Iterator[RunInfo]:
    """Give all runs, the newest first, as many at once as tell what is usual of nearly any site."""
    before: int | None = None
    while some := store.run_list(_AT_ONCE, before=before):
        yield from some
        before = some[-1].seq


def _lists(metrics: Metrics, history: Sequence[Metrics], thresholds: Thresholds) -> str | None:
    """Lists that named articles the last time, and name none."""
    setting, (threshold, floor) = thresholds.limit("lists")
    last: dict[str, int] = {}
    for earlier in reversed(history):
        last |= earlier["lists"]
    emptied = sorted(key for key, entries in metrics["lists"].items() if not entries and last.get(key))
    number = len(metrics["lists"]) + metrics["unread"]
    if not number or not history:
        return None
    share = (len(emptied) + metrics["unread"]) / number
    usual = median([earlier["unread"] / max(1, len(earlier["lists"]) + earlier["unread"]) for earlier in history])
    bound = min(usual + threshold, floor)
    if share <= bound:
        return None
    names = f" (emptied: {', '.join(emptied[:10])})" if emptied else ""
    return (
        f"lists: {share:.1%} of {number:,} lists are empty or gone{names}, usually {usual:.1%},"
        f" at most {bound:.1%} wanted ({setting}={[threshold, floor]})"
    )


def _records(metrics: Metrics, history: Sequence[Metrics], thresholds: Thresholds) -> str | None:
    """Many more new articles than this job usually finds."""
    setting, (times, least) = thresholds.limit("records")
    same = [earlier["records"] for earlier in history if earlier["job"] == metrics["job"]]
    if len(same) < _FEWEST_RUNS:
        return None
    bound = max(times * median(same), least)
    if metrics["records"] <= bound:
        return None
    return (
        f"records: {metrics['records']:,} new articles, usually {median(same):,.0f} in a run of this job,"
        f" at most {bound:,.0f} wanted ({setting}={[times, least]})"
    )


def _age(metrics: Metrics, history: Sequence[Metrics], thresholds: Thresholds) -> str | None:
    """The newest article of the lists is older than it usually is."""
    setting, (times, days) = thresholds.limit("age")
    ages = [earlier["age"] for earlier in history if earlier["age"] is not None]
    if metrics["age"] is None or len(ages) < _FEWEST_RUNS:
        return None
    bound = max(times * median(ages), days * _DAY / _MINUTE)
    if metrics["age"] <= bound:
        return None
    in_days = _DAY / _MINUTE
    return (
        f"age: the newest article is {metrics['age'] / in_days:,.1f} days old, usually {median(ages) / in_days:,.1f},"
        f" at most {bound / in_days:,.1f} wanted ({setting}={[times, days]})"
    )
