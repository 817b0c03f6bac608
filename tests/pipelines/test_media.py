"""Fetching media: what whole crawls (`tests.test_crawl_media`) do not come by."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from scrapy import Request
from scrapy import Spider as AnySpider
from scrapy.exceptions import DownloadConnectionRefusedError, DownloadTimeoutError, NotConfigured
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from crawler.discuz.urls import Grammar
from crawler.errors import ExitCode, StorageError
from crawler.items import Article, Attachment, CommentsUpdate, Discuz, Image, Provenance, SiteInfo
from crawler.pipelines import media as module
from crawler.pipelines.media import FetchMediaPipeline, Interrupted
from crawler.sites import Site
from crawler.store import open_store
from fixtures.portal import media

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crawler.store import Store

URL = "http://www.example.com/"
ON = {"DISCUZ_MEDIA_ENABLED": True, "DISCUZ_MEDIA_MAXSIZE": 10_000, "DISCUZ_MEDIA_COUNT": 9}


class Engine:
    """Answers every request with a picture that its address decides."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.most = self._now = 0
        self.error: Exception | None = None

    async def download_async(self, request: Request) -> Response:
        self.asked.append(request.url)
        self._now += 1
        self.most = max(self.most, self._now)
        await asyncio.sleep(0.001)
        self._now -= 1
        if self.error is not None:
            raise self.error
        return Response(request.url, body=media.png(request.url), headers={"Content-Type": "image/png"})


class Spider:
    """What the pipeline sees of one."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.site, self.folder, self.store = Site("cd", URL), folder, store
        self.grammar = Grammar(URL)
        self.bugs = 0
        self.waited_for: list[Article] = []
        self.ended: list[tuple[ExitCode, str]] = []

    def why_no_file(self, error: BaseException) -> str:
        return type(error).__name__

    def wait_for(self, item: Article) -> None:
        self.waited_for.append(item)

    def stop(self, code: ExitCode, words: str) -> None:
        self.ended.append((code, words))


class Pipeline(FetchMediaPipeline):
    """The pipeline with its surroundings."""

    spider: Spider
    engine: Engine
    runner: asyncio.Runner

    def fetch(self, *items: Any) -> list[Any]:
        async def together() -> list[Any]:
            return await asyncio.gather(*map(self.process_item, items), return_exceptions=True)

        found: list[Any] = self.runner.run(together())
        return found

    def count(self, what: str) -> int:
        return int(self.crawler.stats.get_value(f"discuz/media/{what}_count", 0))


@pytest.fixture
def pipeline(tmp_path: Path) -> Iterator[Pipeline]:
    with open_store(tmp_path) as store, asyncio.Runner() as runner:
        store.begin("a", "portal")
        crawler: Any = get_crawler(AnySpider, ON | {"CONCURRENT_REQUESTS_PER_DOMAIN": 3})
        spider = crawler.spider = Spider(tmp_path, store)
        engine = crawler.engine = Engine()
        made = Pipeline.from_crawler(crawler)
        made.spider, made.engine, made.runner = spider, engine, runner
        made.open_spider()
        yield made


def article(*names: str, aid: int = 1) -> Article:
    return Article(
        id=f"cd:{aid}",
        url=f"{URL}portal.php?mod=view&aid={aid}",
        images=[Image(f"{URL}{name}") for name in names],
        site=SiteInfo(None, "www.example.com"),
        discuz=Discuz(aid),
        provenance=Provenance(None, None, 200, "utf-8", None, None),
    )


def test_it_is_off_by_itself() -> None:
    with pytest.raises(NotConfigured):
        FetchMediaPipeline.from_crawler(get_crawler(AnySpider))


def test_what_shows_nothing_passes(pipeline: Pipeline) -> None:
    update = CommentsUpdate(id="cd:1", comments=[], counts_observed_at="2026-11-24T00:00:00+00:00")
    bare = article()
    assert pipeline.fetch(update, bare) == [update, bare]
    assert pipeline.engine.asked == []


def test_articles_at_once_share_a_request_and_a_file(pipeline: Pipeline) -> None:
    items = pipeline.fetch(*(article("a.png", f"{aid}.png", aid=aid) for aid in range(8)))
    assert {item.images[0].sha256 for item in items} == {items[0].images[0].sha256}
    assert all(image.sha256 and image.local_path for item in items for image in item.images)
    assert len(pipeline.engine.asked) == len(set(pipeline.engine.asked)) == 9


def test_not_all_files_of_an_article_are_in_memory_at_once(pipeline: Pipeline) -> None:
    pipeline.fetch(article(*(f"{number}.png" for number in range(9))))
    assert (len(pipeline.engine.asked), pipeline.engine.most) == (9, 3), "but as many as one host is asked for"


def test_no_address_stays_in_memory(pipeline: Pipeline) -> None:
    for aid in range(40):
        pipeline.fetch(article(*(f"{aid}-{number}.png" for number in range(5)), aid=aid))
    info = pipeline.spiderinfo
    assert (len(info.downloaded), len(info.downloading), len(info.waiting)) == (0, 0, 0)
    assert pipeline.count("fetched") == 200
    pipeline.fetch(article("0-0.png", "39-4.png"))
    assert pipeline.count("known") == 2, "some of them committed, some not"


def test_an_address_twice_and_one_that_is_none(pipeline: Pipeline) -> None:
    item = article("a.png")
    item.images.append(Image("http://127.0.0.1:99999/b.png"))
    item.attachments = [Attachment(f"{URL}a.png", "a.png"), Attachment(f"{URL}a.png#1", "a.png")]
    [found] = pipeline.fetch(item)
    assert pipeline.engine.asked == [f"{URL}a.png"]
    assert [file.sha256 is not None for file in (*found.images, *found.attachments)] == [True, False, True, True]
    assert (pipeline.count("address"), found.attachments[0].size) == (1, len(media.png(f"{URL}a.png")))


def test_an_article_has_time_as_long_as_its_files_come_in(pipeline: Pipeline) -> None:
    first, second = article("a.png", "b.png"), article("b.png", "c.png", aid=2)
    pipeline.fetch(first, second)
    assert [item.discuz.aid for item in pipeline.spider.waited_for] == [1, 1, 2]


def test_a_site_whose_pictures_hang_is_crawled_all_the_same(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What does not answer at all is no matter: then no page comes either."""
    for error, asked in ((DownloadConnectionRefusedError(), 12), (DownloadTimeoutError(), 3)):
        pipeline.engine.error = error
        for aid in range(3):
            names = [f"{type(error).__name__}{aid}{number}.png" for number in range(4)]
            [item] = pipeline.fetch(article(*names, aid=aid))
            assert not any(image.sha256 for image in item.images)
        # As many as that, and those that were under way with the last of them.
        assert asked <= len(pipeline.engine.asked) <= asked + 2
        pipeline.engine.asked.clear()
    pipeline.engine.error = None
    monkeypatch.setattr(module, "OWN_DEAD_FOR", 0.0)
    [item] = pipeline.fetch(article("a.png"))
    assert item.images[0].sha256


def test_a_bug_of_ours_is_counted_and_fails_no_article(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> str:
        raise KeyError("a bug")

    monkeypatch.setattr(module, "extension_of", broken)
    [item] = pipeline.fetch(article("a.png"))
    assert item.images[0].sha256 is None
    assert (pipeline.spider.bugs, pipeline.count("exception")) == (1, 1)
    assert "a bug" in caplog.text


@pytest.mark.parametrize("broken", ["media", "keep_media"])
def test_a_store_that_fails_ends_the_run_and_leaves_the_article(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    def fails(*_: object) -> None:
        raise StorageError("disk full")

    monkeypatch.setattr(pipeline.spider.store, broken, fails)
    [end] = pipeline.fetch(article("a.png"))
    assert isinstance(end, Interrupted)
    assert pipeline.spider.ended == [(ExitCode.STORAGE, "disk full")]


def test_a_file_that_is_refused_now_and_was_fetched_before_is_used(pipeline: Pipeline) -> None:
    pipeline.fetch(article("a.png"))
    pipeline._rules = replace(pipeline._rules, kinds=("docx",))
    [item] = pipeline.fetch(article("a.png", "b.png"))
    assert [image.sha256 is not None for image in item.images] == [True, False]
    assert pipeline.count("type") == 1


def test_scrapy_is_told_where_a_file_is(pipeline: Pipeline) -> None:
    request = pipeline.get_media_requests(article("a.png"), pipeline.spiderinfo)[0]
    assert pipeline.file_path(request) == ""
    [item] = pipeline.fetch(article("a.png"))
    assert pipeline.file_path(request) == item.images[0].local_path
