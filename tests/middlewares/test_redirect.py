"""A redirect is followed to the same thing, and told otherwise."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import Response
from scrapy.settings import Settings

from crawler.discuz.urls import Grammar
from crawler.middlewares.redirect import SameTargetRedirectMiddleware

ROOT = "http://www.example.com/"
GRAMMAR = Grammar(ROOT)


@pytest.fixture
def middleware() -> SameTargetRedirectMiddleware:
    made = SameTargetRedirectMiddleware(Settings())
    crawler: Any = SimpleNamespace(spider=SimpleNamespace(grammar=GRAMMAR))
    made.crawler = crawler
    return made


def ask(middleware: SameTargetRedirectMiddleware, path: str, location: str, *, status: int = 302) -> Request | Response:
    request = Request(ROOT + path, cb_kwargs={"target": GRAMMAR.parse(ROOT + path)}, headers={"Referer": "http://x/"})
    response = Response(request.url, status=status, headers={"Location": location})
    return middleware.process_response(request, response)


@pytest.mark.parametrize(
    ("path", "location", "followed"),
    [
        ("portal.php?mod=view&aid=12", "https://www.example.com/portal.php?mod=view&aid=12", True),
        ("portal.php?mod=view&aid=12", "/article-12-1.html", True),
        ("portal.php?mod=view&aid=12&page=2", "/article-12-2.html", True),
        ("portal.php?mod=view&aid=12&page=2", "/article-12-1.html", False),
        ("portal.php?mod=view&aid=12", "/news/202611/spring.html", True),
        ("news/202611/spring.html", "/portal.php?mod=view&aid=12", True),
        ("portal.php?mod=view&aid=12", "/news/202611/00000012.html", True),
        ("portal.php?mod=view&aid=12", "/news/202611/00000013.html", False),
        ("news/202611/spring.html", "/news/202611/summer.html", False),
        ("portal.php?mod=view&aid=12", "/portal.php?mod=view&aid=13", False),
        ("portal.php?mod=view&aid=12", "http://elsewhere.example/", False),
        ("portal.php?mod=view&aid=12", "member.php?mod=logging&action=login", False),
        ("portal.php?mod=view&aid=12", "forum.php", False),
        ("portal.php?mod=list&catid=3", "/news/", True),
        ("news/", "/portal.php?mod=list&catid=3", True),
        ("portal.php?mod=list&catid=3&page=2", "/news/", False),
        ("portal.php?mod=list&catid=3", "/portal.php?mod=list&catid=4", False),
        ("portal.php", "/", True),
    ],
)
def test_only_the_same_thing_is_followed(
    middleware: SameTargetRedirectMiddleware, path: str, location: str, followed: bool
) -> None:
    answer = ask(middleware, path, location)
    assert isinstance(answer, Request) == followed
    if isinstance(answer, Request):
        assert b"Referer" not in answer.headers


def test_a_request_of_scrapys_own_is_followed_as_scrapy_does(middleware: SameTargetRedirectMiddleware) -> None:
    request = Request(f"{ROOT}robots.txt")
    response = Response(request.url, status=301, headers={"Location": "http://elsewhere.example/robots.txt"})
    answer = middleware.process_response(request, response)
    assert isinstance(answer, Request)
    assert answer.url == "http://elsewhere.example/robots.txt"


def test_a_page_that_is_there_is_given_on(middleware: SameTargetRedirectMiddleware) -> None:
    answer = ask(middleware, "portal.php", "/elsewhere", status=200)
    assert isinstance(answer, Response)
