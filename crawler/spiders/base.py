"""A spider that serves units: it takes them from the store and has their pages read."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, TypeVar

from scrapy import Request
from scrapy.http import TextResponse
from scrapy.http.request import NO_CALLBACK

from crawler import clock
from crawler.completeness import Account, measure_store, missing_words
from crawler.discuz import walls
from crawler.discuz.urls import Grammar, Kind, Style, Target, key
from crawler.errors import MORE_FILES, CrawlerError, ExitCode, StorageError, bug_words, leading
from crawler.gate import Gate, holding, judge_end
from crawler.gate.run import METRICS, REASONS
from crawler.middlewares.address import RefusedAddress
from crawler.middlewares.browser_check import check_browser
from crawler.middlewares.conditional import NOT_MODIFIED
from crawler.middlewares.heads import came_at
from crawler.middlewares.redirect import destination
from crawler.pages import parse
from crawler.pages.base import Page
from crawler.pipelines.media_rules import MediaRules
from crawler.sites import find_site
from crawler.spiders import arguments
from crawler.spiders.ends import EndsUnits
from crawler.spiders.judging import judge
from crawler.spiders.policy import (
    CERTIFICATE,
    KEEPS_OUT,
    OUT_OF_FILES,
    OUT_OF_MEMORY,
    Action,
    Missing,
    Moved,
    NotModified,
    UnitEnded,
    Walled,
    Withheld,
    action_on,
    why_not,
)
from crawler.spiders.politeness import be_polite, heed, keep_hours, leave_alone, pace, shut
from crawler.spiders.survey import Survey
from crawler.spiders.tree import Tree
from crawler.spiders.units import target_of, walk_of
from crawler.spiders.verdict import Judgement, Tally, verdict
from crawler.spiders.walled import WallsMet
from crawler.store import Run, open_store, units_in
from crawler.theming import theme_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from datetime import datetime
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure

    from crawler.pages.theme import Theme
    from crawler.sites import Site
    from crawler.store import Store, Unit

SEEDED = "seeded"
"""The fact that holds which run was last given all its first units."""
READY = 100
"""Units taken from the store at once: a query for each would cost as much as a fifth of its page."""
LEAST_WIDTH = 4
REDIRECTS = frozenset({301, 302, 303, 307, 308})
"""Statuses that say where a page is; others of their hundred say something else of it, or nothing."""

P = TypeVar("P", bound=Page)


def purpose_of(unit: Unit) -> str:
    """Say what a unit is fetched for: a kind of page, ``revisit`` of a known article, or the walk it belongs to."""
    return "revisit" if unit.known is not None else walk_of(unit) or unit.kind


class UnitSpider(EndsUnits):
    """Serves the units of one site.

    A subclass seeds the store (`seed`) and reads pages (`read`). ``start()`` holds itself back, since Scrapy does not:
    it yields only while fewer than `width` units are under way, else waits until one has ended.

    Args:
        site: what is read.
        theme: by which its pages are read.
        asked: the spider arguments.
        store: the site's, open.
        run: begun or resumed.
        settings: the crawler's.
    """

    accepted: ClassVar[frozenset[str]] = frozenset()
    """Spider arguments that this spider takes, beside ``site`` and ``if_running``."""
    adopts: ClassVar[bool] = False
    """Whether runs of this spider also fetch what earlier runs left."""

    def __init__(
        self,
        *,
        site: Site,
        theme: Theme,
        asked: arguments.Arguments,
        store: Store,
        run: Run,
        settings: BaseSettings,
    ) -> None:
        super().__init__(store=store)
        self.site = site
        self.theme = theme
        self.asked = asked
        self.run = run
        self.folder: Path
        self.gate: Gate | None
        self.account: Account | None = None
        self.last_look: Callable[[Store], object] | None = None
        """Is given the store when the run has ended, before it is closed."""
        style = site.style or Style(**store.recall("style"))
        self.tree = Tree(Grammar(site.url, style, aliases=site.aliases), store.categories())
        self.width = max(2 * settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN"), LEAST_WIDTH)
        self.exit_code: ExitCode | None = None
        self.exit_words = ""
        self._started = self._stopping = False
        self._given = 0
        self._walls = WallsMet()
        self._came_at: dict[str, datetime] = {}

    @property
    def grammar(self) -> Grammar:
        """How the site spells addresses, as far as its pages have told."""
        return self.tree.grammar

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Check the arguments, open the store, begin a run or go on with one.

        Raises:
            CrawlerError: an argument, the store, or another run of this site forbids to start.
        """
        settings = crawler.settings
        now = clock.utc_now()
        asked = arguments.parse(cls.name, cls.accepted, kwargs, now.date())
        data = Path(settings["DISCUZ_DATA_DIR"])
        # The command has found the demo site, whose address only it can know.
        site = settings.get("DISCUZ_SITE") or find_site(
            asked.site, Path(settings["DISCUZ_SITES_DIR"] or data / "sites")
        )
        theme = theme_of(site)
        be_polite(settings, site)
        check_browser(settings)
        keep_hours(site, now)
        folder = data / site.name
        gate = Gate.of(settings)
        MediaRules.of(settings)
        store = open_store(
            folder,
            url=settings["DISCUZ_STORE_URL"],
            tries=settings.getint("DISCUZ_UNIT_TRIES"),
            gate=gate,
            history=settings.getint("DISCUZ_GATE_RUNS"),
        )
        try:
            leave_alone(site, store, now)
            job = arguments.job_of(cls.name, kwargs)
            # A dry run leaves everything as it is, and what an interrupted run has still to do.
            trial = Run(0, f"{now:%Y%m%dT%H%M%SZ}-{cls.name}-dry", job, cls.name, cls.adopts, now)
            run = trial if asked.dry_run else store.begin(job, cls.name, now, adopts=cls.adopts)
            spider = super().from_crawler(
                crawler, *args, site=site, theme=theme, asked=asked, store=store, run=run, settings=settings
            )
            spider.folder, spider.gate = folder, gate
        except BaseException:
            store.close()
            raise
        spider.watch(crawler)
        heed(spider, crawler)
        return spider

    # --- supply ---

    async def seed(self) -> None:
        """Put the units of this job into the store, at once; may read pages to find out which.

        Raises:
            UnitEnded: a page that is needed for it cannot be read.
            UsageError: what was asked for does not exist.
        """
        raise NotImplementedError

    async def survey(self) -> Survey:
        """Say what this job would begin with, without doing it or remembering anything.

        Raises:
            UnitEnded: a page that is needed for it cannot be read.
            UsageError: what was asked for does not exist.
        """
        raise NotImplementedError

    def waiting(self) -> list[Survey]:
        """Say what waits in the store for this job."""
        skipped = units_in(self.store.counts().total, state="skipped") if self.asked.retry_skipped else 0
        left = self.left
        return [
            *([Survey(f"{skipped:,} that were skipped are tried again", skipped)] if skipped else []),
            *([Survey(f"{left:,} that earlier runs left are read", left)] if left else []),
        ]

    @property
    def left(self) -> int:
        """How many articles earlier runs have left for this one."""
        if not self.adopts:
            return 0
        todo = units_in(self.store.counts().total, kind="article", state="todo")
        return todo + self.store.due(clock.utc_now()).failed

    def effort(self, requests: int) -> str:
        """Say how many requests there are, and how long they take at this pace."""
        delay = pace(self.crawler, self.site)
        return f"about {requests:,} requests, {requests * delay / 3600:.1f} hours at {delay:g} s a request"

    async def start(self) -> AsyncIterator[Any]:
        """Give out units for as long as there are any, as fast as they end."""
        if self._stopping:  # by a signal, before Scrapy came to this: the store may be closed by now
            return
        self._started = True
        try:
            if self.asked.dry_run:
                surveys = [await self.survey(), *self.waiting()]
                words = (
                    f"{', '.join(one.words for one in surveys)}: {self.effort(sum(one.requests for one in surveys))}"
                )
                self.exit_code, self.exit_words = ExitCode.OK, f"{self.site.name}: dry run: {words}"
                return
            # A run that was killed before all its units were stored begins again.
            if self.store.recall(SEEDED).get("run") != self.run.run_id:
                await self.seed()
                if self.asked.retry_skipped:
                    self.store.retry_skipped()
                self.store.remember(SEEDED, {"run": self.run.run_id})
            async for request in self.supply():
                yield request
            self.finish()
        except CrawlerError as error:
            self.stop(error.exit_code, str(error))
        except MemoryError:
            words = (
                f"{self.site.name}: interrupted: no memory is left: give it more (ulimit -v), then start again to go on"
            )
            self.stop(ExitCode.INTERRUPTED, words)
        except Walled as end:
            self.stop(ExitCode.WALL, end.words)
        except UnitEnded as end:
            code = ExitCode.WALL if end.state == "skipped" else ExitCode.UNREACHABLE
            words = f"site={self.site.url!r} cannot be read ({end.reason}): try it in a browser, then start again"
            self.stop(code, words)
        except Exception as error:
            self.crash(error)

    async def supply(self) -> AsyncIterator[Request]:
        """Yield a request for each unit, holding back while `width` of them are under way."""
        ready: list[Unit] = []
        while not self._stopping and not self._has_enough():
            # Asking the store for more is dear: not for every unit that ends, but when half of them have.
            if len(self.under_way) >= (self.width if ready else self.width // 2):
                await self.under_way.changed()
                continue
            if not ready:
                await self.upkeep()
                ready = self.store.take(READY)[::-1]
            if ready:
                unit = ready.pop()
                if reason := self._walls.bars(unit):
                    self._pass_over(unit, reason)
                    await asyncio.sleep(0)
                else:
                    yield self._give(unit)
            elif self.store.pending:
                self.store.flush()
            elif self.under_way:
                await self.under_way.changed()
            elif not self.more():
                return
        while self.under_way and not self._stopping:
            await self.under_way.changed()

    async def upkeep(self) -> None:
        """Do what a run does from time to time; called whenever units are about to be taken from the store.

        What it puts into the store is taken along at once. A part that has been open for long enough is published, for
        a run may bring no record for days.
        """
        self.store.publish_due()

    def more(self) -> bool:
        """Put units into the store that a job is only about when nothing else is left; False if there are none."""
        return False

    def _has_enough(self) -> bool:
        return self.asked.limit is not None and self._given >= self.asked.limit

    def _pass_over(self, unit: Unit, reason: str) -> None:
        """End a unit that is not even asked for."""
        self.under_way.enter(unit)
        self.end(unit, "skipped", reason)

    def _give(self, unit: Unit) -> Request:
        self.under_way.enter(unit)
        self._given += unit.kind == "article"
        self.count_request(purpose_of(unit))
        target = target_of(unit)
        return Request(
            self.grammar.build(target),
            callback=self.answer,
            errback=self.no_answer,
            headers=self.conditions(unit),
            cb_kwargs={"unit": unit, "target": target},
            dont_filter=True,
        )

    def conditions(self, unit: Unit) -> Mapping[str, str]:  # noqa: ARG002  (for those that override it)
        """Give the headers that ask for a unit's first page only if it has changed; none, where it is always read."""
        return {}

    # --- reading ---

    def read(self, response: TextResponse, unit: Unit) -> AsyncIterator[Any]:
        """Read the first page of a unit: yield its item, or `settle` it.

        Raises:
            UnitEnded: the unit cannot be read to its end.
        """
        raise NotImplementedError

    def read_end(self, end: UnitEnded, unit: Unit) -> Any:  # noqa: ARG002  (for those that override it)
        """Give the item of a unit whose page did not come, or None where it has none."""
        return None

    async def answer(self, response: Response, unit: Unit, target: Target) -> AsyncIterator[Any]:
        """Callback of every unit's first request."""
        gave = False
        self._came_at[unit.key] = came_at(response.request)
        try:
            async for item in self.read(self.page(response, target), unit):
                gave = True
                yield item
        except UnitEnded as end:
            item = self.read_end(end, unit)
            gave = item is not None
            if gave:
                yield item
            else:
                self.end_as(unit, end)
        except StorageError as error:
            self.stop(error.exit_code, str(error))
        except MemoryError:
            self.logger.warning("%s: no memory to read it", response.url)
            self.end(unit, "failed", OUT_OF_MEMORY)
        except Exception:
            self.bug(unit, "exception")
            raise
        finally:
            self._came_at.pop(unit.key, None)
        if not gave and unit.key in self.under_way:
            self.bug(unit, "no_output")

    def came_at(self, unit: Unit) -> datetime:
        """Give the moment at which the first page of a unit had come; now, if none has."""
        return self._came_at.get(unit.key) or clock.utc_now()

    def why_not(self, error: BaseException) -> UnitEnded:
        """Say how a unit ends whose request brought no response, and end the crawl where that is true of all units."""
        end = why_not(error)
        if isinstance(error, RefusedAddress):
            self.stop(ExitCode.USAGE, f"site={self.site.url!r}: {error.mend}")
        elif end.reason == OUT_OF_FILES:
            words = f"{self.site.name}: too many connections and files are open: {MORE_FILES}"
            self.stop(ExitCode.STORAGE, words)
        elif end.reason == CERTIFICATE:
            mend = 'ask its owner; if you know why, tls = "unverified" in its profile reads it all the same'
            self.stop(
                ExitCode.UNREACHABLE, f"site={self.site.url!r}: its certificate cannot be trusted ({error}): {mend}"
            )
        return end

    def why_no_file(self, error: BaseException) -> str:
        """Say in a word why a request for a picture or a file brought no response: that ends nothing."""
        return why_not(error).reason

    def no_answer(self, failure: Failure) -> None:
        """Errback of every unit's first request."""
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy sets it before it calls an errback
        assert failure.value is not None
        end = self.why_not(failure.value)
        self.end_as(request.cb_kwargs["unit"], end)

    def end_as(self, unit: Unit, end: UnitEnded) -> None:
        """End a unit that cannot be read; one that was not even asked for, because the run ends, stays as it was."""
        if isinstance(end, Withheld) and self._stopping:
            self.under_way.leave(unit)
        else:
            self.end(unit, end.state, end.reason)

    async def fetch(self, target: Target, url: str | None = None, *, purpose: str = "") -> TextResponse:
        """Fetch one more page that a unit needs, and check that it is that page.

        Args:
            target: names the page.
            url: its address, if that is not to be built; what lies below an alias is asked for at the site's root.
            purpose: what it is counted as, if not by its kind (`count_request`).

        Raises:
            UnitEnded: it is not to be had.
        """
        further = target.kind is Kind.ARTICLE and target.page > 1
        self.count_request(purpose or ("article_page" if further else target.kind))
        address = self.grammar.here(url) if url else self.grammar.build(target)
        request = Request(address, callback=NO_CALLBACK, cb_kwargs={"target": target}, dont_filter=True)
        try:
            response = await self.crawler.engine.download_async(request)
        except Exception as error:
            raise self.why_not(error) from error
        return self.page(response, target)

    def count_request(self, purpose: str) -> None:
        """Count a request by what it is for (``discuz/request/<purpose>_count``): what a run's report itemises.

        Redirects and tries again are in Scrapy's own numbers only.
        """
        self.crawler.stats.inc_value(f"discuz/request/{purpose}_count")

    def as_page(self, kind: type[P], response: TextResponse) -> P:
        """Give a response as a page of that kind, read as this site's theme says."""
        return kind(parse(response.text), response.url, self.theme)

    def page(self, response: Response, target: Target) -> TextResponse:
        """Give the response back if it is the page that was asked for.

        Raises:
            UnitEnded: it is a wall, a redirect to something else, or no page at all.
        """
        if response.status == NOT_MODIFIED:
            raise NotModified(response.url)
        if response.body and response.status < 300 and not isinstance(response, TextResponse):
            raise UnitEnded("failed", "no_text")  # to `walls` it would be empty
        verdict = judge(response, target, self.grammar)
        if verdict is not None:
            self.meet(verdict, target)
        self._walls.passed(target)
        location = response.headers.get("Location")
        if location is not None and response.status in REDIRECTS:
            raise Moved(destination(response.url, location), response.status)
        if response.status >= 300:
            raise UnitEnded("failed", f"http_{response.status}")
        if not isinstance(response, TextResponse):
            raise UnitEnded("failed", "no_text")
        return response

    def meet(self, verdict: walls.Verdict, target: Target) -> NoReturn:
        """Do about a wall what its policy says.

        Args:
            verdict: the wall.
            target: what was asked for.

        Raises:
            UnitEnded: always.
        """
        self.crawler.stats.inc_value(f"discuz/wall/{verdict.wall}_count")
        action = action_on(verdict, target.kind)
        if action.end == "skipped":
            self._walls.answered()
        if action is Action.CATEGORY and (bar := self._walls.bar(target, verdict)) is not None:
            what = "Nothing" if bar.articles else "No list"
            self.logger.info("%s more of category %d is read (%s)", what, target.number, bar.reason)
        if verdict.wall is walls.Wall.MISSING_ARTICLE:
            raise Missing(verdict.status)
        if verdict.reason not in KEEPS_OUT:
            raise UnitEnded(action.end, verdict.reason)
        words = self._walls.tell(self.site, verdict, self.crawler.settings)
        if self._walls.is_new(verdict):
            self.logger.warning("A wall (%s) stands before %s: %s", verdict.reason, key(target), verdict.text)
        patient = action in {Action.PATIENCE, Action.BROWSER}
        if action is Action.STOP or (patient and self._walls.lasts(target)):
            self.stop(ExitCode.WALL, words)
        raise Walled(action.end, verdict.reason, words)

    # --- the end of the run ---

    def stop(self, code: ExitCode, words: str) -> None:
        """End the crawl: give out nothing more, close as soon as what is in flight has come in.

        A run that has ended stays as it ended: there is nothing left to stop.
        """
        if self.store.run is None and not self.asked.dry_run:
            return
        if self.exit_code is None or leading([code, self.exit_code]) != self.exit_code:
            self.exit_code, self.exit_words = code, words
        if not self._stopping:
            self._stopping = True
            shut(self.crawler)
            self.under_way.wake()
            self._closing = asyncio.ensure_future(self.crawler.engine.close_spider_async(reason=code.name.lower()))

    def crash(self, error: Exception) -> None:
        """End the crawl for a bug of ours that no single unit can be blamed for."""
        self.logger.exception("A bug of ours ends the crawl")
        self.stop(ExitCode.BUG, f"{self.site.name}: {bug_words(error)}")

    def finish(self) -> None:
        """End the run that has nothing left to do, and publish it.

        Raises:
            StorageError: it cannot be published.
        """
        if self._stopping:
            return
        self.store.flush()
        reasons = self.judge()
        self.store.publish(holding(reasons))
        self.account = measure_store(self.store, self.run.seq, only=self.site.categories)
        self.exit_code, self.exit_words = verdict(
            self.site,
            Tally.of(self.store.counts(), self.store.changes(self.run.seq)),
            bugs=self.bugs,
            judgement=Judgement(reasons, self.store.held_back, self.run.run_id),
            missing=missing_words(self.account),
            wall=self._walls.words,
            has_read=self._walls.has_read,
        )
        self.exit_code, self.exit_words = self.end_told
        self.store.end("finished", self.exit_code, self.crawler.stats.get_stats())

    def judge(self) -> list[str]:
        """Have the gate judge the run as a whole, before its last part is published; give what is wrong with it."""
        if self.gate is None:
            return []
        metrics, reasons = judge_end(self.store, self.run, self.gate.thresholds)
        self.crawler.stats.set_value(METRICS, metrics)
        self.crawler.stats.set_value(REASONS, reasons)
        return reasons

    def closed(self, reason: str) -> None:
        """Leave the store in order, however the crawl ended."""
        if self.exit_code is None:
            self.exit_code, self.exit_words = self._unforeseen(reason)
        try:
            if self.store.run is not None and self.exit_code is not ExitCode.STORAGE:
                self._end_run()
        except StorageError as error:
            self.exit_code, self.exit_words = error.exit_code, str(error)
        except Exception as error:
            self.logger.exception("A bug of ours ends the crawl")
            self.exit_code, self.exit_words = ExitCode.BUG, f"{self.site.name}: {bug_words(error)}"
        finally:
            # Handed over, but never committed: the report tells of what is on disk.
            self.crawler.stats.inc_value("discuz/record/written_count", -self.store.pending_records)
            look, self.last_look = self.last_look, None
            try:
                if look is not None:
                    look(self.store)
            finally:
                self.store.close()

    def _unforeseen(self, reason: str) -> tuple[ExitCode, str]:
        """Say why a crawl ends that nothing of ours has ended: a limit of Scrapy's, or a bug that it caught."""
        if reason == "start_error" or not self._started:
            return ExitCode.BUG, f"{self.site.name}: {bug_words(reason)}"
        return ExitCode.INTERRUPTED, f"{self.site.name}: interrupted ({reason}); start the same command again to go on"

    def _end_run(self) -> None:
        """End the run: the next start goes on with one that was interrupted, or that a bug has ended.

        Raises:
            StorageError: disk or database fail.
        """
        goes_on = self.exit_code in {ExitCode.INTERRUPTED, ExitCode.BUG}
        if self.exit_code is ExitCode.BUG:  # it may be there at the next start, too
            self.store.publish()
        self.store.end(
            "interrupted" if goes_on else "finished", self.exit_code or ExitCode.OK, self.crawler.stats.get_stats()
        )
        if held := Judgement(held=self.store.held_back).words(self.site):
            self.exit_words = f"{self.exit_words}; {held}"

    @property
    def end_told(self) -> tuple[ExitCode, str]:
        """Exit code and last line, with what Scrapy has caught of ours."""
        if self.exit_code is None:
            return ExitCode.BUG, f"{self.site.name}: {bug_words('no end')}"
        if not self.caught.number or self.exit_code is ExitCode.BUG:
            return self.exit_code, self.exit_words
        words = f"{self.exit_words}; a bug of ours showed meanwhile: please report it with the log"
        return leading([self.exit_code, ExitCode.BUG]), words
