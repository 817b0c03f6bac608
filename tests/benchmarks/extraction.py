"""What it costs to read an article's page, step by step: ``python -m tests.benchmarks.extraction``.

The pages are those of a fixture portal. Each figure is the least of many rounds in CPU time, so that other work on the
machine hardly counts; steps that are printed further in are part of the one above them. Each of them comes back to
its page after those of all the others, so together they take longer than all of it in one go.
"""

from __future__ import annotations

import argparse
import gc
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import orjson
from parsel import Selector
from scrapy.utils.test import get_crawler

from crawler import loaders, text
from crawler.discuz import walls
from crawler.discuz.urls import Grammar, Kind
from crawler.pages import ArticlePage, parse
from crawler.pipelines.validate import ValidatePipeline
from fixtures.portal.model import build
from fixtures.portal.options import Options
from fixtures.portal.render import Renderer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

ROOT = "http://127.0.0.1/"
ARTICLES = range(150, 170)  # ordinary ones: those that stand for something special come first


def pages(page_kb: int) -> list[tuple[str, str]]:
    """Addresses and sources of some article pages of at least this size."""
    renderer = Renderer(build(Options(articles=300, page_kb=page_kb)), ROOT)
    addresses = {aid: ROOT + renderer.article_url(aid) for aid in ARTICLES}
    return [(address, renderer.view(address, aid, 1, views=100)) for aid, address in addresses.items()]


def steps(sources: list[tuple[str, str]]) -> dict[str, tuple[Callable[[Any], object], Iterable[Any]]]:
    """The steps by name, each with what it is done to, in the order of their work on a page."""
    context = loaders.Context(
        site_name="bench",
        grammar=Grammar(ROOT),
        fetched_at=datetime.now(UTC),
        http_status=200,
        encoding="utf-8",
        encoding_source="header",
    )
    validator = ValidatePipeline(get_crawler())
    parsed = [(parse(source), address) for address, source in sources]
    raws = [ArticlePage(*page).raw() for page in parsed]
    bodies = [text.analyse(raw.body, raw.base_url) for raw in raws]
    records = [loaders.load_article([raw], raw.comments, context) for raw in raws]
    plain = [source for _, source in sources]

    def whole(page: tuple[str, str]) -> None:
        raw = ArticlePage(parse(page[1]), page[0]).raw()
        loaders.load_article([raw], raw.comments, context)

    return {
        "a bare selector": (lambda source: Selector(text=source, type="html").root, plain),
        "classify": (lambda source: walls.classify(status=200, text=source, asked=Kind.ARTICLE), plain),
        "parse to record": (whole, sources),
        "  parse": (parse, plain),
        "  raw": (lambda page: ArticlePage(*page).raw(), parsed),
        "  load_article": (lambda raw: loaders.load_article([raw], raw.comments, context), raws),
        "    analyse": (lambda raw: text.analyse(raw.body, raw.base_url), raws),
        "    analyse, html": (lambda raw: text.analyse(raw.body, raw.base_url).html, raws),
        "    credits": (lambda body: text.credits(body.paragraphs), bodies),
        "    language": (lambda body: text.language(body.text), bodies),
        "    content_hash": (loaders.content_hash, records),
        "validate": (validator.process_item, records),
        "serialise": (orjson.dumps, records),
    }


def measured(step: Callable[[Any], object], things: Iterable[Any]) -> float:
    """The CPU time of a step for all things, in seconds."""
    begun = time.process_time()
    for thing in things:
        step(thing)
    return time.process_time() - begun


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--page-kb", type=int, default=30, help="the least size of a page, in KiB")
    parser.add_argument("--rounds", type=int, default=60)
    options = parser.parse_args()
    sources = pages(options.page_kb)
    work = steps(sources)
    best = dict.fromkeys(work, float("inf"))
    gc.disable()  # as `timeit` does: a collection would be charged to whatever step it falls into
    for _ in range(options.rounds):
        for name, (step, things) in work.items():
            best[name] = min(best[name], measured(step, things))
    size = sum(len(source.encode()) for _, source in sources) / len(sources)
    print(f"µs a page of {size / 1000:.0f} KB")
    for name, seconds in best.items():
        print(f"{name:<20}{1e6 * seconds / len(sources):>8.0f}")


if __name__ == "__main__":
    main()
