"""The reference of the commands, made from their help: ``python -m crawler.commands_docs > docs/commands.md``."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Final

from scrapy.cmdline import _get_commands_dict
from scrapy.utils.project import get_project_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scrapy.commands import ScrapyCommand

_HEAD: Final = """\
# Commands

`SITE` is a profile's name, an address as in `https://www.example.com/`, or `demo`: a portal that runs on this machine
for the length of the command. How each ends is told by its [exit code](exit-codes.md), and in words by the last line on
stderr. Whatever else Scrapy offers, as `scrapy list` or `scrapy shell`, works as it does there.

This page is made from what `scrapy COMMAND --help` says; `python -m crawler.commands_docs > docs/commands.md` writes it
anew. What goes behind `-a` is told in [Spider arguments](arguments.md), behind `-s` in [Settings](settings.md).
"""
_TABLE: Final = ("", "| option | what it does |", "|---|---|")


def commands() -> dict[str, ScrapyCommand]:
    """Give the commands of this project by name, also Scrapy's own that it has replaced."""
    settings = get_project_settings()
    known: Mapping[str, ScrapyCommand] = _get_commands_dict(settings, inproject=True)
    ours = {name: one for name, one in sorted(known.items()) if type(one).__module__.startswith("crawler.")}
    for command in ours.values():
        command.settings = settings
    return ours


def parser_of(command: ScrapyCommand) -> argparse.ArgumentParser:
    """Make the parser of a command, as Scrapy does.

    Args:
        command: with its ``settings``.
    """
    parser = argparse.ArgumentParser(conflict_handler="resolve", formatter_class=argparse.RawDescriptionHelpFormatter)
    command.add_options(parser)
    return parser


def options(parser: argparse.ArgumentParser, *, common: bool) -> Iterator[argparse.Action]:
    """Give the options of a command in order.

    Args:
        parser: the command's.
        common: those that all commands have; else its own.
    """
    for group in parser._action_groups:
        for action in group._group_actions:
            if action.option_strings and (group.title == "Global Options" or action.dest == "help") is common:
                yield action


def page(known: Mapping[str, ScrapyCommand]) -> str:
    """Give the page.

    Args:
        known: the commands by name, each with its ``settings``.
    """
    lines = [_HEAD]
    for name, command in known.items():
        lines += ["", f"## scrapy {name}", "", f"{_sentence(command.long_desc())}", ""]
        lines += ["```text", f"scrapy {name} {command.syntax()}", "```"]
        own = [*options(parser_of(command), common=False)]
        lines += [*_TABLE, *map(_row, own)] if own else []
    lines += ["", "## Options of all commands", *_TABLE]
    lines += map(_row, options(parser_of(next(iter(known.values()))), common=True))
    return "\n".join(lines) + "\n"


def _sentence(words: str) -> str:
    return words.rstrip(".") + "."


def _row(action: argparse.Action) -> str:
    value = "" if action.nargs == 0 else f" {action.metavar or action.dest.upper()}"
    flags = ", ".join(f"`{flag}{value}`" for flag in action.option_strings)
    words = " ".join((action.help or "").split()).replace("|", r"\|").replace("%%", "%").replace("*", r"\*")
    return f"| {flags} | {words} |"


def main() -> None:
    """Print the page."""
    sys.stdout.buffer.write(page(commands()).encode())


if __name__ == "__main__":
    main()
