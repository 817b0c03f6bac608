"""Commands that are carried out in the process of the tests."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scrapy.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from scrapy.commands import ScrapyCommand


@dataclass(frozen=True, slots=True)
class Said:
    """What a command said, and its exit code."""

    code: int
    out: str
    error: str

    @property
    def last_line(self) -> str:
        return self.error.rstrip("\n").rpartition("\n")[2]


def carry_out(command: ScrapyCommand, data: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> Said:
    """Carry out a command that starts no crawl, with the settings of the project.

    Args:
        command: a new one.
        data: ``DISCUZ_DATA_DIR``.
        capsys: hears what it says.
        arguments: what is typed after its name.
    """
    command.settings = Settings()
    command.settings.setmodule("crawler.settings", priority="project")
    command.settings.set("DISCUZ_DATA_DIR", str(data))
    parser = argparse.ArgumentParser()
    command.add_options(parser)
    options, rest = parser.parse_known_args(arguments)
    command.process_options(rest, options)
    assert not command.requires_crawler_process
    command.run(rest, options)
    said = capsys.readouterr()
    return Said(command.exitcode, said.out, said.err)
