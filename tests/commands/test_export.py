"""``scrapy export``: what is typed, and what is said."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING

import pytest

from crawler.commands import export
from crawler.commands.export import Command, Telling
from crawler.errors import ExitCode
from tests.commands.typing_here import Said, carry_out
from tests.export.helpers import article, gone, placed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    """The command takes signals over; a test gives them back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "data"


@pytest.fixture
def run(data: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Run the command in this process."""

    def typed(*arguments: str) -> Said:
        return carry_out(Command(), data, capsys, *arguments)

    return typed


def test_the_last_line_says_what_was_written(run: Callable[..., Said], data: Path, tmp_path: Path) -> None:
    placed(data, article(1), article(2))
    said = run("example.com", "--to", "jsonl", "-o", "out.jsonl", "--license", "cc0-1.0")
    size = (tmp_path / "out.jsonl").stat().st_size / 2**20
    assert (said.code, said.out) == (0, "")
    words = f"2 rows in out.jsonl (1 file, {size:,.1f} MiB), card in out.jsonl.README.md"
    assert said.error == f"example.com: {words}\n"


def test_without_a_licence_that_is_said(run: Callable[..., Said], data: Path) -> None:
    placed(data, article(1))
    said = run("example.com", "--to", "csv")
    assert said.error.splitlines()[0] == "the card says that the licence is unknown: --license NAME states it"


@pytest.mark.parametrize(
    ("to", "name"),
    [
        ("parquet", "example.com-parquet"),
        ("jsonl", "example.com.jsonl.zst"),
        ("csv", "example.com.csv"),
        ("sqlite", "example.com.sqlite3"),
    ],
)
def test_where_it_goes_unless_told(run: Callable[..., Said], data: Path, tmp_path: Path, to: str, name: str) -> None:
    placed(data, article(1))
    assert run("example.com", "--to", to).code == 0
    assert (tmp_path / "exports" / name).exists()
    again = run("example.com", "--to", to)
    assert again.code == ExitCode.USAGE
    assert again.error == f"-o exports/{name}: it is there already: give --overwrite to replace it, or another -o\n"
    assert run("example.com", "--to", to, "--overwrite").code == 0


def test_several_sites_and_all(run: Callable[..., Said], data: Path, tmp_path: Path) -> None:
    for site in ("a.example", "b.example", "c.example"):
        placed(data, article(1, site), site=site)
    (data / "sites").mkdir()
    said = run("b.example", "a.example", "b.example", "--to", "jsonl", "-o", "two.jsonl")
    assert said.last_line.startswith("2 sites: 2 rows in two.jsonl")
    lines = (tmp_path / "two.jsonl").read_text().splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["b.example:1", "a.example:1"]
    said = run("--all", "--to", "sqlite")
    assert said.last_line.startswith("3 sites: 3 rows in exports/sites.sqlite3")


def test_a_site_by_its_address_and_by_its_profile(run: Callable[..., Said], data: Path) -> None:
    placed(data, article(1))
    placed(data, article(1, "paper"), article(2, "paper"), site="paper")
    (data / "sites").mkdir()
    (data / "sites" / "paper.toml").write_text(
        'url = "https://paper.example/"\naliases = ["https://www.paper.example/"]\n'
    )
    assert "example.com: 1 row in" in run("https://example.com/portal.php", "--to", "jsonl", "-o", "a").last_line
    assert "paper: 2 rows" in run("paper", "--to", "jsonl", "-o", "b").last_line
    assert "paper: 2 rows" in run("https://www.paper.example/", "--to", "jsonl", "-o", "c").last_line


def test_filters_and_columns(run: Callable[..., Said], data: Path, tmp_path: Path) -> None:
    old = article(2, date_published="2020-01-01T00:00:00+08:00")
    placed(data, article(1), old, article(3), gone(3), article(4, catid=9))
    words = ["--latest", "--from-date", "2024-01-01", "--until-date", "2024-12-31", "--status", "published"]
    words += ["--fields", "headline, date_published", "--case", "camel", "--dedup", "near"]
    said = run("example.com", "--to", "jsonl", "-o", "out", *words)
    assert said.last_line.endswith("; 1 cluster of near-duplicates")
    rows = [json.loads(line) for line in (tmp_path / "out").read_text().splitlines()]
    assert [(row["id"], row["clusterId"], row["clusterSize"]) for row in rows] == [
        ("example.com:1", "example.com:1", 2),
        ("example.com:4", "example.com:1", 2),
    ]
    assert list(rows[0]) == ["id", "headline", "datePublished", "clusterId", "clusterSize"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "export: 'nothing' is given: give a site, several, or --all"),
        (("--to", "csv"), "export: 'nothing' is given"),
        (("example.com",), "--to is missing: give one of parquet, jsonl, csv, sqlite"),
        (("example.com", "--to", "xml"), "--to xml: give one of parquet, jsonl, csv, sqlite"),
        (("example.com", "--all", "--to", "csv"), "export: 'example.com' is given beside --all: give one of the two"),
        (("nowhere", "--to", "csv"), "site='nowhere' is not known: give an address"),
        (("https://nowhere.example/", "--to", "csv"), "nowhere.example/published.jsonl: nothing is published"),
        (("example.com", "--to", "csv", "--from-date", "x"), "--from-date x: it is no date: give one as in 2026-01-31"),
        (
            ("example.com", "--to", "csv", "--from-date", "2024-02-01", "--until-date", "2024-01-01"),
            "--from-date 2024-02-01: it comes after --until-date 2024-01-01",
        ),
        (("example.com", "--to", "csv", "--category", "99"), "--category 99: there is none; there are none known"),
        (
            ("example.com", "--to", "csv", "--status", "lost"),
            "--status lost: it is not known: give published or",
        ),
        (
            ("example.com", "--to", "csv", "--fields", "body"),
            "--fields body: there is no such field: there are",
        ),
        (("example.com", "--to", "csv", "--case", "snake"), "--case snake: it is not known: give camel"),
        (("example.com", "--to", "csv", "--dedup", "exact"), "--dedup exact: it is not known: give near"),
        (("example.com", "--to", "sqlite", "--compression", "gz"), "--compression gz: it is for jsonl and csv only"),
        (
            ("example.com", "--to", "csv", "--compression", "xz"),
            "--compression xz: it is not known: give zst or gz",
        ),
        (("example.com", "--to", "csv", "--category", ","), "--category ',': it is empty: give one, or several"),
        (("example.com", "--to", "csv", "--status", ""), "--status '': it is empty"),
        (("example.com", "--to", "csv", "-o", "."), "-o .: it has no name of its own"),
        (("example.com", "--to", "csv", "-o", "data/.."), "-o data/..: it has no name of its own"),
        (
            ("example.com", "--to", "csv", "-o", "/dev/null", "--overwrite"),
            "-o /dev/null: it is neither a file nor a",
        ),
        (("example.com", "--to", "csv", "--license", " "), "--license ' ': give a name on one line"),
        (
            ("example.com", "--to", "csv", "-o", "a.zst", "--compression", "gz"),
            "--compression gz: the file is to",
        ),
    ],
)
def test_wrong_use(
    run: Callable[..., Said], data: Path, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    placed(data, article(1))
    said = run(*arguments)
    assert (said.code, said.out) == (ExitCode.USAGE, "")
    assert words in said.error
    assert said.error.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir() if path.name != "exports"] == ["data"]
    assert list(tmp_path.glob("exports/*")) == []


def test_all_of_nothing(run: Callable[..., Said], data: Path) -> None:
    said = run("--all", "--to", "csv")
    assert (said.code, said.error) == (
        ExitCode.USAGE,
        f"--all: no site in {data} has published anything yet: crawl one first\n",
    )


def test_a_damaged_file_is_named(run: Callable[..., Said], data: Path) -> None:
    place = placed(data, article(1))
    (part,) = (place.folder / "articles").iterdir()
    part.write_text("{}")
    said = run("example.com", "--to", "csv")
    assert said.code == ExitCode.STORAGE
    assert str(part) in said.error


def test_an_interruption_is_said(run: Callable[..., Said], data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    placed(data, article(1))
    monkeypatch.setattr(export, "export", interrupted)
    said = run("example.com", "--to", "csv")
    assert (said.code, said.error) == (ExitCode.INTERRUPTED, "interrupted: nothing was exported; start again\n")


class Terminal:
    """A terminal that somebody looks at."""

    def __init__(self) -> None:
        self.text = ""

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> None:
        self.text += text

    def flush(self) -> None:
        pass


def test_progress_is_shown_on_a_terminal_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    quiet = Telling()
    quiet.progress("written", 7)
    assert capsys.readouterr().err == ""
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    telling = Telling()
    telling.progress("written", 1234)
    telling.progress("written", 1235)  # not at once again
    telling.say("done\x1b[2J")
    telling.say("more")
    assert terminal.text == "\r\x1b[K1,234 rows written\r\x1b[Kdone\\x1b[2J\nmore\n"
