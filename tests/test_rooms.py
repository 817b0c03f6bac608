"""The rooms of the package and the one way in which imports flow: ground ← middle ← top.

A room is a module or a folder directly under ``crawler``. What it may know is written in three tables; the rest of
this file reads every source file and holds it against them.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "crawler"

GROUND = {
    "addresses",
    "archive",
    "clock",
    "completeness",
    "discuz",
    "errors",
    "escaping",
    "gate",
    "items",
    "privacy",
    "reports",
    "sites",
    "store",
    "text",
}
MIDDLE = {"extensions", "loaders", "middlewares", "pages", "pipelines"}
TOP = {
    "commands",
    "commands_docs",
    "demo",
    "export",
    "extract",
    "fetch",
    "interruption",
    "logformatter",
    "probe",
    "record_docs",
    "rereading",
    "schedule",
    "settings",
    "settings_docs",
    "spiders",
    "theming",
}

# A library and the only rooms that may import it. Scrapy's own libraries stay off the ground floor.
ONLY = {
    "scrapy": MIDDLE | TOP,
    "twisted": MIDDLE | TOP,
    "sqlalchemy": {"store"},
    "sqlite3": {"export", "store"},  # to the first a format of files; what is remembered is in the second alone
    "rich": {"extensions"},
    "jinja2": {"reports"},
    "warcio": {"archive"},
    "prometheus_client": {"extensions"},
    "pyarrow": {"export"},
    "rensa": {"export"},
    "zstandard": {"export"},
    "cssselect": {"pages"},
    "fixtures": set[str](),  # reached as a child process, never imported
    "tests": set[str](),
}

# These are pure: no files, no network, no clock.
PURE = {"completeness", "discuz", "gate", "privacy", "reports", "text"}
IMPURE = {"asyncio", "http", "io", "os", "pathlib", "random", "shutil", "socket", "subprocess", "tempfile", "time"}
CLOCKS = {"now", "today", "utcnow"}
SELECTING = {"XPath", "css", "cssselect", "xpath"}


def room_of(module: str) -> str:
    """The room that a dotted module of the package lives in: ``crawler.store.runs`` → ``store``."""
    return module.split(".")[1] if "." in module else ""


def imports(tree: ast.AST) -> Iterator[str]:
    """Every absolute dotted name that a source file imports, ``from a import b`` as ``a.b``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module, "relative imports hide the room that is meant"
            assert node.level == 0, "relative imports hide the room that is meant"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def breaches(room: str, source: str) -> list[str]:
    """What a source file of a room imports or calls although the room may not."""
    tree = ast.parse(source)
    allowed = {room} | GROUND if room in GROUND | MIDDLE else GROUND | MIDDLE | TOP
    found = []
    for name in imports(tree):
        library = name.split(".")[0]
        if library == "crawler" and room_of(name) in (GROUND | MIDDLE | TOP) - allowed:
            found.append(f"imports {name}")
        if room not in ONLY.get(library, {room}) or (room in PURE and library in IMPURE):
            found.append(f"imports {name}")
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if node.func.attr in SELECTING and room != "pages":
            found.append(f"selects with .{node.func.attr}() in line {node.lineno}")
        if node.func.attr in CLOCKS and room in PURE:
            found.append(f"reads the clock with .{node.func.attr}() in line {node.lineno}")
    return found


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_room_keeps_to_its_floor(path: Path) -> None:
    room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    assert breaches(room, path.read_text("utf-8")) == []


def test_every_room_stands_on_a_floor() -> None:
    rooms = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or any(path.glob("*.py"))}
    assert rooms - {"__init__"} <= GROUND | MIDDLE | TOP


@pytest.mark.parametrize("path", sorted(ROOT.glob("fixtures/**/*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_fixture_portal_knows_nothing_of_the_crawler(path: Path) -> None:
    """Its truth would prove nothing if our own extractor had made it."""
    assert [name for name in imports(ast.parse(path.read_text("utf-8"))) if name.split(".")[0] == "crawler"] == []


@pytest.mark.parametrize(
    ("room", "source", "breach"),
    [
        ("discuz", "import scrapy", "imports scrapy"),
        ("store", "from crawler.loaders import load_article", "imports crawler.loaders.load_article"),
        ("pages", "from crawler import loaders", "imports crawler.loaders"),
        ("extensions", "import crawler.spiders.base", "imports crawler.spiders.base"),
        ("pipelines", "from sqlalchemy import select", "imports sqlalchemy.select"),
        ("commands", "import fixtures.portal", "imports fixtures.portal"),
        ("text", "import pathlib", "imports pathlib"),
        ("spiders", "response.css('a')", "selects with .css() in line 1"),
        ("discuz", "datetime.now(zone)", "reads the clock with .now() in line 1"),
    ],
)
def test_a_breach_is_found(room: str, source: str, breach: str) -> None:
    assert breaches(room, source) == [breach]


@pytest.mark.parametrize(
    ("room", "source"),
    [
        ("discuz", "from crawler.errors import UsageError"),
        ("pages", "from crawler.items import RawArticle\nnode.xpath('a')"),
        ("commands", "from crawler.spiders.base import Base\nfrom crawler.pages.article import ArticlePage"),
        ("store", "import sqlalchemy"),
    ],
)
def test_what_a_room_may_know_is_no_breach(room: str, source: str) -> None:
    assert breaches(room, source) == []
