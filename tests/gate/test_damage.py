"""Must show: each kind of damage is held back in the first part that has it, and nothing else ever is."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from crawler.gate import Thresholds, judge, measure
from fixtures.portal.damage import DAMAGES
from tests.gate.reading import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crawler.gate.metrics import Metrics

FIRST, NIGHTS = 300, 3
OLD = 150
"""Articles of a portal that is read night by night from then on."""
HANDFUL = 8
MORE = {"no-author-and-source": 24, "no-pictures": 24, "no-summary": 16, "no-comments": 60}
"""Articles that it takes where many have none anyway: half of them no picture, most of them no comment."""
OTHERS_PAGES = "others-pages"
"""Of those no record comes: they name another number."""
SEEN_AS = {
    "bodies-advertised": "alike.article_body",
    "bodies-cut": "length",
    "bodies-empty": "coverage.article_body",
    "bodies-english": "language.zh",
    "bodies-escaped": "escaped",
    "bodies-first-paragraph": "length",
    "bodies-notice": "alike.article_body",
    "dates-ahead": "future",
    "dates-now": "now",
    "dates-old": "place",
    "dates-swapped": "place",
    "dates-without-time": "precision.minute",
    "dates-zero": "place",
    "login-everywhere": "generic",
    "login-form": "generic",
    "mojibake": "garbled",
    "mojibake-latin": "garbled",
    "names-exchanged": "exchanged",
    "no-author-and-source": "coverage.authors",
    "no-comments": "comments",
    "no-counts": "coverage.view_count",
    "no-date": "coverage.date_published",
    "no-fields": "coverage.publisher",
    "no-meta-line": "coverage.date_published",
    "no-neighbours": "coverage.neighbours",
    "no-path": "coverage.breadcrumbs",
    "no-pictures": "coverage.images",
    "no-publisher": "coverage.publisher",
    "no-reactions": "coverage.reactions",
    "no-summary": "coverage.description",
    "others-articles": "repeated",
    "replaced-letters": "replacement",
    "strange-template": "generic",
    "titles-alike": "alike.headline",
    "titles-of-the-site": "title",
}


KINDS: list[dict[str, Any]] = [
    {"content": "full"},
    {"content": "full", "charset": "big5", "template": "x3.1"},
    {"content": "full", "charset": "gbk", "template": "x3.5", "seed": 2},
]
"""Portals that nights are read of; the last one, unless ``--damage-all`` is given."""


class Known(NamedTuple):
    """A portal some nights after it was read for the first time, what was measured, and the first new number."""

    portal: Reader
    history: list[Metrics]
    new: int


@pytest.fixture(scope="module")
def known() -> Known:
    """A portal that was read as a whole, and then for some nights."""
    size = FIRST + NIGHTS * HANDFUL + max(MORE.values())
    portal = Reader(articles=size)
    rest = portal.aids()
    history = [measure(portal.lines(rest[:FIRST]))]
    for night in range(NIGHTS):
        first = FIRST + night * HANDFUL
        history.insert(0, measure(portal.lines(rest[first : first + HANDFUL])))
    return Known(portal, history, rest[FIRST + NIGHTS * HANDFUL])


def test_every_damage_is_expected() -> None:
    assert SEEN_AS.keys() == DAMAGES.keys() - {OTHERS_PAGES}


@pytest.mark.parametrize("number", sorted({HANDFUL, *MORE.values()}))
def test_the_same_part_undamaged_is_not_held_back(known: Known, thresholds: Thresholds, number: int) -> None:
    news = known.portal.aids(known.new)[:number]
    assert judge(measure(known.portal.lines(news)), known.history, thresholds) == []


@pytest.mark.parametrize("damage", SEEN_AS)
def test_damage_is_held_back_in_the_first_part_that_has_it(known: Known, thresholds: Thresholds, damage: str) -> None:
    news = known.portal.aids(known.new)[: MORE.get(damage, HANDFUL)]
    reasons = judge(measure(known.portal.lines(news, damage)), known.history, thresholds)
    assert SEEN_AS[damage] in [reason.partition(":")[0] for reason in reasons]


@pytest.mark.parametrize("damage", sorted({"no-publisher", "bodies-notice", "mojibake", "dates-old"}))
def test_what_a_person_accepts_is_usual_from_then_on(known: Known, thresholds: Thresholds, damage: str) -> None:
    news = known.portal.aids(known.new)
    first, second = (
        measure(known.portal.lines(some, damage)) for some in (news[:HANDFUL], news[HANDFUL : 2 * HANDFUL])
    )
    reasons = judge(first, known.history, thresholds)
    assert judge(second, known.history, thresholds) != []
    accepted = [{**first, "accepted": reasons}, *known.history]
    assert judge(second, accepted, thresholds) == []
    other = measure(known.portal.lines(news[: 2 * HANDFUL], "bodies-escaped"))
    assert judge(other, accepted, thresholds) != []


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "options" in metafunc.fixturenames:
        kinds = KINDS if metafunc.config.getoption("--damage-all") else KINDS[-1:]
        metafunc.parametrize("options", kinds, ids=lambda options: "-".join(map(str, options.values())))


def test_thirty_undamaged_runs_give_no_alarm(thresholds: Thresholds, options: dict[str, Any]) -> None:
    """Nightly, of single categories, of a growing portal; after a backfill, and with one long after the first."""
    portal = Reader(articles=360, **options)
    lines = {aid: portal.line(aid, "", 1) for aid in portal.aids()}
    measured = {aid: line for aid, line in lines.items() if line is not None}
    for schedule in SCHEDULES:
        history: list[Metrics] = []
        runs = 0
        for aids in schedule(portal, Random(schedule.__name__)):
            if not aids:
                continue
            metrics = measure(measured[aid] for aid in aids)
            assert judge(metrics, history[: thresholds.runs], thresholds) == [], (schedule.__name__, runs, len(aids))
            history.insert(0, metrics)
            runs += 1
        assert runs >= 30


def nightly(portal: Reader, rng: Random) -> Iterator[Sequence[int]]:
    """A backfill of all that there is, then what is new, now a little and now more."""
    aids = portal.aids()
    yield aids[:OLD]
    yield from nights(aids[OLD:], rng)


def nights(aids: Sequence[int], rng: Random) -> Iterator[Sequence[int]]:
    """What is new, night by night."""
    for _ in range(35):
        number = rng.choice((1, 1, 2, 3, 5, 20))
        yield aids[:number]
        aids = aids[number:]


def by_category(portal: Reader, rng: Random) -> Iterator[Sequence[int]]:
    """One category after the other, then night by night."""
    old, new = portal.aids()[:OLD], portal.aids()[OLD:]
    for category in portal.site.portal.tree.top:
        below = set(portal.aids(catid=category.catid))
        yield [aid for aid in old if aid in below]
    yield from nights(new, rng)


def backfill_last(portal: Reader, rng: Random) -> Iterator[Sequence[int]]:
    """A site that is read from its newest articles on; the old ones, odd as they are, come a category at a time."""
    aids = portal.aids()
    yield aids[OLD - 40 : OLD]
    for number, night in enumerate(nights(aids[OLD:], rng)):
        yield night
        if number % 5 == 4 and number // 5 < len(portal.site.portal.tree.top):
            below = set(portal.aids(catid=portal.site.portal.tree.top[number // 5].catid))
            yield [aid for aid in aids[: OLD - 40] if aid in below]


SCHEDULES = (nightly, by_category, backfill_last)
