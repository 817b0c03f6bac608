"""Whole crawls of every kind of portal: version × charset × style of addresses × template, each equal to its truth.

All of them are 150 crawls: ``--matrix`` runs them. Without it those run in which each value comes up, so that the
suite stays short.
"""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.crawling import QUICK, ROOT, crawl, differences

if TYPE_CHECKING:
    from tests.conftest import StartPortal

VERSIONS = ("x3.1", "x3.2", "x3.3", "x3.4", "x3.5")
CHARSETS = ("utf-8", "gbk", "big5")
STYLES = ("dynamic", "rewrite")
THEMES = ("", "gazette", "cards", "river", "magazine")


class Kind(NamedTuple):
    """A kind of portal."""

    template: str
    charset: str
    style: str
    theme: str

    def __str__(self) -> str:
        return "-".join(filter(None, self))


EVERY = [Kind(*values) for values in product(VERSIONS, CHARSETS, STYLES, THEMES)]
SOME = [
    Kind(VERSIONS[index % 5], CHARSETS[index % 3], STYLES[index % 2], THEMES[(index + shift) % 5])
    for index, shift in ((0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 4))
]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "kind" in metafunc.fixturenames:
        metafunc.parametrize("kind", EVERY if metafunc.config.getoption("--matrix") else SOME, ids=str)


@pytest.fixture
def sites(tmp_path: Path) -> Path:
    """A folder for profiles, with the themes of the portal's templates."""
    folder = tmp_path / "sites"
    folder.mkdir()
    (folder / "themes").symlink_to(ROOT / "fixtures" / "themes")
    return folder


def test_every_value_comes_up() -> None:
    for position, values in enumerate((VERSIONS, CHARSETS, STYLES, THEMES)):
        assert {kind[position] for kind in SOME} == set(values)


def test_records_equal_the_truth(start_portal: StartPortal, tmp_path: Path, sites: Path, kind: Kind) -> None:
    options = {"template": kind.template, "charset": kind.charset, "style": kind.style}
    portal = start_portal(articles=60, **options, **({"theme": kind.theme} if kind.theme else {}))
    theme = f'theme = "{kind.theme}"\n' if kind.theme else ""
    (sites / "daily.toml").write_text(f'url = "{portal.url}"\n{theme}', encoding="utf-8")
    ended = crawl("backfill", tmp_path, site="daily", settings=QUICK | {"DISCUZ_SITES_DIR": str(sites)})
    portal.stop()
    assert ended.code == 0, ended.stderr
    assert differences(ended.lines("daily"), portal.truth("daily")) == {}
