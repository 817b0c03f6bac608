"""What a clock wrote down that was ahead is brought back, and nothing else is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from crawler.store import Category
from crawler.store.frontier import WAITS
from tests.store.helpers import START, article, ended, keys

if TYPE_CHECKING:
    from crawler.store import Store
    from tests.store.helpers import Clock

YEAR = timedelta(days=365)
SOON = timedelta(hours=2)


def crawl(store: Store, clock: Clock) -> None:
    """A run that reads one article, which is to be looked at again, and fails on another."""
    store.begin("job", "portal", adopts=True)
    store.add([article(1), article(2)])
    first, second = store.take(2)
    outcome = ended(first)
    assert outcome.article is not None
    row = replace(outcome.article, next_at=clock.now + SOON)
    store.finish(replace(outcome, article=row))
    store.finish(ended(second, "failed", "timeout"))
    store.flush()
    store.save_category(Category(key="3", catid=3, walked_at=clock.now, seen_at=clock.now, swept_at=clock.now))
    store.end("finished", 0)


@pytest.mark.parametrize("ahead", [YEAR, timedelta(days=1), timedelta()])
def test_a_run_after_one_that_was_ahead(store: Store, clock: Clock, ahead: timedelta) -> None:
    clock.now = START + ahead
    crawl(store, clock)
    clock.now = START + timedelta(minutes=10)
    run = store.begin("job", "portal", adopts=True)
    [category] = store.categories()
    standings = store.standings(["article/1", "article/2"])
    times = [category.walked_at, category.seen_at, category.swept_at, standings["article/1"].settled_at]
    times.append(standings["article/1"].last_seen)
    was = START if not ahead else clock.now
    assert times == [was] * 5
    assert keys(store.take(9)) == ["article/2"], "it failed ten minutes ago, or who knows when"
    assert store.revisit(clock.forward(minutes=5)) == bool(ahead)
    assert run.started_at == START + timedelta(minutes=10)


def test_what_is_put_off_by_a_jump_within_a_run_is_due(store: Store, clock: Clock) -> None:
    store.begin("job", "portal", adopts=True)
    store.add([article(1), article(2)])
    first, second = store.take(2)
    clock.now = START + YEAR
    store.finish(ended(first, "failed", "timeout"))
    store.flush()
    clock.now = START
    store.finish(ended(second, "failed", "timeout"))
    store.flush()
    assert keys(store.take(9)) == ["article/1"]
    clock.forward(seconds=WAITS[0].total_seconds())
    assert keys(store.take(9)) == ["article/2"]


def test_clocks_may_differ_a_little(store: Store, clock: Clock) -> None:
    clock.now = START + timedelta(minutes=30)
    crawl(store, clock)
    clock.now = START
    store.begin("job", "portal", adopts=True)
    [category] = store.categories()
    assert category.walked_at == START + timedelta(minutes=30)
