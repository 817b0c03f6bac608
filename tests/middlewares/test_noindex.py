"""Marks that ask to leave a page out."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request, Spider
from scrapy.exceptions import IgnoreRequest, NotConfigured
from scrapy.http import HtmlResponse
from scrapy.utils.test import get_crawler

from crawler.discuz.urls import Kind, Target
from crawler.middlewares.noindex import NoindexMiddleware, marked, tagged
from tests.wall_pages import wall_page

US = "discuz-crawler"


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([], False),
        (["noindex"], True),
        (["NoIndex, follow"], True),
        (["all"], False),
        (["nofollow, noarchive"], True),
        (["nofollow", "none"], True),
        (["googlebot: noindex"], False),
        (["googlebot: noindex", "noarchive"], True),
        (["Discuz-Crawler: noindex"], True),
        (["unavailable_after: 25 Jun 2030 15:00:00 PST"], False),
        (["noindex, unavailable_after: 25 Jun 2030 15:00:00 PST"], True),
        (["max-snippet: 20"], False),
        ([""], False),
    ],
)
def test_headers(values: list[str], found: bool) -> None:
    assert tagged(values, US) is found


@pytest.mark.parametrize(
    ("head", "found"),
    [
        ("", False),
        ('<meta name="robots" content="index,follow">', False),
        ('<meta name="robots" content="noindex">', True),
        ("<META CONTENT='nofollow, NOARCHIVE' NAME=ROBOTS />", True),
        ('<meta name="robots" content="none"/>', True),
        ('<meta name="googlebot" content="noindex">', False),
        ('<meta name="discuz-crawler" content="noindex">', True),
        ('<meta name="keywords" content="noindex">', False),
        ('<!-- <meta name="robots" content="noindex"> -->', False),
        ('<meta name="robots" content="no&#105;ndex">', True),
        ('</head><body><meta name="robots" content="noindex">', False),
        ('<meta name="robots">', False),
        ("<!-- ", False),
    ],
)
def test_pages(head: str, found: bool) -> None:
    assert marked(f"<html><head>{head}<title>x</title></head>", US) is found


@given(st.text(alphabet="<>meta nrobsci=\"'!-x,"))
def test_no_page_is_too_odd(text: str) -> None:
    marked(text, US)


def middleware(**settings: Any) -> NoindexMiddleware:
    given = {"DISCUZ_OBEY_NOINDEX": True, "ROBOTSTXT_USER_AGENT": US} | settings
    return NoindexMiddleware.from_crawler(get_crawler(Spider, given))


@pytest.mark.parametrize(
    ("kind", "status", "dropped"), [(Kind.ARTICLE, 200, True), (Kind.ARTICLE, 404, False), (Kind.LISTING, 200, False)]
)
def test_articles_are_dropped_and_nothing_else(kind: Kind, status: int, dropped: bool) -> None:
    request = Request("http://a.example/", cb_kwargs={"target": Target(kind, 1)})
    article = b'<em id="_viewnum">5</em>'
    body = b'<meta name="robots" content="noindex">' + article
    tag = {"X-Robots-Tag": "noarchive"}
    for response in (
        HtmlResponse(request.url, status=status, body=body, encoding="utf-8"),
        HtmlResponse(request.url, status=status, headers=tag, body=article, encoding="utf-8"),
    ):
        if dropped:
            with pytest.raises(IgnoreRequest, match="noindex"):
                middleware().process_response(request, response)
        else:
            assert middleware().process_response(request, response) is response


def test_a_wall_that_is_marked_is_no_article() -> None:
    request = Request("http://a.example/", cb_kwargs={"target": Target(Kind.ARTICLE, 1)})
    wall = wall_page("system_error")
    response = HtmlResponse(request.url, body=wall.body, encoding=wall.charset)
    assert b"NOINDEX" in response.body
    assert middleware().process_response(request, response) is response


def test_it_is_off_unless_it_is_asked_for() -> None:
    with pytest.raises(NotConfigured):
        middleware(DISCUZ_OBEY_NOINDEX=False)
