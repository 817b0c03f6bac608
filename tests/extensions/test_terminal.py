"""The log beside a status line."""

from __future__ import annotations

import io
import logging
import os
import pty
import sys
from typing import TYPE_CHECKING

import pytest
from rich.console import Console
from scrapy.settings import Settings
from scrapy.utils.log import (
    _uninstall_scrapy_root_handler,
    get_scrapy_root_handler,
    install_scrapy_root_handler,
)

from crawler.extensions.terminal import log_above, open_console

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def _clean_log() -> Iterator[None]:
    level = logging.root.level
    yield
    _uninstall_scrapy_root_handler()
    logging.root.setLevel(level)


def shown(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.usefixtures("_clean_log")
def test_log_lines_go_above_the_bar_and_back_to_the_stream_afterwards() -> None:
    install_scrapy_root_handler(Settings({"LOG_LEVEL": "INFO", "LOG_SHORT_NAMES": True}))
    stock = get_scrapy_root_handler()
    console = Console(file=io.StringIO(), force_terminal=True, width=100)
    with log_above(console):
        assert stock not in logging.root.handlers
        logging.getLogger("scrapy.core.engine").info("a [headline] in /brackets/")
        logging.getLogger("scrapy.core.engine").debug("below the level")
    assert "[scrapy] a [headline] in /brackets/" in shown(console)
    assert "below the level" not in shown(console)
    assert stock in logging.root.handlers
    logging.getLogger("scrapy").warning("afterwards")
    assert "afterwards" not in shown(console)


@pytest.mark.usefixtures("_clean_log")
@pytest.mark.parametrize("to_file", [True, False])
def test_a_log_in_a_file_or_switched_off_is_left_alone(tmp_path: Path, to_file: bool) -> None:
    install_scrapy_root_handler(
        Settings({"LOG_FILE": str(tmp_path / "crawl.log")} if to_file else {"LOG_ENABLED": False})
    )
    stock = get_scrapy_root_handler()
    console = Console(file=io.StringIO(), force_terminal=True)
    with log_above(console):
        assert stock in logging.root.handlers
        logging.getLogger("scrapy").warning("words")
    assert shown(console) == ""


def test_a_file_is_not_a_terminal_whatever_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert not open_console().is_interactive


def test_a_terminal_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w") as stderr:
        monkeypatch.setattr(sys, "stderr", stderr)
        assert open_console().is_interactive
    os.close(ours)
