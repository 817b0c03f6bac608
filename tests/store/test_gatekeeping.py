"""Parts that the gate holds back: their articles are fetched again, and nothing of them is published twice."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from crawler.errors import StorageError, UsageError
from crawler.store import (
    ArticleRow,
    Change,
    Count,
    HeldPart,
    Holding,
    Limits,
    Outcome,
    Rejected,
    Released,
    Unit,
    articles,
    open_store,
)
from tests.store.helpers import START, Clock, article, ended, keys, lines_of, published

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from crawler.store import Store


class Opinion:
    """A gate that is told what to say, and remembers what it was asked."""

    def __init__(self) -> None:
        self.reasons: list[str] = []
        self.asked: list[tuple[int, list[int]]] = []
        self.accepted: list[list[str] | None] = []

    def measure(self, lines: Iterable[bytes]) -> dict[str, Any]:
        return {"records": sum(1 for _ in lines)}

    def judge(self, metrics: dict[str, Any], history: Sequence[dict[str, Any]]) -> list[str]:
        self.asked.append((metrics["records"], [past["records"] for past in history]))
        self.accepted = [past.get("accepted") for past in history]
        return list(self.reasons)


@pytest.fixture
def gate() -> Opinion:
    return Opinion()


@pytest.fixture
def store(folder: Path, clock: Clock, gate: Opinion) -> Iterator[Store]:
    with open_store(folder, clock=clock, gate=gate) as opened:
        yield opened


def crawl(store: Store, *aids: int, **values: Any) -> None:
    store.add(article(aid, refresh=True) for aid in aids)
    for unit in store.take(1000):
        store.finish(wrote(unit, **values))
    store.flush()


def wrote(unit: Unit, kind: str = "article", **values: Any) -> Outcome:
    """A record that goes on from what is known."""
    known = unit.known
    revision = 1 if known is None else known.revision + (kind == "article")
    line = json.dumps({"aid": unit.number, "kind": kind, "revision": revision}).encode() + b"\n"
    row = replace(ArticleRow(unit.key, unit.number or 0), revision=revision, catid=3, **values)
    return Outcome(unit, "done", line=line, article=row)


def run(store: Store, *aids: int, **values: Any) -> str:
    """A whole run over some articles."""
    run_id = store.begin("a", "portal", adopts=True).run_id
    crawl(store, *aids, **values)
    store.end("finished", 0)
    return run_id


def test_the_gate_is_asked_of_each_part_and_told_of_those_before(store: Store, gate: Opinion, clock: Clock) -> None:
    for count in (1, 2, 3):
        run(store, *range(count * 10, count * 10 + count))
        clock.forward(hours=1)
    assert gate.asked == [(1, []), (2, [1]), (3, [2, 1])]


def test_only_the_last_runs_that_published_are_compared_with(folder: Path, clock: Clock, gate: Opinion) -> None:
    with open_store(folder, clock=clock, gate=gate, history=2, limits=Limits(records=2)) as store:
        for aids in ((1, 2), (3,), (), (4,), (5,)):
            store.begin("a", "portal")
            for aid in aids:
                crawl(store, aid)
            store.end("finished", 0)
    assert gate.asked[-1] == (1, [1, 1])


def test_what_was_held_back_is_not_compared_with(store: Store, gate: Opinion) -> None:
    run(store, 1)
    gate.reasons = ["too many"]
    run(store, 2, 3)
    gate.reasons = []
    store.begin("a", "article")
    crawl(store, 4, 5, 6)
    store.end("finished", 0)
    assert gate.asked[-1] == (3, [1])


def test_what_was_accepted_counts_and_says_what_it_was_held_back_for(store: Store, gate: Opinion) -> None:
    run(store, 1)
    gate.reasons = ["too many"]
    held = run(store, 2, 3)
    gate.reasons = []
    store.release(held)
    run(store, 4)
    run(store, 5)
    assert gate.asked[-2:] == [(1, [2, 1]), (1, [1, 2, 1])]
    assert gate.accepted == [None, ["too many"], None]


def test_a_part_that_is_held_back_is_kept_apart(store: Store, folder: Path, gate: Opinion) -> None:
    gate.reasons = ["bodies are short", "no publisher"]
    store.begin("a", "portal", adopts=True)
    crawl(store, 1, 2)
    assert store.held_back == []
    store.publish()
    name = "20260314T150926Z-portal-0001.jsonl"
    assert store.held_back == [HeldPart(name, ("bodies are short", "no publisher"))]
    store.end("finished", 5)
    assert published(folder) == []
    assert [line["aid"] for line in lines_of(folder / "quarantine" / name)] == [1, 2]
    assert list(folder.glob("articles/*")) == []
    assert store.holdings() == []
    assert store.changes("20260314T150926Z-portal") == []
    (part,) = store.parts_of("20260314T150926Z-portal")
    assert (part.state, part.metrics, part.reasons) == ("quarantined", {"records": 2}, gate.reasons)
    assert store.counts().total == (Count("article", "todo", "quarantined", 2),)


def test_its_articles_are_left_to_the_next_run_that_adopts(store: Store, clock: Clock, gate: Opinion) -> None:
    gate.reasons = ["bad"]
    store.begin("a", "portal", adopts=True)
    store.add([article(1, payload={"cover": "c.jpg"}, priority=3)])
    store.finish(wrote(store.take(9)[0]))
    store.publish()
    assert store.take(9) == []
    store.add([article(1), article(1, refresh=True)])
    assert store.take(9) == [], "it would be damaged again"
    assert [(one.state, one.settled_at, one.status) for one in store.standings(["article/1"]).values()] == [
        ("todo", None, None)
    ]
    store.end("finished", 5)
    store.begin("a", "article")
    assert store.take(9) == []
    store.end("finished", 0)
    store.begin("a", "portal", adopts=True)
    (unit,) = store.take(9)
    assert (unit.key, unit.payload, unit.known) == ("article/1", {"cover": "c.jpg"}, None)


def test_a_run_that_goes_on_leaves_them_too(folder: Path, clock: Clock, gate: Opinion) -> None:
    gate.reasons = ["bad"]
    with open_store(folder, clock=clock, gate=gate) as store:
        store.begin("a", "portal", adopts=True)
        crawl(store, 1)
        store.publish()
    with open_store(folder, clock=clock, gate=gate) as store:
        assert store.begin("a", "portal", adopts=True).resumed
        store.add([article(1), article(2)])
        assert keys(store.take(9)) == ["article/2"]
        crawl(store, 3)
        store.end("finished", 0)
        assert [run.spider for run in store.run_list()] == ["portal"]


def test_the_part_that_another_job_left_is_held_back_before_this_one_begins(
    folder: Path, clock: Clock, gate: Opinion
) -> None:
    with open_store(folder, clock=clock, gate=gate) as store:
        store.begin("b", "backfill")
        crawl(store, 1)
    gate.reasons = ["bad"]
    with open_store(folder, clock=clock, gate=gate) as store:
        store.begin("a", "portal", adopts=True)
        assert [part.name for part in store.held_back] == ["20260314T150926Z-backfill-0001.jsonl"]
        assert keys(store.take(9)) == ["article/1"]


@pytest.mark.parametrize("kind", ["article", "comments"])
@pytest.mark.parametrize("status", ["published", "gone", "moved"])
def test_what_was_known_before_is_known_again(store: Store, gate: Opinion, kind: str, status: str) -> None:
    store.begin("a", "portal", adopts=True)
    known: dict[str, Any] = {
        "content_hash": "old",
        "last_comment_id": 7,
        "comment_ids": (3, 7),
        "next_at": START,
        "validators": {"etag": '"old"'},
    }
    crawl(store, 1, date_published="2026-01-01", **known)
    store.publish()
    before = store.holdings()
    store.add([article(1, refresh=True)])
    (unit,) = store.take(1)
    gate.reasons = ["bad"]
    told: dict[str, Any] = {
        "content_hash": "new",
        "last_comment_id": 9,
        "comment_ids": (3, 4, 7, 9),
        "validators": {"etag": '"new"'},
    }
    store.finish(wrote(unit, kind, status=status, **told))
    store.publish()
    store.end("finished", 5)
    assert store.holdings() == before == [Holding(3, "published", 1)]
    store.begin("a", "portal", adopts=True)
    (again,) = store.take(1)
    assert again.known == unit.known
    assert again.known is not None
    assert again.known.comment_ids == (3, 7)


def test_what_an_older_version_put_away_comes_back_without_what_it_did_not_know(store: Store) -> None:
    store.begin("a", "portal")
    crawl(store, 1, content_hash="old", next_at=START, validators={"etag": '"old"'})
    store.add([article(1, refresh=True)])
    (unit,) = store.take(1)
    assert unit.known is not None
    frozen = articles.freeze(unit.known)
    assert articles.thaw(frozen) == {name: getattr(unit.known, name) for name in articles.SEEN}
    del frozen["validators"]
    assert articles.thaw(frozen)["validators"] is None


def test_two_lines_of_one_article_are_taken_back_together(store: Store, gate: Opinion) -> None:
    store.begin("a", "portal", adopts=True)
    crawl(store, 1, content_hash="first")
    crawl(store, 1, content_hash="second")
    assert store.changes(1) == [Change(3, "changed", 1), Change(3, "new", 1)]
    gate.reasons = ["bad"]
    store.publish()
    store.end("finished", 5)
    assert (store.holdings(), store.changes(1)) == ([], [])
    assert store.release("20260314T150926Z-portal") == Released(2, 0, ("articles/20260314T150926Z-portal-0001.jsonl",))
    assert store.changes(1) == [Change(3, "changed", 1), Change(3, "new", 1)]
    store.begin("b", "portal")
    store.add([article(1, refresh=True)])
    (unit,) = store.take(1)
    assert unit.known is not None
    assert (unit.known.revision, unit.known.content_hash) == (2, "second")


def test_an_article_under_way_is_taken_back_too(store: Store, folder: Path, gate: Opinion) -> None:
    """It goes on from what is not known any more."""
    store.begin("a", "portal", adopts=True)
    crawl(store, 1)
    store.add([article(1, refresh=True), article(2, refresh=True)])
    first, second = store.take(2)
    gate.reasons = ["bad"]
    store.publish()
    gate.reasons = []
    store.finish(wrote(first, "comments"))
    store.finish(wrote(second))
    store.end("finished", 5)
    assert published(folder) == [2]
    assert store.counts().total == (
        Count("article", "done", "", 1),
        Count("article", "todo", "quarantined", 1),
    )


def test_an_outcome_that_made_its_part_full_is_taken_back_too(folder: Path, clock: Clock, gate: Opinion) -> None:
    with open_store(folder, clock=clock, gate=gate, limits=Limits(records=1)) as store:
        store.begin("a", "portal", adopts=True)
        crawl(store, 1)
        store.add([article(1, refresh=True)])
        gate.reasons = ["bad"]
        store.finish(wrote(store.take(1)[0], "comments"))
        store.flush()
        store.end("finished", 5)
        assert published(folder) == []
        assert len(list(folder.glob("quarantine/*"))) == 1
        store.begin("a", "portal", adopts=True)
        assert [unit.known for unit in store.take(9)] == [None]


def test_a_run_may_hold_back_its_last_part_itself(folder: Path, clock: Clock, gate: Opinion) -> None:
    for one in (gate, None):
        with open_store(folder, clock=clock, gate=one) as store:
            store.begin("a", "portal", adopts=True)
            crawl(store, 1)
            store.publish(hold=["half of it was walls"])
            assert [part.reasons for part in store.held_back] == [("half of it was walls",)]
            store.publish(hold=["nothing is open"])
            assert len(store.held_back) == 1
            store.end("finished", 5)
    assert published(folder) == []


# --- release and reject ---


def test_a_release_publishes_the_part_as_it_is(store: Store, folder: Path, clock: Clock, gate: Opinion) -> None:
    gate.reasons = ["bad"]
    held = run(store, 1, 2, content_hash="h", next_at=START)
    gate.reasons = []
    clock.forward(days=1)
    run_between = store.begin("b", "article")
    crawl(store, 3)
    store.end("finished", 0)
    assert store.release(held) == Released(2, 0, (f"articles/{held}-0001.jsonl",))
    assert published(folder) == [3, 1, 2], "a consumer's cursor goes on from where it was"
    assert lines_of(folder / "published.jsonl")[0]["run"] == run_between.run_id
    assert list(folder.glob("quarantine/*")) == []
    assert store.holdings() == [Holding(3, "published", 3)]
    assert store.changes(held) == [Change(3, "new", 2)]
    assert store.counts().total == (Count("article", "done", "", 3),)
    (part,) = store.parts_of(held)
    assert (part.state, part.accepted_at, part.reasons) == ("published", clock(), ["bad"])
    store.begin("c", "portal", adopts=True)
    standing = store.standings(["article/1"])["article/1"]
    assert (standing.state, standing.settled_at, standing.status) == ("done", clock(), "published")
    assert store.take(9) == []
    store.add([article(1, refresh=True)])
    (unit,) = store.take(9)
    assert unit.known is not None
    assert (unit.known.content_hash, unit.known.next_at, unit.known.first_seen) == ("h", START, START)


def test_what_a_list_told_comes_back_with_a_release(store: Store, gate: Opinion) -> None:
    gate.reasons = ["bad"]
    held = store.begin("a", "portal").run_id
    store.add([article(1, payload={"cover": "c.jpg", "date": "2026-03-14"})])
    (unit,) = store.take(1)
    store.finish(replace(wrote(unit), kept={"cover": "c.jpg"}))
    store.end("finished", 5)
    store.release(held)
    store.begin("a", "portal")
    store.add([article(1, refresh=True)])
    assert [unit.payload for unit in store.take(1)] == [{"cover": "c.jpg"}]


def test_a_release_leaves_out_what_was_fetched_again(store: Store, folder: Path, gate: Opinion) -> None:
    gate.reasons = ["bad"]
    held = run(store, 1, 2, 3)
    gate.reasons = []
    store.begin("a", "portal", adopts=True)
    store.finish(wrote(store.take(1)[0]))
    store.end("finished", 0)
    assert store.release(held) == Released(2, 1, (f"articles/{held}-0001.jsonl",))
    assert published(folder) == [1, 2, 3]
    assert store.changes(held) == [Change(3, "new", 2)]
    assert store.holdings() == [Holding(3, "published", 3)]


def test_a_release_of_what_was_all_fetched_again_publishes_nothing(store: Store, folder: Path, gate: Opinion) -> None:
    gate.reasons = ["bad"]
    held = run(store, 1)
    gate.reasons = []
    run(store)
    assert published(folder) == [1]
    assert store.release(held) == Released(0, 1, ())
    assert published(folder) == [1]
    assert list(folder.glob("quarantine/*")) == []
    assert [part.state for part in store.parts_of(held)] == ["rejected"]


def test_what_looks_as_before_to_a_later_run_is_not_released(store: Store, folder: Path, gate: Opinion) -> None:
    """The site took back what was held back."""
    run(store, 1, content_hash="old")
    gate.reasons = ["bad"]
    held = run(store, 1, content_hash="damaged")
    gate.reasons = []
    store.begin("a", "portal", adopts=True)
    (unit,) = store.take(1)
    assert unit.known is not None
    store.finish(Outcome(unit, "done", article=replace(ended(unit).article or unit.known, content_hash="old")))
    store.end("finished", 0)
    assert store.release(held) == Released(0, 1, ())
    assert published(folder) == [1]


def test_what_a_later_run_could_not_read_is_released(store: Store, folder: Path, gate: Opinion) -> None:
    gate.reasons = ["bad"]
    held = run(store, 1)
    store.begin("a", "portal", adopts=True)
    store.finish(ended(store.take(1)[0], "skipped", "gone"))
    store.end("finished", 0)
    assert store.release(held).records == 1
    assert published(folder) == [1]
    assert store.counts().total == (Count("article", "done", "", 1),)


def test_what_is_rejected_is_removed_and_fetched_again(store: Store, folder: Path, gate: Opinion) -> None:
    gate.reasons = ["bad"]
    held = run(store, 1, 2)
    gate.reasons = []
    assert store.reject(held) == Rejected(2, (f"quarantine/{held}-0001.jsonl",))
    assert list(folder.glob("quarantine/*")) == []
    assert [part.state for part in store.parts_of(held)] == ["rejected"]
    run(store)
    assert published(folder) == [1, 2]


@pytest.mark.parametrize("decide", ["release", "reject"])
def test_a_run_of_which_nothing_is_held_back(store: Store, gate: Opinion, decide: str) -> None:
    passed = run(store, 1)
    with pytest.raises(UsageError, match=f"run '{passed}': nothing of it is held back: held back is nothing"):
        getattr(store, decide)(passed)
    gate.reasons = ["bad"]
    held = run(store, 2)
    with pytest.raises(UsageError, match=f"nothing of it is held back: held back is {held}"):
        getattr(store, decide)("x")
    store.begin("a", "portal")
    with pytest.raises(ValueError, match="is under way"):
        getattr(store, decide)(held)


def test_a_decision_may_be_repeated_not_changed(store: Store, folder: Path, gate: Opinion, clock: Clock) -> None:
    gate.reasons = ["bad"]
    released, rejected = run(store, 1), run(store, 2)
    store.release(released)
    store.reject(rejected)
    assert store.release(released) == Released(0, 0, ())
    assert store.reject(rejected) == Rejected(0, ())
    for decide, held in ((store.release, rejected), (store.reject, released)):
        with pytest.raises(UsageError, match="nothing of it is held back"):
            decide(held)


def test_a_file_that_is_gone_is_not_passed_over(store: Store, folder: Path, gate: Opinion) -> None:
    gate.reasons = ["bad"]
    held = run(store, 1)
    (path,) = folder.glob("quarantine/*")
    path.unlink()
    with pytest.raises(StorageError, match=rf"{path}: 1 records were held back here, and are gone: .*backup"):
        store.release(held)
    assert store.reject(held).records == 1


def test_each_part_of_a_run_is_decided_on(folder: Path, clock: Clock, gate: Opinion) -> None:
    gate.reasons = ["bad"]
    with open_store(folder, clock=clock, gate=gate, limits=Limits(records=2)) as store:
        store.begin("a", "portal")
        for aid in range(1, 6):
            crawl(store, aid)
        store.end("finished", 5)
        held = store.run_list()[0].run_id
        assert [part.records for part in store.parts_of(held)] == [2, 2, 1]
        assert store.release(held).records == 5
        assert published(folder) == [1, 2, 3, 4, 5]
