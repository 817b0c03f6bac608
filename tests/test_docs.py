"""The documentation: built without a warning, each command in it carried out or parsed, each name in it there."""

from __future__ import annotations

import json
import re
import shlex
import socket
import subprocess
import sys
import time
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from scrapy.cmdline import _get_commands_dict
from scrapy.settings import default_settings
from scrapy.utils.project import get_project_settings

from crawler.commands_docs import parser_of
from crawler.middlewares.browser_check import on_path
from crawler.sites import read_profile
from crawler.spiders import arguments
from crawler.spiders.article import ArticleSpider
from crawler.spiders.backfill import BackfillSpider
from crawler.spiders.portal import PortalSpider
from tests.browsing import needs_browser
from tests.docs import DOCS, PAGES, ROOT, Block, blocks
from tests.typing_in import Shell, programs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy.commands import ScrapyCommand

ALL = [ROOT / "README.md", *PAGES]
RUN = ("sh", "python", "cron")
"""Languages of blocks that are carried out."""
PATIENCE = 30.0
"""Seconds for what runs on behind to say what it is to say."""
TOLD_AT_MOST = 3000
"""Characters of what a command said that are told of one that went wrong."""
CRON = re.compile(r"(?:\S+ ){5}(.*)")
ELSEWHERE = re.compile(r"(?:site=|probe |extract )['\"]?https?://(?!127\.0\.0\.1)")
FOLDER = "/srv/crawler"
"""Stands in a crontab for the folder of the clone."""
SPIDERS = {one.name: one for one in (PortalSpider, BackfillSpider, ArticleSpider)}


# --- what is carried out ---


@pytest.fixture(scope="module")
def binaries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with programs(tmp_path_factory.mktemp("programs")) as folder:
        yield folder


@pytest.fixture(scope="module")
def ports() -> dict[str, str]:
    """Free ports, by those that the pages name."""
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        return {"40000": str(one.getsockname()[1]), "8080": str(other.getsockname()[1])}


@pytest.fixture
def shell(binaries: Path, ports: dict[str, str], tmp_path: Path) -> Iterator[Shell]:
    shell = Shell(tmp_path, binaries)
    shell.keep_port(int(ports["40000"]))
    yield shell
    shell.close()


def typed(block: Block) -> str:
    """What is typed of a block: the installation has been done, and the tests run already."""
    lines = [
        line.rpartition(" && ")[2] if line.startswith("python3 -m venv") else line for line in block.text.splitlines()
    ]
    return "\n".join(line for line in lines if not line.startswith(".venv/bin/pytest"))


def shows(said: str, shown: str) -> bool:
    """Whether what is said holds what is shown, line by line; ``…`` stands for anything."""
    wanted = re.escape(shown.rstrip("\n")).replace("…", r"(?s:.*?)")
    return re.search(rf"^{wanted}[ ]*$", re.sub(r"[ ]+$", "", said, flags=re.MULTILINE), re.MULTILINE) is not None


@pytest.mark.parametrize(
    "page", [page for page in ALL if any(blocks(page, *RUN))], ids=lambda page: str(page.relative_to(ROOT))
)
def test_what_a_page_tells_to_type_can_be_typed(page: Path, shell: Shell, ports: dict[str, str]) -> None:
    for block in blocks(page, *RUN):
        words, shown = typed(block), block.shown
        assert not ELSEWHERE.search(words), f"{block}: somebody's site; fence what is not for the demo as console"
        for named, free in ports.items():
            words, shown = re.sub(rf"\b{named}\b", free, words), re.sub(rf"\b{named}\b", free, shown)
        environment = {}
        if block.language == "python":
            words = f"python - <<'END_OF_PYTHON'\n{words}\nEND_OF_PYTHON"
        elif block.language == "cron":
            words = "\n".join(match[1] for match in map(CRON.fullmatch, words.splitlines()) if match)
            words = words.replace(FOLDER, str(shell.folder))
            assert words, f"{block}: no line of a crontab"
            environment = {"PATH": "/usr/bin:/bin"}
        code, said = shell.run(words, **environment)
        until = time.monotonic() + (PATIENCE if words.rstrip().endswith("&") else 0)
        while not shows(said, shown) and time.monotonic() < until:
            time.sleep(0.05)
            said = shell.said()
        told = f"{block}:\n{words}\n--- said:\n…{said[-TOLD_AT_MOST:]}\n--- shown:\n{shown}"
        assert (code, shows(said, shown)) == (block.code, True), told
        assert block.language != "cron" or not said, f"{told}\ncron would mail it"


@pytest.mark.parametrize(
    ("shown", "there"),
    [
        ("b … d", True),
        ("a\nb", False),
        ("…\nb c d", True),
        ("b c", False),
        ("c d", False),
        ("b c d\n  e\n", True),
        ("", True),
    ],
)
def test_what_is_shown_is_compared_by_lines(shown: str, there: bool) -> None:
    assert shows("a  \nb c d\n  e\n", shown) is there


def test_blocks_are_found_with_what_is_said_of_them(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# P\n\n```sh\na\n```\n\n```text\nb\n```\n\n```sh exit=5\nc\n```\n\nWords.\n\n```text\nd\n```\n"
        "<!-- exit=4 -->\n```sh\ne\n```\n\n```{note}\nf\n```\n",
        encoding="utf-8",
    )
    found = [(block.line, block.text, block.code, block.shown) for block in blocks(page, "sh")]
    assert found == [(3, "a\n", 0, "b\n"), (11, "c\n", 5, ""), (21, "e\n", 4, "")]
    assert [block.language for block in blocks(page)] == ["sh", "text", "sh", "text", "sh", "{note}"]


# --- what cannot be ---


@pytest.fixture(scope="module")
def known() -> dict[str, ScrapyCommand]:
    settings = get_project_settings()
    commands = _get_commands_dict(settings, inproject=True)
    for command in commands.values():
        command.settings = settings
    return commands


def commands_in(block: Block) -> Iterator[list[str]]:
    """What stands behind each ``scrapy`` of a block, up to the end of that command."""
    text = re.sub(r"\\\n\s*", " ", block.text)
    for line in text.splitlines():
        lexer = shlex.shlex(line.removeprefix("$ ").replace("%", ""), posix=True, punctuation_chars="|&;<>()")
        lexer.whitespace_split = True
        lexer.commenters = "#"
        try:
            words = list(lexer)
        except ValueError:  # a quotation that goes on in the next line
            words = line.removeprefix("$ ").split()
        for place, word in enumerate(words):
            if word.rpartition("/")[2] in {"scrapy", "=scrapy"} and words[place + 1 : place + 2] != ["="]:
                rest = words[place + 1 :]
                yield rest[: next((at for at, one in enumerate(rest) if set(one) <= set("|&;<>()")), len(rest))]


class Faulty(Exception):
    pass


def fault_in(words: list[str], known: dict[str, ScrapyCommand]) -> str:
    """What cannot be about a command; empty if nothing."""
    if not words or words[0] not in known:
        return f"there is no command {words[:1]}"
    parser = parser_of(known[words[0]])

    def fail(message: str) -> None:
        raise Faulty(message)

    parser.error = fail  # type: ignore[method-assign,assignment]
    try:
        given, left = parser.parse_known_args(words[1:])
    except Faulty as error:
        return str(error)
    unknown = [word for word in left if word.startswith("-") and len(word) > 1]
    settings = {pair.partition("=")[0] for pair in getattr(given, "set", [])}
    unknown += [name for name in settings if name not in get_project_settings() and not hasattr(default_settings, name)]
    if words[0] == "crawl":
        spider = next((word for word in left if word in SPIDERS), None)
        if spider is None:
            return "no spider is named"
        accepted = SPIDERS[spider].accepted | arguments.EVERY
        unknown += [name for name in (pair.partition("=")[0] for pair in given.spargs) if name not in accepted]
    return f"unknown: {', '.join(unknown)}" if unknown else ""


TOLD = [
    (block, words)
    for page in ALL
    for block in blocks(page)
    if block.language not in {"text", "json", "toml"}
    for words in commands_in(block)
]


@pytest.mark.parametrize(("block", "words"), TOLD, ids=[f"{block}-{' '.join(words[:2])}" for block, words in TOLD])
def test_a_command_that_is_told_is_one(block: Block, words: list[str], known: dict[str, ScrapyCommand]) -> None:
    assert fault_in(words, known) == ""


@pytest.mark.parametrize(
    "words",
    [
        "crawl portal -a site=x -a pages=3",
        "crawl portal -a site=x -a category=3",
        "crawl everything -a site=x",
        "crawl portal -a site=x -s DISCUZ_CONTAKT=x",
        "probe --safe URL",
        "report x --accept",
        "fetch-all",
    ],
)
def test_one_that_is_none_is_found(words: str, known: dict[str, ScrapyCommand]) -> None:
    assert fault_in(words.split(), known) != ""


def test_commands_are_found_wherever_they_stand() -> None:
    text = """\
$ cd /srv && .venv/bin/scrapy crawl portal \\
    -a site=x | tail -1
17 3 * * * cd /srv/crawler && .venv/bin/scrapy list; echo
ExecStart=/srv/crawler/.venv/bin/scrapy probe %i
# scrapy is a word here
"""
    found = [*commands_in(Block(DOCS / "x.md", 1, "console", text))]
    assert found == [["crawl", "portal", "-a", "site=x"], ["list"], ["probe", "i"]]


def test_modules_that_are_run_are_there() -> None:
    told = {name for page in ALL for name in re.findall(r"python3? -m ([\w.]+)", page.read_text(encoding="utf-8"))}
    assert {"fixtures.portal", "crawler.settings_docs"} < told
    assert [name for name in told if find_spec(name) is None] == []


INLINE = [
    (page, name)
    for page in ALL
    for name in sorted(set(re.findall(r"`(?:-s )?'?(DISCUZ_[A-Z_]*[A-Z])\b", page.read_text(encoding="utf-8"))))
]


def test_a_setting_that_is_named_is_there() -> None:
    settings = get_project_settings()
    assert len(INLINE) > 50
    assert [(page.name, name) for page, name in INLINE if name not in settings] == []


PROFILES = [block for page in ALL for block in blocks(page, "toml") if re.search(r"^url = ", block.text, re.MULTILINE)]


@pytest.mark.parametrize("block", PROFILES, ids=str)
def test_a_profile_can_be_read(block: Block, tmp_path: Path) -> None:
    profile = tmp_path / "example.toml"
    profile.write_text(block.text, encoding="utf-8")
    assert read_profile(profile).name == "example"


def test_blocks_of_other_kinds_are_well_formed() -> None:
    for page in PAGES:
        for block in blocks(page, "json"):
            json.loads(block.text)
        for block in blocks(page):
            assert block.language, f"{block}: say what it is behind the fence"


# --- the site ---


class Assets(HTMLParser):
    """Everything that a page has the browser fetch, or leads to."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in {"src", "srcset", "data"} or (name == "href" and tag == "link"):
                self.fetched.append(value or "")
            elif name == "href":
                self.links.append(value or "")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, as it is told to be made: a warning is an error."""
    folder = tmp_path_factory.mktemp("html")
    [told] = re.findall(r"^\$ sphinx-build (.*)$", (DOCS / "contributing.md").read_text(encoding="utf-8"), re.MULTILINE)
    *options, pages, _ = told.split()
    assert {"-W", "-n"} <= {*options}
    words = [sys.executable, "-m", "sphinx", *options, pages, str(folder)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return folder


def test_the_site_is_whole_and_fetches_nothing_from_elsewhere(built: Path) -> None:
    for page in PAGES:
        html = (built / page.relative_to(DOCS).with_suffix(".html")).read_text(encoding="utf-8")
        assets = Assets()
        assets.feed(html)
        assert len(assets.fetched) > 5
        assert [one for one in assets.fetched if urlsplit(one).netloc] == []
        for link in assets.links:
            assert urlsplit(link).scheme in {"", "https"}, link
    styles = "".join(path.read_text(encoding="utf-8") for path in built.rglob("*.css"))
    assert re.findall(r"@import|url\(['\"]?(?:https?:)?//", styles) == []


def test_no_page_is_left_out_of_the_contents(built: Path) -> None:
    """Sphinx warns of pages that are in no toctree, but for those that say that they are none's."""
    assert [page.name for page in PAGES if "orphan: true" in page.read_text(encoding="utf-8")] == []


TOO_WIDE = """() => [...document.querySelectorAll("html, article table")]
    .filter(one => one.scrollWidth > (one.parentElement ?? {clientWidth: innerWidth}).clientWidth + 1)
    .map(one => `${one.tagName} ${one.textContent.trim().slice(0, 40)}`)"""


@needs_browser
def test_no_page_and_no_table_is_wider_than_a_phone(built: Path) -> None:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  (of the extra `browser`)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=on_path(), args=["--no-sandbox"])
        page = browser.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        for name in (path.relative_to(DOCS).with_suffix(".html") for path in PAGES):
            page.goto((built / name).as_uri())
            for width in (375, 1280):
                page.set_viewport_size({"width": width, "height": 900})
                assert (str(name), width, page.evaluate(TOO_WIDE)) == (str(name), width, [])
        browser.close()
    assert [url for url in asked if urlsplit(url).scheme not in {"file", "data"}] == []
