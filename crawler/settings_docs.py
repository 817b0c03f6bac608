"""The reference of the settings, made from ``settings.py``: ``python -m crawler.settings_docs > docs/settings.md``.

A setting is described by the comments above and behind it, so that what is told of it stands beside its value.
"""

from __future__ import annotations

import ast
import re
import sys
import tokenize
from importlib.resources import files
from io import StringIO
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from crawler import settings

if TYPE_CHECKING:
    from collections.abc import Iterator

OURS: Final = "DISCUZ_"
_SECTION: Final = re.compile(r"# --- (.*) ---")
_LONGEST: Final = 60
"""Characters of a value of Scrapy's that are shown; longer ones name components."""

_HEAD: Final = """\
# Settings

`-s NAME=value` sets one for a command, `crawler/settings.py` for all; a site's own pace and addresses stand in its
[profile](profile.md). Switches are given as `1` or `0`, lists with commas between, as in
`-s 'DISCUZ_MEDIA_TYPES=image/*,pdf'`, those of the gate as JSON, as in `-s 'DISCUZ_GATE_LENGTH=[0.4, 20]'`. A value
that cannot be read ends a crawl with exit code 2, before anything is opened.

This page is made from [`settings.py`](../crawler/settings.py); `python -m crawler.settings_docs > docs/settings.md`
writes it anew.
"""
_OURS_HEAD: Final = """
## Ours: {section}

| setting | default | what, and why |
|---|---|---|
"""
_SCRAPYS_HEAD: Final = """
## Scrapy's

Those that are not what [Scrapy](https://docs.scrapy.org/en/latest/topics/settings.html) would have by itself; all
others work as they do there. Without a value here: which components there are, see the file.

| setting | here | why |
|---|---|---|
"""
SECTIONS: Final = {"ours": "what is read and kept", "the browser": "the browser", "the gate": "the gate"}
"""What a section of the file is called on the page."""


class Setting(NamedTuple):
    """One setting.

    Attributes:
        name: its name.
        section: the words of the heading that it stands under in the file.
        words: what the comments above and behind it say, as one line; empty where there are none.
    """

    name: str
    section: str
    words: str


def read(source: str) -> Iterator[Setting]:
    """Give the settings of a file, in its order.

    Args:
        source: the file, as Python.
    """
    comments = {
        token.start[0]: (token.string, token.line.lstrip().startswith("#"))
        for token in tokenize.generate_tokens(StringIO(source).readline)
        if token.type == tokenize.COMMENT
    }
    sections = {line: found[1] for line, (text, _) in comments.items() if (found := _SECTION.fullmatch(text))}
    for node in ast.parse(source).body:
        name = _name(node)
        if name is None:
            continue
        above = node.lineno - 1
        while above in comments and comments[above][1] and above not in sections:
            above -= 1
        said = [comments[line][0] for line in range(above + 1, node.lineno)]
        if node.end_lineno in comments:
            said.append(comments[node.end_lineno][0])
        section = max((line for line in sections if line < node.lineno), default=0)
        yield Setting(name, sections.get(section, ""), _joined(said))


def _name(node: ast.stmt) -> str | None:
    """Name the setting that a statement sets; None if it sets none."""
    target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
    return target.id if isinstance(target, ast.Name) and target.id.isupper() else None


def _joined(comments: list[str]) -> str:
    """Make a sentence of comments: what stands behind a value begins with a small letter."""
    said = [comment.lstrip("# ") for comment in comments if "noqa" not in comment]
    if len(said) > 1 and said[-2].endswith("."):  # a sentence of its own
        said[-1] = said[-1][:1].upper() + said[-1][1:]
    words = " ".join(said)
    return words[:1].upper() + words[1:].rstrip(".") + "." if words else ""


def page(source: str, values: dict[str, Any]) -> str:
    """Give the page.

    Args:
        source: ``settings.py``.
        values: by name, what it sets.
    """
    found = [setting for setting in read(source) if setting.name in values]
    ours = [setting for setting in found if setting.name.startswith(OURS)]
    parts = [_HEAD]
    for section in dict.fromkeys(setting.section for setting in ours):
        parts.append(_OURS_HEAD.format(section=SECTIONS.get(section, section)))
        parts += [_row(setting, _value(values[setting.name])) for setting in ours if setting.section == section]
    parts.append(_SCRAPYS_HEAD)
    parts += [
        _row(setting, value if len(value := _value(values[setting.name])) <= _LONGEST else "")
        for setting in found
        if setting not in ours and setting.section
    ]
    return "".join(parts)


def _row(setting: Setting, value: str) -> str:
    cells = [f"`{setting.name}`", f"`{value}`" if value not in {"", "none"} else value, setting.words]
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


def _value(value: Any) -> str:
    """Write a value as it is typed."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, str):
        return value
    return orjson.dumps(value).decode().replace(",", ", ").replace(":", ": ")


def main() -> None:
    """Print the page."""
    source = files("crawler").joinpath("settings.py").read_text(encoding="utf-8")
    sys.stdout.buffer.write(page(source, vars(settings)).encode())


if __name__ == "__main__":
    main()
