"""``scrapy probe``, as a person types it, over the fixture portal."""

from __future__ import annotations

import argparse
import json
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, get_type_hints

import pytest
from scrapy.settings import Settings

from crawler.commands.probe import Command, finish
from crawler.errors import CrawlerError
from crawler.pages import DEFAULT
from crawler.probe import ProbeSpider, findings
from crawler.sites import read_profile, site_from_url
from tests.crawling import QUICK, allowing, crawl
from tests.killing import Ended, lasting

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import RunningPortal, StartPortal


@pytest.fixture(scope="module")
def site(start_portal: StartPortal) -> Iterator[RunningPortal]:
    """A portal of our own: it counts who asked for what."""
    portal = start_portal(articles=60, style="rewrite")
    yield portal
    portal.stop()


def probe(data: Path, *arguments: str) -> Ended:
    """Probe without a pause between requests."""
    settings = {**QUICK, "RETRY_TIMES": "0", "DISCUZ_DATA_DIR": str(data)}
    given = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
    return lasting().scrapy(["probe", *arguments, *given, *allowing(arguments[0])])


def keys(made: Any) -> dict[str, Any]:
    """The keys that a dataclass has in JSON, and those of what it holds."""
    hints = get_type_hints(made)
    return {one.name: keys(hints[one.name]) if is_dataclass(hints[one.name]) else {} for one in fields(made)}


def nested(found: dict[str, Any], documented: dict[str, Any]) -> dict[str, Any]:
    """The keys of a JSON object as deep as they are documented."""
    return {name: nested(value, documented[name]) if documented.get(name) else {} for name, value in found.items()}


def test_what_it_saves_is_crawled(site: RunningPortal, tmp_path: Path) -> None:
    before = len(site.log())
    done = probe(tmp_path, site.url, "--json", "--save", "--name", "harbour")
    assert done.code == 0, done.stderr
    found = json.loads(done.stdout)
    documented = keys(findings.Findings)
    assert nested(found, documented) == documented
    assert (found["verdict"]["state"], found["profile"]) == ("ready", None)
    asked = site.log()[before:]
    assert asked[0]["path"] == "/robots.txt"
    assert found["pace"]["requests"] == len(asked) <= 25
    assert all("tests@example.com" in request["user_agent"] for request in asked)

    path = tmp_path / "sites" / "harbour.toml"
    is_ready, cron, systemd, neither, saved = done.stderr.splitlines()
    assert "-a site=harbour -a if_running=ok " in cron
    assert "-s DISCUZ_CONTACT=tests@example.com" in cron
    assert "systemctl enable --now crawler@harbour.timer" in systemd
    assert "scrapy crawl-all --due" in neither
    assert is_ready == found["verdict"]["words"]
    assert saved == f"profile {path} says it: scrapy crawl portal -a site=harbour"
    profile = read_profile(path)
    assert profile.url == site.url
    assert profile.style
    assert profile.style.article == "article-{id}-{page}.html"
    crawled = crawl("backfill", tmp_path, site="harbour", limit="3", settings=QUICK)
    assert (crawled.code, len(crawled.lines("harbour"))) == (0, 3), crawled.stderr
    assert all(record["url"].startswith(f"{site.url}article-") for record in crawled.lines("harbour"))
    assert found["robots"]["allowed"]["attachment"] is False


def test_the_demo_portal_can_be_probed(tmp_path: Path) -> None:
    done = probe(tmp_path, "demo", "-s", "DISCUZ_DEMO_ARTICLES=60")
    assert done.code == 0, done.stderr
    assert done.stdout.splitlines()[1:4] == [
        "verdict      ready",
        "to crawl it  scrapy crawl portal -a site=demo",
        "program      Discuz! X3.4, interface in zh-Hans",
    ]
    assert "新闻  /news/" in done.stdout
    assert "\x1b" not in done.stdout
    assert " is ready: scrapy crawl portal -a site=demo (about " in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_host_that_cannot_be_reached(tmp_path: Path) -> None:
    done = probe(tmp_path, "http://127.0.0.1:1/", "--save")
    assert done.code == 3
    assert done.stderr.splitlines()[0].startswith("http://127.0.0.1:1/portal.php cannot be reached (")
    assert done.stderr.splitlines()[1].startswith("--save: nothing was found")
    assert "verdict  unreachable" in done.stdout
    assert not list(tmp_path.iterdir())


def test_robots_that_keep_us_out(start_portal: StartPortal, tmp_path: Path) -> None:
    portal = start_portal(articles=60, fault="robots-all")
    done = probe(tmp_path, portal.url)
    assert (done.code, done.stderr) == (4, f"{portal.url}: its robots.txt keeps us out of its home\n")
    assert [request["path"] for request in portal.log()] == ["/robots.txt"]
    portal.stop()


@pytest.fixture
def command(tmp_path: Path) -> Command:
    """The command, for what it does before and after anything is asked for."""
    one = Command()
    one.settings = Settings()
    one.settings.setmodule("crawler.settings", priority="project")
    one.settings.set("DISCUZ_DATA_DIR", str(tmp_path))
    (tmp_path / "sites").mkdir()
    return one


def options(command: Command, *arguments: str) -> tuple[argparse.Namespace, list[str]]:
    """The command line as Scrapy reads it."""
    parser = argparse.ArgumentParser()
    command.add_options(parser)
    return parser.parse_known_args(arguments)


def test_a_second_save_leaves_the_first_and_says_what_differs(
    command: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = findings.Findings("http://a.example/", "a.example", None, "2031-05-06T01:10:30+00:00")
    found.categories = [findings.Category("http://a.example/news/", "News", 3)]
    assert command.save(found, "harbour") == 0
    path = tmp_path / "sites" / "harbour.toml"
    *timer, saved = capsys.readouterr().err.splitlines()
    assert saved == f"profile {path} says it: scrapy crawl portal -a site=harbour"
    assert len(timer) == 3
    assert command.save(found, "harbour") == 0
    mine = path.read_text(encoding="utf-8").replace("delay = 1.0", "delay = 7.0")
    path.write_text(mine, encoding="utf-8")
    capsys.readouterr()
    assert command.save(found, "harbour") == 2
    assert capsys.readouterr().err.splitlines() == [
        "- delay = 7.0",
        "+ delay = 1.0",
        f"profile {path} is there and stays as it is: it differs as shown; edit it, or choose another --name",
    ]
    assert path.read_text(encoding="utf-8") == mine


@pytest.mark.parametrize("given", ["harbour", "http://a.example/portal.php?mod=view&aid=3", "https://a.example/"])
def test_a_site_that_has_a_profile_is_read_by_it(given: str, command: Command, tmp_path: Path) -> None:
    path = tmp_path / "sites" / "harbour.toml"
    path.write_text('url = "http://a.example/"\n', encoding="utf-8")
    opts, rest = options(command, given)
    assert command.site(rest, opts).profile == path


def test_a_bug_of_ours_is_told_in_one_line() -> None:
    spider = ProbeSpider(site_from_url("http://a.example/"), DEFAULT, print)
    spider.error = KeyError("x")
    with pytest.raises(
        CrawlerError, match=r"probe: http://a\.example/: a bug ended it \(KeyError: 'x'\); please report"
    ):
        finish(spider, as_json=False)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "probe: one site is wanted, 0 are given; give an address"),
        (["http://a.example/", "http://b.example/"], "probe: one site is wanted, 2 are given"),
        (["nosuch"], "site='nosuch' is not known: give an address"),
        (["ftp://a.example/"], "site='ftp://a.example/' is not an address"),
        (["http://a.example/", "--deep"], "probe: unknown option --deep; see scrapy probe --help"),
        (["http://a.example/", "--name", "a"], "--name a goes with --save"),
        (["demo", "--save"], "--save: the demo portal needs no profile"),
        (["http://faulty.example/"], "faulty.toml: theme.article.titel is unknown (known are title"),
    ],
)
def test_wrong_use_is_told_in_one_line(
    arguments: list[str], words: str, command: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    profile = 'url = "http://faulty.example/"\n[theme.article]\ntitel = "h1"\n'
    (tmp_path / "sites" / "faulty.toml").write_text(profile, encoding="utf-8")
    opts, rest = options(command, *arguments)
    command.run(rest, opts)
    error = capsys.readouterr().err
    assert command.exitcode == 2
    assert words in error
    assert error.count("\n") == 1
