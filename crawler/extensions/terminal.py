"""A terminal with a status line at its foot and log lines running above it."""

from __future__ import annotations

import logging
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.highlighter import NullHighlighter
from rich.logging import RichHandler
from scrapy.utils.log import get_scrapy_root_handler

if TYPE_CHECKING:
    from collections.abc import Iterator


def open_console(*, plain: bool = False) -> Console:
    """Give the console of the error stream; interactive only where that is a terminal a person looks at.

    rich takes ``FORCE_COLOR`` for a terminal; a log file with a redrawn bar in it helps nobody.

    Args:
        plain: its lines are for a program, even there.
    """
    return Console(stderr=True, force_interactive=None if sys.stderr.isatty() and not plain else False)


@contextmanager
def log_above(console: Console) -> Iterator[None]:
    """Send Scrapy's log through `console` for a while, so that its lines do not run into the status line.

    A log that goes to a file, or nowhere, is left alone.
    """
    stock = get_scrapy_root_handler()
    if type(stock) is not logging.StreamHandler:
        yield
        return
    handler = RichHandler(
        stock.level,
        console,
        show_path=False,
        markup=False,  # a headline may hold square brackets
        highlighter=NullHighlighter(),
        log_time_format="%H:%M:%S",
    )
    handler.setFormatter(logging.Formatter("[%(name)s] %(message)s"))
    for condition in stock.filters:
        handler.addFilter(condition)
    logging.root.addHandler(handler)
    logging.root.removeHandler(stock)
    try:
        yield
    finally:
        logging.root.addHandler(stock)
        logging.root.removeHandler(handler)
