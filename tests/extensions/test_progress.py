"""The progress extension, on a terminal and off it."""

from __future__ import annotations

import asyncio
import io
import logging
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest
from rich.cells import cell_len
from rich.console import Console
from scrapy import Spider, signals
from scrapy.exceptions import NotConfigured
from scrapy.statscollectors import StatsCollector
from scrapy.utils.test import get_crawler

from crawler.extensions.progress import Numbers, Progress
from crawler.extensions.standing import Left, Part

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.extensions.standing import Standing

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
    "discuz/wall/login_count": 2,
    "discuz/wall/evasive_1_again_count": 7,
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
    assert Numbers.read(collector) == Numbers(0, 0, 0, 0, 0, 0, 0, {}, "")
    collector.set_value("discuz/article/done_count", 2)
    assert Numbers.read(collector).remaining == 0


def test_off_a_terminal_lines_go_to_the_log(stats: StatsCollector, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    console = Console(file=io.StringIO(), force_interactive=False)
    asyncio.run(watched(Progress(stats, console, interval=0.05), 0.08))
    line, summary = (record.getMessage() for record in caplog.records)
    assert line == (
        "412 found, 230 fetched (0.0/s), 3 failed, 1 skipped, 178 remaining, ETA -; walls: login 2; "
        "last: [b]标题\\x1b[2J[/b]"
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
    assert "300 requests · 3.0 MiB · 3 failed · 1 skipped" in text
    assert "walls: login 2\n" in text.replace("\r", "")
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


def left(**names: tuple[int, int]) -> Left:
    parts = [Part(name, done, named, 2 if name == "时政要闻" else 0) for name, (done, named) in names.items()]
    return Left(sum(part.named for part in parts) + 5, 2, 3, parts)


@pytest.mark.parametrize("width", [40, 80, 200])
def test_categories_are_told_by_what_is_left_of_them(stats: StatsCollector, width: int) -> None:
    """However narrow the terminal and whatever their names: nothing is wrapped, and no line is too wide."""
    console = Console(file=io.StringIO(), force_terminal=True, width=width, color_system=None)
    progress = Progress(stats, console, interval=15)
    names = {"时政要闻": (10, 90), "a\x1b[2J[red]": (0, 7), "一个名字很长很长很长很长很长的栏目": (3, 40)}
    many = {f"c{number}": (1, 1) for number in range(9)}
    progress.standing = cast("Standing", SimpleNamespace(look=lambda: left(**names, **many)))
    console.print(progress.picture())
    lines = shown(console).splitlines()
    assert all(cell_len(line) <= width for line in lines)
    assert len(lines) == 1 + 9 + 3
    if width >= 80:
        assert "234/~387 articles" in lines[0], "those that are looked at again are among what remains"
        assert lines[1].startswith("时政要闻 ")
        assert "10 read" in lines[1]
        assert "~92 left" in lines[1]
        assert lines[3].startswith("a\\x1b[2J[red]")
        assert lines[9].startswith("4 more")
        assert "4 left" in lines[9]


def test_without_an_interval_there_is_only_the_summary(stats: StatsCollector, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    asyncio.run(watched(Progress(stats, Console(file=io.StringIO(), force_interactive=False), interval=0), 0.05))
    (summary,) = caplog.records
    assert summary.getMessage().startswith("Summary of news (finished)")


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
