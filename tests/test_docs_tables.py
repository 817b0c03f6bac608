"""Tables of the documentation that are written by hand: nothing is missing in them, and nothing is made up."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from crawler.discuz.styles import Style
from crawler.discuz.walls import Wall
from crawler.errors import PRECEDENCE, ExitCode
from crawler.pages.theme import KNOWN
from crawler.sites.profile import KEYS
from crawler.sites.site import Site
from crawler.spiders import arguments
from crawler.spiders.article import ArticleSpider
from crawler.spiders.backfill import BackfillSpider
from crawler.spiders.policy import POLICY, WHERE, Action
from crawler.spiders.portal import PortalSpider
from fixtures.portal.faults import FAULTS
from tests.docs import DOCS, ROOT, blocks, section, tables
from tests.test_rooms import GROUND, MIDDLE, TOP

SPIDERS = (ArticleSpider, BackfillSpider, PortalSpider)


def page(name: str) -> str:
    return (DOCS / f"{name}.md").read_text(encoding="utf-8")


def names(cell: str) -> list[str]:
    """What stands in a cell as code."""
    return re.findall(r"`([^`]+)`", cell)


def test_arguments() -> None:
    [rows] = tables(page("arguments"))
    told = {names(row[0])[0]: row for row in rows}
    assert set(told) == set(arguments.PARSERS)
    for name, row in told.items():
        taking = "all" if name in arguments.EVERY else [one.name for one in SPIDERS if name in one.accepted]
        assert ("all" if row[1] == "all" else sorted(names(row[1]))) == taking, name


def test_profile() -> None:
    [rows] = tables(page("profile"))
    assert [names(row[0])[0] for row in rows] == [*KEYS]
    defaults = {field.name: field.default for field in fields(Site)}
    for row in rows:
        name = names(row[0])[0]
        if isinstance(defaults[name], int | float | str):
            assert row[2].strip('`"').lower() == str(defaults[name]).lower(), name


def test_rules_of_a_style() -> None:
    told = re.search(r"^`style` may have (.*?), each", page("profile"), re.MULTILINE | re.DOTALL)
    assert told
    assert names(told[1]) == [field.name for field in fields(Style)]


def test_walls() -> None:
    walls, policies, places = tables(page("walls"))
    assert {names(row[0])[0]: row[2] for row in walls} == {str(wall): str(action) for wall, action in POLICY.items()}
    assert len(walls) == len(Wall)
    assert all(row[1] and row[3] for row in walls)
    assert f"{len(Wall)} walls" in page("walls")
    assert {row[0] for row in policies} == set(Action)
    told = {(names(row[0])[0], row[1].split()[2].rstrip(",")): row[2] for row in places}
    here = {"article": "article", "list": "listing", "home": "home"}
    found = {
        (str(wall), next(word for word, kind in here.items() if kind == place.value)): str(action)
        for (wall, place), action in WHERE.items()
    }
    assert told == found


def codes(text: str) -> list[tuple[str, str]]:
    """The rows of a table of exit codes."""
    return re.findall(r"^ *\| (\d) \| (.*?) \|$", text, re.MULTILINE)


def test_exit_codes() -> None:
    meaning, doing = tables(page("exit-codes"))
    assert [int(code) for code, _ in doing] == [*ExitCode]
    told = [(code, words) for code, words in meaning]
    assert [int(code) for code, _ in told] == [*ExitCode]
    assert told == codes(ExitCode.__doc__ or "")
    assert told == codes((ROOT / "README.md").read_text(encoding="utf-8"))
    assert f"the first of {' '.join(str(int(code)) for code in PRECEDENCE)}." in page("exit-codes")


def test_fields_of_themes() -> None:
    [rows] = tables(page("themes"))
    assert {names(row[0])[0]: tuple(names(row[1])) for row in rows} == dict(KNOWN)


def test_faults_of_the_portal() -> None:
    rows = next(rows for rows in tables(page("contributing")) if names(rows[0][0])[0] in FAULTS)
    assert [names(row[0])[0] for row in rows] == [*FAULTS]


def test_flags_of_the_tests() -> None:
    conftest = (ROOT / "tests" / "conftest.py").read_text(encoding="utf-8")
    flags = re.findall(r'addoption\(\s*"(--[\w-]+)"', conftest)
    told = [names(row[0])[0].split()[0] for row in tables(section(page("contributing"), "## Tests"))[0]]
    assert told == [*flags, "--hypothesis-profile"]


def test_rooms() -> None:
    floors, rooms, _ = tables(page("inside"))
    for (name, told, _), known in zip(floors, (TOP, MIDDLE, GROUND), strict=True):
        assert set(names(told)) <= known, name
    assert set(names(floors[1][1])) == MIDDLE
    assert {name for row in rooms for name in names(row[0])} <= GROUND | MIDDLE | TOP


@pytest.mark.parametrize("name", [path.stem for path in DOCS.glob("*.md")])
def test_files_that_a_page_names_are_there(name: str) -> None:
    told = re.findall(r"`((?:crawler|tests|fixtures|docs|deploy)/[\w./-]+)`", page(name))
    rooms = "|".join(GROUND | MIDDLE | TOP)
    told += [f"crawler/{path}" for path in re.findall(rf"`((?:{rooms})/[\w./]+\.py)`", page(name))]
    assert [path for path in told if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("path", sorted(DOCS.glob("*.md")), ids=lambda path: path.stem)
def test_a_page_has_one_heading_of_its_own(path: Path) -> None:
    text = page(path.stem)
    for block in blocks(path):
        text = text.replace(block.text, "")
    assert len(re.findall(r"^# ", text, re.MULTILINE)) == 1
    assert text.startswith("# ")
