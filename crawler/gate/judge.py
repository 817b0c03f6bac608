"""Is a part like those before it? Each metric against what is usual, with a reason where it is not."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Final

from crawler.gate.chance import NONE, Share, expected
from crawler.gate.comparing import exchanged, is_of_another_time, misplaced, repeated
from crawler.gate.lengths import Lengths
from crawler.gate.metrics import EVERY, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from crawler.gate.metrics import Metrics
    from crawler.gate.thresholds import Limit, Thresholds

Groups = dict[str, Share]
"""How many records show something, by category."""

ACCEPTED: Final = "accepted"
"""In the metrics of a part that a person released: the reasons for which it had been held back."""
WORDS: Final = {
    "coverage": "have {field}",
    "language": "are written in {field}",
    "precision": "are dated to the {field}",
    "replacement": "have U+FFFD in headline or text",
    "garbled": "have a text that was read by a wrong charset",
    "escaped": "show markup as text",
    "generic": "have a text that had to be guessed (extractor generic)",
    "title": "have the name of the site or of the category for a headline",
    "comments": "have comments by their number and show none, or empty ones",
    "future": "are dated more than a day ahead",
    "now": "are dated to the minutes in which they were read",
    "order": "are dated before the article with the number below theirs",
    "place": "are dated more than a week out of the order of their numbers",
    "exchanged": "name an author for publisher, or a publisher for author",
    "repeated": "are new and begin with the text of another article",
    "alike": "have the same {field} as another one",
    "walls": "ended at a wall",
    "unreadable": "gave no record",
    "changed": "that were known have changed",
    "gone": "that were known are gone or moved",
}
"""What a share of the records does."""
GOOD: Final = frozenset({"coverage", "language", "precision"})
"""Metrics of which there should be much; of all others there should be little."""

_RARE: Final = 0.05
_HEAVIEST: Final = 10  # times as much as the median part of the history a part of it may count
_ALWAYS: Final = 100.0  # records that any part may count as


@dataclass(frozen=True, slots=True)
class Case:
    """A metric that is a share, of a part and of those before it.

    Attributes:
        metric: its name; behind the point the field or value that it is about.
        now: what the part gives.
        before: what earlier parts gave, the newest first.
    """

    metric: str
    now: Groups
    before: Sequence[Groups]

    @property
    def is_good(self) -> bool:
        """Whether there should be much of it."""
        return self.metric.partition(".")[0] in GOOD

    def is_a_matter_of_taste(self) -> bool:
        """Whether it is neither on nearly all pages nor on hardly any: what editors do or not, and no template."""
        usual = sum(total(self.before).values(), NONE)
        return usual.records > 0 and _RARE < usual.count / usual.records < 1 - _RARE


def judge(metrics: Metrics, history: Sequence[Metrics], thresholds: Thresholds) -> list[str]:
    """Say why a part should not be published.

    Shares are compared category by category: one whose pages never show summaries may be read alone. Of a category
    that was never read nothing is usual; only floors hold for it, as they do for a site that was never read.

    Args:
        metrics: what `measure` gave for it.
        history: the same of earlier parts of this site that were published, the newest first. One that a person
            released (`ACCEPTED`) is the new normal of what it had been held back for.
        thresholds: what is tolerated.

    Returns:
        a reason for each metric that is not as it should be: metric, value, what is usual, threshold, setting.
    """
    older = is_of_another_time(metrics, history)
    reasons = []
    for case in cases(metrics, history):
        unusual = None if older and case.is_a_matter_of_taste() else against_usual(case, thresholds)
        reasons.append(unusual or against_floor(case, thresholds))
    known = [] if older else [Lengths.of(part) for part in since("length", history)]
    reasons.append(Lengths.of(metrics).judge(known, thresholds))
    return [reason for reason in reasons if reason]


def cases(metrics: Metrics, history: Sequence[Metrics]) -> Iterator[Case]:
    """Give every metric that is a share."""
    for name, groups in metrics["shares"].items():
        before = [groups_of(part["shares"].get(name, {})) for part in since(name, history)]
        yield Case(name, groups_of(groups), before)
    for name, values in (("language", "languages"), ("precision", "precisions")):
        usual = _commonest(values, history)
        if usual is not None:
            metric = f"{name}.{usual}"
            before = [_of_value(part[values], usual) for part in since(metric, history)]
            yield Case(metric, _of_value(metrics[values], usual), before)
    comparisons: dict[str, Callable[[Metrics, Sequence[Metrics]], Mapping[str, Sequence[float]]]] = {
        "place": misplaced,
        "exchanged": exchanged,
        "repeated": repeated,
    }
    for name, compare in comparisons.items():
        known = since(name, history)
        others = [[*known[:place], *known[place + 1 :]] for place in range(len(known))]
        before = [groups_of(compare(part, rest)) for part, rest in zip(known, others, strict=True)]
        yield Case(name, groups_of(compare(metrics, known)), before)


def against_usual(case: Case, thresholds: Thresholds) -> str | None:
    """Say how a metric differs from what is usual, if by more than is tolerated and than chance may bring about."""
    usual = total(case.before)
    whole = sum(usual.values(), NONE)
    if not whole.records:
        return None
    groups, count = [], 0.0
    for category, share in case.now.items():
        known = usual.get(category, NONE)
        if category in {UNKNOWN, EVERY}:
            known = whole
        if known.records and share.records:
            groups.append((int(share.records), known))
            count += share.count
    chances = expected(groups, whole)
    if not chances.records:
        return None
    setting, limit = thresholds.limit(case.metric)
    rate, bound = count / chances.records, _bound(case, chances.rate, limit)
    if case.is_good:
        unusual = rate < bound and chances.at_most(int(count)) < thresholds.chance
    else:
        unusual = rate > bound and chances.at_least(int(count)) < thresholds.chance
    if not unusual:
        return None
    return _words(case, rate, chances.records, f"usually {chances.rate:.1%}", bound, f"{setting}={list(limit)}")


def against_floor(case: Case, thresholds: Thresholds) -> str | None:
    """Say how a metric is worse than it should be anywhere, unless this site's always is."""
    setting, (_, floor) = thresholds.limit(case.metric)
    now, usual = sum(case.now.values(), NONE), sum(total(case.before).values(), NONE)
    if now.records < thresholds.fewest or not _beyond(case, now, floor):
        return None
    if usual.records >= thresholds.fewest and _beyond(case, usual, floor):
        return None
    known = f"usually {usual.count / usual.records:.1%}" if usual.records else "nothing is known of what is usual"
    return _words(case, now.count / now.records, int(now.records), known, floor, f"{setting}, floor")


def total(parts: Sequence[Groups]) -> Groups:
    """Add parts up; none counts so much that the others do not matter, as a backfill would among nightly runs."""
    sizes = [sum(share.records for share in part.values()) for part in parts]
    heaviest = max(_ALWAYS, _HEAVIEST * median(sizes)) if sizes else 0.0
    added: Groups = {}
    for part, size in zip(parts, sizes, strict=True):
        weight = min(1.0, heaviest / size) if size else 0.0
        for category, share in part.items():
            added[category] = added.get(category, NONE) + Share(share.count * weight, share.records * weight)
    return added


def _bound(case: Case, usual: float, limit: Limit) -> float:
    return usual * limit.threshold if case.is_good else usual + limit.threshold


def _beyond(case: Case, share: Share, floor: float) -> bool:
    rate = share.count / share.records
    return rate < floor if case.is_good else rate > floor


def _words(case: Case, share: float, records: int, usual: str, bound: float, setting: str) -> str:
    kind, _, field = case.metric.partition(".")
    what = WORDS[kind].format(field=field)
    wanted = f"{'at least' if case.is_good else 'at most'} {bound:.1%}"
    return f"{case.metric}: {share:.1%} of {records:,} articles {what}, {usual}, {wanted} wanted ({setting})"


def since(metric: str, history: Sequence[Metrics]) -> Sequence[Metrics]:
    """Give what tells what is usual of a metric: all that came since a person last accepted another one."""
    for place, part in enumerate(history):
        if any(reason.partition(":")[0] == metric for reason in part.get(ACCEPTED, ())):
            return history[: place + 1]
    return history


def groups_of(shares: Mapping[str, Sequence[float]]) -> Groups:
    """Read shares as they stand in metrics."""
    return {category: Share(count, records) for category, (count, records) in shares.items()}


def _of_value(values: Mapping[str, Mapping[str, int]], value: str) -> Groups:
    return {category: Share(counts.get(value, 0), sum(counts.values())) for category, counts in values.items()}


def _commonest(values: str, history: Sequence[Metrics]) -> str | None:
    """The value that most records of the history have; of a part as of the others, however long it is."""
    shares: dict[str, float] = {}
    for part in history:
        records = sum(sum(counts.values()) for counts in part[values].values())
        for counts in part[values].values():
            for value, count in counts.items():
                shares[value] = shares.get(value, 0) + count / records
    return max(shares, key=lambda value: shares[value], default=None)
