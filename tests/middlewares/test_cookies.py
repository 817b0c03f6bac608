"""To whom cookies go."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

import pytest
from scrapy import Request, Spider
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from crawler.errors import UsageError
from crawler.middlewares.cookies import SiteCookiesMiddleware
from crawler.sites import Site

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "s3cret"


def middleware(folder: Path, url: str, *lines: str, debug: bool = False) -> SiteCookiesMiddleware:
    """One for a site whose file has these lines: domain, path, secure, expires, name."""
    path = folder / "cookies.txt"
    rows = []
    for line in lines:
        domain, where, secure, expires, name = line.split()
        below = "TRUE" if domain.startswith(".") else "FALSE"
        rows.append("\t".join((domain, below, where, secure, expires, name, SECRET)))
    path.write_text("\n".join(["# Netscape HTTP Cookie File", *rows, ""]), encoding="utf-8")
    crawler = get_crawler(Spider, {"COOKIES_DEBUG": debug})
    crawler.spider = Spider(name="x")
    crawler.spider.site = Site(name="x", url=url, cookies=path)  # type: ignore[attr-defined]
    return SiteCookiesMiddleware.from_crawler(crawler)


def sent(cookies: SiteCookiesMiddleware, url: str) -> str:
    """The names of the cookies that go along with a request."""
    request = Request(url)
    cookies.process_request(request)
    value = (request.headers.get("Cookie") or b"").decode()
    return " ".join(sorted(pair.partition("=")[0] for pair in value.split("; ")))


LINES = (
    "www.example.com / FALSE 0 own",
    "www.example.com / TRUE 0 safe",
    "www.example.com /bbs/ FALSE 0 bbs",
    ".example.com / FALSE 0 below",
    ".other.org / FALSE 0 other",
    "old.example.com / FALSE 0 alias",
    "example.com / FALSE 0 above",
)


@pytest.mark.parametrize(
    ("url", "names"),
    [
        ("https://www.example.com/portal.php", "below own safe"),
        ("https://WWW.example.com:8443/bbs/", "bbs below own safe"),
        ("http://www.example.com/portal.php", "below own"),
        ("https://a.www.example.com/", "below"),
        ("https://old.example.com/", "below"),
        ("https://example.com/", "below"),
        ("https://www.other.org/", ""),
        ("https://notexample.com/", ""),
        ("https://www.example.com.evil.org/", ""),
        ("https://www.example.com@evil.org/", ""),
    ],
)
def test_a_cookie_goes_where_its_domain_says(tmp_path: Path, url: str, names: str) -> None:
    assert sent(middleware(tmp_path, "https://www.example.com/", *LINES), url) == names


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_host_without_a_domain_has_cookies_too(tmp_path: Path, host: str) -> None:
    cookies = middleware(tmp_path, f"http://{host}:8080/", f"{host} / FALSE 0 own")
    assert sent(cookies, f"http://{host}:8080/portal.php") == "own"
    assert sent(cookies, "http://127.0.0.2:8080/portal.php") == ""
    assert sent(cookies, "http://www.example.com/portal.php") == ""


def test_no_cookie_is_for_all_of_a_country(tmp_path: Path) -> None:
    lines = ".com.cn / FALSE 0 all", "www.example.com.cn / FALSE 0 own"
    cookies = middleware(tmp_path, "https://www.example.com.cn/", *lines)
    assert sent(cookies, "https://www.example.com.cn/") == "own"
    assert sent(cookies, "https://www.stranger.com.cn/") == ""


def test_a_cookie_is_sent_until_it_expires(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    cookies = middleware(tmp_path, "http://www.example.com/", f"www.example.com / FALSE {int(now) + 60} own")
    assert sent(cookies, "http://www.example.com/") == "own"
    monkeypatch.setattr(time, "time", lambda: now + 61)
    assert sent(cookies, "http://www.example.com/") == ""


def test_what_the_site_sets_is_kept_in_memory_only(tmp_path: Path) -> None:
    cookies = middleware(tmp_path, "http://www.example.com/", "www.example.com / FALSE 0 own")
    before = (tmp_path / "cookies.txt").read_bytes()
    answer = Response(
        "http://www.example.com/", headers={"Set-Cookie": ["own=another; Max-Age=99", "sid=x", "evil=1; Domain=.com"]}
    )
    cookies.process_response(Request(answer.url), answer)
    request = Request(answer.url)
    cookies.process_request(request)
    assert request.headers.getlist("Cookie") == [b"own=another; sid=x"]
    assert (tmp_path / "cookies.txt").read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["cookies.txt"]
    assert sent(cookies, "http://sub.www.example.com/") == "", "a cookie without a domain is for its host only"


def test_the_log_names_cookies_and_never_tells_them(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for debug in (False, True):
        cookies = middleware(tmp_path, "http://www.example.com/", *LINES, debug=debug)
        caplog.clear()
        request = Request("http://www.example.com/")
        cookies.process_request(request)
        cookies.process_response(request, Response(request.url, headers={"Set-Cookie": [f"sid={SECRET}", SECRET]}))
        cookies.process_request(Request("http://www.stranger.org/"))
        assert SECRET not in caplog.text
        lines = [record.getMessage() for record in caplog.records]
        assert [line.partition(": ")[2] for line in lines] == (["own, below", "sid, ?"] if debug else [])


def test_a_site_without_cookies_begins_without_any(tmp_path: Path) -> None:
    crawler = get_crawler(Spider)
    crawler.spider = Spider(name="x")
    assert sent(SiteCookiesMiddleware.from_crawler(crawler), "http://www.example.com/") == ""
    crawler.spider.site = Site(name="x", url="http://www.example.com/")  # type: ignore[attr-defined]
    assert sent(SiteCookiesMiddleware.from_crawler(crawler), "http://www.example.com/") == ""


def test_a_file_that_is_gone_by_now_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no cookie"):
        middleware(tmp_path, "http://www.example.com/")
