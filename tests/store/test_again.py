"""What is looked at again, what is known of what a list names, and what is counted without counting it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from crawler.store import (
    ArticleRow,
    Change,
    Count,
    Holding,
    Limits,
    Outcome,
    Standing,
    Unit,
    Unrecorded,
    open_store,
    read_store,
    units_in,
)
from tests.store.helpers import START, Clock, article, ended, keys, listing, published

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.store import Settled, Store


def row(unit: Unit, **values: Any) -> ArticleRow:
    return replace(ArticleRow(unit.key, unit.number or 0), **values)


def crawl(store: Store, *aids: int, line: bool = True, **values: Any) -> None:
    store.add(article(aid, refresh=True) for aid in aids)
    for unit in store.take(1000):
        store.finish(Outcome(unit, "done", line=b"{}\n" if line else None, article=row(unit, **values)))
    store.flush()


# --- standings ---


def test_what_is_known_of_what_a_list_names(store: Store, clock: Clock) -> None:
    store.begin("a", "portal")
    crawl(store, 1, date_published="2026-01-01T00:00:00+08:00", status="gone", catid=4)
    settled = clock()
    clock.forward(hours=1)
    crawl(store, 1, date_published="2026-01-02T00:00:00+08:00", catid=5)
    store.add([article(2), article(3), article(4), listing(7)])
    for unit, state in zip(store.take(3), ("done", "failed", "skipped"), strict=True):
        store.finish(ended(unit, state, "why"))  # type: ignore[arg-type]
    store.flush()
    asked = [*(f"article/{aid}" for aid in range(600)), "listing/7/1"]
    assert store.standings(asked) == {
        "article/1": Standing(
            "article/1", "done", "", settled, "published", "2026-01-02T00:00:00+08:00", clock(), catid=5
        ),
        "article/2": Standing("article/2", "failed", "why", None),
        "article/3": Standing("article/3", "skipped", "why", clock()),
        "article/4": Standing("article/4", "todo", "", None),
        "listing/7/1": Standing("listing/7/1", "done", "why", clock()),
    }
    assert store.standings([]) == {}


# --- revisits ---


def test_articles_are_done_again_when_their_time_has_come(store: Store, clock: Clock) -> None:
    store.begin("a", "portal")
    for aid, hours in ((1, 3), (2, 1), (3, 2)):
        crawl(store, aid, next_at=START + timedelta(hours=hours))
    crawl(store, 4)
    assert store.revisit() == 0
    clock.forward(hours=2)
    assert store.revisit() == 2
    first, second = store.take(9)
    assert keys([first, second]) == ["article/2", "article/3"]
    assert first.known is not None
    assert first.known.next_at == clock() + timedelta(days=1), "until its outcome says more"
    assert store.revisit() == 0
    store.finish(Outcome(first, "done", article=row(first, next_at=clock() + timedelta(hours=3))))
    store.finish(ended(second, "failed", "timeout"))
    store.flush()
    clock.forward(hours=3)
    assert store.revisit() == 2
    assert keys(store.take(9)) == ["article/3", "article/1", "article/2"], "what failed comes back by itself"
    assert units_in(store.counts().run, state="todo") == 2


def test_the_longest_due_come_first(store: Store, clock: Clock) -> None:
    store.begin("a", "portal")
    for aid in range(1, 6):
        crawl(store, aid, next_at=START - timedelta(hours=aid))
    assert store.revisit(START, limit=2) == 2
    assert keys(store.take(9)) == ["article/4", "article/5"]
    assert store.revisit(START) == 3


def test_more_articles_than_one_query_gives_are_done_again(store: Store) -> None:
    store.begin("a", "portal")
    store.add(article(aid) for aid in range(2500))
    for unit in store.take(2500):
        store.finish(Outcome(unit, "done", article=row(unit, next_at=START)))
    store.flush()
    assert store.revisit(limit=1200) == 1200
    assert store.revisit() == 1300
    assert len(store.take(9999)) == 2500


def test_what_is_to_be_done_anyway_is_not_counted(store: Store) -> None:
    store.begin("a", "portal")
    crawl(store, 1, 2, 3, next_at=START)
    store.add([article(1, refresh=True), article(2, refresh=True)])
    (first,) = store.take(1)
    assert store.revisit() == 1
    store.finish(ended(first))
    store.flush()
    assert keys(store.take(9)) == ["article/2", "article/3"]
    assert store.counts().run == (Count("article", "done", "", 1), Count("article", "todo", "", 2))


def test_what_a_row_remembers_comes_back(store: Store, clock: Clock) -> None:
    store.begin("a", "portal")
    values: dict[str, Any] = {
        "next_at": START,
        "missing_since": START - timedelta(days=1),
        "missing_times": 2,
        "extractor": 2**32 - 1,
        "validators": {"url": "http://www.example.com/a/1.html", "etag": '"5f-1a"'},
    }
    crawl(store, 1, **values)
    store.add([article(1, refresh=True)])
    (unit,) = store.take(1)
    assert unit.known is not None
    assert {name: getattr(unit.known, name) for name in values} == values
    store.finish(Outcome(unit, "done", article=row(unit)))
    store.flush()
    store.add([article(1, refresh=True)])
    (unit,) = store.take(1)
    assert unit.known is not None
    assert [getattr(unit.known, name) for name in values] == [None, None, 0, None, None]


def test_of_what_is_not_looked_at_again_no_validators_are_kept(store: Store) -> None:
    store.begin("a", "portal")
    crawl(store, 1, validators={"etag": '"5f-1a"'}, next_at=None)
    store.add([article(1, refresh=True)])
    (unit,) = store.take(1)
    assert unit.known is not None
    assert unit.known.validators is None
    (stored,) = store._connection.exec_driver_sql("SELECT validators IS NULL FROM articles")
    assert stored == (1,)


# --- what was given up ---


def test_what_was_skipped_is_tried_again_when_asked(folder: Path, clock: Clock) -> None:
    with open_store(folder, clock=clock, tries=0) as store:
        store.begin("a", "portal")
        store.add([article(1, payload={"cover": "c.jpg"}), article(2), listing(7)])
        for unit in store.take(9):
            store.finish(ended(unit, "done" if unit.number == 2 else "failed", "timeout"))
        store.end("finished", 0)
        store.begin("b", "article")
        assert store.take(9) == []
        assert store.retry_skipped() == 2
        page, unit = store.take(9)
        assert (page.key, unit.key, unit.payload, unit.tries) == ("listing/7/1", "article/1", {"cover": "c.jpg"}, 0)
        assert store.retry_skipped() == 0
        assert store.counts().run == (Count("article", "todo", "", 1), Count("listing", "todo", "", 1))


@pytest.mark.parametrize("again", ["same run", "next run"])
def test_what_was_not_asked_for_is_news_to_another_run(store: Store, again: str) -> None:
    store.begin("a", "portal")
    store.add([article(1), article(2)])
    first, second = store.take(2)
    store.finish(ended(first, "skipped", "not_asked"))
    store.finish(ended(second, "skipped", "robots"))
    store.flush()
    if again == "next run":
        store.end("finished", 0)
        store.begin("a", "portal")
    store.add([article(1), article(2)])
    assert keys(store.take(9)) == (["article/1"] if again == "next run" else [])


# --- by numbers ---


def test_numbers_that_no_article_has(store: Store) -> None:
    store.begin("a", "portal")
    assert store.highest_aid() is None
    assert list(store.unknown_aids(1, 3)) == [1, 2, 3]
    store.add([listing(5), article(1200), article(99_999_999)])
    crawl(store, *range(10, 1100, 2))
    assert store.highest_aid() == 99_999_999
    known = {1200, *range(10, 1100, 2)}
    assert list(store.unknown_aids(1, 1300)) == [aid for aid in range(1, 1301) if aid not in known]
    assert list(store.unknown_aids(7, 6)) == []


def test_the_highest_number_is_of_an_article_with_a_record(store: Store, folder: Path) -> None:
    store.begin("a", "portal")
    store.add([article(99_999_999)])
    store.finish(ended(store.take(1)[0], "skipped", "gone"))
    crawl(store, 7)
    crawl(store, 5)
    with read_store(folder) as reader:
        assert reader.highest_aid() == 7


# --- counts ---


CASES: list[tuple[str, dict[str, Any] | None, dict[str, Any], bool]] = [
    ("new", None, {}, True),
    ("unchanged", {}, {"next_at": START}, False),
    ("changed", {}, {"revision": 2, "content_hash": "x"}, True),
    ("comments", {}, {"last_comment_id": 9}, True),
    ("gone", {}, {"status": "gone", "revision": 2}, True),
    ("moved", {}, {"status": "moved", "revision": 2}, True),
    ("back", {"status": "gone"}, {"revision": 2}, True),
    ("back", {"status": "moved"}, {"revision": 2}, True),
    ("gone", {"status": "moved"}, {"status": "gone"}, True),
    ("unchanged", {"status": "gone"}, {"status": "gone"}, False),
]


@pytest.mark.parametrize(("what", "before", "after", "line"), CASES)
def test_what_a_run_did_is_counted(
    store: Store, what: Any, before: dict[str, Any] | None, after: dict[str, Any], line: bool
) -> None:
    if before is not None:
        store.begin("a", "portal")
        crawl(store, 1, catid=3, **before)
        store.end("finished", 0)
    run = store.begin("a", "portal")
    crawl(store, 1, line=line, catid=4, **after)
    assert store.changes(run.seq) == store.changes(run.run_id) == [Change(4, what, 1)]
    assert store.holdings() == [Holding(4, after.get("status", "published"), 1)]
    assert store.changes("none") == []


def test_articles_without_a_category_are_counted_apart(store: Store) -> None:
    store.begin("a", "portal")
    crawl(store, 1, 2)
    crawl(store, 3, 4, 5, catid=0)
    assert store.holdings() == [Holding(None, "published", 2), Holding(0, "published", 3)]
    assert store.changes(1) == [Change(None, "new", 2), Change(0, "new", 3)]


def test_what_gave_no_record_is_counted_by_the_category_that_named_it(store: Store) -> None:
    ends: list[tuple[Settled, str]] = [("done", ""), ("failed", "timeout"), ("skipped", "robots"), ("skipped", "wall")]
    store.begin("a", "portal")
    store.add([article(aid, catid=3 + aid % 2) for aid in range(1, 9)] + [article(9), replace(listing(7), catid=4)])
    for unit in store.take(9):
        if unit.kind == "article":
            store.finish(ended(unit, *ends[((unit.number or 0) - 1) // 2]))
    store.flush()
    store.add([article(9, catid=5), article(3, catid=9)])
    assert store.unrecorded() == [
        Unrecorded(3, "article", "failed", "timeout", 1),
        Unrecorded(3, "article", "skipped", "robots", 1),
        Unrecorded(3, "article", "skipped", "wall", 1),
        Unrecorded(4, "article", "failed", "timeout", 1),
        Unrecorded(4, "article", "skipped", "robots", 1),
        Unrecorded(4, "article", "skipped", "wall", 1),
        Unrecorded(4, "listing", "todo", "", 1),
        Unrecorded(5, "article", "todo", "", 1),
    ]


def test_the_category_that_named_an_article_is_kept(store: Store) -> None:
    store.begin("a", "portal")
    crawl(store, 1)
    store.add([article(1, refresh=True), article(2, catid=3)])
    first, second = store.take(2)
    store.finish(ended(first, "failed", "timeout"))
    store.finish(Outcome(second, "done", "duplicate"))
    store.end("finished", 0)
    assert store.unrecorded() == [], "the first has a record of an earlier visit"
    store.begin("a", "portal")
    store.add([article(2, refresh=True)])
    assert store.unrecorded() == [Unrecorded(3, "article", "todo", "", 1)]


def test_the_counts_of_runs_that_are_over_do_not_add_up_in_rows(store: Store, folder: Path, clock: Clock) -> None:
    for aid in range(1, 8):
        store.begin("a", "portal")
        store.add([article(aid * 10), article(1, refresh=True), listing(7)])
        for unit in store.take(9):
            store.finish(ended(unit))
        store.end("finished", 0)
    store.begin("a", "portal")
    assert store.counts().run == ()
    assert store.counts().total == (Count("article", "done", "", 8), Count("listing", "done", "", 1))
    with store._transaction() as connection:
        assert len(list(connection.exec_driver_sql("SELECT * FROM tallies"))) == 2


def test_runs_are_listed_for_readers(store: Store, folder: Path, clock: Clock) -> None:
    store.begin("a", "portal")
    store.end("interrupted", 8)
    store.begin("b", "backfill")
    store.end("finished", 0, {"pages": 3})
    clock.forward(hours=1)
    store.begin("c", "article")
    with read_store(folder) as reader:
        third, second, first = reader.run_list()
        assert (third.job, third.spider, third.state, third.ended_at, third.exit_code, third.stats) == (
            "c",
            "article",
            "running",
            None,
            None,
            None,
        )
        assert (second.state, second.exit_code, second.stats) == ("finished", 0, {"pages": 3})
        assert (first.state, first.started_at) == ("abandoned", START)
        assert reader.run_list(1) == [third]


def test_a_part_is_published_in_time_though_nothing_comes(folder: Path, clock: Clock) -> None:
    with open_store(folder, clock=clock, limits=Limits(age=timedelta(hours=1))) as store:
        store.begin("a", "backfill")
        store.publish_due()
        crawl(store, 1)
        clock.forward(minutes=59)
        store.publish_due()
        assert not list(folder.glob("articles/*.jsonl"))
        clock.forward(minutes=1)
        store.publish_due(clock())
        assert len(list(folder.glob("articles/*.jsonl"))) == 1
        assert len(lines(folder)) == 1


def lines(folder: Path) -> list[bytes]:
    return (folder / "published.jsonl").read_bytes().splitlines()


def test_a_run_may_publish_before_it_ends(store: Store, folder: Path) -> None:
    store.begin("a", "portal")
    store.add([article(1)])
    store.finish(ended(store.take(1)[0]))
    store.publish()
    assert published(folder) == [1]
    assert store.held_back == []
    store.end("finished", 0)
    assert published(folder) == [1]


def test_articles_are_counted_by_month(store: Store) -> None:
    store.begin("a", "portal")
    crawl(store, 1, 2, date_published="2019-12-31T23:59:00+08:00")
    crawl(store, 3, date_published="2026-01-01")
    crawl(store, 4)
    assert store.months() == {"2019-12": 2, "2026-01": 1}
    crawl(store, 1, date_published="2026-01-02T00:00:00+08:00")
    crawl(store, 2)
    assert store.months() == {"2026-01": 2}, "one was dated anew, of one the date is not known any more"


def test_what_gave_nothing_is_told_by_reason(store: Store, clock: Clock) -> None:
    run = store.begin("a", "portal")
    store.add([*(article(aid, payload={"path": f"{aid}.html"}) for aid in range(1, 31)), listing(7, 3)])
    for unit in store.take(100):
        state: Settled = "skipped" if unit.kind == "listing" or (unit.number or 0) % 2 else "failed"
        reason = "closed" if unit.kind == "listing" else "timeout"
        store.finish(Outcome(unit, state, reason))
    store.flush()
    told = [(one.kind, one.number, one.page, one.state, one.reason, one.units) for one in store.troubles(run.seq, 2)]
    assert told == [
        ("article", 30, 1, "failed", "timeout", 15),
        ("article", 28, 1, "failed", "timeout", 15),
        ("listing", 7, 3, "skipped", "closed", 1),
        ("article", 29, 1, "skipped", "timeout", 15),
        ("article", 27, 1, "skipped", "timeout", 15),
    ]
    first = store.troubles(run.run_id, 1)[0]
    assert (first.payload, first.next_at) == ({"path": "30.html"}, clock() + timedelta(minutes=1))
    assert store.troubles("never") == []
    store.end("finished", 0)
    assert store.troubles(store.begin("b", "portal").seq) == []
