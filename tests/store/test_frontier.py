"""Which unit is next, what is news, and how a unit ends: one table for each."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from crawler.store import ArticleRow, Count, Found, Known, Outcome, Settled, Store, frontier, open_store, units_in
from tests.store.helpers import START, Clock, article, ended, keys, listing

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


def next_run(store: Store, job: str, *, adopts: bool = False) -> None:
    """End the run, as finished, and begin another a day later."""
    if store.run:
        store.end("finished", 0)
    store.begin(job, job, adopts=adopts)


def take_and_end(store: Store, state: Settled = "done", n: int = 100) -> None:
    for unit in store.take(n):
        store.finish(ended(unit, state, "" if state == "done" else "why"))
    store.flush()


def test_listings_come_first_then_priority_then_the_order_of_finding(store: Store) -> None:
    store.begin("a", "portal")
    store.add([article(1), article(2, priority=5), listing(7), article(3), listing(8, priority=1)])
    assert keys(store.take(2)) == ["listing/8/1", "listing/7/1"]
    assert keys(store.take(2)) == ["article/2", "article/1"]
    assert keys(store.take(2)) == ["article/3"]


def test_articles_of_low_priority_wait_for_the_lists(store: Store) -> None:
    store.begin("a", "portal")
    store.add([article(1, priority=-1), listing(7), article(2)])
    list_unit, second = store.take(9)
    assert keys([list_unit, second]) == ["listing/7/1", "article/2"]
    assert store.take(9) == [], "the list is under way"
    store.finish(ended(list_unit, found=[listing(7, 2), article(3, priority=-1)]))
    assert store.take(9) == [], "what it found is not committed"
    store.flush()
    [list_unit] = store.take(9)
    store.finish(ended(list_unit, "failed", "why"))
    store.flush()
    assert keys(store.take(9)) == ["article/1", "article/3"], "a page that failed comes back who knows when"


def test_an_article_that_waits_is_given_with_what_a_list_tells_of_it(store: Store) -> None:
    store.begin("a", "portal")
    store.add([article(1, priority=-1), article(2, payload={"cover": "c.jpg"}, catid=3)])
    store.add([article(1, payload={"cover": "d.jpg"}, catid=3), article(2, priority=-1)])
    assert [(unit.key, unit.payload) for unit in store.take(9)] == [
        ("article/1", {"cover": "d.jpg"}),
        ("article/2", {"cover": "c.jpg"}),
    ]


def test_what_an_earlier_run_left_keeps_what_a_list_told_of_it(store: Store) -> None:
    store.begin("a", "portal")
    store.add([article(1, payload={"cover": "c.jpg"})])
    store.end("finished", 0)
    store.begin("b", "backfill")
    store.add([article(1, priority=-1)])
    assert [unit.payload for unit in store.take(9)] == [{"cover": "c.jpg"}]


@pytest.mark.parametrize(
    ("found", "payload"),
    [
        (article(1, refresh=True), {"cover": "c.jpg"}),
        (article(1, refresh=True, payload={"cover": "d.jpg"}), {"cover": "d.jpg"}),
        (article(1, refresh=True, payload={"said": 1}), {"cover": "c.jpg", "said": 1}),
    ],
)
def test_what_is_kept_of_a_unit_comes_back_with_it(store: Store, found: Found, payload: dict[str, Any]) -> None:
    store.begin("a", "portal")
    store.add([article(1, payload={"cover": "c.jpg", "said": 0})])
    [unit] = store.take(1)
    store.finish(dataclasses.replace(ended(unit), kept={"cover": "c.jpg"}))
    store.flush()
    store.add([found])
    assert [unit.payload for unit in store.take(1)] == [payload]


def test_a_unit_is_given_with_what_it_was_found_with(store: Store) -> None:
    store.begin("a", "portal")
    store.add([listing(7, page=3, payload={"name": "新闻", "row": [1, None]}), article(1)])
    first, second = store.take(2)
    assert (first.key, first.kind, first.number, first.page) == ("listing/7/3", "listing", 7, 3)
    assert first.payload == {"name": "新闻", "row": [1, None]}
    assert (second.payload, second.tries, second.known) == ({}, 0, None)


def test_a_unit_under_way_is_not_given_again(store: Store) -> None:
    store.begin("a", "portal")
    store.add([article(1), article(2)])
    (first,) = store.take(1)
    assert keys(store.take(2)) == ["article/2"]
    store.finish(ended(first))
    assert store.pending == 1
    assert store.take(2) == [], "its outcome is not committed yet, in the database it is still to be done"
    store.flush()
    assert store.take(2) == []


def test_nothing_is_given_where_nothing_is_asked_for(store: Store) -> None:
    store.begin("a", "portal")
    store.add([listing(7), article(1)])
    assert store.take(0) == []


def test_only_what_is_under_way_can_end(store: Store) -> None:
    store.begin("a", "portal")
    store.add([article(1)])
    (unit,) = store.take(1)
    store.finish(ended(unit))
    with pytest.raises(ValueError, match="article/1 is not under way"):
        store.finish(ended(unit))
    store.flush()
    with pytest.raises(ValueError, match="article/1 is not under way"):
        store.finish(ended(unit))


def test_units_that_outcomes_find_are_there_once_committed(store: Store) -> None:
    store.begin("a", "portal")
    store.add([listing(7)])
    (unit,) = store.take(9)
    store.finish(ended(unit, found=[article(1), listing(7, 2), article(1)]))
    assert store.take(9) == []
    store.flush()
    assert keys(store.take(9)) == ["listing/7/2", "article/1"]


@pytest.mark.parametrize(
    ("state", "found", "given"),
    [
        ("todo", article(1, payload={"new": 1}), True),
        ("done", article(1), False),
        ("failed", article(1), False),
        ("skipped", article(1), False),
        ("done", article(1, refresh=True), True),
        ("failed", article(1, refresh=True), True),
        ("skipped", article(1, refresh=True), True),
        ("todo", listing(1, payload={"new": 1}), True),
        ("done", listing(1, payload={"new": 1}), True),
        ("failed", listing(1), True),
        ("skipped", listing(1), True),
    ],
)
def test_what_a_later_run_finds_again(store: Store, state: str, found: Found, given: bool) -> None:
    next_run(store, "a")
    store.add([dataclasses.replace(found, payload={"old": 1}, refresh=False)])
    if state != "todo":
        take_and_end(store, state)  # type: ignore[arg-type]  # the table's other word is caught above
    next_run(store, "b")
    store.add([found])
    taken = store.take(9)
    assert keys(taken) == ([found.key] if given else [])
    assert [(unit.payload, unit.tries) for unit in taken] == ([(found.payload, 0)] if given else [])


@pytest.mark.parametrize("found", [article(1), listing(1)], ids=["article", "listing"])
@pytest.mark.parametrize("state", ["done", "failed", "skipped"])
def test_what_the_same_run_finds_again_is_no_news(store: Store, found: Found, state: Settled) -> None:
    store.begin("a", "portal")
    store.add([found])
    take_and_end(store, state)
    store.add([found])
    assert store.take(9) == []
    store.add([dataclasses.replace(found, refresh=True)])
    assert keys(store.take(9)) == [found.key]


def test_of_several_finds_the_first_counts_unless_a_later_one_wants_a_refresh(store: Store) -> None:
    store.begin("a", "portal")
    store.add([article(1, payload={"by": 1}), article(1, payload={"by": 2})])
    assert [unit.payload for unit in store.take(1)] == [{"by": 1}]
    store.add([article(2)])
    take_and_end(store)
    store.add([article(2), article(2, payload={"by": 2}, refresh=True), article(2, payload={"by": 3}, refresh=True)])
    assert [unit.payload for unit in store.take(1)] == [{"by": 2}]


def test_an_article_taken_over_counts_for_the_run_that_found_it_last(store: Store) -> None:
    next_run(store, "a")
    store.add([article(1), article(2), article(3)])
    (unit,) = store.take(1)
    store.finish(ended(unit, "failed", "timeout"))
    next_run(store, "b")
    assert store.take(9) == [], "what another run found is not this one's"
    store.add([article(1), article(2)])
    assert keys(store.take(9)) == ["article/2"], "the failed one waits for its time"
    assert store.counts().run == (Count("article", "failed", "timeout", 1), Count("article", "todo", "", 1))
    assert store.counts().total == (Count("article", "failed", "timeout", 1), Count("article", "todo", "", 2))


def test_an_adopting_run_also_takes_what_others_left(store: Store, clock: Clock) -> None:
    next_run(store, "a")
    store.add([article(1), listing(7)])
    take_and_end(store, "failed")
    store.add([article(2), listing(8)])
    next_run(store, "b")
    store.add([article(3)])
    clock.forward(minutes=2)
    next_run(store, "portal", adopts=True)
    store.add([article(4), listing(9)])
    assert keys(store.take(9)) == ["listing/9/1", "article/1", "article/4", "article/2", "article/3"]


def test_an_adopted_article_is_the_adopting_runs_once_it_ended(store: Store) -> None:
    next_run(store, "a")
    store.add([article(1)])
    next_run(store, "portal", adopts=True)
    take_and_end(store)
    assert store.counts().run == (Count("article", "done", "", 1),)
    assert units_in(store.counts().total) == 1


def test_failed_units_come_back_later_and_later_and_are_skipped_in_the_end(store: Store, clock: Clock) -> None:
    store.begin("a", "portal")
    store.add([article(1)])
    for tries, wait in enumerate(frontier.WAITS):
        (unit,) = store.take(1)
        assert unit.tries == tries
        store.finish(ended(unit, "failed", "timeout"))
        store.flush()
        clock.now += wait - timedelta(seconds=1)
        assert store.take(1) == []
        clock.forward(seconds=1)
    (unit,) = store.take(1)
    store.finish(ended(unit, "failed", "timeout"))
    store.flush()
    assert store.counts().run == (Count("article", "skipped", "timeout", 1),)
    clock.forward(days=9)
    assert store.take(1) == []


@pytest.mark.parametrize("tries", [0, 2, 7])
def test_the_number_of_tries_can_be_chosen(folder: Path, clock: Clock, tries: int) -> None:
    with open_store(folder, clock=clock, tries=tries) as store:
        store.begin("a", "portal")
        store.add([article(1)])
        taken = 0
        while units := store.take(1):
            taken += 1
            store.finish(ended(units[0], "failed", "timeout"))
            store.flush()
            clock.forward(hours=24)
        assert taken == tries + 1
        assert store.counts().run == (Count("article", "skipped", "timeout", 1),)


def test_what_was_known_of_an_article_comes_with_its_unit(store: Store, clock: Clock) -> None:
    store.begin("a", "portal")
    store.add([article(12)])
    (unit,) = store.take(1)
    row = ArticleRow(
        key="article/12",
        aid=12,
        status="published",
        content_hash="ab" * 32,
        revision=2,
        date_published="2026-03-14T10:00:00+08:00",
        catid=3,
        comment_count=4,
        last_comment_id=99,
    )
    store.finish(Outcome(unit, "done", line=b"{}\n", article=row))
    store.flush()
    later = clock.forward(hours=1)
    store.add([article(12, refresh=True)])
    (unit,) = store.take(1)
    assert unit.known == Known(**dataclasses.asdict(row), first_seen=START, last_seen=START)
    store.finish(Outcome(unit, "done", article=dataclasses.replace(row, status="gone")))
    store.flush()
    store.add([article(12, refresh=True)])
    (unit,) = store.take(1)
    assert unit.known == Known(**dataclasses.asdict(row) | {"status": "gone"}, first_seen=START, last_seen=later)


def settled_before(store: Store, keys: list[str], moment: datetime) -> set[str]:
    """What a walk that began at a moment takes for known."""
    return {one.key for one in store.standings(keys).values() if one.settled_at and one.settled_at < moment}


def test_what_was_settled_before_a_moment(store: Store, clock: Clock) -> None:
    store.begin("a", "portal")
    store.add([article(1), article(2), article(3), article(4), listing(5)])
    done, skipped, failed, _, page = sorted(store.take(9), key=lambda unit: unit.number or 0)
    for outcome in (ended(done), ended(skipped, "skipped", "gone"), ended(failed, "failed", "timeout"), ended(page)):
        store.finish(outcome)
    store.flush()
    every = [f"article/{aid}" for aid in range(1, 6)]
    assert settled_before(store, every, clock()) == set()
    began = clock.forward(seconds=1)
    assert settled_before(store, every, began) == {"article/1", "article/2"}
    assert settled_before(store, every[1:], began) == {"article/2"}


def test_a_visit_during_a_walk_does_not_make_an_article_news(store: Store, clock: Clock) -> None:
    store.begin("a", "portal")
    store.add([article(1)])
    take_and_end(store)
    began = clock.forward(hours=1)
    store.add([article(1, refresh=True)])
    assert settled_before(store, ["article/1"], began) == {"article/1"}
    clock.forward(minutes=1)
    take_and_end(store)
    assert settled_before(store, ["article/1"], began) == {"article/1"}


def test_more_keys_than_one_query_takes(store: Store, clock: Clock) -> None:
    store.begin("a", "portal")
    many = [article(aid) for aid in range(1, 2 * frontier.KEYS_A_QUERY + 2)]
    store.add(many)
    store.add(many)
    assert units_in(store.counts().total) == len(many)
    take_and_end(store, "done", len(many))
    assert store.standings(found.key for found in many).keys() == {found.key for found in many}


def test_counts_tell_run_kind_state_and_reason(store: Store) -> None:
    next_run(store, "a")
    store.add([article(aid) for aid in range(5)] + [listing(7)])
    page, first, second, third = store.take(4)
    for outcome in (ended(page), ended(first), ended(second, "skipped", "robots"), ended(third, "done", "unchanged")):
        store.finish(outcome)
    next_run(store, "b")
    store.add([article(9), listing(7)])
    assert store.counts().run == (Count("article", "todo", "", 1), Count("listing", "todo", "", 1))
    assert store.counts().total == (
        Count("article", "done", "", 1),
        Count("article", "done", "unchanged", 1),
        Count("article", "skipped", "robots", 1),
        Count("article", "todo", "", 3),
        Count("listing", "todo", "", 1),
    )
    assert units_in(store.counts().total, kind="article", state="done") == 2
    assert units_in(store.counts().total) == 7


@pytest.mark.parametrize("adopts", [False, True])
def test_no_query_of_a_crawl_reads_the_whole_table(store: Store, adopts: bool) -> None:
    """At ten million units a scan or a sort would be felt at every batch."""
    next_run(store, "a")
    store.add([article(1), article(2)])
    next_run(store, "b", adopts=adopts)
    asked: list[tuple[str, Any]] = []
    connection = store._connection

    @sa.event.listens_for(connection, "before_cursor_execute")
    def note(*event: Any) -> None:
        _, _, statement, values, _, many = event
        if statement.startswith(("SELECT", "UPDATE")):
            asked.append((statement, values[0] if many else values))

    store.add([article(1), listing(7)])
    for unit in store.take(9):
        store.finish(ended(unit, "failed", "timeout", found=[article(2), article(3, refresh=True)]))
    store.flush()
    store.standings(["article/1"])
    store.end("finished", 0)
    sa.event.remove(connection, "before_cursor_execute", note)

    seen = 0
    for statement, values in asked:
        if "units" not in statement.split("WHERE")[0]:
            continue
        with connection.begin():
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            for row in plan:
                seen += 1
                if row.detail.startswith("SCAN units"):
                    assert row.detail.endswith(("units_skipped", "units_failed")), (statement, row.detail)
                assert "TEMP B-TREE" not in row.detail or "tallies" in statement, (statement, row.detail)
    assert seen > 10
