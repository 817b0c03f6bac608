"""The progress extension, on a terminal and off it."""

from __future__ import annotations

import asyncio
import io
import logging
from typing import TYPE_CHECKING

import pytest
from rich.console import Console
from scrapy import Spider, signals
from scrapy.exceptions import NotConfigured
from scrapy.statscollectors import StatsCollector
from scrapy.utils.test import get_crawler

from crawler.extensions.progress import Meter, Numbers, Progress

if TYPE_CHECKING:
    from collections.abc import Callable

STATS = {
    "discuz/article/found_count": 412,
    "discuz/article/done_count": 230,
    "discuz/article/failed_count": 3,
    "discuz/article/skipped_count": 1,
    "discuz/reason/robots_count": 1,
    "discuz/reason/http_500_count": 3,
    "discuz/listing/page_count": 28,
    "downloader/request_count": 300,
    "downloader/response_bytes": 3 * 2**20,
    "discuz/last_headline": "[b]标题\x1b[2J[/b]",
}


class NewsSpider(Spider):
    name = "news"


@pytest.fixture
def stats() -> StatsCollector:
    crawler = get_crawler(NewsSpider)
    collector = StatsCollector(crawler)
    collector.set_stats(dict(STATS))
    return collector


def terminal() -> Console:
    return Console(
        file=io.StringIO(), force_terminal=True, force_interactive=True, width=100, height=25, color_system=None
    )


def shown(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


async def watched(progress: Progress, seconds: float, change: Callable[[], None] = lambda: None) -> None:
    """Open and close a spider with some time in between."""
    spider = NewsSpider()
    progress.spider_opened(spider)
    await asyncio.sleep(seconds)
    change()
    progress.spider_closed(spider, "finished")


def test_numbers_come_from_the_stats(stats: StatsCollector) -> None:
    numbers = Numbers.read(stats)
    assert (numbers.found, numbers.fetched, numbers.listings, numbers.requests) == (412, 230, 28, 300)
    assert (numbers.ended, numbers.remaining) == (234, 178)
    assert numbers.headline == "[b]标题\\x1b[2J[/b]"


def test_nothing_counted_yet_is_zero_and_remaining_is_never_negative() -> None:
    collector = StatsCollector(get_crawler(NewsSpider))
    assert Numbers.read(collector) == Numbers(0, 0, 0, 0, 0, 0, "")
    collector.set_value("discuz/article/done_count", 2)
    assert Numbers.read(collector).remaining == 0


def test_the_rate_is_that_of_the_last_half_minute() -> None:
    meter = Meter()
    assert meter.rate == 0
    meter.mark(100.0, 0)
    assert meter.rate == 0
    meter.mark(110.0, 1000)
    assert meter.rate == 100
    meter.mark(140.0, 1060)
    assert meter.rate == 2, "the first mark is too old to count"
    assert meter.eta(90) == "0:00:45"


@pytest.mark.parametrize(("marks", "remaining", "eta"), [([], 5, "-"), ([], 0, "0:00:00"), ([(0, 0), (9, 0)], 5, "-")])
def test_no_eta_without_a_rate(marks: list[tuple[float, int]], remaining: int, eta: str) -> None:
    meter = Meter()
    for mark in marks:
        meter.mark(*mark)
    assert meter.eta(remaining) == eta


def test_off_a_terminal_lines_go_to_the_log(stats: StatsCollector, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    console = Console(file=io.StringIO(), force_interactive=False)
    asyncio.run(watched(Progress(stats, console, interval=0.05), 0.08))
    line, summary = (record.getMessage() for record in caplog.records)
    assert line == (
        "412 found, 230 fetched (0.0/s), 3 failed, 1 skipped, 178 remaining, ETA -; last: [b]标题\\x1b[2J[/b]"
    )
    assert summary.startswith("Summary of news (finished):\n  articles found             412\n")
    assert (
        "\n  skipped                      1\n    http_500                   3\n    robots                     1\n"
        in summary
    )
    assert "\n  received               3.0 MiB\n" in summary
    assert shown(console) == ""


def test_on_a_terminal_there_is_a_bar_and_then_a_table(stats: StatsCollector) -> None:
    console = terminal()
    asyncio.run(watched(Progress(stats, console, interval=15), 0.6))
    text = shown(console)
    assert "234/412 articles" in text
    assert "178 remaining" in text
    assert "[b]标题\\x1b[2J[/b]" in text, "a headline is shown as it is, not taken for markup"
    table = text.rpartition("news: finished")[2]
    assert "articles found" in table
    assert "412" in table
    assert text.rindex("\x1b[?25h") > text.rindex("\x1b[?25l"), "a killed crawl does not leave the cursor hidden"
    assert "articles found" not in text.partition("news: finished")[0]


def test_before_anything_is_found_the_bar_pulses() -> None:
    console = terminal()
    progress = Progress(StatsCollector(get_crawler(NewsSpider)), console, interval=15)
    console.print(progress.picture())
    assert "0/0 articles" in shown(console)
    assert "ETA 0:00:00" in shown(console)


def test_closing_twice_does_no_harm(stats: StatsCollector) -> None:
    progress = Progress(stats, terminal(), interval=15)
    asyncio.run(watched(progress, 0))
    progress.spider_closed(NewsSpider(), "finished")


def test_a_clock_that_did_not_move_gives_no_rate(stats: StatsCollector, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.extensions.progress.time.monotonic", lambda: 7.0)
    assert dict(Progress(stats, terminal(), 15).summary("finished"))["articles a second"] == "-"


def test_the_setting_switches_it_off() -> None:
    with pytest.raises(NotConfigured):
        Progress.from_crawler(get_crawler(NewsSpider, {"DISCUZ_PROGRESS_ENABLED": False}))


def test_from_crawler_listens_to_the_spider(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    crawler = get_crawler(NewsSpider, {"DISCUZ_PROGRESS_INTERVAL": 0.01})
    progress = Progress.from_crawler(crawler)

    async def run() -> None:
        spider = NewsSpider()
        await crawler.signals.send_catch_log_async(signals.spider_opened, spider=spider)
        await asyncio.sleep(0.03)
        await crawler.signals.send_catch_log_async(signals.spider_closed, spider=spider, reason="shutdown")

    asyncio.run(run())
    assert progress.interval == 0.01
    assert any("0 found" in record.getMessage() for record in caplog.records)
    assert "Summary of news (shutdown)" in caplog.text
