r"""Text from the web made safe to show: nothing in it moves the cursor, ends a line, or turns the reading direction.

Pure, but for `install`. Whatever goes to a terminal or a log passes `printable`: words of a person's terminal directly,
log lines by way of `Record`, which every logger of this process then makes, Scrapy's and Twisted's among them.
"""

from __future__ import annotations

import json
import logging
import re
import traceback
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

_CREDENTIALS: Final = re.compile(r"(?<=://)[^\s/?#]*@")
"""Name and password before the host of an address; a page may have them, and a person may have typed them."""
_TOLD_IN_LINES: Final = frozenset({"scrapy.addons", "scrapy.crawler", "scrapy.middleware", "scrapy.statscollectors"})
"""Loggers whose arguments are settings and names of components over several lines, made by ``pprint``."""


def printable(text: str) -> str:
    r"""Make a text safe to show in one line.

    Control characters, marks that nobody sees (bidirectional ones among them), and halves of surrogate pairs stand as
    their escapes; names and passwords before the host of an address as ``***``.

    >>> printable("a\x1b[2J\nb\u202ec")
    'a\\x1b[2J\\nb\\u202ec'
    >>> printable("http://me:secret@www.example.com/")
    'http://***@www.example.com/'
    """
    text = discreet(text)
    return text if text.isprintable() else "".join(map(_visible, text))


def printable_lines(text: str) -> str:
    """Make a text safe to show whose lines are ours; what it quotes has passed `printable`."""
    return "\n".join(map(printable, text.split("\n")))


def printable_json(data: bytes) -> bytes:
    r"""Make JSON safe to show, without a change of what it says: JSON leaves most of what is not printable as it is.

    Args:
        data: JSON in UTF-8.

    >>> printable_json('{"新": "\u202e\x7f\u3000"}'.encode()).decode()
    '{"新": "\\u202e\\u007f\u3000"}'
    """
    text = data.decode()
    if text.replace("\n", "").isprintable():
        return data
    return "".join(c if c == "\n" or _is_shown(c) else json.dumps(c)[1:-1] for c in text).encode()


def discreet(text: str) -> str:
    """Leave out names and passwords before the host of an address."""
    return _CREDENTIALS.sub("***@", text) if "@" in text else text


def _is_shown(character: str) -> bool:
    """Tell whether a character is seen as what it is: one that prints, or a space of any width."""
    return character.isprintable() or unicodedata.category(character) == "Zs"


def _visible(character: str) -> str:
    if _is_shown(character):
        return character if character.isprintable() else " "
    return character.encode("unicode_escape").decode("ascii")


class _Shown:
    """An argument of a log line that is no text, and is made safe when it becomes one."""

    __slots__ = ("_argument",)

    def __init__(self, argument: object) -> None:
        self._argument = argument

    def __str__(self) -> str:
        return printable(str(self._argument))

    def __repr__(self) -> str:
        return printable(repr(self._argument))


class _ShownLines(_Shown):
    __slots__ = ()

    def __str__(self) -> str:
        return printable_lines(str(self._argument))


class Record(logging.LogRecord):
    """A log line that is safe to show, whichever handler shows it.

    What is put into a message is made one line; the lines of the message itself and of a traceback are kept.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kind: type[_Shown] = _ShownLines if self.name in _TOLD_IN_LINES else _Shown
        if isinstance(self.exc_info, tuple) and self.exc_info[0] is not None:
            self.exc_text = _traceback(*self.exc_info)

    def getMessage(self) -> str:  # noqa: N802  (logging's name)
        """Give the message with its arguments, all of it safe to show."""
        message = printable_lines(str(self.msg))
        if not self.args:
            return message
        if isinstance(self.args, Mapping):
            return message % {name: self._safe(value) for name, value in self.args.items()}
        return message % tuple(map(self._safe, self.args))

    def _safe(self, argument: object) -> object:
        return argument if isinstance(argument, int | float) else self._kind(argument)


def _traceback(kind: Any, error: Any, trace: Any) -> str:
    """Format an exception; its message, which may quote a page, is made one line."""
    pieces = (piece.strip("\n") for piece in traceback.format_exception(kind, error, trace))
    # Lines of code are ours; every other piece is a heading or a message.
    return "\n".join((printable_lines if piece.startswith("  File ") else printable)(piece) for piece in pieces)


def install() -> None:
    """Have every log line of this process made safe to show."""
    logging.setLogRecordFactory(Record)
