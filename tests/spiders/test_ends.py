"""Every unit ends, once, on every path."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from OpenSSL import SSL
from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    DropItem,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Response
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from twisted.internet.error import ConnectionLost, TCPTimedOutError
from twisted.python.failure import Failure
from twisted.web._newclient import ParseError
from twisted.web.client import ResponseFailed

from crawler.discuz.urls import Kind, Target
from crawler.errors import ExitCode, StorageError
from crawler.items import Article, Discuz, Provenance, SiteInfo
from crawler.middlewares.answers import BadAnswer
from crawler.pipelines.deduplicate import Duplicate, Unchanged
from crawler.pipelines.validate import InvalidRecord
from crawler.spiders import ends as module
from crawler.spiders.article import ArticleSpider
from crawler.spiders.units import article_unit, listing_unit, target_of
from crawler.store import Outcome
from tests.spiders.helpers import URL, FakeEngine, answer, ends, make, page, redirect, run, take

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.store import Unit

ARTICLE = (
    '<div class="h hm"><h1 class="ph">标题</h1></div><table class="vwtb"><tr><td id="article_content"><p>正文</p></td>'
    '</tr></table><a id="click_aid_{aid}_1" href="home.php?mod=spacecp&ac=click&idtype=aid&id={aid}">路过</a>'
)
NOTICE = '<div id="messagetext" class="alert_error"><p>{}</p></div>'


@pytest.fixture
def spider(tmp_path: Path) -> Iterator[ArticleSpider]:
    spider = make(ArticleSpider, tmp_path, aid="12")
    yield spider
    spider.store.close()


@pytest.fixture
def unit(spider: ArticleSpider) -> Unit:
    return take(spider, article_unit(Target(Kind.ARTICLE, 12)))[0]


def item(aid: int = 12) -> Article:
    return Article(
        id=f"x:{aid}",
        url=f"{URL}portal.php?mod=view&aid={aid}",
        site=SiteInfo(name=None, host="www.example.com"),
        discuz=Discuz(aid=aid),
        provenance=Provenance(None, None, 200, None, None, None),
    )


def failure(spider: ArticleSpider, unit: Unit, error: Exception) -> Any:
    found: Any = Failure(error)  # type: ignore[no-untyped-call]  # Twisted's
    found.request = Request(URL, cb_kwargs={"unit": unit, "target": target_of(unit)})
    return found


def lost(error: Exception) -> DownloadFailedError:
    """What Scrapy makes of a connection that failed."""
    try:
        with wrap_twisted_exceptions():
            raise ResponseFailed([Failure(error)])  # type: ignore[no-untyped-call]
    except DownloadFailedError as made:
        return made


@pytest.mark.parametrize(
    ("error", "end"),
    [
        (IgnoreRequest("Forbidden by robots.txt"), ("skipped", "robots")),
        (IgnoreRequest("max redirections reached"), ("skipped", "max redirections reached")),
        (IgnoreRequest(), ("skipped", "ignored")),
        (TimeoutError(), ("failed", "TimeoutError")),
        (DownloadTimeoutError("Getting …"), ("failed", "timeout")),
        (DownloadCancelledError(), ("failed", "too_large")),
        (ResponseDataLossError(), ("failed", "cut_off")),
        (DownloadConnectionRefusedError(), ("failed", "connection_refused")),
        (CannotResolveHostError("DNS …"), ("failed", "unknown_host")),
        (TCPTimedOutError(), ("failed", "unreachable")),  # type: ignore[no-untyped-call]
        (lost(ConnectionLost()), ("failed", "connection_lost")),
        (lost(ParseError("wrong number of parts", b"SSH")), ("failed", "no_http")),  # type: ignore[no-untyped-call]
        (lost(BadAnswer("too_large", "a head …")), ("failed", "too_large")),
        (lost(SSL.Error([("SSL routines", "", "wrong version number")])), ("failed", "tls")),
        (BadAnswer("broken_encoding", "…"), ("failed", "broken_encoding")),
        (MemoryError(), ("failed", "out_of_memory")),
    ],
)
def test_no_response(spider: ArticleSpider, unit: Unit, error: Exception, end: tuple[str, str]) -> None:
    spider.no_answer(failure(spider, unit, error))
    assert ends(spider) == {end: 1}
    assert not len(spider.under_way)


@pytest.mark.parametrize(
    ("response", "end"),
    [
        (page(NOTICE.format("抱歉，指定的文章不存在"), status=404), ("skipped", "missing_article")),
        (page(status=503), ("failed", "http_503")),
        (page("<html><body><p>hello</p></body></html>"), ("failed", "not_discuz")),
        (page(ARTICLE.format(aid=13)), ("failed", "other_article")),
        (Response(URL, body=b"\x89PNG"), ("failed", "no_text")),
        (redirect("member.php?mod=logging&action=login"), ("failed", "login")),
        (page(status=304), ("failed", "http_304")),
        (Response(URL, status=300, headers={"Location": "/portal.php?mod=view&aid=12"}), ("failed", "http_300")),
        (Response(URL, status=302), ("failed", "http_302")),
    ],
)
def test_a_page_that_is_no_article(spider: ArticleSpider, unit: Unit, response: Response, end: tuple[str, str]) -> None:
    assert answer(spider, unit, response) == []
    [(found, reason)] = ends(spider)
    assert (found, reason) == end
    assert not len(spider.under_way)


def test_an_article_that_leads_elsewhere_is_a_record(spider: ArticleSpider, unit: Unit) -> None:
    [record] = answer(spider, unit, redirect("http://elsewhere.example/x"))
    assert (record.status, record.moved_to, record.provenance.http_status) == (
        "moved",
        "http://elsewhere.example/x",
        302,
    )
    assert spider.unit_of(record) is unit


def test_a_listing_that_leads_elsewhere_is_skipped(spider: ArticleSpider) -> None:
    [unit] = take(spider, listing_unit(spider.grammar.parse(f"{URL}portal.php?mod=list&catid=3")))
    assert answer(spider, unit, redirect("http://elsewhere.example/x")) == []
    assert ends(spider) == {("skipped", "moved"): 1}


def test_an_exception_in_a_callback_is_a_bug(
    spider: ArticleSpider, unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spider, "read", lambda *_: 1 / 0)
    monkeypatch.setattr(spider, "page", lambda response, target: response)
    with pytest.raises(ZeroDivisionError):
        answer(spider, unit, page("x" * 100))
    assert ends(spider) == {("failed", "exception"): 1}
    assert spider.bugs == 1


def test_a_callback_without_output_is_a_bug(spider: ArticleSpider, unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(*_: Any) -> Any:
        for _never in list[Any]():
            yield _never

    monkeypatch.setattr(spider, "read", nothing)
    monkeypatch.setattr(spider, "page", lambda response, target: response)
    answer(spider, unit, page("x" * 100))
    assert ends(spider) == {("failed", "no_output"): 1}
    assert spider.bugs == 1


@pytest.mark.parametrize(
    ("exception", "end", "bugs"),
    [
        (Duplicate("duplicate"), ("done", "duplicate"), 0),
        (Unchanged("unchanged"), ("done", "unchanged"), 0),
        (InvalidRecord("headline", "…"), ("failed", "invalid_headline"), 0),
        (DropItem("anything else"), ("failed", "dropped"), 1),
    ],
)
def test_a_dropped_item(
    spider: ArticleSpider, unit: Unit, exception: DropItem, end: tuple[str, str], bugs: int
) -> None:
    spider.item_dropped(item(), exception)
    assert ends(spider) == {end: 1}
    assert spider.bugs == bugs


def test_a_pipeline_that_fails(spider: ArticleSpider, unit: Unit) -> None:
    spider.item_error(item())
    assert ends(spider) == {("failed", "item_error"): 1}
    assert spider.bugs == 1


def test_an_item_whose_unit_has_ended_ends_nothing(spider: ArticleSpider, unit: Unit) -> None:
    spider.item_dropped(item(13), Duplicate("duplicate"))
    spider.item_error(item(13))
    assert list(ends(spider)) == [("todo", "")]


def test_a_request_that_the_scheduler_drops(spider: ArticleSpider, unit: Unit) -> None:
    spider.request_dropped(Request(URL))
    spider.request_dropped(Request(URL, cb_kwargs={"unit": unit}))
    assert ends(spider) == {("failed", "request_dropped"): 1}


def test_a_unit_that_outlives_its_deadline(spider: ArticleSpider, unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    spider.give_up_late()
    assert unit.key in spider.under_way
    monkeypatch.setattr(module, "DEADLINE", -1.0)
    spider.give_up_late()
    assert ends(spider) == {("failed", "deadline"): 1}


def test_a_unit_does_not_end_twice(spider: ArticleSpider, unit: Unit) -> None:
    spider.end(unit, "skipped", "robots")
    spider.end(unit, "failed", "deadline")
    assert ends(spider) == {("skipped", "robots"): 1}


def test_a_store_that_fails_stops_the_crawl(spider: ArticleSpider, unit: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: Outcome) -> None:
        raise StorageError("the disk is full")

    async def stopping() -> None:
        spider.end(unit, "skipped", "robots")
        await spider._closing

    monkeypatch.setattr(spider.store, "finish", full)
    engine = spider.crawler.engine
    assert isinstance(engine, FakeEngine)
    run(stopping())
    assert (spider.exit_code, spider.exit_words, engine.closed_for) == (ExitCode.STORAGE, "the disk is full", "storage")


def test_what_failed_and_what_was_skipped_is_listed_at_the_end(tmp_path: Path) -> None:
    spider = make(ArticleSpider, tmp_path, aid="12")
    one, other = take(spider, article_unit(Target(Kind.ARTICLE, 12)), article_unit(Target(Kind.ARTICLE, 13)))
    spider.end(one, "failed", "http_503")
    spider.end(other, "skipped", "robots")
    spider.finish()
    folder = tmp_path / "www.example.com"
    lines = [json.loads(line) for line in (folder / "skipped.jsonl").read_bytes().splitlines()]
    assert {line["key"]: line["reason"] for line in lines} == {"article/12": "http_503", "article/13": "robots"}
    spider.closed("finished")
