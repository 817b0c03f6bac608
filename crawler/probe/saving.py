"""The starting profile that a probe writes: what it found, and beside each line where that is from."""

from __future__ import annotations

import json
import os
import tempfile
import tomllib
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.errors import StorageError, UsageError
from crawler.escaping import printable
from crawler.probe.report import TOLD, mends
from crawler.sites import read_profile
from crawler.sites.site import NAME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.probe.findings import Findings

ZONES = {"+08:00": "Asia/Shanghai", "+07:00": "Asia/Bangkok", "+09:00": "Asia/Tokyo", "+00:00": "UTC"}
"""Zones of the sites that there are; others with the same offset all year would do as well."""


def profile(findings: Findings) -> str:
    """Give the text of a profile, in TOML. What is not known for certain, or is so anyway, is a comment."""
    return "".join(f"{line}\n" for line in _lines(findings))


def _lines(findings: Findings) -> Iterator[str]:
    name = findings.program.site_name
    yield f"# {_comment(name + ': ' if name else '')}as found by scrapy probe on {findings.probed_at[:10]}"
    yield f"url = {_text(findings.url)}"
    if findings.aliases:
        roots = ", ".join(_text(alias) for alias in findings.aliases)
        yield f"aliases = [{roots}]  # other addresses of it: they find this profile, too, and its links may name them"
    yield from _zone(findings)
    yield from _pace(findings)
    yield from _categories(findings)
    yield from _style(findings)
    missing = [line.removeprefix("theme.article.") for line in mends(findings)]
    if missing:
        yield ""
        yield "# What none of the articles gave that were read. Where the site prints it, say so by CSS or XPath:"
        yield from ("# [theme.article]", *(f"# {_comment(line)}" for line in missing))


def _zone(findings: Findings) -> Iterator[str]:
    zone = findings.time_zone
    known = ZONES.get(zone.offset or "")
    if zone.source == "footer":
        yield f"# time_zone = {_text(known or 'Asia/Shanghai')}  # not needed: its footer states {zone.offset}"
    else:
        yield f"# time_zone = {_text(known or 'Asia/Shanghai')}  # no page states it: Discuz!'s default is assumed"


def _pace(findings: Findings) -> Iterator[str]:
    pace, asked = findings.pace, findings.robots.crawl_delay
    why = f"its robots.txt asks for {asked:g}" if asked and asked >= pace.suggested else ""
    if not why:
        why = f"half of its answers take {pace.median:g} s or more" if pace.suggested > 1 else "as for any site"
    yield f"delay = {pace.suggested}  # seconds between two requests: {why}"
    yield "# concurrency = 2  # requests at once"
    yield '# every = "1h"  # how often scrapy crawl-all --due reads it'


def _categories(findings: Findings) -> Iterator[str]:
    top = [one for one in findings.categories if one.parent is None and one.catid is not None]
    if top:
        names = _comment(", ".join(f"{one.catid} {one.name}" for one in top))
        line = f"categories = {[one.catid for one in top]}"
        if findings.lists.reachable:
            yield f"# {line}  # all, if left out: {names}"
        else:
            yield f"{line}  # neither home nor feed leads to them: {names}"


def _style(findings: Findings) -> Iterator[str]:
    found = findings.addresses
    if found.rules:
        rules = ", ".join(f"{kind} = {_text(rule)}" for kind, rule in found.rules.items())
        yield f"style = {{ {rules} }}  # {TOLD[found.source or 'links']}"
    else:
        yield "# style = {}  # addresses are dynamic, as far as its links tell"


def _text(value: str) -> str:
    """Write a text as TOML does: JSON's way of writing one is TOML's, too."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(words: str) -> str:
    """Write words as part of a comment, which may hold no control characters."""
    return printable(words)


def save(findings: Findings, name: str, folder: Path) -> tuple[Path, list[str]]:
    """Write the profile, unless there is one of that name.

    Args:
        findings: what was found.
        name: the site's name; a file's.
        folder: where profiles lie; made if it is not there.

    Returns:
        the file; and if there was one before that says something else, the lines in which the two differ.

    Raises:
        UsageError: `name` is none.
        StorageError: the file cannot be written.
    """
    if not NAME.fullmatch(name):
        raise UsageError(f"--name {name!r}: give letters and digits, with dots, hyphens and underscores between them")
    path = folder / f"{name}.toml"
    text = profile(findings)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor, written = tempfile.mkstemp(prefix=f".{name}.", suffix=".toml", dir=folder)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        try:
            read_profile(Path(written))
            Path(written).chmod(0o644)
            path.hardlink_to(written)  # unlike a rename, it never replaces
        except FileExistsError:
            return path, differences(path.read_text(encoding="utf-8", errors="replace"), text)
        finally:
            Path(written).unlink()
    except OSError as error:
        mend = "make the folder writable, or choose another with -s DISCUZ_SITES_DIR=PATH"
        raise StorageError(f"profile {path}: {error.strerror}; {mend}") from error
    return path, []


def differences(there: str, ours: str) -> list[str]:
    """Give the lines in which two profiles differ; none if the one that is there says what ours says, or more."""
    try:
        said = tomllib.loads(there)
    except tomllib.TOMLDecodeError:
        return list(unified_diff(there.splitlines(), ours.splitlines(), "there", "found now", lineterm="", n=0))
    lines = []
    for key, value in tomllib.loads(ours).items():
        if said.get(key) != value:
            lines += [f"- {key} = {_value(said[key])}"] if key in said else []
            lines.append(f"+ {key} = {_value(value)}")
    return lines


def _value(value: object) -> str:
    """Write a value as TOML does."""
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {_value(inner)}' for key, inner in value.items())} }}"
    return _text(value) if isinstance(value, str) else str(value)
