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
        fallbacks: tried after these, but not on pages that are known to print the field there or not at all.
        themed: makes the value of what a theme's selectors select; None for fields that no theme can name.
    """

    rules: Sequence[Rule[Seen]]
    fallbacks: Sequence[Rule[Seen]] = ()
    themed: Callable[[Seen, list[HtmlElement | str]], Any] | None = None

    @property
    def every_rule(self) -> list[Rule[Seen]]:
        """All rules in the order in which they are tried."""
        return [*self.rules, *self.fallbacks]


class Reader:
    """Reads fields of a page, each once, and remembers by which rule.

    What rules look at is a reader itself: they ask it for other fields.

    Attributes:
        root: the page's root element.
        is_default: whether the page is known to print its fields where the first rules look, or not at all.
        found: by field, where its value came from; fields without a value are not in it.
    """

    def __init__(self, root: HtmlElement, fields: Mapping[str, Field[Any]], selectors: Mapping[str, Selectors]) -> None:
        self.root = root
        self.is_default = False
        self.found: dict[str, str] = {}
        self._fields = fields
        self._selectors = selectors
        self._values: dict[str, Any] = {}

    def take(self, name: str) -> Any:
        """The value of a field: the theme's, else that of the first rule that gives one, else None.

        Args:
            name: a field's name.
        """
        values = self._values
        if name in values:
            return values[name]
        values[name] = None  # should a rule ask for its own field
        field = self._fields[name]
        if self._selectors and name in self._selectors:
            value, final = self._themed(name, field, self._selectors[name])
            if final:
                values[name] = value
                return value
        for rule in field.rules:
            value = rule.read(self)
            if value is not None and value != "" and value != []:  # noqa: PLR1714
                values[name] = value
                self.found[name] = rule.where
                return value
        if self.is_default:
            return None
        for rule in field.fallbacks:
            value = rule.read(self)
            if value is not None and value != "" and value != []:  # noqa: PLR1714
                values[name] = value
                self.found[name] = rule.where
                return value
        return None

    def _themed(self, name: str, field: Field[Any], selectors: Selectors) -> tuple[Any, bool]:
        """What the theme's selectors give for a field, and whether it is not looked for any further."""
        written, selected = selectors.hit(self.root)
        value = field.themed(self, selected) if selected and field.themed else None
        if value is None or value in ("", []):
            return None, selectors.final
        self.found[name] = f"theme: {written}"
        return value, True
