"""A site's own template as its profile describes it: selectors as written. What they select is no matter of this floor.

[theme.article]                     in the profile; or, with ``theme = "paper"`` there,
title = "h1.vt_th"                  [article] and so on in ``themes/paper.toml`` beside it
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

PACKAGED = Path(__file__).parent
FOLDER = "themes"
TAKEN = frozenset({"default", "generic"})
"""What a record says of the way it was read, beside the names of themes."""

Tables = Mapping[str, Mapping[str, str | list[str]]]
"""Selectors by field, by kind of page."""


@dataclass(frozen=True, slots=True)
class SiteTheme:
    """What a profile says of its site's template.

    Attributes:
        name: the template's; records name it as their extractor.
        tables: selectors by field, by kind of page.
        path: the file that says so.
        prefix: what stands before a table's name in that file: ``theme.`` in a profile, nothing in a file of its own.
    """

    name: str
    tables: Tables = field(hash=False)
    path: Path
    prefix: str = ""


def read_theme(value: object, profile: Path) -> tuple[SiteTheme | None, list[str]]:
    """Read the theme that a profile names or holds.

    Args:
        value: what stands under ``theme``.
        profile: the profile's file; the site's name is its stem.

    Returns:
        the theme, None if it has a fault; and every fault, each with key, value and mend.
    """
    if isinstance(value, str):
        return _from_file(value, profile)
    if not isinstance(value, dict):
        return None, [
            f'theme = {value!r}: the name of a theme is wanted, as in "paper", or tables as in [theme.article]'
        ]
    tables = {key: table for key, table in value.items() if key != "name"}
    return _checked(value.get("name", profile.stem), tables, profile, "theme.")


def _from_file(name: str, profile: Path) -> tuple[SiteTheme | None, list[str]]:
    places = [profile.parent / FOLDER, PACKAGED / FOLDER]
    known = {path.stem: path for place in reversed(places) for path in place.glob("*.toml")}
    if name not in known:
        choice = ", ".join(sorted(known)) or "there is none yet"
        return None, [f"theme = {name!r}: there is no file {name}.toml in {places[0]} ({choice}); write it there"]
    path = known[name]
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return None, [f"theme = {name!r}: {path} cannot be read: {error}"]
    return _checked(name, tables, path, "")


def _checked(name: object, tables: dict[str, object], path: Path, prefix: str) -> tuple[SiteTheme | None, list[str]]:
    key = f"{prefix}name = {name!r}" if prefix else f"theme = {name!r}"
    faults = []
    if not isinstance(name, str) or not name.strip():
        faults.append(f"{key}: a text is wanted")
    elif name in TAKEN:
        faults.append(f"{key}: records say {name!r} of what was read without a theme; choose another name")
    where = "" if prefix else f"{path}: "
    for table, fields in tables.items():
        if not isinstance(fields, dict):
            faults.append(
                f"{where}{prefix}{table} = {fields!r}: a table of selectors is wanted, as in [{prefix}article]"
            )
            continue
        faults += [
            f"{where}{prefix}{table}.{one} = {selector!r}: a selector or a list of them is wanted, "
            'as in "h1.title" or ["h1.title", "h2"]'
            for one, selector in fields.items()
            if not _is_selector(selector)
        ]
    if faults:
        return None, faults
    return SiteTheme(str(name), tables, path, prefix), []  # type: ignore[arg-type]  # each was looked at


def _is_selector(value: object) -> bool:
    written = [value] if isinstance(value, str) else value
    return isinstance(written, list) and bool(written) and all(isinstance(one, str) for one in written)
