"""The end of a unit: every unit ends, on every path that Scrapy knows.

| path | told by | end |
|---|---|---|
| callback yields the item | pipelines | `settle` by the writing pipeline |
| a pipeline drops it | signal ``item_dropped`` | done (duplicate, unchanged), failed (invalid), skipped (block list) |
| the run ends before its files are there | the same | left as it was |
| a pipeline fails | signal ``item_error`` | failed, a bug |
| callback raises | ``UnitSpider.answer`` | failed, a bug |
| callback yields nothing | ``UnitSpider.answer`` | failed, a bug |
| no response, robots.txt | errback | failed, or skipped for robots.txt |
| dropped by the scheduler | signal ``request_dropped`` | failed |
| none of these | the watch | failed after `DEADLINE` |

What fails outside of all units ends the crawl (`UnitSpider.start`), or is counted (`crawler.spiders.caught`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from scrapy import Spider, signals
from scrapy.utils.asyncio import create_looping_call

from crawler.discuz.urls import Kind, Target, key
from crawler.errors import ExitCode, StorageError
from crawler.items import Article
from crawler.pipelines.block import Blocked
from crawler.pipelines.deduplicate import Duplicate, Unchanged
from crawler.pipelines.media import Interrupted
from crawler.pipelines.validate import InvalidRecord
from crawler.spiders.caught import Caught
from crawler.spiders.under_way import UnderWay
from crawler.store import Outcome
from crawler.store.blocked import BLOCKED

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.exceptions import DropItem

    from crawler.items import CommentsUpdate
    from crawler.store import ArticleRow, Settled, Store, Unit

DEADLINE = 7200.0
"""Seconds after which a unit under way is given up: longer than any article with its pages and comments takes, and than
a host is waited for that asks to be left alone."""
WATCH_EVERY = 30.0


class EndsUnits(Spider):
    """Sees to it that each unit under way ends, once.

    Args:
        store: takes the outcomes.
    """

    def __init__(self, *, store: Store) -> None:
        super().__init__()
        self.store = store
        self.under_way = UnderWay()
        self.caught = Caught()
        self.bugs = 0

    def watch(self, crawler: Crawler) -> None:
        """Listen to everything that may end a unit."""
        crawler.signals.connect(self.item_dropped, signal=signals.item_dropped)
        crawler.signals.connect(self.item_error, signal=signals.item_error)
        crawler.signals.connect(self.request_dropped, signal=signals.request_dropped)
        crawler.signals.connect(self.begin_watch, signal=signals.spider_opened)

    def begin_watch(self) -> None:
        """Look from time to time whether a unit is under way for too long, until the spider closes."""
        self.caught.begin()
        self.crawler.signals.connect(self.caught.end, signals.engine_stopped)
        watch = create_looping_call(self.give_up_late)
        watch.start(WATCH_EVERY, now=False)
        self.crawler.signals.connect(watch.stop, signals.spider_closed, weak=False)

    def stop(self, code: ExitCode, words: str) -> None:
        """End the crawl."""
        raise NotImplementedError

    def settle(self, outcome: Outcome) -> None:
        """Hand a unit's outcome to the store, with what its article names; one that has ended is not ended twice."""
        errand = self.under_way.leave(outcome.unit)
        if errand is None:
            return
        if errand.found and outcome.state == "done":
            outcome = replace(outcome, found=[*outcome.found, *errand.found])
        stats = self.crawler.stats
        stats.inc_value(f"discuz/{outcome.unit.kind}/{outcome.state}_count")
        if outcome.reason:
            stats.inc_value(f"discuz/reason/{outcome.reason}_count")
        try:
            self.store.finish(outcome)
        except StorageError as error:
            self.stop(error.exit_code, str(error))

    def end(self, unit: Unit, state: Settled, reason: str) -> None:
        """End a unit without a record."""
        self.settle(Outcome(unit=unit, state=state, reason=reason))

    def bug(self, unit: Unit, reason: str) -> None:
        """End a unit that our own code failed on."""
        self.bugs += 1
        self.end(unit, "failed", reason)

    def unit_of(self, item: Article | CommentsUpdate) -> Unit | None:
        """Give the unit under way that an item belongs to."""
        aid = item.discuz.aid if isinstance(item, Article) else int(item.id.rpartition(":")[2])
        return self.under_way.get(key(Target(Kind.ARTICLE, aid)))

    def row_of(self, unit: Unit) -> ArticleRow:
        """Give what is to be remembered of the article of a unit under way.

        Raises:
            LookupError: it was not noted when the article was read.
        """
        errand = self.under_way.errand(unit)
        if errand is None or errand.row is None:
            raise LookupError(f"{unit.key}: nothing was noted of its article")
        return errand.row

    def wait_for(self, item: Article) -> None:
        """Give the unit of an item all its time again: its files come in, at the pace of their hosts."""
        if unit := self.unit_of(item):
            self.under_way.go_on(unit)

    def item_dropped(self, item: Any, exception: DropItem) -> None:
        """End the unit of an item that a pipeline dropped."""
        unit = self.unit_of(item)
        if unit is None:
            return
        if isinstance(exception, Unchanged):
            errand = self.under_way.errand(unit)
            row = errand.row if errand else None
            self.settle(Outcome(unit=unit, state="done", reason=str(exception), article=row))
        elif isinstance(exception, Duplicate):
            self.end(unit, "done", str(exception))
        elif isinstance(exception, Blocked):
            self.end(unit, "skipped", BLOCKED)
        elif isinstance(exception, Interrupted):
            self.under_way.leave(unit)
        elif isinstance(exception, InvalidRecord):
            self.end(unit, "failed", f"invalid_{exception.field}")
        else:
            self.bug(unit, "dropped")

    def item_error(self, item: Any) -> None:
        """End the unit of an item that a pipeline failed on."""
        if unit := self.unit_of(item):
            self.bug(unit, "item_error")

    def request_dropped(self, request: Request) -> None:
        """End the unit of a request that the scheduler dropped."""
        if unit := request.cb_kwargs.get("unit"):
            self.end(unit, "failed", "request_dropped")

    def give_up_late(self) -> None:
        """Fail every unit that has been under way for longer than any unit takes."""
        for unit in self.under_way.older_than(DEADLINE):
            self.end(unit, "failed", "deadline")
