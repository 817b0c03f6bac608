"""A redirect is followed to the same thing, and told otherwise."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import Response
from scrapy.settings import Settings

from crawler.addresses import Allowed
from crawler.discuz.urls import Grammar
from crawler.middlewares.answers import BadAnswer
from crawler.middlewares.redirect import SameTargetRedirectMiddleware, destination

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


@pytest.mark.parametrize(
    "location",
    [
        "",
        "  ",
        "\x00",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://a.example/x",
        "https://",
        "http://[",
        "http://a.example:x/",
        "http://a.example:99999/",
    ],
)
def test_where_no_page_can_be_is_no_redirect(middleware: SameTargetRedirectMiddleware, location: str) -> None:
    with pytest.raises(BadAnswer, match="a redirect to") as caught:
        ask(middleware, "portal.php?mod=view&aid=12", location)
    assert caught.value.reason == "bad_redirect"


PRIVATE = ["127.0.0.1", "localhost", "0x7f.1", "2130706433", "[::1]", "10.0.0.1", "169.254.169.254", "192.168.1.5:8080"]


@pytest.mark.parametrize("host", PRIVATE)
def test_a_redirect_into_a_private_network_is_told_as_that(middleware: SameTargetRedirectMiddleware, host: str) -> None:
    with pytest.raises(BadAnswer) as caught:
        ask(middleware, "portal.php?mod=view&aid=12", f"http://{host}/portal.php?mod=view&aid=12")
    assert caught.value.reason == "refused_address"


def test_one_to_an_address_that_is_allowed_is_as_any_other(middleware: SameTargetRedirectMiddleware) -> None:
    middleware.allowed = Allowed.parse(["10.0.0.1:80"])
    assert isinstance(ask(middleware, "portal.php?mod=view&aid=12", "http://10.0.0.1/"), Response)


def test_a_circle_is_left_after_a_few_times(middleware: SameTargetRedirectMiddleware) -> None:
    request = Request(f"{ROOT}portal.php", cb_kwargs={"target": GRAMMAR.parse(ROOT)})
    response = Response(request.url, status=302, headers={"Location": "/"})
    for _ in range(middleware.max_redirect_times):
        followed = middleware.process_response(request, response)
        assert isinstance(followed, Request)
        request = followed
    with pytest.raises(BadAnswer, match="end nowhere") as caught:
        middleware.process_response(request, response)
    assert caught.value.reason == "too_many_redirects"


@pytest.mark.parametrize(
    ("location", "there"),
    [
        (b" /a b", f"{ROOT}a%20b"),
        (b"a\x1b[2J\x07b", f"{ROOT}a%1B%5B2J%07b"),
        ("新闻".encode(), f"{ROOT}%E6%96%B0%E9%97%BB"),
        ("新".encode("gbk"), f"{ROOT}%D0%C2"),
        (b"//a.example/x", "http://a.example/x"),
    ],
)
def test_where_a_redirect_leads_is_spelled_in_plain_characters(location: bytes, there: str) -> None:
    assert destination(ROOT, location) == there
