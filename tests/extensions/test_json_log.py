"""Log lines as JSON: one object a line whatever is in it, with all that is known, and no secret."""

from __future__ import annotations

import io
import json
import logging
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from scrapy import Request
from scrapy.exceptions import NotConfigured
from scrapy.settings import Settings
from scrapy.utils.test import get_crawler

from crawler.extensions import json_log

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def log() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    """A logger of its own, and what a handler with Scrapy's formatter writes of it."""
    before, stream = logging.getLogRecordFactory(), io.StringIO()
    settings = Settings({"DISCUZ_LOG_FORMAT": "json"})
    json_log.set_up(settings)
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter(settings["LOG_FORMAT"], settings["LOG_DATEFORMAT"]))
    logger = logging.Logger("a.logger")
    logger.addHandler(handler)
    yield logger, stream
    logging.setLogRecordFactory(before)
    json_log.ABOUT.clear()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_says_when_how_grave_what_from_and_what(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = log
    logger.warning("%d articles of %s\x1b[2J", 3, "标题\n\u202e")
    (line,) = lines(stream)
    assert line["message"] == "3 articles of 标题\\n\\u202e\\x1b[2J", "what moves a cursor is told as in other lines"
    assert (line["level"], line["logger"], set(line)) == ("WARNING", "a.logger", {"time", "level", "logger", "message"})
    assert line["time"][10] == "T"
    assert line["time"][-6] in "+-", "with its offset"


def test_an_exception_is_a_part_of_its_line(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = log
    logger.error("It failed", exc_info=ValueError("a page's\nwords http://me:secret@x.example/"))
    (line,) = lines(stream)
    assert line["message"] == "It failed"
    assert line["exception"] == "ValueError: a page's\\nwords http://***@x.example/"


def test_a_request_gives_its_address_and_unit(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = log
    request = Request("http://me:secret@x.example/a", cb_kwargs={"unit": SimpleNamespace(key="article/3")})
    logger.error("Spider error processing %(request)s", {"request": request})
    logger.error("no more of %s", SimpleNamespace(url="http://x.example/b"))
    first, second = lines(stream)
    assert (first["url"], first["unit"]) == ("http://***@x.example/a", "article/3")
    assert (second["url"], "unit" in second) == ("http://x.example/b", False)
    assert "secret" not in stream.getvalue()


def test_each_line_names_site_run_and_spider_once_they_are_known(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = log
    spider = SimpleNamespace(
        name="portal", site=SimpleNamespace(name="x.example"), run=SimpleNamespace(run_id="20310506T011030Z-portal")
    )
    logger.info("before")
    logger.info("its own", extra={"spider": spider})
    json_log.JsonLog().spider_opened(spider)  # type: ignore[arg-type]  # as much of one as is looked at
    logger.info("after")
    before, own, after = lines(stream)
    assert "site" not in before
    about = {"site": "x.example", "run_id": "20310506T011030Z-portal", "spider": "portal"}
    assert own.items() >= about.items()
    assert after.items() >= about.items()


def test_arguments_that_do_not_fit_are_no_end_of_the_log(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = log
    logger.info("%d of %d", *["one"])
    assert lines(stream)[0]["message"] == "%d of %d"


def test_without_the_setting_nothing_changes() -> None:
    before, settings = logging.getLogRecordFactory(), Settings({"DISCUZ_LOG_FORMAT": "text"})
    json_log.set_up(settings)
    assert logging.getLogRecordFactory() is before
    assert "asctime" in settings["LOG_FORMAT"]
    with pytest.raises(NotConfigured):
        json_log.JsonLog.from_crawler(get_crawler())
