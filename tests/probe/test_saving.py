"""The profile that a probe writes is one, says what was found, and replaces none."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from crawler.discuz.styles import Style
from crawler.errors import StorageError, UsageError
from crawler.probe.findings import ArticleRead, Category, FieldRead, Findings
from crawler.probe.saving import differences, profile, save
from crawler.sites import find_site, read_profile
from crawler.theming import theme_of


@pytest.fixture
def findings() -> Findings:
    found = Findings("http://a.example/bbs/", "a.example", None, "2031-05-06T01:10:30+00:00")
    found.program.site_name = 'Low "water"\x1b[2J\n'
    found.addresses.source, found.addresses.rules = "links", {"article": "a/{id}.html", "topic": "t-{name}.html"}
    found.time_zone.offset, found.time_zone.source = "+08:00", "footer"
    found.pace.suggested, found.robots.crawl_delay = 2.5, 2.5
    found.categories = [
        Category("http://a.example/bbs/news/", "News\n", 3, "news"),
        Category("http://a.example/x/", "X"),
    ]
    found.lists.reachable = True
    found.fields = [
        FieldRead("headline", 3, 3, ["h1"]),
        FieldRead("description", 0, 3, [], 'theme.article.summary = "SELECTOR"'),
        FieldRead("authors", 1, 3, ["p"], 'theme.article.author = "SELECTOR"'),
    ]
    return found


def test_it_reads_back_as_what_was_found(findings: Findings, tmp_path: Path) -> None:
    path, differing = save(findings, "harbour", tmp_path / "sites")
    assert (path, differing) == (tmp_path / "sites" / "harbour.toml", [])
    site = read_profile(path)
    assert (site.name, site.url, site.delay) == ("harbour", "http://a.example/bbs/", 2.5)
    assert site.style == Style(article="a/{id}.html", topic="t-{name}.html")
    assert (site.time_zone, site.categories, site.theme) == (None, (), None)
    assert [file.name for file in path.parent.iterdir()] == ["harbour.toml"], "nothing is left beside it"


def test_each_line_says_where_it_is_from(findings: Findings) -> None:
    text = profile(findings)
    assert text.startswith('# Low "water"\\x1b[2J\\n: as found by scrapy probe on 2031-05-06\n')
    assert "delay = 2.5  # seconds between two requests: its robots.txt asks for 2.5\n" in text
    assert "# categories = [3]  # all, if left out: 3 News\\n\n" in text
    assert '# time_zone = "Asia/Shanghai"  # not needed: its footer states +08:00\n' in text
    assert '# summary = "SELECTOR"  # description: 0 of 3 articles gave it\n' in text
    assert "author" not in text, "some articles have one: the others have none"


def test_other_addresses_of_the_site_lead_to_its_profile(findings: Findings, tmp_path: Path) -> None:
    findings.aliases = ["http://old.example/", "https://a.example/bbs/"]
    save(findings, "harbour", tmp_path)
    for address in ("http://old.example/", "http://a.example/bbs/", "https://a.example/bbs/"):
        assert find_site(address, tmp_path).name == "harbour"


def test_categories_that_home_does_not_lead_to_are_named(findings: Findings, tmp_path: Path) -> None:
    findings.lists.reachable = False
    path, _ = save(findings, "harbour", tmp_path)
    assert read_profile(path).categories == (3,)


@pytest.mark.parametrize("line", ["time_zone", "categories", "style", "every"])
def test_what_is_a_comment_can_be_made_a_line(findings: Findings, line: str, tmp_path: Path) -> None:
    findings.addresses.rules = {}
    lines = [
        part.removeprefix("# ") if part.startswith(f"# {line} =") else part for part in profile(findings).split("\n")
    ]
    path = tmp_path / "a.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    read_profile(path)
    assert line in tomllib.loads(path.read_text(encoding="utf-8"))


def test_the_lines_of_the_theme_can_be_made_lines(findings: Findings, tmp_path: Path) -> None:
    findings.articles = [ArticleRead("http://a.example/1", 1, "One", None, 1, None, "generic", 1)]
    head, _, theme = profile(findings).partition("# [theme.article]")
    path = tmp_path / "a.toml"
    lines = re.sub("^# ", "", theme, flags=re.MULTILINE).replace("SELECTOR", "div.x")
    path.write_text(f"{head}[theme.article]{lines}", encoding="utf-8")
    assert set(theme_of(read_profile(path)).article) == {"body", "summary"}


@pytest.mark.parametrize(
    ("offset", "source", "words"),
    [
        ("+07:00", "footer", '# time_zone = "Asia/Bangkok"  # not needed: its footer states +07:00'),
        ("+08:00", "default", '# time_zone = "Asia/Shanghai"  # no page states it: Discuz!\'s default is assumed'),
        (None, None, "no page states it"),
        ("+05:45", "footer", "not needed: its footer states +05:45"),
    ],
)
def test_the_zone(findings: Findings, offset: str | None, source: str | None, words: str) -> None:
    findings.time_zone.offset, findings.time_zone.source = offset, source
    assert words in profile(findings)


def test_one_that_is_there_stays_and_what_differs_is_told(findings: Findings, tmp_path: Path) -> None:
    path, _ = save(findings, "harbour", tmp_path)
    assert save(findings, "harbour", tmp_path) == (path, []), "it says the same"
    mine = 'url = "http://a.example/bbs/"\ndelay = 9\ntheme = "x"\n'
    path.write_text(mine, encoding="utf-8")
    assert save(findings, "harbour", tmp_path)[1] == [
        "- delay = 9",
        "+ delay = 2.5",
        '+ style = { article = "a/{id}.html", topic = "t-{name}.html" }',
    ]
    path.write_text("url = ", encoding="utf-8")
    assert "-url = " in save(findings, "harbour", tmp_path)[1]
    assert path.read_text(encoding="utf-8") == "url = "


def test_what_a_person_added_is_no_difference() -> None:
    assert (
        differences('url = "http://a/"\ndelay = 1\ncategories = [1]\n', '# x\nurl = "http://a/"\ndelay = 1.0\n') == []
    )


@pytest.mark.parametrize("name", ["", "a/b", "../x", ".hidden", "a b"])
def test_a_name_that_is_none_is_refused(findings: Findings, name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--name"):
        save(findings, name, tmp_path)


def test_a_folder_that_cannot_be_written_is_told(findings: Findings, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match=r"profile .*a\.toml: .*; make the folder writable"):
        save(findings, "a", tmp_path / "file")
