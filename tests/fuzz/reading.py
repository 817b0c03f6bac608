"""A page all the way from its bytes to its line of JSON, and what must hold of any."""

from __future__ import annotations

import json
import signal
import sys
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import orjson
from scrapy.settings import Settings
from scrapy.statscollectors import MemoryStatsCollector

from crawler import loaders
from crawler.discuz import walls
from crawler.discuz.urls import Grammar, Style
from crawler.pages import ArticlePage, CommentsPage, FeedPage, HomePage, ListingPage, kind_of, parse
from crawler.pipelines.validate import ValidatePipeline
from crawler.text.decoding import decide

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from parsel import Selector
    from scrapy.crawler import Crawler

    from tests.fuzz.mutants import Mutant
    from tests.fuzz.sources import Source

LIMIT = 2.0
"""Seconds of CPU time that no page may take."""

NOW = datetime(2031, 5, 6, 1, 10, 30, tzinfo=UTC)


class TooLongError(Exception):
    """A page took longer than any may."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a page gave.

    Attributes:
        kind: What it was taken for.
        record: Its record, if it is an article's and has one.
        reason: Why it has none.
    """

    kind: str
    record: dict[str, Any] | None = None
    reason: str = ""


TRACED = 5


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Stop what takes more CPU time: other work on the machine does not count, nor does it to be traced."""
    if sys.gettrace() is not None:  # coverage is measured, which takes several times as long as what it measures
        seconds *= TRACED

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise TooLongError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    except TooLongError:
        # Without the frames that were interrupted: Python may not know the innermost line, and pytest asks.
        raise TooLongError(f"more than {seconds} s") from None
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


@cache
def pipeline() -> ValidatePipeline:
    """The validating pipeline, compiled once."""
    stats = MemoryStatsCollector(cast("Any", SimpleNamespace(settings=Settings())))
    return ValidatePipeline(cast("Crawler", SimpleNamespace(stats=stats)))


def read(body: bytes, source: Source) -> Reading:
    """Read a page as a crawl does: which charset, which wall, which kind, what it holds, is it valid, and its line.

    Args:
        body: Its bytes.
        source: What it is, or was.
    """
    charset = decide(body, source.content_type)
    text = body.decode(charset.codec, "replace")
    grammar = Grammar(source.site, Style.REWRITTEN if "article-" in source.url else Style())
    asked = grammar.parse(source.url)
    walls.classify(status=200, text=text, asked=asked.kind)
    selector = parse(text)
    context = loaders.Context(
        site_name="fuzz",
        grammar=grammar,
        fetched_at=NOW,
        http_status=200,
        encoding=charset.encoding,
        encoding_source=charset.source,
    )
    kind = kind_of(selector, source.url)
    if kind == "article":
        return article(selector, source.url, context)
    holding: Any = None
    match kind:
        case "listing":
            listing = ListingPage(selector, source.url).raw()
            zone, _ = context.time_zone(listing.site)
            holding = [loaders.listing_entry(entry, context, zone) for entry in listing.entries]
        case "comments":
            comments = CommentsPage(selector, source.url).raw()
            holding = loaders.load_comments(comments.entries, context, context.time_zone(comments.site)[0])
        case "feed":
            feed = FeedPage(selector, source.url).raw()
            holding = [loaders.listing_entry(entry, context, UTC) for entry in feed.entries]
        case "home":
            holding = asdict(HomePage(selector, source.url).raw())
    orjson.dumps(holding)
    return Reading(kind)


def article(selector: Selector, url: str, context: loaders.Context) -> Reading:
    """Read an article's page."""
    raw = ArticlePage(selector, url).raw()
    try:
        item = loaders.load_article([raw], raw.comments, context)
    except loaders.MandatoryError as error:
        return Reading("article", reason=error.reason)
    line = orjson.dumps(pipeline().process_item(item))
    record = orjson.loads(line)
    assert json.loads(line) == record
    assert pipeline().validator.is_valid(record)
    return Reading("article", record)


@cache
def sound(source: Source) -> Reading:
    """What a page gave before it was broken."""
    return read(source.encode(source.text), source)


def tried(mutant: Mutant) -> Reading:
    """Read a mutant.

    Raises:
        AssertionError: A field has changed that the mutation did not touch.
        TooLongError: It takes too long.
        Exception: Whatever may not happen.
    """
    before = sound(mutant.source)
    with limited(LIMIT):
        reading = read(mutant.body, mutant.source)
    if reading.record is not None and before.record is not None and mutant.touched is not None:
        changed = {name for name, value in reading.record.items() if value != before.record[name]}
        wrong = {name: (before.record[name], reading.record[name]) for name in changed - mutant.touched}
        assert not wrong, f"{mutant}: changed {wrong}"
    return reading
