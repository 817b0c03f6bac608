"""A run as a whole: walls, pages without a record, known articles that change or go, lists, numbers, age."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from crawler.gate import holding, judge_end, judge_run, measure_run
from crawler.gate import run as module
from crawler.gate.run import FACT, METRICS, REASONS, earlier_runs
from crawler.store import Category, Change, Count, open_store
from crawler.store.model import Run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from crawler.gate import Thresholds

BEGAN = datetime(2026, 11, 24, 2, tzinfo=UTC)
RUN = Run(2, "20261124T020000Z-portal", "portal", "portal", True, BEGAN)
READ = Count("article", "done", "", 8)
LISTS = Count("listing", "done", "", 4)
NEW = Change(3, "new", 8)


def lists(*entries: int, head_at: datetime | None = BEGAN - timedelta(hours=3)) -> list[Category]:
    """Categories that were walked, with so many entries on their first pages."""
    return [
        Category(key=str(number), head=tuple(range(number)), head_at=head_at, walked_at=BEGAN + timedelta(seconds=9))
        if number
        else Category(key="empty", head_at=head_at, walked_at=BEGAN)
        for number in entries
    ]


def measured(
    *units: Count, changes: Sequence[Change] = (NEW,), categories: Sequence[Category] = (), **values: Any
) -> dict[str, Any]:
    return measure_run(RUN, units or (READ, LISTS), changes, categories) | values


USUAL = [
    measured(
        changes=[NEW, Change(3, "unchanged", 20), Change(3, "changed", 1)], lists={"1": 15, "2": 15, "7": 3, "8": 9}
    )
] * 5


def metrics_of(reasons: list[str]) -> list[str]:
    return [reason.partition(":")[0] for reason in reasons]


@pytest.mark.parametrize(
    ("run", "metric"),
    [
        (measured(), None),
        (measured(Count("listing", "done", "", 2), changes=[]), None),  # nothing new
        (measured(READ, LISTS, Count("article", "failed", "http_500", 40)), None),  # comes back
        (measured(READ, LISTS, Count("article", "failed", "TimeoutError", 40)), None),
        (measured(READ, LISTS, Count("article", "skipped", "robots", 40)), None),
        (measured(READ, LISTS, Count("article", "skipped", "not_asked", 40)), None),
        (measured(READ, LISTS, Count("article", "skipped", "missing_article", 1)), None),
        (measured(READ, LISTS, Count("article", "failed", "not_discuz", 20)), "walls"),
        (measured(LISTS, Count("article", "failed", "login", 8)), "walls"),
        (measured(READ, LISTS, Count("article", "failed", "http_403", 20)), "walls"),
        (measured(READ, Count("listing", "done", "", 4), Count("listing", "skipped", "no_permission", 4)), "lists"),
        (measured(READ, LISTS, Count("article", "done", "notice", 20)), "walls"),
        (measured(READ, LISTS, Count("article", "failed", "no_article", 12)), "unreadable"),
        (measured(READ, LISTS, Count("article", "failed", "no_headline", 12)), "unreadable"),
        (measured(READ, LISTS, Count("article", "failed", "page_2_without_body", 12)), "unreadable"),
        (measured(LISTS, Count("article", "skipped", "missing_article", 8)), "unreadable"),
        (measured(changes=[Change(3, "changed", 20), Change(4, "unchanged", 1)]), "changed"),
        (measured(changes=[NEW, Change(3, "changed", 2)]), None),
        (measured(changes=[Change(3, "gone", 10), Change(3, "moved", 5), Change(4, "unchanged", 5)]), "gone"),
        (measured(READ, Count("article", "done", "missing", 15), changes=[Change(4, "unchanged", 5)]), "gone"),
        (measured(lists={"1": 15, "2": 15, "7": 0, "8": 0}), "lists"),
        (measured(lists={"1": 15, "2": 15, "7": 0, "8": 9}), None),
        (measured(lists={"9": 0}), None),  # it never had any
        (measured(lists={"1": 15}, unread=2), "lists"),
        (measured(records=1001), "records"),
        (measured(records=900), None),
        (measured(age=40 * 24 * 60), "age"),
        (measured(age=20 * 24 * 60), None),
    ],
)
def test_what_is_wrong_with_a_run(thresholds: Thresholds, run: dict[str, Any], metric: str | None) -> None:
    usual = [one | {"age": 60} for one in USUAL]
    assert metrics_of(judge_run(run, usual, thresholds)) == ([metric] if metric else [])


def test_reasons_say_what_is_usual(thresholds: Thresholds) -> None:
    emptied = measured(lists={"1": 15, "2": 15, "7": 0, "8": 0})
    (reason,) = judge_run(emptied, USUAL, thresholds)
    assert reason == (
        "lists: 50.0% of 4 lists are empty or gone (emptied: 7, 8), usually 0.0%, at most 25.0% wanted"
        " (DISCUZ_GATE_LISTS=[0.25, 1.0])"
    )


def test_a_first_run_has_only_floors(thresholds: Thresholds) -> None:
    assert judge_run(measured(lists={"1": 0}, records=50_000), [], thresholds) == []
    walls = measured(LISTS, Count("article", "failed", "not_discuz", 20))
    assert metrics_of(judge_run(walls, [], thresholds)) == ["walls"]


def test_numbers_that_there_never_were_are_no_trouble(thresholds: Thresholds) -> None:
    tried = [LISTS, Count("article", "skipped", "missing_article", 400), READ]
    backfill = replace(RUN, spider="backfill")
    assert judge_run(measure_run(backfill, tried, [NEW], []), USUAL, thresholds) == []
    assert metrics_of(judge_run(measured(*tried), USUAL, thresholds)) == ["unreadable"]


def test_only_lists_that_this_run_walked_count() -> None:
    older = Category(key="9", head=(1,), walked_at=BEGAN - timedelta(days=1))
    assert measured(categories=[*lists(3, 0), older, Category(key="10")])["lists"] == {"3": 3, "empty": 0}


def test_the_age_is_that_of_the_newest_article_of_any_list_and_only_of_scheduled_runs() -> None:
    ages = [*lists(3), *lists(4, head_at=BEGAN - timedelta(minutes=7)), Category(key="10")]
    assert measured(categories=ages)["age"] == 7
    backfill = Run(3, "20261124T020000Z-backfill", "backfill", "backfill", False, BEGAN)
    assert measure_run(backfill, [], [], ages)["age"] is None
    assert measured()["age"] is None


def test_a_list_that_is_empty_for_good_is_accepted_once(thresholds: Thresholds) -> None:
    emptied = measured(lists={"1": 15, "2": 15, "7": 0, "8": 0})
    reasons = judge_run(emptied, USUAL, thresholds)
    assert judge_run(emptied, [{**emptied, "accepted": reasons}, *USUAL], thresholds) == []


@pytest.mark.parametrize(
    ("reasons", "held"),
    [
        ([], []),
        (["age: 40 days"], []),
        (["lists: 50.0%"], ["lists: 50.0%"]),
        (["gone: 90.0%", "age: 40 days"], ["gone: 90.0%", "age: 40 days"]),
        *(([f"{metric}: 90.0%"], [f"{metric}: 90.0%"]) for metric in ("walls", "unreadable", "changed", "records")),
    ],
)
def test_an_age_alone_holds_nothing_back(reasons: list[str], held: list[str]) -> None:
    assert holding(reasons) == held


def test_an_age_that_is_accepted_is_usual(thresholds: Thresholds) -> None:
    days = 24 * 60
    usual = [one | {"age": 60} for one in USUAL]
    old = measured(age=40 * days)
    history = [old | {"accepted": judge_run(old, usual, thresholds)}, *usual]
    for age in range(41, 400):
        now = measured(age=age * days)
        assert judge_run(now, history[:10], thresholds) == []
        history.insert(0, now)


def test_an_age_is_told_of_until_somebody_accepts_it(
    folder: Path, thresholds: Thresholds, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many runs there were since that nothing was wrong with."""
    monkeypatch.setattr(module, "_AT_ONCE", 3)
    with open_store(folder) as store:
        for _ in range(4):
            store.begin("portal", "portal")
            store.end("finished", 0, {METRICS: measured(age=60), REASONS: []})
        for _ in range(7):
            run = store.begin("portal", "portal")
            reasons = judge_run(measured(age=40 * 24 * 60), list(earlier_runs(store, 10)), thresholds)
            assert metrics_of(reasons) == ["age"]
            store.end("finished", 5, {METRICS: measured(age=40 * 24 * 60), REASONS: reasons})
        store.remember(FACT, {"accepted": {run.run_id: reasons}})
        assert judge_run(measured(age=41 * 24 * 60), list(earlier_runs(store, 10)), thresholds) == []


def test_a_run_is_compared_with_those_that_nothing_was_wrong_with(folder: Path, thresholds: Thresholds) -> None:
    with open_store(folder) as store:
        for number, reasons in enumerate(([], ["walls: …"], [], ["lists: …"])):
            run_id = store.begin(f"portal {number}", "portal").run_id
            store.end("finished", 0, {METRICS: measured(records=number), REASONS: reasons})
            if reasons == ["lists: …"]:
                store.remember(FACT, {"accepted": {run_id: reasons}})
        found = list(earlier_runs(store, 10))
        assert [(one["records"], one.get("accepted")) for one in found] == [(3, ["lists: …"]), (2, None), (0, None)]
        assert [one["records"] for one in earlier_runs(store, 2)] == [3, 2]
        run = store.begin("portal", "portal")
        metrics, reasons = judge_end(store, run, thresholds)
        assert (metrics["records"], reasons) == (0, [])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "site"
