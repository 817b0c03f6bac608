"""What no module may do: run what it reads as code, or let a parser reach for files, the network or entities.

Every source file is read and held against the tables below; then a page and a feed that try it are parsed.
"""

from __future__ import annotations

import ast
import socket
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from scrapy.utils.project import get_project_settings

from crawler.pages import FeedPage, parse
from tests.test_rooms import PACKAGE, ROOT, imports

if TYPE_CHECKING:
    from collections.abc import Iterator

# Libraries that make objects, and so run code, of bytes that they read.
LOADING = {"cloudpickle", "copyreg", "dbm", "dill", "joblib", "jsonpickle", "marshal", "pickle", "shelve", "yaml"}
# Ours reads TOML and JSON, which hold nothing but values.
RUNNING = {"__import__", "compile", "eval", "exec"}
# What each of lxml's parsers must be told; the functions that parse must be given a parser, or a constant.
PARSERS = {
    "HTMLParser": {"no_network": True},
    "XMLParser": {"no_network": True, "resolve_entities": False, "load_dtd": False},
}
SETS = {"ETCompatXMLParser", "XMLPullParser", "iterparse", "set_default_parser", "sax", "minidom", "expatbuilder"}
PARSING = {"HTML", "XML", "document_fromstring", "fragment_fromstring", "fragments_fromstring", "fromstring"}


def called(node: ast.Call) -> str:
    """The last part of the name of what is called."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def breaches(source: str) -> Iterator[str]:
    """What a source file does although none may."""
    tree = ast.parse(source)
    for name in imports(tree):
        if not LOADING.isdisjoint(name.split(".")) or not SETS.isdisjoint(name.split(".")):
            yield f"imports {name}"
    for node in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = called(node)
        if isinstance(node.func, ast.Name) and name in RUNNING:
            yield f"calls {name}() in line {node.lineno}"
        given = {word.arg: getattr(word.value, "value", None) for word in node.keywords}
        if not PARSERS.get(name, {}).items() <= given.items():
            yield f"makes {name} without {PARSERS[name]} in line {node.lineno}"
        is_constant = node.args and isinstance(node.args[0], ast.Constant)
        if name in PARSING and not (is_constant or len(node.args) > 1 or "parser" in given):
            yield f"parses by {name}() with a parser that nobody chose in line {node.lineno}"


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_that_is_read_is_run(path: Path) -> None:
    assert list(breaches(path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    ("source", "breach"),
    [
        ("import pickle", "imports pickle"),
        ("from dbm import dumb", "imports dbm.dumb"),
        ("import yaml\nyaml.load(text)", "imports yaml"),
        ("eval(text)", "calls eval() in line 1"),
        ("etree.XMLParser(no_network=True, load_dtd=False)", "makes XMLParser without"),
        ("HTMLParser(no_network=False)", "makes HTMLParser without"),
        ("etree.fromstring(text)", "parses by fromstring() with a parser that nobody chose in line 1"),
        ("from lxml.etree import iterparse", "imports lxml.etree.iterparse"),
    ],
)
def test_a_breach_is_found(source: str, breach: str) -> None:
    assert [found.startswith(breach) for found in breaches(source)] == [True]


def test_what_is_no_breach() -> None:
    source = "re.compile(words)\netree.fromstring('<html/>')\nfromstring(text, parser)\ndatetime.fromisoformat(day)"
    assert list(breaches(source)) == []


# --- what a parser is given ---

LAUGHS = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10}">' for at in range(1, 10))
FEED = """<?xml version="1.0"?>
<!DOCTYPE rss {external} [<!ENTITY l0 "lol">{laughs}<!ENTITY file SYSTEM "{file}"><!ENTITY web SYSTEM "{web}">
<!ENTITY % more SYSTEM "{web}">%more;]>
<rss version="2.0"><channel><title>&file;&web;&l9;</title><item><title>&file;&web;&l9;</title>
<link>http://www.example.com/portal.php?mod=view&amp;aid=1</link></item></channel></rss>"""
PAGE = """<!DOCTYPE html SYSTEM "{web}" [<!ENTITY file SYSTEM "{file}"><!ENTITY web SYSTEM "{web}">]>
<html xmlns:xi="http://www.w3.org/2001/XInclude"><head><link rel="import" href="{web}"></head>
<body><h1 class="ph">&file;&web;</h1><xi:include href="{file}" parse="text"/><object data="{web}"></object>
</body></html>"""


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


@pytest.mark.parametrize(
    "page", [FEED, FEED.removeprefix('<?xml version="1.0"?>\n'), PAGE], ids=["feed", "bare", "page"]
)
def test_a_parser_reaches_for_nothing(page: str, listener: socket.socket, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("not for pages", encoding="utf-8")
    web = f"http://127.0.0.1:{listener.getsockname()[1]}/more.dtd"
    given = {"web": web, "file": secret.as_uri(), "laughs": LAUGHS, "external": f'SYSTEM "{web}"'}
    for name, value in given.items():
        page = page.replace(f"{{{name}}}", value)
    text = str(parse(page).get())
    assert "not for pages" not in text
    assert "lollol" not in text
    with pytest.raises(BlockingIOError):
        listener.accept()


def test_a_feed_that_defines_entities_is_read_without_them() -> None:
    page = FEED.replace("{external}", "").replace("{laughs}", LAUGHS).replace("{file}", "x").replace("{web}", "y")
    raw = FeedPage(parse(page), "http://www.example.com/portal.php?mod=rss").raw()
    assert len(str(raw)) < 1000


def test_only_http_and_https_have_a_handler() -> None:
    handlers = get_project_settings().getwithbase("DOWNLOAD_HANDLERS")
    assert {scheme for scheme, handler in handlers.items() if handler} == {"http", "https"}
