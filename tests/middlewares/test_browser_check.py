"""Whether there is a browser is said before anything is asked for, and what is to be done where there is none."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from scrapy.exceptions import NotConfigured
from scrapy.settings import Settings
from scrapy.utils.test import get_crawler

from crawler.discuz.walls import BROWSER_MAY_PASS, Wall
from crawler.errors import UsageError
from crawler.middlewares.browser import BrowserMiddleware
from crawler.middlewares.browser_check import check_browser, mend, on_path

if TYPE_CHECKING:
    from pathlib import Path

ON = {
    "DISCUZ_BROWSER_ENABLED": True,
    "DISCUZ_BROWSER_CONCURRENCY": 1,
    "DISCUZ_BROWSER_TIMEOUT": 30.0,
    "DISCUZ_BROWSER_MEMORY": 1024,
    "DISCUZ_BROWSER_COOKIES": 50,
    "DISCUZ_BROWSER_PAGES": 5000,
}


@pytest.fixture
def without_playwright(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the extra is not installed: Python finds none."""
    monkeypatch.setitem(sys.modules, "playwright", None)


def program(folder: Path, name: str = "chromium") -> Path:
    path = folder / name
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@pytest.mark.usefixtures("without_playwright")
def test_switched_off_nothing_is_missed_nor_built() -> None:
    check_browser(Settings())
    with pytest.raises(NotConfigured):
        BrowserMiddleware.from_crawler(get_crawler())


@pytest.mark.usefixtures("without_playwright")
def test_a_missing_extra_is_said_with_the_command_that_installs_it() -> None:
    with pytest.raises(UsageError, match=r"DISCUZ_BROWSER_ENABLED.*pip install 'playwright"):
        check_browser(Settings(ON))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DISCUZ_BROWSER_CONCURRENCY", 0),
        ("DISCUZ_BROWSER_CONCURRENCY", "3"),
        ("DISCUZ_BROWSER_TIMEOUT", "ten"),
        ("DISCUZ_BROWSER_MEMORY", None),
        ("DISCUZ_BROWSER_COOKIES", "nan"),
        ("DISCUZ_BROWSER_PAGES", -1),
        ("DISCUZ_BROWSER_PAGES", "2.5"),
    ],
)
def test_a_number_that_cannot_be_used_is_said(name: str, value: object) -> None:
    with pytest.raises(UsageError, match=f"{name}={value!r} cannot be used: a number from"):
        check_browser(Settings({**ON, name: value}))


def test_a_program_that_cannot_be_started_is_named(tmp_path: Path) -> None:
    pytest.importorskip("playwright", reason="no browser: install the extra `browser`")
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(UsageError, match=f"DISCUZ_BROWSER_EXECUTABLE='{path}' is no program"):
            check_browser(Settings(ON | {"DISCUZ_BROWSER_EXECUTABLE": str(path)}))
    check_browser(Settings(ON | {"DISCUZ_BROWSER_EXECUTABLE": str(program(tmp_path))}))


def test_chromium_is_found_on_the_path_or_missed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("playwright", reason="no browser: install the extra `browser`")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "own"))
    assert on_path() is None
    with pytest.raises(UsageError, match=r"no Chromium: apt-get install chromium"):
        check_browser(Settings(ON))
    chrome = program(tmp_path, "google-chrome")
    assert on_path() == str(chrome)
    assert on_path() != str(program(tmp_path)) == on_path()
    check_browser(Settings(ON))


def test_a_wall_says_what_would_let_the_browser_pass() -> None:
    off, on = Settings({"DISCUZ_BROWSER_EXECUTABLE": "/x"}), Settings(ON)
    for wall in Wall:
        for permitted in (False, True):
            words = mend(wall, off, permitted=permitted)
            if wall is Wall.ANTITHEFT and not permitted:
                assert 'permission = "who, when"' in words
                assert mend(wall, on, permitted=False) == words
            elif wall in BROWSER_MAY_PASS | {Wall.ANTITHEFT}:
                assert words.endswith("start again with -s DISCUZ_BROWSER_ENABLED=1")
                assert mend(wall, on, permitted=permitted) == ""
            else:
                assert words == ""


@pytest.mark.usefixtures("without_playwright")
def test_a_wall_says_what_is_to_be_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    words = mend(Wall.CHALLENGE, Settings(), permitted=False)
    assert "pip install 'playwright" in words
    assert "apt-get install chromium" in words
