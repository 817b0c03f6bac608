"""Wrong use: the right exit code, one clear line with argument, value and mend, and never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crawling import QUICK, crawl

CONTACT = {"DISCUZ_CONTACT": "tests@example.com"}


@pytest.mark.parametrize(
    ("spider", "arguments", "code", "words"),
    [
        ("portal", {}, 2, "site is missing: give -a site="),
        ("portal", {"site": "nosuch"}, 2, "site='nosuch' is not known: give an address"),
        ("portal", {"site": "ftp://example.com/"}, 2, "site='ftp://example.com/' is not an address"),
        ("portal", {"site": "demo", "from_date": "soon"}, 2, "from_date='soon' is no date"),
        ("portal", {"site": "demo", "from_date": "2999-01-01"}, 2, "from_date='2999-01-01' lies in the future"),
        ("portal", {"site": "demo", "category": "3"}, 2, "the spider portal takes no argument 'category'"),
        ("portal", {"site": "demo", "dry_run": "perhaps"}, 2, "dry_run='perhaps' is neither yes nor no"),
        (
            "backfill",
            {"site": "demo", "from_date": "2026-02-01", "until_date": "2026-01-01"},
            2,
            "comes after until_date='2026-01-01'",
        ),
        ("backfill", {"site": "demo", "limit": "none"}, 2, "limit='none' is no number of articles"),
        ("backfill", {"site": "demo", "sweep": "maybe"}, 2, "sweep='maybe' is not known: give auto, on"),
        ("portal", {"site": "demo", "sweep": "on"}, 2, "the spider portal takes no argument 'sweep', only dry_run"),
        ("portal", {"site": "demo", "retry": "failed"}, 2, "retry='failed' is not known: give skipped"),
        ("article", {"site": "demo", "aid": "x"}, 2, "aid='x' holds 'x', which is no article number"),
        ("nosuch", {"site": "demo"}, 2, "spider 'nosuch' is not known: give one of article, backfill, portal"),
        ("portal", {"site": "https://www.example.invalid/"}, 2, "DISCUZ_CONTACT is not set"),
    ],
)
def test_wrong_arguments(tmp_path: Path, spider: str, arguments: dict[str, str], code: int, words: str) -> None:
    given = [word for name, value in arguments.items() for word in ("-a", f"{name}={value}")]
    ended = crawl(spider, tmp_path, *given)
    assert (ended.code, words in ended.last_line) == (code, True), ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("spider", "arguments", "words"),
    [
        ("backfill", {"category": "没有这个"}, "category='没有这个' does not exist"),
        ("backfill", {"category": "99"}, "category='99' is not open"),
        ("backfill", {"category": "http://elsewhere.example/"}, "is not the address of a category of"),
        ("article", {}, "aid is missing: give -a aid="),
        ("article", {"url": "http://elsewhere.example/portal.php?mod=view&aid=1"}, "is no article of"),
    ],
)
def test_what_only_the_site_can_tell(tmp_path: Path, spider: str, arguments: dict[str, str], words: str) -> None:
    given = [word for name, value in arguments.items() for word in ("-a", f"{name}={value}")]
    ended = crawl(spider, tmp_path, *given, site="demo")
    assert (ended.code, words in ended.last_line) == (2, True), ended.stderr
    assert "Traceback" not in ended.stderr
    assert not list(tmp_path.glob("demo/articles/*"))


def test_left_over_words(tmp_path: Path) -> None:
    ended = crawl("portal", tmp_path, "category=3", site="demo")
    assert ended.code == 2
    assert ended.last_line == "'category=3' is left over: spider arguments are given as -a NAME=VALUE"


def test_a_value_without_a_name(tmp_path: Path) -> None:
    ended = crawl("portal", tmp_path, "-a", "demo")
    assert (ended.code, ended.last_line) == (2, "Invalid -a value, use -a NAME=VALUE")


def test_a_setting_that_cannot_be_read(tmp_path: Path) -> None:
    ended = crawl("portal", tmp_path, site="http://127.0.0.1:1/", settings=CONTACT | {"DISCUZ_UNIT_TRIES": "many"})
    assert ended.code == 2, ended.stderr
    assert ended.last_line == "DISCUZ_UNIT_TRIES='many': a whole number from 0 up, as in 5, is wanted"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("site", ["http://127.0.0.1:1/", "http://no-such-host.invalid/"])
def test_an_unreachable_host(tmp_path: Path, site: str) -> None:
    ended = crawl("portal", tmp_path, site=site, settings=QUICK | {"RETRY_TIMES": "0"})
    assert ended.code == 3
    assert ended.last_line.startswith(f"site={site!r} cannot be read")
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("folder", ["a_file", "a_file/below"])
def test_a_folder_that_cannot_be_written(tmp_path: Path, folder: str) -> None:
    (tmp_path / "a_file").touch()
    ended = crawl("portal", tmp_path / folder, site="http://127.0.0.1:1/", settings=CONTACT)
    assert ended.code == 7, ended.stderr
    assert str(tmp_path / "a_file") in ended.last_line
    assert "DISCUZ_DATA_DIR" in ended.last_line
    assert "Traceback" not in ended.stderr
