"""A site that changes its address: with the old one as an alias, nothing is fetched or published again."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from tests.crawling import QUICK, Crawl, crawl

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import RunningPortal, StartPortal

PROFILE = 'url = "{url}"\naliases = [{aliases}]\ndelay = 0\nconcurrency = 8\n'
ARTICLE = re.compile(r"mod=view&aid=\d+|article-\d+-\d+\.html|/\d{8}\.html")
BOTH = {"DISCUZ_ALLOW_PRIVATE_ADDRESSES": "127.0.0.0/8,::1/128"}


def profile(data: Path, url: str, *aliases: str) -> None:
    folder = data / "sites"
    folder.mkdir(exist_ok=True)
    text = PROFILE.format(url=url, aliases=", ".join(f'"{alias}"' for alias in aliases))
    (folder / "harbour.toml").write_text(text, encoding="utf-8")


def moved(portal: RunningPortal) -> str:
    """The portal under another name: it listens on the same port, and prints its old address everywhere."""
    return portal.url.replace("127.0.0.1", "localhost")


def run(spider: str, data: Path, site: str, **arguments: str) -> Crawl:
    ended = crawl(spider, data, site=site, settings=QUICK | BOTH, **arguments)
    assert ended.code == 0, ended.stderr
    return ended


def paths(portal: RunningPortal, since: int = 0) -> list[str]:
    return [line["path"] for line in portal.log()[since:]]


@pytest.mark.parametrize("style", ["dynamic", "rewrite", "static"])
def test_a_site_that_moves_goes_on(start_portal: StartPortal, tmp_path: Path, style: str) -> None:
    portal = start_portal(articles=60, style=style)
    # What a second scheduled run asks for where nothing has moved, it may ask for where the site has.
    staying, moving = tmp_path / "staying", tmp_path / "moving"
    asked = []
    staying.mkdir()
    profile(staying, portal.url)
    run("portal", staying, "harbour")
    shutil.copytree(staying, moving)
    before = run("portal", staying, "harbour").lines("harbour")
    since = len(portal.log())
    run("portal", staying, "harbour")
    asked.append(Counter(paths(portal, since)))
    profile(moving, moved(portal), portal.url)
    since = len(portal.log())
    again = run("portal", moving, "harbour")
    after = len(portal.log())
    third = run("portal", moving, portal.url)  # a cron line with the old address
    asked += [Counter(paths(portal, since)[: after - since]), Counter(paths(portal, after))]
    assert "harbour: 0 articles new or changed" in again.last_line
    assert "harbour: 0 articles new or changed" in third.last_line
    assert not [path for path in asked[1] + asked[2] if ARTICLE.search(path)]
    assert (asked[1] - asked[0], asked[2] - asked[0]) == (Counter(), Counter())
    lines = third.lines("harbour")
    assert sorted(line["id"] for line in lines) == sorted(line["id"] for line in before)
    assert all(line["id"].startswith("harbour:") for line in lines)
    assert max(Counter(line["id"] for line in lines).values()) == 1
    assert [path.name for path in moving.iterdir() if path.is_dir()] in (["harbour", "sites"], ["sites", "harbour"])


def test_what_a_site_that_moved_has_new_gets_its_new_address(start_portal: StartPortal, tmp_path: Path) -> None:
    """Pages print the old one; articles are told by the new one, with the old one among those that were met."""
    some = start_portal(articles=60)
    profile(tmp_path, some.url)
    old = {line["id"] for line in run("portal", tmp_path, "harbour").lines("harbour")}
    some.stop()
    more = start_portal(articles=80)
    profile(tmp_path, moved(more), some.url, more.url)
    second = run("portal", tmp_path, some.url)
    lines = second.lines("harbour")
    new = [line for line in lines if line["id"] not in old and line["status"] == "published"]
    assert len(new) == 20
    assert max(Counter(line["id"] for line in lines if line["id"] not in old).values()) == 1
    for line in new:
        assert line["url"].startswith(moved(more))
        assert all(url.startswith(more.url) for url in line["observed_urls"])
        assert line["observed_urls"]
        for link in (line["previous"], line["next"], *line["related"]):
            assert link is None or link["url"].startswith(moved(more))
            assert link is None or link["aid"]


def test_an_edit_is_no_edit_when_it_is_only_the_address(start_portal: StartPortal, tmp_path: Path) -> None:
    """Each is read again, under its new address, and says the same."""
    portal = start_portal(articles=60)
    profile(tmp_path, portal.url)
    first = run("article", tmp_path, "harbour", aid="1-30").lines("harbour")
    profile(tmp_path, moved(portal), portal.url)
    again = run("article", tmp_path, "harbour", aid="1-30")
    assert "0 articles new or changed" in again.last_line
    assert again.lines("harbour") == first


def test_an_article_is_asked_for_by_its_old_address(start_portal: StartPortal, tmp_path: Path) -> None:
    portal = start_portal(articles=60)
    profile(tmp_path, moved(portal), portal.url)
    old = f"{portal.url}portal.php?mod=view&aid="
    ended = run("article", tmp_path, "harbour", url=f"{old}3,{moved(portal)}portal.php?mod=view&aid=4")
    assert [line["id"] for line in ended.lines("harbour")] == ["harbour:3", "harbour:4"]
    assert [line["url"].partition("portal.php")[0] for line in ended.lines("harbour")] == [moved(portal)] * 2


def test_a_category_is_named_by_its_old_address(start_portal: StartPortal, tmp_path: Path) -> None:
    portal = start_portal(articles=60)
    profile(tmp_path, moved(portal), portal.url)
    ended = run("backfill", tmp_path, "harbour", category=f"{portal.url}portal.php?mod=list&catid=12")
    sections = {line["article_section"] for line in ended.lines("harbour")}
    assert sections == {"民生"}


def test_reports_name_the_site_by_its_profile(start_portal: StartPortal, tmp_path: Path) -> None:
    portal = start_portal(articles=60)
    profile(tmp_path, moved(portal), portal.url)
    ended = run("article", tmp_path, portal.url, aid="1")
    [path] = ended.folder("harbour").glob("runs/*/report.json")
    report: dict[str, Any] = json.loads(path.read_bytes())
    assert report["site"] == {"name": "harbour", "url": moved(portal), "permission": None}
