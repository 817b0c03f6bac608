"""What the README says is so."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from crawler.commands_docs import commands
from crawler.errors import PRECEDENCE, ExitCode

if TYPE_CHECKING:
    from tests.conftest import RunningPortal

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The fenced blocks of a language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def test_two_commands_install_from_the_lock_and_go_on() -> None:
    crawl, test = (line for block in blocks("sh") for line in block.splitlines() if line.startswith("python3 -m venv"))
    install, _, last = crawl.rpartition(" && ")
    assert last == ".venv/bin/scrapy crawl portal -a site=demo"
    assert "-r requirements.lock" in install
    install = install.replace("requirements.lock", "requirements-test.lock")
    assert test == f"{install} && .venv/bin/pytest -n 2 --dist loadfile"


def test_the_example_is_a_record_of_the_demo(portal: RunningPortal) -> None:
    (block,) = blocks("json")
    example = json.loads(block.replace("http://127.0.0.1:40000/", portal.url))
    (record,) = (record for record in portal.truth("demo") if record["id"] == example["id"])
    assert shortened(record, example) == example


def shortened(value: Any, example: Any) -> Any:
    """Cut a record as the example was: fields left out, and texts that end with "…" cut there."""
    if isinstance(example, dict):
        return {name: shortened(value[name], part) for name, part in example.items()}
    if isinstance(example, str) and example.endswith("…"):
        return value[: len(example) - 1] + "…"
    return value


def test_the_exit_codes_are_all_there_in_order() -> None:
    assert [int(code) for code in re.findall(r"^\| (\d) \|", README, re.MULTILINE)] == list(ExitCode)
    assert f"the first of {' '.join(str(int(code)) for code in PRECEDENCE)}." in README


@pytest.mark.parametrize("path", re.findall(r"\]\(([^):]+)\)", README))
def test_what_it_links_to_is_there(path: str) -> None:
    assert (ROOT / path.partition("#")[0]).is_file()


def test_it_stays_short() -> None:
    assert len(README.splitlines()) <= 120, "what is longer is a page of its own in docs/"


def test_it_names_every_command_of_ours() -> None:
    told = set(re.findall(r"^\| `scrapy (\S+)", README, re.MULTILINE))
    assert {name.strip("`") for name in told} == set(commands())


def test_its_figures_are_those_of_the_comparison() -> None:
    rows = [line for line in README.splitlines() if line.count("%") >= 3]
    page = (ROOT / "docs" / "reading.md").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 4
    assert [row for row in rows if row not in page] == []


LOCKS = {
    "": "requirements.lock",
    "browser": "requirements-browser.lock",
    "export": "requirements-export.lock",
    "test": "requirements-test.lock",
}


def pins(lock: str) -> set[tuple[str, str]]:
    """Each package that a lock names, with its version; one that depends on the Python may have several."""
    return set(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("extra", LOCKS)
def test_the_lock_holds_what_the_project_asks_for(extra: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pinned = dict(pins(LOCKS[extra]))
    extras = project["optional-dependencies"]
    asked = [*extras[extra]] if extra else project["dependencies"]
    if extra == "test":
        asked += [*project["dependencies"], *extras["export"], *extras["docs"]]
    stale = [
        str(requirement)
        for requirement in map(Requirement, asked)
        if canonicalize_name(requirement.name) != "crawler"
        and not requirement.specifier.contains(pinned.get(canonicalize_name(requirement.name), "0"))
    ]
    assert stale == [], "make the lock anew, as docs/contributing.md says"


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-export.lock"])
def test_what_runs_is_what_was_tested(name: str) -> None:
    assert pins(name) <= pins("requirements-test.lock")


@pytest.mark.parametrize(("extra", "fewest"), [("", 30), ("browser", 2), ("export", 3), ("test", 60)])
def test_the_lock_hashes_everything_and_names_no_host(extra: str, fewest: int) -> None:
    lock = (ROOT / LOCKS[extra]).read_text(encoding="utf-8")
    entries = re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE)[1:]
    assert len(entries) >= fewest
    assert [entry.split("==")[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in lock
