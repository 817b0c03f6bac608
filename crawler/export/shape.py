"""The columns of a dataset: those of the record's JSON Schema, so that a new field needs no second place.

A date and time stays what it is in the record, an ISO 8601 text with the site's own offset; formats with types get the
moment beside it, as ``<name>_utc``: that is derived, and says so by its name.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, Literal

import orjson

from crawler.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Kind = Literal["text", "integer", "boolean", "moment", "instant", "list", "struct", "map"]
UTC: Final = "_utc"
CLUSTER_ID: Final = "cluster_id"
CLUSTER_SIZE: Final = "cluster_size"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the record, or of a part of it.

    Attributes:
        name: in snake_case.
        kind: ``moment`` is an ISO 8601 text with offset, ``instant`` what is derived from one, ``map`` an object whose
            names are data.
        about: what it is.
        null: where it is null, "" if never.
        fields: those of a struct.
        item: of a list, what it holds; of a map, its values.
    """

    name: str
    kind: Kind
    about: str = ""
    null: str = ""
    fields: tuple[Field, ...] = ()
    item: Field | None = None

    @property
    def source(self) -> str:
        """The name of the field that an ``instant`` is derived from; of any other its own."""
        return self.name.removesuffix(UTC) if self.kind == "instant" else self.name


@cache
def record_fields() -> tuple[Field, ...]:
    """Give the fields of an article's line, in the order in which they are written; those of others are among them."""
    schema = orjson.loads(files("crawler").joinpath("record.schema.json").read_bytes())
    return tuple(_field(name, about, schema["$defs"]) for name, about in _properties(schema["$defs"]["article"]))


CLUSTER_FIELDS: Final = (
    Field(CLUSTER_ID, "text", "The `id` of the earliest of the articles whose text is nearly the same."),
    Field(CLUSTER_SIZE, "integer", "How many articles of this export these are, itself included."),
)


def _properties(about: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return list(about["properties"].items())


def _field(name: str, about: dict[str, Any], definitions: dict[str, Any]) -> Field:
    words, null = about.get("description", ""), about.get("x-null", "")
    if "anyOf" in about:
        about = next(branch for branch in about["anyOf"] if branch.get("type") != "null")
    if "$ref" in about:
        about = definitions[about["$ref"].rpartition("/")[2]]
    words = words or about.get("description", "")
    kind = _kind(about)
    inner = about.get("items") or about.get("additionalProperties")
    fields = tuple(_field(*one, definitions) for one in _properties(about)) if kind == "struct" else ()
    item = _field("", inner, definitions) if kind in {"list", "map"} and inner else None
    return Field(name, kind, words, null, fields, item)


def _kind(about: dict[str, Any]) -> Kind:
    names = about.get("type", "string")  # of an enumeration or a constant: all of ours are texts
    name = next(one for one in names if one != "null") if isinstance(names, list) else names
    if name == "object":
        return "struct" if "properties" in about else "map"
    kinds: dict[str, Kind] = {"array": "list", "integer": "integer", "boolean": "boolean", "string": "text"}
    return "moment" if about.get("format") == "date-time" else kinds[name]


def camel(name: str) -> str:
    """Give a name in camelCase, as schema.org and zyte-common-items spell it.

    >>> camel("date_published_raw")
    'datePublishedRaw'
    """
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def same(name: str) -> str:
    """Give a name as it is."""
    return name


def with_instants(fields: Iterable[Field]) -> tuple[Field, ...]:
    """Add to each moment what is derived from it, in structs too."""
    found: list[Field] = []
    for field in fields:
        item = field.item
        if item is not None and item.kind == "struct":
            item = Field(item.name, "struct", item.about, item.null, with_instants(item.fields))
        found.append(Field(field.name, field.kind, field.about, field.null, with_instants(field.fields), item))
        if field.kind == "moment":
            null = " or ".join(filter(None, (field.null, "it is beyond what a date can be")))
            found.append(Field(f"{field.name}{UTC}", "instant", f"`{field.name}` as a moment, in UTC.", null))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Shape:
    """The columns of an export.

    Attributes:
        fields: in order, without what is derived.
        spell: how a name is written: `camel`, or `same`.
        is_whole: whether all fields are among them, so that a record may pass as it is.
    """

    fields: tuple[Field, ...]
    spell: Callable[[str], str] = same
    is_whole: bool = True

    @property
    def typed(self) -> tuple[Field, ...]:
        """The columns of a format with types: with the instants."""
        return with_instants(self.fields)


def shape(chosen: Sequence[str] = (), *, in_camel: bool = False, near: bool = False) -> Shape:
    """Give the columns of an export.

    Args:
        chosen: top-level names, in either spelling; ``id`` is always among them. None for all.
        in_camel: write names in camelCase.
        near: with the columns on near-duplicates.

    Raises:
        UsageError: there is no such field.
    """
    fields = record_fields()
    known = {spelled: field.name for field in fields for spelled in (field.name, camel(field.name))}
    if unknown := next((name for name in chosen if name not in known), None):
        raise UsageError(f"--fields {unknown}: there is no such field: there are {', '.join(f.name for f in fields)}")
    wanted = {"id", *(known[name] for name in chosen)} if chosen else {field.name for field in fields}
    kept = tuple(field for field in fields if field.name in wanted)
    return Shape((*kept, *(CLUSTER_FIELDS if near else ())), camel if in_camel else same, is_whole=not chosen)


def renamed(record: dict[str, Any], shape: Shape) -> dict[str, Any]:
    """Give a record with the fields and names of a shape, parts of it likewise; what it lacks it lacks still."""
    if shape.is_whole and shape.spell is same:
        return record
    found = {field.name: field for field in shape.fields}
    spell = shape.spell
    if shape.is_whole:
        return {spell(name): _renamed(value, found.get(name), spell) for name, value in record.items()}
    return {spell(name): _renamed(record[name], field, spell) for name, field in found.items() if name in record}


def _renamed(value: Any, field: Field | None, spell: Callable[[str], str]) -> Any:
    if field is None or spell is same:
        return value
    if isinstance(value, list) and field.item is not None and field.item.kind == "struct":
        return [_renamed(one, field.item, spell) for one in value]
    if isinstance(value, dict) and field.kind == "struct":
        return {spell(name): inner for name, inner in value.items()}
    return value
