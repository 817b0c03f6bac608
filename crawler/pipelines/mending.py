"""Mending a record: what its schema refuses is taken out of it, as little as possible at a time."""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import jsonschema_rs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Path = tuple[str | int, ...]
"""Names of fields, keys and places in lists that lead to a value."""

GREATEST = 2**53 - 1
LEAST = -GREATEST


def clean(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Find what JSON cannot hold, and put right what can be.

    Half a surrogate pair becomes U+FFFD, a whole number that is written as a fraction an integer.

    Args:
        value: a record or part of one; lists, dicts and dataclasses in it are changed in place.
        path: where it is.

    Yields:
        the way to what was put right or must be taken out, and what is wrong with it.
    """
    for step, part in _parts(value):
        here = (*path, step)
        sound, what = _sound(part)
        if what:
            _put(value, step, sound)
            yield here, what
        elif isinstance(part, dict | list) or is_dataclass(part):
            yield from clean(part, here)


def complaints(error: jsonschema_rs.ValidationError) -> Iterator[tuple[Path, str]]:
    """Say what an error of the schema is about.

    Args:
        error: the error; one about an ``anyOf`` holds those of its branches, the first of which says what the value
            is when it is not null.
    """
    path: Path = tuple(error.instance_path)
    if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.AnyOf):
        within = [inner for inner in error.kind.context[0] if len(inner.instance_path) > len(path)]
        for inner in within:
            yield from complaints(inner)
        if within:
            return
    yield path, error.message[:200]


def take_out(record: Any, paths: Iterable[Path]) -> list[Path]:
    """Empty fields of a record.

    A field that may be empty is emptied; of one that may not, what holds it: its place in a list, its key, the field
    that it is part of.

    Args:
        record: the record, a dataclass; changed in place.
        paths: the ways to the values.

    Returns:
        The ways to those that may not be empty, nor anything that holds them.
    """
    targets: set[Path] = set()
    stuck: list[Path] = []
    for path in paths:
        target = _clearable(record, _way(record, path))
        if target is None:
            stuck.append(path)
        else:
            targets.add(target)
    outer = [path for path in targets if not any(path[:end] in targets for end in range(1, len(path)))]
    # The last place of a list first, so that the others stay where they are.
    for path in sorted(outer, key=_order, reverse=True):
        *way, step = path
        holder = _follow(record, way)
        if is_dataclass(holder):
            setattr(holder, str(step), _empty(type(holder), str(step)))
        else:
            del holder[step]
    return stuck


def _order(path: Path) -> list[tuple[bool, int, str]]:
    return [(isinstance(step, int), step if isinstance(step, int) else 0, str(step)) for step in path]


def _way(record: Any, path: Path) -> Path:
    """A path in the record's own keys: the validator leaves out an empty one, and takes one of digits for a place."""
    way: list[str | int] = []
    value, steps = record, list(path)
    while steps:
        step = steps[0]
        if isinstance(value, dict) and step not in value:
            step = str(step) if str(step) in value else ""
        if step == steps[0] or step:
            steps.pop(0)
        way.append(step)
        value = _follow(value, [step])
    return tuple(way)


def _clearable(record: Any, path: Path) -> Path | None:
    """The longest beginning of a path whose end may be empty, None if there is none."""
    for end in range(len(path), 0, -1):
        holder = _follow(record, path[: end - 1])
        if not is_dataclass(holder) or _empty(type(holder), str(path[end - 1])) is not MISSING:
            return path[:end]
    return None


def _follow(value: Any, path: Iterable[str | int]) -> Any:
    for step in path:
        # The step is of the holder's kind: paths come from the record itself.
        value = getattr(value, str(step)) if is_dataclass(value) else value[step]
    return value


def _empty(holder: type, name: str) -> Any:
    """What a field of a dataclass is without a value: its default, or null; `MISSING` if it must have one."""
    make = _empties(holder).get(name, MISSING)
    return make() if callable(make) else make


@cache
def _empties(holder: type) -> dict[str, Any]:
    """What each field of a dataclass is without a value, or what makes it."""
    found: dict[str, Any] = {}
    for field in fields(holder):
        if field.default_factory is not MISSING:
            found[field.name] = field.default_factory
        elif field.default is not MISSING:
            found[field.name] = field.default
        elif "None" in str(field.type):
            found[field.name] = None
    return found


def _parts(value: Any) -> list[tuple[str | int, Any]]:
    """What a value holds, by name, key or place; the keys of a dict are put right."""
    if isinstance(value, list):
        return list(enumerate(value))
    if not isinstance(value, dict):
        return [(field.name, getattr(value, field.name)) for field in fields(value)]
    if any(not isinstance(key, str) or not key.isascii() for key in value):
        sound = {_text(str(key)): part for key, part in value.items()}
        value.clear()
        value.update(sound)
    return list(value.items())


def _put(holder: Any, step: str | int, value: Any) -> None:
    if is_dataclass(holder):
        setattr(holder, str(step), value)
    else:
        holder[step] = value


def _sound(value: Any) -> tuple[Any, str]:
    """What JSON holds of a value, and what is wrong with it: "" for nothing."""
    if isinstance(value, str):
        text = _text(value)
        return text, "" if text == value else "half a surrogate pair"
    if isinstance(value, float):
        whole = int(value) if value.is_integer() and LEAST <= value <= GREATEST else None
        return whole, f"a fraction, {value}"
    if value is None or isinstance(value, bool | dict | list) or is_dataclass(value):
        return value, ""
    if isinstance(value, int):
        return (value, "") if LEAST <= value <= GREATEST else (None, "a number too great")
    return None, f"a {type(value).__name__}"


def _text(text: str) -> str:
    """A text that UTF-8 can hold: pairs of surrogates become what they stand for, halves U+FFFD."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
