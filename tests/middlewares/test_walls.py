"""Walls that fall when one asks again."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from scrapy import Request, Spider
from scrapy.http import HtmlResponse, Response
from scrapy.utils.test import get_crawler

from crawler.discuz.urls import Kind, Target
from crawler.middlewares.walls import LARGEST, TIMES, WallsMiddleware
from tests.wall_pages import wall_page, wall_pages

ARTICLE = Target(Kind.ARTICLE, 7)
AGAIN = ("refresh_limit", "refresh_limit_window", "cookie_check")


@pytest.fixture
def middleware() -> WallsMiddleware:
    crawler = get_crawler(Spider, {"RETRY_PRIORITY_ADJUST": -1})
    crawler.spider = Spider.from_crawler(crawler, name="some")
    crawler.engine = cast("Any", SimpleNamespace(downloader=None))
    return WallsMiddleware.from_crawler(crawler)


def response_of(name: str, *, more: str = "") -> HtmlResponse:
    page = wall_page(name)
    return HtmlResponse(page.url, status=page.status, body=page.body + more.encode(), encoding=page.charset)


@pytest.mark.parametrize("name", AGAIN)
def test_it_is_asked_again_twice(middleware: WallsMiddleware, name: str) -> None:
    request = Request(wall_page(name).url, cb_kwargs={"target": ARTICLE}, dont_filter=True)
    for _ in range(TIMES):
        again = middleware.process_response(request, response_of(name))
        assert isinstance(again, Request)
        assert (again.url, again.cb_kwargs, again.dont_filter) == (request.url, request.cb_kwargs, True)
        request = again
    response = response_of(name)
    assert middleware.process_response(request, response) is response
    wall = wall_page(name).wall
    assert middleware.crawler.stats.get_value(f"discuz/wall/{wall}_again_count") == TIMES


@pytest.mark.parametrize("name", sorted(set(wall_pages()) - set(AGAIN)))
def test_other_walls_are_for_the_spider(middleware: WallsMiddleware, name: str) -> None:
    request, response = Request(wall_page(name).url, cb_kwargs={"target": ARTICLE}), response_of(name)
    assert middleware.process_response(request, response) is response


@pytest.mark.parametrize(
    ("target", "response"),
    [
        (None, response_of("cookie_check")),  # robots.txt
        (ARTICLE, Response("http://harbour.example/a.png", body=b"\x89PNG")),
        (ARTICLE, response_of("cookie_check", more=" " * LARGEST)),
    ],
)
def test_what_is_no_page_of_that_kind(middleware: WallsMiddleware, target: Target | None, response: Response) -> None:
    request = Request(response.url, cb_kwargs={"target": target} if target else {})
    assert middleware.process_response(request, response) is response
