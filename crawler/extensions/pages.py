"""The pages of runs, on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from crawler.extensions.run_folder import PAGE, REPORT, read
from crawler.reports import render_run
from crawler.store.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

EARLIER: Final = 30
"""Runs before one that its page is compared with, at the most."""


def write_page(folder: Path) -> None:
    """Write ``report.html`` beside a run's ``report.json``.

    Args:
        folder: the run's; those beside it tell of the runs before.

    Raises:
        StorageError: it cannot be written.
    """
    report = read(folder)
    before = sorted((path for path in folder.parent.iterdir() if path.name < folder.name), reverse=True)
    write_whole(folder / PAGE, [render_run(report, _all(before[:EARLIER])).encode()])


def _all(folders: Sequence[Path]) -> list[dict[str, Any]]:
    return [report for folder in folders if (report := read(folder))]


def missing(site_folder: Path) -> list[Path]:
    """Give the folders of a site's runs that have a report and no page.

    Raises:
        OSError: a folder cannot be read.
    """
    runs = site_folder / "runs"
    folders = sorted(runs.iterdir()) if runs.is_dir() else ()
    return [folder for folder in folders if (folder / REPORT).exists() and not (folder / PAGE).exists()]


def make_missing(site_folder: Path) -> None:
    """Write the pages of all runs of a site that have a report and no page.

    Raises:
        OSError: a folder cannot be read.
        StorageError: a page cannot be written.
    """
    for folder in missing(site_folder):
        write_page(folder)
