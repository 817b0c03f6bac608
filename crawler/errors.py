"""How a run ends: exit codes, and the errors that carry one."""

from __future__ import annotations

from enum import IntEnum
from textwrap import shorten
from typing import TYPE_CHECKING, ClassVar, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST: Final = 200
"""Characters of an exception in the last line: those of databases hold whole statements."""


class ExitCode(IntEnum):
    """What a process of this project tells its caller. Scripts and cron lines depend on the numbers.

    | code | meaning |
    |---|---|
    | 0 | complete, and published (nothing new is also 0) |
    | 1 | a bug: an exception in our code; the rest was still done and published, or the next start does it |
    | 2 | wrong use: argument, profile, date; said before the first article request |
    | 3 | the site could not be reached, or nothing at all could be read |
    | 4 | a wall: login, closed site, ban, anti-collection, challenge not solved, robots.txt |
    | 5 | finished, but the gate held a part back |
    | 6 | another run of this site is under way |
    | 7 | storage: disk full, I/O error, not writable, store damaged or of a newer version; too few files may be open |
    | 8 | interrupted (signal, page or time limit, no memory left): start again to go on |
    """

    OK = 0
    BUG = 1
    USAGE = 2
    UNREACHABLE = 3
    WALL = 4
    HELD = 5
    RUNNING = 6
    STORAGE = 7
    INTERRUPTED = 8


PRECEDENCE = (
    ExitCode.STORAGE,
    ExitCode.RUNNING,
    ExitCode.USAGE,
    ExitCode.INTERRUPTED,
    ExitCode.BUG,
    ExitCode.WALL,
    ExitCode.UNREACHABLE,
    ExitCode.HELD,
    ExitCode.OK,
)
"""When several codes hold, the first of these is the one to exit with."""


def leading(codes: Iterable[int]) -> ExitCode:
    """Give the one code to exit with.

    Args:
        codes: every code that holds; none means that nothing went wrong.

    Raises:
        ValueError: a number that is no exit code.

    >>> leading([ExitCode.OK, ExitCode.HELD, ExitCode.WALL])
    <ExitCode.WALL: 4>
    >>> leading([])
    <ExitCode.OK: 0>
    """
    return min((ExitCode(code) for code in codes), key=PRECEDENCE.index, default=ExitCode.OK)


MORE_FILES = "raise their limit (ulimit -n), then start again, it goes on where it stopped"
"""What to do where the system opens no more files or connections."""


def bug_words(error: object) -> str:
    """Say for the last line that an exception of our own code has ended a crawl; the log has its traceback.

    >>> bug_words(KeyError("aid"))
    "a bug of ours ended the crawl (KeyError('aid')): please report it with the log; start again to go on"
    """
    told = shorten(repr(error), _LONGEST, placeholder="…")
    return f"a bug of ours ended the crawl ({told}): please report it with the log; start again to go on"


class CrawlerError(Exception):
    """An end that is explained to the person who started the run, in one line and without a traceback.

    The message names the argument or file, its value, and what to do about it. Subclasses set the exit code; the
    class itself stands for a bug.
    """

    exit_code: ClassVar[ExitCode] = ExitCode.BUG


class UsageError(CrawlerError):
    """An argument, a profile, a setting or a date that cannot be used. Raised by commands, sites and spiders."""

    exit_code = ExitCode.USAGE


class RunningError(CrawlerError):
    """Another run of the same site is under way. Raised by `crawler.store` when the site's lock is taken."""

    exit_code = ExitCode.RUNNING


class StorageError(CrawlerError):
    """The store cannot be read or written, is damaged, or is of another version. Raised by `crawler.store`."""

    exit_code = ExitCode.STORAGE


class UnreachableError(CrawlerError):
    """A site or page that does not answer. Raised where a page is needed before a run, or outside of one."""

    exit_code = ExitCode.UNREACHABLE


class WallError(CrawlerError):
    """A site or page that is not for us, robots.txt included. Raised where `UnreachableError` is."""

    exit_code = ExitCode.WALL
