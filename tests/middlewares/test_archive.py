"""What is archived of a response as it comes off the wire, and what of a crawl whose archive cannot be written."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from scrapy import Request, signals
from scrapy.exceptions import NotConfigured
from scrapy.http import HtmlResponse, Response
from scrapy.utils.test import get_crawler

from crawler.errors import ExitCode, StorageError
from crawler.middlewares import archive, heads
from crawler.middlewares.archive import ArchiveMiddleware, told
from crawler.sites import Site
from crawler.store import open_store
from tests.warcs import entries, files_of

if TYPE_CHECKING:
    from pathlib import Path

    from scrapy.crawler import Crawler

URL = "http://www.example.com/portal.php"


class Crawling:
    """A crawl without an engine.

    Attributes:
        crawler: to which the middleware listens.
        ends: what the spider was told to end for.
    """

    def __init__(self, folder: Path, seq: int | None = None) -> None:
        self.folder = folder
        self.ends: list[Any] = []
        settings = {"DISCUZ_WARC_ENABLED": "1", "DISCUZ_CONTACT": "me@example.com", "DISCUZ_WARC_SIZE": 1_000_000}
        self.crawler: Crawler = get_crawler(None, settings)
        self.crawler.settings.setdefault("USER_AGENT", "discuz-crawler")
        self.store = open_store(folder)
        run = self.store.begin("portal {}", "portal")
        self.spider: Any = SimpleNamespace(
            site=Site(name="example", url="http://www.example.com/"),
            run=run if seq is None else SimpleNamespace(seq=seq),
            store=self.store,
            stop=lambda code, words: self.ends.append((code, words)),
            crash=self.ends.append,
        )
        self.made = ArchiveMiddleware.from_crawler(self.crawler)
        self.crawler.signals.send_catch_log(signals.spider_opened, spider=self.spider)

    def comes(self, body: bytes = b"page", *, wired: bool = True, proxy: str = "", **kwargs: Any) -> None:
        request = Request(URL, headers={"Cookie": "s3cret"}, meta={"proxy": proxy} if proxy else {}, **kwargs)
        response = HtmlResponse(URL, body=body, ip_address="2001:db8::1")
        if wired:
            heads._heads[response] = [b"HTTP/1.1 200 OK", b"A: b"]
        self.crawler.signals.send_catch_log(signals.response_downloaded, response=response, request=request)

    def end(self) -> list[Any]:
        """End the run, and give the responses of its archive."""
        self.store.end("finished", 0)
        self.store.close()
        return [one for path in files_of(self.folder) for one in entries(path) if one.kind in {"response", "revisit"}]


@pytest.fixture
def crawling(tmp_path: Path) -> Crawling:
    return Crawling(tmp_path)


def test_it_is_off_by_default(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured):
        ArchiveMiddleware.from_crawler(get_crawler(None, {}))


def test_what_comes_over_the_wire_is_archived(crawling: Crawling) -> None:
    crawling.comes()
    crawling.comes(b"from a cache", wired=False)
    crawling.comes()
    first, again = crawling.end()
    assert (first.kind, first.head, first.body) == ("response", b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n", b"page")
    assert first.headers["WARC-IP-Address"] == "2001:db8::1"
    assert again.kind == "revisit"
    assert crawling.ends == []
    stats = crawling.crawler.stats.get_stats()
    assert (stats["discuz/archive/record_count"], stats["discuz/archive/revisit_count"]) == (2, 1)


def test_what_the_browser_asked_for_is_marked(crawling: Crawling) -> None:
    crawling.comes(cb_kwargs={"for_browser": True})
    crawling.comes(b"another")
    assert [one.headers.get("X-Crawler-Via") for one in crawling.end()] == ["browser", None]


def test_the_address_of_a_proxy_is_not_that_of_the_site(crawling: Crawling) -> None:
    crawling.comes(proxy="http://proxy.example:3128")
    (one,) = crawling.end()
    assert "WARC-IP-Address" not in one.headers


@pytest.mark.parametrize("seq", [0])
def test_a_trial_archives_nothing(tmp_path: Path, seq: int) -> None:
    crawling = Crawling(tmp_path, seq)
    crawling.comes()
    assert crawling.end() == []


def test_what_comes_after_the_end_is_passed_over(crawling: Crawling) -> None:
    assert crawling.end() == []
    crawling.comes()
    assert crawling.ends == []


def test_a_disk_that_is_full_ends_the_crawl(crawling: Crawling, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise StorageError("full")

    monkeypatch.setattr(crawling.store, "keep_served", fail)
    crawling.comes()
    assert crawling.ends == [(ExitCode.STORAGE, "full")]


def test_a_bug_ends_the_crawl(crawling: Crawling, monkeypatch: pytest.MonkeyPatch) -> None:
    error = ValueError("a bug")

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(crawling.store, "payload", fail)
    crawling.comes()
    assert crawling.ends == [error]


def test_it_says_who_read_the_site_and_how(crawling: Crawling) -> None:
    about = told(crawling.crawler.settings, crawling.spider)
    assert about["operator"] == "me@example.com"
    assert about["robots"] in {"obey", "ignore"}
    assert (about["site"], about["site-url"]) == ("example", "http://www.example.com/")
    assert about["isPartOf"] == crawling.spider.run.run_id
    assert archive.ENABLED == "DISCUZ_WARC_ENABLED"
    assert isinstance(Response(URL), Response)
