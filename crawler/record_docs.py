"""The description of the record, made from its JSON Schema: ``python -m crawler.record_docs > docs/record.md``.

The schema is what every record is checked against, so that what is said of a field cannot depart from what it is. Of
each field it says what it is in ``description`` and, where it may be null, when in ``x-null``.
"""

from __future__ import annotations

import sys
from importlib.resources import files
from typing import Any, Final

import orjson

_HEAD: Final = """\
# The record

{about}

Version {version}. This page is made from [`record.schema.json`](../crawler/record.schema.json), against which every
record is checked; `python -m crawler.record_docs > docs/record.md` writes it anew.

Every line has {always}. A published article has every field of [its table](#article), those without a value too: a
text or number is then null, a list or object empty. One that is gone or has moved needs only {least}.
"""


def page(schema: dict[str, Any]) -> str:
    """Give the page that describes a schema.

    Args:
        schema: ``record.schema.json``, parsed.

    Returns:
        Markdown: a head, then a table per kind of object, in the schema's order.
    """
    definitions = schema["$defs"]
    head = _HEAD.format(
        about=schema["description"],
        version=schema["$id"].rpartition(":")[2],
        always=_names(schema["required"]),
        least=_names(definitions["article"]["required"]),
    )
    return "\n".join([head, *(_table(name, about) for name, about in definitions.items())])


def _table(name: str, about: dict[str, Any]) -> str:
    rows = [_row(field, what) for field, what in about["properties"].items()]
    lines = [
        f"## {name}",
        "",
        about["description"],
        "",
        "| field | type | null where | what it is |",
        "|---|---|---|---|",
    ]
    return "\n".join([*lines, *rows, ""])


def _row(field: str, about: dict[str, Any]) -> str:
    what = about.get("description") or f"See [{_target(about)}](#{_target(about)})."
    cells = [f"`{field}`", _type(about), about.get("x-null", ""), what]
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _type(about: dict[str, Any]) -> str:
    """Name a type, null left out: that has a column of its own."""
    if "$ref" in about:
        return f"[{_target(about)}](#{_target(about)})"
    if "anyOf" in about:
        return " or ".join(_type(branch) for branch in about["anyOf"] if branch.get("type") != "null")
    values = [about["const"]] if "const" in about else about.get("enum", [])
    if values:
        return " or ".join(f"`{_json(value)}`" for value in values if value is not None)
    types = about["type"] if isinstance(about["type"], list) else [about["type"]]
    (kind,) = (one for one in types if one != "null")
    inner = about.get("items") or about.get("additionalProperties")
    if inner:
        return f"list of {_type(inner)}" if kind == "array" else f"{{name: {_type(inner)}}}"
    return "date and time" if about.get("format") == "date-time" else str(kind)


def _target(about: dict[str, Any]) -> str:
    return str(about["$ref"]).rpartition("/")[2]


def _names(fields: list[str]) -> str:
    return ", ".join(f"`{field}`" for field in fields)


def _json(value: object) -> str:
    return orjson.dumps(value).decode()


def main() -> None:
    """Print the page."""
    schema = orjson.loads(files("crawler").joinpath("record.schema.json").read_bytes())
    sys.stdout.buffer.write(page(schema).encode())


if __name__ == "__main__":
    main()
