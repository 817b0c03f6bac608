"""Which site an archive is of, and with which settings it is read; whole archives are read in `test_crawl_archive`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from scrapy.settings import Settings

from crawler.archive import Collection
from crawler.commands.extract import Sites
from crawler.errors import UsageError
from crawler.rereading.records import set_offline, site_in
from crawler.rereading.revisions import Revisions
from crawler.store import open_store
from tests.archive.making import Writer, exchange
from tests.store.helpers import article, ended

if TYPE_CHECKING:
    from pathlib import Path

URL = "http://www.example.com/"


def archive(folder: Path, *infos: dict[str, str], empty: bool = False) -> Collection:
    """An archive of a file for each of what files say of their records."""
    paths = []
    for number, info in enumerate(infos):
        path = folder / f"{number}.warc.gz"
        writer = Writer(path, **info)
        if not empty:
            writer.add(exchange(b"page %d" % number))
        paths.append(path)
    return Collection(paths)


def of(name: str, url: str = URL) -> dict[str, str]:
    return {"site": name, "site-url": url}


def test_an_archive_names_its_site(tmp_path: Path) -> None:
    collection = archive(tmp_path, of("news"), of("news", "https://www.example.com/"))
    site = site_in(collection, Sites(tmp_path / "sites", None))
    assert (site.name, site.url, site.own_process) == ("news", "https://www.example.com/", True)


def test_a_profile_says_more_of_it(tmp_path: Path) -> None:
    sites = tmp_path / "sites"
    sites.mkdir()
    (sites / "news.toml").write_text(f'url = "{URL}"\ntime_zone = "Asia/Urumqi"\nwindow = "01:00-02:00"\n', "utf-8")
    site = site_in(archive(tmp_path, of("news")), Sites(sites, None))
    assert (site.name, site.time_zone, site.window) == ("news", "Asia/Urumqi", None)


@pytest.mark.parametrize(
    ("infos", "words"),
    [
        ([of("a"), of("b")], r"these are files of several sites \(a, b\): give one's"),
        ([{"software": "other"}], "no file says of which site it is: name it with --site"),
    ],
)
def test_which_site_is_not_known(tmp_path: Path, infos: list[dict[str, str]], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        site_in(archive(tmp_path, *infos), Sites(tmp_path, None))


def test_an_archive_without_a_response_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="none of the files has a response that can be read"):
        site_in(archive(tmp_path, of("news"), empty=True), Sites(tmp_path, None))


def test_another_programs_archive_is_of_the_site_that_is_named(tmp_path: Path) -> None:
    site = site_in(archive(tmp_path, {"software": "other"}), Sites(tmp_path, URL))
    assert (site.name, site.url) == ("www.example.com", URL)


@pytest.mark.parametrize(
    ("told", "given", "enabled"),
    [
        ('{"DISCUZ_COMMENTS_ENABLED":false}', {}, False),
        ('{"DISCUZ_COMMENTS_ENABLED":true}', {}, True),
        ('{"DISCUZ_COMMENTS_ENABLED":true}', {"DISCUZ_COMMENTS_ENABLED": "0"}, False),
        ("", {}, True),
        ("none of ours", {}, True),
        ("[1]", {}, True),
    ],
)
def test_it_is_read_as_it_was_written(tmp_path: Path, told: str, given: dict[str, Any], enabled: bool) -> None:
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    settings.setdict(given | {"DISCUZ_WARC_ENABLED": "1", "ROBOTSTXT_OBEY": "1"}, priority="cmdline")
    collection = archive(tmp_path, of("news"), of("news") | {"settings": told})
    set_offline(settings, collection, site_in(collection, Sites(tmp_path, None)), str(tmp_path))
    assert settings.getbool("DISCUZ_COMMENTS_ENABLED") is enabled
    assert not settings.getbool("DISCUZ_WARC_ENABLED")
    assert not settings.getbool("ROBOTSTXT_OBEY")
    assert set(settings.getdict("DOWNLOAD_HANDLERS").values()) == {"crawler.middlewares.replaying.ReplayingHandler"}


def test_revisions_are_those_of_the_store(tmp_path: Path) -> None:
    lines = [b'{"discuz":{"aid":%d},"revision":1}' % aid for aid in (1, 2)]
    assert list(Revisions(tmp_path / "none", None).put(lines)) == [line + b"\n" for line in lines]
    with open_store(tmp_path / "site") as store:
        store.begin("portal {}", "portal")
        store.add([article(1)])
        (unit,) = store.take(1)
        outcome = ended(unit)
        assert outcome.article is not None
        object.__setattr__(outcome.article, "revision", 7)
        store.finish(outcome)
        store.end("finished", 0)
    found = list(Revisions(tmp_path / "site", None).put(lines))
    assert found == [b'{"discuz":{"aid":1},"revision":7}\n', b'{"discuz":{"aid":2},"revision":1}\n']
