"""What is shown of the web: seen as it is, and steering nothing."""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.escaping import Record, printable, printable_json, printable_lines

ATTACK = "新\x1b[2J\x1b]0;owned\x07\x9b31m\r\n2026-01-01 00:00:00 [scrapy] INFO: all is well\u202e\u2066\u2028\ud800"
SHOWN = r"新\x1b[2J\x1b]0;owned\x07\x9b31m\r\n2026-01-01 00:00:00 [scrapy] INFO: all is well\u202e\u2066\u2028\ud800"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("韩清和：one 2 - “3” é ก็ 😀", "韩清和：one 2 - “3” é ก็ 😀"),
        ("full\u3000width\u00a0space", "full width space"),
        (ATTACK, SHOWN),
        ("\x00\x08\t\x7f\x85\u200b\ufeff\ue000", r"\x00\x08\t\x7f\x85\u200b\ufeff\ue000"),
        ("http://me:p%40ss@www.example.com/?a=b@c", "http://***@www.example.com/?a=b@c"),
        ("proxy http://me:p@ss@10.0.0.1:3128 says", "proxy http://***@10.0.0.1:3128 says"),
        ("mail me@example.com at https://example.com/@me", "mail me@example.com at https://example.com/@me"),
    ],
)
def test_a_text(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_lines_of_ours_stay_lines() -> None:
    assert printable_lines("one\n  \x1b[1mtwo") == "one\n  \\x1b[1mtwo"


@given(st.text())
def test_whatever_is_shown_is_one_printable_line(text: str) -> None:
    shown = printable(text)
    assert shown.isprintable()
    assert printable(shown) == shown


@given(st.recursive(st.text(st.characters(exclude_categories=["Cs"])), st.lists))
def test_json_says_the_same(value: object) -> None:
    data = json.dumps(value, ensure_ascii=False, indent=2).encode()
    shown = printable_json(data)
    assert json.loads(shown) == value
    assert not any(mark in shown.decode() for mark in "\x1b\x7f\x9b\u202e\u2028\ufeff")


# --- log lines ---


def line(message: str, *args: object, name: str = "crawler", error: BaseException | None = None) -> str:
    """A log line, as a handler makes it."""
    exc_info = error and (type(error), error, error.__traceback__)
    record = Record(name, logging.INFO, __file__, 1, message, args, exc_info)
    return logging.Formatter("%(message)s").format(record)


class Page:
    """Something that is no text, but has one."""

    def __str__(self) -> str:
        return ATTACK

    def __repr__(self) -> str:
        return f"<{ATTACK}>"


def test_what_is_put_into_a_log_line_stays_in_it() -> None:
    assert line("%s: %d of %.1f", ATTACK, 3, 4.5) == f"{SHOWN}: 3 of 4.5"
    assert line("%s %r", Page(), Page()) == f"{SHOWN} <{SHOWN}>"
    assert line("%(page)s: %(number)03d", {"page": Page(), "number": 7}) == f"{SHOWN}: 007"
    assert line("%.3s", "\x1b\x1b") == r"\x1"


def test_a_message_keeps_its_own_lines_and_nothing_else() -> None:
    assert line("Summary:\n  \x1b[1m100%") == "Summary:\n  \\x1b[1m100%"


def test_lists_of_settings_keep_their_lines() -> None:
    assert line("Overridden:\n%(s)s", {"s": "{1,\n 2\x1b}"}, name="scrapy.crawler") == "Overridden:\n{1,\n 2\\x1b}"


def test_a_traceback_shows_its_lines_and_not_those_of_a_page() -> None:
    def fail() -> None:
        try:
            int(ATTACK)
        except ValueError as error:
            raise RuntimeError(ATTACK) from error

    with pytest.raises(RuntimeError) as caught:
        fail()
    shown = line("failed", error=caught.value).splitlines()
    assert shown[:2] == ["failed", "Traceback (most recent call last):"]
    assert shown[-1] == f"RuntimeError: {SHOWN}"
    assert sum(Path(__file__).name in one for one in shown) == 3
    assert all(one.isprintable() for one in shown)


def test_every_logger_of_a_command_is_safe(capfd: pytest.CaptureFixture[str]) -> None:
    before = logging.getLogRecordFactory()
    try:
        import crawler.commands  # noqa: F401, PLC0415  (what installs it)

        sys.modules["crawler.commands"].escaping.install()
        handler = logging.StreamHandler()
        logging.getLogger("stranger").addHandler(handler)
        logging.getLogger("stranger").error("%s", ATTACK)
    finally:
        logging.setLogRecordFactory(before)
    assert capfd.readouterr().err == f"{SHOWN}\n"
