"""Log lines as JSON, one object a line, for programs that collect logs (``DISCUZ_LOG_FORMAT=json``).

Scrapy makes its handlers and their formatters itself, and writes first lines before any component of ours is there. So
it is the log record that gives its message as JSON: whichever handler shows it, on the error stream or in a file.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import orjson
from scrapy import signals
from scrapy.exceptions import NotConfigured

from crawler import escaping
from crawler.escaping import printable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from scrapy import Spider
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

JSON: Final = "json"
FORMATS: Final = ("text", JSON)
"""What ``DISCUZ_LOG_FORMAT`` may be."""
ABOUT: Final[dict[str, str]] = {}
"""What all lines of this process are about, once it is known: ``site``, ``run_id``, ``spider``."""


class JsonRecord(escaping.Record):
    """A log line whose message is a JSON object with all that is known of it. Its exception is a part of that."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A formatter would write it below the message.
        self._exception, self.exc_text, self.exc_info = self.exc_text, None, None

    def getMessage(self) -> str:  # noqa: N802  (logging's name)
        """Give the line."""
        try:
            message = super().getMessage()
        except (TypeError, ValueError, KeyError):  # its arguments do not fit
            message = printable(str(self.msg))
        return line(self.levelname, self.name, message, self.created, dict(self._more()))

    def _more(self) -> Iterator[tuple[str, str]]:
        about = ABOUT or _about(getattr(self, "spider", None))
        yield from about.items()
        values = self.args.values() if isinstance(self.args, Mapping) else self.args or ()
        for value in values:
            url = getattr(value, "url", None)
            if isinstance(url, str):
                yield "url", printable(url)
                # Of a response that is not tied to its request there is no more to be had.
                unit = (getattr(value, "cb_kwargs", None) or {}).get("unit")
                if unit is not None:
                    yield "unit", unit.key
                break
        if self._exception:
            yield "exception", self._exception


def line(level: str, logger: str, message: str, created: float, more: Mapping[str, Any]) -> str:
    """Write a line.

    Args:
        level: its name.
        logger: what it is from.
        message: safe to show, see `crawler.escaping`.
        created: seconds since 1970.
        more: what else is known.
    """
    moment = datetime.fromtimestamp(created, UTC).astimezone().isoformat(timespec="milliseconds")
    return orjson.dumps({"time": moment, "level": level, "logger": logger, "message": message, **more}).decode()


def _about(spider: Any) -> dict[str, str]:
    """Say what a spider is about, as far as it has come."""
    site, run = getattr(spider, "site", None), getattr(spider, "run", None)
    found = {
        "site": getattr(site, "name", None),
        "run_id": getattr(run, "run_id", None),
        "spider": getattr(spider, "name", None),
    }
    return {name: value for name, value in found.items() if isinstance(value, str)}


def is_wanted(settings: BaseSettings) -> bool:
    """Tell whether log lines are to be JSON."""
    return str(settings.get("DISCUZ_LOG_FORMAT")) == JSON


def set_up(settings: BaseSettings) -> None:
    """Write JSON from now on, where the settings say so; before Scrapy sets up its log.

    Args:
        settings: not frozen yet; those of a line's form are changed.
    """
    if not is_wanted(settings):
        return
    logging.setLogRecordFactory(JsonRecord)
    settings.set("LOG_FORMAT", "%(message)s", priority="cmdline")


class JsonLog:
    """Has each line say which site, run and spider it is about."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Set up as a Scrapy extension.

        Raises:
            NotConfigured: lines are text.
        """
        if not is_wanted(crawler.settings):
            raise NotConfigured
        log = cls()
        crawler.signals.connect(log.spider_opened, signal=signals.spider_opened)
        return log

    def spider_opened(self, spider: Spider) -> None:
        """Remember what it is about."""
        ABOUT.clear()
        ABOUT.update(_about(spider))
