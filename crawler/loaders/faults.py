"""What cannot be loaded stays empty, is told and counted; the rest of the record stands."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

logger = logging.getLogger(__name__)

_P = ParamSpec("_P")
_T = TypeVar("_T")
_D = TypeVar("_D")
_Thing = TypeVar("_Thing")


class MandatoryError(ValueError):
    """A page lacks what no record can be without.

    Attributes:
        field: The record's field: ``headline`` or ``discuz.aid``.
    """

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field

    @property
    def reason(self) -> str:
        """Why the article's unit fails, in one word: ``no_headline`` or ``no_aid``."""
        return f"no_{self.field.rpartition('.')[2]}"


class Faults:
    """The faults of one record's fields.

    A field's first one is told in the log, each one is counted.

    Args:
        url: The page's address.
        count: Adds one to a number, by its name (``inc_value`` of the crawl's stats); None where nobody counts.
    """

    __slots__ = ("_count", "_told", "_url")

    def __init__(self, url: str, count: Callable[[str], object] | None = None) -> None:
        self._url = url
        self._count = count
        self._told: set[str] = set()

    def note(self, field: str, what: object) -> None:
        """Take note of a value that cannot be.

        Args:
            field: The record's field.
            what: What is wrong with it.
        """
        if field not in self._told:
            self._told.add(field)
            logger.warning("%s: nothing is made of what is printed as %s: %.200s", self._url, field, what)
        if self._count is not None:
            self._count(f"discuz/field/{field}/invalid_count")

    def value(self, field: str, default: _D, load: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> _T | _D:
        """The value of a field, or the default where it cannot be loaded.

        Args:
            field: The record's field.
            default: What it is without a value.
            load: Gives the value.
            *args: What `load` is given.
            **kwargs: What it is given by name.
        """
        try:
            return load(*args, **kwargs)
        except MemoryError:  # of the machine, not of the page: the field is there
            raise
        except Exception as error:
            self.note(field, f"{type(error).__name__}: {error}")
            return default

    def each(
        self,
        field: str,
        load: Callable[Concatenate[_Thing, _P], _T],
        things: Iterable[_Thing],
        /,
        *args: _P.args,
        **kwargs: _P.kwargs,
    ) -> list[_T]:
        """The values of a field that is a list, without those that cannot be loaded.

        Args:
            field: The record's field.
            load: Gives a value.
            things: What each value is made of.
            *args: What `load` is given beside the thing.
            **kwargs: What it is given by name.
        """
        values = []
        for thing in things:
            try:
                values.append(load(thing, *args, **kwargs))
            except MemoryError:
                raise
            except Exception as error:
                self.note(field, f"{type(error).__name__}: {error}")
        return values
