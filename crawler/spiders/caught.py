"""Exceptions of our own code that Scrapy catches, and tells nobody of but the log."""

from __future__ import annotations

import logging
from typing import Final

LOGGERS: Final = ("scrapy.utils.signal", "scrapy.core.engine")
"""Who logs what a signal's receivers, the components that are closed, and ``start()`` have raised."""


class Caught(logging.Handler):
    """Counts them, between `begin` and `end`: a run that met one did not go as it should, whatever it brought.

    Attributes:
        number: how many there were.
    """

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.number = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Count an exception."""
        self.number += bool(record.exc_info)

    def begin(self) -> None:
        """Listen to Scrapy's loggers."""
        for name in LOGGERS:
            logging.getLogger(name).addHandler(self)

    def end(self) -> None:
        """Listen no more."""
        for name in LOGGERS:
            logging.getLogger(name).removeHandler(self)
