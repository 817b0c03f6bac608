"""Ordered evidence: the rules by which a field is read, tried until one gives something, and which one that was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from lxml.html import HtmlElement

    from crawler.pages.theme import Selectors

Seen = TypeVar("Seen")


@dataclass(frozen=True, slots=True)
class Rule(Generic[Seen]):
    """One way to read a field.

    Attributes:
        where: what it looks at, for a person: a selector, or words.
        read: gives the field's value; None or nothing in it where the page does not have it there.
    """

    where: str
    read: Callable[[Seen], Any]


@dataclass(frozen=True, slots=True)
class Field(Generic[Seen]):
    """A field of a kind of page.

    Attributes:
        rules: tried in order.
        themed: makes the value of what a theme's selectors select; None for fields that no theme can name.
    """

    rules: Sequence[Rule[Seen]]
    themed: Callable[[Seen, list[HtmlElement | str]], Any] | None = None


class Reader(Generic[Seen]):
    """Reads fields, each once, and remembers by which rule.

    Attributes:
        found: by field, where its value came from; fields without a value are not in it.
    """

    def __init__(self, fields: Mapping[str, Field[Seen]], selectors: Mapping[str, Selectors]) -> None:
        self.found: dict[str, str] = {}
        self._fields = fields
        self._selectors = selectors
        self._values: dict[str, Any] = {}

    def take(self, name: str, seen: Seen, root: HtmlElement) -> Any:
        """The value of a field: the theme's, else that of the first rule that gives one, else None.

        Args:
            name: a field's name.
            seen: what rules look at. It is not kept: what keeps the reader would keep itself alive, and its page.
            root: what the theme's selectors look at.
        """
        if name not in self._values:
            self._values[name] = None  # should a rule ask for its own field
            self._values[name] = self._read(name, seen, root)
        return self._values[name]

    def _read(self, name: str, seen: Seen, root: HtmlElement) -> Any:
        selectors = self._selectors.get(name)
        if selectors is not None:
            written, selected = selectors.hit(root)
            convert = self._fields[name].themed
            value = convert(seen, selected) if selected and convert else None
            if _is_given(value):
                self.found[name] = f"theme: {written}"
                return value
            if selectors.final:
                return None
        for rule in self._fields[name].rules:
            value = rule.read(seen)
            if _is_given(value):
                self.found[name] = rule.where
                return value
        return None


def _is_given(value: object) -> bool:
    """Whether a rule gave anything; an element without children counts, too."""
    return value is not None and not (isinstance(value, str | list) and not value)
